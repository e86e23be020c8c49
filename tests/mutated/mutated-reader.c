// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * trace-report with something wrong between its reader and replay: the linker puts this in the
 * place of ww_reader_open().
 *
 *   WHYWAIT_MUTATION=KIND:PERCENT:SEED   what is wrong, in so many of the records that it is about
 *   WHYWAIT_TRUE_RECORDS=FILE            also writes there who woke whom and who ran when in truth:
 *                                        "wake TIME WAKEE WAKER", "switch TIME PREVIOUS READY NEXT"
 *
 * Nothing announces what is missing, as a kernel does that keeps records from its tracers.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/read/reader.h"
#include "base/error.h"

#define LATE_NS 5000 /* of a record that is out of order */

struct mutated_reader {
	struct ww_reader reader;
	GArray *events; /* all of them, mutated */
	GStringChunk *texts;
	bool is_done;
};

struct mutation {
	const struct mutation_kind *kind;
	double share;
	GRand *rand;
	GArray *events;
	GArray *tids; /* that there are, without 0 */
};

/* Whether the kind is about a record; then what it does to it, in place or by adding to the end, as
 * @draw wants it. */
struct mutation_kind {
	const char *name;
	bool (*concerns)(const struct ww_event *event);
	void (*mutate)(struct mutation *mutation, struct ww_event *event, guint32 draw);
};

struct ww_reader *__real_ww_reader_open(const char *path, GCancellable *cancellable,
					GError **error);
struct ww_reader *__wrap_ww_reader_open(const char *path, GCancellable *cancellable,
					GError **error);

static bool is_waking(const struct ww_event *event)
{
	return event->kind == WW_EVENT_WAKING;
}

static bool is_switch(const struct ww_event *event)
{
	return event->kind == WW_EVENT_SWITCH;
}

static bool is_of_scheduler(const struct ww_event *event)
{
	return event->kind <= WW_EVENT_MIGRATE;
}

static void drop(struct mutation *mutation, struct ww_event *event, guint32 draw)
{
	event->kind = WW_EVENT_OTHER;
}

/* As tracers do that tell of each half by itself. */
static void forget_who_comes(struct mutation *mutation, struct ww_event *event, guint32 draw)
{
	event->switched.next_tid = WW_TID_UNKNOWN;
	event->text = NULL;
}

static void forget_who_leaves(struct mutation *mutation, struct ww_event *event, guint32 draw)
{
	event->tid = WW_TID_UNKNOWN;
	event->name = NULL;
}

static void delay(struct mutation *mutation, struct ww_event *event, guint32 draw)
{
	event->time_ns += draw % (LATE_NS + 1);
}

static void double_it(struct mutation *mutation, struct ww_event *event, guint32 draw)
{
	const struct ww_event again = *event;

	g_array_append_val(mutation->events, again);
}

/* Somebody else's, as of another pid namespace. */
static void take_other_tid(struct mutation *mutation, struct ww_event *event, guint32 draw)
{
	const int32_t tid = g_array_index(mutation->tids, int32_t, draw % mutation->tids->len);

	if (event->kind == WW_EVENT_SWITCH && event->switched.next_tid > 0)
		event->switched.next_tid = tid;
	else if (event->tid > 0)
		event->tid = tid;
}

static const struct mutation_kind kinds[] = {
	{ "none", NULL, NULL },
	{ "wakings", is_waking, drop },
	{ "switches", is_switch, drop },
	{ "switch-ins", is_switch, forget_who_comes },
	{ "switch-outs", is_switch, forget_who_leaves },
	{ "reordered", is_of_scheduler, delay },
	{ "doubled", is_of_scheduler, double_it },
	{ "tids", is_of_scheduler, take_other_tid },
};

static const struct mutation_kind *find_kind(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

static int compare_times(const void *a_data, const void *b_data)
{
	const struct ww_event *a = a_data, *b = b_data;

	return (a->time_ns > b->time_ns) - (a->time_ns < b->time_ns);
}

static void mutate(struct mutation *mutation)
{
	const guint n_events = mutation->events->len;

	for (guint i = 0; mutation->kind->mutate && i < n_events; i++) {
		struct ww_event *event = &g_array_index(mutation->events, struct ww_event, i);
		/* Drawn for all, so that a larger share has what a smaller one has. */
		const double place = g_rand_double(mutation->rand);
		const guint32 draw = g_rand_int(mutation->rand);

		if (event->source == 0 && place < mutation->share &&
		    mutation->kind->concerns(event))
			mutation->kind->mutate(mutation, event, draw);
	}
	/* Stable: equal times keep their order. */
	g_array_sort(mutation->events, compare_times);
}

static GArray *tids_of(const GArray *events)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	GArray *tids = g_array_new(false, false, sizeof(int32_t));

	for (guint i = 0; i < events->len; i++) {
		const int32_t tid = g_array_index(events, struct ww_event, i).tid;

		if (tid > 0 && g_hash_table_add(seen, GINT_TO_POINTER(tid)))
			g_array_append_val(tids, tid);
	}
	return tids;
}

