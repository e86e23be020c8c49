// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/store/block.h"

#include <glib.h>
#include <string.h>

#include "analysis/store/file.h"
#include "analysis/store/varint.h"

/* In the byte of the state: this detail is as predicted and takes no bytes. */
enum tag {
	TAG_SHAPE = 1 << 3, /* as of the last interval in the same state, as is the priority */
	TAG_CPU = 1 << 4,   /* as of the last interval */
	TAG_WHO = 1 << 5, /* as of the last interval in the same state; runnable: of the last one */
	TAG_TIMES = 1 << 6,  /* how waking and wakeup are said, as in the same state */
	TAG_OBJECT = 1 << 7, /* as of the last interval in the same state */
};

/* Which parts of a shape follow when it is not as predicted. */
enum shape_part {
	PART_REASON = 1 << 0,
	PART_FLAGS = 1 << 1,
	PART_WAKER = 1 << 2,
	PART_REWAKES = 1 << 3,
	PART_SYSCALL = 1 << 4,
	PART_PRIO = 1 << 5,
	PART_OTHER = 1 << 6,
};

/* Two bits for each of waking_ns and wakeup_ns. The anchor is the end of a blocked interval, else
 * the begin. */
enum time_mode { TIME_NONE, TIME_ANCHOR, TIME_DISTANCE };
#define TIMES(waking, wakeup) ((waking) | (wakeup) << 2)

_Static_assert(sizeof(struct ww_block_entry) == 88, "no padding in the file");
_Static_assert(WW_STATE_N <= 8, "a state has three bits");
_Static_assert(offsetof(struct ww_interval, syscall) + sizeof(int16_t) ==
		       offsetof(struct ww_interval, state) + sizeof(uint64_t),
	       "what makes a shape lies together");

static uint64_t shape_of(const struct ww_interval *interval)
{
	uint64_t shape;

	memcpy(&shape, &interval->state, sizeof(shape));
	return shape;
}

static void set_shape(struct ww_interval *interval, uint64_t shape)
{
	memcpy(&interval->state, &shape, sizeof(shape));
}

static void history_init(struct ww_block_history *history, struct ww_block_lane lane)
{
	static const uint8_t usual_times[8] = {
		[WW_STATE_BLOCKED] = TIMES(TIME_ANCHOR, TIME_NONE),
		[WW_STATE_RUNNABLE] = TIMES(TIME_ANCHOR, TIME_ANCHOR),
	};

	memset(history, 0, sizeof(*history));
	for (unsigned int state = 0; state < 8; state++) {
		const struct ww_interval blank = { .state = (uint8_t)state,
						   .syscall = WW_SYSCALL_UNKNOWN };

		history->shape[state] = shape_of(&blank);
		history->who[state] = WW_UTID_NONE;
		history->other[state] = WW_UTID_NONE;
		history->prio[state] = -1;
	}
	if (lane.is_cpu) {
		history->who[WW_STATE_BLOCKED] = WW_UTID_IDLE;
		memset(history->times, 0, sizeof(history->times));
	} else {
		memcpy(history->times, usual_times, sizeof(usual_times));
	}
	history->last_who = WW_UTID_NONE;
	history->cpu = lane.is_cpu ? (uint16_t)lane.index : WW_CPU_UNKNOWN;
}

static uint64_t load(const uint8_t *at)
{
	uint64_t value;

	memcpy(&value, at, sizeof(value));
	return GUINT64_FROM_LE(value);
}

static void store(uint8_t *at, uint64_t value)
{
	value = GUINT64_TO_LE(value);
	memcpy(at, &value, sizeof(value));
}

static uint64_t mask_of(uint8_t width)
{
	return UINT64_MAX >> (64 - 8 * width);
}

/* Utids are small and the two special ones the largest: 0 and 1 stand for these. */
static uint8_t *put_utid(uint8_t *at, uint32_t utid)
{
	return ww_varint_put(at, (uint32_t)(utid + 2));
}

static uint32_t get_utid(struct ww_block_cursor *cursor)
{
	return (uint32_t)ww_varint_get(&cursor->at, cursor->limit) - 2;
}

static uint8_t *put_signed(uint8_t *at, int64_t value)
{
	return ww_varint_put(at, ww_zigzag((uint64_t)value));
}

static int64_t get_signed(struct ww_block_cursor *cursor)
{
	return (int64_t)ww_unzigzag(ww_varint_get(&cursor->at, cursor->limit));
}

