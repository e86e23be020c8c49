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
#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "analysis/read/channel.h"
#include "analysis/read/complaint.h"
#include "analysis/read/confine.h"
#include "analysis/read/dialect.h"
#include "analysis/read/heap.h"
#include "analysis/read/protocol.h"

#define MAX_FIELDS 24
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
	size_t n_slots;
	struct slot slots[MAX_FIELDS];
};

/*
 * One stream. Babeltrace's own muxer looks at every stream's next message for each one that it
 * passes on, and needs up to a third of all time; we need no more than their times.
 */
struct input {
	struct ww_head head; /* of its next message; INT64_MIN while none had a time */
	bt_message_iterator *iterator;
	bt_message_array_const messages; /* [i, n) are not taken yet */
	uint64_t i, n;
	bool has_clock;
};

struct sink {
	struct input *inputs;
	struct ww_heap heap; /* of inputs that have not ended */
	size_t n_inputs;
	char *complaint; /* of our own, or NULL */
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
	const struct ww_dialect_event *dialect = NULL;

	add_slots(plan, event_class, ww_dialect_common_fields);
	if (name) {
		do
			dialect = ww_dialect_next(env, name, dialect);
		while (dialect && !add_slots(plan, event_class, dialect->fields));
	}
	ww_dialect_init_event(env, dialect, name, &plan->born);
	plan->edge = dialect ? dialect->edge : WW_IRQ_NONE;
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
					     true, &sink->texts, event);
		else
			ww_dialect_store_int(&sink->env, slot->field,
					     bt_field_integer_unsigned_get_value(field), false,
					     &sink->texts, event);
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

