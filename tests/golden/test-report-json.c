// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The JSON of trace-report against its contract: every member of every row by name and type, and
 * the sums it promises.
 */
#include <json-glib/json-glib.h>
#include <string.h>

#include "analysis/aggregate/wait-sums.h"
#include "analysis/report/report.h"
#include "analysis/trace-private.h"
#include "tests/golden/script.h"

/*
 * Members as "name:type": i integer, s string, b true or false, m object of integers, t object of
 * strings, x pair of integers, or the name of another shape. [type] is an array, ? behind it allows
 * null. An object has exactly these members.
 */
static const struct shape {
	const char *name;
	const char *members;
} shapes[] = {
	{ "answer", "schema:s view:s trace:trace rows:[]" },
	{ "trace",
	  "path:s? origin_unix_ns:i duration_ns:i cpus:i threads:i processes:i events:i lost_events:i sources:[s] "
	  "kernel_complete:b missing:[s] tags:t" },
	{ "thread", "utid:i tid:i pid:i? name:s? process:s?" },
	{ "threads",
	  "thread:thread lifetime_ns:i running_ns:i runnable_ns:i blocked_ns:i stopped_ns:i unknown_ns:i blocked_by:m "
	  "runnable_by:m switches_voluntary:i? switches_involuntary:i? wakeups:i? migrations:i? max_runnable_ns:i? "
	  "schedstat:schedstat?" },
	{ "schedstat", "run_ns:i run_delay_ns:i" },
	{ "waits",
	  "id:s thread:thread state:s begin_ns:i end_ns:i duration_ns:i censored:s reason:s? object:object? syscall:s? "
	  "waker:waker causes:[cause] avoidable:[avoidable] path:[step] confidence:s sentence:s" },
	{ "explain",
	  "id:s? thread:thread state:s begin_ns:i end_ns:i duration_ns:i censored:s reason:s? object:object? syscall:s? "
	  "waker:waker causes:[cause] avoidable:[avoidable] path:[step] confidence:s sentence:s occupant:occupant? "
	  "join:join? task:task-name?" },
	{ "task-name", "id:i name:s?" },
	{ "join", "count:i last:thread second:thread gain_ns:i" },
	{ "occupant",
	  "thread:thread cause:s cpu:i ns:i turns:i longest_turn_ns:i base_slice_ns:i? equals_waiting:i fair_wait_ns:i? "
	  "prio:i? nice:i? waiter_prio:i? waiter_nice:i? cgroup_weight:i? waiter_cgroup_weight:i? sentence:s" },
	{ "object", "kind:s address:s? symbol:s? site:s? fd:i? path:s? device:s? peer:s?" },
	{ "waker", "kind:s thread:thread?" },
	{ "cause", "cause:s thread:thread? relation:s? cpu:i? ns:i detail:s?" },
	{ "avoidable", "kind:s cpu:i? ns:i" },
	{ "step", "depth:i thread:thread? edge:s state:s reason:s? begin_ns:i end_ns:i detail:s?" },
	{ "latency",
	  "thread:thread? count:i total_ns:i p50_ns:i? p90_ns:i? p99_ns:i? p999_ns:i? max_ns:i? max_at_ns:i? "
	  "histogram:[x] censored:i" },
	{ "locks",
	  "object:object kind:s is_kernel:b process:process? contended:i wait_total_ns:i wait_p50_ns:i wait_p99_ns:i "
	  "wait_max_ns:i wait_max_at_ns:i max_queue:i waiters:[thread] holders:[holder] sites:[s]" },
	{ "holder", "thread:thread ns:i" },
	{ "syscalls",
	  "process:process thread:thread? syscall:s mode:s count:i censored:i total_ns:i mean_ns:i? min_ns:i? p50_ns:i? "
	  "p99_ns:i? max_ns:i? max_at_ns:i? blocked_ns:i runnable_ns:i running_ns:i? stopped_ns:i unknown_ns:i "
	  "blocked_by:m errors:i? errors_by:m" },
	{ "allocs",
	  "call:s site:s? process:process thread:thread? threads:i count:i bytes:i total_ns:i p50_ns:i p99_ns:i max_ns:i "
	  "max_at_ns:i page_faults:i? major_faults:i? kernel_calls:m? running_ns:i? runnable_ns:i? blocked_ns:i? "
	  "stopped_ns:i? unknown_ns:i blocked_by:m mmap_lock_waits:i? mmap_lock_ns:i?" },
	{ "tasks",
	  "task:s process:process count:i censored:i total_ns:i p50_ns:i? p90_ns:i? p99_ns:i? max_ns:i? max_at_ns:i? "
	  "slow:set? middle:set? parts:[part] sentence:s" },
	{ "set", "count:i total_ns:i min_ns:i max_ns:i" },
	{ "part",
	  "part:s state:s reason:s? cause:s? slow_total_ns:i middle_total_ns:i difference_ns:i" },
	{ "wait-sums",
	  "by:[s] state:s? reason:s? object:object? site:s? cause:s? owner:thread? thread:thread? process:process? "
	  "is_idle:b is_estimated:b count:i censored:i rewakes:i waiters:i total_ns:i p50_ns:i? p99_ns:i? max_ns:i in_tasks_ns:i "
	  "exemplars:exemplars" },
	{ "exemplars", "p50:s? p99:s? max:s" },
	{ "process", "upid:i pid:i? name:s?" },
	{ "summary",
	  "threads:i processes:i lifetime_ns:i running_ns:i runnable_ns:i blocked_ns:i stopped_ns:i unknown_ns:i "
	  "blocked_by:m max_runnable_ns:i longest_waits:[group] findings:[findings] sentence:s" },
	{ "findings",
	  "finding:s count:i total_ns:i threads:[thread] object:object? exemplar:s? confidence:s sentence:s advice:s?" },
	{ "check",
	  "check:s ok:b? expected:i? measured:i? unit:s compares:s tolerance:s compared:i not_compared:i "
	  "thread:thread? detail:s?" },
	{ "assert", "assertion:s ok:b? comparisons:[comparison] offending:i offenders:[waits]" },
	{ "comparison", "comparison:s ok:b? measured:i? bound:i unit:s count:i detail:s?" },
	{ "group", "count:i total_ns:i longest:waits" },
};