static uint8_t *put_shape(uint8_t *at, const struct ww_block_history *history,
			  const struct ww_interval *interval, uint32_t other)
{
	const unsigned int state = interval->state;
	struct ww_interval last;
	uint8_t parts = 0, *first = at++;

	set_shape(&last, history->shape[state]);
	if (interval->reason != last.reason)
		parts |= PART_REASON, *at++ = interval->reason;
	if (interval->flags != last.flags)
		parts |= PART_FLAGS, *at++ = interval->flags;
	if (interval->waker != last.waker)
		parts |= PART_WAKER, *at++ = interval->waker;
	if (interval->rewakes != last.rewakes)
		parts |= PART_REWAKES, at = ww_varint_put(at, interval->rewakes);
	if (interval->syscall != last.syscall)
		parts |= PART_SYSCALL, at = put_signed(at, interval->syscall);
	if (interval->prio != history->prio[state])
		parts |= PART_PRIO, at = put_signed(at, interval->prio);
	if (other != history->other[state])
		parts |= PART_OTHER, at = put_utid(at, other);
	*first = parts;
	return at;
}

static void get_shape(struct ww_block_cursor *cursor, struct ww_interval *interval)
{
	struct ww_block_history *history = &cursor->history;
	const unsigned int state = interval->state;
	const uint8_t parts = (uint8_t)ww_varint_get(&cursor->at, cursor->limit);

	if (parts & PART_REASON && cursor->at < cursor->limit)
		interval->reason = *cursor->at++;
	if (parts & PART_FLAGS && cursor->at < cursor->limit)
		interval->flags = *cursor->at++;
	if (parts & PART_WAKER && cursor->at < cursor->limit)
		interval->waker = *cursor->at++;
	if (parts & PART_REWAKES)
		interval->rewakes = (uint16_t)ww_varint_get(&cursor->at, cursor->limit);
	if (parts & PART_SYSCALL)
		interval->syscall = (int16_t)get_signed(cursor);
	if (parts & PART_PRIO)
		history->prio[state] = (int16_t)get_signed(cursor);
	if (parts & PART_OTHER)
		history->other[state] = get_utid(cursor);
	history->shape[state] = shape_of(interval);
}

static int64_t anchor_of(const struct ww_interval *interval)
{
	return interval->state == WW_STATE_BLOCKED ? interval->span.end_ns
						   : interval->span.begin_ns;
}

static enum time_mode mode_of(int64_t t_ns, int64_t anchor_ns)
{
	return t_ns == anchor_ns ? TIME_ANCHOR : t_ns == -1 ? TIME_NONE : TIME_DISTANCE;
}

static uint8_t *put_time(uint8_t *at, enum time_mode mode, int64_t t_ns, int64_t anchor_ns)
{
	if (mode != TIME_DISTANCE)
		return at;
	return ww_varint_put(at, ww_zigzag((uint64_t)t_ns - (uint64_t)anchor_ns));
}

static int64_t get_time(struct ww_block_cursor *cursor, unsigned int mode, int64_t anchor_ns)
{
	if (mode == TIME_NONE)
		return -1;
	return mode == TIME_ANCHOR ? anchor_ns
				   : (int64_t)((uint64_t)anchor_ns + (uint64_t)get_signed(cursor));
}

static uint32_t predicted_who(const struct ww_block_history *history, unsigned int state)
{
	return state == WW_STATE_RUNNABLE ? history->last_who : history->who[state];
}

/* The details of one interval; its tag comes back in @tag. */
static uint8_t *put_details(uint8_t *at, struct ww_block_history *history, bool is_cpu,
			    const struct ww_interval *interval, uint8_t *tag)
{
	const unsigned int state = interval->state;
	const uint32_t who = is_cpu ? interval->utid : interval->waker_utid;
	const uint32_t other = is_cpu ? interval->waker_utid : WW_UTID_NONE;
	const int64_t anchor_ns = anchor_of(interval);
	const enum time_mode waking = mode_of(interval->waking_ns, anchor_ns);
	const enum time_mode wakeup = mode_of(interval->wakeup_ns, anchor_ns);
	const uint8_t times = (uint8_t)TIMES(waking, wakeup);

	*tag = (uint8_t)state;
	if (shape_of(interval) == history->shape[state] && interval->prio == history->prio[state] &&
	    other == history->other[state])
		*tag |= TAG_SHAPE;
	else
		at = put_shape(at, history, interval, other);
	if (interval->cpu == history->cpu)
		*tag |= TAG_CPU;
	else
		at = ww_varint_put(at, interval->cpu);
	if (who == predicted_who(history, state))
		*tag |= TAG_WHO;
	else
		at = put_utid(at, who);
	if (times == history->times[state])
		*tag |= TAG_TIMES;
	else
		*at++ = times;
	at = put_time(at, waking, interval->waking_ns, anchor_ns);
	at = put_time(at, wakeup, interval->wakeup_ns, anchor_ns);
	if (interval->object == history->object[state])
		*tag |= TAG_OBJECT;
	else
		at = ww_varint_put(at, ww_zigzag(interval->object - history->object[state]));
	history->shape[state] = shape_of(interval);
	history->prio[state] = interval->prio;
	history->other[state] = other;
	history->cpu = interval->cpu;
	history->who[state] = history->last_who = who;
	history->times[state] = times;
	history->object[state] = interval->object;
	return at;
}

