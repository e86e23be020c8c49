// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each worker has some slots of its own, so that their memory stays near its CPU. Whoever has the
 * turn deals marks into one that is empty, puts it in line, passes the turn on and decodes what it
 * dealt. The caller takes the slots from the line, in the order in which they were dealt.
 *
 * @turn guards the cursors and everything that dealing needs; @mutex guards the line and what slots
 * are. Who needs both takes @turn first.
 */
#include "analysis/read/slices.h"

#define SLICE_EVENTS 2048       /* at least, while there are so many */
#define SLICE_EVENTS_ALONE 1024 /* the same without workers: more would not stay in caches */
#define SLICE_BYTES (UINT64_C(4) << 20)      /* of packets: then a slice has enough of them */
#define MIN_QUEUED_MARKS 8                   /* by each cursor */
#define QUEUED_BYTES (UINT64_C(64) << 20)    /* of packets, by all cursors together */
#define MAX_QUEUED_BYTES (UINT64_C(1) << 20) /* by each */
#define SLOTS_OF_WORKER 2 /* one is decoded while the other waits or is held by the caller */
#define MAX_WORKERS 4     /* more would wait for each other: a fourth of the work is dealing */

enum slot_state {
	SLOT_EMPTY,
	SLOT_DEALT,
	SLOT_DECODED,
};

struct slot {
	struct ww_slice slice;
	enum slot_state state; /* under the mutex */
};

struct worker {
	struct ww_slices *slices;
	GThread *thread; /* NULL: the caller, who works while nothing is ready for it */
	struct slot slots[SLOTS_OF_WORKER];
};

struct ww_slices {
	GPtrArray *cursors;
	struct ww_cursor **open; /* under the turn: those that have not ended or have marks */
	size_t n_open;
	size_t n_slice_events;        /* that a slice should have */
	uint64_t n_bytes;             /* of the trace */
	const struct ww_cursor *torn; /* under the turn */

	GMutex turn, mutex;
	GCond has_room, is_decoded;
	struct slot *line[(MAX_WORKERS + 1) * SLOTS_OF_WORKER]; /* under the mutex: a ring */
	uint64_t n_dealt, n_taken;                              /* of the line */
	bool is_over;                                           /* under the mutex: all was dealt */
	bool is_stopped;   /* under the mutex: nobody wants more */
	struct slot *held; /* by the caller; NULL: none */
	struct worker caller;
	struct worker workers[MAX_WORKERS];
	unsigned int n_workers; /* beside the caller */
};

/* Up to where all streams are known; NULL: they have all ended. */
static const struct ww_cursor *fill_cursors(struct ww_slices *slices)
{
	const struct ww_cursor *first = NULL;

	for (size_t i = 0; i < slices->n_open; i++) {
		struct ww_cursor *cursor = slices->open[i];

		ww_cursor_fill(cursor);
		if (cursor->state == WW_CURSOR_END)
			continue;
		if (!first || ww_head_is_before(&cursor->key, &first->key))
			first = cursor;
	}
	return first;
}

static void take_marks(struct ww_slices *slices, struct ww_slice *slice,
		       const struct ww_head *limit)
{
	size_t n_open = 0;

	for (size_t i = 0; i < slices->n_open; i++) {
		struct ww_cursor *cursor = slices->open[i];

		ww_slice_take(slice, cursor, limit);
		if (cursor->n_marks > 0 || cursor->state != WW_CURSOR_END)
			slices->open[n_open++] = cursor;
	}
	slices->n_open = n_open;
}

static double fraction_of(const struct ww_slices *slices)
{
	uint64_t n_done = 0;

	for (guint i = 0; i < slices->cursors->len; i++)
		n_done += ((const struct ww_cursor *)slices->cursors->pdata[i])->n_bytes_done;
	return slices->n_bytes > 0 ? MIN((double)n_done / (double)slices->n_bytes, 1) : 1;
}

