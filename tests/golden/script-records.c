// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The events that say something beside the states of threads. Each command is a list of words: the
 * first ones stand in their order, those with a key anywhere behind.
 */
#include <string.h>

#include "analysis/read/protocol.h"
#include "tests/golden/script-line.h"

enum word_kind {
	NUMBER = 1,
	TIME,
	CPU,
	THREAD, /* its tid; with a name, also that */
	OTHER_THREAD,
	CALL,
	CONTEXT,
	CHOICE, /* place among .choices */
	TEXT,
	FLAG,
};

struct word {
	enum word_kind kind;
	const char *key; /* NULL: the next one in order */
	uint16_t offset, n_bytes;
	int64_t otherwise; /* without the key */
	const char *const *choices;
};

struct command {
	const char *name;
	enum ww_event_kind kind;
	const struct word *words;
	bool is_user;
};

#define MEMBER(member) (((struct ww_event *)NULL)->member)
#define TO(member) .offset = offsetof(struct ww_event, member), .n_bytes = sizeof(MEMBER(member))
#define WORDS(...)                                                                                 \
	(const struct word[])                                                                      \
	{                                                                                          \
		__VA_ARGS__,                                                                       \
		{                                                                                  \
			0                                                                          \
		}                                                                                  \
	}

static const char *const files[] = { "unknown", "regular", "pipe",  "socket",
				     "tty",     "device",  "event", NULL };
static const char *const reclaims[] = { "direct", "cgroup", "node", "compaction", NULL };
static const char *const timeouts[] = { "relative", "monotonic", "realtime", "other", NULL };
static const char *const stacks[] = { "user", "kernel", NULL };

/* clang-format off */
#define ON_CPU { CPU, TO(cpu) }
#define OF_THREAD { THREAD, TO(tid) }
#define USER_WORDS                                        \
	{ NUMBER, "task", TO(user.task) },                \
	{ NUMBER, "site", TO(user.site) }
static const struct word disk_words[] = {
	ON_CPU, OF_THREAD,
	{ NUMBER, TO(disk.device) }, { NUMBER, TO(disk.sector) }, { NUMBER, TO(disk.n_bytes) },
	{ NUMBER, "request", TO(disk.request) },
	{ NUMBER, "op", TO(disk.operation) },
	{ NUMBER, "status", TO(disk.status) },
	{ 0 },
};
static const struct word work_words[] = {
	ON_CPU, OF_THREAD, { NUMBER, TO(work.work) }, { NUMBER, "function", TO(work.function) }, { 0 },
};
static const struct word kernel_lock_words[] = {
	ON_CPU, OF_THREAD, { NUMBER, TO(kernel_lock.address) },
	{ NUMBER, "flags", TO(kernel_lock.flags) },
	{ OTHER_THREAD, "owner", TO(kernel_lock.owner_tid), -1 },
	{ FLAG, "failed", TO(kernel_lock.has_failed) },
	{ 0 },
};

