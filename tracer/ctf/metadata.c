// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/ctf/metadata.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/wire.h"

/* The packet header and context of stream.c, which asserts the size that follows from this text. */
static const char prologue[] =
	"/* CTF 1.8 */\n"
	"\n"
	"typealias integer { size = 8; align = 8; signed = false; } := uint8_t;\n"
	"typealias integer { size = 16; align = 8; signed = false; } := uint16_t;\n"
	"typealias integer { size = 32; align = 8; signed = false; } := uint32_t;\n"
	"typealias integer { size = 64; align = 8; signed = false; } := uint64_t;\n"
	"typealias integer { size = 16; align = 8; signed = true; } := int16_t;\n"
	"typealias integer { size = 32; align = 8; signed = true; } := int32_t;\n"
	"\n";

static const char stream_types[] = "typealias integer {\n"
				   "\tsize = 64; align = 8; signed = false;\n"
				   "\tmap = clock.monotonic.value;\n"
				   "} := uint64_clock_t;\n"
				   "\n"
				   "struct packet_context {\n"
				   "\tuint64_clock_t timestamp_begin;\n"
				   "\tuint64_clock_t timestamp_end;\n"
				   "\tuint64_t content_size;\n"
				   "\tuint64_t packet_size;\n"
				   "\tuint64_t packet_seq_num;\n"
				   "\tuint64_t events_discarded;\n"
				   "\tuint32_t cpu_id; /* 2^32-1 in the snapshot */\n"
				   "\tuint32_t reserved;\n"
				   "};\n"
				   "\n"
				   "struct event_header {\n"
				   "\tuint64_clock_t timestamp;\n"
				   "\tuint8_t id;\n"
				   "};\n"
				   "\n";

/* Numbers that have names; a field is known by its own. */
static const struct labels {
	const char *field;
	const char *const *names;
} field_labels[] = {
#define STATES                                                                                     \
	(const char *const[])                                                                      \
	{                                                                                          \
		"running", "sleeping", "disk_sleep", "stopped", "traced", "dead", "zombie",        \
			"parked", "idle", "unknown", NULL                                          \
	}
	{ "prev_state", STATES },
	{ "state", STATES },
	{ "left", (const char *const[]){ "blocked", "preempted", "ended", NULL } },
	{ "context",
	  (const char *const[]){ "task", "softirq", "hardirq", "hrtimer", "ipi", NULL } },
};

void ww_ctf_uuid_random(uint8_t uuid[static WW_CTF_UUID_BYTES])
{
	for (size_t i = 0; i < WW_CTF_UUID_BYTES; i++)
		uuid[i] = (uint8_t)g_random_int_range(0, 256);
	uuid[6] = (uuid[6] & 0x0f) | 0x40;
	uuid[8] = (uuid[8] & 0x3f) | 0x80;
}