/* A lock, a sleep, an outranked and a throttled thread, and one nobody saw begin. */
static const char script[] =
	"0 switch 0 idle R worker/11\n"
	"0 switch 1 idle R flusher/10\n"
	"0 task 1 late/12 S pid=10 syscall=poll arg0=0x7000\n"
	"1ms lock-begin worker/11 mutex 0x1000 owner=flusher/10 site=0x4000 pid=10\n"
	"1ms switch 0 worker/11 S idle syscall=futex arg0=0x1000\n"
	"2ms switch 1 flusher/10 R rt/13 prio=50\n"
	"3ms task-begin worker/11 1 job\n"
	"3001us task-end worker/11 1\n"
	"4ms switch 1 rt/13 S flusher/10 syscall=clock_nanosleep\n"
	"5ms switch 1 flusher/10 R idle throttled\n"
	"8ms switch 1 idle R flusher/10\n"
	"9ms waking 1 flusher/10 worker/11\n"
	"9ms wakeup 1 worker/11 target=0\n"
	"9010us switch 0 idle R worker/11\n"
	"9010us lock-end worker/11 mutex 0x1000 pid=10\n"
	"10ms kernel-lock-begin 0 worker/11 0xffff8000 flags=32 owner=flusher/10\n"
	"10001us kernel-lock-end 0 worker/11 0xffff8000\n"
	"10002us alloc worker/11 malloc 4096 duration=500us site=0x5000 pid=10\n"
	"10003us waking 1 idle rt/13 context=hrtimer\n"
	"11ms other\n";

