// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory that goes to and fro between a program and the kernel: page faults, brk() and mmap().
 *
 * Each rule looks at the records of one thread and says how often it does so; threads of one
 * process are one finding. Calls are recorded with trace-record --syscalls all: without them those
 * rules have nothing to look at.
 */
#include "analysis/findings/rules.h"

#define WINDOW_NS (100 * WW_NS_PER_MS)

#define STORM_FAULTS 1000    /* in a window: ten thousand a second */
#define STORM_SHARE 20       /* or a twentieth of it spent in them, */
#define STORM_SLOW_FAULTS 50 /* when they are so many */
#define STORM_WINDOWS 3      /* the start of a program has one or two */

/* Of a fault's error as x86 tells it: the page was there, and it was a write. Whether it was
 * copied, made anew over the page of zeros or only made writable does not show. */
#define PROTECTED_BITS 3u

#define TRIM_PAIRS 5 /* in a window */
#define TRIM_ALIKE 4 /* grown and shrunk differ by a quarter at most */

#define CHURN_PAIRS 20 /* in all, and of them */
#define CHURN_PAIRS_IN_WINDOW 5
#define CHURN_MIN_BYTES (128 << 10)
#define CHURN_MAX_BYTES (32 << 20)
#define CHURN_KEPT 64 /* mappings of which the end is waited for */

/* What one thread did. */
struct habit {
	uint32_t upid, utid;
	uint64_t count;       /* faults, pairs of calls; 0: nothing to tell */
	uint64_t n_major;     /* of the faults */
	uint64_t n_protected; /* likewise: writes to a page that was write-protected */
	uint64_t n_bytes;     /* of all pairs */
	int64_t total_ns;     /* that they took, as far as it is known */
	int64_t during_ns;    /* of the trace */
	struct ww_span worst;
};

/* Pairs of calls while they are counted: how many lie in the last window. */
struct pairs {
	int64_t times_ns[CHURN_PAIRS_IN_WINDOW]; /* the newest ones, a ring; both rules need as many
						  */
	uint64_t n;
	bool is_dense;
	int64_t first_ns;
};

_Static_assert(TRIM_PAIRS == CHURN_PAIRS_IN_WINDOW, "one ring serves both");

static void add_pair(struct pairs *pairs, struct habit *habit, uint64_t n_bytes, int64_t t_ns)
{
	int64_t *slot = &pairs->times_ns[pairs->n % TRIM_PAIRS];

	*slot = t_ns;
	if (pairs->n++ == 0)
		pairs->first_ns = t_ns;
	if (pairs->n >= TRIM_PAIRS)
		pairs->is_dense |= t_ns - pairs->times_ns[pairs->n % TRIM_PAIRS] < WINDOW_NS;
	habit->count++;
	habit->n_bytes += n_bytes;
	habit->during_ns = t_ns - pairs->first_ns;
}

/* A call is worst when it took longest. */
static void add_call(struct habit *habit, struct ww_span span)
{
	habit->total_ns += ww_span_length_ns(span);
	if (ww_span_length_ns(span) > ww_span_length_ns(habit->worst))
		habit->worst = span;
}

/* Faults of one window. */
struct faults {
	int64_t window;
	uint64_t n, n_major, n_protected;
	int64_t slow_ns;
	struct ww_span slowest;
	uint64_t n_storms;
};

static void end_window(struct faults *faults, struct habit *habit)
{
	const bool is_slow =
		faults->n >= STORM_SLOW_FAULTS && faults->slow_ns >= WINDOW_NS / STORM_SHARE;

	if (faults->n >= STORM_FAULTS || is_slow) {
		faults->n_storms++;
		habit->count += faults->n;
		habit->n_major += faults->n_major;
		habit->n_protected += faults->n_protected;
		habit->total_ns += faults->slow_ns;
		habit->during_ns += WINDOW_NS;
		if (ww_span_length_ns(faults->slowest) > ww_span_length_ns(habit->worst))
			habit->worst = faults->slowest;
	}
	*faults = (struct faults){ .n_storms = faults->n_storms };
}

