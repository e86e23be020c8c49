// SPDX-License-Identifier: GPL-2.0-or-later
/* What the tables list: rows, their texts, what they stand for, how they are sorted and searched.
 */
#include "tests/ui/story.h"
#include "viewer/model/wait-set.h"
#include "viewer/tables/kinds.h"
#include "viewer/tables/listing-model.h"
#include "viewer/tables/scope.h"

/* Two tasks, one lock that b waits for while a holds it, two calls of the allocator. */
static const char work_script[] =
	"0 task 0 a/100 S pid=100\n"
	"0 task 0 b/101 S pid=100\n"
	"10us switch 0 idle R a/100\n"
	"11us task-begin a/100 7 parse\n"
	"20us switch 1 idle R b/101\n"
	"21us lock-begin b/101 mutex 0x1000 owner=a/100 site=0x10 pid=100\n"
	"22us switch 1 b/101 S idle syscall=futex arg0=0x1000\n"
	"30us alloc a/100 malloc 4096 duration=2000 pid=100\n"
	"35us alloc a/100 free 0 duration=1000 pid=100\n"
	"40us task-end a/100 7\n"
	"41us task-begin a/100 8 parse\n"
	"51us task-end a/100 8\n"
	"60us waking 0 a/100 b/101 target=1\n"
	"60us wakeup 0 b/101 target=1\n"
	"62us switch 1 idle R b/101\n"
	"63us lock-end b/101 mutex 0x1000 owner=a/100 pid=100\n"
	"70us switch 1 b/101 S idle\n"
	"80us switch 0 a/100 S idle\n"
	"100us other\n";

static struct ww_document *work_document(void)
{
	struct ww_manifest *manifest = ww_manifest_new();
	const int32_t root_pid = 100;

	manifest->scope = WW_SCOPE_COMMAND;
	g_array_append_val(manifest->root_pids, root_pid);
	return ww_document_new(ww_script_trace_with(work_script, manifest));
}

static struct ww_listing *list(struct ww_document *document, const struct ww_listing_kind *kind,
			       const struct ww_listing_scope *scope)
{
	struct ww_listing_scope all;

	ww_listing_scope_init(&all, document);
	return ww_listing_new(kind, document, scope ? scope : &all, NULL);
}

/* All cells of a row with a bar between them. */
static void assert_row(const struct ww_listing *listing, uint32_t i, const char *expected)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (unsigned int column = 0; column < listing->kind->n_columns; column++) {
		g_autofree char *cell = ww_listing_text(listing, i, column);

		g_string_append_printf(text, "%s%s", column > 0 ? "|" : "", cell);
	}
	g_assert_cmpstr(text->str, ==, expected);
}

static void test_waits(void)
{
	struct ww_document *document = story_document();
	struct ww_listing_scope scope;
	struct ww_listing *waits = list(document, &ww_listing_waits, NULL);
	struct ww_target target;

	g_assert_cmpuint(waits->n_rows, ==, 1);
	assert_row(waits, 0, "victim/101|Runnable|woken||0.000020 s|40.0 us|hog/102");
	g_assert_null(waits->note);
	target = ww_listing_target(waits, 0);
	g_assert_cmpint(target.kind, ==, WW_TARGET_INTERVAL);
	g_assert_cmpint(target.span.begin_ns, ==, 20000);
	ww_listing_unref(waits);

	/* an area that it does not reach, and lengths that it does not have */
	ww_listing_scope_init(&scope, document);
	scope.span = (struct ww_span){ 70000, 90000 };
	waits = list(document, &ww_listing_waits, &scope);
	g_assert_cmpuint(waits->n_rows, ==, 0);
	ww_listing_unref(waits);
	ww_listing_scope_init(&scope, document);
	scope.max_ns = 40000;
	waits = list(document, &ww_listing_waits, &scope);
	g_assert_cmpuint(waits->n_rows, ==, 0);
	ww_listing_unref(waits);
	ww_document_unref(document);
}

