// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/read/slice.h"

#include <string.h>

#define NO_PART UINT32_MAX
#define NEVER (INT64_MAX - 1) /* so that there is a time behind it */

/* A run and where its marks are. */
struct part {
	struct ww_run run;
	size_t first;  /* of its marks */
	uint32_t next; /* part of the same stream, NO_PART */
};

struct ww_slice_lane {
	uint32_t first, last;             /* part; NO_PART: none */
	const struct ww_mark *mark, *end; /* where the merge is; NULL: it is through */
	int64_t next_ns;                  /* of the mark behind that, NEVER */
};

/* Of a tree in which the winner of two is above them: the leaves are the lanes' next marks. */
struct ww_slice_node {
	int64_t time_ns; /* NEVER: the lane is through */
	uint64_t lane;
};

static size_t n_leaves_of(size_t n_lanes)
{
	size_t n = 1;

	while (n < n_lanes)
		n *= 2;
	return n;
}

void ww_slice_init(struct ww_slice *slice, const struct ww_layout *layout,
		   struct ww_packet_pool *pool, size_t n_streams, size_t max_marks)
{
	*slice = (struct ww_slice){
		.env = &layout->env,
		.pool = pool,
		.events = g_new(struct ww_event, max_marks),
		.marks = g_new(struct ww_mark, max_marks),
		.max_marks = max_marks,
		.n_streams = n_streams,
		.parts = g_array_new(false, false, sizeof(struct part)),
		.lanes = g_new(struct ww_slice_lane, n_streams),
		.busy = g_new(struct ww_slice_lane, n_streams),
		.nodes = g_new(struct ww_slice_node, 2 * n_leaves_of(n_streams)),
		.order = g_new(uint32_t, max_marks),
	};
	ww_texts_init(&slice->texts);
	ww_slice_empty(slice);
}

static struct part *part_at(const struct ww_slice *slice, uint32_t part)
{
	return &g_array_index(slice->parts, struct part, part);
}

static void let_go(struct ww_slice *slice)
{
	for (guint i = 0; i < slice->parts->len; i++)
		ww_run_clear(&part_at(slice, i)->run, slice->pool);
	g_array_set_size(slice->parts, 0);
	slice->n_run_bytes = 0;
}

void ww_slice_clear(struct ww_slice *slice)
{
	let_go(slice);
	g_array_unref(slice->parts);
	ww_texts_destroy(&slice->texts);
	g_free(slice->events);
	g_free(slice->marks);
	g_free(slice->lanes);
	g_free(slice->busy);
	g_free(slice->nodes);
	g_free(slice->order);
}

void ww_slice_empty(struct ww_slice *slice)
{
	let_go(slice);
	ww_texts_clear(&slice->texts);
	for (size_t i = 0; i < slice->n_streams; i++)
		slice->lanes[i].first = NO_PART;
	slice->n_marks = 0;
}

