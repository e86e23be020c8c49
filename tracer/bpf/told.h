/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * What was told last of threads: a table of sets with two words each, so that two threads whose ids
 * fall together both have one. Also compiled for a unit test.
 */
#ifndef WW_TRACER_BPF_TOLD_H
#define WW_TRACER_BPF_TOLD_H

#include <linux/types.h>

#define WW_TOLD_SETS 8192 /* a power of two */
#define WW_TOLD_FACTOR 0x9e3779b97f4a7c15ull

struct ww_told {
	__u64 words[2]; /* 0: none */
};

static inline __attribute__((always_inline)) __u32 ww_told_set(__u32 tid)
{
	return tid & (WW_TOLD_SETS - 1);
}

/* Which thread in the lower half, what it may use in the upper one. */
static inline __attribute__((always_inline)) __u64 ww_told_word(__u32 tid, __u64 cpus, __u32 n_cpus)
{
	return ((cpus * WW_TOLD_FACTOR >> 32) + n_cpus) << 32 | tid;
}

static inline __attribute__((always_inline)) _Bool ww_told_has(const struct ww_told *told,
							       __u64 word)
{
	return told->words[0] == word || told->words[1] == word;
}

/* In place of what was told of this thread, or of nobody, or else of whom @chance says: a third one
 * in a set may not push out the same one each time. */
static inline __attribute__((always_inline)) void ww_told_put(struct ww_told *told, __u64 word,
							      __u64 chance)
{
	if ((__u32)told->words[0] == (__u32)word)
		told->words[0] = word;
	else if ((__u32)told->words[1] == (__u32)word || (told->words[0] && !told->words[1]))
		told->words[1] = word;
	else if (!told->words[0] || chance & 1)
		told->words[0] = word;
	else
		told->words[1] = word;
}

#endif