/* By choice: what is blocked but asks for nothing is in the choice of all. */
static void test_wait_sets(void)
{
	struct ww_document *document = story_document();
	static const guint counts[] = { [WW_WAIT_SET_HELD_UP] = 1,
					[WW_WAIT_SET_READY] = 1,
					[WW_WAIT_SET_BLOCKED] = 5,
					[WW_WAIT_SET_ALL] = 6 };

	for (guint set = 0; set < WW_WAIT_SET_N; set++) {
		struct ww_listing_scope scope;
		struct ww_listing *waits;

		ww_listing_scope_init(&scope, document);
		scope.choice = set;
		waits = list(document, &ww_listing_waits, &scope);
		g_test_message("set %u", set);
		g_assert_cmpuint(waits->n_rows, ==, counts[set]);
		ww_listing_unref(waits);
	}
	ww_document_unref(document);
}

/* The lane's own iterator says the same, and each interval finds its row again. */
static void assert_states(struct ww_document *document, struct ww_lane lane, struct ww_span span)
{
	struct ww_listing_scope scope;
	struct ww_interval_iter iter;
	struct ww_interval interval;
	struct ww_listing *states;
	uint32_t n = 0;

	ww_listing_scope_init(&scope, document);
	scope.lane = lane;
	scope.span = span;
	states = list(document, &ww_listing_states, &scope);
	ww_interval_iter_init(&iter, document->trace, lane, span);
	while (ww_interval_iter_next(&iter, &interval)) {
		const struct ww_selection selection = { .kind = WW_SELECTION_INTERVAL,
							.lane = lane,
							.interval = interval,
							.span = interval.span };
		uint32_t row;

		g_assert_true(ww_listing_find(states, &selection, &row));
		g_assert_cmpuint(row, ==, n);
		g_assert_true(ww_listing_stands_for(states, row, &selection));
		n++;
	}
	g_assert_cmpuint(states->n_rows, ==, n);
	ww_listing_unref(states);
}

static void test_states(void)
{
	struct ww_document *document = story_document();
	const struct ww_span all = { 0, 100000 };
	struct ww_listing_scope scope;
	struct ww_listing *states;

	for (uint32_t utid = 0; utid < ww_trace_info(document->trace)->n_threads; utid++) {
		assert_states(document, (struct ww_lane){ WW_LANE_THREAD, utid }, all);
		assert_states(document, (struct ww_lane){ WW_LANE_THREAD, utid },
			      (struct ww_span){ 30000, 65000 });
	}
	assert_states(document, (struct ww_lane){ WW_LANE_CPU, 0 }, all);
	assert_states(document, (struct ww_lane){ WW_LANE_CPU, 1 },
		      (struct ww_span){ 20000, 60000 });
	ww_listing_scope_init(&scope, document);
	scope.lane.index = ww_query_utid(document->trace, 101, INT64_MIN);
	states = list(document, &ww_listing_states, &scope);
	assert_row(states, 1, "0.000020 s|40.0 us|Runnable|woken||hog/102");
	assert_row(states, 2, "0.000060 s|20.0 us|Running|on CPU 0||");
	ww_listing_unref(states);
	/* nobody's lane has no states */
	states = list(document, &ww_listing_states, NULL);
	g_assert_cmpuint(states->n_rows, ==, 0);
	ww_listing_unref(states);
	ww_document_unref(document);
}

static void test_threads(void)
{
	struct ww_document *document = story_document();
	struct ww_listing *threads = list(document, &ww_listing_threads, NULL);
	const struct ww_selection selection = {
		.kind = WW_SELECTION_INTERVAL,
		.lane = { WW_LANE_THREAD, ww_query_utid(document->trace, 102, INT64_MIN) },
		.span = { 10000, 60000 },
	};
	g_autofree char *found = NULL;
	uint32_t row;

	/* the target's, most runnable first */
	g_assert_cmpuint(threads->n_rows, ==, 3);
	assert_row(threads, 0, "victim|101|service/100|20.0 us|40.0 us|40.0 us|40.0 us|1|0|1|0");
	g_assert_true(ww_listing_find(threads, &selection, &row));
	found = ww_listing_text(threads, row, 0);
	g_assert_cmpstr(found, ==, "hog");
	ww_listing_unref(threads);
	ww_document_unref(document);
}