/* How many of @cursor's marks come before @limit or are it. */
static size_t count_until(const struct ww_cursor *cursor, const struct ww_head *limit)
{
	const struct ww_mark *marks = cursor->marks;
	const bool is_with = cursor->key.order <= limit->order;
	size_t low = 0, high = cursor->n_marks;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (marks[middle].time_ns < limit->time_ns ||
		    (is_with && marks[middle].time_ns == limit->time_ns))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Its marks are behind those that are there already. */
static void add_part(struct ww_slice *slice, uint32_t stream, struct ww_run run)
{
	struct ww_slice_lane *lane = &slice->lanes[stream];
	const struct part part = { run, slice->n_marks, NO_PART };
	const guint n = slice->parts->len;

	g_array_append_val(slice->parts, part);
	for (size_t i = 0; i < run.n_marks; i++)
		slice->marks[slice->n_marks + i].part = (uint16_t)n;
	slice->n_marks += run.n_marks;
	if (lane->first == NO_PART)
		lane->first = n;
	else
		part_at(slice, lane->last)->next = n;
	lane->last = n;
	if (run.packet)
		slice->n_run_bytes += (uint64_t)(run.packet->source.end - run.packet->source.bytes);
}

/* The first @n marks of @cursor, as runs: the last one may be shared with what stays there. */
static void take_runs(struct ww_slice *slice, struct ww_cursor *cursor, size_t n)
{
	guint n_whole = 0;

	while (n > 0) {
		struct ww_run *run = &g_array_index(cursor->runs, struct ww_run, n_whole);
		struct ww_run taken = *run;

		if (run->n_marks <= n) {
			n_whole++;
			if (run->packet)
				cursor->n_run_bytes -= (uint64_t)(run->packet->source.end -
								  run->packet->source.bytes);
		} else {
			taken.n_marks = (uint32_t)n;
			run->n_marks -= taken.n_marks;
			ww_packet_share(run->packet);
		}
		n -= taken.n_marks;
		add_part(slice, cursor->key.order, taken);
	}
	g_array_remove_range(cursor->runs, 0, n_whole);
}

void ww_slice_take(struct ww_slice *slice, struct ww_cursor *cursor, const struct ww_head *limit)
{
	const size_t n = count_until(cursor, limit);

	if (n == 0)
		return;
	g_assert(n <= slice->max_marks - slice->n_marks);
	memcpy(slice->marks + slice->n_marks, cursor->marks, n * sizeof(*cursor->marks));
	take_runs(slice, cursor, n);
	ww_cursor_drop_marks(cursor, n);
}

static int64_t time_of(const struct ww_slice *slice, uint32_t part)
{
	return part == NO_PART ? NEVER : slice->marks[part_at(slice, part)->first].time_ns;
}

static void enter_part(const struct ww_slice *slice, struct ww_slice_lane *lane, uint32_t number)
{
	const struct part *part = part_at(slice, number);

	lane->mark = slice->marks + part->first;
	lane->end = lane->mark + part->run.n_marks;
	lane->next_ns = part->run.n_marks > 1 ? lane->mark[1].time_ns : time_of(slice, part->next);
}

/* To the next mark of @lane. What comes behind that is looked up before anybody waits for it. */
static inline void step(const struct ww_slice *slice, struct ww_slice_lane *lane)
{
	const uint32_t next = part_at(slice, lane->mark->part)->next;

	lane->mark++;
	if (G_LIKELY(lane->end - lane->mark > 1))
		lane->next_ns = lane->mark[1].time_ns;
	else if (lane->mark < lane->end)
		lane->next_ns = time_of(slice, next);
	else if (next != NO_PART)
		enter_part(slice, lane, next);
}

static void find_busy_lanes(struct ww_slice *slice)
{
	slice->n_busy = 0;
	for (size_t i = 0; i < slice->n_streams; i++) {
		struct ww_slice_lane *lane = &slice->lanes[i];

		if (lane->first == NO_PART)
			continue;
		slice->busy[slice->n_busy] = *lane;
		enter_part(slice, &slice->busy[slice->n_busy++], lane->first);
	}
}

/* Of two siblings, that on the left is of streams that come first when times are equal. */
static struct ww_slice_node winner_of(struct ww_slice_node left, struct ww_slice_node right)
{
	return right.time_ns < left.time_ns ? right : left;
}

static void seed(struct ww_slice *slice, size_t n_leaves)
{
	struct ww_slice_node *nodes = slice->nodes;

	for (size_t i = 0; i < n_leaves; i++)
		nodes[n_leaves + i] = (struct ww_slice_node){
			i < slice->n_busy ? slice->busy[i].mark->time_ns : NEVER,
			i,
		};
	for (size_t i = n_leaves; --i > 0;)
		nodes[i] = winner_of(nodes[2 * i], nodes[2 * i + 1]);
}

/*
 * Puts the marks in order. Whom a lane has to beat is fixed by its place in the tree, so that a
 * step is some loads and selections without a branch that anybody would have to guess.
 */
static void merge(struct ww_slice *slice)
{
	const size_t n_leaves = n_leaves_of(slice->n_busy);
	struct ww_slice_node *nodes = slice->nodes;

	seed(slice, n_leaves);
	for (size_t i = 0; i < slice->n_marks; i++) {
		const uint64_t first = nodes[1].lane;
		struct ww_slice_lane *lane = &slice->busy[first];
		struct ww_slice_node now = { lane->next_ns, first };

		slice->order[i] = (uint32_t)(lane->mark - slice->marks);
		for (size_t at = n_leaves + first; at > 1; at /= 2) {
			const struct ww_slice_node sibling = nodes[at ^ 1];
			const uint64_t is_beaten =
				-(uint64_t)(sibling.time_ns < now.time_ns + (int64_t)(at & 1));

			nodes[at] = now;
			now.time_ns ^=
				(int64_t)((uint64_t)(now.time_ns ^ sibling.time_ns) & is_beaten);
			now.lane ^= (now.lane ^ sibling.lane) & is_beaten;
		}
		nodes[1] = now;
		step(slice, lane);
	}
}

static inline void decode(struct ww_slice *slice, const struct ww_mark *mark,
			  struct ww_event *event)
{
	const struct ww_run *run = &part_at(slice, mark->part)->run;
	const struct ww_loaded_packet *packet = run->packet;
	const struct ww_program *program;

	if (G_UNLIKELY(!packet)) {
		*event = *run->said;
		event->time_ns = mark->time_ns;
		return;
	}
	program = packet->stream->programs[mark->program];
	if (program->direct)
		program->direct(packet->source.bytes + mark->at_bits / 8, packet->cpu, event);
	else
		ww_program_run(program, slice->env, &packet->source, mark->at_bits, &slice->texts,
			       event);
	event->time_ns = mark->time_ns;
}

void ww_slice_decode(struct ww_slice *slice)
{
	find_busy_lanes(slice);
	if (slice->n_busy > 1)
		merge(slice);
	for (size_t i = 0; i < slice->n_marks; i++)
		decode(slice, &slice->marks[slice->n_busy > 1 ? slice->order[i] : i],
		       &slice->events[i]);
	let_go(slice);
}
