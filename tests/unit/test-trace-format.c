// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * docs/trace-format.md holds the record table of base/wire.h word for word. What it should say is
 * printed by
 *
 *     build/tests/unit/test-trace-format --print
 */
#include <stdio.h>
#include <string.h>

#include "base/manifest.h"
#include "base/wire.h"

static char *type_text(const struct ww_wire_field *field)
{
	switch (field->kind) {
	case WW_WIRE_FIELD_BITS:
		return g_strdup_printf("%u bits", field->size);
	case WW_WIRE_FIELD_TEXT:
		return g_strdup_printf("%u bytes", field->size);
	case WW_WIRE_FIELD_INT:
		break;
	}
	return g_strdup_printf("%sint%u", field->is_signed ? "" : "u", field->size);
}

static char *record_text(unsigned int id)
{
	const struct ww_wire_record *record = &ww_wire_records[id];
	GString *text = g_string_new(NULL);

	g_string_append_printf(
		text, "### %u `%s`: %s (%u bytes)\n\n| field | type | meaning |\n|---|---|---|\n",
		id, record->name, record->doc, record->size_bytes);
	for (unsigned int i = 0; i < record->n_fields; i++) {
		const struct ww_wire_field *field = &record->fields[i];
		g_autofree char *type = type_text(field);

		if (g_str_has_prefix(field->name, "reserved"))
			continue;
		g_string_append_printf(text, "| `%s` | %s | %s |\n", field->name, type, field->doc);
	}
	return g_string_free(text, false);
}

static void test_record(gconstpointer data)
{
	const struct ww_wire_record *record = data;
	g_autofree char *expected = record_text((unsigned int)(record - ww_wire_records));
	g_autofree char *page = NULL;

	g_assert_true(g_file_get_contents(WW_TRACE_FORMAT_PAGE, &page, NULL, NULL));
	if (!strstr(page, expected))
		g_test_message("missing in " WW_TRACE_FORMAT_PAGE ":\n%s", expected);
	g_assert_nonnull(strstr(page, expected));
}

static void test_manifest(void)
{
	g_autofree char *page = NULL;

	g_assert_true(g_file_get_contents(WW_TRACE_FORMAT_PAGE, &page, NULL, NULL));
	g_assert_nonnull(strstr(page, WW_MANIFEST_FILE));
	g_assert_nonnull(strstr(page, WW_MANIFEST_FORMAT));
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--print") == 0) {
		for (unsigned int id = 0; id < WW_WIRE_ID_N; id++) {
			g_autofree char *text = record_text(id);

			printf("%s\n", text);
		}
		return 0;
	}
	g_test_init(&argc, &argv, NULL);
	for (unsigned int id = 0; id < WW_WIRE_ID_N; id++) {
		g_autofree char *path =
			g_strdup_printf("/trace-format/%s", ww_wire_records[id].name);

		g_test_add_data_func(path, &ww_wire_records[id], test_record);
	}
	g_test_add_func("/trace-format/manifest", test_manifest);
	return g_test_run();
}
