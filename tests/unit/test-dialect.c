// SPDX-License-Identifier: GPL-2.0-or-later
/* The tables of foreign names, and how their numbers become ours. */
#include <string.h>

#include "analysis/model.h"
#include "analysis/read/dialect.h"
#include "analysis/read/protocol.h"

static const struct ww_dialect_field *field_of(const struct ww_dialect_env *env, const char *event,
					       const char *name)
{
	const struct ww_dialect_event *dialect = ww_dialect_next(env, event, NULL);

	g_assert_nonnull(dialect);
	for (const struct ww_dialect_field *field = dialect->fields; field->name; field++) {
		if (strcmp(field->name, name) == 0)
			return field;
	}
	g_assert_not_reached();
}

static const struct {
	const char *tracer, *release;
	int64_t tracer_minor;
	uint64_t value;
	enum ww_wire_state state;
	bool preempted;
} states[] = {
	/* report bits */
	{ "lttng-modules", "6.1.0", 13, 0, WW_WIRE_STATE_RUNNING },
	{ "lttng-modules", "6.1.0", 13, 1, WW_WIRE_STATE_SLEEPING },
	{ "lttng-modules", "6.1.0", 13, 2, WW_WIRE_STATE_DISK_SLEEP },
	{ "lttng-modules", "6.1.0", 13, 3, WW_WIRE_STATE_DISK_SLEEP },
	{ "lttng-modules", "6.1.0", 13, 4, WW_WIRE_STATE_STOPPED },
	{ "lttng-modules", "6.1.0", 13, 8, WW_WIRE_STATE_TRACED },
	{ "lttng-modules", "6.1.0", 13, 0x10, WW_WIRE_STATE_DEAD },
	{ "lttng-modules", "6.1.0", 13, 0x20, WW_WIRE_STATE_ZOMBIE },
	{ "lttng-modules", "6.1.0", 13, 0x40, WW_WIRE_STATE_PARKED },
	{ "lttng-modules", "6.1.0", 13, 0x80, WW_WIRE_STATE_IDLE },
	{ "lttng-modules", "6.1.0", 13, 0x100, WW_WIRE_STATE_RUNNING, true },
	{ "perf", "5.10.0", -1, 0x100, WW_WIRE_STATE_RUNNING, true },
	/* raw states, Linux 4.15 */
	{ "lttng-modules", "4.15.0-65-generic", 10, 0x80, WW_WIRE_STATE_DEAD },
	{ "lttng-modules", "4.15.0-65-generic", 10, 0x402, WW_WIRE_STATE_IDLE },
	{ "lttng-modules", "4.15.0-65-generic", 10, 0x102, WW_WIRE_STATE_DISK_SLEEP },
	{ "lttng-modules", "4.15.0-65-generic", 10, 0x1000, WW_WIRE_STATE_RUNNING, true },
	/* raw states, Linux 3.10 */
	{ "lttng-modules", "3.10.31-ltsi", 5, 0x40, WW_WIRE_STATE_DEAD },
	{ "lttng-modules", "3.10.31-ltsi", 5, 0x82, WW_WIRE_STATE_DISK_SLEEP },
	{ "lttng-modules", "3.10.31-ltsi", 5, 0x400, WW_WIRE_STATE_RUNNING, true },
	{ "perf", "3.10.92-stih418_family+", -1, 0x400, WW_WIRE_STATE_RUNNING, true },
};

static void test_states(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(states); i++) {
		struct ww_dialect_env env;
		struct ww_event event;

		ww_dialect_env_init(&env, states[i].tracer, "kernel", states[i].release, NULL, 2,
				    states[i].tracer_minor);
		ww_event_init(&event, WW_EVENT_SWITCH);
		ww_dialect_store_int(&env, field_of(&env, "sched_switch", "prev_state"),
				     states[i].value, true, NULL, &event);
		g_test_message("%s %s 0x%x", states[i].tracer, states[i].release,
			       (unsigned int)states[i].value);
		g_assert_cmpint(event.switched.prev_state, ==, states[i].state);
		g_assert_cmpint(event.switched.preempted, ==, states[i].preempted);
	}
}

