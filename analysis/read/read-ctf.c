// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * whywait-read-ctf DIRECTORY CPU-SECONDS MEMORY-BYTES: one CTF 1.8 trace through Babeltrace 2, as
 * struct ww_event, into shared memory.
 *
 * The only file that knows Babeltrace. It is a program of its own because the library can abort,
 * hang or grow on damaged input: the parent limits it, and only this process dies. One thread.
 * Output: analysis/read/protocol.h, through analysis/read/channel.h.
 */
#include <babeltrace2/babeltrace.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "analysis/read/channel.h"
#include "analysis/read/dialect.h"
#include "analysis/read/protocol.h"

#define MAX_FIELDS 20
#define N_PLANS_AT_HAND 256 /* a power of 2 */
#define FLUSH_INTERVAL_US 50000

enum place {
	PLACE_PAYLOAD,
	PLACE_SPECIFIC_CONTEXT,
	PLACE_COMMON_CONTEXT,
	PLACE_PACKET_CONTEXT,
	PLACE_N,
};

/* One field of one event class, found once. */
struct slot {
	const struct ww_dialect_field *field;
	uint64_t index;
	enum place place;
	bool is_signed;
	bool is_text;
};

/* What to do with every event of one class. */
struct plan {
	struct ww_event born; /* before its fields */
	enum ww_irq_edge edge;
	bool has_clock;
	size_t n_slots;
	struct slot slots[MAX_FIELDS];
};

struct sink {
	bt_message_iterator *iterator;
	struct ww_dialect_env env;
	bool has_env;
	GHashTable *plans;  /* bt_event_class * -> struct plan * */
	GHashTable *cpus;   /* bt_stream * -> CPU of its last packet + 1 */
	uint64_t n_packets; /* that ended */
	int64_t last_ns;
	struct ww_irq_contexts contexts;
	struct ww_texts texts; /* of the event at hand */
	struct ww_channel *channel;
	int64_t told_us; /* when the parent heard of us last */
	struct {
		const bt_event_class *event_class;
		const struct plan *plan;
	} at_hand[N_PLANS_AT_HAND]; /* some of @plans, by their address */
};

static void put(struct sink *sink, const struct ww_event *event)
{
	uint8_t *to = ww_channel_reserve(sink->channel, WW_PROTOCOL_MAX_BYTES);

	ww_channel_commit(sink->channel, ww_protocol_put(event, to));
}

/* A parent that is gone ends this process. */
static void flush(struct sink *sink)
{
	if (!ww_channel_flush(sink->channel))
		_exit(1);
	sink->told_us = g_get_monotonic_time();
}

static void put_control(struct sink *sink, enum ww_protocol_kind kind, uint64_t count,
			uint64_t n_packets)
{
	struct ww_event event = { .kind = (uint8_t)kind };

	event.lost.count = count;
	event.lost.n_packets = n_packets;
	put(sink, &event);
}

static const char *env_text(const bt_trace *trace, const char *name)
{
	const bt_value *value = bt_trace_borrow_environment_entry_value_by_name_const(trace, name);

	return value && bt_value_is_string(value) ? bt_value_string_get(value) : NULL;
}

static int64_t env_int(const bt_trace *trace, const char *name)
{
	const bt_value *value = bt_trace_borrow_environment_entry_value_by_name_const(trace, name);

	return value && bt_value_is_signed_integer(value) ? bt_value_integer_signed_get(value) : -1;
}

static void learn_env(struct sink *sink, const bt_stream *stream)
{
	const bt_trace *trace = bt_stream_borrow_trace_const(stream);
	const char *release = env_text(trace, "kernel_release");

	ww_dialect_env_init(&sink->env, env_text(trace, "tracer_name"), env_text(trace, "domain"),
			    release ? release : env_text(trace, "release"),
			    env_text(trace, "machine"), env_int(trace, "tracer_major"),
			    env_int(trace, "tracer_minor"));
	sink->has_env = true;
}

