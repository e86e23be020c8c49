// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/golden/script.h"

#include <inttypes.h>
#include <string.h>

#include "analysis/trace-private.h"

#define ZERO_UNIX_NS (INT64_C(1600000000) * WW_NS_PER_S)

struct line {
	const char *text; /* for messages */
	GStrv words;      /* TIME EVENT ARGUMENTS */
	unsigned int n_words;
};

static const char *argument(const struct line *line, unsigned int i)
{
	if (i + 2 >= line->n_words)
		g_error("'%s' lacks its argument %u", line->text, i + 1);
	return line->words[i + 2];
}

/* The value of key=, or NULL. */
static const char *value_of(const struct line *line, const char *key)
{
	const size_t length = strlen(key);

	for (unsigned int i = 2; i < line->n_words; i++)
		if (strncmp(line->words[i], key, length) == 0 && line->words[i][length] == '=')
			return line->words[i] + length + 1;
	return NULL;
}

static bool has_flag(const struct line *line, const char *flag)
{
	return g_strv_contains((const char *const *)line->words, flag);
}

static int64_t number(const struct line *line, const char *text)
{
	char *rest;
	const int64_t value = g_ascii_strtoll(text, &rest, 0);

	if (rest == text || *rest)
		g_error("'%s': '%s' is not a number", line->text, text);
	return value;
}

static int64_t number_of(const struct line *line, const char *key, int64_t otherwise)
{
	const char *value = value_of(line, key);

	return value ? number(line, value) : otherwise;
}

static int64_t time_from(const struct line *line, const char *text)
{
	static const struct {
		const char *suffix;
		int64_t ns;
	} units[] = {
		{ "", 1 },
		{ "us", WW_NS_PER_US },
		{ "ms", WW_NS_PER_MS },
		{ "s", WW_NS_PER_S },
	};
	char *rest;
	const int64_t value = g_ascii_strtoll(text, &rest, 10);

	for (unsigned int i = 0; i < G_N_ELEMENTS(units); i++)
		if (rest != text && strcmp(rest, units[i].suffix) == 0)
			return value * units[i].ns;
	g_error("'%s': '%s' is not a time", line->text, text);
}

static uint16_t cpu_from(const struct line *line, const char *text)
{
	return strcmp(text, "-") == 0 ? WW_CPU_UNKNOWN : (uint16_t)number(line, text);
}

/* "NAME/TID"; @name may be NULL. */
static int32_t thread_from(const struct line *line, const char *text, const char **name)
{
	const char *slash = strrchr(text, '/');

	if (strcmp(text, "-") == 0)
		return WW_TID_UNKNOWN;
	if (strcmp(text, "idle") == 0)
		return 0;
	if (!slash)
		g_error("'%s': '%s' is not NAME/TID", line->text, text);
	if (name) {
		g_autofree char *front = g_strndup(text, (size_t)(slash - text));

		*name = g_intern_string(front);
	}
	return (int32_t)number(line, slash + 1);
}

static uint8_t state_from(const struct line *line, const char *text)
{
	static const char letters[] = "RSDTtXZPI?";
	const char *found = strchr(letters, text[0]);

	if (!found || !text[0] || text[1])
		g_error("'%s': '%s' is not a state", line->text, text);
	return (uint8_t)(found - letters);
}

static int16_t call_from(const struct line *line, const char *text)
{
	for (int16_t nr = 0; nr < 512; nr++)
		if (g_strcmp0(ww_syscall_name(nr), text) == 0)
			return nr;
	g_error("'%s': '%s' is not a system call", line->text, text);
}

/* Without syscall= the thread was in user mode. */
static int16_t call_of(const struct line *line)
{
	const char *call = value_of(line, "syscall");

	if (!call)
		return WW_SYSCALL_NONE;
	return strcmp(call, "unknown") == 0 ? WW_SYSCALL_UNKNOWN : call_from(line, call);
}

static void parse_switch(const struct line *line, struct ww_event *event)
{
	event->cpu = cpu_from(line, argument(line, 0));
	event->tid = thread_from(line, argument(line, 1), &event->name);
	event->switched.prev_state = state_from(line, argument(line, 2));
	event->switched.next_tid = thread_from(line, argument(line, 3), &event->text);
	event->switched.syscall = call_of(line);
	event->switched.syscall_arg0 = (uint64_t)number_of(line, "arg0", 0);
	event->switched.syscall_arg1 = (uint8_t)number_of(line, "arg1", 0);
	event->switched.next_prio = (int16_t)number_of(line, "prio", 120);
	event->switched.run_delay_ns = (uint32_t)number_of(line, "delay", 0);
	event->switched.in_iowait = has_flag(line, "iowait");
	event->switched.in_fault = has_flag(line, "fault");
	event->switched.throttled = has_flag(line, "throttled");
	event->switched.preempted = has_flag(line, "preempted");
}

