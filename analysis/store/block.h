/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Blocks of up to 64 intervals of one lane, and their directory entries.
 *
 * Bytes of a block of n intervals (all numbers little-endian). The times:
 *
 *     8           bits that a length takes in each state; the last: of a hole, 0 when the block has none
 *     n           state in the low three bits; above them what needs no more bytes (enum tag)
 *     bits        how long each interval is and, with holes, how long after its end the next one begins; the lowest bit first
 *
 * and the details: for each interval what its tag does not predict. Pictures and sums read the times alone. Predictions come
 * from earlier intervals of the same block, so a block is read by itself; both checksums are in its entry. Nothing here trusts
 * bytes: ww_block_is_sound() once, then reading is safe.
 */
#ifndef WW_ANALYSIS_STORE_BLOCK_H
#define WW_ANALYSIS_STORE_BLOCK_H

#include "analysis/model.h"

#define WW_BLOCK_INTERVALS 64u
#define WW_BLOCK_SLACK_BYTES 1096u /* may be read behind a block's first byte, whatever its bytes have become */
#define WW_BLOCK_BYTES_MAX 8192u

/* As it lies in the file: natural alignment, no padding. */
struct ww_block_entry {
	int64_t begin_ns;
	uint64_t times_offset;     /* in the file */
	uint64_t details_offset;   /* likewise; behind the times until the lane is sealed */
	uint32_t times_checksum;
	uint32_t details_checksum;
	uint16_t n_times_bytes;
	uint16_t n_details_bytes;
	uint8_t n;                 /* intervals; all blocks of a lane but its last have WW_BLOCK_INTERVALS */
	uint8_t states;            /* 1 << enum ww_state of every interval */
	uint8_t longest[2];        /* runnable, blocked: see ww_block_longest_ns() */
	int64_t before_ns[WW_STATE_N]; /* the lane's time in each state up to begin_ns */
};

/* What no wait of this kind is longer than; 0: there is none. Up to an eighth more than the longest. */
int64_t ww_block_longest_ns(uint8_t longest);

struct ww_block_lane {
	bool is_cpu;
	uint32_t index;     /* utid or CPU number */
	uint32_t n_threads; /* reading: utids from here on are damage and come back as WW_UTID_NONE */
};

/* What a tag is compared with: what came before in the same block. */
struct ww_block_history {
	uint64_t shape[8];  /* by state: state, reason, flags, waker, rewakes and syscall as they lie in struct ww_interval */
	uint64_t object[8];
	uint32_t who[8];    /* thread lanes: waker_utid; CPU lanes: utid */
	uint32_t other[8];  /* CPU lanes: waker_utid */
	int16_t prio[8];
	uint8_t times[8];
	uint32_t last_who;
	uint16_t cpu;
};

/*
 * Encodes @n (1 to WW_BLOCK_INTERVALS) intervals in order of time to @bytes, which has room for WW_BLOCK_BYTES_MAX: the times,
 * the details behind them. Fills @entry but for its offsets and before_ns.
 */
void ww_block_encode(struct ww_block_lane lane, const struct ww_interval *intervals, unsigned int n, uint8_t *bytes, struct ww_block_entry *entry);

/* Times and states of a sound block. */
struct ww_block_times {
	int64_t begin_ns[WW_BLOCK_INTERVALS + 1];
	int64_t hole_end_ns[WW_BLOCK_INTERVALS];
	const int64_t *end_ns;  /* begin_ns + 1 or hole_end_ns */
	const uint8_t *tags;    /* state: tag & WW_BLOCK_STATE; borrowed from the block */
	unsigned int n;
	uint32_t n_bits;        /* that the lengths take */
};
#define WW_BLOCK_STATE 7u
/* The times are in order, take the bytes that @entry says and end at or before @limit_ns. Only then are @times what is said. */
bool ww_block_is_sound(const struct ww_block_entry *entry, const uint8_t *bytes, int64_t limit_ns, struct ww_block_times *times);
void ww_block_times_init(struct ww_block_times *times, const struct ww_block_entry *entry, const uint8_t *bytes);

/* Reads the intervals of a sound block one after the other. */
struct ww_block_cursor {
	const uint8_t *tags, *bits, *at, *limit; /* borrowed from the block */
	struct ww_block_lane lane;
	struct ww_block_history history;
	int64_t next_ns;
	uint8_t widths[8];
	uint32_t n_bits; /* read so far */
	uint8_t n, i;
};
void ww_block_cursor_init(struct ww_block_cursor *cursor, struct ww_block_lane lane, const struct ww_block_entry *entry, const uint8_t *times,
			  const uint8_t *details);
bool ww_block_cursor_next(struct ww_block_cursor *cursor, struct ww_interval *interval);

#endif
