/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers of one to ten bytes: seven bits each, the lowest first, the highest bit says that more follow.
 *
 * Small and signed numbers take few bytes as zigzag: 0, -1, 1, -2 are 0, 1, 2, 3.
 */
#ifndef WW_ANALYSIS_STORE_VARINT_H
#define WW_ANALYSIS_STORE_VARINT_H

#include <stdint.h>

#define WW_VARINT_BYTES_MAX 10

static inline uint8_t *ww_varint_put(uint8_t *at, uint64_t value)
{
	while (value >= 0x80) {
		*at++ = (uint8_t)(value | 0x80);
		value >>= 7;
	}
	*at++ = (uint8_t)value;
	return at;
}

/* 0 where the bytes end before the number does; *@at never passes @end. */
static inline uint64_t ww_varint_get(const uint8_t **at, const uint8_t *end)
{
	uint64_t value = 0;

	for (unsigned int shift = 0; *at < end && shift < 64; shift += 7) {
		const uint8_t byte = *(*at)++;

		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return value;
	}
	return 0;
}

static inline uint64_t ww_zigzag(uint64_t difference)
{
	return difference << 1 ^ (0 - (difference >> 63));
}

static inline uint64_t ww_unzigzag(uint64_t value)
{
	return value >> 1 ^ (0 - (value & 1));
}

#endif