static uint8_t context_of(const struct line *line)
{
	static const char *const names[] = {
		[WW_WIRE_CONTEXT_TASK] = "task",       [WW_WIRE_CONTEXT_SOFTIRQ] = "softirq",
		[WW_WIRE_CONTEXT_HARDIRQ] = "hardirq", [WW_WIRE_CONTEXT_HRTIMER] = "hrtimer",
		[WW_WIRE_CONTEXT_IPI] = "ipi",         [WW_WIRE_CONTEXT_N] = "none",
	};
	const char *context = value_of(line, "context");

	for (uint8_t i = 0; context && i < G_N_ELEMENTS(names); i++)
		if (strcmp(names[i], context) == 0)
			return i;
	if (context)
		g_error("'%s': '%s' is not a context", line->text, context);
	return WW_WIRE_CONTEXT_TASK;
}

static void parse_woken(const struct line *line, struct ww_event *event)
{
	const char *target = value_of(line, "target");

	event->woken.target_cpu = target ? cpu_from(line, target) : WW_CPU_UNKNOWN;
	event->woken.vector = (uint16_t)number_of(line, "vector", 0);
	event->woken.context = context_of(line);
	event->woken.prio = (int16_t)number_of(line, "prio", -1);
}

static void parse_waking(const struct line *line, struct ww_event *event)
{
	event->cpu = cpu_from(line, argument(line, 0));
	event->woken.waker_tid = thread_from(line, argument(line, 1), NULL);
	event->tid = thread_from(line, argument(line, 2), &event->name);
	parse_woken(line, event);
}

static void parse_wakeup(const struct line *line, struct ww_event *event)
{
	event->cpu = cpu_from(line, argument(line, 0));
	event->tid = thread_from(line, argument(line, 1), &event->name);
	event->woken.waker_tid = WW_TID_UNKNOWN;
	parse_woken(line, event);
	if (!value_of(line, "context"))
		event->woken.context = WW_WIRE_CONTEXT_N;
}

static void parse_migrate(const struct line *line, struct ww_event *event)
{
	event->cpu = cpu_from(line, argument(line, 0));
	event->tid = thread_from(line, argument(line, 1), &event->name);
	event->migrated.from_cpu = cpu_from(line, argument(line, 2));
	event->migrated.to_cpu = cpu_from(line, argument(line, 3));
}

static void parse_fork(const struct line *line, struct ww_event *event)
{
	event->cpu = cpu_from(line, argument(line, 0));
	event->forked.parent_tid = thread_from(line, argument(line, 1), NULL);
	event->tid = thread_from(line, argument(line, 2), &event->name);
}

static void parse_exec(const struct line *line, struct ww_event *event)
{
	event->cpu = cpu_from(line, argument(line, 0));
	event->tid = thread_from(line, argument(line, 1), &event->name);
	event->execed.old_tid = (int32_t)number_of(line, "old", event->tid);
}

static void parse_on_cpu(const struct line *line, struct ww_event *event)
{
	event->cpu = cpu_from(line, argument(line, 0));
	event->tid = thread_from(line, argument(line, 1), &event->name);
}

static void parse_rename(const struct line *line, struct ww_event *event)
{
	event->tid = thread_from(line, argument(line, 0), NULL);
	event->name = g_intern_string(argument(line, 1));
}

static void parse_task(const struct line *line, struct ww_event *event)
{
	event->task.cpu = cpu_from(line, argument(line, 0));
	event->tid = thread_from(line, argument(line, 1), &event->name);
	event->task.state = state_from(line, argument(line, 2));
	event->task.parent_pid = (int32_t)number_of(line, "parent", WW_TID_UNKNOWN);
	event->task.start_time_ns = (uint64_t)number_of(line, "start", 0);
	event->task.syscall = call_of(line);
	event->task.syscall_arg0 = (uint64_t)number_of(line, "arg0", 0);
	event->task.syscall_arg1 = (uint8_t)number_of(line, "arg1", 0);
	event->task.prio = (int16_t)number_of(line, "prio", 120);
	event->task.in_iowait = has_flag(line, "iowait");
	event->task.throttled = has_flag(line, "throttled");
	event->task.on_cpu = has_flag(line, "on-cpu");
	event->task.is_kernel = has_flag(line, "kernel");
}