static void test_numbers(void)
{
	struct ww_dialect_env env;
	struct ww_event event;

	ww_dialect_env_init(&env, "lttng-modules", "kernel", "6.1.0", NULL, 2, 13);
	ww_event_init(&event, WW_EVENT_SWITCH);
	ww_dialect_store_int(&env, field_of(&env, "sched_switch", "next_prio"), 20, true, NULL,
			     &event);
	g_assert_cmpint(event.switched.next_prio, ==, 120);
	ww_dialect_store_int(&env, field_of(&env, "sched_switch", "next_prio"), (uint64_t)-51, true,
			     NULL, &event);
	g_assert_cmpint(event.switched.next_prio, ==, 49);
	ww_dialect_store_int(&env, field_of(&env, "sched_switch", "prev_tid"), (uint64_t)-7, true,
			     NULL, &event);
	g_assert_cmpint(event.tid, ==, WW_TID_UNKNOWN);
	ww_dialect_store_int(&env, &ww_dialect_common_fields[0], 3, false, NULL, &event);
	g_assert_cmpint(event.cpu, ==, 3);
	ww_dialect_store_int(&env, &ww_dialect_common_fields[0], UINT32_MAX, false, NULL, &event);
	g_assert_cmpint(event.cpu, ==, WW_CPU_UNKNOWN);
	ww_dialect_store_int(&env, field_of(&env, "switch", "syscall"), (uint64_t)-1, true, NULL,
			     &event);
	g_assert_cmpint(event.switched.syscall, ==, WW_SYSCALL_NONE);
	ww_dialect_store_int(&env, field_of(&env, "switch", "syscall"), 1 << 20, true, NULL,
			     &event);
	g_assert_cmpint(event.switched.syscall, ==, INT16_MAX);
	ww_dialect_store_int(&env, field_of(&env, "switch", "throttled"), 2, false, NULL, &event);
	g_assert_cmpint(event.switched.throttled, ==, true);
	ww_dialect_store_int(&env, field_of(&env, "switch", "syscall_arg0"), UINT64_MAX, false,
			     NULL, &event);
	g_assert_cmpuint(event.switched.syscall_arg0, ==, UINT64_MAX);
}

static void test_texts(void)
{
	struct ww_dialect_env env;
	const struct ww_dialect_field *name;
	struct ww_texts texts;
	struct ww_event event;

	ww_dialect_env_init(&env, "lttng-modules", "kernel", "6.1.0", NULL, 2, 13);
	name = field_of(&env, "sched_switch", "prev_comm");
	ww_texts_init(&texts);
	ww_event_init(&event, WW_EVENT_SWITCH);
	ww_dialect_store_text(name, "a very long name of a thread", &texts, &event);
	g_assert_cmpstr(event.name, ==, "a very long nam");
	ww_dialect_store_text(name, "esc\x1b[31m\n", &texts, &event);
	g_assert_cmpstr(event.name, ==, "esc?[31m?");
	ww_dialect_store_text(name, "bad\xff\xc3", &texts, &event);
	g_assert_cmpstr(event.name, ==, "bad??");
	/* Cut between characters, not inside one. */
	ww_dialect_store_text(name, "fourteen bytes\xc3\xa9", &texts, &event);
	g_assert_cmpstr(event.name, ==, "fourteen bytes");
	g_assert_true(g_utf8_validate(event.name, -1, NULL));
	ww_texts_destroy(&texts);
}

/* Many texts of one batch stay where they are; the next batch has them all anew. */
static void test_text_pile(void)
{
	enum { N = 5000 };
	g_autofree const char **kept = g_new(const char *, N);
	struct ww_texts texts;
	guint n_chunks;

	ww_texts_init(&texts);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < N; i++) {
			g_autofree char *text = g_strdup_printf("thread %d", i + round);

			kept[i] = ww_texts_add(&texts, text, WW_NAME_BYTES);
		}
		for (int i = 0; i < N; i++) {
			g_autofree char *text = g_strdup_printf("thread %d", i + round);

			g_assert_cmpstr(kept[i], ==, text);
		}
		if (round == 0)
			n_chunks = texts.chunks->len;
		g_assert_cmpuint(texts.chunks->len, ==, n_chunks);
		ww_texts_clear(&texts);
	}
	ww_texts_destroy(&texts);
}

