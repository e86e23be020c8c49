// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/hash.h"

#include <stdint.h>

#define FACTOR UINT64_C(0x9e3779b97f4a7c15) /* 2^64 by the golden ratio */

guint ww_hash_u64(gconstpointer key)
{
	uint64_t mixed = *(const uint64_t *)key;

	/* A product's upper half has the bits below it: the upper ones of the key are brought down.
	 */
	mixed = (mixed ^ mixed >> 32) * FACTOR;
	mixed = (mixed ^ mixed >> 29) * FACTOR;
	return (guint)(mixed >> 32);
}
