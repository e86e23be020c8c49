// SPDX-License-Identifier: GPL-2.0-or-later
/* Locks that were waited for, of scripts: who waited, how many at once, who held them; the kernel's
 * apart. */
#include <string.h>

#include "analysis/aggregate/lock-table.h"
#include "tests/golden/script.h"

#define THREADS                                                                                    \
	"0 switch 0 idle R main/10\n"                                                              \
	"0 switch 1 idle R a/11\n"                                                                 \
	"0 switch 2 idle R b/12\n"                                                                 \
	"0 task 0 main/10 R pid=10 on-cpu\n"                                                       \
	"0 task 1 a/11 R pid=10 on-cpu\n"                                                          \
	"0 task 2 b/12 R pid=10 on-cpu\n"

/*
 * One lock a line: its kind and address, "xN" how often, the lengths of its waits in order, "queue
 * N", the waiters, "held by" whom for how long, "at" where from.
 */
static const struct example {
	const char *name;
	const char *script, *locks;
} examples[] = {
	{ "waits for one lock are one row, with all who waited and all who held it",
	  THREADS "10 lock-begin a/11 mutex 0x1000 owner=main/10 site=0x40 pid=10\n"
		  "10 switch 1 a/11 S idle syscall=futex arg0=0x1000\n"
		  "20 lock-begin b/12 mutex 0x1000 owner=main/10 site=0x50 pid=10\n"
		  "20 switch 2 b/12 S idle syscall=futex arg0=0x1000\n"
		  "60 waking 0 main/10 a/11\n"
		  "60 switch 1 idle R a/11\n"
		  "60 lock-end a/11 mutex 0x1000 pid=10\n"
		  "90 waking 1 a/11 b/12\n"
		  "90 switch 2 idle R b/12\n"
		  "90 lock-end b/12 mutex 0x1000 pid=10\n"
		  "100 other\n",
	  "mutex 1000 x2: 50 70 queue 2 a b held by main 90 a 30 at 0x40 0x50\n" },
	{ "who goes when the next one comes did not meet it",
	  THREADS "10 lock-begin a/11 mutex 0x1000 pid=10\n"
		  "20 lock-end a/11 mutex 0x1000 pid=10\n"
		  "20 lock-begin b/12 mutex 0x1000 pid=10\n"
		  "30 lock-end b/12 mutex 0x1000 pid=10\n"
		  "100 other\n",
	  "mutex 1000 x2: 10 10 queue 1 a b\n" },
	{ "what nobody can hold comes behind what somebody can",
	  THREADS "10 lock-begin a/11 condition 0x2000 pid=10\n"
		  "15 lock-begin b/12 mutex 0x1000 owner=main/10 pid=10\n"
		  "20 lock-end b/12 mutex 0x1000 pid=10\n"
		  "90 lock-end a/11 condition 0x2000 pid=10\n"
		  "100 other\n",
	  "mutex 1000 x1: 5 queue 1 b held by main 5\n"
	  "condition 2000 x1: 80 queue 1 a\n" },
	{ "locks of the kernel are apart, by their flags, with the call that waited",
	  THREADS "10 kernel-lock-begin 1 a/11 0xffff8000 flags=4 owner=main/10\n"
		  "10 switch 1 a/11 D idle syscall=munmap\n"
		  "12 kernel-lock-begin 2 b/12 0xffff8000 flags=2\n"
		  "12 switch 2 b/12 D idle syscall=mmap\n"
		  "15 lock-begin main/10 mutex 0x1000 pid=10\n"
		  "20 lock-end main/10 mutex 0x1000 pid=10\n"
		  "40 waking 0 main/10 a/11\n"
		  "41 switch 1 idle R a/11\n"
		  "42 kernel-lock-end 1 a/11 0xffff8000\n"
		  "50 waking 0 main/10 b/12\n"
		  "51 switch 2 idle R b/12\n"
		  "52 kernel-lock-end 2 b/12 0xffff8000\n"
		  "60 kernel-lock-begin 1 a/11 0xffff9000 flags=33\n"
		  "61 kernel-lock-end 1 a/11 0xffff9000\n"
		  "70 kernel-lock-begin 1 a/11 0xffffa000 flags=1\n"
		  "75 kernel-lock-end 1 a/11 0xffffa000\n"
		  "100 other\n",
	  "mutex 1000 x1: 5 queue 1 main\n"
	  "mmap-lock kernel-rwsem ffff8000 x2: 32 40 queue 2 a b held by main 32 at munmap mmap\n"
	  "kernel-lock kernel-spinlock ffffa000 x1: 5 queue 1 a\n"
	  "kernel-lock kernel-mutex ffff9000 x1: 1 queue 1 a\n" },
};