static const bt_field_class *class_in(const bt_event_class *event_class, enum place place)
{
	const bt_stream_class *stream_class = bt_event_class_borrow_stream_class_const(event_class);

	switch (place) {
	case PLACE_PAYLOAD:
		return bt_event_class_borrow_payload_field_class_const(event_class);
	case PLACE_SPECIFIC_CONTEXT:
		return bt_event_class_borrow_specific_context_field_class_const(event_class);
	case PLACE_COMMON_CONTEXT:
		return bt_stream_class_borrow_event_common_context_field_class_const(stream_class);
	case PLACE_PACKET_CONTEXT:
		return bt_stream_class_supports_packets(stream_class)
			       ? bt_stream_class_borrow_packet_context_field_class_const(
					 stream_class)
			       : NULL;
	case PLACE_N:
		break;
	}
	return NULL;
}

/* Fills all of @slot but its place; false when the structure has no such field of a usable type. */
static bool find_member(const bt_field_class *structure, const struct ww_dialect_field *field,
			struct slot *slot)
{
	uint64_t n = structure ? bt_field_class_structure_get_member_count(structure) : 0;

	for (uint64_t i = 0; i < n; i++) {
		const bt_field_class_structure_member *member =
			bt_field_class_structure_borrow_member_by_index_const(structure, i);
		bt_field_class_type type;

		if (strcmp(bt_field_class_structure_member_get_name(member), field->name) != 0)
			continue;
		type = bt_field_class_get_type(
			bt_field_class_structure_member_borrow_field_class_const(member));
		slot->field = field;
		slot->index = i;
		slot->is_text = bt_field_class_type_is(type, BT_FIELD_CLASS_TYPE_STRING);
		slot->is_signed = bt_field_class_type_is(type, BT_FIELD_CLASS_TYPE_SIGNED_INTEGER);
		if (field->as == WW_AS_TEXT)
			return slot->is_text;
		return slot->is_signed ||
		       bt_field_class_type_is(type, BT_FIELD_CLASS_TYPE_UNSIGNED_INTEGER);
	}
	return false;
}

static bool find_slot(const bt_event_class *event_class, const struct ww_dialect_field *field,
		      struct slot *slot)
{
	static const enum place in_payload[] = { PLACE_PAYLOAD, PLACE_N };
	static const enum place in_context[] = { PLACE_PACKET_CONTEXT, PLACE_COMMON_CONTEXT,
						 PLACE_SPECIFIC_CONTEXT, PLACE_N };
	static const enum place anywhere[] = { PLACE_PACKET_CONTEXT, PLACE_COMMON_CONTEXT,
					       PLACE_SPECIFIC_CONTEXT, PLACE_PAYLOAD, PLACE_N };
	static const enum place *const places[] = {
		[WW_PLACE_PAYLOAD] = in_payload,
		[WW_PLACE_CONTEXT] = in_context,
		[WW_PLACE_ANY] = anywhere,
	};

	for (const enum place *place = places[field->place]; *place != PLACE_N; place++) {
		slot->place = *place;
		if (find_member(class_in(event_class, *place), field, slot))
			return true;
	}
	return false;
}

/* False when the class lacks a field that @fields requires; @plan is then as it was. */
static bool add_slots(struct plan *plan, const bt_event_class *event_class,
		      const struct ww_dialect_field *fields)
{
	size_t n_before = plan->n_slots;

	for (const struct ww_dialect_field *field = fields; field->name; field++) {
		if (plan->n_slots < MAX_FIELDS &&
		    find_slot(event_class, field, &plan->slots[plan->n_slots])) {
			plan->n_slots++;
		} else if (!field->is_optional) {
			plan->n_slots = n_before;
			return false;
		}
	}
	return true;
}

static struct plan *plan_new(const struct ww_dialect_env *env, const bt_event_class *event_class)
{
	struct plan *plan = g_new0(struct plan, 1);
	const char *name = bt_event_class_get_name(event_class);
	const bt_stream_class *stream_class = bt_event_class_borrow_stream_class_const(event_class);
	const struct ww_dialect_event *dialect = NULL;