static void test_syscalls(void)
{
	struct ww_dialect_env kernel, user;
	struct ww_event event;

	ww_dialect_env_init(&kernel, "lttng-modules", NULL, NULL, NULL, 2, 13);
	ww_dialect_env_init(&user, "lttng-ust", "ust", NULL, NULL, 2, 13);
	g_assert_null(ww_dialect_next(&user, "sys_read", NULL));
	g_assert_null(ww_dialect_next(&kernel, "kmem_kfree", NULL));
	ww_dialect_init_event(&kernel, ww_dialect_next(&kernel, "syscall_entry_futex", NULL),
			      "syscall_entry_futex", &event);
	g_assert_cmpint(event.kind, ==, WW_EVENT_SYSCALL_ENTER);
	g_assert_null(event.text); /* the number says it */
	g_assert_cmpstr(ww_syscall_name(event.syscall.nr), ==, "futex");
	ww_dialect_init_event(&kernel, ww_dialect_next(&kernel, "sys_cacheflush", NULL),
			      "sys_cacheflush", &event);
	g_assert_cmpint(event.syscall.nr, ==, WW_SYSCALL_UNKNOWN);
	g_assert_cmpstr(event.text, ==, "cacheflush");
	ww_dialect_init_event(&user, NULL, "whatever", &event);
	g_assert_cmpint(event.kind, ==, WW_EVENT_OTHER);
	g_assert_cmpint(event.source, ==, 1);
}

/* What our own records leave open stays unknown, and is not a 0 or a yes. */
static void test_unknowns(void)
{
	static const struct {
		uint64_t left;
		enum ww_wire_state state;
	} cases[] = {
		{ WW_WIRE_LEFT_BLOCKED, WW_WIRE_STATE_SLEEPING },
		{ WW_WIRE_LEFT_PREEMPTED, WW_WIRE_STATE_RUNNING },
		{ WW_WIRE_LEFT_ENDED, WW_WIRE_STATE_DEAD },
		{ WW_WIRE_LEFT_N, WW_WIRE_STATE_UNKNOWN },
		{ UINT64_MAX, WW_WIRE_STATE_UNKNOWN },
	};
	const struct ww_dialect_event *out;
	struct ww_dialect_env env;
	struct ww_event event;

	ww_dialect_env_init(&env, "whywait", "kernel", "6.1.0", "x86_64", 0, 1);
	out = ww_dialect_next(&env, "sched_out", NULL);
	g_assert_nonnull(out);
	ww_dialect_init_event(&env, out, "sched_out", &event);
	g_assert_cmpint(event.kind, ==, WW_EVENT_SWITCH);
	g_assert_cmpint(event.switched.next_tid, ==, WW_TID_UNKNOWN);
	g_assert_cmpint(event.switched.syscall, ==, WW_SYSCALL_UNKNOWN);
	g_assert_cmpint(event.switched.next_prio, ==, -1);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		ww_dialect_store_int(&env, field_of(&env, "sched_out", "left"), cases[i].left,
				     false, NULL, &event);
		g_assert_cmpint(event.switched.prev_state, ==, cases[i].state);
	}
	ww_event_init(&event, WW_EVENT_EXIT);
	for (uint64_t value = 0; value <= WW_WIRE_GROUP_DEAD_UNKNOWN; value++) {
		ww_dialect_store_int(&env, field_of(&env, "exit", "group_dead"), value, false, NULL,
				     &event);
		g_assert_cmpint(event.exited.group_dead, ==, value == 1);
	}
}

