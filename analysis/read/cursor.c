// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/read/cursor.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "analysis/read/packets.h"
#include "analysis/read/protocol.h"
#include "base/error.h"

#define TIME_LIMIT_NS (INT64_C(1) << 62) /* so that the difference of any two times fits */
#define MAX_GAPS 16                      /* damaged packets of a stream that get a sentence each */

struct ww_stream_file *ww_stream_file_new(const char *name, uint64_t n_bytes, GArray *packets)
{
	struct ww_stream_file *file = g_new0(struct ww_stream_file, 1);

	file->name = g_strdup(name);
	file->n_bytes = n_bytes;
	file->packets = g_array_ref(packets);
	return file;
}

void ww_stream_file_free(struct ww_stream_file *file)
{
	if (!file)
		return;
	g_array_unref(file->packets);
	g_free(file->name);
	g_free(file);
}

static const struct ww_stream_file *file_of(const struct ww_cursor *cursor)
{
	return cursor->files->pdata[MIN(cursor->file, cursor->files->len - 1)];
}

static int64_t ns_of(const struct ww_cursor *cursor, uint64_t clock, int64_t otherwise_ns)
{
	int64_t ns;

	if (clock > INT64_MAX ||
	    __builtin_add_overflow((int64_t)clock, cursor->trace->clock_offset_ns, &ns))
		return otherwise_ns;
	return CLAMP(ns, -TIME_LIMIT_NS, TIME_LIMIT_NS);
}

static uint64_t read_bits(const struct ww_cursor *cursor, uint64_t base, struct ww_bits bits)
{
	return ww_bits_load(cursor->source.bytes, cursor->source.end, base + bits.offset_bits,
			    bits.n_bits);
}

static uint64_t read_or(const struct ww_cursor *cursor, struct ww_bits bits, uint64_t otherwise)
{
	return bits.offset_bits == WW_PLACE_NONE
		       ? otherwise
		       : read_bits(cursor, cursor->source.context_bits, bits);
}

static void tell_loss(struct ww_cursor *cursor, uint64_t begin_clock, uint64_t end_clock,
		      uint64_t count, uint64_t n_packets)
{
	struct ww_event *event = &cursor->told[cursor->n_told++];
	const int64_t begin_ns = ns_of(cursor, begin_clock, cursor->key.time_ns);

	ww_event_init(event, WW_EVENT_LOST);
	event->source = !cursor->trace->env.is_kernel;
	event->cpu = cursor->lost_cpu;
	event->lost.begin_ns = begin_ns;
	event->lost.end_ns = ns_of(cursor, end_clock, begin_ns);
	event->lost.count = count;
	event->lost.n_packets = n_packets;
	event->time_ns = begin_ns;
}

/* What the packet at hand says was lost since the one before it. */
static void tell_losses(struct ww_cursor *cursor)
{
	const struct ww_packet_counts *now = &cursor->counts, *before = &cursor->before;

	cursor->n_told = cursor->n_told_out = 0;
	if (!cursor->has_before) {
		/* Of what was lost before the first packet, only that something was is known. */
		if (now->discarded != 0 && now->discarded != UINT64_MAX)
			tell_loss(cursor, now->begin_clock, now->end_clock, 0, 0);
		return;
	}
	/* A counter that is less than it was has wrapped, or is damaged: nobody knows how many. */
	if (now->discarded != before->discarded)
		tell_loss(cursor, before->end_clock, now->end_clock,
			  now->discarded > before->discarded ? now->discarded - before->discarded
							     : 0,
			  0);
	if (now->sequence != UINT64_MAX && before->sequence != UINT64_MAX &&
	    now->sequence > before->sequence && now->sequence - before->sequence > 1)
		tell_loss(cursor, before->end_clock, now->begin_clock, 0,
			  now->sequence - before->sequence - 1);
}

static void close_file(struct ww_cursor *cursor)
{
	if (cursor->fd >= 0)
		close(cursor->fd);
	cursor->fd = -1;
}

/* Only now: a trace may have more files than a process may have open. */
static bool open_file(struct ww_cursor *cursor)
{
	g_autofree char *path = g_build_filename(cursor->directory, file_of(cursor)->name, NULL);

	if (cursor->fd < 0)
		cursor->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	return cursor->fd >= 0;
}