static const struct command commands[] = {
	{ "irq", WW_EVENT_INTERRUPT, WORDS(ON_CPU, { CONTEXT, TO(interrupt.context) }, { NUMBER, TO(interrupt.vector) },
		{ TIME, "duration", TO(interrupt.duration_ns) }, { NUMBER, "function", TO(interrupt.function) }) },
	{ "irq-entry", WW_EVENT_INTERRUPT_ENTRY, WORDS(ON_CPU, { CONTEXT, TO(interrupt.context) }, { NUMBER, TO(interrupt.vector) },
		{ NUMBER, "function", TO(interrupt.function) }, { TEXT, "name", TO(text) }) },
	{ "irq-exit", WW_EVENT_INTERRUPT_EXIT, WORDS(ON_CPU, { CONTEXT, TO(interrupt.context) }) },
	{ "irq-name", WW_EVENT_IRQ_NAME, WORDS({ NUMBER, TO(irq_name.irq) }, { TEXT, TO(text) }) },
	{ "idle", WW_EVENT_CPU_IDLE, WORDS(ON_CPU, { NUMBER, TO(idle.state) }, { TIME, "duration", TO(idle.duration_ns) }) },
	{ "idle-begin", WW_EVENT_CPU_IDLE_STATE, WORDS({ CPU, TO(idle.cpu) }, { NUMBER, TO(idle.state) }) },
	{ "idle-end", WW_EVENT_CPU_IDLE_STATE, WORDS({ CPU, TO(idle.cpu) }, { NUMBER, "state", TO(idle.state), WW_EVENT_IDLE_LEAVES }) },
	{ "hotplug", WW_EVENT_CPU_HOTPLUG, WORDS({ CPU, TO(hotplug.cpu) }, { NUMBER, TO(hotplug.target) }) },
	{ "setprio", WW_EVENT_SETPRIO, WORDS(ON_CPU, OF_THREAD, { NUMBER, TO(setprio.old_prio) }, { NUMBER, TO(setprio.new_prio) },
		{ OTHER_THREAD, "donor", TO(setprio.donor_tid), -1 }) },
	{ "kernel-lock-begin", WW_EVENT_KERNEL_LOCK_BEGIN, kernel_lock_words },
	{ "kernel-lock-end", WW_EVENT_KERNEL_LOCK_END, kernel_lock_words },
	{ "blocked-on", WW_EVENT_BLOCKED_ON, kernel_lock_words },
	{ "timeout", WW_EVENT_TIMEOUT, WORDS(ON_CPU, OF_THREAD, { CALL, TO(timeout.syscall) }, { TIME, TO(timeout.timeout_ns) },
		{ CHOICE, "kind", TO(timeout.kind), .choices = timeouts }) },
	{ "stack", WW_EVENT_STACK, WORDS(ON_CPU, OF_THREAD, { CHOICE, TO(stack.kind), .choices = stacks }, { NUMBER, TO(stack.stack) }) },
	{ "frames", WW_EVENT_FRAMES, WORDS({ CHOICE, TO(stack.kind), .choices = stacks }, { NUMBER, TO(stack.stack) },
		{ NUMBER, TO(stack.first) }) },
	{ "fault", WW_EVENT_PAGE_FAULT, WORDS(ON_CPU, OF_THREAD, { NUMBER, TO(page_fault.address) }, { NUMBER, "error", TO(page_fault.error) }) },
	{ "reclaim-begin", WW_EVENT_RECLAIM_BEGIN, WORDS(ON_CPU, OF_THREAD, { CHOICE, TO(reclaim.kind), .choices = reclaims },
		{ NUMBER, "order", TO(reclaim.order), -1 }) },
	{ "reclaim-end", WW_EVENT_RECLAIM_END, WORDS(ON_CPU, OF_THREAD, { CHOICE, TO(reclaim.kind), .choices = reclaims },
		{ NUMBER, "pages", TO(reclaim.n_pages) }) },
	{ "disk-start", WW_EVENT_DISK_START, disk_words },
	{ "disk-issue", WW_EVENT_DISK_ISSUE, disk_words },
	{ "disk-complete", WW_EVENT_DISK_COMPLETE, disk_words },
	{ "work-queue", WW_EVENT_WORK_QUEUE, work_words },
	{ "work-begin", WW_EVENT_WORK_BEGIN, work_words },
	{ "work-end", WW_EVENT_WORK_END, work_words },
	{ "affinity", WW_EVENT_AFFINITY, WORDS(ON_CPU, OF_THREAD, { NUMBER, TO(affinity.allowed_cpus) }, { NUMBER, TO(affinity.n_allowed) }) },
	{ "cgroup", WW_EVENT_CGROUP, WORDS(ON_CPU, OF_THREAD, { NUMBER, TO(cgroup.cgroup) }, { FLAG, "process", TO(cgroup.is_process) }) },
	{ "cgroup-name", WW_EVENT_CGROUP_NAME, WORDS({ NUMBER, TO(cgroup.cgroup) }, { TEXT, TO(text) }) },
	{ "descriptor", WW_EVENT_DESCRIPTOR, WORDS(ON_CPU, OF_THREAD, { NUMBER, TO(file.descriptor) }, { CHOICE, TO(file.kind), .choices = files },
		{ NUMBER, "inode", TO(file.inode) }) },
	{ "file-name", WW_EVENT_FILE_NAME, WORDS({ NUMBER, TO(pid) }, { NUMBER, TO(file.descriptor) }, { CHOICE, TO(file.kind), .choices = files },
		{ TEXT, TO(text) }, { NUMBER, "inode", TO(file.inode) }) },
	{ "throttle", WW_EVENT_THROTTLE_TOTAL, WORDS({ NUMBER, TO(cgroup.cgroup) }, { NUMBER, TO(cgroup.n_throttled) },
		{ NUMBER, TO(cgroup.throttled_us) }) },
	{ "steal", WW_EVENT_STEAL, WORDS({ CPU, TO(steal.cpu) }, { TIME, TO(steal.steal_ns) }) },
	{ "frequency", WW_EVENT_CPU_FREQUENCY, WORDS({ CPU, TO(frequency.cpu) }, { NUMBER, TO(frequency.khz) }) },
	{ "task-begin", WW_EVENT_TASK_BEGIN, WORDS({ OTHER_THREAD, TO(tid) }, { NUMBER, TO(user.task) }, { TEXT, TO(text) },
		{ NUMBER, "parent", TO(user.parent) }, { NUMBER, "site", TO(user.site) }), .is_user = true },
	{ "task-end", WW_EVENT_TASK_END, WORDS({ OTHER_THREAD, TO(tid) }, { NUMBER, TO(user.task) }), .is_user = true },
	{ "region-begin", WW_EVENT_REGION_BEGIN, WORDS({ OTHER_THREAD, TO(tid) }, { TEXT, TO(text) }, USER_WORDS), .is_user = true },
	{ "region-end", WW_EVENT_REGION_END, WORDS({ OTHER_THREAD, TO(tid) }, { TEXT, TO(text) }, USER_WORDS), .is_user = true },
	{ "log", WW_EVENT_LOG, WORDS({ OTHER_THREAD, TO(tid) }, { TEXT, TO(name) }, { TEXT, TO(text) }, USER_WORDS), .is_user = true },
	{ "counter", WW_EVENT_COUNTER, WORDS({ OTHER_THREAD, TO(tid) }, { TEXT, TO(text) }, { NUMBER, TO(user.value) }, USER_WORDS), .is_user = true },
};
/* clang-format on */

