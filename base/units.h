/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Time, sizes and shares as people write and read them. Pure functions, any thread.
 *
 * Every room that prints or parses a duration comes here, so that one trace never shows two spellings of one number.
 */
#ifndef WW_BASE_UNITS_H
#define WW_BASE_UNITS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define WW_NS_PER_US INT64_C(1000)
#define WW_NS_PER_MS INT64_C(1000000)
#define WW_NS_PER_S INT64_C(1000000000)

/* Half-open: [begin_ns, end_ns). Nanoseconds since the trace's origin unless the name says otherwise. */
struct ww_span {
	int64_t begin_ns;
	int64_t end_ns;
};

int64_t ww_span_length_ns(struct ww_span span);
bool ww_span_contains(struct ww_span span, int64_t t_ns);
bool ww_span_overlaps(struct ww_span a, struct ww_span b);
/* The common part; empty (begin == end) when they do not overlap. */
struct ww_span ww_span_intersect(struct ww_span a, struct ww_span b);

/* "5s", "200ms", "1.5us", "250ns", "2m". A bare number, a negative one or an overflow is refused (WW_ERROR_USAGE). */
bool ww_duration_parse(const char *text, int64_t *duration_ns, GError **error);

/* "256M", "4K", "1G" or plain bytes; powers of 1024. */
bool ww_size_parse(const char *text, uint64_t *size_bytes, GError **error);

/* A duration with three significant digits: "812 ns", "34.9 ms", "5.00 s". Negative ones keep their sign. Free with g_free. */
char *ww_duration_text(int64_t duration_ns);

/* An instant since the origin, to the microsecond: "1.234567 s". Free with g_free. */
char *ww_instant_text(int64_t t_ns);

/* An instant with as many digits as @resolution_ns (the width of a pixel or a tick) needs: "1.2345 s". Free with g_free. */
char *ww_instant_text_at(int64_t t_ns, int64_t resolution_ns);

/* "12 %", "0.4 %", "< 0.1 %", "100 %"; "-" when @whole is 0. Free with g_free. */
char *ww_share_text(int64_t part, int64_t whole);

/* "1,234,567". Free with g_free. */
char *ww_count_text(uint64_t count);

/* "34.9 MB", decimal. Free with g_free. */
char *ww_bytes_text(uint64_t size_bytes);

#endif
