/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one door to the timeline store: views, reports, exporters and the explanations ask here and nowhere else.
 *
 * All functions are pure reads of a sealed trace: any thread, no lock. Values are copied out, so the store may keep them in
 * any shape. Time is ns since the trace's origin.
 */
#ifndef WW_ANALYSIS_QUERY_H
#define WW_ANALYSIS_QUERY_H

#include "analysis/records.h"
#include "analysis/trace.h"
#include "analysis/tracks.h"

enum ww_lane_kind {
	WW_LANE_THREAD, /* index: utid. What the thread was doing */
	WW_LANE_CPU,    /* index: CPU number. Who ran */
};

struct ww_lane {
	enum ww_lane_kind kind;
	uint32_t index;
};

/* The CPUs seen, by number; there may be holes between them. Elements: uint16_t. Free with g_array_unref, as all arrays here. */
GArray *ww_query_cpus(const struct ww_trace *trace);

/* Walks the intervals of a lane that overlap a span, in time order. Whole intervals come out, not clipped ones. */
struct ww_interval_iter {
	const struct ww_trace *trace;
	struct ww_lane lane;
	struct ww_span span;
	uint64_t space[56]; /* the store's */
};

void ww_interval_iter_init(struct ww_interval_iter *iter, const struct ww_trace *trace, struct ww_lane lane, struct ww_span span);
bool ww_interval_iter_next(struct ww_interval_iter *iter, struct ww_interval *interval);
/* The place among the lane's intervals of the one that came last: of a thread's, struct ww_wait_ref.index. */
uint32_t ww_interval_iter_index(const struct ww_interval_iter *iter);

/* The interval that covers @t_ns; false in a hole and outside the thread's life. */
bool ww_query_at(const struct ww_trace *trace, struct ww_lane lane, int64_t t_ns, struct ww_interval *interval);

/* The nearest interval that begins at or after / ends at or before @t_ns and whose state is in @states (1 << enum ww_state). */
bool ww_query_next(const struct ww_trace *trace, struct ww_lane lane, int64_t t_ns, unsigned int states, struct ww_interval *interval);
bool ww_query_previous(const struct ww_trace *trace, struct ww_lane lane, int64_t t_ns, unsigned int states, struct ww_interval *interval);

/* How much of one pixel each state has, 0 to 255; a state that occurs at all has at least 1. All 0: nothing there. */
struct ww_pixel {
	uint8_t share[WW_STATE_N];
};

/*
 * Fills @n_px pixels that divide @span evenly. Exact where a pixel has few intervals; where it has several (from 4 to 8 on, of a
 * lane with all states 14) the edges of a pixel are moved by at most half its width, but no state at the edges of @span gets lost
 * by it. The cost grows with @n_px, not with the span.
 */
void ww_query_pixels(const struct ww_trace *trace, struct ww_lane lane, struct ww_span span, uint32_t n_px, struct ww_pixel *pixels);
/* The same for @n_lanes lanes: @n_px pixels of each, one lane after the other. */
void ww_query_pixels_of(const struct ww_trace *trace, const struct ww_lane *lanes, uint32_t n_lanes, struct ww_span span, uint32_t n_px,
			struct ww_pixel *pixels);

/* Exact time in each state inside @span. */
struct ww_state_sums {
	int64_t ns[WW_STATE_N];
};
void ww_query_sums(const struct ww_trace *trace, struct ww_lane lane, struct ww_span span, struct ww_state_sums *sums);
/* The same for every thread at once: info.n_threads elements of @sums by utid. About a microsecond for each. */
void ww_query_thread_sums(const struct ww_trace *trace, struct ww_span span, struct ww_state_sums *sums);

/* Names one interval of a thread lane for good: the "id" of report-json.md. */
struct ww_wait_ref {
	uint32_t utid;
	uint32_t index; /* among the lane's intervals */
};

struct ww_wait_filter {
	struct ww_span span;    /* waits that overlap it; clipped to nothing: the whole wait counts */
	unsigned int states;    /* 1 << WW_STATE_RUNNABLE | 1 << WW_STATE_BLOCKED */
	int64_t min_ns;         /* shorter ones are left out */
	bool (*wants_thread)(const struct ww_thread *thread, void *data); /* NULL: every thread */
	void *data;
	size_t limit;           /* 0: all */
};

/*
 * The waits that pass, longest first, equal ones by time then utid. With a limit or a minimum, blocks of 64 intervals that have
 * no wait as long are not read. Elements: struct ww_wait_ref. Free with g_array_unref.
 */
GArray *ww_query_waits(const struct ww_trace *trace, const struct ww_wait_filter *filter);