/* Every kind goes through the pipe with its texts, and not a byte sooner than it is whole. */
static void test_protocol(void)
{
	_Alignas(8) uint8_t bytes[WW_PROTOCOL_MAX_BYTES];

	for (unsigned int kind = 0; kind < WW_PROTOCOL_N; kind++) {
		struct ww_event sent = { .kind = (uint8_t)kind, .time_ns = 7, .tid = 42 };
		struct ww_event taken;
		size_t n_bytes;

		sent.name = kind % 2 ? "fifteen-letters" : NULL;
		sent.text = kind % 3 ? "a text" : NULL;
		n_bytes = ww_protocol_put(&sent, bytes);
		g_assert_cmpuint(n_bytes % 8, ==, 0);
		for (size_t n = 0; n < n_bytes; n++)
			g_assert_cmpuint(ww_protocol_take(bytes, n, &taken), ==, 0);
		g_assert_cmpuint(ww_protocol_take(bytes, n_bytes, &taken), ==, n_bytes);
		g_assert_cmpint(taken.kind, ==, kind);
		g_assert_cmpint(taken.tid, ==, 42);
		g_assert_cmpstr(taken.name, ==, sent.name);
		g_assert_cmpstr(taken.text, ==, sent.text);
	}
}

/* What a hostile child could write is refused or made sound. */
static void test_hostile_protocol(void)
{
	_Alignas(8) uint8_t bytes[WW_PROTOCOL_MAX_BYTES];
	struct ww_event sent = { .kind = WW_EVENT_SWITCH, .name = "name", .text = "text" };
	struct ww_event taken;
	size_t n_bytes;

	memset(&sent.switched, 0xff, sizeof(sent.switched));
	n_bytes = ww_protocol_put(&sent, bytes);
	g_assert_cmpuint(ww_protocol_take(bytes, n_bytes, &taken), ==, n_bytes);
	g_assert_cmpint(taken.switched.prev_state, ==, WW_WIRE_STATE_UNKNOWN);
	g_assert_cmpint(taken.switched.in_fault, ==, true);
	bytes[n_bytes - 8] = 'x'; /* where one of the texts ends */
	memset(bytes + offsetof(struct ww_event, switched) + sizeof(sent.switched), 'x', 5);
	g_assert_cmpuint(ww_protocol_take(bytes, n_bytes, &taken), ==, WW_PROTOCOL_NONSENSE);
	memset(bytes, 0xff, sizeof(bytes));
	g_assert_cmpuint(ww_protocol_take(bytes, sizeof(bytes), &taken), ==, WW_PROTOCOL_NONSENSE);
	bytes[offsetof(struct ww_event, kind)] = WW_EVENT_SWITCH;
	g_assert_cmpuint(ww_protocol_take(bytes, sizeof(bytes), &taken), ==, WW_PROTOCOL_NONSENSE);
}

static void bracket(struct ww_irq_contexts *contexts, const struct ww_dialect_env *env,
		    const char *name, uint16_t vector)
{
	const struct ww_dialect_event *dialect = ww_dialect_next(env, name, NULL);
	struct ww_event event;

	g_assert_nonnull(dialect);
	ww_dialect_init_event(env, dialect, name, &event);
	event.cpu = 1;
	event.interrupt.vector = vector;
	ww_irq_bracket(contexts, dialect->edge, &event);
}

static void wake(struct ww_irq_contexts *contexts, uint16_t cpu, enum ww_wire_context context,
		 uint16_t vector)
{
	struct ww_event event;

	ww_event_init(&event, WW_EVENT_WAKING);
	event.cpu = cpu;
	ww_irq_complete(contexts, &event);
	g_assert_cmpint(event.woken.context, ==, context);
	g_assert_cmpint(event.woken.vector, ==, vector);
}

