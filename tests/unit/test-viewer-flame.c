// SPDX-License-Identifier: GPL-2.0-or-later
/* Flame graphs of waits: exact sums, by reason and by stack. */
#include "tests/golden/script.h"
#include "viewer/model/flame.h"
#include "viewer/model/wait-set.h"

/*
 * victim is ready for 40 us behind hog. Then b waits 38 us for a lock that a holds; later b reads
 * from a pipe twice, called by 0x20 in 0x10 the first time and by 0x30 the second.
 */
static const char script[] = "0 task 0 a/100 S pid=100\n"
			     "0 task 0 b/101 S pid=100\n"
			     "0 task 0 victim/102 S pid=100\n"
			     "10us switch 0 idle R a/100\n"
			     "20us switch 1 idle R b/101\n"
			     "20us waking 0 a/100 victim/102 target=0\n"
			     "20us wakeup 0 victim/102 target=0\n"
			     "21us lock-begin b/101 mutex 0x1000 owner=a/100 site=0x10 pid=100\n"
			     "22us switch 1 b/101 S idle syscall=futex arg0=0x1000\n"
			     "60us waking 0 a/100 b/101 target=1\n"
			     "60us wakeup 0 b/101 target=1\n"
			     "60us switch 0 a/100 S victim/102\n"
			     "62us switch 1 idle R b/101\n"
			     "63us lock-end b/101 mutex 0x1000 owner=a/100 pid=100\n"
			     "70us frames user 55 0 0x20 0x10 0 pid=100\n"
			     "70us stack 1 b/101 user 55\n"
			     "70us switch 1 b/101 S idle syscall=read arg0=3\n"
			     "80us waking 0 victim/102 b/101 target=1\n"
			     "80us wakeup 0 b/101 target=1\n"
			     "80us switch 1 idle R b/101\n"
			     "85us frames user 56 0 0x30 0x10 0 pid=100\n"
			     "85us stack 1 b/101 user 56\n"
			     "85us switch 1 b/101 S idle syscall=read arg0=3\n"
			     "90us waking 0 victim/102 b/101 target=1\n"
			     "90us wakeup 0 b/101 target=1\n"
			     "91us switch 1 idle R b/101\n"
			     "95us switch 1 b/101 S idle syscall=read arg0=3\n"
			     "100us other\n";

static struct ww_trace *trace_new(void)
{
	struct ww_manifest *manifest = ww_manifest_new();
	const int32_t root_pid = 100;

	manifest->scope = WW_SCOPE_COMMAND;
	g_array_append_val(manifest->root_pids, root_pid);
	return ww_script_trace_with(script, manifest);
}

/* Each node is its own time and its children's, who stand beside each other from the largest on. */
static void assert_exact(const struct ww_flame *flame)
{
	for (uint32_t i = 0; i < flame->nodes->len; i++) {
		const struct ww_flame_node *node = ww_flame_node(flame, i);
		int64_t total_ns = node->own_ns;
		int64_t begin_ns = node->begin_ns;
		int64_t before_ns = INT64_MAX;
		uint32_t previous = WW_FLAME_NONE;

		for (uint32_t k = node->first_child; k != WW_FLAME_NONE;
		     k = ww_flame_node(flame, k)->next) {
			const struct ww_flame_node *child = ww_flame_node(flame, k);

			g_assert_cmpuint(child->parent, ==, i);
			g_assert_cmpuint(child->previous, ==, previous);
			g_assert_cmpuint(child->depth, ==, node->depth + 1);
			g_assert_cmpint(child->begin_ns, ==, begin_ns);
			g_assert_cmpint(child->total_ns, <=, before_ns);
			g_assert_cmpint(child->longest_ns, <=, node->longest_ns);
			g_assert_cmpuint(child->depth, <, flame->n_levels);
			before_ns = child->total_ns;
			begin_ns += child->total_ns;
			total_ns += child->total_ns;
			previous = k;
		}
		g_assert_cmpint(node->total_ns, ==, total_ns);
	}
}

static uint32_t find(const struct ww_flame *flame, uint32_t parent, const char *label)
{
	for (uint32_t i = ww_flame_node(flame, parent)->first_child; i != WW_FLAME_NONE;
	     i = ww_flame_node(flame, i)->next) {
		if (g_str_equal(ww_flame_node(flame, i)->label, label))
			return i;
	}
	g_error("'%s' has no child '%s'", ww_flame_node(flame, parent)->label, label);
}

static uint32_t find_path(const struct ww_flame *flame, const char *path)
{
	g_auto(GStrv) labels = g_strsplit(path, " > ", -1);
	uint32_t node = 0;

	for (guint i = 0; labels[i]; i++)
		node = find(flame, node, labels[i]);
	return node;
}