	add_slots(plan, event_class, ww_dialect_common_fields);
	if (name) {
		do
			dialect = ww_dialect_next(env, name, dialect);
		while (dialect && !add_slots(plan, event_class, dialect->fields));
	}
	ww_dialect_init_event(env, dialect, name, &plan->born);
	plan->edge = dialect ? dialect->edge : WW_IRQ_NONE;
	plan->has_clock = bt_stream_class_borrow_default_clock_class_const(stream_class) != NULL;
	return plan;
}

static const struct plan *find_plan(struct sink *sink, const bt_event *event,
				    const bt_event_class *event_class)
{
	struct plan *plan = g_hash_table_lookup(sink->plans, event_class);

	if (plan)
		return plan;
	if (!sink->has_env)
		learn_env(sink, bt_event_borrow_stream_const(event));
	plan = plan_new(&sink->env, event_class);
	g_hash_table_insert(sink->plans, (gpointer)(uintptr_t)event_class, plan);
	return plan;
}

static const struct plan *plan_of(struct sink *sink, const bt_event *event)
{
	const bt_event_class *event_class = bt_event_borrow_class_const(event);
	const size_t i = ((uintptr_t)event_class >> 5) % N_PLANS_AT_HAND;

	if (sink->at_hand[i].event_class != event_class) {
		sink->at_hand[i].event_class = event_class;
		sink->at_hand[i].plan = find_plan(sink, event, event_class);
	}
	return sink->at_hand[i].plan;
}

static const bt_field *structure_in(const bt_event *event, enum place place)
{
	switch (place) {
	case PLACE_PAYLOAD:
		return bt_event_borrow_payload_field_const(event);
	case PLACE_SPECIFIC_CONTEXT:
		return bt_event_borrow_specific_context_field_const(event);
	case PLACE_COMMON_CONTEXT:
		return bt_event_borrow_common_context_field_const(event);
	case PLACE_PACKET_CONTEXT:
		return bt_packet_borrow_context_field_const(bt_event_borrow_packet_const(event));
	case PLACE_N:
		break;
	}
	return NULL;
}

static void fill(struct sink *sink, const struct plan *plan, const bt_event *from,
		 struct ww_event *event)
{
	const bt_field *structures[PLACE_N] = { NULL };

	for (const struct slot *slot = plan->slots; slot < plan->slots + plan->n_slots; slot++) {
		const bt_field *field;

		if (!structures[slot->place])
			structures[slot->place] = structure_in(from, slot->place);
		field = bt_field_structure_borrow_member_field_by_index_const(
			structures[slot->place], slot->index);
		if (slot->is_text)
			ww_dialect_store_text(slot->field, bt_field_string_get_value(field),
					      &sink->texts, event);
		else if (slot->is_signed)
			ww_dialect_store_int(&sink->env, slot->field,
					     (uint64_t)bt_field_integer_signed_get_value(field),
					     true, event);
		else
			ww_dialect_store_int(&sink->env, slot->field,
					     bt_field_integer_unsigned_get_value(field), false,
					     event);
	}
}

/* A clock value that does not fit 64 bits of nanoseconds is as good as none. */
static int64_t snapshot_ns(const bt_clock_snapshot *snapshot, int64_t otherwise_ns)
{
	int64_t ns;

	if (bt_clock_snapshot_get_ns_from_origin(snapshot, &ns) ==
	    BT_CLOCK_SNAPSHOT_GET_NS_FROM_ORIGIN_STATUS_OK)
		return ns;
	bt_current_thread_clear_error();
	return otherwise_ns;
}