static bool make_room(struct ww_cursor *cursor, uint64_t n_bytes)
{
	if (n_bytes <= cursor->buffer_bytes)
		return true;
	g_free(cursor->buffer);
	cursor->buffer = g_try_malloc(n_bytes);
	cursor->buffer_bytes = cursor->buffer ? n_bytes : 0;
	return cursor->buffer != NULL;
}

/* False: it is not there as a whole any more. */
static bool read_packet(struct ww_cursor *cursor, const struct ww_packet *packet)
{
	uint64_t n_read = 0;

	if (!open_file(cursor) || !make_room(cursor, packet->n_bytes))
		return false;
	while (n_read < packet->n_bytes) {
		const ssize_t n =
			pread(cursor->fd, cursor->buffer + n_read, packet->n_bytes - n_read,
			      (off_t)(packet->offset_bytes + n_read));

		if (n > 0)
			n_read += (uint64_t)n;
		else if (n == 0 || errno != EINTR)
			return false;
	}
	return true;
}

/* The next packet, of this file or the next one; false: there is none. */
static bool next_packet(struct ww_cursor *cursor, const struct ww_packet **packet)
{
	while (cursor->file < cursor->files->len) {
		const struct ww_stream_file *file = file_of(cursor);

		if (cursor->packet < file->packets->len) {
			*packet = &g_array_index(file->packets, struct ww_packet, cursor->packet++);
			return true;
		}
		close_file(cursor);
		cursor->file++;
		cursor->packet = 0;
	}
	return false;
}

static void learn_cpu(struct ww_cursor *cursor)
{
	const uint64_t number = read_or(cursor, cursor->stream->cpu, UINT64_MAX);

	cursor->cpu = ww_dialect_cpu(number);
	if (number < WW_CPU_UNKNOWN)
		cursor->lost_cpu = (uint16_t)number;
}

/* Its bytes are in the buffer. */
static void enter_packet(struct ww_cursor *cursor, const struct ww_packet *packet)
{
	const struct ww_stream_layout *stream = cursor->stream;

	cursor->source = (struct ww_source){
		.bytes = cursor->buffer,
		.end = cursor->buffer + packet->n_bytes,
		.content_bits = packet->content_bits,
		.context_bits =
			ww_tsdl_align_up(cursor->trace->header_bits, stream->context_align_bits),
	};
	cursor->event_bits = cursor->at_bits = cursor->source.context_bits + stream->context_bits;
	cursor->counts = (struct ww_packet_counts){
		.begin_clock = read_or(cursor, stream->begin, 0),
		.end_clock = read_or(cursor, stream->end, 0),
		.discarded = read_or(cursor, stream->discarded, UINT64_MAX),
		.sequence = read_or(cursor, stream->sequence, UINT64_MAX),
	};
	tell_losses(cursor);
	learn_cpu(cursor);
	cursor->clock = cursor->counts.begin_clock;
}

static void leave_packet(struct ww_cursor *cursor)
{
	cursor->before = cursor->counts;
	cursor->has_before = true;
	cursor->source.bytes = NULL;
}

static uint64_t byte_of(const struct ww_cursor *cursor, uint64_t at_bits)
{
	return cursor->offset_bytes + at_bits / 8;
}

/* Takes @why. The rest of the packet is not read; the next one says where it begins. */
static void tell_damage(struct ww_cursor *cursor, char *why)
{
	const struct ww_stream_file *file = file_of(cursor);
	const char *rest = cursor->packet < file->packets->len
				   ? "reading goes on with the next packet"
				   : "it was the last packet";

	if (++cursor->n_gaps <= MAX_GAPS) {
		g_free(cursor->gap);
		cursor->gap = g_strdup_printf(
			"stream '%s/%s' is damaged at byte %" PRIu64 ": %s; %s", cursor->directory,
			file->name, byte_of(cursor, cursor->event_bits), why, rest);
	}
	g_free(why);
	leave_packet(cursor);
}

/* A new value of @n_bits of the clock, which may have wrapped once. */
static void tick(struct ww_cursor *cursor, uint64_t value, unsigned int n_bits)
{
	const uint64_t mask = n_bits < 64 ? (UINT64_C(1) << n_bits) - 1 : UINT64_MAX;

	if (n_bits < 64 && value < (cursor->clock & mask))
		cursor->clock += mask + 1;
	cursor->clock = (cursor->clock & ~mask) | value;
}

