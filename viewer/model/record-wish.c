// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/record-wish.h"

#include <json-glib/json-glib.h>
#include <unistd.h>

#include "base/error.h"

#define SCHEMA "whywait-doctor/1"

/*
 * Ends the recorder when this shell's input ends: a child of pkexec belongs to root and takes no
 * signals from who asked, and whoever was killed sends none. The recorder takes the shell's place;
 * the one that waits is nobody's child, as the recorder's own are counted.
 */
#define WARDEN                                                                                     \
	"exec 3<&0 </dev/null; "                                                                   \
	"(trap '' HUP INT TERM; { read -r _ <&3; kill -TERM $$; } >/dev/null 2>&1 &); "            \
	"exec \"$@\" 3<&-"

static const char *const stacks_words[WW_RECORD_STACKS_N] = { "none", "user", "all" };

/* pkexec clears the environment; these let a program that is recorded open its window. */
static const char *const kept_variables[] = {
	"DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "LANG", "PATH", "WAYLAND_DISPLAY", "XAUTHORITY",
	"XDG_RUNTIME_DIR",
};

static void add(GPtrArray *argv, const char *word)
{
	g_ptr_array_add(argv, g_strdup(word));
}

static void add_options(GPtrArray *argv, const struct ww_record_wish *wish)
{
	add(argv, "-o");
	add(argv, wish->output);
	if (wish->duration_ns > 0) {
		add(argv, "-d");
		g_ptr_array_add(argv, g_strdup_printf("%" G_GINT64_FORMAT "ns", wish->duration_ns));
	}
	if (wish->has_all_syscalls) {
		add(argv, "--syscalls");
		add(argv, "all");
	}
	if (wish->stacks != WW_RECORD_STACKS_NONE) {
		add(argv, "--stacks");
		add(argv, stacks_words[wish->stacks]);
	}
	if (wish->scope == WW_RECORD_COMMAND && !wish->has_hooks)
		add(argv, "--no-hooks");
}

static bool parse_command(const char *line, GStrv *words, GError **error)
{
	g_autoptr(GError) why = NULL;

	if (g_shell_parse_argv(line ? line : "", NULL, words, &why))
		return true;
	if (g_error_matches(why, G_SHELL_ERROR, G_SHELL_ERROR_EMPTY_STRING))
		return ww_fail(error, WW_ERROR_USAGE, "there is no command to record");
	return ww_fail(error, WW_ERROR_USAGE,
		       "the command has a quotation mark or a backslash without its end");
}

static bool add_scope(GPtrArray *argv, const struct ww_record_wish *wish, GError **error)
{
	g_auto(GStrv) words = NULL;

	switch (wish->scope) {
	case WW_RECORD_COMMAND:
		if (!parse_command(wish->command, &words, error))
			return false;
		add(argv, "--");
		for (GStrv word = words; *word; word++)
			add(argv, *word);
		return true;
	case WW_RECORD_PROCESS:
		if (wish->pid <= 0)
			return ww_fail(error, WW_ERROR_USAGE, "no process is chosen");
		add(argv, "-p");
		g_ptr_array_add(argv, g_strdup_printf("%d", wish->pid));
		return true;
	default:
		add(argv, "-a");
		return true;
	}
}

GStrv ww_record_argv(const struct ww_record_wish *wish, const char *recorder, GError **error)
{
	g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);

	add(argv, recorder);
	add_options(argv, wish);
	if (!add_scope(argv, wish, error))
		return NULL;
	g_ptr_array_add(argv, NULL);
	return (GStrv)g_ptr_array_steal(argv, NULL);
}

char *ww_record_name(const struct ww_record_wish *wish)
{
	g_auto(GStrv) words = NULL;

	if (wish->scope == WW_RECORD_MACHINE)
		return g_strdup("machine");
	if (wish->scope == WW_RECORD_PROCESS)
		return wish->name ? g_strdup(wish->name) : g_strdup_printf("%d", wish->pid);
	if (!parse_command(wish->command, &words, NULL))
		return g_strdup("command");
	return g_path_get_basename(words[0]);
}

char *ww_record_place(const char *folder, const char *name)
{
	g_autofree char *sound = g_strdelimit(g_strdup(name), "/", '-');
	g_autofree char *leaf = g_strdup_printf("trace-of-%s", sound);
	char *place = g_build_filename(folder, leaf, NULL);

	for (int number = 2; g_file_test(place, G_FILE_TEST_EXISTS); number++) {
		g_autofree char *numbered = g_strdup_printf("%s.%d", leaf, number);

		g_free(place);
		place = g_build_filename(folder, numbered, NULL);
	}
	return place;
}