static void parse_enter(const struct line *line, struct ww_event *event)
{
	parse_on_cpu(line, event);
	event->name = NULL;
	if (argument(line, 2)[0] != '=') {
		event->syscall.nr = call_from(line, argument(line, 2));
		return;
	}
	event->syscall.nr = WW_SYSCALL_UNKNOWN;
	event->text = g_intern_string(argument(line, 2) + 1);
}

static void parse_leave(const struct line *line, struct ww_event *event)
{
	parse_on_cpu(line, event);
	event->name = NULL;
	event->syscall.nr = WW_SYSCALL_UNKNOWN;
	event->syscall.ret = number_of(line, "result", 0);
}

static void parse_lock(const struct line *line, struct ww_event *event)
{
	const char *owner = value_of(line, "owner");
	uint8_t kind = 0;

	event->source = 1;
	event->tid = thread_from(line, argument(line, 0), NULL);
	while (kind < WW_LOCK_N &&
	       g_strcmp0(ww_lock_kind_name((enum ww_lock_kind)kind), argument(line, 1)) != 0)
		kind++;
	if (kind == WW_LOCK_N)
		g_error("'%s': '%s' is not a kind of lock", line->text, argument(line, 1));
	event->lock.kind = kind;
	event->lock.address = (uint64_t)number(line, argument(line, 2));
	event->lock.site = (uint64_t)number_of(line, "site", 0);
	event->lock.owner_tid = owner ? thread_from(line, owner, NULL) : WW_TID_UNKNOWN;
	event->lock.duration_ns =
		value_of(line, "duration") ? time_from(line, value_of(line, "duration")) : -1;
	event->lock.result = (int32_t)number_of(line, "result", 0);
}

static void parse_alloc(const struct line *line, struct ww_event *event)
{
	uint8_t call = 0;

	event->source = 1;
	event->tid = thread_from(line, argument(line, 0), NULL);
	while (call < WW_ALLOC_N &&
	       g_strcmp0(ww_alloc_call_name((enum ww_alloc_call)call), argument(line, 1)) != 0)
		call++;
	event->alloc.call = call;
	event->alloc.size_bytes = (uint64_t)number(line, argument(line, 2));
	event->alloc.site = (uint64_t)number_of(line, "site", 0);
	event->alloc.duration_ns =
		value_of(line, "duration") ? time_from(line, value_of(line, "duration")) : 0;
}

static void parse_lost(const struct line *line, struct ww_event *event)
{
	event->source = has_flag(line, "user");
	event->cpu = cpu_from(line, argument(line, 0));
	event->lost.begin_ns = ZERO_UNIX_NS + time_from(line, argument(line, 1));
	event->lost.end_ns = ZERO_UNIX_NS + time_from(line, argument(line, 2));
	event->lost.count = (uint64_t)number_of(line, "count", 0);
}

static void parse_gap(const struct line *line, struct ww_event *event)
{
	event->source = has_flag(line, "user");
	event->cpu = cpu_from(line, argument(line, 0));
	event->text = "a stream ends in the middle of a packet";
}

static void parse_other(const struct line *line, struct ww_event *event)
{
}