static bool read_case(struct ww_cursor *cursor, const struct ww_header_layout *header,
		      uint64_t begin, uint64_t *id)
{
	const uint64_t tag = read_bits(cursor, begin, header->tag);

	for (size_t i = 0; i < header->n_cases; i++) {
		const struct ww_header_case *part = &header->cases[i];
		uint64_t at;

		if (tag < part->first || tag > part->last)
			continue;
		at = ww_tsdl_align_up(begin + header->n_bits, part->align_bits);
		if (at + part->n_bits > cursor->source.content_bits)
			return false;
		if (part->id.offset_bits != WW_PLACE_NONE)
			*id = read_bits(cursor, at, part->id);
		tick(cursor, read_bits(cursor, at, part->time), part->time.n_bits);
		cursor->at_bits = at + part->n_bits;
		return true;
	}
	return false;
}

/* The header at event_bits; false when it is not inside of the packet, or of no known kind. */
static bool read_header(struct ww_cursor *cursor, uint64_t *id)
{
	const struct ww_header_layout *header = &cursor->stream->header;
	const uint64_t begin = ww_tsdl_align_up(cursor->event_bits, header->align_bits);

	if (begin + header->n_bits > cursor->source.content_bits)
		return false;
	cursor->event_bits = begin;
	cursor->at_bits = begin + header->n_bits;
	if (header->is_own) {
		const uint8_t *from = cursor->source.bytes + begin / 8;

		memcpy(&cursor->clock, from, sizeof(cursor->clock));
		*id = from[sizeof(cursor->clock)];
		return true;
	}
	if (header->id.offset_bits != WW_PLACE_NONE)
		*id = read_bits(cursor, begin, header->id);
	if (header->n_cases > 0)
		return read_case(cursor, header, begin, id);
	tick(cursor, read_bits(cursor, begin, header->time), header->time.n_bits);
	return true;
}

static void set_time(struct ww_cursor *cursor, enum ww_cursor_head head, int64_t time_ns)
{
	cursor->head = time_ns < cursor->key.time_ns ? WW_HEAD_BACK : head;
	if (cursor->head != WW_HEAD_BACK)
		cursor->key.time_ns = time_ns;
}

/* False when the packet is over, or as good as. */
static bool find_event(struct ww_cursor *cursor)
{
	uint64_t id = 0;

	if (cursor->event_bits == cursor->source.content_bits) {
		leave_packet(cursor);
		return false;
	}
	if (!read_header(cursor, &id)) {
		tell_damage(cursor, g_strdup("no whole event begins there"));
		return false;
	}
	cursor->program = id < cursor->stream->n_programs ? cursor->stream->programs[id] : NULL;
	if (!cursor->program) {
		tell_damage(cursor,
			    g_strdup_printf("no event of the trace has the number %" PRIu64, id));
		return false;
	}
	set_time(cursor, WW_HEAD_EVENT, ns_of(cursor, cursor->clock, cursor->key.time_ns));
	return true;
}

static void tell_end(struct ww_cursor *cursor)
{
	cursor->head = WW_HEAD_END;
	if (cursor->n_gaps <= MAX_GAPS)
		return;
	cursor->gap =
		g_strdup_printf("stream '%s/%s' is damaged in %u more packets", cursor->directory,
				file_of(cursor)->name, cursor->n_gaps - MAX_GAPS);
	cursor->n_gaps = 0;
	cursor->head = WW_HEAD_GAP;
}

/* The first packet of a file says of which stream it is, and the others must agree. */
static bool is_of_stream(const struct ww_cursor *cursor, const struct ww_packet *packet)
{
	const struct ww_bits bits = cursor->trace->stream_id;

	return bits.offset_bits == WW_PLACE_NONE ||
	       ww_bits_load(cursor->buffer, cursor->buffer + packet->n_bytes, bits.offset_bits,
			    bits.n_bits) == cursor->stream->id;
}

