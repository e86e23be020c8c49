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

#define WIDTHS 8u /* bytes */
#define HOLE 7u   /* which of them */

_Static_assert(sizeof(struct ww_block_entry) == 88, "no padding in the file");
_Static_assert(WW_STATE_N <= HOLE, "a state has three bits, and one number is left");
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

/* Bits @at and following, @n of them, 63 at most. Reads nine bytes. */
static inline uint64_t get_bits(const uint8_t *bytes, uint32_t at, unsigned int n)
{
	const unsigned int shift = at % 8;
	uint64_t value = load(bytes + at / 8) >> shift;

	if (shift + n > 64)
		value |= (uint64_t)bytes[at / 8 + 8] << (64 - shift);
	return value & ((UINT64_C(1) << n) - 1);
}

/* The same into zeroes. */
static void put_bits(uint8_t *bytes, uint32_t at, unsigned int n, uint64_t value)
{
	const unsigned int shift = at % 8;

	store(bytes + at / 8, load(bytes + at / 8) | value << shift);
	if (shift + n > 64)
		bytes[at / 8 + 8] = (uint8_t)(value >> (64 - shift));
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

/* Rounded up: below 16 units itself, from there on three bits behind the first one. */
#define LONGEST_SHIFT 10 /* a unit is 1024 ns */
static uint8_t longest_of(int64_t length_ns)
{
	const uint64_t units = ((uint64_t)length_ns + (1u << LONGEST_SHIFT) - 1) >> LONGEST_SHIFT;
	unsigned int shift;
	uint64_t rounded;

	if (units < 16)
		return (uint8_t)units;
	shift = 60 - (unsigned int)__builtin_clzll(units);
	rounded = (units + (UINT64_C(1) << shift) - 1) >> shift;
	return (uint8_t)MIN(8 * shift + rounded, UINT8_MAX);
}

int64_t ww_block_longest_ns(uint8_t longest)
{
	if (longest < 16)
		return (int64_t)longest << LONGEST_SHIFT;
	if (longest == UINT8_MAX)
		return INT64_MAX;
	return (int64_t)(8u + longest % 8) << (longest / 8 - 1 + LONGEST_SHIFT);
}

static unsigned int width_of(uint64_t length)
{
	return length > 0 ? 64 - (unsigned int)__builtin_clzll(length) : 0;
}

/* How long interval @i is, and after it the hole, which is empty behind the last one. */
static void lengths_of(const struct ww_interval *intervals, unsigned int n, unsigned int i,
		       uint64_t lengths[2])
{
	const struct ww_span *span = &intervals[i].span;

	lengths[0] = (uint64_t)span->end_ns - (uint64_t)span->begin_ns;
	lengths[1] = 0;
	if (i + 1 < n)
		lengths[1] = (uint64_t)intervals[i + 1].span.begin_ns - (uint64_t)span->end_ns;
	g_assert((lengths[0] | lengths[1]) <= INT64_MAX);
}

/* What the directory says of the intervals, and how wide their lengths are. */
static void describe(const struct ww_interval *intervals, unsigned int n,
		     struct ww_block_entry *entry, uint8_t widths[WIDTHS])
{
	int64_t longest_ns[WW_STATE_N] = { 0 };
	uint64_t any[WIDTHS] = { 0 };

	*entry = (struct ww_block_entry){ .begin_ns = intervals[0].span.begin_ns, .n = (uint8_t)n };
	for (unsigned int i = 0; i < n; i++) {
		const unsigned int state = intervals[i].state;
		uint64_t lengths[2];

		g_assert(state < WW_STATE_N);
		lengths_of(intervals, n, i, lengths);
		entry->states |= (uint8_t)(1u << state);
		longest_ns[state] = MAX(longest_ns[state], (int64_t)lengths[0]);
		any[state] |= lengths[0];
		any[HOLE] |= lengths[1];
	}
	entry->longest[0] = longest_of(longest_ns[WW_STATE_RUNNABLE]);
	entry->longest[1] = longest_of(longest_ns[WW_STATE_BLOCKED]);
	for (unsigned int i = 0; i < WIDTHS; i++)
		widths[i] = (uint8_t)width_of(any[i]);
}

/* Returns how many bytes the lengths take. */
static size_t put_lengths(uint8_t *bytes, const uint8_t widths[WIDTHS],
			  const struct ww_interval *intervals, unsigned int n)
{
	uint32_t at = 0;

	memset(bytes, 0, WW_BLOCK_SLACK_BYTES);
	for (unsigned int i = 0; i < n; i++) {
		const unsigned int width = widths[intervals[i].state];
		uint64_t lengths[2];

		lengths_of(intervals, n, i, lengths);
		put_bits(bytes, at, width, lengths[0]);
		at += width;
		put_bits(bytes, at, widths[HOLE], lengths[1]);
		at += widths[HOLE];
	}
	return (at + 7) / 8;
}

void ww_block_encode(struct ww_block_lane lane, const struct ww_interval *intervals, unsigned int n,
		     uint8_t *bytes, struct ww_block_entry *entry)
{
	uint8_t *tags = bytes + WIDTHS, *details, *at;
	struct ww_block_history history;

	g_assert(n > 0 && n <= WW_BLOCK_INTERVALS);
	describe(intervals, n, entry, bytes);
	details = at = tags + n + put_lengths(tags + n, bytes, intervals, n);
	history_init(&history, lane);
	for (unsigned int i = 0; i < n; i++)
		at = put_details(at, &history, lane.is_cpu, &intervals[i], &tags[i]);
	entry->n_times_bytes = (uint16_t)(details - bytes);
	entry->n_details_bytes = (uint16_t)(at - details);
	entry->times_checksum = ww_store_checksum(bytes, entry->n_times_bytes);
	entry->details_checksum = ww_store_checksum(details, entry->n_details_bytes);
}

/* The map may change under us: nothing beyond the arrays and the slack even then. */
static unsigned int copy_widths(uint8_t widths[WIDTHS], const struct ww_block_entry *entry,
				const uint8_t *bytes)
{
	uint64_t all;

	memcpy(&all, bytes, sizeof(all));
	all &= UINT64_C(0x3f3f3f3f3f3f3f3f);
	memcpy(widths, &all, sizeof(all));
	return MIN(entry->n, WW_BLOCK_INTERVALS);
}

static void read_holes(struct ww_block_times *times, const uint8_t widths[WIDTHS],
		       const uint8_t *bits)
{
	uint64_t at_ns = (uint64_t)times->begin_ns[0];
	uint32_t at = 0;

	for (unsigned int i = 0; i < times->n; i++) {
		const unsigned int width = widths[times->tags[i] & WW_BLOCK_STATE];

		at_ns += get_bits(bits, at, width);
		at += width;
		times->hole_end_ns[i] = (int64_t)at_ns;
		at_ns += get_bits(bits, at, widths[HOLE]);
		at += widths[HOLE];
		times->begin_ns[i + 1] = (int64_t)at_ns;
	}
	times->n_bits = at;
	times->end_ns = times->hole_end_ns;
}

void ww_block_times_init(struct ww_block_times *times, const struct ww_block_entry *entry,
			 const uint8_t *bytes)
{
	uint8_t widths[WIDTHS];
	const unsigned int n = copy_widths(widths, entry, bytes);
	const uint8_t *tags = bytes + WIDTHS, *bits = tags + n;
	uint64_t at_ns = (uint64_t)entry->begin_ns;
	uint32_t at = 0;

	times->n = n;
	times->tags = tags;
	times->begin_ns[0] = entry->begin_ns;
	if (widths[HOLE] > 0) {
		read_holes(times, widths, bits);
		return;
	}
	for (unsigned int i = 0; i < n; i++) {
		const unsigned int width = widths[tags[i] & WW_BLOCK_STATE];

		at_ns += get_bits(bits, at, width);
		at += width;
		times->begin_ns[i + 1] = (int64_t)at_ns;
	}
	times->n_bits = at;
	times->end_ns = times->begin_ns + 1;
}

/* No state that there is not, and no width that was cut when it was read. */
static bool is_head_sound(const struct ww_block_times *times, const uint8_t *bytes)
{
	uint8_t widths = 0;
	bool is_sound = true;

	for (unsigned int i = 0; i < WIDTHS; i++)
		widths |= bytes[i];
	for (unsigned int i = 0; i < times->n; i++)
		is_sound &= (times->tags[i] & WW_BLOCK_STATE) < WW_STATE_N;
	return is_sound && widths <= 63;
}

bool ww_block_is_sound(const struct ww_block_entry *entry, const uint8_t *bytes, int64_t limit_ns,
		       struct ww_block_times *times)
{
	int64_t last_ns = entry->begin_ns;
	bool is_sound = true;

	if (entry->n == 0 || entry->n > WW_BLOCK_INTERVALS ||
	    entry->n_times_bytes < WIDTHS + entry->n)
		return false;
	ww_block_times_init(times, entry, bytes);
	if (!is_head_sound(times, bytes) ||
	    entry->n_times_bytes != WIDTHS + times->n + (times->n_bits + 7) / 8)
		return false;
	for (unsigned int i = 0; i < times->n; i++) {
		is_sound &= times->begin_ns[i] >= last_ns && times->end_ns[i] > times->begin_ns[i];
		last_ns = times->end_ns[i];
	}
	return is_sound && last_ns <= limit_ns;
}

void ww_block_cursor_init(struct ww_block_cursor *cursor, struct ww_block_lane lane,
			  const struct ww_block_entry *entry, const uint8_t *times,
			  const uint8_t *details)
{
	cursor->n = (uint8_t)copy_widths(cursor->widths, entry, times);
	cursor->i = 0;
	cursor->lane = lane;
	cursor->tags = times + WIDTHS;
	cursor->bits = cursor->tags + cursor->n;
	cursor->n_bits = 0;
	cursor->at = details;
	cursor->limit = cursor->at + entry->n_details_bytes;
	cursor->next_ns = entry->begin_ns;
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

static uint64_t next_length(struct ww_block_cursor *cursor, unsigned int width)
{
	const uint64_t length = get_bits(cursor->bits, cursor->n_bits, width);

	cursor->n_bits += width;
	return length;
}

bool ww_block_cursor_next(struct ww_block_cursor *cursor, struct ww_interval *interval)
{
	uint64_t end_ns;
	uint8_t tag;

	if (cursor->i == cursor->n)
		return false;
	tag = cursor->tags[cursor->i++];
	end_ns = (uint64_t)cursor->next_ns +
		 next_length(cursor, cursor->widths[tag & WW_BLOCK_STATE]);
	*interval = (struct ww_interval){ .span = { cursor->next_ns, (int64_t)end_ns } };
	cursor->next_ns = (int64_t)(end_ns + next_length(cursor, cursor->widths[HOLE]));
	get_details(cursor, tag, interval);
	sanitize(interval, cursor->lane);
	return true;
}