static void append_uuid(GString *text, const uint8_t uuid[static WW_CTF_UUID_BYTES])
{
	for (size_t i = 0; i < WW_CTF_UUID_BYTES; i++)
		g_string_append_printf(text, "%s%02x",
				       i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", uuid[i]);
}

static void append_env(GString *text, const char *name, const char *value)
{
	g_autofree char *escaped = g_strescape(value, NULL);

	g_string_append_printf(text, "\t%s = \"%s\";\n", name, escaped);
}

static void append_version(GString *text)
{
	unsigned int major = 0, minor = 0, patch = 0;

	sscanf(WW_VERSION, "%u.%u.%u", &major, &minor, &patch);
	g_string_append_printf(
		text, "\ttracer_major = %u;\n\ttracer_minor = %u;\n\ttracer_patchlevel = %u;\n",
		major, minor, patch);
}

static void append_trace(GString *text, const struct ww_ctf_description *description)
{
	g_string_append(text, "trace {\n\tmajor = 1;\n\tminor = 8;\n\tuuid = \"");
	append_uuid(text, description->uuid);
	g_string_append(
		text,
		"\";\n\tbyte_order = le;\n\tpacket.header := struct {\n"
		"\t\tuint32_t magic;\n\t\tuint8_t uuid[16];\n\t\tuint32_t stream_id;\n\t};\n};\n\nenv {\n");
	append_env(text, "hostname", description->hostname);
	append_env(text, "domain", "kernel");
	append_env(text, "sysname", "Linux");
	append_env(text, "kernel_release", description->kernel_release);
	append_env(text, "kernel_version", description->kernel_version);
	append_env(text, "architecture_name", description->machine);
	append_env(text, "tracer_name", "whywait");
	append_version(text);
	g_string_append_printf(text,
			       "};\n\nclock {\n\tname = \"monotonic\";\n\tuuid = \"%s\";\n"
			       "\tdescription = \"CLOCK_MONOTONIC\";\n\tfreq = 1000000000;\n"
			       "\toffset = %" G_GINT64_FORMAT ";\n\tabsolute = TRUE;\n};\n\n",
			       description->boot_id, description->clock_offset_ns);
}

static const char *const *labels_of(const struct ww_wire_field *field)
{
	for (size_t i = 0; i < G_N_ELEMENTS(field_labels); i++) {
		if (strcmp(field->name, field_labels[i].field) == 0)
			return field_labels[i].names;
	}
	return NULL;
}

static void append_integer(GString *text, const struct ww_wire_field *field)
{
	const char *const *labels = labels_of(field);

	g_string_append(text, labels ? "\t\tenum : " : "\t\t");
	g_string_append_printf(text, "integer { size = %u; align = %d; signed = %s; }", field->size,
			       field->kind == WW_WIRE_FIELD_BITS ? 1 : 8,
			       field->is_signed ? "true" : "false");
	for (unsigned int i = 0; labels && labels[i]; i++)
		g_string_append_printf(text, "%s%s = %u", i ? ", " : " { ", labels[i], i);
	g_string_append_printf(text, "%s _%s;\n", labels ? " }" : "", field->name);
}

static void append_field(GString *text, const struct ww_wire_field *field)
{
	g_string_append_printf(text, "\t\t/* %s */\n", field->doc);
	if (field->kind == WW_WIRE_FIELD_TEXT)
		g_string_append_printf(
			text,
			"\t\tinteger { size = 8; align = 8; signed = false; encoding = UTF8; } _%s[%u];\n",
			field->name, field->size);
	else
		append_integer(text, field);
}

static void append_event(GString *text, unsigned int id, enum ww_ctf_class class)
{
	const struct ww_wire_record *record = &ww_wire_records[id];

	g_string_append_printf(
		text,
		"/* %s */\nevent {\n\tname = \"%s\";\n\tid = %u;\n\tstream_id = %d;\n\tfields := struct {\n",
		record->doc, record->name, id, class);
	for (unsigned int i = 0; i < record->n_fields; i++)
		append_field(text, &record->fields[i]);
	g_string_append(text, "\t};\n};\n\n");
}

static void append_record(GString *text, unsigned int id)
{
	if (ww_wire_records[id].streams & WW_WIRE_STREAMS_CPU)
		append_event(text, id, WW_CTF_CLASS_CPU);
	if (ww_wire_records[id].streams & WW_WIRE_STREAMS_ASIDE)
		append_event(text, id, WW_CTF_CLASS_SNAPSHOT);
}

char *ww_ctf_metadata_text(const struct ww_ctf_description *description)
{
	GString *text = g_string_new(prologue);

	append_trace(text, description);
	g_string_append(text, stream_types);
	for (unsigned int stream = 0; stream < WW_CTF_CLASS_N; stream++)
		g_string_append_printf(
			text,
			"stream {\n\tid = %u;\n\tevent.header := struct event_header;\n"
			"\tpacket.context := struct packet_context;\n};\n\n",
			stream);
	for (unsigned int id = 0; id < WW_WIRE_ID_N; id++)
		append_record(text, id);
	return g_string_free(text, FALSE);
}

bool ww_ctf_metadata_write(const struct ww_ctf_description *description, const char *directory,
			   GError **error)
{
	g_autofree char *text = ww_ctf_metadata_text(description);
	g_autofree char *path = g_build_filename(directory, "metadata", NULL);

	return ww_file_replace(path, text, strlen(text), error);
}
