/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The trace that the viewer's tests in C look at: 100 us of service (three threads), noise and a
 * kernel thread. */
#ifndef WW_TESTS_UI_STORY_H
#define WW_TESTS_UI_STORY_H

#include "tests/golden/script.h"
#include "viewer/trace/document.h"

/* victim is runnable from 20 to 60 us: hog woke it and goes on; noise has CPU 1 until 50 us. */
static const char story_script[] = "0 task 0 service/100 S pid=100\n"
				   "0 task 0 victim/101 S pid=100\n"
				   "0 task 0 hog/102 S pid=100\n"
				   "0 task 0 noise/200 S pid=200\n"
				   "0 task 0 kworker/30 I pid=30 kernel\n"
				   "0 switch 1 idle R noise/200\n"
				   "10us switch 0 idle R hog/102\n"
				   "20us waking 0 hog/102 victim/101 target=0\n"
				   "20us wakeup 0 victim/101 target=0\n"
				   "50us switch 1 noise/200 S idle\n"
				   "60us switch 0 hog/102 S victim/101\n"
				   "80us switch 0 victim/101 S idle\n"
				   "100us other\n";

static inline struct ww_document *story_document(void)
{
	struct ww_manifest *manifest = ww_manifest_new();
	const int32_t root_pid = 100;

	manifest->name = g_strdup("service");
	manifest->scope = WW_SCOPE_COMMAND;
	g_array_append_val(manifest->root_pids, root_pid);
	return ww_document_new(ww_script_trace_with(story_script, manifest));
}

#endif
