// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/conditions.h"

#include <string.h>

#include "base/error.h"
#include "base/options.h"
#include "base/units.h"

#define MIB (UINT64_C(1024) * 1024)
#define LEAST_BYTES_PER_CPU (8 * MIB)

/* clang-format off */
static const struct kind {
	const char *name;
	enum ww_condition_unit unit;
	enum ww_condition_need need;
} kinds[WW_CONDITION_N] = {
	[WW_CONDITION_RUNNABLE]  = { "runnable",  WW_CONDITION_NS,    WW_CONDITION_NEEDS_WAKINGS },
	[WW_CONDITION_BLOCKED]   = { "blocked",   WW_CONDITION_NS,    WW_CONDITION_NEEDS_SWITCHES },
	[WW_CONDITION_LOCK_WAIT] = { "lock-wait", WW_CONDITION_NS,    WW_CONDITION_NEEDS_WAKINGS },
	[WW_CONDITION_RSS]       = { "rss",       WW_CONDITION_BYTES, WW_CONDITION_NEEDS_PROC },
	[WW_CONDITION_THREADS]   = { "threads",   WW_CONDITION_COUNT, WW_CONDITION_NEEDS_PROC },
	[WW_CONDITION_THROTTLED] = { "throttled", WW_CONDITION_NS,    WW_CONDITION_NEEDS_PROC },
};
/* clang-format on */

static bool parse_count(const char *text, int64_t *count)
{
	return g_ascii_string_to_signed(text, 10, 0, INT64_MAX, count, NULL);
}

static bool parse_size(const char *text, int64_t *size_bytes)
{
	uint64_t parsed;

	if (!ww_size_parse(text, &parsed, NULL) || parsed > INT64_MAX)
		return false;
	*size_bytes = (int64_t)parsed;
	return true;
}

static bool parse_time(const char *text, int64_t *time_ns)
{
	return ww_duration_parse(text, time_ns, NULL);
}

/* What a value of the unit looks like, and how it is read. */
static const struct {
	const char *example;
	bool (*parse)(const char *text, int64_t *value);
} units[] = {
	[WW_CONDITION_NS] = { "a time such as 50ms", parse_time },
	[WW_CONDITION_BYTES] = { "a size such as 2G", parse_size },
	[WW_CONDITION_COUNT] = { "a number such as 1000", parse_count },
};

bool ww_ring_limit_parse(const char *text, uint32_t n_cpus, struct ww_ring_limit *limit,
			 GError **error)
{
	struct ww_ring_limit parsed = { 0 };

	/* A bare number would be a size; of both kinds a unit is asked for. */
	if (!g_ascii_isalpha(text[MAX(strlen(text), 1) - 1]))
		return ww_fail(
			error, WW_ERROR_USAGE,
			"option '--ring' takes a size such as 256M or a time such as 30s, not '%s'",
			text);
	if (ww_duration_parse(text, &parsed.time_ns, NULL)) {
		if (parsed.time_ns == 0)
			return ww_fail(error, WW_ERROR_USAGE,
				       "option '--ring': '%s' is no time at all", text);
		*limit = parsed;
		return true;
	}
	if (!ww_size_parse(text, &parsed.size_bytes, NULL))
		return ww_fail(
			error, WW_ERROR_USAGE,
			"option '--ring' takes a size such as 256M or a time such as 30s, not '%s'",
			text);
	if (parsed.size_bytes < n_cpus * LEAST_BYTES_PER_CPU)
		return ww_fail(
			error, WW_ERROR_USAGE,
			"option '--ring': '%s' is too little for %u CPUs, which need %uM at least",
			text, n_cpus, (unsigned int)(n_cpus * LEAST_BYTES_PER_CPU / MIB));
	*limit = parsed;
	return true;
}

static bool fail_name(const char *name, GError **error)
{
	const char *names[WW_CONDITION_N + 1] = { NULL };
	const char *nearest;
	g_autofree char *list = NULL;

	for (size_t i = 0; i < WW_CONDITION_N; i++)
		names[i] = kinds[i].name;
	nearest = ww_nearest(name, names);
	if (nearest)
		return ww_fail(
			error, WW_ERROR_USAGE,
			"option '--snapshot-when': there is no condition '%s', did you mean '%s'?",
			name, nearest);
	list = g_strjoinv(", ", (char **)(uintptr_t)names);
	return ww_fail(error, WW_ERROR_USAGE,
		       "option '--snapshot-when': there is no condition '%s', there are %s", name,
		       list);
}

bool ww_condition_parse(const char *text, struct ww_condition *condition, GError **error)
{
	const char *sign = strchr(text, '>');
	g_autofree char *name = sign ? g_strndup(text, (gsize)(sign - text)) : g_strdup(text);
	size_t kind = 0;
	int64_t limit;

	while (kind < WW_CONDITION_N && !g_str_equal(kinds[kind].name, name))
		kind++;
	if (kind == WW_CONDITION_N)
		return fail_name(name, error);
	if (!sign || !units[kinds[kind].unit].parse(sign + 1, &limit))
		return ww_fail(
			error, WW_ERROR_USAGE,
			"option '--snapshot-when': '%s' needs a '>' and %s behind it, not '%s'",
			name, units[kinds[kind].unit].example, text);
	condition->kind = (enum ww_condition_kind)kind;
	condition->limit = limit;
	return true;
}

char *ww_condition_value_text(enum ww_condition_kind kind, int64_t value)
{
	switch (kinds[kind].unit) {
	case WW_CONDITION_NS:
		return ww_duration_text(value);
	case WW_CONDITION_BYTES:
		return ww_bytes_text((uint64_t)value);
	case WW_CONDITION_COUNT:
		break;
	}
	return ww_count_text((uint64_t)value);
}

char *ww_condition_text(const struct ww_condition *condition)
{
	g_autofree char *limit = ww_condition_value_text(condition->kind, condition->limit);

	return g_strdup_printf("%s > %s", kinds[condition->kind].name, limit);
}

const char *ww_condition_name(enum ww_condition_kind kind)
{
	return kinds[kind].name;
}

enum ww_condition_unit ww_condition_unit(enum ww_condition_kind kind)
{
	return kinds[kind].unit;
}

enum ww_condition_need ww_condition_need(enum ww_condition_kind kind)
{
	return kinds[kind].need;
}