static int64_t choice(const struct ww_line *line, const char *text, const char *const *choices)
{
	for (int64_t i = 0; choices[i]; i++)
		if (strcmp(choices[i], text) == 0)
			return i;
	g_error("'%s': '%s' is none of its choices", line->text, text);
}

static int64_t value_of(const struct ww_line *line, const struct word *word, const char *text,
			struct ww_event *event)
{
	switch (word->kind) {
	case TIME:
		return ww_line_time(line, text);
	case CPU:
		return ww_line_cpu(line, text);
	case THREAD:
		return ww_line_thread(line, text, &event->name);
	case OTHER_THREAD:
		return ww_line_thread(line, text, NULL);
	case CALL:
		return ww_line_call(line, text);
	case CONTEXT:
		return ww_line_context(line, text);
	case CHOICE:
		return choice(line, text, word->choices);
	default:
		return ww_line_number(line, text);
	}
}

/* All machines that run this are little-endian: the first bytes are the lowest. */
static void put(struct ww_event *event, const struct word *word, int64_t value)
{
	memcpy((char *)event + word->offset, &value, word->n_bytes);
}

static void parse_word(const struct ww_line *line, const struct word *word, const char *text,
		       struct ww_event *event)
{
	if (word->kind == TEXT) {
		const char *interned = g_intern_string(text);

		memcpy((char *)event + word->offset, &interned, sizeof(interned));
	} else {
		put(event, word, text ? value_of(line, word, text, event) : word->otherwise);
	}
}

/* What a frames line has behind its words are the addresses. */
static void parse_frames(const struct ww_line *line, struct ww_event *event)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (unsigned int i = 5; i < line->n_words && !strchr(line->words[i], '='); i++)
		g_string_append_printf(text, "%" G_GINT64_MODIFIER "x ",
				       (uint64_t)ww_line_number(line, line->words[i]));
	event->text = g_intern_string(text->str);
}

/* As a reader begins it: with all that nobody says unknown. */
static void begin(struct ww_event *event, const struct command *command)
{
	const struct ww_event said = *event;

	ww_event_init(event, command->kind);
	event->time_ns = said.time_ns;
	event->pid = said.pid;
	event->source = command->is_user;
}

bool ww_line_parse_record(const struct ww_line *line, struct ww_event *event)
{
	const struct command *command = NULL;
	unsigned int n_in_order = 0;

	for (unsigned int i = 0; i < G_N_ELEMENTS(commands) && !command; i++)
		if (strcmp(commands[i].name, line->words[1]) == 0)
			command = &commands[i];
	if (!command)
		return false;
	begin(event, command);
	for (const struct word *word = command->words; word->kind; word++) {
		if (word->kind == FLAG)
			put(event, word, ww_line_has_flag(line, word->key));
		else
			parse_word(line, word,
				   word->key ? ww_line_value_of(line, word->key)
					     : ww_line_argument(line, n_in_order++),
				   event);
	}
	if (command->kind == WW_EVENT_FRAMES)
		parse_frames(line, event);
	return true;
}