static uint32_t longest_units(int64_t length_ns)
{
	const uint64_t units =
		((uint64_t)length_ns + (1u << WW_LONGEST_SHIFT) - 1) >> WW_LONGEST_SHIFT;

	return (uint32_t)MIN(units, UINT32_MAX);
}

/* What the directory says of the intervals. */
static void describe(const struct ww_interval *intervals, unsigned int n,
		     struct ww_block_entry *entry)
{
	const uint64_t reach =
		(uint64_t)intervals[n - 1].span.end_ns - (uint64_t)intervals[0].span.begin_ns;
	int64_t longest_ns[WW_STATE_N] = { 0 };

	*entry = (struct ww_block_entry){
		.begin_ns = intervals[0].span.begin_ns,
		.n = (uint8_t)n,
		.width = (uint8_t)((64 - __builtin_clzll(reach | 1) + 7) / 8),
	};
	for (unsigned int i = 0; i < n; i++) {
		const struct ww_interval *interval = &intervals[i];
		const int64_t length_ns = interval->span.end_ns - interval->span.begin_ns;

		g_assert(interval->state < WW_STATE_N);
		entry->states |= (uint8_t)(1u << interval->state);
		longest_ns[interval->state] = MAX(longest_ns[interval->state], length_ns);
		if (i + 1 < n && intervals[i + 1].span.begin_ns != interval->span.end_ns)
			entry->has_holes = 1;
	}
	entry->longest[0] = longest_units(longest_ns[WW_STATE_RUNNABLE]);
	entry->longest[1] = longest_units(longest_ns[WW_STATE_BLOCKED]);
}

void ww_block_encode(struct ww_block_lane lane, const struct ww_interval *intervals, unsigned int n,
		     uint8_t *bytes, struct ww_block_entry *entry)
{
	struct ww_block_history history;
	uint8_t *at = bytes, *tags;

	g_assert(n > 0 && n <= WW_BLOCK_INTERVALS);
	describe(intervals, n, entry);
	for (unsigned int i = 1; i < n; i++, at += entry->width)
		store(at, (uint64_t)(intervals[i].span.begin_ns - entry->begin_ns));
	store(at, (uint64_t)(intervals[n - 1].span.end_ns - entry->begin_ns));
	at += entry->width;
	for (unsigned int i = 0; entry->has_holes && i < n; i++, at += entry->width)
		store(at, (uint64_t)(intervals[i].span.end_ns - entry->begin_ns));
	tags = at;
	at += n;
	history_init(&history, lane);
	for (unsigned int i = 0; i < n; i++)
		at = put_details(at, &history, lane.is_cpu, &intervals[i], &tags[i]);
	entry->n_bytes = (uint32_t)(at - bytes);
	entry->checksum = ww_store_checksum(bytes, entry->n_bytes);
}

static uint32_t fixed_bytes(const struct ww_block_entry *entry)
{
	return entry->n * (entry->width * (entry->has_holes ? 2u : 1u) + 1u);
}

bool ww_block_is_sound(const struct ww_block_entry *entry, const uint8_t *bytes, int64_t limit_ns)
{
	struct ww_block_times times;
	int64_t last_ns = entry->begin_ns;

	if (entry->n == 0 || entry->n > WW_BLOCK_INTERVALS || entry->width == 0 ||
	    entry->width > 8 || entry->n_bytes < fixed_bytes(entry))
		return false;
	ww_block_times_init(&times, entry, bytes);
	for (unsigned int i = 0; i < times.n; i++) {
		if (times.begin_ns[i] < last_ns || times.end_ns[i] <= times.begin_ns[i] ||
		    times.end_ns[i] > limit_ns || (times.tags[i] & WW_BLOCK_STATE) >= WW_STATE_N)
			return false;
		last_ns = times.end_ns[i];
	}
	return true;
}