/* "KIND:PERCENT:SEED"; false when it is none. */
static bool parse(const char *text, struct mutation *mutation)
{
	g_auto(GStrv) words = g_strsplit(text, ":", 3);

	if (g_strv_length(words) != 3)
		return false;
	mutation->kind = find_kind(words[0]);
	mutation->share = g_ascii_strtod(words[1], NULL) / 100;
	mutation->rand = g_rand_new_with_seed((guint32)g_ascii_strtoull(words[2], NULL, 10));
	return mutation->kind;
}

static void write_record(FILE *file, const struct ww_event *event)
{
	if (event->kind == WW_EVENT_WAKING)
		fprintf(file, "wake %" PRId64 " %d %d\n", event->time_ns, event->tid,
			event->woken.waker_tid);
	else if (event->kind == WW_EVENT_SWITCH)
		fprintf(file, "switch %" PRId64 " %d %d %d\n", event->time_ns, event->tid,
			event->switched.prev_state == WW_WIRE_STATE_RUNNING,
			event->switched.next_tid);
}

static void write_records(const GArray *events, const char *path)
{
	FILE *file = fopen(path, "we");

	if (!file)
		g_error("cannot write '%s'", path);
	for (guint i = 0; i < events->len; i++)
		write_record(file, &g_array_index(events, struct ww_event, i));
	if (fclose(file) != 0)
		g_error("cannot write '%s'", path);
}

static const char *keep_text(struct mutated_reader *reader, const char *text)
{
	return text ? g_string_chunk_insert_const(reader->texts, text) : NULL;
}

static bool read_all(struct mutated_reader *to, struct ww_reader *from, GError **error)
{
	enum ww_read_status status;
	struct ww_event event;

	while ((status = ww_reader_next(from, &event, error)) == WW_READ_EVENT) {
		event.name = keep_text(to, event.name);
		event.text = keep_text(to, event.text);
		g_array_append_val(to->events, event);
	}
	return status == WW_READ_END;
}

static enum ww_read_status next(struct ww_reader *reader, struct ww_event_batch *batch,
				GError **error)
{
	struct mutated_reader *mutated = (struct mutated_reader *)reader;

	if (mutated->is_done || mutated->events->len == 0)
		return WW_READ_END;
	mutated->is_done = true;
	batch->events = (const struct ww_event *)(void *)mutated->events->data;
	batch->n_events = mutated->events->len;
	return WW_READ_EVENT;
}

static double fraction(const struct ww_reader *reader)
{
	return ((const struct mutated_reader *)reader)->is_done;
}

static void free_reader(struct ww_reader *reader)
{
	struct mutated_reader *mutated = (struct mutated_reader *)reader;

	g_array_unref(mutated->events);
	g_string_chunk_free(mutated->texts);
	g_free(mutated);
}

static struct ww_reader *reader_new(void)
{
	static const struct ww_reader_ops ops = {
		.name = "mutated",
		.is_ordered = true,
		.next = next,
		.fraction = fraction,
		.free = free_reader,
	};
	struct mutated_reader *reader = g_new0(struct mutated_reader, 1);

	reader->reader.ops = &ops;
	reader->events = g_array_new(false, false, sizeof(struct ww_event));
	reader->texts = g_string_chunk_new(4096);
	return &reader->reader;
}

struct ww_reader *__wrap_ww_reader_open(const char *path, GCancellable *cancellable, GError **error)
{
	const char *wanted = g_getenv("WHYWAIT_MUTATION"),
		   *true_path = g_getenv("WHYWAIT_TRUE_RECORDS");
	ww_auto(reader) from = __real_ww_reader_open(path, cancellable, error);
	ww_auto(reader) reader = NULL;
	struct mutated_reader *mutated;
	struct mutation mutation = { 0 };

	if (!from)
		return NULL;
	if (!wanted || !parse(wanted, &mutation))
		g_error("WHYWAIT_MUTATION is no KIND:PERCENT:SEED");
	reader = reader_new();
	mutated = (struct mutated_reader *)reader;
	if (!read_all(mutated, from, error))
		return NULL;
	if (true_path)
		write_records(mutated->events, true_path);
	mutation.events = mutated->events;
	mutation.tids = tids_of(mutated->events);
	mutate(&mutation);
	g_array_unref(mutation.tids);
	g_rand_free(mutation.rand);
	return g_steal_pointer(&reader);
}
