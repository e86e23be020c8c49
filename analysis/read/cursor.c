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
#define PIECE_BYTES (UINT64_C(32) << 10) /* of a file, read at once when packets are smaller */

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

void ww_run_clear(struct ww_run *run, struct ww_packet_pool *pool)
{
	ww_packet_release(pool, run->packet);
	g_free(run->said);
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
	ww_packet_bytes_release(cursor->pool, g_steal_pointer(&cursor->piece));
}

/* Only now: a trace may have more files than a process may have open. */
static bool open_file(struct ww_cursor *cursor)
{
	g_autofree char *path = g_build_filename(cursor->directory, file_of(cursor)->name, NULL);

	if (cursor->fd < 0)
		cursor->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	return cursor->fd >= 0;
}

static bool read_bytes(int fd, uint64_t offset, uint64_t n_bytes, uint8_t *to)
{
	uint64_t n_read = 0;

	while (n_read < n_bytes) {
		const ssize_t n =
			pread(fd, to + n_read, n_bytes - n_read, (off_t)(offset + n_read));

		if (n > 0)
			n_read += (uint64_t)n;
		else if (n == 0 || errno != EINTR)
			return false;
	}
	return true;
}

/* Reads @n_bytes as the piece of the file that is at hand. False: they are not there any more. */
static bool load_piece(struct ww_cursor *cursor, uint64_t offset, uint64_t n_bytes)
{
	struct ww_packet_bytes *bytes = ww_packet_bytes_take(cursor->pool, n_bytes);

	ww_packet_bytes_release(cursor->pool, g_steal_pointer(&cursor->piece));
	if (!bytes || !read_bytes(cursor->fd, offset, n_bytes, bytes->data)) {
		ww_packet_bytes_release(cursor->pool, bytes);
		return false;
	}
	cursor->piece = bytes;
	cursor->piece_offset = offset;
	cursor->n_piece_bytes = n_bytes;
	return true;
}

/* Small packets are read together: @packet and those behind it. */
static uint64_t count_together(const struct ww_cursor *cursor, const struct ww_packet *packet)
{
	const struct ww_stream_file *file = file_of(cursor);
	const uint64_t n_left = file->n_bytes - packet->offset_bytes;

	return MAX(packet->n_bytes, MIN(n_left, PIECE_BYTES));
}

/* False: it is not there as a whole any more. */
static bool load_packet(struct ww_cursor *cursor, const struct ww_packet *packet)
{
	const uint64_t end = packet->offset_bytes + packet->n_bytes;

	if (!open_file(cursor))
		return false;
	if ((!cursor->piece || packet->offset_bytes < cursor->piece_offset ||
	     end > cursor->piece_offset + cursor->n_piece_bytes) &&
	    !load_piece(cursor, packet->offset_bytes, count_together(cursor, packet)) &&
	    !load_piece(cursor, packet->offset_bytes, packet->n_bytes))
		return false;
	cursor->loaded = ww_packet_take(cursor->pool, cursor->piece);
	cursor->loaded->source.bytes =
		cursor->piece->data + (packet->offset_bytes - cursor->piece_offset);
	cursor->loaded->source.end = cursor->loaded->source.bytes + packet->n_bytes;
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

	cursor->loaded->cpu = ww_dialect_cpu(number);
	if (number < WW_CPU_UNKNOWN)
		cursor->lost_cpu = (uint16_t)number;
}