/* Lanes that are marked are told, whoever they belong to. */
static void test_lanes(void)
{
	struct ww_document *document = story_document();
	struct ww_lane_set *lanes = ww_lane_set_new();
	struct ww_listing_scope scope;
	struct ww_listing *threads;
	g_autofree char *name = NULL;

	ww_lane_set_add(lanes, (struct ww_lane){ WW_LANE_THREAD,
						 ww_query_utid(document->trace, 200, INT64_MIN) });
	ww_listing_scope_init(&scope, document);
	scope.lanes = lanes;
	threads = list(document, &ww_listing_threads, &scope);
	ww_lane_set_unref(lanes);
	g_assert_cmpuint(threads->n_rows, ==, 1);
	name = ww_listing_text(threads, 0, 0);
	g_assert_cmpstr(name, ==, "noise");
	ww_listing_unref(threads);
	ww_document_unref(document);
}

static void test_work(void)
{
	struct ww_document *document = work_document();
	struct ww_listing *tasks = list(document, &ww_listing_tasks, NULL);
	struct ww_listing *locks = list(document, &ww_listing_locks, NULL);
	struct ww_listing *allocs = list(document, &ww_listing_allocs, NULL);
	struct ww_target target;

	g_assert_true(ww_listing_tasks.is_in(document->trace));
	g_assert_true(ww_listing_locks.is_in(document->trace));
	g_assert_true(ww_listing_allocs.is_in(document->trace));
	g_assert_false(ww_listing_calls.is_in(document->trace));
	g_assert_cmpuint(tasks->n_rows, ==, 2);
	assert_row(tasks, 0, "parse|7|a/100|0.000011 s|29.0 us");
	assert_row(tasks, 1, "parse|8|a/100|0.000041 s|10.0 us");
	g_assert_cmpint(ww_listing_target(tasks, 1).kind, ==, WW_TARGET_SPAN);
	g_assert_cmpuint(locks->n_rows, ==, 1);
	/* the wait for it began on the CPU: what is shown is where the thread slept */
	target = ww_listing_target(locks, 0);
	g_assert_cmpint(target.kind, ==, WW_TARGET_INTERVAL);
	g_assert_cmpint(target.span.begin_ns, ==, 22000);
	g_assert_cmpuint(allocs->n_rows, ==, 2);
	assert_row(allocs, 0, "malloc|a/100|4.10 kB||0.000028 s|2.00 us");
	ww_listing_unref(tasks);
	ww_listing_unref(locks);
	ww_listing_unref(allocs);
	ww_document_unref(document);
}

static void test_groups(void)
{
	struct ww_document *document = story_document();
	struct ww_listing *groups = list(document, &ww_listing_groups, NULL);
	const struct ww_selection selection = {
		.kind = WW_SELECTION_INTERVAL,
		.lane = { WW_LANE_THREAD, ww_query_utid(document->trace, 101, INT64_MIN) },
		.span = { 20000, 60000 },
	};
	g_autofree char *what = NULL;
	uint32_t row;

	g_assert_true(ww_listing_find(groups, &selection, &row));
	what = ww_listing_text(groups, row, 0);
	g_assert_cmpstr(what, ==, "ready (woken)");
	ww_listing_unref(groups);
	ww_document_unref(document);
}

/* In an area totals are of what lies inside, lengths of whole waits. */
static void test_groups_of_area(void)
{
	struct ww_document *document = story_document();
	struct ww_listing_scope scope;
	struct ww_listing *groups;
	ww_auto(lane_set) lanes = ww_lane_set_new();
	g_autofree char *total = NULL, *longest = NULL;

	ww_listing_scope_init(&scope, document);
	scope.span = (struct ww_span){ 30000, 40000 };
	ww_lane_set_add(lanes, (struct ww_lane){ WW_LANE_THREAD,
						 ww_query_utid(document->trace, 101, INT64_MIN) });
	scope.lanes = lanes;
	groups = list(document, &ww_listing_groups, &scope);
	g_assert_cmpuint(groups->n_rows, ==, 1);
	total = ww_listing_text(groups, 0, 3);
	longest = ww_listing_text(groups, 0, 6);
	g_assert_cmpstr(total, ==, "10.0 us");
	g_assert_cmpstr(longest, ==, "40.0 us");
	ww_listing_unref(groups);
	ww_document_unref(document);
}

