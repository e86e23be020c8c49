// SPDX-License-Identifier: GPL-2.0-or-later
/* One comparison for each order; what it finds equal stands as recorded. */
#include "viewer/model/rows-private.h"

static int compare_first(const struct ww_row_fact *a, const struct ww_row_fact *b)
{
	return a->first_ns < b->first_ns ? -1 : a->first_ns > b->first_ns;
}

static int compare_most(int64_t a_ns, int64_t b_ns)
{
	return a_ns > b_ns ? -1 : a_ns < b_ns;
}

/* worker 2 comes before worker 10. */
static int compare_names(const char *a, const char *b)
{
	while (*a && *b) {
		if (g_ascii_isdigit(*a) && g_ascii_isdigit(*b)) {
			char *a_end, *b_end;
			const guint64 x = g_ascii_strtoull(a, &a_end, 10);
			const guint64 y = g_ascii_strtoull(b, &b_end, 10);

			if (x != y)
				return x < y ? -1 : 1;
			a = a_end;
			b = b_end;
			continue;
		}
		if (g_ascii_tolower(*a) != g_ascii_tolower(*b))
			break;
		a++;
		b++;
	}
	return (guchar)g_ascii_tolower(*a) - (guchar)g_ascii_tolower(*b);
}

static int compare_facts(enum ww_rows_order order, const struct ww_row_fact *a,
			 const struct ww_row_fact *b)
{
	switch (order) {
	case WW_ROWS_BY_FIRST_EVENT:
		return compare_first(a, b);
	case WW_ROWS_BY_RUNNABLE:
		return compare_most(a->runnable_ns, b->runnable_ns);
	case WW_ROWS_BY_BLOCKED:
		return compare_most(a->blocked_ns, b->blocked_ns);
	case WW_ROWS_BY_RUNNING:
		return compare_most(a->running_ns, b->running_ns);
	default:
		return 0;
	}
}

static int compare_numbers(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_lanes(gconstpointer a, gconstpointer b, gpointer data)
{
	const struct ww_rows *rows = data;
	const uint32_t x = ((const struct ww_lane *)a)->index;
	const uint32_t y = ((const struct ww_lane *)b)->index;
	const struct ww_thread *first = ww_trace_thread(rows->trace, x);
	const struct ww_thread *second = ww_trace_thread(rows->trace, y);
	int difference =
		compare_facts(rows->order, &rows->facts->threads[x], &rows->facts->threads[y]);

	if (rows->order == WW_ROWS_BY_NAME)
		difference = compare_names(first->name, second->name);
	if (rows->order == WW_ROWS_BY_TALK && rows->talk)
		difference =
			compare_numbers(rows->talk->thread_ranks[x], rows->talk->thread_ranks[y]);
	if (difference != 0)
		return difference;
	/* What the recorder put into a program comes after what the program is made of. */
	if (first->is_recorder != second->is_recorder)
		return first->is_recorder - second->is_recorder;
	return compare_numbers(x, y);
}

/* CPUs first, kernel threads last. */
static int rank_of_kind(const struct ww_row_group *group)
{
	return group->kind == WW_ROW_CPUS ? 0 : group->kind == WW_ROW_PROCESS ? 1 : 2;
}

static int rank_of_process(const struct ww_process *process)
{
	return process->is_target ? 0 : process->is_recorder ? 2 : 1;
}

static int compare_processes(const struct ww_rows *rows, uint32_t x, uint32_t y)
{
	const struct ww_row_fact *facts = rows->facts->processes;
	const struct ww_process *first = ww_trace_process(rows->trace, x);
	const struct ww_process *second = ww_trace_process(rows->trace, y);
	int difference = compare_facts(rows->order, &facts[x], &facts[y]);

	if (rows->order == WW_ROWS_BY_NAME)
		difference = compare_names(first->name, second->name);
	if (rows->order == WW_ROWS_BY_TALK && rows->talk)
		difference =
			compare_numbers(rows->talk->process_ranks[x], rows->talk->process_ranks[y]);
	if (difference == 0)
		difference = rank_of_process(first) - rank_of_process(second);
	if (difference == 0)
		difference = compare_most(facts[x].running_ns, facts[y].running_ns);
	return difference != 0 ? difference : compare_numbers(x, y);
}

static int compare_groups(gconstpointer a, gconstpointer b, gpointer data)
{
	const struct ww_row_group *x = *(struct ww_row_group *const *)a;
	const struct ww_row_group *y = *(struct ww_row_group *const *)b;

	if (rank_of_kind(x) != rank_of_kind(y))
		return rank_of_kind(x) - rank_of_kind(y);
	return x->kind == WW_ROW_PROCESS ? compare_processes(data, x->upid, y->upid) : 0;
}

void ww_rows_order_all(struct ww_rows *rows)
{
	g_ptr_array_sort_with_data(rows->groups, compare_groups, rows);
	for (guint g = 0; g < rows->groups->len; g++) {
		const struct ww_row_group *group = g_ptr_array_index(rows->groups, g);

		if (group->kind != WW_ROW_CPUS)
			g_array_sort_with_data(group->lanes, compare_lanes, rows);
	}
}
