// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/replay/clues.h"

#include <glib.h>
#include <string.h>

/* clang-format off */
static const struct {
	const char *begin; /* of the name */
	unsigned int clues;
} functions[] = {
	{ "rwsem_down_",                WW_CLUE_RWSEM },
	{ "__mutex_lock",               WW_CLUE_LOCK },
	{ "percpu_rwsem_wait",          WW_CLUE_LOCK },
	{ "__down_common",              WW_CLUE_LOCK },
	{ "mmap_read_lock",             WW_CLUE_MAPPINGS },
	{ "mmap_write_lock",            WW_CLUE_MAPPINGS },
	{ "vm_mmap_pgoff",              WW_CLUE_MAPPINGS },
	{ "__vm_munmap",                WW_CLUE_MAPPINGS },
	{ "__x64_sys_mprotect",         WW_CLUE_MAPPINGS },
	{ "do_mprotect_pkey",           WW_CLUE_MAPPINGS },
	{ "__do_sys_brk",               WW_CLUE_MAPPINGS },
	{ "__x64_sys_brk",              WW_CLUE_MAPPINGS },
	{ "do_madvise",                 WW_CLUE_MAPPINGS },
	{ "lock_mm_and_find_vma",       WW_CLUE_MAPPINGS },
	{ "do_user_addr_fault",         WW_CLUE_MAPPINGS },
	{ "exit_mmap",                  WW_CLUE_MAPPINGS },
	{ "dup_mmap",                   WW_CLUE_MAPPINGS },
	{ "try_to_free_pages",          WW_CLUE_RECLAIM },
	{ "try_to_free_mem_cgroup_pages", WW_CLUE_RECLAIM },
	{ "do_try_to_free_pages",       WW_CLUE_RECLAIM },
	{ "throttle_direct_reclaim",    WW_CLUE_RECLAIM },
	{ "reclaim_throttle",           WW_CLUE_RECLAIM },
	{ "mem_cgroup_handle_over_high", WW_CLUE_RECLAIM },
	{ "__mem_cgroup_handle_over_high", WW_CLUE_RECLAIM },
	{ "try_to_compact_pages",       WW_CLUE_RECLAIM },
	{ "io_schedule",                WW_CLUE_DISK },
	{ "folio_wait_bit",             WW_CLUE_DISK },
	{ "folio_wait_writeback",       WW_CLUE_DISK },
	{ "wait_on_page_bit",           WW_CLUE_DISK },
	{ "bit_wait_io",                WW_CLUE_DISK },
	{ "__wait_on_buffer",           WW_CLUE_DISK },
	{ "balance_dirty_pages",        WW_CLUE_DISK },
	{ "submit_bio_wait",            WW_CLUE_DISK },
	{ "blk_mq_get_tag",             WW_CLUE_DISK },
	{ "rq_qos_wait",                WW_CLUE_DISK },
	{ "jbd2_log_wait_commit",       WW_CLUE_DISK },
	{ "jbd2_log_do_checkpoint",     WW_CLUE_DISK },
	{ "__jbd2_log_wait_for_space",  WW_CLUE_DISK },
	{ "wait_transaction_locked",    WW_CLUE_DISK },
	{ "xlog_wait_on_iclog",         WW_CLUE_DISK },
	{ "xfs_log_force",              WW_CLUE_DISK },
	{ "xfs_buf_iowait",             WW_CLUE_DISK },
	{ "wait_current_trans",         WW_CLUE_DISK },
	{ "btrfs_wait_ordered_range",   WW_CLUE_DISK },
	{ "__wait_rcu_gp",              WW_CLUE_RCU },
	{ "synchronize_rcu",            WW_CLUE_RCU },
	{ "synchronize_srcu",           WW_CLUE_RCU },
	{ "__synchronize_srcu",         WW_CLUE_RCU },
	{ "rcu_barrier",                WW_CLUE_RCU },
	{ "locks_lock_inode_wait",      WW_CLUE_FILE_LOCK },
	{ "flock_lock_inode_wait",      WW_CLUE_FILE_LOCK },
	{ "posix_lock_inode_wait",      WW_CLUE_FILE_LOCK },
	{ "wait_for_vfork_done",        WW_CLUE_VFORK },
	{ "de_thread",                  WW_CLUE_EXEC },
	{ "coredump_wait",              WW_CLUE_EXIT },
	{ "do_coredump",                WW_CLUE_EXIT },
};
/* clang-format on */

unsigned int ww_clues_of(const char *function)
{
	unsigned int clues = 0;

	for (unsigned int i = 0; i < G_N_ELEMENTS(functions); i++)
		if (g_str_has_prefix(function, functions[i].begin))
			clues |= functions[i].clues;
	return clues;
}