/* A wake-up inside an interrupt is the interrupt's, on that CPU and until its exit. */
static void test_contexts(void)
{
	static struct ww_irq_contexts contexts;
	struct ww_dialect_env env;
	struct ww_event event;

	ww_dialect_env_init(&env, "lttng-modules", "kernel", "6.1.0", NULL, 2, 13);
	wake(&contexts, 1, WW_WIRE_CONTEXT_N, 0);
	bracket(&contexts, &env, "softirq_entry", 3);
	wake(&contexts, 1, WW_WIRE_CONTEXT_SOFTIRQ, 3);
	bracket(&contexts, &env, "irq_handler_entry", 35);
	wake(&contexts, 1, WW_WIRE_CONTEXT_HARDIRQ, 35);
	wake(&contexts, 0, WW_WIRE_CONTEXT_N, 0);
	bracket(&contexts, &env, "irq_handler_exit", 35);
	wake(&contexts, 1, WW_WIRE_CONTEXT_SOFTIRQ, 3);
	bracket(&contexts, &env, "hrtimer_expire_exit", 0);
	wake(&contexts, 1, WW_WIRE_CONTEXT_SOFTIRQ, 3);
	/* a lost exit: the switch proves that the interrupt is over */
	ww_event_init(&event, WW_EVENT_SWITCH);
	event.cpu = 1;
	ww_irq_complete(&contexts, &event);
	wake(&contexts, 1, WW_WIRE_CONTEXT_N, 0);
	/* more nesting than any CPU does is ignored */
	for (int i = 0; i < 10; i++)
		bracket(&contexts, &env, "irq_handler_entry", 35);
	wake(&contexts, 1, WW_WIRE_CONTEXT_HARDIRQ, 35);
}

static bool has_field(const struct ww_wire_record *record, const char *name)
{
	for (unsigned int i = 0; i < record->n_fields; i++)
		if (strcmp(record->fields[i].name, name) == 0)
			return true;
	return false;
}

/* Whatever we record has a meaning, and its table asks for fields that the record has. */
static void test_own_records(void)
{
	struct ww_dialect_env env;

	ww_dialect_env_init(&env, "whywait", "kernel", "6.1.0", "x86_64", 0, 1);
	for (unsigned int id = 0; id < WW_WIRE_ID_N; id++) {
		const struct ww_wire_record *record = &ww_wire_records[id];
		const struct ww_dialect_event *dialect = ww_dialect_next(&env, record->name, NULL);

		g_test_message("%s", record->name);
		g_assert_nonnull(dialect);
		g_assert_cmpint(dialect->kind, !=, WW_EVENT_OTHER);
		for (const struct ww_dialect_field *field = dialect->fields; field->name; field++)
			if (!field->is_optional)
				g_assert_true(has_field(record, field->name));
	}
}

/* What others call the same things. */
static void test_other_names(void)
{
	static const struct {
		const char *tracer, *name;
		enum ww_event_kind kind;
	} names[] = {
		{ "lttng-modules", "irq_handler_entry", WW_EVENT_INTERRUPT_ENTRY },
		{ "lttng-modules", "block_rq_issue", WW_EVENT_DISK_ISSUE },
		{ "lttng-modules", "power_cpu_idle", WW_EVENT_CPU_IDLE_STATE },
		{ "lttng-modules", "power_cpu_frequency", WW_EVENT_CPU_FREQUENCY },
		{ "perf", "power:cpu_frequency", WW_EVENT_CPU_FREQUENCY },
		{ NULL, "softirq_entry", WW_EVENT_INTERRUPT_ENTRY }, /* its own name says enough */
		{ "lttng-modules", "workqueue_queue_work", WW_EVENT_WORK_QUEUE },
		{ "lttng-modules", "lttng_statedump_file_descriptor", WW_EVENT_FILE_NAME },
		{ "lttng-modules", "x86_exceptions_page_fault_user", WW_EVENT_PAGE_FAULT },
		{ "perf", "lock:contention_begin", WW_EVENT_KERNEL_LOCK_BEGIN },
		{ "perf", "sched:sched_pi_setprio", WW_EVENT_SETPRIO },
		{ "perf", "compaction:mm_compaction_begin", WW_EVENT_RECLAIM_BEGIN },
		{ "perf", "cpuhp:cpuhp_enter", WW_EVENT_CPU_HOTPLUG },
		{ "lttng-ust", "whywait:region_begin", WW_EVENT_REGION_BEGIN },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		const struct ww_dialect_event *dialect;
		struct ww_dialect_env env;

		ww_dialect_env_init(&env, names[i].tracer, NULL, NULL, NULL, 2, 13);
		dialect = ww_dialect_next(&env, names[i].name, NULL);
		g_test_message("%s", names[i].name);
		g_assert_nonnull(dialect);
		g_assert_cmpint(dialect->kind, ==, names[i].kind);
	}
}