static const char *members_of(const char *shape)
{
	for (size_t i = 0; i < G_N_ELEMENTS(shapes); i++) {
		if (strcmp(shapes[i].name, shape) == 0)
			return shapes[i].members;
	}
	g_error("there is no shape '%s'", shape);
}

static void check_shape(JsonNode *node, const char *shape, const char *where);

static bool is_value(JsonNode *node, GType type)
{
	return JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == type;
}

static void check_values(JsonNode *node, GType type, const char *where)
{
	g_autoptr(GList) values = NULL;

	if (!JSON_NODE_HOLDS_OBJECT(node))
		g_error("%s is no object", where);
	values = json_object_get_values(json_node_get_object(node));
	for (GList *value = values; value; value = value->next) {
		if (!is_value(value->data, type))
			g_error("%s has a value of another type", where);
	}
}

static void check_pair(JsonNode *node, const char *where)
{
	JsonArray *pair = JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;

	if (!pair || json_array_get_length(pair) != 2 ||
	    !is_value(json_array_get_element(pair, 0), G_TYPE_INT64) ||
	    !is_value(json_array_get_element(pair, 1), G_TYPE_INT64))
		g_error("%s is no pair of integers", where);
}

static void check_type(JsonNode *node, const char *type, const char *where)
{
	if (strcmp(type, "m") == 0) {
		check_values(node, G_TYPE_INT64, where);
	} else if (strcmp(type, "t") == 0) {
		check_values(node, G_TYPE_STRING, where);
	} else if (strcmp(type, "x") == 0) {
		check_pair(node, where);
	} else if (strlen(type) == 1) {
		GType expected = *type == 'i'   ? G_TYPE_INT64
				 : *type == 's' ? G_TYPE_STRING
						: G_TYPE_BOOLEAN;

		if (!is_value(node, expected))
			g_error("%s is not of type %s", where, type);
	} else {
		check_shape(node, type, where);
	}
}

static void check_array(JsonNode *node, const char *type, const char *where)
{
	JsonArray *array = JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;

	if (!array)
		g_error("%s is no array", where);
	for (guint i = 0; *type && i < json_array_get_length(array); i++)
		check_type(json_array_get_element(array, i), type, where);
}

static void check_member(JsonObject *object, const char *member, const char *where)
{
	g_auto(GStrv) parts = g_strsplit(member, ":", 2);
	g_autofree char *path = g_strdup_printf("%s.%s", where, parts[0]);
	JsonNode *node = json_object_get_member(object, parts[0]);
	size_t length = strlen(parts[1]);

	if (!node)
		g_error("%s is missing", path);
	if (parts[1][length - 1] == '?') {
		if (JSON_NODE_HOLDS_NULL(node))
			return;
		parts[1][--length] = '\0';
	}
	if (parts[1][0] == '[') {
		parts[1][length - 1] = '\0';
		check_array(node, parts[1] + 1, path);
	} else {
		check_type(node, parts[1], path);
	}
}

static void check_shape(JsonNode *node, const char *shape, const char *where)
{
	g_auto(GStrv) members = g_strsplit(members_of(shape), " ", -1);
	JsonObject *object = JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;

	if (!object)
		g_error("%s is no object", where);
	for (char **member = members; *member; member++)
		check_member(object, *member, where);
	g_assert_cmpuint(json_object_get_size(object), ==, g_strv_length(members));
}

