// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The fast reader: which files of a trace are of which stream, a cursor for each of these, and
 * their slices one after the other.
 *
 * Streams of one time keep an order: by the number of their class, then by their instance, or their
 * file's name - as Babeltrace's do. A stream whose time goes back ends the trace, as it does for
 * Babeltrace.
 */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "analysis/read/fast-reader.h"
#include "analysis/read/metadata.h"
#include "analysis/read/packets.h"
#include "analysis/read/slices.h"
#include "analysis/read/workdir.h"
#include "base/error.h"

#define HEAD_BYTES 4096 /* more than any packet header and context */
#define MAX_PACKETS_BYTES                                                                          \
	(UINT64_C(128) << 20)                 /* of the largest packets of all streams together    \
					       */
#define MAX_CURSORS 4096                      /* so that a slice has room for marks of each */
#define MIN_WORKERS_BYTES (UINT64_C(4) << 20) /* of a trace that is worth threads of its own */

/* Files of one stream, before it has a cursor. */
struct group {
	const struct ww_stream_layout *stream;
	uint64_t instance; /* UINT64_MAX: not said */
	char *key;         /* by which the streams of one time are ordered */
	GPtrArray *files;  /* struct ww_stream_file * */
};

struct fast_reader {
	struct ww_reader base;
	struct ww_layout *layout;
	GCancellable *cancellable; /* NULL is fine */
	char *directory;
	unsigned int n_workers;
	struct ww_packet_pool pool;
	GPtrArray *cursors;               /* struct ww_cursor * */
	struct ww_slices *slices;         /* NULL before anybody asked for one */
	struct ww_irq_contexts *contexts; /* NULL when no event of the trace is a bracket */
	GPtrArray *left_out;              /* char *: sentences, told at the end */
	guint n_told;
	uint64_t n_bytes;
	int64_t last_ns;
	double fraction;
	struct ww_event gap;
	bool has_event, is_through;
};

