/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a person wants recorded, as the command line of trace-record; and what trace-record says of
 * this machine. Plain data, any thread.
 */
#ifndef WW_VIEWER_MODEL_RECORD_WISH_H
#define WW_VIEWER_MODEL_RECORD_WISH_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum ww_record_scope {
	WW_RECORD_COMMAND, /* start it and record it */
	WW_RECORD_PROCESS, /* one that runs already */
	WW_RECORD_MACHINE, /* everything */
	WW_RECORD_SCOPE_N,
};

enum ww_record_stacks {
	WW_RECORD_STACKS_NONE,
	WW_RECORD_STACKS_USER,
	WW_RECORD_STACKS_ALL,
	WW_RECORD_STACKS_N,
};

struct ww_record_wish {
	enum ww_record_scope scope;
	const char *command; /* a line as a shell reads it, without its expansions */
	int32_t pid;         /* of WW_RECORD_PROCESS */
	const char *name;    /* of that process */
	int64_t duration_ns; /* 0: until it ends or is stopped */
	bool has_all_syscalls;
	enum ww_record_stacks stacks;
	bool has_hooks;     /* of a command: locks and slow allocations too */
	const char *output; /* the directory to write, which must not exist */
};

/* Free with g_strfreev. NULL with a sentence when the wish makes no sense. @recorder: its path. */
GStrv ww_record_argv(const struct ww_record_wish *wish, const char *recorder, GError **error);

/* What the trace is called: of the program, the process or the machine. Free with g_free. */
char *ww_record_name(const struct ww_record_wish *wish);

/* A directory below @folder that is not there yet: trace-of-NAME, with a number where that is
 * taken. Free with g_free. */
char *ww_record_place(const char *folder, const char *name);

/* The same command, which the end of its input ends as SIGTERM does: of whoever started it, however
 * that ends. Consumes @argv; free with g_strfreev. */
GStrv ww_record_argv_guarded(GStrv argv);

/*
 * The same command with an administrator's rights, asked for by pkexec: in @folder, as the person
 * who asked, with the few variables that a program with a window needs, and ended by the end of its
 * input. Consumes @argv; free with g_strfreev.
 */
GStrv ww_record_argv_with_rights(GStrv argv, const char *folder);

/* What trace-record --doctor --json found. */
struct ww_record_rights {
	bool has_kernel; /* kernel records: without them only one's own threads, and half the story
			  */
	bool has_own;    /* without them nothing can be recorded of anybody */
	bool has_hooks;
	char *why_no_kernel; /* NULL: there are, or nobody said */
	char *grant;         /* the command that would bring them, or NULL */
};

/* WW_ERROR_DAMAGED when @json is something else; @rights is untouched then. */
bool ww_record_rights_parse(struct ww_record_rights *rights, const char *json, GError **error);
void ww_record_rights_clear(struct ww_record_rights *rights);

#endif
