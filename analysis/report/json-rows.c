// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/report/json-rows.h"

#include <errno.h>

#include "base/error.h"

#define REPORT_SCHEMA "whywait-report/1"

struct ww_json_rows {
	FILE *out;
	JsonBuilder *builder;
	size_t n_rows;
};

void ww_json_int(JsonBuilder *json, const char *name, int64_t value)
{
	json_builder_set_member_name(json, name);
	json_builder_add_int_value(json, value);
}

void ww_json_known_int(JsonBuilder *json, const char *name, int64_t value, bool is_known)
{
	json_builder_set_member_name(json, name);
	if (is_known)
		json_builder_add_int_value(json, value);
	else
		json_builder_add_null_value(json);
}

static void add_text(JsonBuilder *json, const char *text)
{
	g_autofree char *valid = text ? g_utf8_make_valid(text, -1) : NULL;

	if (valid)
		json_builder_add_string_value(json, valid);
	else
		json_builder_add_null_value(json);
}

void ww_json_text(JsonBuilder *json, const char *name, const char *text)
{
	json_builder_set_member_name(json, name);
	add_text(json, text);
}

void ww_json_address(JsonBuilder *json, const char *name, uint64_t address)
{
	g_autofree char *text = g_strdup_printf("0x%" G_GINT64_MODIFIER "x", address);

	ww_json_text(json, name, address == 0 ? NULL : text);
}

void ww_json_thread_value(JsonBuilder *json, const struct ww_trace *trace, uint32_t utid)
{
	const struct ww_thread *thread;
	const struct ww_process *process;

	if (utid >= ww_trace_info(trace)->n_threads) {
		json_builder_add_null_value(json);
		return;
	}
	thread = ww_trace_thread(trace, utid);
	process = ww_trace_process(trace, thread->upid);
	json_builder_begin_object(json);
	ww_json_int(json, "utid", utid);
	ww_json_int(json, "tid", thread->tid);
	ww_json_known_int(json, "pid", process->pid, process->pid >= 0);
	ww_json_text(json, "name", thread->name && *thread->name ? thread->name : NULL);
	ww_json_text(json, "process", process->name && *process->name ? process->name : NULL);
	json_builder_end_object(json);
}

void ww_json_thread(JsonBuilder *json, const char *name, const struct ww_trace *trace,
		    uint32_t utid)
{
	json_builder_set_member_name(json, name);
	ww_json_thread_value(json, trace, utid);
}

void ww_json_process(JsonBuilder *json, const char *name, const struct ww_trace *trace,
		     uint32_t upid)
{
	const struct ww_process *process;

	json_builder_set_member_name(json, name);
	if (upid >= ww_trace_info(trace)->n_processes) {
		json_builder_add_null_value(json);
		return;
	}
	process = ww_trace_process(trace, upid);
	json_builder_begin_object(json);
	ww_json_int(json, "upid", upid);
	ww_json_known_int(json, "pid", process->pid, process->pid >= 0);
	ww_json_text(json, "name", process->name && *process->name ? process->name : NULL);
	json_builder_end_object(json);
}

void ww_json_object(JsonBuilder *json, const char *name, const struct ww_wait_object *object)
{
	json_builder_set_member_name(json, name);
	if (!object->is_known) {
		json_builder_add_null_value(json);
		return;
	}
	json_builder_begin_object(json);
	ww_json_text(json, "kind", object->kind);
	ww_json_address(json, "address", object->address);
	ww_json_text(json, "symbol", object->symbol);
	ww_json_text(json, "site", object->site);
	ww_json_known_int(json, "fd", object->fd, object->fd >= 0);
	ww_json_text(json, "path", object->path);
	ww_json_text(json, "device", object->device);
	ww_json_text(json, "peer", object->peer);
	json_builder_end_object(json);
}

void ww_json_reasons(JsonBuilder *json, const int64_t reason_ns[WW_REASON_N])
{
	json_builder_set_member_name(json, "blocked_by");
	json_builder_begin_object(json);
	for (int reason = 0; reason < WW_REASON_N; reason++) {
		if (reason_ns[reason] > 0)
			ww_json_int(json, ww_reason_name(reason), reason_ns[reason]);
	}
	json_builder_end_object(json);
}

static void add_tags(JsonBuilder *json, const struct ww_manifest *manifest)
{
	GHashTableIter iter;
	void *key, *value;

	json_builder_set_member_name(json, "tags");
	json_builder_begin_object(json);
	if (manifest && manifest->tags) {
		g_hash_table_iter_init(&iter, manifest->tags);
		while (g_hash_table_iter_next(&iter, &key, &value))
			ww_json_text(json, key, value);
	}
	json_builder_end_object(json);
}

static JsonNode *trace_node(const struct ww_trace *trace)
{
	const struct ww_trace_info *info = ww_trace_info(trace);
	g_autoptr(JsonBuilder) json = json_builder_new();

	json_builder_begin_object(json);
	ww_json_text(json, "path", info->path);
	ww_json_int(json, "origin_unix_ns", info->origin_unix_ns);
	ww_json_int(json, "duration_ns", info->duration_ns);
	ww_json_int(json, "cpus", info->n_cpus);
	ww_json_int(json, "threads", info->n_threads);
	ww_json_int(json, "processes", info->n_processes);
	ww_json_int(json, "events", (int64_t)info->n_events);
	ww_json_int(json, "lost_events", (int64_t)info->n_lost);
	json_builder_set_member_name(json, "sources");
	json_builder_begin_array(json);
	if (info->has_kernel)
		json_builder_add_string_value(json, "kernel");
	if (info->has_user)
		json_builder_add_string_value(json, "ust");
	json_builder_end_array(json);
	json_builder_set_member_name(json, "kernel_complete");
	json_builder_add_boolean_value(json, info->is_kernel_complete);
	json_builder_set_member_name(json, "missing");
	json_builder_begin_array(json);
	for (const char *const *missing = info->missing; missing && *missing; missing++)
		add_text(json, *missing);
	json_builder_end_array(json);
	add_tags(json, info->manifest);
	json_builder_end_object(json);
	return json_builder_get_root(json);
}

struct ww_json_rows *ww_json_rows_begin(FILE *out, const struct ww_trace *trace, const char *view)
{
	struct ww_json_rows *rows = g_new0(struct ww_json_rows, 1);
	g_autoptr(JsonNode) node = trace_node(trace);
	g_autofree char *text = json_to_string(node, false);

	rows->out = out;
	rows->builder = json_builder_new();
	fprintf(out,
		"{\"schema\":\"" REPORT_SCHEMA "\",\"view\":\"%s\",\n\"trace\":%s,\n\"rows\":[",
		view, text);
	return rows;
}

JsonBuilder *ww_json_rows_builder(struct ww_json_rows *rows)
{
	json_builder_reset(rows->builder);
	return rows->builder;
}

void ww_json_rows_add(struct ww_json_rows *rows)
{
	g_autoptr(JsonNode) node = json_builder_get_root(rows->builder);
	g_autofree char *text = json_to_string(node, false);

	fprintf(rows->out, "%s\n%s", rows->n_rows++ > 0 ? "," : "", text);
}

bool ww_json_rows_end(struct ww_json_rows *rows, GError **error)
{
	FILE *out = rows->out;

	fputs("\n]}\n", out);
	g_object_unref(rows->builder);
	g_free(rows);
	if (fflush(out) != 0 || ferror(out))
		return ww_fail(error, WW_ERROR_FAILED, "cannot write the report: %s",
			       g_strerror(errno));
	return true;
}