static bool wants_all(const struct ww_thread *thread, void *data)
{
	return true;
}

static void add_threads(const struct ww_trace *trace, const struct ww_lock_row *lock, GString *text)
{
	for (guint i = 0; i < lock->waiters->len; i++)
		g_string_append_printf(
			text, " %s",
			ww_trace_thread(trace, g_array_index(lock->waiters, uint32_t, i))->name);
	g_string_append(text, lock->holders->len > 0 ? " held by" : "");
	for (guint i = 0; i < lock->holders->len; i++) {
		const struct ww_lock_holder *holder =
			&g_array_index(lock->holders, struct ww_lock_holder, i);

		g_string_append_printf(text, " %s %" G_GINT64_FORMAT,
				       ww_trace_thread(trace, holder->utid)->name, holder->ns);
	}
}

static void describe(const struct ww_trace *trace, const struct ww_lock_row *lock, GString *text)
{
	if (lock->is_kernel)
		g_string_append_printf(text, "%s ", lock->object.kind);
	g_string_append_printf(text, "%s %" G_GINT64_MODIFIER "x x%u:", lock->kind, lock->address,
			       lock->lengths.ns->len);
	for (guint i = 0; i < lock->lengths.ns->len; i++)
		g_string_append_printf(text, " %" G_GINT64_FORMAT,
				       g_array_index(lock->lengths.ns, int64_t, i));
	g_string_append_printf(text, " queue %u", lock->max_queue);
	add_threads(trace, lock, text);
	g_string_append(text, lock->sites->len > 0 ? " at" : "");
	for (guint i = 0; i < lock->sites->len; i++)
		g_string_append_printf(text, " %s", (const char *)lock->sites->pdata[i]);
	g_string_append_c(text, '\n');
}

static void test_example(const void *data)
{
	const struct example *example = data;
	ww_auto(trace) trace = ww_script_trace(example->script);
	const struct ww_filter filter = {
		.span = { 0, INT64_MAX },
		.wants_thread = wants_all,
	};
	g_autoptr(GPtrArray) locks = ww_lock_table(trace, &filter);
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < locks->len; i++)
		describe(trace, locks->pdata[i], text);
	g_assert_cmpstr(text->str, ==, example->locks);
}

/* Whole lengths, but totals, queues and holders of what lies inside. */
static void test_clipped(void)
{
	ww_auto(trace) trace = ww_script_trace(examples[0].script);
	const struct ww_filter filter = {
		.span = { 15, 20 },
		.wants_thread = wants_all,
		.is_clipped = true,
	};
	g_autoptr(GPtrArray) locks = ww_lock_table(trace, &filter);
	g_autoptr(GString) text = g_string_new(NULL);

	g_assert_cmpuint(locks->len, ==, 1);
	describe(trace, locks->pdata[0], text);
	g_assert_cmpstr(text->str, ==, "mutex 1000 x1: 50 queue 1 a held by main 5 at 0x40\n");
	g_assert_cmpint(((struct ww_lock_row *)locks->pdata[0])->total_ns, ==, 5);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/lock-table/clipped", test_clipped);
	for (size_t i = 0; i < G_N_ELEMENTS(examples); i++) {
		g_autofree char *path = g_strdup_printf("/lock-table/%s", examples[i].name);

		g_test_add_data_func(path, &examples[i], test_example);
	}
	return g_test_run();
}