/* A task that is selected is an area: its row is the one, and no other's of that thread. */
static void test_task_is_found(void)
{
	struct ww_manifest *manifest = ww_manifest_new();
	const int32_t root_pid = 100;
	g_autofree char *script = g_strconcat(story_script,
					      "110us task-begin victim/101 1 parse\n"
					      "120us task-end victim/101 1\n"
					      "130us task-begin victim/101 2 parse\n"
					      "135us task-end victim/101 2\n"
					      "150us other\n",
					      NULL);
	struct ww_selection selection = { .kind = WW_SELECTION_AREA, .title = "parse" };
	struct ww_document *document;
	struct ww_listing *tasks;
	uint32_t row;

	manifest->scope = WW_SCOPE_COMMAND;
	g_array_append_val(manifest->root_pids, root_pid);
	document = ww_document_new(ww_script_trace_with(script, manifest));
	tasks = list(document, &ww_listing_tasks, NULL);
	g_assert_cmpuint(tasks->n_rows, ==, 2);
	selection.span = ww_listing_target(tasks, 1).span;
	g_assert_true(ww_listing_find(tasks, &selection, &row));
	g_assert_cmpuint(row, ==, 1);
	g_assert_true(ww_listing_stands_for(tasks, 1, &selection));
	g_assert_false(ww_listing_stands_for(tasks, 0, &selection));
	/* an area that a person drew there is none */
	selection.title = NULL;
	g_assert_false(ww_listing_find(tasks, &selection, &row));
	ww_listing_unref(tasks);
	ww_document_unref(document);
}

/* "1 0 2" */
static void assert_order(const struct ww_listing *listing, uint32_t column, bool is_descending,
			 const char *search, const char *expected)
{
	const struct ww_arrangement arrangement = { column, is_descending,
						    (char *)(uintptr_t)search };
	g_autoptr(GArray) order = ww_listing_arrange(listing, &arrangement, NULL);
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; order && i < order->len; i++)
		g_string_append_printf(text, "%s%u", i > 0 ? " " : "",
				       g_array_index(order, uint32_t, i));
	g_assert_cmpstr(order ? text->str : "as they are", ==, expected);
}

static void test_arrange(void)
{
	struct ww_document *document = story_document();
	struct ww_listing_scope scope;
	struct ww_listing *states;

	/* 0-20 blocked, 20-60 runnable, 60-80 running, 80-100 blocked */
	ww_listing_scope_init(&scope, document);
	scope.lane.index = ww_query_utid(document->trace, 101, INT64_MIN);
	states = list(document, &ww_listing_states, &scope);
	g_assert_cmpuint(states->n_rows, ==, 4);
	assert_order(states, WW_LISTING_UNSORTED, false, NULL, "as they are");
	assert_order(states, WW_LISTING_UNSORTED, false, "", "as they are");
	assert_order(states, 1, true, NULL, "1 0 2 3");
	assert_order(states, 1, false, NULL, "0 2 3 1");
	assert_order(states, 2, false, NULL, "0 3 1 2");
	assert_order(states, WW_LISTING_UNSORTED, false, "BLOCK", "0 3");
	assert_order(states, 0, true, "block", "3 0");
	assert_order(states, 0, true, "40.0 hog", "1");
	assert_order(states, 0, true, "nothing", "");
	ww_listing_unref(states);
	ww_document_unref(document);
}

