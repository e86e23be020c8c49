// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/manifest.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"

/* Members that are one value of the struct: written and read by the same rows. */
enum member_kind {
	MEMBER_TEXT,
	MEMBER_INT32,
	MEMBER_UINT32,
	MEMBER_INT64,
	MEMBER_UINT64,
};

struct member {
	const char *name;
	enum member_kind kind;
	size_t offset;
};

#define MEMBER(kind, name)                                                                         \
	{                                                                                          \
#name, MEMBER_##kind, offsetof(struct ww_manifest, name)                           \
	}
static const struct member members[] = {
	MEMBER(TEXT, recorder),        MEMBER(TEXT, name),
	MEMBER(TEXT, hostname),        MEMBER(TEXT, kernel_release),
	MEMBER(TEXT, machine),         MEMBER(UINT32, n_cpus),
	MEMBER(TEXT, boot_id),         MEMBER(INT64, clock_offset_ns),
	MEMBER(INT64, begin_ns),       MEMBER(INT64, end_ns),
	MEMBER(INT64, base_slice_ns),  MEMBER(UINT64, n_kernel_events),
	MEMBER(UINT64, n_kernel_lost), MEMBER(UINT64, n_user_lost),
	MEMBER(INT32, exit_status),
};

/* Those of a snapshot. */
static const struct member ring_members[] = {
	MEMBER(TEXT, ring),           MEMBER(UINT32, snapshot_number),
	MEMBER(TEXT, snapshot_cause), MEMBER(INT64, snapshot_value),
	MEMBER(INT32, snapshot_tid),  MEMBER(INT64, snapshot_at_ns),
};

static const char *const scope_names[WW_SCOPE_N] = {
	[WW_SCOPE_COMMAND] = "command",
	[WW_SCOPE_PIDS] = "pids",
	[WW_SCOPE_ALL] = "all",
};

