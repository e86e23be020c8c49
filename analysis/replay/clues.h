/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a function of the kernel on a sleeping thread's stack says of the sleep (explain.md, 1.3). Pure.
 *
 * Only the names that stand for one kind of wait, over many versions; a name that is not here says nothing.
 */
#ifndef WW_ANALYSIS_REPLAY_CLUES_H
#define WW_ANALYSIS_REPLAY_CLUES_H

enum ww_clue {
	WW_CLUE_RWSEM = 1 << 0, /* it waits for a lock of readers and writers */
	WW_CLUE_LOCK = 1 << 1,  /* for another lock */
	WW_CLUE_MAPPINGS = 1 << 2, /* inside of a change of its address space, or a fault in it */
	WW_CLUE_RECLAIM = 1 << 3,
	WW_CLUE_DISK = 1 << 4, /* or the journal, or that pages are written back */
	WW_CLUE_RCU = 1 << 5,
	WW_CLUE_FILE_LOCK = 1 << 6,
	WW_CLUE_VFORK = 1 << 7,
	WW_CLUE_EXEC = 1 << 8,
	WW_CLUE_EXIT = 1 << 9,
};

/* 0: nothing. @function may have a suffix of the compiler's: ".isra.0". */
unsigned int ww_clues_of(const char *function);

#endif
