// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A row of "waits": one runnable or blocked interval with its explanation.
 */
#include "analysis/report/json-rows.h"

static const char *censored_name(uint8_t flags)
{
	bool left = flags & WW_INTERVAL_CENSORED_LEFT, right = flags & WW_INTERVAL_CENSORED_RIGHT;

	if (left && right)
		return "both";
	return left ? "left" : right ? "right" : "no";
}

static void add_cpu(JsonBuilder *json, uint16_t cpu)
{
	ww_json_known_int(json, "cpu", cpu, cpu != WW_CPU_UNKNOWN);
}

static void add_causes(JsonBuilder *json, const struct ww_trace *trace, const GArray *causes)
{
	json_builder_set_member_name(json, "causes");
	json_builder_begin_array(json);
	for (guint i = 0; i < causes->len; i++) {
		const struct ww_cause_part *part = &g_array_index(causes, struct ww_cause_part, i);
		g_autofree char *text = ww_cause_part_text(part);

		json_builder_begin_object(json);
		ww_json_text(json, "cause", ww_cause_name(part->cause));
		ww_json_thread(json, "thread", trace, part->utid);
		ww_json_text(json, "relation", ww_relation_name(part->relation));
		add_cpu(json, part->cpu);
		ww_json_int(json, "ns", part->ns);
		ww_json_text(json, "detail", text);
		json_builder_end_object(json);
	}
	json_builder_end_array(json);
}

static void add_avoidables(JsonBuilder *json, const GArray *avoidables)
{
	json_builder_set_member_name(json, "avoidable");
	json_builder_begin_array(json);
	for (guint i = 0; i < avoidables->len; i++) {
		const struct ww_avoidable_part *part =
			&g_array_index(avoidables, struct ww_avoidable_part, i);

		json_builder_begin_object(json);
		ww_json_text(json, "kind", ww_avoidable_name(part->kind));
		add_cpu(json, part->cpu);
		ww_json_int(json, "ns", part->ns);
		json_builder_end_object(json);
	}
	json_builder_end_array(json);
}

static void add_path(JsonBuilder *json, const struct ww_trace *trace, const GArray *path)
{
	json_builder_set_member_name(json, "path");
	json_builder_begin_array(json);
	for (guint i = 0; i < path->len; i++) {
		const struct ww_path_step *step = &g_array_index(path, struct ww_path_step, i);

		json_builder_begin_object(json);
		ww_json_int(json, "depth", step->depth);
		ww_json_thread(json, "thread", trace, step->utid);
		ww_json_text(json, "edge", ww_edge_name(step->edge));
		ww_json_text(json, "state", ww_state_name(step->state));
		ww_json_text(json, "reason",
			     step->reason == WW_REASON_NONE ? NULL : ww_reason_name(step->reason));
		ww_json_int(json, "begin_ns", step->span.begin_ns);
		ww_json_int(json, "end_ns", step->span.end_ns);
		ww_json_text(json, "detail", step->detail);
		json_builder_end_object(json);
	}
	json_builder_end_array(json);
}

static void add_waker(JsonBuilder *json, const struct ww_trace *trace,
		      const struct ww_interval *wait)
{
	json_builder_set_member_name(json, "waker");
	json_builder_begin_object(json);
	ww_json_text(json, "kind", ww_waker_name(wait->waker));
	ww_json_thread(json, "thread", trace, wait->waker_utid);
	json_builder_end_object(json);
}

void ww_json_wait(JsonBuilder *json, const struct ww_trace *trace,
		  const struct ww_explanation *explanation)
{
	const struct ww_interval *wait = &explanation->wait;
	g_autofree char *id =
		explanation->ref.index == UINT32_MAX
			? NULL /* a window is no wait */
			: g_strdup_printf("%u.%u", explanation->ref.utid, explanation->ref.index);

	ww_json_text(json, "id", id);
	ww_json_thread(json, "thread", trace, wait->utid);
	ww_json_text(json, "state", ww_state_name(wait->state));
	ww_json_int(json, "begin_ns", wait->span.begin_ns);
	ww_json_int(json, "end_ns", wait->span.end_ns);
	ww_json_int(json, "duration_ns", ww_span_length_ns(wait->span));
	ww_json_text(json, "censored", censored_name(wait->flags));
	ww_json_text(json, "reason",
		     wait->reason == WW_REASON_NONE ? NULL : ww_reason_name(wait->reason));
	ww_json_object(json, "object", &explanation->object);
	ww_json_text(json, "syscall", wait->syscall >= 0 ? ww_syscall_name(wait->syscall) : NULL);
	add_waker(json, trace, wait);
	add_causes(json, trace, explanation->causes);
	add_avoidables(json, explanation->avoidables);
	add_path(json, trace, explanation->path);
	ww_json_text(json, "confidence", ww_confidence_name(explanation->confidence));
	ww_json_text(json, "sentence", explanation->sentence);
}