#define ACCOUNT(end)                                                                               \
	{ #end "_before_ns", MEMBER_INT64, offsetof(struct ww_schedstat, end.before_ns) },         \
		{ #end "_after_ns", MEMBER_INT64, offsetof(struct ww_schedstat, end.after_ns) },   \
		{ #end "_run_ns", MEMBER_INT64, offsetof(struct ww_schedstat, end.run_ns) },       \
		{ #end "_run_delay_ns", MEMBER_INT64,                                              \
		  offsetof(struct ww_schedstat, end.run_delay_ns) },                               \
		{ #end "_voluntary", MEMBER_INT64,                                                 \
		  offsetof(struct ww_schedstat, end.n_voluntary) },                                \
	{                                                                                          \
#end "_involuntary", MEMBER_INT64,                                                 \
			offsetof(struct ww_schedstat, end.n_involuntary)                           \
	}
static const struct member schedstat_members[] = {
	{ "tid", MEMBER_INT32, offsetof(struct ww_schedstat, tid) },
	{ "cgroup", MEMBER_UINT64, offsetof(struct ww_schedstat, cgroup) },
	ACCOUNT(begin),
	ACCOUNT(end),
};

#define CGROUP_ACCOUNT(end)                                                                        \
	{ #end "_at_ns", MEMBER_INT64, offsetof(struct ww_cgroup, end.at_ns) },                    \
		{ #end "_usage_us", MEMBER_INT64, offsetof(struct ww_cgroup, end.usage_us) },      \
		{ #end "_periods", MEMBER_INT64, offsetof(struct ww_cgroup, end.n_periods) },      \
		{ #end "_throttled", MEMBER_INT64, offsetof(struct ww_cgroup, end.n_throttled) },  \
	{                                                                                          \
#end "_throttled_us", MEMBER_INT64, offsetof(struct ww_cgroup, end.throttled_us)   \
	}
static const struct member cgroup_members[] = {
	{ "id", MEMBER_UINT64, offsetof(struct ww_cgroup, id) },
	{ "parent", MEMBER_UINT64, offsetof(struct ww_cgroup, parent) },
	{ "version", MEMBER_INT32, offsetof(struct ww_cgroup, version) },
	{ "path", MEMBER_TEXT, offsetof(struct ww_cgroup, path) },
	{ "quota_us", MEMBER_INT64, offsetof(struct ww_cgroup, quota_us) },
	{ "period_us", MEMBER_INT64, offsetof(struct ww_cgroup, period_us) },
	{ "weight", MEMBER_INT64, offsetof(struct ww_cgroup, weight) },
	CGROUP_ACCOUNT(begin),
	CGROUP_ACCOUNT(end),
};

static const struct member disk_members[] = {
	{ "device", MEMBER_UINT32, offsetof(struct ww_disk, device) },
	{ "name", MEMBER_TEXT, offsetof(struct ww_disk, name) },
};

struct ww_schedstat ww_schedstat_unknown(int32_t tid)
{
	const struct ww_account unread = { .n_voluntary = -1, .n_involuntary = -1 };

	return (struct ww_schedstat){ .tid = tid, .begin = unread, .end = unread };
}

struct ww_cgroup ww_cgroup_unknown(void)
{
	const struct ww_cgroup_account unread = {
		.usage_us = -1, .n_periods = -1, .n_throttled = -1, .throttled_us = -1
	};

	return (struct ww_cgroup){
		.quota_us = -1, .period_us = -1, .weight = -1, .begin = unread, .end = unread
	};
}

const struct ww_cgroup *ww_manifest_cgroup(const struct ww_manifest *manifest, uint64_t id)
{
	for (guint i = 0; manifest && id != 0 && i < manifest->cgroups->len; i++) {
		const struct ww_cgroup *cgroup =
			&g_array_index(manifest->cgroups, struct ww_cgroup, i);

		if (cgroup->id == id)
			return cgroup;
	}
	return NULL;
}

static void cgroup_clear(void *data)
{
	g_free(((struct ww_cgroup *)data)->path);
}

static void disk_clear(void *data)
{
	g_free(((struct ww_disk *)data)->name);
}

static void missing_free(void *data)
{
	struct ww_missing *missing = data;

	g_free(missing->what);
	g_free(missing->why);
	g_free(missing->grant);
	g_free(missing);
}

struct ww_manifest *ww_manifest_new(void)
{
	struct ww_manifest *manifest = g_new0(struct ww_manifest, 1);

	manifest->root_pids = g_array_new(false, false, sizeof(int32_t));
	manifest->recorder_pids = g_array_new(false, false, sizeof(int32_t));
	manifest->schedstats = g_array_new(false, false, sizeof(struct ww_schedstat));
	manifest->cgroups = g_array_new(false, false, sizeof(struct ww_cgroup));
	g_array_set_clear_func(manifest->cgroups, cgroup_clear);
	manifest->disks = g_array_new(false, false, sizeof(struct ww_disk));
	g_array_set_clear_func(manifest->disks, disk_clear);
	manifest->missing = g_ptr_array_new_with_free_func(missing_free);
	manifest->tags = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	manifest->exit_status = -1;
	return manifest;
}

void ww_manifest_free(struct ww_manifest *manifest)
{
	if (!manifest)
		return;
	g_free(manifest->recorder);
	g_free(manifest->name);
	g_strfreev(manifest->command);
	g_array_unref(manifest->root_pids);
	g_array_unref(manifest->recorder_pids);
	g_free(manifest->hostname);
	g_free(manifest->kernel_release);
	g_free(manifest->machine);
	g_free(manifest->boot_id);
	g_strfreev(manifest->recorded);
	g_ptr_array_unref(manifest->missing);
	g_hash_table_unref(manifest->tags);
	g_array_unref(manifest->schedstats);
	g_array_unref(manifest->cgroups);
	g_array_unref(manifest->disks);
	g_free(manifest->ring);
	g_free(manifest->snapshot_cause);
	g_free(manifest);
}

void ww_manifest_add_missing(struct ww_manifest *manifest, const char *what, const char *why,
			     const char *grant)
{
	struct ww_missing *missing = g_new0(struct ww_missing, 1);

	missing->what = g_strdup(what);
	missing->why = g_strdup(why);
	missing->grant = g_strdup(grant);
	g_ptr_array_add(manifest->missing, missing);
}

static void write_member(JsonBuilder *builder, const struct member *member, const void *object)
{
	const char *value = (const char *)object + member->offset;

	json_builder_set_member_name(builder, member->name);
	switch (member->kind) {
	case MEMBER_TEXT:
		json_builder_add_string_value(builder, *(char *const *)value);
		break;
	case MEMBER_INT32:
		json_builder_add_int_value(builder, *(const int32_t *)value);
		break;
	case MEMBER_UINT32:
		json_builder_add_int_value(builder, *(const uint32_t *)value);
		break;
	case MEMBER_INT64:
		json_builder_add_int_value(builder, *(const int64_t *)value);
		break;
	case MEMBER_UINT64:
		json_builder_add_int_value(builder, (int64_t) * (const uint64_t *)value);
		break;
	}
}

static void write_strings(JsonBuilder *builder, const char *name, char *const *strings)
{
	json_builder_set_member_name(builder, name);
	json_builder_begin_array(builder);
	for (char *const *string = strings; string && *string; string++)
		json_builder_add_string_value(builder, *string);
	json_builder_end_array(builder);
}

static void write_pids(JsonBuilder *builder, const char *name, const GArray *pids)
{
	json_builder_set_member_name(builder, name);
	json_builder_begin_array(builder);
	for (guint i = 0; i < pids->len; i++)
		json_builder_add_int_value(builder, g_array_index(pids, int32_t, i));
	json_builder_end_array(builder);
}

static void write_missing(JsonBuilder *builder, const GPtrArray *all)
{
	json_builder_set_member_name(builder, "missing");
	json_builder_begin_array(builder);
	for (guint i = 0; i < all->len; i++) {
		const struct ww_missing *missing = all->pdata[i];

		json_builder_begin_object(builder);
		json_builder_set_member_name(builder, "what");
		json_builder_add_string_value(builder, missing->what);
		json_builder_set_member_name(builder, "why");
		json_builder_add_string_value(builder, missing->why);
		json_builder_set_member_name(builder, "grant");
		json_builder_add_string_value(builder, missing->grant);
		json_builder_end_object(builder);
	}
	json_builder_end_array(builder);
}

static void write_tags(JsonBuilder *builder, GHashTable *tags)
{
	g_autoptr(GList) keys = g_list_sort(g_hash_table_get_keys(tags), (GCompareFunc)strcmp);

	json_builder_set_member_name(builder, "tags");
	json_builder_begin_object(builder);
	for (const GList *key = keys; key; key = key->next) {
		json_builder_set_member_name(builder, key->data);
		json_builder_add_string_value(builder, g_hash_table_lookup(tags, key->data));
	}
	json_builder_end_object(builder);
}

/* The elements of an array of structs, by their members. */
static void write_rows(JsonBuilder *builder, const char *name, GArray *rows,
		       const struct member *row_members, size_t n_members)
{
	json_builder_set_member_name(builder, name);
	json_builder_begin_array(builder);
	for (guint i = 0; i < rows->len; i++) {
		json_builder_begin_object(builder);
		for (size_t m = 0; m < n_members; m++)
			write_member(builder, &row_members[m],
				     rows->data + i * g_array_get_element_size(rows));
		json_builder_end_object(builder);
	}
	json_builder_end_array(builder);
}

static JsonNode *manifest_to_json(const struct ww_manifest *manifest)
{
	g_autoptr(JsonBuilder) builder = json_builder_new();

	json_builder_begin_object(builder);
	json_builder_set_member_name(builder, "format");
	json_builder_add_string_value(builder, WW_MANIFEST_FORMAT);
	for (size_t i = 0; i < G_N_ELEMENTS(members); i++)
		write_member(builder, &members[i], manifest);
	for (size_t i = 0; manifest->ring && i < G_N_ELEMENTS(ring_members); i++)
		write_member(builder, &ring_members[i], manifest);
	write_strings(builder, "command", manifest->command);
	json_builder_set_member_name(builder, "scope");
	json_builder_add_string_value(builder, scope_names[manifest->scope]);
	write_pids(builder, "root_pids", manifest->root_pids);
	write_pids(builder, "recorder_pids", manifest->recorder_pids);
	write_strings(builder, "recorded", manifest->recorded);
	write_missing(builder, manifest->missing);
	write_tags(builder, manifest->tags);
	write_rows(builder, "schedstats", manifest->schedstats, schedstat_members,
		   G_N_ELEMENTS(schedstat_members));
	write_rows(builder, "cgroups", manifest->cgroups, cgroup_members,
		   G_N_ELEMENTS(cgroup_members));
	write_rows(builder, "disks", manifest->disks, disk_members, G_N_ELEMENTS(disk_members));
	json_builder_end_object(builder);
	return json_builder_get_root(builder);
}

bool ww_manifest_save(const struct ww_manifest *manifest, const char *directory, GError **error)
{
	g_autofree char *path = g_build_filename(directory, WW_MANIFEST_FILE, NULL);
	g_autoptr(JsonNode) root = manifest_to_json(manifest);
	g_autofree char *text = json_to_string(root, true);

	return ww_file_replace(path, text, strlen(text), error);
}

/* json-glib warns on a wrong type; a file somebody edited must not print warnings, so types are
 * looked at first. */
static JsonNode *typed_member(JsonObject *object, const char *name, JsonNodeType type)
{
	JsonNode *node = json_object_get_member(object, name);

	return node && JSON_NODE_TYPE(node) == type ? node : NULL;
}

static const char *string_of(JsonObject *object, const char *name)
{
	JsonNode *node = typed_member(object, name, JSON_NODE_VALUE);

	return node && json_node_get_value_type(node) == G_TYPE_STRING ? json_node_get_string(node)
								       : NULL;
}

static void read_member(JsonObject *object, const struct member *member, void *into)
{
	char *value = (char *)into + member->offset;
	JsonNode *node = typed_member(object, member->name, JSON_NODE_VALUE);

	if (member->kind == MEMBER_TEXT) {
		*(char **)value = g_strdup(string_of(object, member->name));
		return;
	}
	if (!node || json_node_get_value_type(node) != G_TYPE_INT64)
		return;
	switch (member->kind) {
	case MEMBER_INT32:
		*(int32_t *)value = (int32_t)json_node_get_int(node);
		break;
	case MEMBER_UINT32:
		*(uint32_t *)value = (uint32_t)json_node_get_int(node);
		break;
	default:
		*(int64_t *)value = json_node_get_int(node);
		break;
	}
}

static JsonArray *array_of(JsonObject *object, const char *name)
{
	JsonNode *node = typed_member(object, name, JSON_NODE_ARRAY);

	return node ? json_node_get_array(node) : NULL;
}

static guint length_of(JsonArray *array)
{
	return array ? json_array_get_length(array) : 0;
}

static GStrv read_strings(JsonObject *object, const char *name)
{
	JsonArray *array = array_of(object, name);
	g_autoptr(GStrvBuilder) strings = g_strv_builder_new();

	if (length_of(array) == 0)
		return NULL;
	for (guint i = 0; i < length_of(array); i++) {
		JsonNode *node = json_array_get_element(array, i);

		if (JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING)
			g_strv_builder_add(strings, json_node_get_string(node));
	}
	return g_strv_builder_end(strings);
}

static void read_pids(JsonObject *object, const char *name, GArray *pids)
{
	JsonArray *array = array_of(object, name);

	for (guint i = 0; i < length_of(array); i++) {
		JsonNode *node = json_array_get_element(array, i);
		int32_t pid;

		if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_INT64)
			continue;
		pid = (int32_t)json_node_get_int(node);
		g_array_append_val(pids, pid);
	}
}

static void read_missing(JsonObject *object, struct ww_manifest *manifest)
{
	JsonArray *array = array_of(object, "missing");

	for (guint i = 0; i < length_of(array); i++) {
		JsonNode *node = json_array_get_element(array, i);
		JsonObject *row = JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;

		if (row && string_of(row, "what"))
			ww_manifest_add_missing(manifest, string_of(row, "what"),
						string_of(row, "why"), string_of(row, "grant"));
	}
}

static void read_tags(JsonObject *object, GHashTable *tags)
{
	JsonNode *node = typed_member(object, "tags", JSON_NODE_OBJECT);
	g_autoptr(GList) names = node ? json_object_get_members(json_node_get_object(node)) : NULL;

	for (const GList *name = names; name; name = name->next) {
		const char *value = string_of(json_node_get_object(node), name->data);

		if (value)
			g_hash_table_insert(tags, g_strdup(name->data), g_strdup(value));
	}
}

/* Fills @row, which holds what an absent member means; false when there is no such object. */
static bool read_row(JsonArray *array, guint i, const struct member *row_members, size_t n_members,
		     void *row)
{
	JsonNode *node = json_array_get_element(array, i);

	if (!JSON_NODE_HOLDS_OBJECT(node))
		return false;
	for (size_t m = 0; m < n_members; m++)
		read_member(json_node_get_object(node), &row_members[m], row);
	return true;
}

static void read_schedstats(JsonObject *object, GArray *schedstats)
{
	JsonArray *array = array_of(object, "schedstats");

	for (guint i = 0; i < length_of(array); i++) {
		struct ww_schedstat stat = ww_schedstat_unknown(0);

		if (read_row(array, i, schedstat_members, G_N_ELEMENTS(schedstat_members), &stat))
			g_array_append_val(schedstats, stat);
	}
}

static void read_cgroups(JsonObject *object, GArray *cgroups)
{
	JsonArray *array = array_of(object, "cgroups");

	for (guint i = 0; i < length_of(array); i++) {
		struct ww_cgroup cgroup = ww_cgroup_unknown();

		if (read_row(array, i, cgroup_members, G_N_ELEMENTS(cgroup_members), &cgroup))
			g_array_append_val(cgroups, cgroup);
	}
}

static void read_disks(JsonObject *object, GArray *disks)
{
	JsonArray *array = array_of(object, "disks");

	for (guint i = 0; i < length_of(array); i++) {
		struct ww_disk disk = { 0 };

		if (read_row(array, i, disk_members, G_N_ELEMENTS(disk_members), &disk))
			g_array_append_val(disks, disk);
	}
}

static enum ww_scope read_scope(JsonObject *object)
{
	const char *name = string_of(object, "scope");

	for (int scope = 0; scope < WW_SCOPE_N; scope++) {
		if (g_strcmp0(name, scope_names[scope]) == 0)
			return scope;
	}
	return WW_SCOPE_ALL;
}

static struct ww_manifest *manifest_from_json(JsonObject *object)
{
	struct ww_manifest *manifest = ww_manifest_new();

	for (size_t i = 0; i < G_N_ELEMENTS(members); i++)
		read_member(object, &members[i], manifest);
	for (size_t i = 0; i < G_N_ELEMENTS(ring_members); i++)
		read_member(object, &ring_members[i], manifest);
	manifest->command = read_strings(object, "command");
	manifest->scope = read_scope(object);
	read_pids(object, "root_pids", manifest->root_pids);
	read_pids(object, "recorder_pids", manifest->recorder_pids);
	manifest->recorded = read_strings(object, "recorded");
	read_missing(object, manifest);
	read_tags(object, manifest->tags);
	read_schedstats(object, manifest->schedstats);
	read_cgroups(object, manifest->cgroups);
	read_disks(object, manifest->disks);
	return manifest;
}

struct ww_manifest *ww_manifest_load(const char *directory, GError **error)
{
	g_autofree char *path = g_build_filename(directory, WW_MANIFEST_FILE, NULL);
	g_autoptr(JsonParser) parser = json_parser_new_immutable();
	g_autoptr(GError) why = NULL;
	g_autofree char *text = NULL;
	JsonNode *root;
	const char *format;
	size_t length;

	if (!g_file_get_contents(path, &text, &length, error))
		return NULL;
	if (!json_parser_load_from_data(parser, text, (gssize)length, &why))
		return ww_fail(error, WW_ERROR_DAMAGED, "'%s' is damaged: %s", path, why->message),
		       NULL;
	root = json_parser_get_root(parser);
	if (!root || !JSON_NODE_HOLDS_OBJECT(root))
		return ww_fail(error, WW_ERROR_DAMAGED, "'%s' is damaged: it holds no JSON object",
			       path),
		       NULL;
	format = string_of(json_node_get_object(root), "format");
	if (g_strcmp0(format, WW_MANIFEST_FORMAT) != 0)
		return ww_fail(error, WW_ERROR_UNSUPPORTED,
			       "'%s' has the format '%s'; this program reads '%s'", path,
			       format ? format : "none", WW_MANIFEST_FORMAT),
		       NULL;
	return manifest_from_json(json_node_get_object(root));
}
