/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hashes for GHashTable. */
#ifndef WW_BASE_HASH_H
#define WW_BASE_HASH_H

#include <glib.h>

/* Of a uint64_t, by all of its bits: g_int64_hash sees the lower half alone, so that of pairs of
 * numbers all with the same second one are in one place. Goes with g_int64_equal. */
guint ww_hash_u64(gconstpointer key);

#endif
