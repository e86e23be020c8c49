// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/golden/script.h"

#include <inttypes.h>
#include <string.h>

#include "analysis/trace-private.h"
#include "tests/golden/script-line.h"

static void parse_switch(const struct ww_line *line, struct ww_event *event)
{
	event->cpu = ww_line_cpu(line, ww_line_argument(line, 0));
	event->tid = ww_line_thread(line, ww_line_argument(line, 1), &event->name);
	event->switched.prev_state = ww_line_state(line, ww_line_argument(line, 2));
	event->switched.next_tid = ww_line_thread(line, ww_line_argument(line, 3), &event->text);
	event->switched.syscall = ww_line_call_of(line);
	event->switched.syscall_arg0 = (uint64_t)ww_line_number_of(line, "arg0", 0);
	event->switched.syscall_arg1 = (uint8_t)ww_line_number_of(line, "arg1", 0);
	event->switched.next_prio = (int16_t)ww_line_number_of(line, "prio", 120);
	event->switched.run_delay_ns = (uint32_t)ww_line_number_of(line, "delay", 0);
	event->switched.in_iowait = ww_line_has_flag(line, "iowait");
	event->switched.in_fault = ww_line_has_flag(line, "fault");
	event->switched.throttled = ww_line_has_flag(line, "throttled");
	event->switched.preempted = ww_line_has_flag(line, "preempted");
}

static void parse_woken(const struct ww_line *line, struct ww_event *event)
{
	const char *target = ww_line_value_of(line, "target");
	const char *context = ww_line_value_of(line, "context");

	event->woken.target_cpu = target ? ww_line_cpu(line, target) : WW_CPU_UNKNOWN;
	event->woken.vector = (uint16_t)ww_line_number_of(line, "vector", 0);
	event->woken.context = context ? ww_line_context(line, context) : WW_WIRE_CONTEXT_TASK;
	event->woken.prio = (int16_t)ww_line_number_of(line, "prio", -1);
}

static void parse_waking(const struct ww_line *line, struct ww_event *event)
{
	event->cpu = ww_line_cpu(line, ww_line_argument(line, 0));
	event->woken.waker_tid = ww_line_thread(line, ww_line_argument(line, 1), NULL);
	event->tid = ww_line_thread(line, ww_line_argument(line, 2), &event->name);
	parse_woken(line, event);
}

static void parse_wakeup(const struct ww_line *line, struct ww_event *event)
{
	event->cpu = ww_line_cpu(line, ww_line_argument(line, 0));
	event->tid = ww_line_thread(line, ww_line_argument(line, 1), &event->name);
	event->woken.waker_tid = WW_TID_UNKNOWN;
	parse_woken(line, event);
	if (!ww_line_value_of(line, "context"))
		event->woken.context = WW_WIRE_CONTEXT_N;
}

static void parse_migrate(const struct ww_line *line, struct ww_event *event)
{
	event->cpu = ww_line_cpu(line, ww_line_argument(line, 0));
	event->tid = ww_line_thread(line, ww_line_argument(line, 1), &event->name);
	event->migrated.from_cpu = ww_line_cpu(line, ww_line_argument(line, 2));
	event->migrated.to_cpu = ww_line_cpu(line, ww_line_argument(line, 3));
}

static void parse_fork(const struct ww_line *line, struct ww_event *event)
{
	event->cpu = ww_line_cpu(line, ww_line_argument(line, 0));
	event->forked.parent_tid = ww_line_thread(line, ww_line_argument(line, 1), NULL);
	event->tid = ww_line_thread(line, ww_line_argument(line, 2), &event->name);
}

static void parse_exec(const struct ww_line *line, struct ww_event *event)
{
	event->cpu = ww_line_cpu(line, ww_line_argument(line, 0));
	event->tid = ww_line_thread(line, ww_line_argument(line, 1), &event->name);
	event->execed.old_tid = (int32_t)ww_line_number_of(line, "old", event->tid);
}

static void parse_on_cpu(const struct ww_line *line, struct ww_event *event)
{
	event->cpu = ww_line_cpu(line, ww_line_argument(line, 0));
	event->tid = ww_line_thread(line, ww_line_argument(line, 1), &event->name);
}