/* Frames become one text and come out of it as they were; 0 ends a stack. */
static void test_frames(void)
{
	static const char *const members[] = { "frame0", "frame1", "frame2", "frame3",
					       "frame4", "frame5", "frame6", "frame7" };
	uint64_t frames[WW_WIRE_FRAMES];
	struct ww_dialect_env env;
	struct ww_texts texts;
	struct ww_event event;

	ww_dialect_env_init(&env, "whywait", "kernel", "6.1.0", "x86_64", 0, 1);
	ww_texts_init(&texts);
	for (unsigned int n = 0; n <= WW_WIRE_FRAMES; n++) {
		ww_event_init(&event, WW_EVENT_FRAMES);
		for (unsigned int i = 0; i < WW_WIRE_FRAMES; i++)
			ww_dialect_store_int(&env, field_of(&env, "frames", members[i]),
					     i < n ? UINT64_MAX - i : 0, false, &texts, &event);
		g_assert_cmpuint(ww_event_frames(&event, frames), ==, n);
		for (unsigned int i = 0; i < n; i++)
			g_assert_cmpuint(frames[i], ==, UINT64_MAX - i);
	}
	ww_texts_destroy(&texts);
}

/* The other scales: arguments are counted, sectors are bytes, flags are an operation. */
static void test_other_scales(void)
{
	struct ww_dialect_env env;
	struct ww_event event;

	ww_dialect_env_init(&env, "lttng-modules", "kernel", "6.1.0", "x86_64", 2, 13);
	ww_event_init(&event, WW_EVENT_SYSCALL_ENTER);
	g_assert_cmpuint(event.syscall.n_args, ==, 0);
	ww_dialect_store_int(&env, field_of(&env, "syscall_entry_futex", "uaddr"), UINT64_MAX,
			     false, NULL, &event);
	ww_dialect_store_int(&env, field_of(&env, "syscall_entry_futex", "op"), 128, true, NULL,
			     &event);
	g_assert_cmpuint(event.syscall.n_args, ==, 2);
	g_assert_cmpuint(event.syscall.args[0], ==, UINT64_MAX);
	g_assert_cmpuint(event.syscall.args[1], ==, 128);
	ww_event_init(&event, WW_EVENT_DISK_ISSUE);
	ww_dialect_store_int(&env, field_of(&env, "block_rq_issue", "nr_sector"), 8, false, NULL,
			     &event);
	g_assert_cmpuint(event.disk.n_bytes, ==, 4096);
	ww_dialect_store_int(&env, field_of(&env, "block_rq_issue", "nr_sector"), UINT64_MAX, false,
			     NULL, &event);
	g_assert_cmpuint(event.disk.n_bytes, ==, UINT32_MAX - 511);
	g_assert_cmpuint(event.disk.operation, ==, UINT8_MAX);
	ww_dialect_store_int(&env, field_of(&env, "block_rq_issue", "rwbs"), 1 | 1 << 5, false,
			     NULL, &event);
	g_assert_cmpuint(event.disk.operation, ==, 1);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dialect/states", test_states);
	g_test_add_func("/dialect/numbers", test_numbers);
	g_test_add_func("/dialect/texts", test_texts);
	g_test_add_func("/dialect/text-pile", test_text_pile);
	g_test_add_func("/dialect/syscalls", test_syscalls);
	g_test_add_func("/dialect/unknowns", test_unknowns);
	g_test_add_func("/dialect/contexts", test_contexts);
	g_test_add_func("/dialect/own-records", test_own_records);
	g_test_add_func("/dialect/other-names", test_other_names);
	g_test_add_func("/dialect/frames", test_frames);
	g_test_add_func("/dialect/other-scales", test_other_scales);
	g_test_add_func("/dialect/protocol", test_protocol);
	g_test_add_func("/dialect/hostile-protocol", test_hostile_protocol);
	return g_test_run();
}
