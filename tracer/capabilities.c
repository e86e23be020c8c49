// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/capabilities.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define SCHEMA "whywait-doctor/1"
#define LEAST_WIDTH 40

static void capability_free(void *data)
{
	struct ww_capability *capability = data;

	g_free(capability->why);
	g_free(capability->grant);
	g_free(capability);
}

GPtrArray *ww_capabilities_new(void)
{
	return g_ptr_array_new_with_free_func(capability_free);
}

void ww_capabilities_add(GPtrArray *capabilities, const char *name, const char *adds, bool is_here,
			 char *why, char *grant)
{
	struct ww_capability *capability = g_new(struct ww_capability, 1);

	*capability = (struct ww_capability){
		.name = name, .adds = adds, .is_here = is_here, .why = why, .grant = grant
	};
	g_ptr_array_add(capabilities, capability);
}

bool ww_capabilities_are_complete(const GPtrArray *capabilities)
{
	for (guint i = 0; i < capabilities->len; i++) {
		const struct ww_capability *capability = g_ptr_array_index(capabilities, i);

		if (!capability->is_here)
			return false;
	}
	return true;
}

void ww_text_wrap(GString *to, const char *text, unsigned int width, unsigned int indent,
		  unsigned int column)
{
	g_auto(GStrv) words = g_strsplit(text, " ", -1);
	const unsigned int limit = width ? MAX(width, LEAST_WIDTH) : G_MAXUINT;

	for (GStrv word = words; *word; word++) {
		const unsigned int length = (unsigned int)g_utf8_strlen(*word, -1);

		if (word != words && column + 1 + length > limit) {
			g_string_append_printf(to, "\n%*s", (int)indent, "");
			column = indent;
		} else if (word != words) {
			g_string_append_c(to, ' ');
			column++;
		}
		g_string_append(to, *word);
		column += length;
	}
	g_string_append_c(to, '\n');
}

static int widest_name(const GPtrArray *capabilities)
{
	size_t widest = strlen("CAPABILITY");

	for (guint i = 0; i < capabilities->len; i++) {
		const struct ww_capability *capability = g_ptr_array_index(capabilities, i);

		widest = MAX(widest, strlen(capability->name));
	}
	return (int)widest;
}

static void append_row(GString *table, const struct ww_capability *capability, int name_width,
		       unsigned int width)
{
	const unsigned int indent = (unsigned int)name_width + 8;

	g_string_append_printf(table, "%-*s  %-4s  ", name_width, capability->name,
			       capability->is_here ? "yes" : "no");
	ww_text_wrap(table, capability->adds, width, indent, indent);
	if (capability->why) {
		g_string_append_printf(table, "%*s", (int)indent, "");
		ww_text_wrap(table, capability->why, width, indent, indent);
	}
	/* Whole, so that it can be copied. */
	if (capability->grant)
		g_string_append_printf(table, "%*sget it with: %s\n", (int)indent, "",
				       capability->grant);
}

char *ww_capabilities_text(const GPtrArray *capabilities, unsigned int width)
{
	const int name_width = widest_name(capabilities);
	GString *table = g_string_new(NULL);

	g_string_append_printf(table, "%-*s  %-4s  %s\n", name_width, "CAPABILITY", "HERE",
			       "WHAT IT ADDS");
	for (guint i = 0; i < capabilities->len; i++)
		append_row(table, g_ptr_array_index(capabilities, i), name_width, width);
	return g_string_free(table, FALSE);
}

static void add_text(JsonBuilder *builder, const char *name, const char *text)
{
	json_builder_set_member_name(builder, name);
	if (text)
		json_builder_add_string_value(builder, text);
	else
		json_builder_add_null_value(builder);
}

static void add_flag(JsonBuilder *builder, const char *name, bool value)
{
	json_builder_set_member_name(builder, name);
	json_builder_add_boolean_value(builder, value);
}

static void add_capability(JsonBuilder *builder, const struct ww_capability *capability)
{
	json_builder_begin_object(builder);
	add_text(builder, "name", capability->name);
	add_text(builder, "adds", capability->adds);
	add_flag(builder, "is_here", capability->is_here);
	add_text(builder, "why", capability->why);
	add_text(builder, "grant", capability->grant);
	json_builder_end_object(builder);
}

char *ww_capabilities_json(const GPtrArray *capabilities)
{
	g_autoptr(JsonBuilder) builder = json_builder_new();
	g_autoptr(JsonNode) root = NULL;

	json_builder_begin_object(builder);
	add_text(builder, "schema", SCHEMA);
	add_flag(builder, "is_complete", ww_capabilities_are_complete(capabilities));
	json_builder_set_member_name(builder, "capabilities");
	json_builder_begin_array(builder);
	for (guint i = 0; i < capabilities->len; i++)
		add_capability(builder, g_ptr_array_index(capabilities, i));
	json_builder_end_array(builder);
	json_builder_end_object(builder);
	root = json_builder_get_root(builder);
	return json_to_string(root, true);
}
