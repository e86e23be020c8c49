// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/session-target.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/fsuid.h>
#include <unistd.h>

#include "base/error.h"

#define LIBRARY "libwhywait-hooks.so"
#define REGISTER_TIMEOUT_MS "1000"

static char *library_beside_program(void)
{
	g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *directory = program ? g_path_get_dirname(program) : NULL;

	return directory ? g_build_filename(directory, "hooks", LIBRARY, NULL) : NULL;
}

static char *find_library(GError **error)
{
	const char *chosen = g_getenv("WHYWAIT_HOOKS_LIBRARY");
	g_autofree char *built = library_beside_program();

	if (chosen && access(chosen, R_OK) == 0)
		return g_canonicalize_filename(chosen, NULL);
	if (chosen)
		return ww_fail(error, WW_ERROR_FAILED, "cannot read WHYWAIT_HOOKS_LIBRARY, '%s'",
			       chosen),
		       NULL;
	if (built && access(built, R_OK) == 0)
		return g_steal_pointer(&built);
	if (access(WW_PKGLIBDIR "/" LIBRARY, R_OK) == 0)
		return g_strdup(WW_PKGLIBDIR "/" LIBRARY);
	return ww_fail(error, WW_ERROR_FAILED,
		       "there is no '" WW_PKGLIBDIR "/" LIBRARY
		       "'; install it or set WHYWAIT_HOOKS_LIBRARY"),
	       NULL;
}

char *ww_session_target_find_hooks(GError **error)
{
	g_autofree char *path = find_library(error);

	if (path && strpbrk(path, " \t\n:"))
		return ww_fail(error, WW_ERROR_FAILED,
			       "'%s' cannot be preloaded: LD_PRELOAD has no way to write a blank "
			       "or a colon in a path",
			       path),
		       NULL;
	return g_steal_pointer(&path);
}

/* Programs with rights of their own ignore a path in LD_PRELOAD, but complain about a bare name. */
static char *helper(const char *name)
{
	g_autofree char *path = g_build_filename(WW_LTTNG_LIBDIR, name, NULL);

	return access(path, R_OK) == 0 ? g_steal_pointer(&path) : g_strdup(name);
}

/* Without the second, a program that closes descriptors which it did not open, as daemons do,
 * closes LTTng's sockets; its own files then take their numbers, and LTTng ends the program. */
char *ww_session_target_find_helpers(void)
{
	g_autofree char *on_fork = helper("liblttng-ust-fork.so.1");
	g_autofree char *on_close = helper("liblttng-ust-fd.so.1");

	return g_strconcat(on_fork, ":", on_close, NULL);
}

/* The ids that the kernel checks files by belong to the calling thread alone. */
bool ww_session_target_can_load(const char *library, uid_t uid, gid_t gid, GError **error)
{
	int own_gid = setfsgid(gid);
	int own_uid = setfsuid(uid);
	int fd = open(library, O_RDONLY | O_CLOEXEC);
	int code = errno;

	setfsuid((uid_t)own_uid);
	setfsgid((gid_t)own_gid);
	if (fd < 0)
		return ww_fail(error, WW_ERROR_FAILED, "user %u cannot read '%s': %s", uid, library,
			       g_strerror(code));
	close(fd);
	return true;
}

static GStrv set_number(GStrv environment, const char *variable, int64_t value)
{
	g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, value);

	return g_environ_setenv(environment, variable, text, true);
}

GStrv ww_session_target_environment(const struct ww_session_target *target, GStrv environment)
{
	const char *preloaded = g_environ_getenv(environment, "LD_PRELOAD");
	g_autofree char *preload = NULL;

	preload = g_strconcat(target->hooks_library, ":", target->helpers,
			      preloaded && *preloaded ? ":" : "", preloaded, NULL);
	environment = g_environ_setenv(environment, "LD_PRELOAD", preload, true);
	environment = g_environ_setenv(environment, "LTTNG_HOME", target->lttng_home, true);
	environment = g_environ_setenv(environment, "LTTNG_UST_REGISTER_TIMEOUT",
				       REGISTER_TIMEOUT_MS, true);
	environment =
		set_number(environment, "WHYWAIT_LOCK_THRESHOLD_NS", target->lock_threshold_ns);
	return set_number(environment, "WHYWAIT_ALLOC_THRESHOLD_NS", target->alloc_threshold_ns);
}