void ww_block_times_init(struct ww_block_times *times, const struct ww_block_entry *entry,
			 const uint8_t *bytes)
{
	const uint64_t mask = mask_of(entry->width), base = (uint64_t)entry->begin_ns;
	/* The map may change under us: nothing beyond these arrays even then. */
	const unsigned int n = MIN(entry->n, WW_BLOCK_INTERVALS), width = entry->width;

	times->n = n;
	times->begin_ns[0] = entry->begin_ns;
	for (unsigned int i = 1; i <= n; i++, bytes += width)
		times->begin_ns[i] = (int64_t)(base + (load(bytes) & mask));
	times->end_ns = times->begin_ns + 1;
	if (entry->has_holes) {
		for (unsigned int i = 0; i < n; i++, bytes += width)
			times->hole_end_ns[i] = (int64_t)(base + (load(bytes) & mask));
		times->end_ns = times->hole_end_ns;
	}
	times->tags = bytes;
}

void ww_block_cursor_init(struct ww_block_cursor *cursor, struct ww_block_lane lane,
			  const struct ww_block_entry *entry, const uint8_t *bytes)
{
	const size_t column = (size_t)entry->n * entry->width;

	cursor->lane = lane;
	cursor->offsets = bytes;
	cursor->ends = entry->has_holes ? bytes + column : bytes;
	cursor->tags = cursor->ends + column;
	cursor->at = cursor->tags + entry->n;
	cursor->limit = bytes + entry->n_bytes;
	cursor->base_ns = cursor->next_ns = entry->begin_ns;
	cursor->mask = mask_of(entry->width);
	cursor->width = entry->width;
	cursor->n = entry->n;
	cursor->i = 0;
	history_init(&cursor->history, lane);
}

/* A checksum proves what was written, not by whom. */
static void sanitize(struct ww_interval *interval, struct ww_block_lane lane)
{
	if (interval->reason >= WW_REASON_N)
		interval->reason = WW_REASON_NONE;
	if (interval->waker >= WW_WAKER_N)
		interval->waker = WW_WAKER_UNKNOWN;
	if (interval->waker_utid >= lane.n_threads && interval->waker_utid != WW_UTID_IDLE)
		interval->waker_utid = WW_UTID_NONE;
	if (interval->utid >= lane.n_threads && interval->utid != WW_UTID_IDLE)
		interval->utid = WW_UTID_NONE;
}

static void get_details(struct ww_block_cursor *cursor, uint8_t tag, struct ww_interval *interval)
{
	struct ww_block_history *history = &cursor->history;
	const unsigned int state = tag & WW_BLOCK_STATE;
	const int64_t anchor_ns =
		state == WW_STATE_BLOCKED ? interval->span.end_ns : interval->span.begin_ns;
	uint32_t who;

	set_shape(interval, history->shape[state]);
	if (!(tag & TAG_SHAPE))
		get_shape(cursor, interval);
	if (!(tag & TAG_CPU))
		history->cpu = (uint16_t)ww_varint_get(&cursor->at, cursor->limit);
	who = tag & TAG_WHO ? predicted_who(history, state) : get_utid(cursor);
	if (!(tag & TAG_TIMES))
		history->times[state] = (uint8_t)ww_varint_get(&cursor->at, cursor->limit);
	interval->waking_ns = get_time(cursor, history->times[state] & 3, anchor_ns);
	interval->wakeup_ns = get_time(cursor, history->times[state] >> 2 & 3, anchor_ns);
	if (!(tag & TAG_OBJECT))
		history->object[state] += (uint64_t)get_signed(cursor);
	history->who[state] = history->last_who = who;
	interval->prio = history->prio[state];
	interval->cpu = history->cpu;
	interval->object = history->object[state];
	interval->utid = cursor->lane.is_cpu ? who : cursor->lane.index;
	interval->waker_utid = cursor->lane.is_cpu ? history->other[state] : who;
}

bool ww_block_cursor_next(struct ww_block_cursor *cursor, struct ww_interval *interval)
{
	const unsigned int i = cursor->i, width = cursor->width;
	const uint64_t base = (uint64_t)cursor->base_ns;
	int64_t next_ns;

	if (i == cursor->n)
		return false;
	cursor->i++;
	next_ns = (int64_t)(base + (load(cursor->offsets + i * width) & cursor->mask));
	*interval = (struct ww_interval){ .span = { cursor->next_ns, next_ns } };
	if (cursor->ends != cursor->offsets)
		interval->span.end_ns =
			(int64_t)(base + (load(cursor->ends + i * width) & cursor->mask));
	cursor->next_ns = next_ns;
	get_details(cursor, cursor->tags[i], interval);
	sanitize(interval, cursor->lane);
	return true;
}
