// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/flame.h"

#include "analysis/aggregate/wait-sums.h"
#include "viewer/model/flame-private.h"
#include "viewer/model/wait-set.h"
#include "viewer/model/words.h"

/* What people see of a tree is its wide branches: fewer explanations than a table's numbers need.
 * Of 38,000 waits that is 0.3 s instead of 1.1. */
#define EXPLAINED_LONGEST 500
#define EXPLAINED_SAMPLED 2000

static void node_clear(gpointer data)
{
	g_free(((struct ww_flame_node *)data)->label);
}

void ww_flame_free(struct ww_flame *flame)
{
	if (!flame)
		return;
	g_array_unref(flame->nodes);
	g_free(flame);
}

const struct ww_flame_node *ww_flame_node(const struct ww_flame *flame, uint32_t i)
{
	return &g_array_index(flame->nodes, struct ww_flame_node, i);
}

static struct ww_flame_node *node_at(const struct ww_flame *flame, uint32_t i)
{
	return &g_array_index(flame->nodes, struct ww_flame_node, i);
}

static uint32_t append(struct ww_flame *flame, const struct ww_flame_node *node)
{
	g_array_append_vals(flame->nodes, node, 1);
	return flame->nodes->len - 1;
}

uint32_t ww_flame_child(struct ww_flame_tree *tree, uint32_t parent, enum ww_flame_kind kind,
			enum ww_state state, char *label)
{
	char *key = g_strdup_printf("%u %d %s", parent, kind, label);
	const struct ww_flame_node node = {
		.kind = kind,
		.state = state,
		.label = label,
		.depth = node_at(tree->flame, parent)->depth + 1,
		.parent = parent,
		.first_child = WW_FLAME_NONE,
		.next = WW_FLAME_NONE,
		.previous = WW_FLAME_NONE,
		.longest_ns = -1,
	};
	gpointer place;
	uint32_t i;

	if (g_hash_table_lookup_extended(tree->places, key, NULL, &place)) {
		g_free(key);
		g_free(label);
		return GPOINTER_TO_UINT(place);
	}
	i = append(tree->flame, &node);
	tree->flame->n_levels = MAX(tree->flame->n_levels, node.depth + 1);
	g_hash_table_insert(tree->places, key, GUINT_TO_POINTER(i));
	return i;
}

void ww_flame_add(struct ww_flame_tree *tree, uint32_t node, int64_t ns, struct ww_wait_ref longest,
		  int64_t longest_ns)
{
	node_at(tree->flame, node)->own_ns += ns;
	for (; node != WW_FLAME_NONE; node = node_at(tree->flame, node)->parent) {
		struct ww_flame_node *above = node_at(tree->flame, node);

		above->total_ns += ns;
		if (longest_ns <= above->longest_ns)
			continue;
		above->longest = longest;
		above->longest_ns = longest_ns;
	}
}

uint32_t ww_flame_process(struct ww_flame_tree *tree, const struct ww_trace *trace, uint32_t upid)
{
	const struct ww_process *process = ww_trace_process(trace, upid);

	return ww_flame_child(tree, 0, WW_FLAME_PROCESS, WW_STATE_UNKNOWN,
			      g_strdup_printf("%s/%d", process->name, process->pid));
}

static void add_sum(struct ww_flame_tree *tree, const struct ww_trace *trace,
		    const struct ww_wait_sum *sum)
{
	char *object = ww_wait_object_label(&sum->object);
	uint32_t node = ww_flame_process(tree, trace, sum->upid);

	node = ww_flame_child(tree, node, WW_FLAME_THREAD, WW_STATE_UNKNOWN,
			      ww_trace_thread_text(trace, sum->utid));
	node = ww_flame_child(tree, node, WW_FLAME_REASON, sum->state,
			      ww_wait_reason_label(sum->state, sum->reason));
	if (object)
		node = ww_flame_child(tree, node, WW_FLAME_OBJECT, sum->state, object);
	if (sum->cause < WW_CAUSE_N)
		node = ww_flame_child(tree, node, WW_FLAME_CAUSE, sum->state,
				      g_strdup(ww_word_cause(sum->cause)));
	if (sum->owner_utid != WW_UTID_NONE)
		node = ww_flame_child(tree, node, WW_FLAME_OWNER, sum->state,
				      ww_trace_thread_text(trace, sum->owner_utid));
	ww_flame_add(tree, node, sum->total_ns, sum->max, sum->max_ns);
}