static void enter_packet(struct ww_cursor *cursor, const struct ww_packet *packet)
{
	const struct ww_stream_layout *stream = cursor->stream;

	cursor->source = (struct ww_source){
		.bytes = cursor->loaded->source.bytes,
		.end = cursor->loaded->source.end,
		.content_bits = packet->content_bits,
		.context_bits =
			ww_tsdl_align_up(cursor->trace->header_bits, stream->context_align_bits),
	};
	cursor->loaded->source = cursor->source;
	cursor->loaded->stream = stream;
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
	ww_packet_release(cursor->pool, g_steal_pointer(&cursor->loaded));
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

/* Room for one is there. */
static void put_mark(struct ww_cursor *cursor, uint64_t at_bits, uint64_t program)
{
	cursor->marks[cursor->n_marks++] = (struct ww_mark){
		.time_ns = cursor->key.time_ns,
		.at_bits = (uint32_t)at_bits,
		.program = (uint16_t)program,
	};
}

/* The one that marks of the packet at hand belong to. */
static struct ww_run *run_of_packet(struct ww_cursor *cursor)
{
	const struct ww_run run = { .packet = cursor->loaded };
	const guint n = cursor->runs->len;

	if (n > 0 && g_array_index(cursor->runs, struct ww_run, n - 1).packet == cursor->loaded)
		return &g_array_index(cursor->runs, struct ww_run, n - 1);
	ww_packet_share(cursor->loaded);
	cursor->n_run_bytes += (uint64_t)(cursor->source.end - cursor->source.bytes);
	g_array_append_val(cursor->runs, run);
	return &g_array_index(cursor->runs, struct ww_run, n);
}

static void say(struct ww_cursor *cursor, const struct ww_event *event)
{
	const struct ww_run run = { .said = g_memdup2(event, sizeof(*event)), .n_marks = 1 };

	g_array_append_val(cursor->runs, run);
	put_mark(cursor, 0, 0);
}

static void say_loss(struct ww_cursor *cursor)
{
	const struct ww_event *event = &cursor->told[cursor->n_told_out++];

	/* LTTng before 2.11 had events behind the end of their packet. */
	cursor->key.time_ns = MAX(cursor->key.time_ns, event->time_ns);
	say(cursor, event);
}

static void say_gap(struct ww_cursor *cursor)
{
	struct ww_event event;

	ww_event_init(&event, WW_EVENT_GAP);
	event.source = !cursor->trace->env.is_kernel;
	event.text = cursor->gap;
	say(cursor, &event);
	g_ptr_array_add(cursor->sentences, g_steal_pointer(&cursor->gap));
}

/* False when the packet is over, or as good as, or the stream is. */
static bool mark_event(struct ww_cursor *cursor)
{
	const struct ww_program *program;
	uint64_t id = 0, body_bits;
	int64_t time_ns;

	if (cursor->event_bits == cursor->source.content_bits)
		return leave_packet(cursor), false;
	if (!read_header(cursor, &id))
		return tell_damage(cursor, g_strdup("no whole event begins there")), false;
	program = id < cursor->stream->n_programs ? cursor->stream->programs[id] : NULL;
	if (!program)
		return tell_damage(cursor, g_strdup_printf("no event of the trace has the number "
							   "%" PRIu64,
							   id)),
		       false;
	time_ns = ns_of(cursor, cursor->clock, cursor->key.time_ns);
	if (time_ns < cursor->key.time_ns) {
		cursor->state = WW_CURSOR_BACK;
		return false;
	}
	cursor->key.time_ns = time_ns;
	body_bits = cursor->at_bits;
	if (!ww_program_skip(program, &cursor->source, &cursor->at_bits))
		return tell_damage(cursor, g_strdup("the event does not end inside of its packet")),
		       false;
	run_of_packet(cursor)->n_marks++;
	put_mark(cursor, program->direct ? cursor->event_bits : body_bits, id);
	cursor->event_bits = cursor->at_bits;
	return true;
}

/*
 * The same for records as those of base/wire.h, as long as nothing is odd about them: they say
 * their own length. Whatever is odd is left to mark_event().
 */
static void mark_own_events(struct ww_cursor *cursor)
{
	struct ww_program *const *programs = cursor->stream->programs;
	const uint64_t n_programs = cursor->stream->n_programs;
	const uint8_t *bytes = cursor->source.bytes;
	const uint64_t end = cursor->source.content_bits / 8;
	const int64_t offset_ns = cursor->trace->clock_offset_ns;
	struct ww_mark *mark = cursor->marks + cursor->n_marks;
	const struct ww_mark *const marks_end = cursor->marks + cursor->max_marks;
	uint64_t at = cursor->event_bits / 8;
	int64_t last_ns = cursor->key.time_ns;

	if (cursor->event_bits % 8 != 0 || ABS(offset_ns) > TIME_LIMIT_NS / 2)
		return;
	for (; mark < marks_end && at + WW_OWN_HEADER_BYTES <= end; mark++) {
		const uint8_t id = bytes[at + sizeof(uint64_t)];
		const struct ww_program *program = id < n_programs ? programs[id] : NULL;
		uint64_t clock;

		__builtin_prefetch(bytes + at + 512);
		memcpy(&clock, bytes + at, sizeof(clock));
		if (!program || program->own_bytes == 0 || program->own_bytes > end - at ||
		    clock > TIME_LIMIT_NS / 2 || (int64_t)clock + offset_ns < last_ns)
			break;
		last_ns = (int64_t)clock + offset_ns;
		*mark = (struct ww_mark){
			.time_ns = last_ns,
			.at_bits =
				8 * (uint32_t)at + (program->direct ? 0 : 8 * WW_OWN_HEADER_BYTES),
			.program = id,
		};
		at += program->own_bytes;
	}
	if (mark == cursor->marks + cursor->n_marks)
		return;
	cursor->key.time_ns = last_ns;
	cursor->clock = (uint64_t)(last_ns - offset_ns);
	cursor->event_bits = 8 * at;
	run_of_packet(cursor)->n_marks += (uint32_t)(mark - cursor->marks - cursor->n_marks);
	cursor->n_marks = (size_t)(mark - cursor->marks);
}

static void mark_events(struct ww_cursor *cursor)
{
	const bool is_own = cursor->stream->header.is_own;

	do {
		if (is_own)
			mark_own_events(cursor);
	} while (cursor->n_marks < cursor->max_marks && mark_event(cursor));
}

static void tell_end(struct ww_cursor *cursor)
{
	if (cursor->n_gaps > MAX_GAPS)
		cursor->gap = g_strdup_printf("stream '%s/%s' is damaged in %u more packets",
					      cursor->directory, file_of(cursor)->name,
					      cursor->n_gaps - MAX_GAPS);
	else
		cursor->state = WW_CURSOR_END;
	cursor->n_gaps = 0;
}

/* The first packet of a file says of which stream it is, and the others must agree. */
static bool is_of_stream(const struct ww_cursor *cursor)
{
	const struct ww_bits bits = cursor->trace->stream_id;
	const struct ww_source *source = &cursor->loaded->source;

	return bits.offset_bits == WW_PLACE_NONE ||
	       ww_bits_load(source->bytes, source->end, bits.offset_bits, bits.n_bits) ==
		       cursor->stream->id;
}

/* A packet that cannot be read any more is a gap. */
static void begin_packet(struct ww_cursor *cursor, const struct ww_packet *packet)
{
	cursor->offset_bytes = packet->offset_bytes;
	cursor->event_bits = 0;
	cursor->n_bytes_done += packet->n_bytes;
	if (!load_packet(cursor, packet)) {
		tell_damage(cursor, g_strdup("a packet that was there cannot be read any more"));
		return;
	}
	if (!is_of_stream(cursor)) {
		tell_damage(cursor, g_strdup("a packet of another stream lies there"));
		return;
	}
	enter_packet(cursor, packet);
	if (ns_of(cursor, cursor->clock, cursor->key.time_ns) < cursor->key.time_ns)
		cursor->state = WW_CURSOR_BACK;
}

static void fill_step(struct ww_cursor *cursor, const struct ww_packet **packet)
{
	if (cursor->gap)
		say_gap(cursor);
	else if (cursor->n_told_out < cursor->n_told)
		say_loss(cursor);
	else if (cursor->loaded)
		mark_events(cursor);
	else if (next_packet(cursor, packet))
		begin_packet(cursor, *packet);
	else
		tell_end(cursor);
}

void ww_cursor_fill(struct ww_cursor *cursor)
{
	const struct ww_packet *packet;

	while (cursor->state == WW_CURSOR_OPEN && cursor->n_marks < cursor->max_marks &&
	       (cursor->n_marks == 0 || cursor->loaded ||
		cursor->n_run_bytes < cursor->max_run_bytes))
		fill_step(cursor, &packet);
}

void ww_cursor_set_room(struct ww_cursor *cursor, size_t max_marks, uint64_t max_run_bytes)
{
	cursor->marks = g_renew(struct ww_mark, cursor->marks, max_marks);
	cursor->max_marks = max_marks;
	cursor->max_run_bytes = max_run_bytes;
}

void ww_cursor_drop_marks(struct ww_cursor *cursor, size_t n)
{
	cursor->n_marks -= n;
	memmove(cursor->marks, cursor->marks + n, cursor->n_marks * sizeof(*cursor->marks));
}

static void free_file(gpointer file)
{
	ww_stream_file_free(file);
}

struct ww_cursor *ww_cursor_new(const struct ww_layout *trace,
				const struct ww_stream_layout *stream, const char *directory,
				GPtrArray *files, struct ww_packet_pool *pool)
{
	struct ww_cursor *cursor = g_new0(struct ww_cursor, 1);

	cursor->trace = trace;
	cursor->stream = stream;
	cursor->directory = directory;
	cursor->pool = pool;
	cursor->files = files;
	g_ptr_array_set_free_func(files, free_file);
	cursor->lost_cpu = WW_CPU_UNKNOWN;
	cursor->key.time_ns = -TIME_LIMIT_NS;
	cursor->runs = g_array_new(false, false, sizeof(struct ww_run));
	cursor->sentences = g_ptr_array_new_with_free_func(g_free);
	cursor->fd = -1;
	return cursor;
}

void ww_cursor_free(struct ww_cursor *cursor)
{
	if (!cursor)
		return;
	close_file(cursor);
	for (guint i = 0; i < cursor->runs->len; i++)
		ww_run_clear(&g_array_index(cursor->runs, struct ww_run, i), cursor->pool);
	g_array_unref(cursor->runs);
	ww_packet_release(cursor->pool, cursor->loaded);
	g_free(cursor->marks);
	g_ptr_array_unref(cursor->files);
	g_ptr_array_unref(cursor->sentences);
	g_free(cursor->gap);
	g_free(cursor);
}
