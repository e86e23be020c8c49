/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the measurements of bench-view share: the real window, steps by frame and what they cost.
 *
 * CPU time is that of the whole process, all threads; the display server is not in it. Main thread.
 */
#ifndef WW_BENCH_VIEW_STAGE_H
#define WW_BENCH_VIEW_STAGE_H

#include "viewer/window/window.h"

struct stage {
	WwWindow *window;
	GtkWidget *clocked; /* whose frames are counted: the window */
	const char *path;   /* of the trace, NULL: none */
	int n_lanes;        /* to be on the screen */
	int64_t begun_ns;   /* CLOCK_MONOTONIC, when the program was asked for */
	/* Prints its part of the object, then calls stage_leave(). */
	void (*play)(struct stage *stage);
};

double stage_cpu_ms(void);    /* of the process */
double stage_thread_ms(void); /* CPU time of this thread */
double stage_wall_ms(void);

/* The lowest of the highest @share of @values (double), which are sorted by this; 0 when there are
 * none. */
double stage_quantile(GArray *values, double share);
/* "name": { "median": ..., "p95": ..., "n": ... } */
void stage_print(const char *name, GArray *values);

/* Calls @step before each of @n_frames frames, takes what each cost, then calls @done. */
struct stage_run {
	const char *name;
	int n_frames;
	void (*step)(struct stage *stage, int frame);
	void (*done)(struct stage *stage);
};
void stage_run(struct stage *stage, const struct stage_run *run);

void stage_leave(struct stage *stage);

/* Each is one measurement: the value of stage.play. */
void play_floor(struct stage *stage);
void play_frames(struct stage *stage);
void play_explain(struct stage *stage);
void play_load(struct stage *stage);
void play_start(struct stage *stage);

#endif
