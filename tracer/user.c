// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/user.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include "base/error.h"

static bool read_id(const char *variable, guint64 *id)
{
	const char *text = g_getenv(variable);

	return text && g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT32, id, NULL);
}

static void take_entry(struct ww_user *user, const struct passwd *entry)
{
	if (!entry)
		return;
	user->name = g_strdup(entry->pw_name);
	user->home = g_strdup(entry->pw_dir);
}

static bool take_named(struct ww_user *user, const char *name, GError **error)
{
	const struct passwd *entry = getpwnam(name);

	if (!entry)
		return ww_fail(error, WW_ERROR_USAGE, "there is no user '%s'", name);
	if (entry->pw_uid != geteuid() && geteuid() != 0)
		return ww_fail(error, WW_ERROR_NO_RIGHTS, "only root may run a command as '%s'",
			       name);
	user->uid = entry->pw_uid;
	user->gid = entry->pw_gid;
	take_entry(user, entry);
	return true;
}

bool ww_user_init(struct ww_user *user, const char *name, GError **error)
{
	struct ww_user found = { .uid = geteuid(), .gid = getegid() };
	guint64 uid, gid;

	if (name && !take_named(&found, name, error))
		return false;
	if (!name && found.uid == 0 && read_id("SUDO_UID", &uid) && read_id("SUDO_GID", &gid)) {
		found.uid = (uid_t)uid;
		found.gid = (gid_t)gid;
		take_entry(&found, getpwuid(found.uid));
	}
	found.is_other = found.uid != geteuid();
	*user = found;
	return true;
}

void ww_user_clear(struct ww_user *user)
{
	g_clear_pointer(&user->name, g_free);
	g_clear_pointer(&user->home, g_free);
}

GStrv ww_user_environment(const struct ww_user *user, GStrv environment)
{
	if (!user->is_other)
		return environment;
	if (user->home)
		environment = g_environ_setenv(environment, "HOME", user->home, TRUE);
	if (user->name) {
		environment = g_environ_setenv(environment, "USER", user->name, TRUE);
		environment = g_environ_setenv(environment, "LOGNAME", user->name, TRUE);
	}
	return environment;
}

bool ww_user_become(const struct ww_user *user)
{
	if (!user->is_other)
		return true;
	if ((user->name ? initgroups(user->name, user->gid) : setgroups(1, &user->gid)) != 0)
		return false;
	return setresgid(user->gid, user->gid, user->gid) == 0 &&
	       setresuid(user->uid, user->uid, user->uid) == 0;
}