static void look_at_faults(const struct ww_census *census, struct habit *habit)
{
	struct faults faults = { .window = -1 };
	struct ww_row_iter iter;
	struct ww_track_row row;

	ww_row_iter_init(&iter, census->trace, WW_TRACK_FAULT, habit->utid, census->span);
	while (ww_row_iter_next(&iter, &row)) {
		const struct ww_span span = ww_span_intersect(row.span, census->span);
		const int64_t window = row.span.begin_ns / WINDOW_NS;

		if (window != faults.window)
			end_window(&faults, habit);
		faults.window = window;
		faults.n++;
		faults.n_major += row.fields[WW_ROW_FAULT_IS_MAJOR] != 0;
		faults.n_protected +=
			(row.fields[WW_ROW_FAULT_ERROR] & PROTECTED_BITS) == PROTECTED_BITS;
		faults.slow_ns += ww_span_length_ns(span);
		if (ww_span_length_ns(span) > ww_span_length_ns(faults.slowest))
			faults.slowest = span;
	}
	end_window(&faults, habit);
	if (faults.n_storms < STORM_WINDOWS)
		habit->count = 0;
}

/* The heap's end goes up and, by about as much, down again. */
static void look_at_heap(const struct ww_census *census, struct habit *habit)
{
	const int16_t brk = ww_syscall_number("brk");
	struct pairs pairs = { .n = 0 };
	uint64_t end = 0, n_grown = 0;
	struct ww_row_iter iter;
	struct ww_track_row row;

	ww_row_iter_init(&iter, census->trace, WW_TRACK_SYSCALL, habit->utid, census->span);
	while (ww_row_iter_next(&iter, &row)) {
		const uint64_t now = row.fields[WW_ROW_SYSCALL_RET];

		if ((int64_t)row.fields[WW_ROW_SYSCALL_NR] != brk)
			continue;
		add_call(habit, ww_span_intersect(row.span, census->span));
		if (end != 0 && now > end)
			n_grown += now - end;
		if (now < end && n_grown > 0) {
			const uint64_t n_shrunk = end - now;

			if (MAX(n_shrunk, n_grown) - MIN(n_shrunk, n_grown) <= n_grown / TRIM_ALIKE)
				add_pair(&pairs, habit, n_grown, row.span.end_ns);
			n_grown = 0;
		}
		end = now;
	}
	if (!pairs.is_dense)
		habit->count = 0;
}

struct mapping {
	uint64_t address, n_bytes;
};

/* The one that @address ends, forgotten by it. */
static uint64_t end_mapping(struct mapping *mappings, uint64_t address, uint64_t n_bytes)
{
	for (int i = 0; i < CHURN_KEPT; i++)
		if (mappings[i].address == address && mappings[i].n_bytes == n_bytes) {
			mappings[i] = (struct mapping){ 0 };
			return n_bytes;
		}
	return 0;
}

static void look_at_mappings(const struct ww_census *census, struct habit *habit)
{
	const int16_t map = ww_syscall_number("mmap"), unmap = ww_syscall_number("munmap");
	struct mapping mappings[CHURN_KEPT] = { { 0 } };
	struct pairs pairs = { .n = 0 };
	struct ww_row_iter iter;
	struct ww_track_row row;
	guint next = 0;

	ww_row_iter_init(&iter, census->trace, WW_TRACK_SYSCALL, habit->utid, census->span);
	while (ww_row_iter_next(&iter, &row)) {
		const int64_t nr = (int64_t)row.fields[WW_ROW_SYSCALL_NR];
		const uint64_t n_bytes = row.fields[WW_ROW_SYSCALL_ARG1];

		if ((nr != map && nr != unmap) || n_bytes < CHURN_MIN_BYTES ||
		    n_bytes > CHURN_MAX_BYTES)
			continue;
		add_call(habit, ww_span_intersect(row.span, census->span));
		if (nr == map)
			mappings[next++ % CHURN_KEPT] =
				(struct mapping){ row.fields[WW_ROW_SYSCALL_RET], n_bytes };
		else if (end_mapping(mappings, row.fields[WW_ROW_SYSCALL_ARG0], n_bytes) > 0)
			add_pair(&pairs, habit, n_bytes, row.span.end_ns);
	}
	if (!pairs.is_dense || pairs.n < CHURN_PAIRS)
		habit->count = 0;
}