static void put_event(struct sink *sink, const bt_message *message)
{
	const bt_event *from = bt_message_event_borrow_event_const(message);
	const struct plan *plan = plan_of(sink, from);
	struct ww_event event = plan->born;

	if (plan->has_clock)
		sink->last_ns =
			snapshot_ns(bt_message_event_borrow_default_clock_snapshot_const(message),
				    sink->last_ns);
	event.time_ns = sink->last_ns;
	ww_texts_clear(&sink->texts);
	fill(sink, plan, from, &event);
	if (plan->edge != WW_IRQ_NONE)
		ww_irq_bracket(&sink->contexts, plan->edge, &event);
	else
		ww_irq_complete(&sink->contexts, &event);
	put(sink, &event);
}

static void put_lost(struct sink *sink, const bt_stream *stream, const bt_clock_snapshot *begin,
		     const bt_clock_snapshot *end, uint64_t count, uint64_t n_packets)
{
	struct ww_event event;

	if (!sink->has_env)
		learn_env(sink, stream);
	ww_event_init(&event, WW_EVENT_LOST);
	event.source = !sink->env.is_kernel;
	event.cpu = (uint16_t)(GPOINTER_TO_UINT(g_hash_table_lookup(sink->cpus, stream)) - 1U);
	event.lost.begin_ns = begin ? snapshot_ns(begin, sink->last_ns) : sink->last_ns;
	event.lost.end_ns = end ? snapshot_ns(end, event.lost.begin_ns) : event.lost.begin_ns;
	event.lost.count = count;
	event.lost.n_packets = n_packets;
	event.time_ns = MAX(sink->last_ns, event.lost.begin_ns);
	sink->last_ns = event.time_ns;
	put(sink, &event);
}

static void put_lost_events(struct sink *sink, const bt_message *message)
{
	const bt_stream *stream = bt_message_discarded_events_borrow_stream_const(message);
	bool has_range = bt_stream_class_discarded_events_have_default_clock_snapshots(
		bt_stream_borrow_class_const(stream));
	uint64_t count = 0;

	if (bt_message_discarded_events_get_count(message, &count) !=
	    BT_PROPERTY_AVAILABILITY_AVAILABLE)
		count = 0;
	put_lost(
		sink, stream,
		has_range
			? bt_message_discarded_events_borrow_beginning_default_clock_snapshot_const(
				  message)
			: NULL,
		has_range ? bt_message_discarded_events_borrow_end_default_clock_snapshot_const(
				    message)
			  : NULL,
		count, 0);
}

static void put_lost_packets(struct sink *sink, const bt_message *message)
{
	const bt_stream *stream = bt_message_discarded_packets_borrow_stream_const(message);
	bool has_range = bt_stream_class_discarded_packets_have_default_clock_snapshots(
		bt_stream_borrow_class_const(stream));
	uint64_t n_packets = 0;

	if (bt_message_discarded_packets_get_count(message, &n_packets) !=
	    BT_PROPERTY_AVAILABILITY_AVAILABLE)
		n_packets = 0;
	put_lost(
		sink, stream,
		has_range
			? bt_message_discarded_packets_borrow_beginning_default_clock_snapshot_const(
				  message)
			: NULL,
		has_range ? bt_message_discarded_packets_borrow_end_default_clock_snapshot_const(
				    message)
			  : NULL,
		0, n_packets);
}

static void learn_cpu(struct sink *sink, const bt_message *message)
{
	const bt_packet *packet = bt_message_packet_beginning_borrow_packet_const(message);
	const bt_stream *stream = bt_packet_borrow_stream_const(packet);
	const bt_field *context = bt_packet_borrow_context_field_const(packet);
	const bt_field *cpu =
		context ? bt_field_structure_borrow_member_field_by_name_const(context, "cpu_id")
			: NULL;

	uint64_t number;

	if (!cpu || !bt_field_class_type_is(bt_field_get_class_type(cpu),
					    BT_FIELD_CLASS_TYPE_UNSIGNED_INTEGER))
		return;
	number = bt_field_integer_unsigned_get_value(cpu);
	if (number < WW_CPU_UNKNOWN)
		g_hash_table_insert(sink->cpus, (gpointer)(uintptr_t)stream,
				    GUINT_TO_POINTER((guint)number + 1));
}

