// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of functions on the kernel's stacks, as kernels have spelt them. */
#include <glib.h>

#include "analysis/replay/clues.h"

static void test_names(void)
{
	static const struct {
		const char *function;
		unsigned int clues;
	} names[] = {
		{ "rwsem_down_write_slowpath", WW_CLUE_RWSEM },
		{ "rwsem_down_read_slowpath.cold", WW_CLUE_RWSEM },
		{ "__mutex_lock.constprop.0", WW_CLUE_LOCK },
		{ "mmap_read_lock_killable", WW_CLUE_MAPPINGS },
		{ "io_schedule_timeout", WW_CLUE_DISK },
		{ "folio_wait_bit_common", WW_CLUE_DISK },
		{ "wait_on_page_bit_killable", WW_CLUE_DISK },
		{ "balance_dirty_pages.isra.0", WW_CLUE_DISK },
		{ "__wait_rcu_gp", WW_CLUE_RCU },
		{ "try_to_free_pages", WW_CLUE_RECLAIM },
		/* Whoever sleeps is here, and whoever holds a lock. */
		{ "schedule", 0 },
		{ "__schedule", 0 },
		{ "mutex_unlock", 0 },
		{ "up_read", 0 },
		{ "", 0 },
	};

	for (unsigned int i = 0; i < G_N_ELEMENTS(names); i++) {
		g_test_message("%s", names[i].function);
		g_assert_cmphex(ww_clues_of(names[i].function), ==, names[i].clues);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/clues/names", test_names);
	return g_test_run();
}
