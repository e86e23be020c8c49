// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/findings/culprits.h"

#include "analysis/explain/object.h"
#include "analysis/explain/parts.h"
#include "analysis/explain/runnable.h"

#define SAMPLE_THREADS 16 /* those that waited most */
#define SAMPLE_WAITS 500  /* of all of them */
#define NAMES_MAX 3
#define NAME_MIN_SHARE 10 /* a tenth of what was looked at */
#define MOSTLY_SHARE 2    /* half of it */

struct culprit {
	char *name;
	int64_t ns;
};

/* Adds whatever @wait was about to @culprits, as often as it stands for others. */
typedef void add_wait_fn(const struct ww_census *census, const struct ww_interval *wait,
			 int64_t times, GArray *culprits);

static void clear_culprit(void *data)
{
	g_free(((struct culprit *)data)->name);
}

static void add_culprit(GArray *culprits, const char *name, int64_t ns)
{
	struct culprit added = { .ns = ns };

	for (guint i = 0; i < culprits->len; i++) {
		struct culprit *known = &g_array_index(culprits, struct culprit, i);

		if (g_str_equal(known->name, name)) {
			known->ns += ns;
			return;
		}
	}
	added.name = g_strdup(name);
	g_array_append_val(culprits, added);
}

bool ww_is_of_other_process(enum ww_cause cause, enum ww_relation relation)
{
	return cause == WW_CAUSE_SHARED &&
	       (relation == WW_RELATION_SAME_CGROUP || relation == WW_RELATION_OTHER);
}

/* What a part of a runnable wait was about. NULL: nothing that is asked for. Free with g_free. */
typedef char *name_part_fn(const struct ww_census *census, const struct ww_interval *wait,
			   const struct ww_cause_part *part);

static char *name_program(const struct ww_census *census, const struct ww_interval *wait,
			  const struct ww_cause_part *part)
{
	uint32_t upid;

	if (!ww_is_of_other_process(part->cause, part->relation))
		return NULL;
	upid = ww_trace_thread(census->trace, part->utid)->upid;
	return g_strdup(ww_trace_process(census->trace, upid)->name);
}

static char *name_interrupt(const struct ww_census *census, const struct ww_interval *wait,
			    const struct ww_cause_part *part)
{
	if (part->cause != WW_CAUSE_IRQ || !part->actor)
		return NULL;
	return g_strdup_printf("%s on CPU %u", part->actor, wait->cpu);
}

static void add_parts(const struct ww_census *census, const struct ww_interval *wait, int64_t times,
		      name_part_fn *name_part, GArray *culprits)
{
	g_autoptr(GArray) causes = ww_causes_new();

	if (wait->state != WW_STATE_RUNNABLE)
		return;
	ww_explain_runnable(census->trace, wait, ww_span_intersect(wait->span, census->span), NULL,
			    causes);
	for (guint i = 0; i < causes->len; i++) {
		const struct ww_cause_part *part = &g_array_index(causes, struct ww_cause_part, i);
		g_autofree char *name = name_part(census, wait, part);

		if (name)
			add_culprit(culprits, name, times * part->ns);
	}
}

static void add_programs(const struct ww_census *census, const struct ww_interval *wait,
			 int64_t times, GArray *culprits)
{
	add_parts(census, wait, times, name_program, culprits);
}

static void add_interrupts(const struct ww_census *census, const struct ww_interval *wait,
			   int64_t times, GArray *culprits)
{
	add_parts(census, wait, times, name_interrupt, culprits);
}

static void add_files(const struct ww_census *census, const struct ww_interval *wait, int64_t times,
		      GArray *culprits)
{
	const int64_t ns = ww_span_length_ns(ww_span_intersect(wait->span, census->span));
	const char *call = wait->syscall >= 0 ? ww_syscall_name(wait->syscall) : NULL;
	g_autofree char *name = NULL;
	struct ww_wait_object object;

	if (wait->state != WW_STATE_BLOCKED || wait->reason != WW_REASON_DISK || !call)
		return;
	ww_wait_object_init(&object, census->trace, wait);
	name = object.path ? g_strdup_printf("%s of %s", call, object.path) : g_strdup(call);
	add_culprit(culprits, name, times * ns);
	ww_wait_object_clear(&object);
}