/* What the view prints, parsed and checked row by row. Free with g_object_unref. */
static JsonParser *answer_of(const struct ww_view *view, struct ww_report *report)
{
	JsonParser *parser = json_parser_new();
	g_autoptr(GError) error = NULL;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	JsonArray *rows;

	report->rows = ww_json_rows_begin(out, report->trace, view->name);
	g_assert_true(view->run(report, &error));
	g_assert_no_error(error);
	g_assert_true(ww_json_rows_end(report->rows, &error));
	fclose(out);
	g_assert_true(json_parser_load_from_data(parser, text, (gssize)size, &error));
	g_assert_no_error(error);
	free(text);

	check_shape(json_parser_get_root(parser), "answer", view->name);
	rows = json_object_get_array_member(json_node_get_object(json_parser_get_root(parser)),
					    "rows");
	g_assert_cmpuint(json_array_get_length(rows), >, 0);
	for (guint i = 0; i < json_array_get_length(rows); i++)
		check_shape(json_array_get_element(rows, i),
			    report->by != 0 ? "wait-sums" : view->name, view->name);
	return parser;
}

static JsonArray *rows_of(JsonParser *parser)
{
	return json_object_get_array_member(json_node_get_object(json_parser_get_root(parser)),
					    "rows");
}

static struct ww_report report_on(const struct ww_trace *trace)
{
	return (struct ww_report){
		.trace = trace,
		.span = { 0, ww_trace_info(trace)->duration_ns },
		.at_ns = -1,
		.id.utid = WW_UTID_NONE,
	};
}

static int64_t sum_of(JsonObject *row, const char *array, const char *member)
{
	JsonArray *parts = json_object_get_array_member(row, array);
	int64_t sum = 0;

	for (guint i = 0; i < json_array_get_length(parts); i++)
		sum += json_object_get_int_member(json_array_get_object_element(parts, i), member);
	return sum;
}

static void test_shapes(const void *data)
{
	const struct ww_view *view = data;
	ww_auto(trace) trace = ww_script_trace(script);
	struct ww_report report = report_on(trace);
	g_autoptr(JsonParser) parser = NULL;

	if (view == &ww_view_explain) {
		report.thread = "worker";
		report.at_ns = 5 * WW_NS_PER_MS;
		report.span = (struct ww_span){ report.at_ns, report.at_ns + 1 };
	}
	if (view->argument)
		report.argument =
			"max(runnable) < 1us and count(lost) == 0 and p99(blocked, thread~'nobody') < 1s";
	parser = answer_of(view, &report);
}

static void test_threads_sum_up(void)
{
	static const char *const states[] = { "running_ns", "runnable_ns", "blocked_ns",
					      "stopped_ns", "unknown_ns" };
	ww_auto(trace) trace = ww_script_trace(script);
	struct ww_report report = report_on(trace);
	g_autoptr(JsonParser) parser = answer_of(&ww_view_threads, &report);
	JsonArray *rows = rows_of(parser);

	g_assert_cmpuint(json_array_get_length(rows), ==, ww_trace_info(trace)->n_threads);
	for (guint i = 0; i < json_array_get_length(rows); i++) {
		JsonObject *row = json_array_get_object_element(rows, i);
		int64_t sum_ns = 0;

		for (size_t j = 0; j < G_N_ELEMENTS(states); j++)
			sum_ns += json_object_get_int_member(row, states[j]);
		g_assert_cmpint(sum_ns, ==, json_object_get_int_member(row, "lifetime_ns"));
	}
}

static void test_waits_sum_up(void)
{
	ww_auto(trace) trace = ww_script_trace(script);
	struct ww_report report = report_on(trace);
	g_autoptr(JsonParser) parser = answer_of(&ww_view_waits, &report);
	JsonArray *rows = rows_of(parser);
	int64_t last_ns = INT64_MAX;

	for (guint i = 0; i < json_array_get_length(rows); i++) {
		JsonObject *row = json_array_get_object_element(rows, i);
		int64_t length_ns = json_object_get_int_member(row, "duration_ns");
		bool is_runnable =
			strcmp(json_object_get_string_member(row, "state"), "runnable") == 0;

		g_assert_cmpint(length_ns, <=, last_ns);
		last_ns = length_ns;
		g_assert_cmpint(sum_of(row, "causes", "ns"), ==, length_ns);
		if (is_runnable)
			g_assert_cmpint(sum_of(row, "avoidable", "ns"), ==, length_ns);
		else
			g_assert_cmpint(sum_of(row, "path", "end_ns") -
						sum_of(row, "path", "begin_ns"),
					==, length_ns);
	}
}