/* clang-format off */
static const struct {
	const char *name;
	enum ww_event_kind kind;
	void (*parse)(const struct line *line, struct ww_event *event);
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
	const struct line line = { full, words, g_strv_length(words) };
	struct ww_event event;

	if (line.n_words == 0)
		return;
	memset(&event, 0, sizeof(event));
	event.cpu = WW_CPU_UNKNOWN;
	event.tid = WW_TID_UNKNOWN;
	event.time_ns = ZERO_UNIX_NS + time_from(&line, words[0]);
	event.pid = (int32_t)number_of(&line, "pid", WW_TID_UNKNOWN);
	for (unsigned int i = 0; i < G_N_ELEMENTS(commands); i++) {
		if (g_strcmp0(words[1], commands[i].name) != 0)
			continue;
		event.kind = (uint8_t)commands[i].kind;
		commands[i].parse(&line, &event);
		g_array_append_val(events, event);
		return;
	}
	g_error("'%s' is not an event", full);
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

struct ww_trace *ww_script_trace_with(const char *script, struct ww_manifest *manifest)
{
	g_autoptr(GArray) events = ww_script_events(script);
	struct ww_store *store = ww_store_new();
	ww_auto(replay) replay = ww_replay_new(store, manifest);

	for (unsigned int i = 0; i < events->len; i++)
		ww_replay_event(replay, &g_array_index(events, struct ww_event, i));
	return ww_trace_from_store(store, ww_replay_finish(replay), manifest);
}

struct ww_trace *ww_script_trace(const char *script)
{
	return ww_script_trace_with(script, NULL);
}

uint32_t ww_script_utid(const struct ww_trace *trace, const char *name)
{
	for (uint32_t utid = ww_trace_info(trace)->n_threads; utid > 0; utid--) {
		g_autofree char *full = ww_trace_thread_text(trace, utid - 1);

		if (strcmp(full, name) == 0 ||
		    strcmp(ww_trace_thread(trace, utid - 1)->name, name) == 0)
			return utid - 1;
	}
	g_error("there is no thread '%s'", name);
}

static void add_waker(const struct ww_trace *trace, const struct ww_interval *interval,
		      GString *text)
{
	g_autofree char *name = ww_trace_thread_text(trace, interval->waker_utid);

	if (interval->reason != WW_REASON_WOKEN && interval->reason != WW_REASON_NEW)
		return;
	if (interval->waker == WW_WAKER_THREAD)
		g_string_append_printf(text, " by %s", name);
	else if (interval->waker == WW_WAKER_CHILD_EXIT)
		g_string_append_printf(text, " by child-exit of %s", name);
	else
		g_string_append_printf(text, " by %s",
				       ww_waker_name((enum ww_waker)interval->waker));
}

static void add_flags(const struct ww_interval *interval, GString *text)
{
	static const struct {
		uint8_t flag;
		const char *word;
	} words[] = {
		{ WW_INTERVAL_CENSORED_LEFT, " left" },
		{ WW_INTERVAL_CENSORED_RIGHT, " right" },
		{ WW_INTERVAL_INFERRED, " inferred" },
		{ WW_INTERVAL_DEGRADED, " degraded" },
	};

	for (unsigned int i = 0; i < G_N_ELEMENTS(words); i++)
		if (interval->flags & words[i].flag)
			g_string_append(text, words[i].word);
	if (interval->rewakes > 0)
		g_string_append_printf(text, " rewakes %u", interval->rewakes);
}

static void add_thread_interval(const struct ww_trace *trace, const struct ww_interval *interval,
				GString *text)
{
	g_string_append(text, ww_state_name((enum ww_state)interval->state));
	if (interval->state == WW_STATE_RUNNING)
		g_string_append_printf(text, " on %u", interval->cpu);
	if (interval->reason != WW_REASON_NONE)
		g_string_append_printf(text, " %s",
				       ww_reason_name((enum ww_reason)interval->reason));
	add_waker(trace, interval, text);
}

static void add_cpu_interval(const struct ww_trace *trace, const struct ww_interval *interval,
			     GString *text)
{
	g_autofree char *name = ww_trace_thread_text(trace, interval->utid);

	g_string_append(text, interval->state == WW_STATE_BLOCKED ? "idle" : name);
}

static char *lane_text(const struct ww_trace *trace, struct ww_lane lane)
{
	const struct ww_span everything = { INT64_MIN, INT64_MAX };
	GString *text = g_string_new(NULL);
	struct ww_interval_iter iter;
	struct ww_interval interval;

	ww_interval_iter_init(&iter, trace, lane, everything);
	while (ww_interval_iter_next(&iter, &interval)) {
		g_string_append_printf(text, "%" PRId64 "-%" PRId64 " ", interval.span.begin_ns,
				       interval.span.end_ns);
		if (lane.kind == WW_LANE_THREAD)
			add_thread_interval(trace, &interval, text);
		else
			add_cpu_interval(trace, &interval, text);
		add_flags(&interval, text);
		g_string_append_c(text, '\n');
	}
	return g_string_free(text, false);
}

char *ww_script_thread_lane(const struct ww_trace *trace, const char *name)
{
	return lane_text(trace, (struct ww_lane){ WW_LANE_THREAD, ww_script_utid(trace, name) });
}

char *ww_script_cpu_lane(const struct ww_trace *trace, uint32_t cpu)
{
	return lane_text(trace, (struct ww_lane){ WW_LANE_CPU, cpu });
}
