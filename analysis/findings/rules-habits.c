// SPDX-License-Identifier: GPL-2.0-or-later
/* How a program asks to wait: sleeping a little again and again until something has happened. */
#include "analysis/findings/rules.h"

#define POLLS_MIN 10
#define WORK_SHARE 20                  /* it works for less than a twentieth of the time */
#define ALIKE_PERCENT 5                /* two sleeps of one length differ by less */
#define POLL_MIN_NS (WW_NS_PER_MS / 2) /* a shorter one is a spin with manners */

/* Sleeps of one length, one after the other. */
struct loop {
	uint32_t utid;
	uint64_t n;
	int64_t asleep_ns, awake_ns;
	int64_t since_ns;  /* how long it worked since the last of them */
	int64_t period_ns; /* of the first */
	struct ww_wait_ref first;
};

static bool is_sleep(const struct ww_interval *interval)
{
	return interval->state == WW_STATE_BLOCKED && interval->reason == WW_REASON_SLEEP &&
	       !(interval->flags & (WW_INTERVAL_CENSORED_LEFT | WW_INTERVAL_CENSORED_RIGHT));
}

static bool is_alike(const struct loop *loop, int64_t length_ns)
{
	return ABS(length_ns - loop->period_ns) <= loop->period_ns / (100 / ALIKE_PERCENT);
}

static bool is_polling(const struct loop *loop)
{
	return loop->n >= POLLS_MIN && loop->period_ns >= POLL_MIN_NS &&
	       loop->awake_ns <= loop->asleep_ns / WORK_SHARE;
}

static void tell(const struct ww_census *census, const struct loop *loop, GPtrArray *findings)
{
	struct ww_finding *finding = ww_finding_add(findings, WW_FINDING_SLEEP_POLLING);
	g_autofree char *who = NULL;
	g_autofree char *period = ww_duration_text(loop->asleep_ns / (int64_t)loop->n);
	g_autofree char *delay = ww_duration_text(loop->asleep_ns / (int64_t)loop->n / 2);
	g_autofree char *count = ww_count_text(loop->n);

	ww_finding_add_wait(finding, loop->utid, loop->first, loop->period_ns);
	finding->count = loop->n;
	finding->total_ns = loop->asleep_ns;
	finding->confidence = WW_CONFIDENCE_LIKELY;
	who = ww_finding_who(census->trace, finding);
	finding->sentence = g_strdup_printf(
		"%s slept %s %s times in a row and hardly worked in between: likely it asks whether something has happened, and "
		"learns of it %s late on average.",
		who, period, count, delay);
}

static void end_loop(const struct ww_census *census, struct loop *loop, struct loop *longest)
{
	if (is_polling(loop) && loop->n > longest->n)
		*longest = *loop;
	loop->n = 0;
}

static void add_sleep(const struct ww_census *census, const struct ww_interval *interval,
		      struct loop *loop, struct loop *longest)
{
	const int64_t length_ns = ww_span_length_ns(interval->span);

	/* Who has worked for longer than it sleeps has found what it asked for. */
	if (loop->n > 0 && (!is_alike(loop, length_ns) || loop->since_ns > loop->period_ns))
		end_loop(census, loop, longest);
	if (loop->n == 0) {
		loop->period_ns = length_ns;
		loop->asleep_ns = loop->awake_ns = 0;
		if (!ww_query_wait_at(census->trace, loop->utid, interval->span.begin_ns,
				      &loop->first))
			return;
	}
	if (loop->n++ > 0)
		loop->awake_ns += loop->since_ns;
	loop->since_ns = 0;
	loop->asleep_ns += length_ns;
}

static void watch_thread(const struct ww_census *census, uint32_t utid, GPtrArray *findings)
{
	struct loop loop = { .utid = utid }, longest = { .utid = utid };
	struct ww_interval_iter iter;
	struct ww_interval interval;

	ww_interval_iter_init(&iter, census->trace, (struct ww_lane){ WW_LANE_THREAD, utid },
			      census->span);
	while (ww_interval_iter_next(&iter, &interval)) {
		if (is_sleep(&interval))
			add_sleep(census, &interval, &loop, &longest);
		else if (interval.state == WW_STATE_RUNNING)
			loop.since_ns += ww_span_length_ns(interval.span);
		else if (interval.state != WW_STATE_RUNNABLE)
			end_loop(census, &loop, &longest);
	}
	end_loop(census, &loop, &longest);
	if (longest.n > 0)
		tell(census, &longest, findings);
}

void ww_rules_habits(const struct ww_census *census, GPtrArray *findings)
{
	for (guint i = 0; i < census->threads->len; i++)
		watch_thread(census,
			     g_array_index(census->threads, struct ww_census_thread, i).utid,
			     findings);
}