/* What comes next, round after round; nothing when that was all. The turn is the caller's. */
static void deal(struct ww_slices *slices, struct ww_slice *slice)
{
	static const struct ww_head forever = { INT64_MAX, UINT32_MAX };

	while (slices->n_open > 0 && slice->n_marks < slices->n_slice_events &&
	       slice->n_run_bytes < SLICE_BYTES) {
		const struct ww_cursor *first = fill_cursors(slices);

		take_marks(slices, slice, first ? &first->key : &forever);
		/* Which of the streams was right nobody knows. */
		if (first && first->state == WW_CURSOR_BACK) {
			slices->torn = first;
			slices->n_open = 0;
		}
	}
	slice->fraction = fraction_of(slices);
}

/* With the mutex: an empty one, NULL when there is none now. */
static struct slot *find_room(struct worker *worker)
{
	for (int i = 0; i < SLOTS_OF_WORKER; i++)
		if (worker->slots[i].state == SLOT_EMPTY)
			return &worker->slots[i];
	return NULL;
}

/* NULL when no more are wanted. */
static struct slot *await_room(struct worker *worker)
{
	struct ww_slices *slices = worker->slices;
	struct slot *slot = NULL;

	g_mutex_lock(&slices->mutex);
	while (!slices->is_stopped && !slices->is_over && !(slot = find_room(worker)))
		g_cond_wait(&slices->has_room, &slices->mutex);
	if (slices->is_stopped || slices->is_over)
		slot = NULL;
	g_mutex_unlock(&slices->mutex);
	return slot;
}

/* With the turn; whether there is anything in @slot. */
static bool put_in_line(struct ww_slices *slices, struct slot *slot)
{
	const bool is_one = slot->slice.n_marks > 0;

	g_mutex_lock(&slices->mutex);
	if (is_one) {
		slot->state = SLOT_DEALT;
		slices->line[slices->n_dealt++ % G_N_ELEMENTS(slices->line)] = slot;
	} else {
		slices->is_over = true;
		g_cond_broadcast(&slices->has_room);
		g_cond_signal(&slices->is_decoded);
	}
	g_mutex_unlock(&slices->mutex);
	return is_one;
}

/* Deals into an empty slot of the worker's own and decodes that. False at the end. */
static bool fill_slot(struct ww_slices *slices, struct slot *slot)
{
	bool is_one;

	ww_slice_empty(&slot->slice);
	g_mutex_lock(&slices->turn);
	deal(slices, &slot->slice);
	is_one = put_in_line(slices, slot);
	g_mutex_unlock(&slices->turn);
	if (!is_one)
		return false;
	ww_slice_decode(&slot->slice);
	g_mutex_lock(&slices->mutex);
	slot->state = SLOT_DECODED;
	g_cond_signal(&slices->is_decoded);
	g_mutex_unlock(&slices->mutex);
	return true;
}

static gpointer work(gpointer data)
{
	struct worker *worker = data;
	struct slot *slot;

	while ((slot = await_room(worker)))
		fill_slot(worker->slices, slot);
	return NULL;
}

/* The first of the line is there and decoded, or there will be none. */
static bool is_line_ready(const struct ww_slices *slices)
{
	if (slices->n_taken == slices->n_dealt)
		return slices->is_over;
	return slices->line[slices->n_taken % G_N_ELEMENTS(slices->line)]->state == SLOT_DECODED;
}

/* With the mutex. Waiting costs a system call here and another one there: decoding is better. */
static void work_until_ready(struct ww_slices *slices)
{
	while (!is_line_ready(slices)) {
		struct slot *slot = slices->is_over ? NULL : find_room(&slices->caller);

		if (!slot) {
			g_cond_wait(&slices->is_decoded, &slices->mutex);
			continue;
		}
		g_mutex_unlock(&slices->mutex);
		fill_slot(slices, slot);
		g_mutex_lock(&slices->mutex);
	}
}

/* The next of the line; the slot that the caller has had until now is empty then. */
struct ww_slice *ww_slices_next(struct ww_slices *slices)
{
	struct slot *slot = NULL;

	g_mutex_lock(&slices->mutex);
	if (slices->held) {
		slices->held->state = SLOT_EMPTY;
		g_cond_broadcast(&slices->has_room);
	}
	work_until_ready(slices);
	if (slices->n_taken < slices->n_dealt)
		slot = slices->line[slices->n_taken++ % G_N_ELEMENTS(slices->line)];
	slices->held = slot;
	g_mutex_unlock(&slices->mutex);
	return slot ? &slot->slice : NULL;
}