struct counts {
	int64_t n[WW_STATE_N];
};

static struct counts count_intervals(const struct ww_census *census, struct ww_lane lane)
{
	struct counts counts = { 0 };
	struct ww_interval_iter iter;
	struct ww_interval interval;

	ww_interval_iter_init(&iter, census->trace, lane, census->span);
	while (ww_interval_iter_next(&iter, &interval))
		counts.n[interval.state]++;
	return counts;
}

/* Every n-th wait of a thread, about @n_wanted of each state. */
static void sample_thread(const struct ww_census *census, uint32_t utid, int64_t n_wanted,
			  add_wait_fn *add, GArray *culprits)
{
	const struct ww_lane lane = { WW_LANE_THREAD, utid };
	const struct counts all = count_intervals(census, lane);
	struct counts seen = { 0 };
	struct ww_interval_iter iter;
	struct ww_interval interval;

	ww_interval_iter_init(&iter, census->trace, lane, census->span);
	while (ww_interval_iter_next(&iter, &interval)) {
		const int64_t step = all.n[interval.state] / n_wanted + 1;

		if (interval.state != WW_STATE_RUNNABLE && interval.state != WW_STATE_BLOCKED)
			continue;
		if (seen.n[interval.state]++ % step == 0)
			add(census, &interval, step, culprits);
	}
}

static GArray *sample(const struct ww_census *census, const struct ww_finding *finding,
		      add_wait_fn *add)
{
	GArray *culprits = g_array_new(false, false, sizeof(struct culprit));
	const guint n = MIN(finding->utids->len, SAMPLE_THREADS);

	g_array_set_clear_func(culprits, clear_culprit);
	for (guint i = 0; i < n; i++)
		sample_thread(census, g_array_index(finding->utids, uint32_t, i), SAMPLE_WAITS / n,
			      add, culprits);
	return culprits;
}

static int by_length(const void *pa, const void *pb)
{
	const struct culprit *a = pa, *b = pb;

	if (a->ns != b->ns)
		return a->ns > b->ns ? -1 : 1;
	return strcmp(a->name, b->name);
}

/* The first of @culprits that are large; @are_most: they are most of all. */
static guint count_large(const GArray *culprits, bool *are_most)
{
	int64_t all_ns = 0, large_ns = 0;
	guint n = 0;

	for (guint i = 0; i < culprits->len; i++)
		all_ns += g_array_index(culprits, struct culprit, i).ns;
	for (; n < MIN(culprits->len, NAMES_MAX); n++) {
		const int64_t ns = g_array_index(culprits, struct culprit, n).ns;

		if (ns < all_ns / NAME_MIN_SHARE)
			break;
		large_ns += ns;
	}
	*are_most = large_ns >= all_ns / MOSTLY_SHARE;
	return n;
}

/* "Mostly behind A, B and C." */
static char *text_of(GArray *culprits, const char *where)
{
	GString *text = NULL;
	bool are_most;
	guint n;

	g_array_sort(culprits, by_length);
	n = count_large(culprits, &are_most);
	if (n == 0)
		return NULL;
	text = g_string_new(are_most ? "Mostly " : "Among others ");
	g_string_append(text, where);
	for (guint i = 0; i < n; i++)
		g_string_append_printf(text, "%s%s",
				       i == 0       ? " "
				       : i + 1 == n ? " and "
						    : ", ",
				       g_array_index(culprits, struct culprit, i).name);
	g_string_append_c(text, '.');
	return g_string_free(text, FALSE);
}

char *ww_culprits_programs(const struct ww_census *census, const struct ww_finding *finding)
{
	g_autoptr(GArray) culprits = sample(census, finding, add_programs);

	return text_of(culprits, "behind");
}

char *ww_culprits_files(const struct ww_census *census, const struct ww_finding *finding)
{
	g_autoptr(GArray) culprits = sample(census, finding, add_files);

	return text_of(culprits, "in");
}

char *ww_culprits_interrupts(const struct ww_census *census, const struct ww_finding *finding)
{
	g_autoptr(GArray) culprits = sample(census, finding, add_interrupts);

	return text_of(culprits, "behind");
}