/* @sum: of all threads of the finding. @who and @count are words. */
/* Each thread's storms count by themselves. */
static char *faults_text(const struct habit *sum, const char *who, const char *count)
{
	g_autofree char *during = ww_duration_text(sum->during_ns);
	g_autofree char *took = ww_duration_text(sum->total_ns);
	g_autofree char *rate = ww_count_text(
		(uint64_t)((double)sum->count * (double)WW_NS_PER_S / (double)sum->during_ns));
	g_autofree char *major = ww_count_text(sum->n_major);
	g_autofree char *protected = ww_count_text(sum->n_protected);

	return g_strdup_printf(
		"%s met %s page faults%s%s in storms of %s in all, %s a second%s%s%s%s%s%s.", who,
		count, sum->total_ns > 0 ? " that took at least " : "",
		sum->total_ns > 0 ? took : "", during, rate, sum->n_major > 0 ? "; " : "", sum->n_major > 0 ? major : "",
		sum->n_major > 0 ? " of them had to wait for the disk" : "",
		sum->n_protected > 0 ? "; " : "", sum->n_protected > 0 ? protected : "",
		sum->n_protected > 0
			? " were writes to a write-protected page (shared, or not written before)"
			: "");
}

static char *trim_text(const struct habit *sum, const char *who, const char *count)
{
	g_autofree char *each = ww_bytes_text(sum->n_bytes / sum->count);
	g_autofree char *total = ww_duration_text(sum->total_ns);

	return g_strdup_printf(
		"%s made the heap grow and shrink again by %s, %s times: the calls of brk "
		"took %s, and each time the memory's pages have to be fetched anew.",
		who, each, count, total);
}

static char *churn_text(const struct habit *sum, const char *who, const char *count)
{
	g_autofree char *each = ww_bytes_text(sum->n_bytes / sum->count);
	g_autofree char *total = ww_duration_text(sum->total_ns);

	return g_strdup_printf(
		"%s mapped memory and unmapped it again %s times, %s each on average: the calls "
		"took %s, and each time the memory's pages have to be fetched anew.",
		who, count, each, total);
}

static const struct rule {
	enum ww_finding_kind kind;
	void (*look)(const struct ww_census *census, struct habit *habit);
	char *(*text)(const struct habit *sum, const char *who, const char *count);
} rules[] = {
	{ WW_FINDING_PAGE_FAULT_STORM, look_at_faults, faults_text },
	{ WW_FINDING_ALLOCATOR_TRIM, look_at_heap, trim_text },
	{ WW_FINDING_MMAP_CHURN, look_at_mappings, churn_text },
};

/* Those of one process beside each other, most first. */
static int by_process(const void *pa, const void *pb)
{
	const struct habit *a = pa, *b = pb;

	if (a->upid != b->upid)
		return a->upid < b->upid ? -1 : 1;
	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return (a->utid > b->utid) - (a->utid < b->utid);
}

static void tell(const struct ww_census *census, const struct rule *rule,
		 const struct habit *habits, guint n, GPtrArray *findings)
{
	const unsigned int waiting = 1u << WW_STATE_BLOCKED | 1u << WW_STATE_RUNNABLE;
	struct ww_finding *finding = ww_finding_add(findings, rule->kind);
	struct habit sum = { .count = 0 };
	g_autofree char *who = NULL;
	g_autofree char *count = NULL;

	for (guint i = 0; i < n; i++) {
		const struct habit *habit = &habits[i];

		ww_finding_add_wait(
			finding, habit->utid,
			ww_first_wait(census->trace, habit->utid, habit->worst, waiting),
			habit->total_ns);
		sum.count += habit->count;
		sum.n_major += habit->n_major;
		sum.n_protected += habit->n_protected;
		sum.n_bytes += habit->n_bytes;
		sum.total_ns += habit->total_ns;
		sum.during_ns += habit->during_ns;
	}
	finding->count = sum.count;
	who = ww_finding_who(census->trace, finding);
	count = ww_count_text(sum.count);
	finding->sentence = rule->text(&sum, who, count);
}

static void apply(const struct ww_census *census, const struct rule *rule, GPtrArray *findings)
{
	g_autoptr(GArray) habits = g_array_new(false, false, sizeof(struct habit));
	guint n;

	for (guint i = 0; i < census->threads->len; i++) {
		const uint32_t utid =
			g_array_index(census->threads, struct ww_census_thread, i).utid;
		struct habit habit = {
			.utid = utid,
			.upid = ww_trace_thread(census->trace, utid)->upid,
		};

		rule->look(census, &habit);
		if (habit.count > 0)
			g_array_append_val(habits, habit);
	}
	g_array_sort(habits, by_process);
	for (guint i = 0; i < habits->len; i += n) {
		const struct habit *first = &g_array_index(habits, struct habit, i);

		for (n = 1; i + n < habits->len && first[n].upid == first->upid; n++)
			continue;
		tell(census, rule, first, n, findings);
	}
}

void ww_rules_memory(const struct ww_census *census, GPtrArray *findings)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++)
		apply(census, &rules[i], findings);
}