static void test_copy(void)
{
	struct ww_document *document = story_document();
	struct ww_listing *waits = list(document, &ww_listing_waits, NULL);
	g_autoptr(GArray) rows = g_array_new(FALSE, TRUE, sizeof(uint32_t));
	g_autofree char *text = NULL;

	g_array_set_size(rows, 1);
	text = ww_listing_copy(waits, rows, NULL);
	g_assert_cmpstr(text, ==,
			"Thread\tState\tReason\tObject\tBegin\tLength\tWoken by\n"
			"victim/101\tRunnable\twoken\t\t0.000020 s\t40.0 us\thog/102\n");
	ww_listing_unref(waits);
	ww_document_unref(document);
}

static int64_t number(const void *row)
{
	return *(const int64_t *)row;
}

static void test_longest(void)
{
	struct ww_listing listing = { .n_rows = 0 };
	struct ww_longest longest;

	ww_longest_init(&longest, sizeof(int64_t), number, 1000);
	for (int64_t i = 0; i < 10000; i++) {
		const int64_t value = i * 7919 % 10000;

		ww_longest_add(&longest, &value);
	}
	ww_longest_finish(&longest, &listing);
	g_assert_cmpuint(listing.rows->len, ==, 1000);
	for (guint i = 0; i < listing.rows->len; i++)
		g_assert_cmpint(g_array_index(listing.rows, int64_t, i), ==, 9999 - (int64_t)i);
	g_assert_cmpstr(listing.note, ==, "the 1,000 longest of 10,000");
	g_array_unref(listing.rows);
	g_free(listing.note);
}

static void test_area(void)
{
	const struct ww_selection area = { .kind = WW_SELECTION_AREA, .span = { 10, 20 } };
	const struct ww_selection inside = { .kind = WW_SELECTION_INTERVAL, .span = { 15, 30 } };
	const struct ww_selection outside = { .kind = WW_SELECTION_INTERVAL, .span = { 20, 30 } };
	const struct ww_selection none = { .kind = WW_SELECTION_NONE };
	struct ww_table_area followed = { false };

	g_assert_false(ww_table_area_follow(&followed, &none));
	g_assert_false(ww_table_area_follow(&followed, &inside));
	g_assert_true(ww_table_area_follow(&followed, &area));
	g_assert_false(ww_table_area_follow(&followed, &area));
	g_assert_false(ww_table_area_follow(&followed, &inside));
	g_assert_true(followed.is_set);
	g_assert_true(ww_table_area_follow(&followed, &outside));
	g_assert_false(followed.is_set);
	g_assert_true(ww_table_area_follow(&followed, &area));
	g_assert_true(ww_table_area_follow(&followed, &none));
	g_assert_false(followed.is_set);
}

static void count_call(gpointer data)
{
	++*(guint *)data;
}

/* A place in the list stays and says that it shows another row. */
static void test_model_keeps_its_items(void)
{
	struct ww_document *document = work_document();
	struct ww_listing_scope scope;
	struct ww_listing *first, *second = list(document, &ww_listing_threads, NULL);
	g_autoptr(WwListingModel) model = ww_listing_model_new();
	g_autoptr(WwListingItem) item = NULL;
	g_autoptr(WwListingItem) same = NULL;
	g_autoptr(WwListingItem) last = NULL;
	guint n_changed = 0, n_last = 0;

	ww_listing_scope_init(&scope, document);
	scope.lane = ww_table_first_lane(document);
	first = list(document, &ww_listing_states, &scope);
	g_assert_cmpuint(first->n_rows, >, second->n_rows);
	ww_listing_model_set(model, first, NULL);
	item = g_list_model_get_item(G_LIST_MODEL(model), 1);
	last = g_list_model_get_item(G_LIST_MODEL(model), first->n_rows - 1);
	g_signal_connect_swapped(item, "changed", G_CALLBACK(count_call), &n_changed);
	g_signal_connect_swapped(last, "changed", G_CALLBACK(count_call), &n_last);
	g_assert_true(ww_listing_item_listing(item) == first);
	ww_listing_model_set(model, second, NULL);
	same = g_list_model_get_item(G_LIST_MODEL(model), 1);
	g_assert_true(same == item);
	g_assert_true(ww_listing_item_listing(item) == second);
	g_assert_cmpuint(ww_listing_item_row(item), ==, 1);
	g_assert_cmpuint(n_changed, ==, 1);
	/* and one that the list no longer has says nothing */
	g_assert_cmpuint(g_list_model_get_n_items(G_LIST_MODEL(model)), ==, second->n_rows);
	g_assert_cmpuint(n_last, ==, 0);
	/* nor can it be asked for its row */
	g_test_expect_message(G_LOG_DOMAIN, G_LOG_LEVEL_CRITICAL, "*position < n_all*");
	g_assert_cmpuint(ww_listing_item_row(last), ==, 0);
	g_test_assert_expected_messages();
	ww_document_unref(document);
}