static void add_guarded(GPtrArray *all, GStrv argv)
{
	add(all, "sh");
	add(all, "-c");
	add(all, WARDEN);
	add(all, "trace-record"); /* $0 */
	for (GStrv word = argv; *word; word++)
		g_ptr_array_add(all, *word);
	g_free(argv);
	g_ptr_array_add(all, NULL);
}

GStrv ww_record_argv_guarded(GStrv argv)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(g_free);

	add_guarded(all, argv);
	return (GStrv)g_ptr_array_steal(all, NULL);
}

GStrv ww_record_argv_with_rights(GStrv argv, const char *folder)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(g_free);

	add(all, "pkexec");
	add(all, "env");
	g_ptr_array_add(all, g_strdup_printf("--chdir=%s", folder));
	for (size_t i = 0; i < G_N_ELEMENTS(kept_variables); i++) {
		const char *value = g_getenv(kept_variables[i]);

		if (value)
			g_ptr_array_add(all, g_strdup_printf("%s=%s", kept_variables[i], value));
	}
	/* What sudo says of who asked: command and trace are theirs. */
	g_ptr_array_add(all, g_strdup_printf("SUDO_UID=%u", (unsigned int)getuid()));
	g_ptr_array_add(all, g_strdup_printf("SUDO_GID=%u", (unsigned int)getgid()));
	add_guarded(all, argv);
	return (GStrv)g_ptr_array_steal(all, NULL);
}

/* Borrowed; NULL when it is no text. */
static const char *text_of(JsonObject *object, const char *member)
{
	JsonNode *node = json_object_get_member(object, member);
	const bool is_text = node && JSON_NODE_HOLDS_VALUE(node) &&
			     json_node_get_value_type(node) == G_TYPE_STRING;

	return is_text ? json_node_get_string(node) : NULL;
}

static bool is_true(JsonObject *object, const char *member)
{
	JsonNode *node = json_object_get_member(object, member);

	return node && JSON_NODE_HOLDS_VALUE(node) && json_node_get_boolean(node);
}

static void take_capability(struct ww_record_rights *rights, JsonObject *capability)
{
	const char *name = text_of(capability, "name");
	const bool is_here = is_true(capability, "is_here");

	if (g_strcmp0(name, "own threads") == 0) {
		rights->has_own = is_here;
	} else if (g_strcmp0(name, "user records") == 0) {
		rights->has_hooks = is_here;
	} else if (g_strcmp0(name, "kernel records") == 0) {
		rights->has_kernel = is_here;
		if (is_here)
			return;
		rights->why_no_kernel = g_strdup(text_of(capability, "why"));
		rights->grant = g_strdup(text_of(capability, "grant"));
	}
}

/* The list of capabilities, borrowed from @parser; NULL when it is something else. */
static JsonArray *capabilities_of(JsonParser *parser, const char *json)
{
	JsonNode *root;
	JsonNode *list;
	JsonObject *object;

	if (!json_parser_load_from_data(parser, json, -1, NULL))
		return NULL;
	root = json_parser_get_root(parser);
	if (!root || !JSON_NODE_HOLDS_OBJECT(root))
		return NULL;
	object = json_node_get_object(root);
	if (g_strcmp0(text_of(object, "schema"), SCHEMA))
		return NULL;
	list = json_object_get_member(object, "capabilities");
	return list && JSON_NODE_HOLDS_ARRAY(list) ? json_node_get_array(list) : NULL;
}

bool ww_record_rights_parse(struct ww_record_rights *rights, const char *json, GError **error)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	JsonArray *list = capabilities_of(parser, json);
	struct ww_record_rights found = { 0 };

	if (!list)
		return ww_fail(error, WW_ERROR_DAMAGED,
			       "trace-record did not say what it can record here");
	for (guint i = 0; i < json_array_get_length(list); i++) {
		JsonNode *node = json_array_get_element(list, i);

		if (JSON_NODE_HOLDS_OBJECT(node))
			take_capability(&found, json_node_get_object(node));
	}
	*rights = found;
	return true;
}

void ww_record_rights_clear(struct ww_record_rights *rights)
{
	g_clear_pointer(&rights->why_no_kernel, g_free);
	g_clear_pointer(&rights->grant, g_free);
}
