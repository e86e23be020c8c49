// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/explain/timer.h"

struct ww_timer ww_timer_of(const struct ww_trace *trace, const struct ww_interval *wait)
{
	struct ww_timer timer = { 0 };
	struct ww_timeout timeout;
	const int64_t woken_ns = wait->waking_ns >= 0 ? wait->waking_ns : wait->span.end_ns;

	if (wait->flags & WW_INTERVAL_CENSORED_LEFT ||
	    !ww_query_timeout_at(trace, wait->utid, wait->span.begin_ns, &timeout))
		return timer;
	timer.is_early = timeout.outcome == WW_TIMEOUT_WOKEN;
	if (timeout.deadline_ns < 0)
		return timer;
	timer.asked_ns = timeout.deadline_ns - wait->span.begin_ns;
	timer.late_ns = woken_ns - timeout.deadline_ns;
	timer.is_known = timer.asked_ns > 0;
	return timer;
}

char *ww_timer_text(const struct ww_interval *wait, const struct ww_timer *timer)
{
	g_autofree char *asked = ww_duration_text(timer->asked_ns);
	g_autofree char *late = ww_duration_text(timer->late_ns);
	const char *what = wait->reason == WW_REASON_SLEEP ? "asked for" : "timed out after";

	if (!timer->is_known || timer->is_early)
		return NULL;
	if (timer->late_ns <= 0)
		return g_strdup_printf("%s %s", what, asked);
	return g_strdup_printf("%s %s, %s late", what, asked, late);
}

char *ww_timer_length_text(int64_t whole_ns, int64_t part_ns)
{
	static const struct {
		int64_t ns;
		const char *name;
	} units[] = { { WW_NS_PER_S, "s" }, { WW_NS_PER_MS, "ms" }, { WW_NS_PER_US, "us" } };
	int n_digits;

	for (unsigned int i = 0; i < G_N_ELEMENTS(units); i++) {
		int64_t digit_ns = units[i].ns;

		if (whole_ns < units[i].ns)
			continue;
		n_digits = whole_ns < 10 * units[i].ns ? 2 : whole_ns < 100 * units[i].ns ? 1 : 0;
		for (int n = 0; n < n_digits; n++)
			digit_ns /= 10;
		for (; digit_ns > part_ns && digit_ns > 1; n_digits++)
			digit_ns /= 10;
		return g_strdup_printf("%.*f %s", n_digits, (double)whole_ns / (double)units[i].ns,
				       units[i].name);
	}
	return ww_duration_text(whole_ns);
}