/* False: time goes back with it. A packet that cannot be read any more is a gap. */
static bool begin_packet(struct ww_cursor *cursor, const struct ww_packet *packet)
{
	cursor->offset_bytes = packet->offset_bytes;
	cursor->event_bits = 0;
	cursor->n_bytes_done += packet->n_bytes;
	if (!read_packet(cursor, packet)) {
		tell_damage(cursor, g_strdup("a packet that was there cannot be read any more"));
		return true;
	}
	if (!is_of_stream(cursor, packet)) {
		tell_damage(cursor, g_strdup("a packet of another stream lies there"));
		return true;
	}
	enter_packet(cursor, packet);
	return ns_of(cursor, cursor->clock, cursor->key.time_ns) >= cursor->key.time_ns;
}

static void find_head(struct ww_cursor *cursor)
{
	const struct ww_packet *packet;

	for (;;) {
		if (cursor->gap) {
			cursor->head = WW_HEAD_GAP;
			return;
		}
		if (cursor->n_told_out < cursor->n_told) {
			/* LTTng before 2.11 had events behind the end of their packet. */
			set_time(
				cursor, WW_HEAD_LOST,
				MAX(cursor->key.time_ns, cursor->told[cursor->n_told_out].time_ns));
			return;
		}
		if (cursor->source.bytes) {
			if (find_event(cursor))
				return;
		} else if (next_packet(cursor, &packet)) {
			if (!begin_packet(cursor, packet)) {
				cursor->head = WW_HEAD_BACK;
				return;
			}
		} else {
			tell_end(cursor);
			return;
		}
	}
}

static void take_gap(struct ww_cursor *cursor, struct ww_event *event)
{
	ww_event_init(event, WW_EVENT_GAP);
	event->time_ns = cursor->key.time_ns;
	event->source = !cursor->trace->env.is_kernel;
	event->text = cursor->gap;
	g_ptr_array_add(cursor->sentences, g_steal_pointer(&cursor->gap));
}

static bool take_event(struct ww_cursor *cursor, struct ww_texts *texts, struct ww_event *event)
{
	const struct ww_program *program = cursor->program;
	const uint64_t n_direct = 8 * (uint64_t)program->direct_bytes;

	if (program->direct && n_direct <= cursor->source.content_bits - cursor->event_bits) {
		program->direct(cursor->source.bytes + cursor->event_bits / 8, cursor->cpu, event);
		cursor->event_bits += n_direct;
	} else if (ww_program_run(program, &cursor->trace->env, &cursor->source, &cursor->at_bits,
				  texts, event)) {
		cursor->event_bits = cursor->at_bits;
	} else {
		tell_damage(cursor, g_strdup("the event does not end inside of its packet"));
		return false;
	}
	event->time_ns = cursor->key.time_ns;
	return true;
}

bool ww_cursor_take(struct ww_cursor *cursor, struct ww_texts *texts, struct ww_event *event)
{
	bool is_taken = true;

	if (G_LIKELY(cursor->head == WW_HEAD_EVENT)) {
		is_taken = take_event(cursor, texts, event);
	} else if (cursor->head == WW_HEAD_LOST) {
		*event = cursor->told[cursor->n_told_out++];
		event->time_ns = cursor->key.time_ns;
	} else {
		take_gap(cursor, event);
	}
	find_head(cursor);
	return is_taken;
}

static void free_file(gpointer file)
{
	ww_stream_file_free(file);
}

struct ww_cursor *ww_cursor_new(const struct ww_layout *trace,
				const struct ww_stream_layout *stream, const char *directory,
				GPtrArray *files)
{
	struct ww_cursor *cursor = g_new0(struct ww_cursor, 1);

	cursor->trace = trace;
	cursor->stream = stream;
	cursor->directory = directory;
	cursor->files = files;
	g_ptr_array_set_free_func(files, free_file);
	cursor->cpu = cursor->lost_cpu = WW_CPU_UNKNOWN;
	cursor->key.time_ns = -TIME_LIMIT_NS;
	cursor->sentences = g_ptr_array_new_with_free_func(g_free);
	cursor->fd = -1;
	find_head(cursor);
	return cursor;
}

void ww_cursor_free(struct ww_cursor *cursor)
{
	if (!cursor)
		return;
	close_file(cursor);
	g_free(cursor->buffer);
	g_ptr_array_unref(cursor->files);
	g_ptr_array_unref(cursor->sentences);
	g_free(cursor->gap);
	g_free(cursor);
}
