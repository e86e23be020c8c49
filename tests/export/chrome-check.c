// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/export/chrome-check.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "base/error.h"

#define CPUS_PID 5000000

struct slice {
	struct ww_span span;
	double begin_us, end_us; /* as an importer adds them */
	size_t order;            /* in the file */
	const char *name, *category;
};

struct flow {
	const char *id;
	int64_t time_ns;
	gint64 track;
	bool is_end;
};

struct check {
	const struct ww_trace *trace;
	struct ww_span span;
	struct ww_chrome_facts facts;
	GHashTable *tracks;       /* gint64 pid << 32 | tid -> GArray of struct slice */
	GHashTable *thread_names; /* the same key -> const char * */
	GArray *flows;
	GArray *counters; /* struct ww_queue_step */
};

static bool broken(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static bool broken(GError **error, const char *format, ...)
{
	g_autofree char *sentence = NULL;
	va_list args;

	va_start(args, format);
	sentence = g_strdup_vprintf(format, args);
	va_end(args);
	return ww_fail(error, WW_ERROR_DAMAGED, "%s", sentence);
}

/* --- fields --- */

static JsonNode *member_of(JsonObject *event, const char *name, GType type)
{
	JsonNode *node = json_object_get_member(event, name);

	if (!node || !JSON_NODE_HOLDS_VALUE(node))
		return NULL;
	if (type == G_TYPE_DOUBLE && json_node_get_value_type(node) == G_TYPE_INT64)
		return node;
	return json_node_get_value_type(node) == type ? node : NULL;
}

static bool get_text(JsonObject *event, const char *name, const char **text, GError **error)
{
	JsonNode *node = member_of(event, name, G_TYPE_STRING);

	if (!node)
		return broken(error, "an event has no text '%s'", name);
	*text = json_node_get_string(node);
	return g_utf8_validate(*text, -1, NULL) || broken(error, "'%s' is not UTF-8", name);
}

static bool get_int(JsonObject *event, const char *name, gint64 *value, GError **error)
{
	JsonNode *node = member_of(event, name, G_TYPE_INT64);

	/* Always set: at -O3 gcc does not see that nobody looks at it after a failure. */
	*value = node ? json_node_get_int(node) : 0;
	if (!node)
		return broken(error, "an event has no integer '%s'", name);
	return true;
}

/* Microseconds that are nanoseconds when they are rounded; @slack is how far they may lie from
 * them. */
static bool get_time(JsonObject *event, const char *name, double slack, double *time_us,
		     int64_t *time_ns, GError **error)
{
	JsonNode *node = member_of(event, name, G_TYPE_DOUBLE);
	double nanoseconds;

	if (!node)
		return broken(error, "an event has no number '%s'", name);
	*time_us = json_node_get_double(node);
	nanoseconds = *time_us * 1000;
	if (nanoseconds < 0 || fabs(nanoseconds - rint(nanoseconds)) > slack)
		return broken(error, "'%s' is %.17g us", name, *time_us);
	*time_ns = llrint(nanoseconds);
	return true;
}

static bool get_instant(JsonObject *event, int64_t *time_ns, GError **error)
{
	double time_us;

	return get_time(event, "ts", 1e-3, &time_us, time_ns, error);
}

static bool get_track(JsonObject *event, gint64 *track, GError **error)
{
	gint64 pid, tid;

	if (!get_int(event, "pid", &pid, error) || !get_int(event, "tid", &tid, error))
		return false;
	if (pid < 0 || pid > INT32_MAX || tid < 0 || tid > INT32_MAX)
		return broken(error, "pid %" G_GINT64_FORMAT " or tid %" G_GINT64_FORMAT " is none",
			      pid, tid);
	*track = pid << 32 | tid;
	return true;
}

static gint64 track_of_thread(const struct ww_trace *trace, uint32_t utid)
{
	const struct ww_thread *thread = ww_trace_thread(trace, utid);
	const struct ww_process *process = ww_trace_process(trace, thread->upid);
	gint64 pid =
		process->pid >= 0 ? process->pid : ww_trace_thread(trace, process->utids[0])->tid;

	return pid << 32 | thread->tid;
}

static GArray *slices_of(struct check *check, gint64 track)
{
	GArray *slices = g_hash_table_lookup(check->tracks, &track);

	if (!slices) {
		slices = g_array_new(false, false, sizeof(struct slice));
		g_hash_table_insert(check->tracks, g_memdup2(&track, sizeof(track)), slices);
	}
	return slices;
}

/* --- events by phase --- */

static bool take_metadata(struct check *check, JsonObject *event, size_t order, GError **error)
{
	JsonObject *args = json_object_get_object_member(event, "args");
	const char *what, *name;
	gint64 track, rank;

	(void)order;
	if (!get_text(event, "name", &what, error) || !get_track(event, &track, error))
		return false;
	if (g_str_has_suffix(what, "_sort_index"))
		return get_int(args, "sort_index", &rank, error);
	if (!g_str_equal(what, "process_name") && !g_str_equal(what, "thread_name"))
		return broken(error, "metadata '%s'", what);
	if (!get_text(args, "name", &name, error))
		return false;
	if (g_str_equal(what, "thread_name"))
		g_hash_table_insert(check->thread_names, g_memdup2(&track, sizeof(track)),
				    (gpointer)(uintptr_t)name);
	return true;
}

static void count_slice(struct ww_chrome_facts *facts, const char *category)
{
	facts->n_states += g_str_equal(category, "state");
	facts->n_wakes += g_str_equal(category, "wake");
	facts->n_cpu_slices += g_str_equal(category, "cpu");
	facts->n_details += g_str_equal(category, "lock") || g_str_equal(category, "alloc") ||
			    g_str_equal(category, "syscall");
}

static bool take_slice(struct check *check, JsonObject *event, size_t order, GError **error)
{
	struct slice slice = { .order = order };
	double length_us;
	int64_t length_ns;
	gint64 track;

	if (!get_text(event, "name", &slice.name, error) ||
	    !get_text(event, "cat", &slice.category, error) || !get_track(event, &track, error) ||
	    !get_time(event, "ts", 1e-3, &slice.begin_us, &slice.span.begin_ns, error) ||
	    !get_time(event, "dur", 0.41, &length_us, &length_ns, error))
		return false;
	if (g_str_equal(slice.category, "state") && !json_object_has_member(event, "args"))
		return broken(error, "state '%s' has no args", slice.name);
	slice.span.end_ns = slice.span.begin_ns + length_ns;
	slice.end_us = slice.begin_us + length_us;
	if (slice.span.begin_ns < check->span.begin_ns || slice.span.end_ns > check->span.end_ns)
		return broken(error, "slice '%s' lies outside the exported time", slice.name);
	g_array_append_val(slices_of(check, track), slice);
	count_slice(&check->facts, slice.category);
	return true;
}

static bool take_flow(struct check *check, JsonObject *event, size_t order, GError **error)
{
	struct flow flow = { 0 };
	const char *phase, *name, *category, *binding;

	(void)order;
	if (!get_text(event, "ph", &phase, error) || !get_text(event, "name", &name, error) ||
	    !get_text(event, "cat", &category, error) || !get_text(event, "id", &flow.id, error) ||
	    !get_track(event, &flow.track, error) || !get_instant(event, &flow.time_ns, error))
		return false;
	if (!g_str_equal(name, "wake-up") || !g_str_equal(category, "wake"))
		return broken(error, "both ends of a flow must have one name and one category");
	flow.is_end = g_str_equal(phase, "f");
	if (flow.is_end && (!get_text(event, "bp", &binding, error) || !g_str_equal(binding, "e")))
		return broken(error, "flow '%s' would bind to the next slice", flow.id);
	g_array_append_val(check->flows, flow);
	return true;
}

static bool take_counter(struct check *check, JsonObject *event, size_t order, GError **error)
{
	JsonObject *args = json_object_get_object_member(event, "args");
	struct ww_queue_step step = { 0 };
	const char *name;
	gint64 pid, value;

	(void)order;
	if (!get_text(event, "name", &name, error) || !get_int(event, "pid", &pid, error) ||
	    !get_instant(event, &step.time_ns, error) || !get_int(args, "runnable", &value, error))
		return false;
	if (pid != CPUS_PID || !g_str_has_prefix(name, "run queue of CPU "))
		return broken(error, "counter '%s' of process %" G_GINT64_FORMAT, name, pid);
	step.cpu = (uint16_t)g_ascii_strtoull(name + strlen("run queue of CPU "), NULL, 10);
	step.n_runnable = (uint16_t)value;
	g_array_append_val(check->counters, step);
	return true;
}

static bool take_event(struct check *check, JsonNode *node, size_t order, GError **error)
{
	static const struct {
		const char *phase;
		bool (*take)(struct check *check, JsonObject *event, size_t order, GError **error);
	} phases[] = {
		{ "M", take_metadata }, { "X", take_slice },   { "s", take_flow },
		{ "f", take_flow },     { "C", take_counter },
	};
	const char *phase;

	if (!JSON_NODE_HOLDS_OBJECT(node) ||
	    !get_text(json_node_get_object(node), "ph", &phase, error))
		return broken(error, "event %zu has no phase", order);
	for (size_t i = 0; i < G_N_ELEMENTS(phases); i++) {
		if (g_str_equal(phases[i].phase, phase))
			return phases[i].take(check, json_node_get_object(node), order, error);
	}
	return broken(error, "event %zu has the phase '%s'", order, phase);
}

/* --- slices of one thread nest --- */

/* As the importers see them: by time, equal times as in the file. */
static int by_begin(const void *a, const void *b)
{
	const struct slice *left = a, *right = b;

	if (left->span.begin_ns != right->span.begin_ns)
		return left->span.begin_ns < right->span.begin_ns ? -1 : 1;
	return left->order < right->order ? -1 : 1;
}

/* Closes what ended before @slice begins, in nanoseconds and in an importer's doubles alike. */
static bool close_ended(GArray *open, const struct slice *slice, GError **error)
{
	while (open->len > 0) {
		const struct slice *outer = &g_array_index(open, struct slice, open->len - 1);

		if (outer->span.end_ns > slice->span.begin_ns)
			return true;
		if (outer->end_us > slice->begin_us)
			return broken(error, "'%s' ends behind %.17g, where '%s' begins",
				      outer->name, slice->begin_us, slice->name);
		g_array_set_size(open, open->len - 1);
	}
	return true;
}

static bool check_place(const struct slice *slice, const struct slice *outer, GError **error)
{
	bool is_state = g_str_equal(slice->category, "state");

	if (outer && (slice->span.end_ns > outer->span.end_ns || slice->end_us > outer->end_us))
		return broken(error, "'%s' at %.17g reaches out of '%s'", slice->name,
			      slice->begin_us, outer->name);
	if (outer && is_state)
		return broken(error, "state '%s' at %.17g lies inside '%s'", slice->name,
			      slice->begin_us, outer->name);
	if (!outer && !is_state && !g_str_equal(slice->category, "cpu"))
		return broken(error, "'%s' at %.17g lies in no state", slice->name,
			      slice->begin_us);
	return true;
}

static bool check_nesting(GArray *slices, GError **error)
{
	g_autoptr(GArray) open = g_array_new(false, false, sizeof(struct slice));

	g_array_sort(slices, by_begin);
	for (guint i = 0; i < slices->len; i++) {
		const struct slice *slice = &g_array_index(slices, struct slice, i);
		const struct slice *outer;

		if (!close_ended(open, slice, error))
			return false;
		outer = open->len > 0 ? &g_array_index(open, struct slice, open->len - 1) : NULL;
		if (!check_place(slice, outer, error))
			return false;
		g_array_append_val(open, *slice);
	}
	return true;
}

static bool check_all_nesting(struct check *check, GError **error)
{
	GHashTableIter iter;
	gpointer slices;

	g_hash_table_iter_init(&iter, check->tracks);
	while (g_hash_table_iter_next(&iter, NULL, &slices)) {
		if (!check_nesting(slices, error))
			return false;
	}
	return true;
}

/* --- flows --- */

/* Index of the first slice that begins at or after @t_ns. */
static guint first_from(const GArray *slices, int64_t t_ns)
{
	guint low = 0, high = slices ? slices->len : 0;

	while (low < high) {
		guint middle = (low + high) / 2;

		if (g_array_index(slices, struct slice, middle).span.begin_ns < t_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The outermost slice around @t_ns. */
static const struct slice *state_at(struct check *check, gint64 track, int64_t t_ns)
{
	GArray *slices = g_hash_table_lookup(check->tracks, &track);

	for (guint i = first_from(slices, t_ns + 1); i-- > 0;) {
		const struct slice *slice = &g_array_index(slices, struct slice, i);

		if (g_str_equal(slice->category, "state"))
			return ww_span_contains(slice->span, t_ns) ? slice : NULL;
	}
	return NULL;
}

static bool has_wake_slice(struct check *check, const struct flow *flow)
{
	GArray *slices = g_hash_table_lookup(check->tracks, &flow->track);

	for (guint i = first_from(slices, flow->time_ns); slices && i < slices->len; i++) {
		const struct slice *slice = &g_array_index(slices, struct slice, i);

		if (slice->span.begin_ns > flow->time_ns)
			return false;
		if (slice->span.end_ns == flow->time_ns && g_str_has_prefix(slice->name, "wakes "))
			return true;
	}
	return false;
}

static int by_id(const void *a, const void *b)
{
	const struct flow *left = a, *right = b;
	int order = strcmp(left->id, right->id);

	return order != 0 ? order : (int)left->is_end - (int)right->is_end;
}

static bool check_pair(struct check *check, const struct flow *start, const struct flow *end,
		       GError **error)
{
	const struct slice *from = state_at(check, start->track, start->time_ns);
	const struct slice *to = state_at(check, end->track, end->time_ns);

	if (strcmp(start->id, end->id) != 0 || start->is_end || !end->is_end)
		return broken(error, "flow '%s' has no pair", start->id);
	if (end->time_ns <= start->time_ns)
		return broken(error, "flow '%s' ends before it began", start->id);
	if (!from || !g_str_equal(from->name, "running"))
		return broken(error, "flow '%s' starts where nothing runs", start->id);
	if (!to || !g_str_has_prefix(to->name, "runnable"))
		return broken(error, "flow '%s' ends where nothing is runnable", start->id);
	return true;
}

static bool check_flows(struct check *check, GError **error)
{
	GArray *flows = check->flows;

	g_array_sort(flows, by_id);
	if (flows->len % 2 != 0)
		return broken(error, "%u ends of flows", flows->len);
	check->facts.n_arrows = flows->len / 2;
	for (guint i = 0; i < flows->len; i += 2) {
		const struct flow *start = &g_array_index(flows, struct flow, i);

		if (!check_pair(check, start, start + 1, error))
			return false;
		if (i > 0 && strcmp(start->id, (start - 1)->id) == 0)
			return broken(error, "flow '%s' twice", start->id);
		if (!has_wake_slice(check, start))
			return broken(error, "flow '%s' does not start in a wake-up", start->id);
	}
	return true;
}

static bool is_arrow_expected(struct check *check, const struct ww_interval *runnable)
{
	int64_t end_ns = MIN(runnable->span.end_ns, check->span.end_ns);
	struct ww_lane waker = { WW_LANE_THREAD, runnable->waker_utid };
	struct ww_interval running;
	gint64 track;

	if (runnable->waker_utid >= ww_trace_info(check->trace)->n_threads ||
	    MAX(runnable->span.begin_ns, runnable->waking_ns + 1) >= end_ns)
		return false;
	track = track_of_thread(check->trace, runnable->waker_utid);
	return g_hash_table_contains(check->thread_names, &track) &&
	       ww_query_at(check->trace, waker, runnable->waking_ns, &running) &&
	       running.state == WW_STATE_RUNNING;
}

/* Every wake-up that the store knows the thread of, and whose both ends were exported, has its
 * arrow. */
static size_t expected_arrows(struct check *check, uint32_t utid)
{
	struct ww_interval_iter iter;
	struct ww_interval interval;
	int64_t last_waking_ns = -1;
	size_t n = 0;

	ww_interval_iter_init(&iter, check->trace, (struct ww_lane){ WW_LANE_THREAD, utid },
			      check->span);
	while (ww_interval_iter_next(&iter, &interval)) {

		if (interval.state != WW_STATE_RUNNABLE ||
		    interval.waking_ns < check->span.begin_ns ||
		    interval.waking_ns == last_waking_ns || !is_arrow_expected(check, &interval))
			continue;
		last_waking_ns = interval.waking_ns;
		n++;
	}
	return n;
}

/* --- against the query interface --- */

static bool check_sums(struct check *check, gint64 track, const struct ww_state_sums *expected,
		       GError **error)
{
	GArray *slices = g_hash_table_lookup(check->tracks, &track);
	struct ww_state_sums sums = { 0 };

	for (guint i = 0; slices && i < slices->len; i++) {
		const struct slice *slice = &g_array_index(slices, struct slice, i);

		for (int state = 0; state < WW_STATE_N && g_str_equal(slice->category, "state");
		     state++) {
			if (g_str_has_prefix(slice->name, ww_state_name(state)) &&
			    strchr(":", slice->name[strlen(ww_state_name(state))]))
				sums.ns[state] += ww_span_length_ns(slice->span);
		}
	}
	for (int state = 0; state < WW_STATE_DEAD; state++) {
		if (sums.ns[state] != expected->ns[state])
			return broken(error,
				      "track %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT
				      " is %s for %" G_GINT64_FORMAT
				      " ns instead of %" G_GINT64_FORMAT,
				      track >> 32, track & INT32_MAX, ww_state_name(state),
				      sums.ns[state], expected->ns[state]);
	}
	return true;
}

/* Incarnations of one tid share a track: their sums are added. */
static bool check_threads(struct check *check, GError **error)
{
	g_autoptr(GHashTable) expected =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	uint32_t n_threads = ww_trace_info(check->trace)->n_threads;
	size_t n_arrows = 0;
	GHashTableIter iter;
	gpointer track, sums;

	for (uint32_t utid = 0; utid < n_threads; utid++) {
		gint64 key = track_of_thread(check->trace, utid);
		struct ww_state_sums *total = g_hash_table_lookup(expected, &key);
		struct ww_state_sums one = { 0 };

		if (!g_hash_table_contains(check->thread_names, &key))
			continue;
		ww_query_sums(check->trace, (struct ww_lane){ WW_LANE_THREAD, utid }, check->span,
			      &one);
		n_arrows += expected_arrows(check, utid);
		check->facts.n_threads++;
		if (!total)
			g_hash_table_insert(expected, g_memdup2(&key, sizeof(key)),
					    g_memdup2(&one, sizeof(one)));
		for (int state = 0; total && state < WW_STATE_N; state++)
			total->ns[state] += one.ns[state];
	}
	g_hash_table_iter_init(&iter, expected);
	while (g_hash_table_iter_next(&iter, &track, &sums)) {
		if (!check_sums(check, *(gint64 *)track, sums, error))
			return false;
	}
	return n_arrows == check->facts.n_arrows ||
	       broken(error, "%zu arrows instead of %zu", check->facts.n_arrows, n_arrows);
}

static bool check_names(struct check *check, GError **error)
{
	for (uint32_t utid = 0; utid < ww_trace_info(check->trace)->n_threads; utid++) {
		gint64 track = track_of_thread(check->trace, utid);
		const char *name = g_hash_table_lookup(check->thread_names, &track);
		g_autofree char *expected =
			g_utf8_make_valid(ww_trace_thread(check->trace, utid)->name, -1);
		struct ww_thread last = *ww_trace_thread(check->trace, utid);

		/* A tid that was used again shows the name of its last incarnation. */
		if (name && ww_query_utid(check->trace, last.tid, INT64_MIN) == utid &&
		    !g_str_equal(name, expected))
			return broken(error, "thread '%s' is named '%s'", expected, name);
	}
	return true;
}

static bool check_cpus(struct check *check, GError **error)
{
	g_autoptr(GArray) cpus = ww_query_cpus(check->trace);

	for (guint i = 0; i < cpus->len && check->facts.n_cpu_slices > 0; i++) {
		uint16_t cpu = g_array_index(cpus, uint16_t, i);
		gint64 track = (gint64)CPUS_PID << 32 | (CPUS_PID + 1 + cpu);
		GArray *slices = g_hash_table_lookup(check->tracks, &track);
		struct ww_state_sums sums = { 0 };
		int64_t busy_ns = 0;

		ww_query_sums(check->trace, (struct ww_lane){ WW_LANE_CPU, cpu }, check->span,
			      &sums);
		for (guint j = 0; slices && j < slices->len; j++)
			busy_ns += ww_span_length_ns(g_array_index(slices, struct slice, j).span);
		if (busy_ns != sums.ns[WW_STATE_RUNNING] + sums.ns[WW_STATE_UNKNOWN])
			return broken(error, "CPU %u is busy for %" G_GINT64_FORMAT " ns", cpu,
				      busy_ns);
	}
	return true;
}

/* Each value of a queue once, and where it is in the store. */
static bool check_counters(struct check *check, GError **error)
{
	g_autoptr(GArray) steps = ww_query_run_queues(check->trace, check->span);
	int32_t values[1024];
	guint n = 0;

	memset(values, 0xff, sizeof(values));
	for (guint i = 0; i < steps->len && check->counters->len > 0; i++) {
		const struct ww_queue_step *step = &g_array_index(steps, struct ww_queue_step, i);
		const struct ww_queue_step *counter =
			&g_array_index(check->counters, struct ww_queue_step, n);

		if (step->cpu >= G_N_ELEMENTS(values) || values[step->cpu] == step->n_runnable)
			continue;
		values[step->cpu] = step->n_runnable;
		if (n++ >= check->counters->len || counter->cpu != step->cpu ||
		    counter->time_ns != step->time_ns || counter->n_runnable != step->n_runnable)
			return broken(error,
				      "the run queue of CPU %u at %" G_GINT64_FORMAT
				      " ns is not %u",
				      step->cpu, step->time_ns, step->n_runnable);
	}
	check->facts.n_counters = n;
	return n == check->counters->len ||
	       broken(error, "%u counters instead of %u", check->counters->len, n);
}

static bool check_root(struct check *check, JsonNode *node, JsonArray **events, GError **error)
{
	JsonObject *root, *metadata;
	gint64 n_lost, n_events;

	if (!node || !JSON_NODE_HOLDS_OBJECT(node))
		return broken(error, "the file is no object");
	root = json_node_get_object(node);
	if (!json_object_has_member(root, "traceEvents") ||
	    !json_object_has_member(root, "metadata"))
		return broken(error, "traceEvents or metadata is missing");
	if (g_strcmp0(json_object_get_string_member(root, "displayTimeUnit"), "ns") != 0)
		return broken(error, "displayTimeUnit is not ns");
	metadata = json_object_get_object_member(root, "metadata");
	if (!get_int(metadata, "lost_events", &n_lost, error) ||
	    !get_int(metadata, "events", &n_events, error))
		return false;
	if (n_lost != (gint64)ww_trace_info(check->trace)->n_lost ||
	    n_events != (gint64)ww_trace_info(check->trace)->n_events)
		return broken(error, "the metadata counts %" G_GINT64_FORMAT " lost events",
			      n_lost);
	*events = json_object_get_array_member(root, "traceEvents");
	return true;
}

static bool check_everything(struct check *check, JsonNode *root, GError **error)
{
	JsonArray *events = NULL;

	if (!check_root(check, root, &events, error))
		return false;
	for (guint i = 0; i < json_array_get_length(events); i++) {
		if (!take_event(check, json_array_get_element(events, i), i, error))
			return false;
	}
	return check_all_nesting(check, error) && check_flows(check, error) &&
	       check_threads(check, error) && check_names(check, error) &&
	       check_cpus(check, error) && check_counters(check, error);
}

bool ww_chrome_check(const struct ww_trace *trace, struct ww_span span, const char *json,
		     gssize n_bytes, struct ww_chrome_facts *facts, GError **error)
{
	g_autoptr(JsonParser) parser = json_parser_new_immutable();
	struct ww_span whole = { 0, MAX(ww_trace_info(trace)->duration_ns, 1) };
	struct check check = { .trace = trace, .span = ww_span_intersect(span, whole) };
	bool is_right;

	if (!json_parser_load_from_data(parser, json, n_bytes, error))
		return false;
	check.tracks = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free,
					     (GDestroyNotify)g_array_unref);
	check.thread_names = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	check.flows = g_array_new(false, false, sizeof(struct flow));
	check.counters = g_array_new(false, false, sizeof(struct ww_queue_step));
	is_right = check_everything(&check, json_parser_get_root(parser), error);
	if (is_right)
		*facts = check.facts;
	g_hash_table_unref(check.tracks);
	g_hash_table_unref(check.thread_names);
	g_array_unref(check.flows);
	g_array_unref(check.counters);
	return is_right;
}
