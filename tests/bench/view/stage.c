// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/bench/view/stage.h"

#include <math.h>
#include <time.h>

/* Frames before what counts: caches fill, the frame clock settles. */
#define N_WARM_UP 8

static double clock_ms(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

double stage_cpu_ms(void)
{
	return clock_ms(CLOCK_PROCESS_CPUTIME_ID);
}

double stage_thread_ms(void)
{
	return clock_ms(CLOCK_THREAD_CPUTIME_ID);
}

double stage_wall_ms(void)
{
	return clock_ms(CLOCK_MONOTONIC);
}

static int compare_doubles(gconstpointer a, gconstpointer b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

double stage_quantile(GArray *values, double share)
{
	if (values->len == 0)
		return 0;
	g_array_sort(values, compare_doubles);
	return g_array_index(values, double,
			     MIN((guint)(share * (double)values->len), values->len - 1));
}

void stage_print(const char *name, GArray *values)
{
	g_print("\"%s\": {\"median\": %.2f, \"p95\": %.2f, \"most\": %.2f, \"n\": %u}, ", name,
		stage_quantile(values, 0.5), stage_quantile(values, 0.95),
		stage_quantile(values, 1), values->len);
}

struct running {
	struct stage *stage;
	struct stage_run run;
	int frame;
	double cpu_ms; /* at the last step */
	GArray *costs; /* double, ms */
};

static gboolean on_tick(GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
	struct running *running = data;
	const double now_ms = stage_cpu_ms();
	const double cost_ms = now_ms - running->cpu_ms;

	if (running->frame > N_WARM_UP)
		g_array_append_val(running->costs, cost_ms);
	running->cpu_ms = now_ms;
	if (running->frame++ < N_WARM_UP + running->run.n_frames) {
		running->run.step(running->stage, running->frame - 1);
		return G_SOURCE_CONTINUE;
	}
	stage_print(running->run.name, running->costs);
	g_array_unref(running->costs);
	running->run.done(running->stage);
	g_free(running);
	return G_SOURCE_REMOVE;
}

void stage_run(struct stage *stage, const struct stage_run *run)
{
	struct running *running = g_new0(struct running, 1);

	running->stage = stage;
	running->run = *run;
	running->costs = g_array_new(FALSE, FALSE, sizeof(double));
	gtk_widget_add_tick_callback(stage->clocked, on_tick, running, NULL);
}

void stage_leave(struct stage *stage)
{
	g_application_quit(g_application_get_default());
}
