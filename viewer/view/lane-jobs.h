/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rows that take long, computed on a worker: one batch at a time, each of what was wanted last.
 *
 * Main thread only, but for the computing itself, which holds a reference on the document. What is
 * wanted and not computed (a batch ends when it has taken long enough) is forgotten: whoever still
 * wants it when the batch is done asks again.
 */
#ifndef WW_VIEWER_VIEW_LANE_JOBS_H
#define WW_VIEWER_VIEW_LANE_JOBS_H

#include "viewer/model/lane-data.h"
#include "viewer/trace/document.h"

struct ww_lane_jobs;

/* Takes @data. @key is the asker's. */
typedef void (*ww_lane_jobs_ready)(int64_t key, struct ww_lane_data *data, void *user_data);

/* @ready is called for each row of a batch, @done once after them. */
struct ww_lane_jobs *ww_lane_jobs_new(ww_lane_jobs_ready ready, void (*done)(void *user_data),
				      void *user_data);
void ww_lane_jobs_free(struct ww_lane_jobs *jobs); /* NULL is fine; nothing is called any more */

/* Forgets what is wanted. */
void ww_lane_jobs_clear(struct ww_lane_jobs *jobs);
/* @lanes are copied. */
void ww_lane_jobs_want(struct ww_lane_jobs *jobs, int64_t key, bool is_group,
		       const struct ww_lane *lanes, uint32_t n_lanes);
/* Computes what is wanted, unless a batch is running. */
void ww_lane_jobs_start(struct ww_lane_jobs *jobs, struct ww_document *document,
			struct ww_span span, uint32_t n_px);
/* The batch that is running is of something that is no longer there: its results are dropped. */
void ww_lane_jobs_cancel(struct ww_lane_jobs *jobs);
/* Nothing is wanted and nothing is running. */
bool ww_lane_jobs_is_idle(const struct ww_lane_jobs *jobs);

#endif