static void parse_rename(const struct ww_line *line, struct ww_event *event)
{
	event->tid = ww_line_thread(line, ww_line_argument(line, 0), NULL);
	event->name = g_intern_string(ww_line_argument(line, 1));
}

static void parse_task(const struct ww_line *line, struct ww_event *event)
{
	event->task.cpu = ww_line_cpu(line, ww_line_argument(line, 0));
	event->tid = ww_line_thread(line, ww_line_argument(line, 1), &event->name);
	event->task.state = ww_line_state(line, ww_line_argument(line, 2));
	event->task.parent_pid = (int32_t)ww_line_number_of(line, "parent", WW_TID_UNKNOWN);
	event->task.start_time_ns = (uint64_t)ww_line_number_of(line, "start", 0);
	event->task.syscall = ww_line_call_of(line);
	event->task.syscall_arg0 = (uint64_t)ww_line_number_of(line, "arg0", 0);
	event->task.syscall_arg1 = (uint8_t)ww_line_number_of(line, "arg1", 0);
	event->task.prio = (int16_t)ww_line_number_of(line, "prio", 120);
	event->task.cgroup = (uint64_t)ww_line_number_of(line, "cgroup", 0);
	event->task.allowed_cpus = (uint64_t)ww_line_number_of(line, "allowed", 0);
	event->task.in_iowait = ww_line_has_flag(line, "iowait");
	event->task.throttled = ww_line_has_flag(line, "throttled");
	event->task.on_cpu = ww_line_has_flag(line, "on-cpu");
	event->task.is_kernel = ww_line_has_flag(line, "kernel");
}

static void parse_enter(const struct ww_line *line, struct ww_event *event)
{
	parse_on_cpu(line, event);
	event->name = NULL;
	event->syscall.n_args = (uint8_t)(ww_line_value_of(line, "arg1")   ? 2
					  : ww_line_value_of(line, "arg0") ? 1
									   : 0);
	event->syscall.args[0] = (uint64_t)ww_line_number_of(line, "arg0", 0);
	event->syscall.args[1] = (uint64_t)ww_line_number_of(line, "arg1", 0);
	if (ww_line_argument(line, 2)[0] != '=') {
		event->syscall.nr = ww_line_call(line, ww_line_argument(line, 2));
		return;
	}
	event->syscall.nr = WW_SYSCALL_UNKNOWN;
	event->text = g_intern_string(ww_line_argument(line, 2) + 1);
}

static void parse_leave(const struct ww_line *line, struct ww_event *event)
{
	parse_on_cpu(line, event);
	event->name = NULL;
	event->syscall.nr = WW_SYSCALL_UNKNOWN;
	event->syscall.ret = ww_line_number_of(line, "result", 0);
}

static void parse_lock(const struct ww_line *line, struct ww_event *event)
{
	const char *owner = ww_line_value_of(line, "owner");
	uint8_t kind = 0;

	event->source = 1;
	event->tid = ww_line_thread(line, ww_line_argument(line, 0), NULL);
	while (kind < WW_LOCK_N && g_strcmp0(ww_lock_kind_name((enum ww_lock_kind)kind),
					     ww_line_argument(line, 1)) != 0)
		kind++;
	if (kind == WW_LOCK_N)
		g_error("'%s': '%s' is not a kind of lock", line->text, ww_line_argument(line, 1));
	event->lock.kind = kind;
	event->lock.address = (uint64_t)ww_line_number(line, ww_line_argument(line, 2));
	event->lock.site = (uint64_t)ww_line_number_of(line, "site", 0);
	event->lock.owner_tid = owner ? ww_line_thread(line, owner, NULL) : WW_TID_UNKNOWN;
	event->lock.duration_ns = ww_line_value_of(line, "duration")
					  ? ww_line_time(line, ww_line_value_of(line, "duration"))
					  : -1;
	event->lock.result = (int32_t)ww_line_number_of(line, "result", 0);
}