static void take_message(struct sink *sink, const bt_message *message)
{
	switch (bt_message_get_type(message)) {
	case BT_MESSAGE_TYPE_EVENT:
		put_event(sink, message);
		break;
	case BT_MESSAGE_TYPE_DISCARDED_EVENTS:
		put_lost_events(sink, message);
		break;
	case BT_MESSAGE_TYPE_DISCARDED_PACKETS:
		put_lost_packets(sink, message);
		break;
	case BT_MESSAGE_TYPE_PACKET_BEGINNING:
		learn_cpu(sink, message);
		break;
	case BT_MESSAGE_TYPE_PACKET_END:
		sink->n_packets++;
		break;
	default:
		break;
	}
}

static bt_graph_simple_sink_component_initialize_func_status
sink_initialize(bt_message_iterator *iterator, void *data)
{
	((struct sink *)data)->iterator = iterator;
	return BT_GRAPH_SIMPLE_SINK_COMPONENT_INITIALIZE_FUNC_STATUS_OK;
}

static bt_graph_simple_sink_component_consume_func_status
sink_consume(bt_message_iterator *iterator, void *data)
{
	struct sink *sink = data;
	bt_message_array_const messages;
	uint64_t n;
	bt_message_iterator_next_status status = bt_message_iterator_next(iterator, &messages, &n);

	if (status != BT_MESSAGE_ITERATOR_NEXT_STATUS_OK)
		return (bt_graph_simple_sink_component_consume_func_status)(int)status;
	for (uint64_t i = 0; i < n; i++) {
		take_message(sink, messages[i]);
		bt_message_put_ref(messages[i]);
	}
	if (g_get_monotonic_time() - sink->told_us > FLUSH_INTERVAL_US) {
		put_control(sink, WW_PROTOCOL_PROGRESS, 0, sink->n_packets);
		flush(sink);
	}
	return BT_GRAPH_SIMPLE_SINK_COMPONENT_CONSUME_FUNC_STATUS_OK;
}

static const bt_component_source *add_source(bt_graph *graph, const bt_plugin *plugin,
					     const char *directory)
{
	const bt_component_class_source *class =
		bt_plugin_borrow_source_component_class_by_name_const(plugin, "fs");
	bt_value *params = bt_value_map_create();
	bt_value *inputs = NULL;
	const bt_component_source *source = NULL;

	bt_value_map_insert_empty_array_entry(params, "inputs", &inputs);
	bt_value_array_append_string_element(inputs, directory);
	/* At level ERROR the metadata parser says which line it did not like; standard error is a
	 * file of our own. */
	if (bt_graph_add_source_component(graph, class, "trace", params, BT_LOGGING_LEVEL_ERROR,
					  &source) != BT_GRAPH_ADD_COMPONENT_STATUS_OK)
		source = NULL;
	bt_value_put_ref(params);
	return source;
}