const struct ww_cursor *ww_slices_torn(const struct ww_slices *slices)
{
	return slices->torn;
}

/* By each cursor: all together so many that a round or two make a slice. */
static size_t queued_marks(const struct ww_slices *slices)
{
	const size_t n_streams = slices->cursors->len;

	return MAX(2 * slices->n_slice_events / MAX(n_streams, 1), MIN_QUEUED_MARKS);
}

/* The same of packets: streams may be thousands, and packets hardly more than empty. */
static uint64_t queued_bytes(const struct ww_slices *slices)
{
	return MIN(QUEUED_BYTES / MAX(slices->cursors->len, 1), MAX_QUEUED_BYTES);
}

static void open_cursors(struct ww_slices *slices)
{
	slices->open = g_new(struct ww_cursor *, slices->cursors->len);
	for (guint i = 0; i < slices->cursors->len; i++) {
		struct ww_cursor *cursor = slices->cursors->pdata[i];

		ww_cursor_set_room(cursor, queued_marks(slices), queued_bytes(slices));
		slices->open[slices->n_open++] = cursor;
		for (guint j = 0; j < cursor->files->len; j++)
			slices->n_bytes +=
				((const struct ww_stream_file *)cursor->files->pdata[j])->n_bytes;
	}
}

static void init_worker(struct worker *worker, struct ww_slices *slices,
			const struct ww_layout *layout, struct ww_packet_pool *pool)
{
	const size_t n_streams = slices->cursors->len;

	worker->slices = slices;
	for (int i = 0; i < SLOTS_OF_WORKER; i++)
		ww_slice_init(&worker->slots[i].slice, layout, pool, n_streams,
			      slices->n_slice_events + n_streams * queued_marks(slices));
}

static void clear_worker(struct worker *worker)
{
	for (int i = 0; i < SLOTS_OF_WORKER; i++)
		ww_slice_clear(&worker->slots[i].slice);
}

/* All there are, or as many as can be. */
static void start_workers(struct ww_slices *slices, unsigned int n_workers,
			  const struct ww_layout *layout, struct ww_packet_pool *pool)
{
	for (unsigned int i = 0; i < n_workers; i++) {
		struct worker *worker = &slices->workers[i];

		init_worker(worker, slices, layout, pool);
		worker->thread = g_thread_try_new("decode", work, worker, NULL);
		if (!worker->thread) {
			clear_worker(worker);
			return;
		}
		slices->n_workers++;
	}
}

struct ww_slices *ww_slices_new(const struct ww_layout *layout, GPtrArray *cursors,
				struct ww_packet_pool *pool, unsigned int n_workers)
{
	struct ww_slices *slices = g_new0(struct ww_slices, 1);

	slices->cursors = cursors;
	g_mutex_init(&slices->turn);
	g_mutex_init(&slices->mutex);
	g_cond_init(&slices->has_room);
	g_cond_init(&slices->is_decoded);
	n_workers = MIN(n_workers, MAX_WORKERS);
	slices->n_slice_events = n_workers > 0 ? SLICE_EVENTS : SLICE_EVENTS_ALONE;
	open_cursors(slices);
	init_worker(&slices->caller, slices, layout, pool);
	start_workers(slices, n_workers, layout, pool);
	return slices;
}

static void stop(struct ww_slices *slices)
{
	g_mutex_lock(&slices->mutex);
	slices->is_stopped = true;
	g_cond_broadcast(&slices->has_room);
	g_mutex_unlock(&slices->mutex);
	for (unsigned int i = 0; i < slices->n_workers; i++)
		g_thread_join(slices->workers[i].thread);
}

void ww_slices_free(struct ww_slices *slices)
{
	if (!slices)
		return;
	stop(slices);
	for (unsigned int i = 0; i < slices->n_workers; i++)
		clear_worker(&slices->workers[i]);
	clear_worker(&slices->caller);
	g_free(slices->open);
	g_cond_clear(&slices->has_room);
	g_cond_clear(&slices->is_decoded);
	g_mutex_clear(&slices->mutex);
	g_mutex_clear(&slices->turn);
	g_free(slices);
}
