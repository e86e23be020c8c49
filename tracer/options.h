/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of trace-record, checked. */
#ifndef WW_TRACER_OPTIONS_H
#define WW_TRACER_OPTIONS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/auto.h"
#include "tracer/conditions.h"
#include "tracer/source.h"

struct ww_record_options {
	GStrv command; /* NULL with -p, or with -a alone */
	GArray *pids;  /* int32_t */
	bool is_all;
	char *user;          /* NULL: who called */
	char *output;        /* NULL: trace-of-NAME */
	int64_t duration_ns; /* 0: until the command ends or Ctrl-C */
	int64_t delay_ns;
	int64_t lock_threshold_ns;
	int64_t alloc_threshold_ns;
	GHashTable *tags;          /* char * -> char * */
	char *ring_text;           /* of --ring as typed, NULL: everything goes to disk */
	struct ww_ring_limit ring; /* likewise */
	GArray *conditions;        /* struct ww_condition: when to write the ring out */
	uint32_t n_snapshots_max;
	enum ww_stacks stacks;
	bool has_syscalls; /* all of them */
	bool has_hooks;
	bool is_kept_running;
	bool is_opened;
	bool is_quiet;
	bool is_doctor;
	bool is_json; /* of --doctor */
	bool is_version;
};

/*
 * @argv, NULL-terminated, is left as it is. Fails with WW_ERROR_USAGE or a G_OPTION_ERROR; the
 * sentence names the option. --help prints and ends the program.
 */
struct ww_record_options *ww_record_options_parse(int argc, char *const *argv, GError **error);
void ww_record_options_free(struct ww_record_options *options); /* NULL is fine */
WW_DEFINE_AUTO(record_options)

#endif