static void parse_alloc(const struct ww_line *line, struct ww_event *event)
{
	uint8_t call = 0;

	event->source = 1;
	event->tid = ww_line_thread(line, ww_line_argument(line, 0), NULL);
	while (call < WW_ALLOC_N && g_strcmp0(ww_alloc_call_name((enum ww_alloc_call)call),
					      ww_line_argument(line, 1)) != 0)
		call++;
	event->alloc.call = call;
	event->alloc.size_bytes = (uint64_t)ww_line_number(line, ww_line_argument(line, 2));
	event->alloc.site = (uint64_t)ww_line_number_of(line, "site", 0);
	event->alloc.duration_ns = ww_line_value_of(line, "duration")
					   ? ww_line_time(line, ww_line_value_of(line, "duration"))
					   : 0;
	event->alloc.ago_ns = ww_line_number_of(line, "ago", 0);
}

static void parse_lost(const struct ww_line *line, struct ww_event *event)
{
	event->source = ww_line_has_flag(line, "user");
	event->cpu = ww_line_cpu(line, ww_line_argument(line, 0));
	event->lost.begin_ns =
		WW_SCRIPT_ZERO_UNIX_NS + ww_line_time(line, ww_line_argument(line, 1));
	event->lost.end_ns = WW_SCRIPT_ZERO_UNIX_NS + ww_line_time(line, ww_line_argument(line, 2));
	event->lost.count = (uint64_t)ww_line_number_of(line, "count", 0);
	event->lost.n_packets = (uint64_t)ww_line_number_of(line, "packets", 0);
}

static void parse_gap(const struct ww_line *line, struct ww_event *event)
{
	event->source = ww_line_has_flag(line, "user");
	event->cpu = ww_line_cpu(line, ww_line_argument(line, 0));
	event->text = "a stream ends in the middle of a packet";
}

static void parse_other(const struct ww_line *line, struct ww_event *event)
{
}

/* clang-format off */
static const struct {
	const char *name;
	enum ww_event_kind kind;
	void (*parse)(const struct ww_line *line, struct ww_event *event);
} commands[] = {
	{ "switch",     WW_EVENT_SWITCH,          parse_switch },
	{ "waking",     WW_EVENT_WAKING,          parse_waking },
	{ "wakeup",     WW_EVENT_WAKEUP,          parse_wakeup },
	{ "wakeup_new", WW_EVENT_WAKEUP_NEW,      parse_waking },
	{ "migrate",    WW_EVENT_MIGRATE,         parse_migrate },
	{ "fork",       WW_EVENT_FORK,            parse_fork },
	{ "exec",       WW_EVENT_EXEC,            parse_exec },
	{ "exit",       WW_EVENT_EXIT,            parse_on_cpu },
	{ "rename",     WW_EVENT_RENAME,          parse_rename },
	{ "task",       WW_EVENT_TASK,            parse_task },
	{ "enter",      WW_EVENT_SYSCALL_ENTER,   parse_enter },
	{ "leave",      WW_EVENT_SYSCALL_EXIT,    parse_leave },
	{ "lock-begin", WW_EVENT_LOCK_WAIT_BEGIN, parse_lock },
	{ "lock-end",   WW_EVENT_LOCK_WAIT_END,   parse_lock },
	{ "alloc",      WW_EVENT_ALLOC_PAUSE,     parse_alloc },
	{ "lost",       WW_EVENT_LOST,            parse_lost },
	{ "gap",        WW_EVENT_GAP,             parse_gap },
	{ "other",      WW_EVENT_OTHER,           parse_other },
};

static const struct {
	const char *name, *meaning;
} shorthands[] = {
	{ "in",      "switch 0 idle R T/100" },
	{ "sleep",   "switch 0 T/100 S idle syscall=clock_nanosleep" },
	{ "preempt", "switch 0 T/100 R idle" },
	{ "stop",    "switch 0 T/100 T idle" },
	{ "die",     "switch 0 T/100 X idle" },
	{ "wake",    "waking 0 - T/100 context=hrtimer target=0" },
	{ "queued",  "wakeup 0 T/100 target=0" },
};
/* clang-format on */