static const char *sentence_at(JsonArray *rows, guint i)
{
	return json_object_get_string_member(json_array_get_object_element(rows, i), "sentence");
}

/* What is not recorded is null: a slice, and so a fair wait. */
static void test_occupant(void)
{
	ww_auto(trace) trace = ww_script_trace("0 task 0 W/11 S\n"
					       "0 switch 0 idle R A/10 prio=49\n"
					       "2ms waking 1 idle W/11 context=hrtimer target=0\n"
					       "2ms wakeup 0 W/11 target=0\n"
					       "22ms switch 0 A/10 S W/11\n"
					       "30ms other\n");
	struct ww_report report = report_on(trace);
	g_autoptr(JsonParser) parser = NULL;
	JsonObject *row, *occupant;

	report.thread = "W";
	report.at_ns = 5 * WW_NS_PER_MS;
	parser = answer_of(&ww_view_explain, &report);
	row = json_array_get_object_element(rows_of(parser), 0);
	occupant = json_object_get_object_member(row, "occupant");
	g_assert_cmpint(json_object_get_int_member(occupant, "longest_turn_ns"), ==,
			20 * WW_NS_PER_MS);
	g_assert_true(json_object_get_null_member(occupant, "base_slice_ns"));
	g_assert_true(json_object_get_null_member(occupant, "fair_wait_ns"));
	g_assert_cmpint(json_object_get_int_member(occupant, "prio"), ==, 49);
	g_assert_true(json_object_get_null_member(occupant, "nice"));
	g_assert_cmpint(json_object_get_int_member(occupant, "waiter_nice"), ==, 0);
}

/* All tasks of a name, the slowest first, each with what a wait would have. */
static void test_tasks_explained(void)
{
	ww_auto(trace) trace = ww_script_trace("0 switch 0 idle R a/10\n"
					       "1ms task-begin a/10 1 order\n2ms task-end a/10 1\n"
					       "3ms task-begin a/10 2 order\n7ms task-end a/10 2\n"
					       "9ms other\n");
	struct ww_report report = report_on(trace);
	g_autoptr(JsonParser) parser = NULL;
	JsonObject *row;

	report.task = "order";
	parser = answer_of(&ww_view_explain, &report);
	g_assert_cmpuint(json_array_get_length(rows_of(parser)), ==, 2);
	row = json_array_get_object_element(rows_of(parser), 0);
	g_assert_cmpint(
		json_object_get_int_member(json_object_get_object_member(row, "task"), "id"), ==,
		2);
	g_assert_cmpint(sum_of(row, "causes", "ns"), ==, 4 * WW_NS_PER_MS);
}

/* The worst findings, as their own view has them. */
static void test_summary_has_findings(void)
{
	ww_auto(trace) trace = ww_script_trace(script);
	struct ww_report report = report_on(trace), again = report_on(trace);
	g_autoptr(JsonParser) summary = answer_of(&ww_view_summary, &report);
	g_autoptr(JsonParser) alone = answer_of(&ww_view_findings, &again);
	JsonArray *findings = json_object_get_array_member(
		json_array_get_object_element(rows_of(summary), 0), "findings");
	const guint n = json_array_get_length(rows_of(alone));

	g_assert_cmpuint(json_array_get_length(findings), ==, MIN(n, 5));
	for (guint i = 0; i < json_array_get_length(findings); i++)
		g_assert_cmpstr(sentence_at(findings, i), ==, sentence_at(rows_of(alone), i));
}