/* Likewise in model/wait-set.h; of the censored ones only groups of nothing else are told apart. */
static bool is_told(const struct ww_wait_sum *sum)
{
	if (sum->is_idle || sum->reason == WW_REASON_SLEEP || sum->utid >= WW_UTID_IDLE ||
	    sum->upid == UINT32_MAX)
		return false;
	return sum->state == WW_STATE_RUNNABLE || sum->n_censored < sum->count ||
	       sum->object.is_known;
}

static void fill_reasons(struct ww_flame_tree *tree, const struct ww_flame_scope *scope)
{
	const unsigned int keys = 1u << WW_WAIT_KEY_PROCESS | 1u << WW_WAIT_KEY_THREAD |
				  1u << WW_WAIT_KEY_REASON | 1u << WW_WAIT_KEY_OBJECT |
				  1u << WW_WAIT_KEY_CAUSE | 1u << WW_WAIT_KEY_OWNER;
	struct ww_whose whose;
	const struct ww_filter filter = { .span = scope->span,
					  .wants_thread = ww_whose_wants,
					  .data = &whose,
					  .is_clipped = true };
	g_autoptr(GPtrArray) sums = NULL;

	ww_whose_init(&whose, scope->trace, scope->lanes, scope->cancellable);
	sums = ww_wait_sums_within(scope->trace, &filter, keys, EXPLAINED_LONGEST,
				   EXPLAINED_SAMPLED);
	for (guint i = 0; i < sums->len; i++) {
		const struct ww_wait_sum *sum = sums->pdata[i];

		tree->flame->is_estimated |= sum->is_estimated;
		if (is_told(sum))
			add_sum(tree, scope->trace, sum);
	}
}

static int compare_nodes(gconstpointer a_data, gconstpointer b_data, gpointer data)
{
	const struct ww_flame *flame = data;
	const uint32_t a = *(const uint32_t *)a_data, b = *(const uint32_t *)b_data;
	const int64_t a_ns = node_at(flame, a)->total_ns, b_ns = node_at(flame, b)->total_ns;

	if (a_ns != b_ns)
		return a_ns > b_ns ? -1 : 1;
	return a < b ? -1 : a > b;
}

/* @order: all nodes from the largest on, so that those of one parent are in the order of its
 * children, and a parent before them. */
static void link_nodes(struct ww_flame *flame, const GArray *order)
{
	g_autofree uint32_t *last = g_new(uint32_t, flame->nodes->len);
	g_autofree int64_t *end_ns = g_new0(int64_t, flame->nodes->len);

	for (guint i = 0; i < flame->nodes->len; i++)
		last[i] = WW_FLAME_NONE;
	for (guint i = 0; i < order->len; i++) {
		const uint32_t place = g_array_index(order, uint32_t, i);
		struct ww_flame_node *node = node_at(flame, place);

		if (node->parent == WW_FLAME_NONE)
			continue;
		node->previous = last[node->parent];
		if (node->previous == WW_FLAME_NONE)
			node_at(flame, node->parent)->first_child = place;
		else
			node_at(flame, node->previous)->next = place;
		last[node->parent] = place;
		node->begin_ns = node_at(flame, node->parent)->begin_ns + end_ns[node->parent];
		end_ns[node->parent] += node->total_ns;
	}
}

static void sort_nodes(struct ww_flame *flame)
{
	g_autoptr(GArray) order =
		g_array_sized_new(FALSE, FALSE, sizeof(uint32_t), flame->nodes->len);

	for (uint32_t i = 0; i < flame->nodes->len; i++)
		g_array_append_val(order, i);
	/* A parent is at least as large as its children, and older. */
	g_array_sort_with_data(order, compare_nodes, flame);
	link_nodes(flame, order);
}

struct ww_flame *ww_flame_new(const struct ww_flame_scope *scope)
{
	ww_auto(flame) flame = g_new0(struct ww_flame, 1);
	g_autoptr(GHashTable) places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	struct ww_flame_tree tree = { flame, places };
	const struct ww_flame_node root = {
		.kind = WW_FLAME_ROOT,
		.label = g_strdup(""),
		.parent = WW_FLAME_NONE,
		.first_child = WW_FLAME_NONE,
		.next = WW_FLAME_NONE,
		.previous = WW_FLAME_NONE,
		.longest_ns = -1,
	};

	flame->nodes = g_array_new(FALSE, FALSE, sizeof(struct ww_flame_node));
	g_array_set_clear_func(flame->nodes, node_clear);
	append(flame, &root);
	flame->n_levels = 1;
	if (scope->is_by_stack)
		ww_flame_fill_stacks(&tree, scope);
	else
		fill_reasons(&tree, scope);
	if (g_cancellable_is_cancelled(scope->cancellable))
		return NULL;
	sort_nodes(flame);
	return g_steal_pointer(&flame);
}