static void complain(struct fast_reader *reader, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void complain(struct fast_reader *reader, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_ptr_array_add(reader->left_out, g_strdup_vprintf(format, args));
	va_end(args);
}

/* Time goes back in @cursor: that was the trace. */
static void give_up(struct fast_reader *reader, const struct ww_cursor *cursor)
{
	const struct ww_stream_file *file = cursor->files->pdata[cursor->file];

	complain(reader,
		 "stream '%s/%s' is damaged at byte %" PRIu64
		 ": its timestamps go back, and nothing behind can be put in order",
		 reader->directory, file->name, cursor->offset_bytes + cursor->event_bits / 8);
}

/* What CPUs were executing, for events that leave it to others to say: that goes on from slice to
 * slice. */
static void complete(struct fast_reader *reader, struct ww_slice *slice)
{
	for (size_t i = 0; reader->contexts && i < slice->n_marks; i++) {
		struct ww_event *event = &slice->events[i];

		if (event->kind == WW_EVENT_INTERRUPT_ENTRY)
			ww_irq_bracket(reader->contexts, WW_IRQ_ENTRY, event);
		else if (event->kind == WW_EVENT_INTERRUPT_EXIT)
			ww_irq_bracket(reader->contexts, WW_IRQ_EXIT, event);
		else
			ww_irq_complete(reader->contexts, event);
	}
}

/* The streams are through. Everything that is missing goes out as gaps, then the end. */
static enum ww_read_status finish(struct fast_reader *reader, struct ww_event_batch *batch,
				  GError **error)
{
	const GPtrArray *left_out = reader->left_out;

	if (!reader->has_event && reader->cursors->len == 0 && left_out->len > 0)
		return ww_fail(error, WW_ERROR_DAMAGED, "%s", (char *)left_out->pdata[0]),
		       WW_READ_ERROR;
	return ww_reader_tell_gap(left_out, &reader->n_told, reader->last_ns, &reader->gap, batch);
}

/* NULL when there are no more. */
static struct ww_slice *next_slice(struct fast_reader *reader)
{
	struct ww_slice *slice;

	if (reader->is_through)
		return NULL;
	if (!reader->slices)
		reader->slices = ww_slices_new(reader->layout, reader->cursors, &reader->pool,
					       reader->n_workers);
	slice = ww_slices_next(reader->slices);
	if (slice)
		return slice;
	reader->is_through = true;
	reader->fraction = 1;
	if (ww_slices_torn(reader->slices))
		give_up(reader, ww_slices_torn(reader->slices));
	return NULL;
}

static enum ww_read_status fast_next(struct ww_reader *base, struct ww_event_batch *batch,
				     GError **error)
{
	struct fast_reader *reader = (struct fast_reader *)base;
	struct ww_slice *slice;

	if (g_cancellable_set_error_if_cancelled(reader->cancellable, error))
		return WW_READ_ERROR;
	slice = next_slice(reader);
	if (!slice)
		return finish(reader, batch, error);
	complete(reader, slice);
	reader->has_event = true;
	reader->fraction = slice->fraction;
	reader->last_ns = slice->events[slice->n_marks - 1].time_ns;
	*batch = (struct ww_event_batch){ slice->events, slice->n_marks };
	return WW_READ_EVENT;
}

static double fast_fraction(const struct ww_reader *base)
{
	return ((const struct fast_reader *)base)->fraction;
}

static void fast_free(struct ww_reader *base)
{
	struct fast_reader *reader = (struct fast_reader *)base;

	ww_slices_free(reader->slices);
	g_ptr_array_unref(reader->cursors);
	ww_packet_pool_clear(&reader->pool);
	ww_layout_free(reader->layout);
	g_clear_object(&reader->cancellable);
	g_free(reader->directory);
	g_free(reader->contexts);
	g_ptr_array_unref(reader->left_out);
	g_free(reader);
}

static const struct ww_reader_ops fast_ops = {
	.name = "fast",
	.is_ordered = true,
	.next = fast_next,
	.fraction = fast_fraction,
	.free = fast_free,
};

static void free_cursor(gpointer cursor)
{
	ww_cursor_free(cursor);
}

static struct fast_reader *fast_new(const char *directory, struct ww_layout *layout,
				    GCancellable *cancellable)
{
	struct fast_reader *reader = g_new0(struct fast_reader, 1);

	reader->base.ops = &fast_ops;
	reader->layout = layout;
	reader->cancellable = cancellable ? g_object_ref(cancellable) : NULL;
	reader->directory = g_strdup(directory);
	reader->cursors = g_ptr_array_new_with_free_func(free_cursor);
	reader->left_out = g_ptr_array_new_with_free_func(g_free);
	ww_packet_pool_init(&reader->pool);
	if (layout->has_brackets)
		reader->contexts = g_new0(struct ww_irq_contexts, 1);
	return reader;
}

static uint64_t stream_id_of(const struct ww_layout *layout, const uint8_t *bytes,
			     const uint8_t *end)
{
	return ww_bits_load(bytes, end, layout->stream_id.offset_bits, layout->stream_id.n_bits);
}

/* Which stream @file is a part of: its first packet, which begins with @bytes, says so. */
static void join_group(struct fast_reader *reader, GArray *groups, struct ww_stream_file *file,
		       const uint8_t *bytes, const uint8_t *end)
{
	const struct ww_layout *layout = reader->layout;
	const uint64_t id = stream_id_of(layout, bytes, end);
	struct group group = { .stream = ww_layout_stream(layout, id), .instance = UINT64_MAX };
	const uint64_t context_bits =
		ww_tsdl_align_up(layout->header_bits, group.stream->context_align_bits);

	if (layout->instance_id.offset_bits != WW_PLACE_NONE)
		group.instance = ww_bits_load(bytes, end, layout->instance_id.offset_bits,
					      layout->instance_id.n_bits);
	file->begin_clock = ww_bits_load(bytes, end, context_bits + group.stream->begin.offset_bits,
					 group.stream->begin.n_bits);
	for (guint i = 0; i < groups->len && group.instance != UINT64_MAX; i++) {
		const struct group *other = &g_array_index(groups, struct group, i);

		if (other->stream == group.stream && other->instance == group.instance) {
			g_ptr_array_add(other->files, file);
			return;
		}
	}
	group.key = group.instance != UINT64_MAX
			    ? g_strdup_printf("%" PRIu64 " | %" PRIu64, id, group.instance)
			    : g_strdup_printf("%" PRIu64 " | %s", id, file->name);
	group.files = g_ptr_array_new();
	g_ptr_array_add(group.files, file);
	g_array_append_val(groups, group);
}

static void add_open_file(struct fast_reader *reader, GArray *groups, const char *name, int fd,
			  uint64_t n_bytes)
{
	g_autoptr(GArray) packets = g_array_new(false, false, sizeof(struct ww_packet));
	struct ww_packet_scan scan = { .packets = packets };
	uint8_t head[HEAD_BYTES];
	ssize_t n_head;

	ww_packets_scan(reader->layout->tsdl, fd, n_bytes, &scan);
	if (scan.fault)
		complain(reader, "stream '%s/%s' is damaged at byte %" PRIu64 ": %s",
			 reader->directory, name, scan.sound_bytes, scan.fault);
	if (scan.sound_bytes == 0)
		return;
	n_head = pread(fd, head, MIN(sizeof(head), scan.sound_bytes), 0);
	/* Since it was scanned somebody may have written to it. */
	if (n_head <= 0 ||
	    !ww_layout_stream(reader->layout, stream_id_of(reader->layout, head, head + n_head))) {
		complain(reader, "stream '%s/%s' was left out: it cannot be read",
			 reader->directory, name);
		return;
	}
	reader->n_bytes += scan.sound_bytes;
	join_group(reader, groups, ww_stream_file_new(name, scan.sound_bytes, packets), head,
		   head + n_head);
}

static void add_file(struct fast_reader *reader, GArray *groups, const char *name)
{
	char *complaint = NULL;
	uint64_t n_bytes;
	const int fd = ww_workdir_open_stream(reader->directory, name, &n_bytes, &complaint);

	if (complaint)
		g_ptr_array_add(reader->left_out, complaint);
	if (fd < 0)
		return;
	add_open_file(reader, groups, name, fd, n_bytes);
	close(fd);
}

static int compare_files(gconstpointer a, gconstpointer b)
{
	const struct ww_stream_file *left = *(struct ww_stream_file *const *)a;
	const struct ww_stream_file *right = *(struct ww_stream_file *const *)b;

	return (left->begin_clock > right->begin_clock) - (left->begin_clock < right->begin_clock);
}

static int compare_groups(gconstpointer a, gconstpointer b)
{
	return strcmp(((const struct group *)a)->key, ((const struct group *)b)->key);
}

static void make_cursors(struct fast_reader *reader, GArray *groups)
{
	g_array_sort(groups, compare_groups);
	for (guint i = 0; i < groups->len; i++) {
		struct group *group = &g_array_index(groups, struct group, i);
		struct ww_cursor *cursor;

		g_ptr_array_sort(group->files, compare_files);
		cursor = ww_cursor_new(reader->layout, group->stream, reader->directory,
				       group->files, &reader->pool);
		g_free(group->key);
		cursor->key.order = i;
		g_ptr_array_add(reader->cursors, cursor);
	}
}

static uint64_t largest_packet(const struct ww_cursor *cursor)
{
	uint64_t n_bytes = 0;

	for (guint i = 0; i < cursor->files->len; i++) {
		const struct ww_stream_file *file = cursor->files->pdata[i];

		for (guint j = 0; j < file->packets->len; j++)
			n_bytes = MAX(n_bytes,
				      g_array_index(file->packets, struct ww_packet, j).n_bytes);
	}
	return n_bytes;
}

/* Of each stream a packet is in memory, at times a few of them. */
static bool fits_memory(const struct fast_reader *reader)
{
	uint64_t n_bytes = 0;

	if (reader->cursors->len > MAX_CURSORS)
		return false;
	for (guint i = 0; i < reader->cursors->len; i++)
		n_bytes += largest_packet(reader->cursors->pdata[i]);
	return n_bytes <= MAX_PACKETS_BYTES;
}

struct ww_reader *ww_fast_reader_new_with(const char *directory, unsigned int n_workers,
					  GCancellable *cancellable, bool *is_for_us,
					  GError **error)
{
	g_autofree char *complaint = NULL;
	g_autoptr(GString) metadata = ww_metadata_load(directory, &complaint, error);
	ww_auto(layout) layout = metadata ? ww_layout_new(metadata->str) : NULL;
	g_autoptr(GArray) groups = g_array_new(false, false, sizeof(struct group));
	g_autoptr(GPtrArray) names = NULL;
	struct fast_reader *reader;

	*is_for_us = layout && ww_packets_are_measurable(layout->tsdl);
	if (!*is_for_us)
		return NULL;
	names = ww_workdir_list_streams(directory, error);
	if (!names)
		return NULL;
	reader = fast_new(directory, g_steal_pointer(&layout), cancellable);
	if (complaint)
		g_ptr_array_add(reader->left_out, g_steal_pointer(&complaint));
	for (guint i = 0; i < names->len; i++)
		add_file(reader, groups, names->pdata[i]);
	make_cursors(reader, groups);
	if (!fits_memory(reader)) {
		*is_for_us = false;
		fast_free(&reader->base);
		return NULL;
	}
	reader->n_workers = n_workers;
	return &reader->base;
}

unsigned int ww_fast_reader_n_workers(unsigned int n_cpus, unsigned int n_traces)
{
	return n_traces > n_cpus ? 0 : (n_cpus - 1 + n_traces - 1) / n_traces;
}

struct ww_reader *ww_fast_reader_new_among(const char *directory, unsigned int n_traces,
					   GCancellable *cancellable, bool *is_for_us,
					   GError **error)
{
	const unsigned int n_workers = ww_fast_reader_n_workers(g_get_num_processors(), n_traces);
	struct ww_reader *reader =
		ww_fast_reader_new_with(directory, n_workers, cancellable, is_for_us, error);
	struct fast_reader *fast = (struct fast_reader *)reader;

	if (fast && fast->n_bytes < MIN_WORKERS_BYTES)
		fast->n_workers = 0;
	if (fast)
		fast->base.reads_ahead = fast->n_workers > 0;
	return reader;
}

struct ww_reader *ww_fast_reader_new(const char *directory, GCancellable *cancellable,
				     bool *is_for_us, GError **error)
{
	return ww_fast_reader_new_among(directory, 1, cancellable, is_for_us, error);
}
