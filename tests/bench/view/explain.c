// SPDX-License-Identifier: GPL-2.0-or-later
/* From a selection to its explanation on the screen. */
#include "tests/bench/view/stage.h"
#include "viewer/view/view.h"

#define N_LONGEST 20 /* of each state */
#define N_USUAL 40

struct asking {
	struct stage *stage;
	GArray *refs; /* struct ww_wait_ref */
	guint next;
	bool is_asked;
	double asked_wall_ms, asked_cpu_ms;
	GArray *wall_ms, *cpu_ms; /* double */
};

static void add_longest(GArray *refs, const struct ww_trace *trace, enum ww_state state)
{
	const struct ww_wait_filter filter = {
		.span = { 0, ww_trace_info(trace)->duration_ns },
		.states = 1u << state,
		.limit = N_LONGEST,
	};
	g_autoptr(GArray) waits = ww_query_waits(trace, &filter);

	g_array_append_vals(refs, waits->data, waits->len);
}

/* Wherever a person may click: any thread, any time, the next thing it waited for. */
static void add_usual(GArray *refs, const struct ww_trace *trace)
{
	const uint32_t n_threads = ww_trace_info(trace)->n_threads;
	g_autoptr(GRand) random = g_rand_new_with_seed(1);

	for (int i = 0; i < N_USUAL; i++) {
		const uint32_t utid = (uint32_t)g_rand_int_range(random, 0, (gint32)n_threads);
		const struct ww_span life = ww_trace_thread(trace, utid)->life;
		const int64_t t_ns = life.begin_ns + (int64_t)(g_rand_double(random) *
							       (double)ww_span_length_ns(life));
		const unsigned int waits = 1u << WW_STATE_RUNNABLE | 1u << WW_STATE_BLOCKED;
		const struct ww_lane lane = { WW_LANE_THREAD, utid };
		struct ww_interval interval;
		struct ww_wait_ref ref;

		if (ww_query_next(trace, lane, t_ns, waits, &interval) &&
		    ww_query_wait_at(trace, utid, interval.span.begin_ns, &ref))
			g_array_append_val(refs, ref);
	}
}

static void finish(struct asking *asking)
{
	stage_print("explain_wall", asking->wall_ms);
	stage_print("explain_cpu", asking->cpu_ms);
	stage_leave(asking->stage);
}

static void on_painted(GdkFrameClock *clock, struct asking *asking)
{
	const double wall_ms = stage_wall_ms() - asking->asked_wall_ms;
	const double cpu_ms = stage_cpu_ms() - asking->asked_cpu_ms;

	if (!asking->is_asked || !ww_window_is_settled(asking->stage->window))
		return;
	g_array_append_val(asking->wall_ms, wall_ms);
	g_array_append_val(asking->cpu_ms, cpu_ms);
	asking->is_asked = false;
}

static gboolean on_tick(GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
	struct asking *asking = data;

	if (asking->is_asked)
		return G_SOURCE_CONTINUE;
	if (asking->next == asking->refs->len) {
		finish(asking);
		return G_SOURCE_REMOVE;
	}
	asking->asked_wall_ms = stage_wall_ms();
	asking->asked_cpu_ms = stage_cpu_ms();
	asking->is_asked =
		ww_view_go_to_wait(ww_window_view(asking->stage->window),
				   g_array_index(asking->refs, struct ww_wait_ref, asking->next++));
	return G_SOURCE_CONTINUE;
}

void play_explain(struct stage *stage)
{
	const struct ww_trace *trace = ww_view_trace(ww_window_view(stage->window));
	struct asking *asking = g_new0(struct asking, 1);

	asking->stage = stage;
	asking->refs = g_array_new(FALSE, FALSE, sizeof(struct ww_wait_ref));
	asking->wall_ms = g_array_new(FALSE, FALSE, sizeof(double));
	asking->cpu_ms = g_array_new(FALSE, FALSE, sizeof(double));
	add_longest(asking->refs, trace, WW_STATE_RUNNABLE);
	add_longest(asking->refs, trace, WW_STATE_BLOCKED);
	add_usual(asking->refs, trace);
	g_signal_connect(gtk_widget_get_frame_clock(stage->clocked), "after-paint",
			 G_CALLBACK(on_painted), asking);
	gtk_widget_add_tick_callback(stage->clocked, on_tick, asking, NULL);
}