static char *spell_out(const char *text)
{
	g_auto(GStrv) words = g_strsplit_set(text, " \t", 3);

	for (unsigned int i = 0; i < G_N_ELEMENTS(shorthands); i++)
		if (words[0] && g_strcmp0(words[1], shorthands[i].name) == 0)
			return g_strdup_printf("%s %s %s", words[0], shorthands[i].meaning,
					       words[2] ? words[2] : "");
	return g_strdup(text);
}

/* Words without the empty ones that g_strsplit_set makes of two blanks. */
static GStrv split(const char *text)
{
	g_auto(GStrv) words = g_strsplit_set(text, " \t", -1);
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

	for (unsigned int i = 0; words[i]; i++)
		if (words[i][0])
			g_strv_builder_add(builder, words[i]);
	return g_strv_builder_end(builder);
}

static void add_line(const char *text, GArray *events)
{
	g_autofree char *full = spell_out(text);
	g_auto(GStrv) words = split(full);
	const struct ww_line line = { full, words, g_strv_length(words) };
	struct ww_event event;

	if (line.n_words == 0 || strcmp(words[1], "symbol") == 0)
		return;
	memset(&event, 0, sizeof(event));
	event.cpu = WW_CPU_UNKNOWN;
	event.tid = WW_TID_UNKNOWN;
	event.time_ns = WW_SCRIPT_ZERO_UNIX_NS + ww_line_time(&line, words[0]);
	event.pid = (int32_t)ww_line_number_of(&line, "pid", WW_TID_UNKNOWN);
	for (unsigned int i = 0; i < G_N_ELEMENTS(commands); i++) {
		if (g_strcmp0(words[1], commands[i].name) != 0)
			continue;
		event.kind = (uint8_t)commands[i].kind;
		commands[i].parse(&line, &event);
		g_array_append_val(events, event);
		return;
	}
	if (!ww_line_parse_record(&line, &event))
		g_error("'%s' is not an event", full);
	g_array_append_val(events, event);
}

GArray *ww_script_events(const char *script)
{
	GArray *events = g_array_new(false, false, sizeof(struct ww_event));
	g_auto(GStrv) lines = g_strsplit(script, "\n", -1);

	for (unsigned int i = 0; lines[i]; i++) {
		char *comment = strchr(lines[i], '#');

		if (comment)
			*comment = '\0';
		add_line(g_strstrip(lines[i]), events);
	}
	return events;
}

static const char *name_of(uint64_t address, void *symbols)
{
	return g_hash_table_lookup(symbols, GSIZE_TO_POINTER(address));
}

/* "TIME symbol ADDRESS NAME": it is no event, and holds for the whole script. */
static GHashTable *symbols_of(const char *script)
{
	GHashTable *symbols = g_hash_table_new(NULL, NULL);
	g_auto(GStrv) lines = g_strsplit(script, "\n", -1);

	for (unsigned int i = 0; lines[i]; i++) {
		g_auto(GStrv) words = split(lines[i]);

		if (g_strv_length(words) == 4 && strcmp(words[1], "symbol") == 0)
			g_hash_table_insert(symbols,
					    GSIZE_TO_POINTER(g_ascii_strtoull(words[2], NULL, 0)),
					    (char *)(uintptr_t)g_intern_string(words[3]));
	}
	return symbols;
}

struct ww_trace *ww_script_trace_with(const char *script, struct ww_manifest *manifest)
{
	g_autoptr(GArray) events = ww_script_events(script);
	g_autoptr(GHashTable) symbols = symbols_of(script);
	struct ww_store *store = ww_store_new();
	ww_auto(replay) replay = ww_replay_new(store, manifest);
	struct ww_trace *trace;

	ww_replay_name_kernel(replay, name_of, symbols);

	for (unsigned int i = 0; i < events->len; i++)
		ww_replay_event(replay, &g_array_index(events, struct ww_event, i));
	trace = ww_trace_from_store(store, ww_replay_finish(replay), manifest);
	ww_script_name_kernel(trace, symbols);
	return trace;
}

struct ww_trace *ww_script_trace(const char *script)
{
	return ww_script_trace_with(script, NULL);
}