static struct ww_flame *draw(const struct ww_trace *trace, bool is_by_stack)
{
	const struct ww_flame_scope scope = {
		.trace = trace,
		.span = { 0, ww_trace_info(trace)->duration_ns },
		.is_by_stack = is_by_stack,
	};

	return ww_flame_new(&scope);
}

static void test_reasons(void)
{
	ww_auto(trace) trace = trace_new();
	ww_auto(flame) flame = draw(trace, false);
	const struct ww_flame_node *node;
	struct ww_interval wait;

	assert_exact(flame);
	node = ww_flame_node(flame, find_path(flame, "a/100 > victim/102 > ready (woken)"));
	g_assert_cmpint(node->total_ns, ==, 40000);
	g_assert_cmpint(node->state, ==, WW_STATE_RUNNABLE);
	g_assert_true(ww_query_wait(trace, node->longest, &wait));
	g_assert_cmpint(wait.span.begin_ns, ==, 20000);
	find_path(flame, "a/100 > victim/102 > ready (woken) > behind an equal > a/100");
	node = ww_flame_node(flame, find_path(flame, "a/100 > b/101 > mutex"));
	g_assert_cmpint(node->total_ns, ==, 38000);
	g_assert_cmpint(node->state, ==, WW_STATE_BLOCKED);
}

static void add_wait(struct ww_wait_ref ref, const struct ww_interval *wait, void *data)
{
	*(int64_t *)data += ww_span_length_ns(wait->span);
}

/* The root is all that was waited. */
static void test_whole(void)
{
	ww_auto(trace) trace = trace_new();
	ww_auto(flame) flame = draw(trace, true);
	const struct ww_wait_walk walk = {
		.trace = trace,
		.span = { 0, 100000 },
		.set = WW_WAIT_SET_HELD_UP,
		.max_ns = INT64_MAX,
	};
	int64_t total_ns = 0;

	ww_wait_walk(&walk, add_wait, &total_ns);
	g_assert_cmpint(total_ns, >, 0);
	g_assert_cmpint(ww_flame_node(flame, 0)->total_ns, ==, total_ns);
}

static void test_stacks(void)
{
	ww_auto(trace) trace = trace_new();
	ww_auto(flame) flame = draw(trace, true);
	const struct ww_flame_node *outer;

	g_assert_true(ww_flame_has_stacks(trace));
	assert_exact(flame);
	outer = ww_flame_node(flame, find_path(flame, "a/100 > 0x10"));
	g_assert_cmpint(outer->total_ns, ==, 15000);
	g_assert_cmpint(outer->own_ns, ==, 0);
	g_assert_cmpint(ww_flame_node(flame, find_path(flame, "a/100 > 0x10 > 0x20"))->total_ns, ==,
			10000);
	g_assert_cmpint(ww_flame_node(flame, find_path(flame, "a/100 > 0x10 > 0x30"))->total_ns, ==,
			5000);
	/* waits of which no stack is known stand under the process; an old stack is not theirs */
	g_assert_cmpint(ww_flame_node(flame, find_path(flame, "a/100 > mutex"))->total_ns, ==,
			38000);
	find_path(flame, "a/100 > ready (woken)");
}

/* What lies inside counts, though the wait is longer: as in the other sums of an area. */
static void test_area(void)
{
	ww_auto(trace) trace = trace_new();

	for (int i = 0; i < 2; i++) {
		const struct ww_flame_scope scope = { .trace = trace,
						      .span = { 71000, 79000 },
						      .is_by_stack = i > 0 };
		ww_auto(flame) flame = ww_flame_new(&scope);

		assert_exact(flame);
		g_assert_cmpint(ww_flame_node(flame, 0)->total_ns, ==, 8000);
		g_assert_cmpint(ww_flame_node(flame, 0)->longest_ns, ==, 10000);
	}
}

static void test_nothing(void)
{
	ww_auto(trace) trace = trace_new();
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	struct ww_flame_scope scope = { .trace = trace, .span = { 0, 5000 } };
	ww_auto(flame) flame = ww_flame_new(&scope);

	g_assert_cmpuint(flame->nodes->len, ==, 1);
	g_assert_cmpint(ww_flame_node(flame, 0)->total_ns, ==, 0);
	g_assert_cmpint(ww_flame_node(flame, 0)->longest_ns, ==, -1);
	g_cancellable_cancel(cancellable);
	scope.cancellable = cancellable;
	g_assert_null(ww_flame_new(&scope));
	scope.is_by_stack = true;
	g_assert_null(ww_flame_new(&scope));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/flame/reasons", test_reasons);
	g_test_add_func("/flame/whole", test_whole);
	g_test_add_func("/flame/stacks", test_stacks);
	g_test_add_func("/flame/area", test_area);
	g_test_add_func("/flame/nothing", test_nothing);
	return g_test_run();
}