/* However waits are told apart, what was waited is the same, and every id opens a wait. */
static void test_sums_of_waits(void)
{
	ww_auto(trace) trace = ww_script_trace(script);
	struct ww_report report = report_on(trace);
	int64_t waited_ns = 0;

	for (unsigned int keys = 0; keys < 1u << WW_WAIT_KEY_N; keys++) {
		g_autoptr(JsonParser) parser = NULL;
		JsonArray *rows;
		int64_t total_ns = 0;

		report.by = keys;
		parser = answer_of(&ww_view_waits, &report);
		rows = rows_of(parser);
		for (guint i = 0; i < json_array_get_length(rows); i++) {
			JsonObject *row = json_array_get_object_element(rows, i);
			struct ww_interval wait;
			struct ww_wait_ref ref;

			total_ns += json_object_get_int_member(row, keys == 0 ? "duration_ns"
									      : "total_ns");
			if (keys == 0)
				continue;
			g_assert_cmpint(
				sscanf(json_object_get_string_member(
					       json_object_get_object_member(row, "exemplars"),
					       "max"),
				       "%u.%u", &ref.utid, &ref.index),
				==, 2);
			g_assert_true(ww_query_wait(trace, ref, &wait));
		}
		if (keys == 0)
			waited_ns = total_ns;
		g_assert_cmpint(total_ns, ==, waited_ns);
	}
}

/* The histogram holds every wait that the count counts. */
static void test_latency_counts(void)
{
	ww_auto(trace) trace = ww_script_trace(script);
	struct ww_report report = report_on(trace);
	g_autoptr(JsonParser) parser = answer_of(&ww_view_latency, &report);
	JsonArray *rows = rows_of(parser);

	for (guint i = 0; i < json_array_get_length(rows); i++) {
		JsonObject *row = json_array_get_object_element(rows, i);
		JsonArray *histogram = json_object_get_array_member(row, "histogram");
		int64_t count = 0;

		for (guint j = 0; j < json_array_get_length(histogram); j++)
			count += json_array_get_int_element(
				json_array_get_array_element(histogram, j), 1);
		g_assert_cmpint(count, ==, json_object_get_int_member(row, "count"));
	}
}

static JsonObject *call_row(JsonArray *rows, const char *name)
{
	for (guint i = 0; i < json_array_get_length(rows); i++) {
		JsonObject *row = json_array_get_object_element(rows, i);

		if (strcmp(json_object_get_string_member(row, "syscall"), name) == 0)
			return row;
	}
	g_error("there is no row of '%s'", name);
}