static void put_event(struct sink *sink, const struct input *input, const bt_message *message)
{
	const bt_event *from = bt_message_event_borrow_event_const(message);
	const struct plan *plan = plan_of(sink, from);
	struct ww_event event = plan->born;

	if (input->has_clock)
		sink->last_ns = input->head.time_ns;
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

static void take_message(struct sink *sink, const struct input *input, const bt_message *message)
{
	switch (bt_message_get_type(message)) {
	case BT_MESSAGE_TYPE_EVENT:
		put_event(sink, input, message);
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

static int64_t begin_of_loss_ns(const bt_message *message, bool is_packets, int64_t otherwise_ns)
{
	const bt_stream_class *stream_class = bt_stream_borrow_class_const(
		is_packets ? bt_message_discarded_packets_borrow_stream_const(message)
			   : bt_message_discarded_events_borrow_stream_const(message));
	int64_t begin_ns;

	if (is_packets
		    ? !bt_stream_class_discarded_packets_have_default_clock_snapshots(stream_class)
		    : !bt_stream_class_discarded_events_have_default_clock_snapshots(stream_class))
		return otherwise_ns;
	begin_ns = snapshot_ns(
		is_packets
			? bt_message_discarded_packets_borrow_beginning_default_clock_snapshot_const(
				  message)
			: bt_message_discarded_events_borrow_beginning_default_clock_snapshot_const(
				  message),
		otherwise_ns);
	return MAX(begin_ns, otherwise_ns);
}

/* When the next message of @input is; what has no time comes right behind what had one. */
static int64_t next_ns(const struct input *input)
{
	const bt_message *message = input->messages[input->i];

	switch (bt_message_get_type(message)) {
	case BT_MESSAGE_TYPE_EVENT:
		return input->has_clock
			       ? snapshot_ns(bt_message_event_borrow_default_clock_snapshot_const(
						     message),
					     input->head.time_ns)
			       : input->head.time_ns;
	case BT_MESSAGE_TYPE_DISCARDED_EVENTS:
		return begin_of_loss_ns(message, false, input->head.time_ns);
	case BT_MESSAGE_TYPE_DISCARDED_PACKETS:
		return begin_of_loss_ns(message, true, input->head.time_ns);
	default:
		return input->head.time_ns;
	}
}

static void learn_clock(struct input *input, const bt_message *message)
{
	if (bt_message_get_type(message) == BT_MESSAGE_TYPE_STREAM_BEGINNING)
		input->has_clock = bt_stream_class_borrow_default_clock_class_const(
					   bt_stream_borrow_class_const(
						   bt_message_stream_beginning_borrow_stream_const(
							   message))) != NULL;
}

/* False when it would go back in time: nothing that follows can be placed. */
static bool look_at_next(struct sink *sink, struct input *input)
{
	const int64_t time_ns = next_ns(input);

	if (time_ns < input->head.time_ns) {
		sink->complaint =
			g_strdup_printf("the clock of one of its streams goes back, by %" PRIu64
					" ns, to timestamp %" PRId64,
					(uint64_t)input->head.time_ns - (uint64_t)time_ns, time_ns);
		return false;
	}
	input->head.time_ns = time_ns;
	return true;
}

static struct input *first_of(const struct sink *sink)
{
	return (struct input *)sink->heap.heads[0];
}

/* Takes the messages at hand of the first input, as long as it is the first. */
static bool take_turn(struct sink *sink)
{
	struct input *input = first_of(sink);
	const struct ww_head *next = ww_heap_second(&sink->heap);

	do {
		const bt_message *message = input->messages[input->i++];

		learn_clock(input, message);
		take_message(sink, input, message);
		bt_message_put_ref(message);
		if (input->i == input->n)
			return true;
		if (!look_at_next(sink, input))
			return false;
	} while (!next || ww_head_is_before(&input->head, next));
	ww_heap_sift_down(&sink->heap, 0);
	return true;
}

/* More messages of the first input; at its end it is none any more. */
static bt_message_iterator_next_status fetch(struct sink *sink)
{
	struct input *input = first_of(sink);
	bt_message_iterator_next_status status =
		bt_message_iterator_next(input->iterator, &input->messages, &input->n);

	input->i = 0;
	if (status == BT_MESSAGE_ITERATOR_NEXT_STATUS_END) {
		ww_heap_drop_first(&sink->heap);
		status = BT_MESSAGE_ITERATOR_NEXT_STATUS_OK;
	} else if (status != BT_MESSAGE_ITERATOR_NEXT_STATUS_OK) {
		input->n = 0;
		return status;
	} else if (!look_at_next(sink, input)) {
		return BT_MESSAGE_ITERATOR_NEXT_STATUS_ERROR;
	}
	if (sink->heap.n > 0)
		ww_heap_sift_down(&sink->heap, 0);
	return status;
}

static bt_component_class_sink_consume_method_status end_consume(bt_self_component_sink *self)
{
	struct sink *sink =
		bt_self_component_get_data(bt_self_component_sink_as_self_component(self));

	while (sink->heap.n > 0 && first_of(sink)->i < first_of(sink)->n) {
		if (!take_turn(sink))
			return BT_COMPONENT_CLASS_SINK_CONSUME_METHOD_STATUS_ERROR;
	}
	if (g_get_monotonic_time() - sink->told_us > FLUSH_INTERVAL_US) {
		put_control(sink, WW_PROTOCOL_PROGRESS, 0, sink->n_packets);
		flush(sink);
	}
	return sink->heap.n > 0 ? (bt_component_class_sink_consume_method_status)(int)fetch(sink)
				: BT_COMPONENT_CLASS_SINK_CONSUME_METHOD_STATUS_END;
}

static bt_component_class_initialize_method_status
end_initialize(bt_self_component_sink *self, bt_self_component_sink_configuration *configuration,
	       const bt_value *params, void *data)
{
	const struct sink *sink = data;

	bt_self_component_set_data(bt_self_component_sink_as_self_component(self), data);
	for (size_t i = 0; i < sink->n_inputs; i++) {
		g_autofree char *name = g_strdup_printf("in%zu", i);

		if (bt_self_component_sink_add_input_port(self, name, NULL, NULL) !=
		    BT_SELF_COMPONENT_ADD_PORT_STATUS_OK)
			return BT_COMPONENT_CLASS_INITIALIZE_METHOD_STATUS_ERROR;
	}
	return BT_COMPONENT_CLASS_INITIALIZE_METHOD_STATUS_OK;
}

static bt_component_class_sink_graph_is_configured_method_status
end_configured(bt_self_component_sink *self)
{
	struct sink *sink =
		bt_self_component_get_data(bt_self_component_sink_as_self_component(self));

	for (size_t i = 0; i < sink->n_inputs; i++) {
		sink->inputs[i] = (struct input){ .head = { INT64_MIN, (uint32_t)i } };
		sink->heap.heads[sink->heap.n++] = &sink->inputs[i].head;
		if (bt_message_iterator_create_from_sink_component(
			    self, bt_self_component_sink_borrow_input_port_by_index(self, i),
			    &sink->inputs[i].iterator) !=
		    BT_MESSAGE_ITERATOR_CREATE_FROM_SINK_COMPONENT_STATUS_OK)
			return BT_COMPONENT_CLASS_SINK_GRAPH_IS_CONFIGURED_METHOD_STATUS_ERROR;
	}
	return BT_COMPONENT_CLASS_SINK_GRAPH_IS_CONFIGURED_METHOD_STATUS_OK;
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

static int compare_ports(const void *a, const void *b)
{
	const bt_port_output *const *x = a, *const *y = b;

	return strcmp(bt_port_get_name(bt_port_output_as_port_const(*x)),
		      bt_port_get_name(bt_port_output_as_port_const(*y)));
}

/* By their names, which tell their files: in whatever order a directory lists these. */
static const bt_port_output **sorted_ports(const bt_component_source *source, size_t n_ports)
{
	const bt_port_output **ports = g_new(const bt_port_output *, n_ports);

	for (size_t i = 0; i < n_ports; i++)
		ports[i] = bt_component_source_borrow_output_port_by_index_const(source, i);
	if (n_ports > 1)
		qsort(ports, n_ports, sizeof(*ports), compare_ports);
	return ports;
}

static const bt_component_sink *add_end(bt_graph *graph, struct sink *sink)
{
	bt_component_class_sink *class = bt_component_class_sink_create("events", end_consume);
	const bt_component_sink *end = NULL;

	if (!class ||
	    bt_component_class_sink_set_initialize_method(class, end_initialize) !=
		    BT_COMPONENT_CLASS_SET_METHOD_STATUS_OK ||
	    bt_component_class_sink_set_graph_is_configured_method(class, end_configured) !=
		    BT_COMPONENT_CLASS_SET_METHOD_STATUS_OK ||
	    bt_graph_add_sink_component_with_initialize_method_data(
		    graph, class, "events", NULL, sink, BT_LOGGING_LEVEL_NONE, &end) !=
		    BT_GRAPH_ADD_COMPONENT_STATUS_OK)
		return NULL;
	return end;
}

/* The source and our end; false with the thread's Babeltrace error set. */
static bool build_graph(bt_graph *graph, const char *directory, struct sink *sink)
{
	g_autofree const bt_port_output **ports = NULL;
	const bt_plugin *ctf = NULL;
	const bt_component_source *source;
	const bt_component_sink *end;

	if (bt_plugin_find("ctf", BT_FALSE, BT_FALSE, BT_TRUE, BT_TRUE, BT_TRUE, &ctf) !=
	    BT_PLUGIN_FIND_STATUS_OK)
		return false;
	source = add_source(graph, ctf, directory);
	if (!source)
		return false;
	sink->n_inputs = bt_component_source_get_output_port_count(source);
	sink->inputs = g_new0(struct input, sink->n_inputs);
	sink->heap.heads = g_new0(struct ww_head *, sink->n_inputs);
	ports = sorted_ports(source, sink->n_inputs);
	end = add_end(graph, sink);
	for (size_t i = 0; end && i < sink->n_inputs; i++) {
		if (bt_graph_connect_ports(
			    graph, ports[i],
			    bt_component_sink_borrow_input_port_by_index_const(end, i),
			    NULL) != BT_GRAPH_CONNECT_PORTS_STATUS_OK)
			return false;
	}
	return end != NULL;
}

static char *describe_error(const struct sink *sink)
{
	const bt_error *error = bt_current_thread_take_error();
	g_autofree char *log = ww_confined_log();
	char *text = NULL;

	if (sink->complaint)
		text = g_strdup(sink->complaint);
	else if (log)
		text = ww_complaint_of_log(log);
	if (!text && error)
		text = ww_complaint_plain(
			bt_error_cause_get_message(bt_error_borrow_cause_by_index(error, 0)));
	if (error)
		bt_error_release(error);
	return text ? text : g_strdup("Babeltrace 2 does not say why");
}

static void report_failure(struct sink *sink)
{
	struct ww_event event = { .kind = WW_PROTOCOL_FAILED, .time_ns = sink->last_ns };
	g_autofree char *sentence = describe_error(sink);

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

int main(int argc, char **argv)
{
	static struct sink sink;

	if (argc != 4 || isatty(STDOUT_FILENO)) {
		fprintf(stderr, WW_PROTOCOL_HELPER
			": trace-report and trace-view start this program by themselves\n");
		return 2;
	}
	ww_confine_to_parent(argv[1]);
	sink.channel = ww_channel_attach(WW_PROTOCOL_CHANNEL_FD, STDOUT_FILENO);
	if (!sink.channel || !ww_confine_use(argv[2], argv[3]) || !ww_confine_log())
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
