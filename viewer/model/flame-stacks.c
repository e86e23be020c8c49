// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * By the stacks of programs: what was called when a thread went to wait.
 *
 * The recorder notes the stack just before the switch away, so it is the last one of the thread
 * since its wait before. A wait without one (it was ready, or nobody looked) stands under its
 * process with its reason.
 */
#include "base/wire.h"
#include "viewer/model/flame-private.h"
#include "viewer/model/wait-set.h"

struct stack_key {
	uint64_t stack;
	uint32_t upid;
};

struct walk {
	struct ww_flame_tree *tree;
	const struct ww_trace *trace;
	struct ww_span span;
	GHashTable *names; /* struct stack_key: GPtrArray of char *, outermost first */
	uint32_t utid;     /* whose stacks these are */
	GArray *stacks;    /* struct ww_stack_of, by time */
	guint next;        /* the first one that is not before the present wait */
	int64_t before_ns; /* where the wait before began */
};

bool ww_flame_has_stacks(const struct ww_trace *trace)
{
	g_autoptr(GArray) keys = ww_query_track_keys(trace, WW_TRACK_FRAME);

	return keys->len > 0;
}

static guint hash_key(gconstpointer data)
{
	const struct stack_key *key = data;

	return (guint)(key->stack ^ key->stack >> 32) * 31 + key->upid;
}

static gboolean equal_keys(gconstpointer a_data, gconstpointer b_data)
{
	const struct stack_key *a = a_data, *b = b_data;

	return a->stack == b->stack && a->upid == b->upid;
}

/* A return address lies behind its call, which may be the last of its function. */
static char *frame_name(const struct ww_trace *trace, uint32_t upid, uint64_t address)
{
	struct ww_symbol symbol;

	if (!ww_trace_symbol(trace, upid, address - 1, &symbol))
		return g_strdup_printf("0x%" G_GINT64_MODIFIER "x", address);
	if (symbol.name)
		return g_strdup(symbol.name);
	return symbol.module ? g_path_get_basename(symbol.module) : g_strdup("?");
}

static const GPtrArray *names_of(struct walk *walk, uint64_t stack, uint32_t upid)
{
	const struct stack_key key = { stack, upid };
	const struct ww_span all = { 0, INT64_MAX };
	GPtrArray *names = g_hash_table_lookup(walk->names, &key);
	struct ww_row_iter iter;
	struct ww_track_row row;

	if (names)
		return names;
	names = g_ptr_array_new_with_free_func(g_free);
	ww_row_iter_init(&iter, walk->trace, WW_TRACK_FRAME, stack, all);
	while (ww_row_iter_next(&iter, &row)) {
		if (row.fields[WW_ROW_FRAME_ADDRESS] != 0)
			g_ptr_array_insert(
				names, 0,
				frame_name(walk->trace, upid, row.fields[WW_ROW_FRAME_ADDRESS]));
	}
	g_hash_table_insert(walk->names, g_memdup2(&key, sizeof(key)), names);
	return names;
}

static void turn_to(struct walk *walk, uint32_t utid)
{
	const struct ww_span all = { 0, INT64_MAX };

	if (walk->utid == utid)
		return;
	g_clear_pointer(&walk->stacks, g_array_unref);
	walk->stacks = ww_query_stack_of(walk->trace, utid, all);
	walk->utid = utid;
	walk->next = 0;
	walk->before_ns = -1;
}

/* The last stack of the program's between the wait before and this one. */
static bool find_stack(struct walk *walk, int64_t t_ns, uint64_t *stack)
{
	bool found = false;

	for (; walk->next < walk->stacks->len; walk->next++) {
		const struct ww_stack_of *record =
			&g_array_index(walk->stacks, struct ww_stack_of, walk->next);

		if (record->span.begin_ns > t_ns)
			break;
		if (record->kind != WW_WIRE_STACK_USER || record->span.begin_ns <= walk->before_ns)
			continue;
		*stack = record->stack;
		found = true;
	}
	return found;
}

static void visit(struct ww_wait_ref ref, const struct ww_interval *wait, void *data)
{
	struct walk *walk = data;
	const uint32_t upid = ww_trace_thread(walk->trace, ref.utid)->upid;
	const int64_t length_ns = ww_span_length_ns(wait->span);
	int64_t inside_ns;
	uint64_t stack;
	uint32_t node;
	bool has_stack;

	turn_to(walk, ref.utid);
	has_stack =
		wait->state == WW_STATE_BLOCKED && find_stack(walk, wait->span.begin_ns, &stack);
	walk->before_ns = wait->span.begin_ns;
	if (!ww_wait_set_holds(WW_WAIT_SET_HELD_UP, walk->trace, wait))
		return;
	node = ww_flame_process(walk->tree, walk->trace, upid);
	if (has_stack) {
		const GPtrArray *names = names_of(walk, stack, upid);

		for (guint i = 0; i < names->len; i++)
			node = ww_flame_child(walk->tree, node, WW_FLAME_FRAME, wait->state,
					      g_strdup(names->pdata[i]));
	}
	node = ww_flame_child(walk->tree, node, WW_FLAME_REASON, wait->state,
			      ww_wait_reason_label(wait->state, wait->reason));
	inside_ns = ww_span_length_ns(ww_span_intersect(wait->span, walk->span));
	ww_flame_add(walk->tree, node, inside_ns, ref, length_ns);
}

void ww_flame_fill_stacks(struct ww_flame_tree *tree, const struct ww_flame_scope *scope)
{
	g_autoptr(GHashTable) names = g_hash_table_new_full(hash_key, equal_keys, g_free,
							    (GDestroyNotify)g_ptr_array_unref);
	const struct ww_wait_walk all = {
		.trace = scope->trace,
		.lanes = scope->lanes,
		.span = scope->span,
		.set = WW_WAIT_SET_ALL,
		.max_ns = INT64_MAX,
		.cancellable = scope->cancellable,
	};
	struct walk walk = {
		.tree = tree,
		.trace = scope->trace,
		.span = scope->span,
		.names = names,
		.utid = WW_UTID_NONE,
	};

	ww_wait_walk(&all, visit, &walk);
	g_clear_pointer(&walk.stacks, g_array_unref);
}