/* Source, muxer and sink; false with the thread's Babeltrace error set. */
static bool build_graph(bt_graph *graph, const char *directory, struct sink *sink)
{
	const bt_plugin *ctf = NULL;
	const bt_plugin *utils = NULL;
	const bt_component_source *source;
	const bt_component_filter *muxer = NULL;
	const bt_component_sink *end = NULL;
	uint64_t n_ports;

	if (bt_plugin_find("ctf", BT_FALSE, BT_FALSE, BT_TRUE, BT_TRUE, BT_TRUE, &ctf) !=
		    BT_PLUGIN_FIND_STATUS_OK ||
	    bt_plugin_find("utils", BT_FALSE, BT_FALSE, BT_TRUE, BT_TRUE, BT_TRUE, &utils) !=
		    BT_PLUGIN_FIND_STATUS_OK)
		return false;
	source = add_source(graph, ctf, directory);
	if (!source ||
	    bt_graph_add_filter_component(
		    graph, bt_plugin_borrow_filter_component_class_by_name_const(utils, "muxer"),
		    "muxer", NULL, BT_LOGGING_LEVEL_NONE,
		    &muxer) != BT_GRAPH_ADD_COMPONENT_STATUS_OK ||
	    bt_graph_add_simple_sink_component(graph, "sink", sink_initialize, sink_consume, NULL,
					       sink, &end) != BT_GRAPH_ADD_COMPONENT_STATUS_OK)
		return false;
	n_ports = bt_component_source_get_output_port_count(source);
	for (uint64_t i = 0; i < n_ports; i++) {
		if (bt_graph_connect_ports(
			    graph, bt_component_source_borrow_output_port_by_index_const(source, i),
			    bt_component_filter_borrow_input_port_by_index_const(muxer, i),
			    NULL) != BT_GRAPH_CONNECT_PORTS_STATUS_OK)
			return false;
	}
	return bt_graph_connect_ports(
		       graph, bt_component_filter_borrow_output_port_by_index_const(muxer, 0),
		       bt_component_sink_borrow_input_port_by_index_const(end, 0),
		       NULL) == BT_GRAPH_CONNECT_PORTS_STATUS_OK;
}

/* "No event class with ID ...: msg-it-addr=0x5601" without what only Babeltrace's developers can
 * use. */
static char *plain_cause(const char *message)
{
	const char *colon = message;
	size_t length = strlen(message);

	while ((colon = strstr(colon, ": "))) {
		size_t n_word = strspn(colon + 2, "abcdefghijklmnopqrstuvwxyz-");

		if (colon[2 + n_word] == '=') {
			length = (size_t)(colon - message);
			break;
		}
		colon += 2;
	}
	if (length > 0 && message[length - 1] == '.')
		length--;
	return g_strchomp(g_strndup(message, length));
}

/* "metadata line 15: Missing attribute" out of "At line 15 in metadata stream: Missing attribute."
 */
static char *metadata_complaint(const char *line)
{
	static const char middle[] = " in metadata stream: ";
	g_autofree char *plain = plain_cause(line + strlen("At "));
	const char *cut = strstr(plain, middle);

	if (!cut)
		return g_strdup_printf("metadata %s", plain);
	return g_strdup_printf("metadata %.*s: %s", (int)(cut - plain), plain,
			       cut + strlen(middle));
}

/* From the log: the line that names a place in the metadata, else the first one, which is nearest
 * to the cause. NULL: none. */
static char *log_complaint(void)
{
	g_autofree char *log = NULL;
	char *line, *end;

	if (!g_file_get_contents("/proc/self/fd/2", &log, NULL, NULL))
		return NULL;
	line = strstr(log, "At line ");
	end = strchr(line ? line : log, '\n');
	if (end)
		*end = '\0';
	if (line)
		return metadata_complaint(line);
	/* "DATE TIME PID TID E MODULE FUNCTION@FILE:LINE [COMPONENT] MESSAGE" */
	line = strstr(log, "] ");
	return line ? plain_cause(line + 2) : NULL;
}

static char *describe_error(void)
{
	const bt_error *error = bt_current_thread_take_error();
	char *text = log_complaint();

	if (!text && error)
		text = plain_cause(
			bt_error_cause_get_message(bt_error_borrow_cause_by_index(error, 0)));
	if (error)
		bt_error_release(error);
	return text ? text : g_strdup("Babeltrace 2 does not say why");
}

static void report_failure(struct sink *sink)
{
	struct ww_event event = { .kind = WW_PROTOCOL_FAILED, .time_ns = sink->last_ns };
	g_autofree char *sentence = describe_error();

	event.text = ww_texts_add(&sink->texts, sentence, WW_TEXT_BYTES);
	put(sink, &event);
}