static void note_changed(GtkSelectionModel *selection, guint position, guint n, guint *changed)
{
	changed[0] = position;
	changed[1] = n;
}

/* What is chosen are places, of which no item is made. */
static void test_model_is_selection(void)
{
	struct ww_document *document = work_document();
	struct ww_listing_scope scope;
	struct ww_listing *states;
	g_autoptr(WwListingModel) model = ww_listing_model_new();
	GtkSelectionModel *selection = GTK_SELECTION_MODEL(model);
	g_autoptr(GtkBitset) chosen = NULL;
	guint changed[2] = { 0, 0 };

	ww_listing_scope_init(&scope, document);
	scope.lane = ww_table_first_lane(document);
	states = list(document, &ww_listing_states, &scope);
	g_assert_cmpuint(states->n_rows, >=, 3);
	g_signal_connect(model, "selection-changed", G_CALLBACK(note_changed), changed);
	ww_listing_model_set(model, states, NULL);
	gtk_selection_model_select_all(selection);
	g_assert_cmpuint(changed[1], ==, states->n_rows);
	g_assert_finalize_object(g_list_model_get_item(G_LIST_MODEL(model), 0));
	gtk_selection_model_unselect_item(selection, 1);
	g_assert_cmpuint(changed[0], ==, 1);
	g_assert_cmpuint(changed[1], ==, 1);
	chosen = gtk_selection_model_get_selection_in_range(selection, 0, 3);
	g_assert_cmpuint(gtk_bitset_get_size(chosen), ==, 2);
	g_assert_false(gtk_selection_model_is_selected(selection, 1));
	gtk_selection_model_select_item(selection, 2, TRUE);
	g_assert_false(gtk_selection_model_is_selected(selection, 0));
	g_assert_true(gtk_selection_model_is_selected(selection, 2));
	ww_listing_model_set(model, list(document, &ww_listing_states, &scope), NULL);
	g_assert_cmpuint(changed[0], ==, 2);
	g_assert_false(gtk_selection_model_is_selected(selection, 2));
	ww_document_unref(document);
}

static void test_cancelled(void)
{
	struct ww_document *document = story_document();
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	struct ww_listing_scope scope;

	ww_listing_scope_init(&scope, document);
	g_cancellable_cancel(cancellable);
	for (size_t i = 0; ww_listing_kinds[i]; i++)
		g_assert_null(ww_listing_new(ww_listing_kinds[i], document, &scope, cancellable));
	ww_document_unref(document);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/listings/waits", test_waits);
	g_test_add_func("/listings/sets of waits", test_wait_sets);
	g_test_add_func("/listings/states", test_states);
	g_test_add_func("/listings/threads", test_threads);
	g_test_add_func("/listings/lanes", test_lanes);
	g_test_add_func("/listings/tasks, locks, pauses", test_work);
	g_test_add_func("/listings/groups", test_groups);
	g_test_add_func("/listings/groups of an area", test_groups_of_area);
	g_test_add_func("/listings/task is found", test_task_is_found);
	g_test_add_func("/listings/arrange", test_arrange);
	g_test_add_func("/listings/copy", test_copy);
	g_test_add_func("/listings/longest", test_longest);
	g_test_add_func("/listings/area", test_area);
	g_test_add_func("/listings/model keeps its items", test_model_keeps_its_items);
	g_test_add_func("/listings/model is a selection", test_model_is_selection);
	g_test_add_func("/listings/cancelled", test_cancelled);
	return g_test_run();
}
