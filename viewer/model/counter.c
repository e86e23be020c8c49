// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/counter.h"

struct ww_counter *ww_counter_new(const char *name, uint32_t upid)
{
	struct ww_counter *counter = g_new0(struct ww_counter, 1);

	counter->name = name;
	counter->upid = upid;
	counter->samples = g_array_new(FALSE, FALSE, sizeof(struct ww_sample));
	return counter;
}

void ww_counter_free(struct ww_counter *counter)
{
	if (!counter)
		return;
	g_array_unref(counter->samples);
	g_free(counter);
}

static const struct ww_sample *sample_at(const struct ww_counter *counter, guint i)
{
	return &g_array_index(counter->samples, struct ww_sample, i);
}

void ww_counter_add(struct ww_counter *counter, int64_t time_ns, int64_t value)
{
	const struct ww_sample sample = { time_ns, value };
	const bool is_first = counter->samples->len == 0;

	counter->least = is_first ? value : MIN(counter->least, value);
	counter->most = is_first ? value : MAX(counter->most, value);
	g_array_append_val(counter->samples, sample);
}

/* The first sample after @t_ns. */
static guint find_after(const struct ww_counter *counter, int64_t t_ns)
{
	guint low = 0;
	guint high = counter->samples->len;

	while (low < high) {
		const guint middle = low + (high - low) / 2;

		if (sample_at(counter, middle)->time_ns <= t_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool ww_counter_at(const struct ww_counter *counter, int64_t t_ns, int64_t *value)
{
	const guint after = find_after(counter, t_ns);

	if (after == 0)
		return false;
	*value = sample_at(counter, after - 1)->value;
	return true;
}

static void include(struct ww_counter_pixel *pixel, int64_t value)
{
	pixel->least = pixel->is_known ? MIN(pixel->least, value) : value;
	pixel->most = pixel->is_known ? MAX(pixel->most, value) : value;
	pixel->last = value;
	pixel->is_known = true;
}

void ww_counter_pixels(const struct ww_counter *counter, struct ww_span span, uint32_t n_px,
		       struct ww_counter_pixel *pixels)
{
	const double ns_per_px = (double)ww_span_length_ns(span) / n_px;
	guint next = find_after(counter, span.begin_ns);

	for (uint32_t x = 0; x < n_px; x++) {
		const int64_t end_ns = span.begin_ns + (int64_t)((x + 1) * ns_per_px);

		pixels[x] = (struct ww_counter_pixel){ 0 };
		if (next > 0)
			include(&pixels[x], sample_at(counter, next - 1)->value);
		for (; next < counter->samples->len && sample_at(counter, next)->time_ns < end_ns;
		     next++)
			include(&pixels[x], sample_at(counter, next)->value);
	}
}