static void read_trace(const char *directory, struct sink *sink)
{
	bt_graph *graph = bt_graph_create(0);
	bt_graph_run_status status = BT_GRAPH_RUN_STATUS_ERROR;

	if (build_graph(graph, directory, sink)) {
		do
			status = bt_graph_run(graph);
		while (status == BT_GRAPH_RUN_STATUS_AGAIN);
	}
	put_control(sink, WW_PROTOCOL_PROGRESS, 0, sink->n_packets);
	if (status == BT_GRAPH_RUN_STATUS_OK)
		put_control(sink, WW_PROTOCOL_DONE, 0, 0);
	else
		report_failure(sink);
	flush(sink);
}

/* Its log goes to memory, so that a parent without a terminal and one with a terminal see the same.
 */
static bool redirect_log(void)
{
	int fd = memfd_create("log", MFD_CLOEXEC);

	return fd >= 0 && dup2(fd, STDERR_FILENO) >= 0;
}

/* What the parent would have removed: the entries of the directory, itself last. NULL-terminated.
 */
static char **leftovers;
static pid_t parent;

/*
 * The parent cleans up after its child; when it was killed, nobody else is there to do it. A living
 * parent never closes the pipe, so a broken one tells of its end, earlier than getppid() does.
 */
static void on_end(int signal)
{
	if (signal == SIGTERM && getppid() == parent)
		return;
	for (char **entry = leftovers; *entry; entry++)
		if (unlink(*entry) != 0)
			rmdir(*entry);
	_exit(1);
}

static void clean_up_after_parent(const char *directory)
{
	/* A terminal tells us what it tells our parent, whose end is what counts. */
	static const int others[] = { SIGINT, SIGQUIT, SIGHUP };
	g_autoptr(GPtrArray) entries = g_ptr_array_new();
	g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir)))
		g_ptr_array_add(entries, g_build_filename(directory, name, NULL));
	g_ptr_array_add(entries, g_strdup(directory));
	g_ptr_array_add(entries, NULL);
	leftovers = (char **)g_ptr_array_steal(entries, NULL);
	parent = getppid();
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
		signal(others[i], SIG_IGN);
	signal(SIGTERM, on_end);
	signal(SIGPIPE, on_end);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
}

static bool set_limit(int what, const char *text)
{
	guint64 value;

	if (!g_ascii_string_to_unsigned(text, 10, 1, G_MAXINT64, &value, NULL))
		return false;
	/* A lower limit that somebody else has set stays. */
	return setrlimit((__rlimit_resource_t)what, &(struct rlimit){ value, value }) == 0 ||
	       errno == EPERM;
}

static bool set_limits(const char *cpu_seconds, const char *memory_bytes)
{
#ifdef __SANITIZE_ADDRESS__
	/* The sanitizer maps terabytes of shadow. */
	memory_bytes = "9223372036854775807";
#endif
	return set_limit(RLIMIT_CORE, "1") && set_limit(RLIMIT_CPU, cpu_seconds) &&
	       set_limit(RLIMIT_AS, memory_bytes);
}

int main(int argc, char **argv)
{
	static struct sink sink;

	if (argc != 4 || isatty(STDOUT_FILENO)) {
		fprintf(stderr, WW_PROTOCOL_HELPER
			": trace-report and trace-view start this program by themselves\n");
		return 2;
	}
	clean_up_after_parent(argv[1]);
	sink.channel = ww_channel_attach(WW_PROTOCOL_CHANNEL_FD, STDOUT_FILENO);
	if (!sink.channel || !set_limits(argv[2], argv[3]) || !redirect_log())
		return 1;
	bt_logging_set_global_level(BT_LOGGING_LEVEL_NONE);
	/* The parser of the metadata does not follow its component's level. */
	g_setenv("BABELTRACE_PLUGIN_CTF_METADATA_LOG_LEVEL", "E", TRUE);
	sink.plans = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	sink.cpus = g_hash_table_new(NULL, NULL);
	put_control(&sink, WW_PROTOCOL_HELLO, WW_PROTOCOL_VERSION, sizeof(struct ww_event));
	read_trace(argv[1], &sink);
	/* Tearing the graph down could crash on what was damaged, and everything is said. */
	_exit(0);
}
