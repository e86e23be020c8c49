/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The critical paths of the program's own tasks (whywait.h): what each one's time was, where its
 * thread ran or was ready itself, else what the threads did that it waited for.
 */
#ifndef WW_ANALYSIS_AGGREGATE_TASK_PATHS_H
#define WW_ANALYSIS_AGGREGATE_TASK_PATHS_H

#include "analysis/aggregate/task-pieces.h"
#include "analysis/explain/explain.h"

/*
 * Those named so, or the one with this number, that @wants_thread lets through by who began them
 * and that overlap @span; longest first, equal ones in order of time. Elements: struct
 * ww_user_task. Free with g_array_unref.
 */
GArray *ww_tasks_called(const struct ww_trace *trace, const char *name_or_id, struct ww_span span,
			bool (*wants_thread)(const struct ww_thread *thread, void *data),
			void *data);

/*
 * One of them: its path tiles the task, and its causes sum to it. The state of its wait is unknown
 * and the index of its ref UINT32_MAX: it is no interval. Never NULL.
 */
struct ww_explanation *ww_task_explain(const struct ww_trace *trace,
				       const struct ww_task_pieces *pieces,
				       const struct ww_user_task *task);

#endif
