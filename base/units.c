// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/units.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/error.h"

struct unit {
	const char *suffix;
	double factor;
};

static const struct unit duration_units[] = {
	{ "ns", 1 }, { "us", 1e3 }, { "ms", 1e6 }, { "s", 1e9 }, { "m", 60e9 },
};

static const struct unit size_units[] = {
	{ "", 1 },
	{ "K", 1024 },
	{ "M", 1024.0 * 1024 },
	{ "G", 1024.0 * 1024 * 1024 },
};

int64_t ww_span_length_ns(struct ww_span span)
{
	return span.end_ns - span.begin_ns;
}

bool ww_span_contains(struct ww_span span, int64_t t_ns)
{
	return span.begin_ns <= t_ns && t_ns < span.end_ns;
}

bool ww_span_overlaps(struct ww_span a, struct ww_span b)
{
	return a.begin_ns < b.end_ns && b.begin_ns < a.end_ns;
}

struct ww_span ww_span_intersect(struct ww_span a, struct ww_span b)
{
	struct ww_span both = { MAX(a.begin_ns, b.begin_ns), MIN(a.end_ns, b.end_ns) };

	if (both.end_ns < both.begin_ns)
		both.end_ns = both.begin_ns;
	return both;
}

static const struct unit *find_unit(const struct unit *units, size_t n_units, const char *suffix)
{
	for (size_t i = 0; i < n_units; i++) {
		if (strcmp(units[i].suffix, suffix) == 0)
			return &units[i];
	}
	return NULL;
}

/* A plain decimal number: g_ascii_strtod alone would also take "0x10", "inf" and "1e3". */
static bool parse_number(const char *text, double *value, const char **rest)
{
	size_t length = strspn(text, "0123456789.");
	char *end;

	if (length == 0)
		return false;
	*value = g_ascii_strtod(text, &end);
	*rest = end;
	return end == text + length;
}

bool ww_duration_parse(const char *text, int64_t *duration_ns, GError **error)
{
	const struct unit *unit = NULL;
	const char *suffix;
	double value;

	if (parse_number(text, &value, &suffix))
		unit = find_unit(duration_units, G_N_ELEMENTS(duration_units), suffix);
	if (!unit)
		return ww_fail(
			error, WW_ERROR_USAGE,
			"'%s' is not a duration: write a number and ns, us, ms, s or m, like 200ms",
			text);
	if (value * unit->factor >= 0x1p62)
		return ww_fail(error, WW_ERROR_USAGE, "the duration '%s' is too long", text);
	*duration_ns = llround(value * unit->factor);
	return true;
}

bool ww_size_parse(const char *text, uint64_t *size_bytes, GError **error)
{
	const struct unit *unit = NULL;
	const char *suffix;
	double value;

	if (parse_number(text, &value, &suffix))
		unit = find_unit(size_units, G_N_ELEMENTS(size_units), suffix);
	if (!unit)
		return ww_fail(
			error, WW_ERROR_USAGE,
			"'%s' is not a size: write bytes or a number and K, M or G, like 256M",
			text);
	if (value * unit->factor >= 0x1p62)
		return ww_fail(error, WW_ERROR_USAGE, "the size '%s' is too large", text);
	*size_bytes = (uint64_t)llround(value * unit->factor);
	return true;
}

/* Three significant digits: 1.23, 12.3, 123. A value that rounds to 1000 belongs to the next unit.
 */
static char *three_digits(double value, const char *unit)
{
	int decimals = fabs(value) < 9.995 ? 2 : fabs(value) < 99.95 ? 1 : 0;

	return g_strdup_printf("%.*f %s", decimals, value, unit);
}

char *ww_duration_text(int64_t duration_ns)
{
	double ns = (double)duration_ns;

	if (fabs(ns) < 1e3)
		return g_strdup_printf("%" G_GINT64_FORMAT " ns", duration_ns);
	if (fabs(ns) < 999.5e3)
		return three_digits(ns / 1e3, "us");
	if (fabs(ns) < 999.5e6)
		return three_digits(ns / 1e6, "ms");
	return three_digits(ns / 1e9, "s");
}

char *ww_instant_text(int64_t t_ns)
{
	return ww_instant_text_at(t_ns, WW_NS_PER_US);
}

char *ww_instant_text_at(int64_t t_ns, int64_t resolution_ns)
{
	uint64_t magnitude = t_ns < 0 ? -(uint64_t)t_ns : (uint64_t)t_ns;
	int decimals = 0;
	g_autofree char *fraction =
		g_strdup_printf("%09" G_GUINT64_FORMAT, magnitude % 1000000000u);

	for (int64_t step = WW_NS_PER_S; step > MAX(resolution_ns, 1) && decimals < 9; step /= 10)
		decimals++;
	fraction[decimals] = '\0';
	return g_strdup_printf("%s%" G_GUINT64_FORMAT "%s%s s", t_ns < 0 ? "-" : "",
			       magnitude / 1000000000u, decimals ? "." : "", fraction);
}

char *ww_share_text(int64_t part, int64_t whole)
{
	double percent;

	if (whole == 0)
		return g_strdup("-");
	percent = 100.0 * (double)part / (double)whole;
	if (part == 0)
		return g_strdup("0 %");
	if (percent < 0.1)
		return g_strdup("< 0.1 %");
	/* 100 % is a claim: a share that only rounds to it keeps its digit. */
	if (percent < 9.95 || (percent >= 99.5 && part != whole))
		return g_strdup_printf("%.1f %%", MIN(percent, part == whole ? 100.0 : 99.9));
	return g_strdup_printf("%.0f %%", percent);
}

char *ww_count_text(uint64_t count)
{
	g_autofree char *plain = g_strdup_printf("%" G_GUINT64_FORMAT, count);
	size_t length = strlen(plain);
	GString *grouped = g_string_new(NULL);

	for (size_t i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			g_string_append_c(grouped, ',');
		g_string_append_c(grouped, plain[i]);
	}
	return g_string_free(grouped, false);
}

char *ww_bytes_text(uint64_t size_bytes)
{
	double bytes = (double)size_bytes;

	if (bytes < 1e3)
		return g_strdup_printf("%" G_GUINT64_FORMAT " B", size_bytes);
	if (bytes < 999.5e3)
		return three_digits(bytes / 1e3, "kB");
	if (bytes < 999.5e6)
		return three_digits(bytes / 1e6, "MB");
	return three_digits(bytes / 1e9, "GB");
}