/* Of a process with records: everything, and it sums up. */
static void test_calls_in_full(void)
{
	ww_auto(trace) trace = ww_script_trace("0 switch 0 idle R worker/11\n"
					       "0 task 0 worker/11 R pid=11 on-cpu\n"
					       "1us enter 0 worker/11 read\n"
					       "3us switch 0 worker/11 S idle syscall=read\n"
					       "7us waking 0 idle worker/11 context=hardirq\n"
					       "8us switch 0 idle R worker/11\n"
					       "9us leave 0 worker/11 result=-4\n"
					       "10us enter 0 worker/11 read\n"
					       "12us leave 0 worker/11 result=1\n"
					       "13us enter 0 worker/11 read\n"
					       "20us other\n");
	struct ww_report report = report_on(trace);
	g_autoptr(JsonParser) parser = answer_of(&ww_view_syscalls, &report);
	JsonObject *row = call_row(rows_of(parser), "read");
	JsonObject *errors = json_object_get_object_member(row, "errors_by");
	JsonObject *process = json_object_get_object_member(row, "process");
	static const struct {
		const char *name;
		int64_t value;
	} members[] = {
		{ "count", 2 },         { "censored", 1 },       { "total_ns", 10000 },
		{ "mean_ns", 5000 },    { "min_ns", 2000 },      { "p50_ns", 2000 },
		{ "p99_ns", 8000 },     { "max_ns", 8000 },      { "max_at_ns", 1000 },
		{ "blocked_ns", 4000 }, { "runnable_ns", 1000 }, { "running_ns", 5000 },
		{ "unknown_ns", 0 },    { "errors", 1 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
		g_test_message("%s", members[i].name);
		g_assert_cmpint(json_object_get_int_member(row, members[i].name), ==,
				members[i].value);
	}
	g_assert_cmpstr(json_object_get_string_member(row, "mode"), ==, "all");
	g_assert_cmpint(json_object_get_int_member(errors, "EINTR"), ==, 1);
	g_assert_cmpint(json_object_get_int_member(process, "pid"), ==, 11);
	g_assert_true(json_object_get_null_member(row, "thread"));
}

/* Of a process without: nothing that nobody knows. With --thread a row is a thread's. */
static void test_calls_of_sleepers(void)
{
	ww_auto(trace) trace = ww_script_trace(script);
	struct ww_report report = report_on(trace);
	g_autoptr(JsonParser) parser = NULL;
	JsonObject *row, *thread;

	report.thread = "rt*";
	parser = answer_of(&ww_view_syscalls, &report);
	row = call_row(rows_of(parser), "clock_nanosleep");
	thread = json_object_get_object_member(row, "thread");
	g_assert_cmpstr(json_object_get_string_member(row, "mode"), ==, "blocked");
	g_assert_true(json_object_get_null_member(row, "running_ns"));
	g_assert_true(json_object_get_null_member(row, "errors"));
	g_assert_cmpint(json_object_get_int_member(thread, "tid"), ==, 13);
}

/* 2^60 + 1 is no double. */
static void test_integers_are_exact(void)
{
	g_autoptr(JsonBuilder) json = json_builder_new();
	g_autoptr(JsonNode) node = NULL;
	g_autofree char *text = NULL;

	json_builder_begin_object(json);
	ww_json_int(json, "ns", 1152921504606846977);
	ww_json_address(json, "address", 0xffffffffdeadbeef);
	json_builder_end_object(json);
	node = json_builder_get_root(json);
	text = json_to_string(node, false);
	g_assert_cmpstr(text, ==,
			"{\"ns\":1152921504606846977,\"address\":\"0xffffffffdeadbeef\"}");
}

static void test_filters(void)
{
	ww_auto(trace) trace = ww_script_trace(script);
	struct ww_report report = report_on(trace);
	static const struct {
		const char *thread, *process;
		guint n_threads;
	} cases[] = {
		{ NULL, NULL, 4 },    { "worker", NULL, 1 }, { "11", NULL, 1 },
		{ "*er", NULL, 2 },   { "w*/11", NULL, 1 },  { NULL, "10", 3 },
		{ NULL, "none*", 0 }, { "nobody", "*", 0 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GArray) utids = NULL;

		report.thread = cases[i].thread;
		report.process = cases[i].process;
		utids = ww_report_threads(&report);
		g_assert_cmpuint(utids->len, ==, cases[i].n_threads);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (const struct ww_view *const *view = ww_views; *view; view++) {
		g_autofree char *path = g_strdup_printf("/report/shape/%s", (*view)->name);

		g_test_add_data_func(path, *view, test_shapes);
	}
	g_test_add_func("/report/threads-sum-up", test_threads_sum_up);
	g_test_add_func("/report/waits-sum-up", test_waits_sum_up);
	g_test_add_func("/report/occupant", test_occupant);
	g_test_add_func("/report/tasks-explained", test_tasks_explained);
	g_test_add_func("/report/summary-has-findings", test_summary_has_findings);
	g_test_add_func("/report/sums-of-waits", test_sums_of_waits);
	g_test_add_func("/report/latency-counts", test_latency_counts);
	g_test_add_func("/report/calls-in-full", test_calls_in_full);
	g_test_add_func("/report/calls-of-sleepers", test_calls_of_sleepers);
	g_test_add_func("/report/integers-are-exact", test_integers_are_exact);
	g_test_add_func("/report/filters", test_filters);
	return g_test_run();
}