bool ww_query_wait(const struct ww_trace *trace, struct ww_wait_ref ref, struct ww_interval *interval);
/* The ref of the interval of @utid that covers @t_ns. */
bool ww_query_wait_at(const struct ww_trace *trace, uint32_t utid, int64_t t_ns, struct ww_wait_ref *ref);

/* Wakes in time order: of one thread as wakee (or of all: WW_UTID_NONE) inside a span. Elements: struct ww_wake. */
GArray *ww_query_wakes_of(const struct ww_trace *trace, uint32_t wakee_utid, struct ww_span span);
/* Wakes that @waker_utid caused inside the span. */
GArray *ww_query_wakes_by(const struct ww_trace *trace, uint32_t waker_utid, struct ww_span span);

/* Lock waits of the hooks: of one thread (or all: WW_UTID_NONE) that overlap the span, by begin. Elements: struct ww_lock_wait. */
GArray *ww_query_lock_waits(const struct ww_trace *trace, uint32_t utid, struct ww_span span);
/* Those for one lock of one process: who else waited, who got it when. */
GArray *ww_query_lock_waits_on(const struct ww_trace *trace, uint32_t upid, uint64_t address, struct ww_span span);
/* The one that @interval of a thread is in; false unless it has WW_INTERVAL_IN_LOCK. */
bool ww_query_lock_wait_of(const struct ww_trace *trace, const struct ww_interval *interval, struct ww_lock_wait *wait);

/* Allocator pauses: of one thread (or all) that overlap the span, by begin. Elements: struct ww_alloc_pause. */
GArray *ww_query_alloc_pauses(const struct ww_trace *trace, uint32_t utid, struct ww_span span);

/*
 * Walks the rows of one track that overlap a span (instants: lie in it), in the order they were appended, which is that of
 * their ends. No such track: no rows. Blocks of rows outside of the span are not read.
 */
struct ww_row_iter {
	const struct ww_trace *trace;
	struct ww_span span;
	uint64_t space[20]; /* the store's */
};
void ww_row_iter_init(struct ww_row_iter *iter, const struct ww_trace *trace, enum ww_track kind, uint64_t key, struct ww_span span);
bool ww_row_iter_next(struct ww_row_iter *iter, struct ww_track_row *row);

/* The keys that have rows of @kind, smallest first. Elements: uint64_t. */
GArray *ww_query_track_keys(const struct ww_trace *trace, enum ww_track kind);

/* What a TEXT field of a row says; NULL for no number of a text. Borrowed from the trace. */
const char *ww_query_text(const struct ww_trace *trace, uint64_t text);

/*
 * The same as structs (analysis/records.h), by begin: those of one track that overlap a span (instants: lie in it).
 * ww_query_interrupt(trace, cpu, span) returns an array of struct ww_interrupt, and so on for each name there.
 */
GArray *ww_query_records(const struct ww_trace *trace, enum ww_track kind, uint64_t key, struct ww_span span);
/*
 * The one at an instant: of spans the last to begin that covers @t_ns, of instants the last one at or before it, which is what
 * holds then. ww_query_affinity_at(trace, utid, t_ns, &affinity). False: there is none; @record is untouched.
 */
bool ww_query_record_at(const struct ww_trace *trace, enum ww_track kind, uint64_t key, int64_t t_ns, void *record);

#define WW_QUERY_RECORD(TRACK, name, ...) \
	static inline GArray *ww_query_##name(const struct ww_trace *trace, uint64_t key, struct ww_span span) \
	{ \
		return ww_query_records(trace, WW_TRACK_##TRACK, key, span); \
	} \
	static inline bool ww_query_##name##_at(const struct ww_trace *trace, uint64_t key, int64_t t_ns, struct ww_##name *record) \
	{ \
		return ww_query_record_at(trace, WW_TRACK_##TRACK, key, t_ns, record); \
	}
WW_RECORDS(WW_QUERY_RECORD)

/* Threads runnable but not running on each CPU's queue over time. */
struct ww_queue_step {
	int64_t time_ns;
	uint16_t cpu;
	uint16_t n_runnable; /* from here on */
};
/*
 * Steps inside the span in time order, with the value at its begin first for every CPU. Elements: struct ww_queue_step. Counted
 * from the runnable intervals of all threads in the span: the kernel's own counters include sleepers that are not taken off the
 * queue yet (T17).
 */
GArray *ww_query_run_queues(const struct ww_trace *trace, struct ww_span span);

/* The thread that runs or ran under @tid at @t_ns (any time: INT64_MIN, the last one); WW_UTID_NONE if there is none. */
uint32_t ww_query_utid(const struct ww_trace *trace, int32_t tid, int64_t t_ns);

/* Threads whose name, "name/tid", tid or process name contains @text, case-insensitive. Elements: uint32_t utid. */
GArray *ww_query_search(const struct ww_trace *trace, const char *text);

#endif
