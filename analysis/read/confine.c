// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/read/confine.h"

#include <errno.h>
#include <glib.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* What the parent would have removed: the entries of the directory, itself last. NULL-terminated.
 */
static char **leftovers;
static pid_t parent;

/*
 * The parent cleans up after its child; when it was killed, nobody else is there to do it. A living
 * parent never closes the pipe, so a broken one tells of its end, earlier than getppid() does.
 */
static void on_end(int signal)
{
	if (signal == SIGTERM && getppid() == parent)
		return;
	for (char **entry = leftovers; *entry; entry++)
		if (unlink(*entry) != 0)
			rmdir(*entry);
	_exit(1);
}

void ww_confine_to_parent(const char *directory)
{
	/* A terminal tells us what it tells our parent, whose end is what counts. */
	static const int others[] = { SIGINT, SIGQUIT, SIGHUP };
	g_autoptr(GPtrArray) entries = g_ptr_array_new();
	g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir)))
		g_ptr_array_add(entries, g_build_filename(directory, name, NULL));
	g_ptr_array_add(entries, g_strdup(directory));
	g_ptr_array_add(entries, NULL);
	leftovers = (char **)g_ptr_array_steal(entries, NULL);
	parent = getppid();
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
		signal(others[i], SIG_IGN);
	signal(SIGTERM, on_end);
	signal(SIGPIPE, on_end);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
}

static bool set_limit(int what, const char *text)
{
	guint64 value;

	if (!g_ascii_string_to_unsigned(text, 10, 1, G_MAXINT64, &value, NULL))
		return false;
	/* A lower limit that somebody else has set stays. */
	return setrlimit((__rlimit_resource_t)what, &(struct rlimit){ value, value }) == 0 ||
	       errno == EPERM;
}

bool ww_confine_use(const char *cpu_seconds, const char *memory_bytes)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	/* The sanitizer maps terabytes of shadow. */
	memory_bytes = "9223372036854775807";
#endif
	return set_limit(RLIMIT_CORE, "1") && set_limit(RLIMIT_CPU, cpu_seconds) &&
	       set_limit(RLIMIT_AS, memory_bytes);
}

bool ww_confine_log(void)
{
	int fd = memfd_create("log", MFD_CLOEXEC);

	return fd >= 0 && dup2(fd, STDERR_FILENO) >= 0;
}

char *ww_confined_log(void)
{
	char *log = NULL;

	g_file_get_contents("/proc/self/fd/2", &log, NULL, NULL);
	return log;
}
