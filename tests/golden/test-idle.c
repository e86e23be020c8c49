// SPDX-License-Identifier: GPL-2.0-or-later
/* Waits for work that had not come, and waits for an answer: which is which. */
#include <string.h>

#include "tests/golden/script.h"

#define N_ROUNDS 6

/* The shell, an old server and what is young, on two CPUs that are idle between the rounds. */
#define PROCESSES                                                                                  \
	"0 task 0 sh/5 S pid=5 parent=1 start=100\n"                                               \
	"0 task 0 server/10 S pid=10 parent=5 start=200 syscall=epoll_wait arg0=4\n"               \
	"0 switch 0 - ? idle\n0 switch 1 - ? idle\n"

/* One wait of @A, on CPU 0, for @B, on CPU 1, and of @B for @A: @CALL_A sleeps @A, @CALL_B sleeps
 * @B. */
struct exchange {
	const char *a, *b;
	const char *call_a, *call_b;
	const char *wakes_a, *wakes_b; /* behind the waking: its context */
	const char *before_a;          /* what @a says before it sleeps; NULL */
	const char *lock_a, *lock_b;   /* "semaphore 0x1000 site=7" round the sleep; NULL */
	const char *waker_a;           /* instead of @b; NULL */
};

static void lock(GString *text, int64_t t_us, const char *what, const char *thread,
		 const char *lock, const char *more)
{
	if (lock)
		g_string_append_printf(text, "%" G_GINT64_FORMAT "us lock-%s %s %s%s\n", t_us, what,
				       thread, lock, more);
}

/* Wakes @thread on @cpu at @t_us, where it runs for 10 us and sleeps again. */
static void run(GString *text, int64_t t_us, int cpu, const char *thread, const char *waker,
		const char *context, const char *call, const char *said, const char *around)
{
	const long long t = t_us;

	g_string_append_printf(
		text, "%lldus waking %d %s %s target=%d %s\n%lldus wakeup %d %s target=%d\n", t,
		1 - cpu, waker, thread, cpu, context, t, cpu, thread, cpu);
	g_string_append_printf(text, "%lldus switch %d idle R %s\n", t + 1, cpu, thread);
	lock(text, t + 2, "end", thread, around, "");
	if (said)
		g_string_append_printf(text, "%lldus %s\n", t + 3, said);
	lock(text, t + 4, "begin", thread, around, "");
	g_string_append_printf(text, "%lldus switch %d %s S idle %s\n", t + 10, cpu, thread, call);
}

/* @a is woken by @b and wakes it in turn. */
static void exchange(GString *text, int64_t t_us, const struct exchange *with)
{
	run(text, t_us, 0, with->a, with->waker_a ? with->waker_a : with->b, with->wakes_a,
	    with->call_a, with->before_a, with->lock_a);
	run(text, t_us + 100, 1, with->b, with->a, with->wakes_b, with->call_b, NULL, with->lock_b);
}

static char *script_of(const char *begin, const struct exchange *with)
{
	GString *text = g_string_new(begin);

	for (int i = 0; i < N_ROUNDS; i++)
		exchange(text, 1000 * (i + 1), with);
	g_string_append(text, "20ms other\n");
	return g_string_free(text, false);
}

/* "2 poll\n4 idle-for-work\n": its sleeps in order, but the one that has not ended. */
static char *reasons_of(const struct ww_trace *trace, const char *thread)
{
	const struct ww_lane lane = { WW_LANE_THREAD, ww_script_utid(trace, thread) };
	const struct ww_span all = { INT64_MIN, INT64_MAX };
	GString *text = g_string_new(NULL);
	struct ww_interval_iter iter;
	struct ww_interval one;
	int last = -1, n = 0;

	ww_interval_iter_init(&iter, trace, lane, all);
	while (ww_interval_iter_next(&iter, &one)) {
		if (one.state != WW_STATE_BLOCKED || one.flags & WW_INTERVAL_CENSORED_LEFT ||
		    one.flags & WW_INTERVAL_CENSORED_RIGHT)
			continue;
		if (last >= 0 && one.reason != last)
			g_string_append_printf(text, "%d %s\n", n,
					       ww_reason_name((enum ww_reason)last));
		n = one.reason == last ? n + 1 : 1;
		last = one.reason;
	}
	if (last >= 0)
		g_string_append_printf(text, "%d %s\n", n, ww_reason_name((enum ww_reason)last));
	return g_string_free(text, false);
}

#define EPOLL "syscall=epoll_wait arg0=4"
#define POLL "syscall=poll arg0=0x7000"
#define RECV "syscall=recvfrom arg0=3"
#define FUTEX "syscall=futex arg0=0x1000"
#define SENT "context=task vector=3"
#define RECEIVED "context=softirq vector=3"
#define ITSELF "context=task"

/* clang-format off */
#define CLIENT_ASKS                                                    \
	"100us fork 0 sh/5 client/20 pid=20\n"                         \
	"100us wakeup_new 0 sh/5 client/20 target=1\n"                 \
	"101us switch 1 idle R client/20\n"                            \
	"102us waking 1 client/20 server/10 target=0\n"                \
	"102us wakeup 0 server/10 target=0\n"                          \
	"103us switch 0 idle R server/10\n"
#define BOTH_SLEEP                                                     \
	"110us switch 0 server/10 S idle " EPOLL "\n"                  \
	"111us switch 1 client/20 S idle " POLL "\n"

/* Two workers at a semaphore and one thread that fills it; the first worker is looked at. */
#define POOL(SITE)                                                     \
	"0 switch 0 idle R main/10\n"                                  \
	"10us fork 0 main/10 worker/11 pid=10\n"                       \
	"11us fork 0 main/10 other/12 pid=10\n"                        \
	"12us fork 0 main/10 filler/13 pid=10\n"                       \
	"13us task 0 filler/13 S pid=10\n"                             \
	"20us switch 0 main/10 S other/12 syscall=pause\n"             \
	"21us lock-begin other/12 semaphore 0x1000 site=7 pid=10\n"    \
	"22us switch 0 other/12 S idle " FUTEX "\n"                    \
	"23us switch 1 - ? filler/13\n"                                \
	"24us waking 1 filler/13 other/12 target=0\n"                  \
	"24us wakeup 0 other/12 target=0\n"                            \
	"25us switch 0 idle R other/12\n"                              \
	"26us lock-end other/12 semaphore 0x1000 site=7 pid=10\n"      \
	"30us switch 0 other/12 S worker/11 syscall=pause\n"           \
	"31us lock-begin worker/11 semaphore 0x1000 site=" SITE " pid=10\n" \
	"32us switch 0 worker/11 S idle " FUTEX "\n"                   \
	"33us switch 1 filler/13 S idle syscall=pause\n"

static const struct golden {
	const char *situation;
	const char *begin;
	struct exchange with;
	const char *reasons_a, *reasons_b; /* NULL: not looked at */
} goldens[] = {
	{ "a server that polls idles, its younger client waits for answers",
	  PROCESSES CLIENT_ASKS "110us switch 0 server/10 S idle " POLL "\n111us switch 1 client/20 S idle " POLL "\n",
	  { "server/10", "client/20", POLL, POLL, ITSELF, ITSELF, NULL, NULL, NULL },
	  "6 idle-for-work\n", "6 poll\n" },
	{ "where it waits is told by its stack: a poll from elsewhere is not the loop's",
	  PROCESSES CLIENT_ASKS
	  "110us stack 0 server/10 user 55\n110us switch 0 server/10 S idle " POLL "\n"
	  "111us switch 1 client/20 S idle " POLL "\n",
	  { "server/10", "client/20", POLL, POLL, ITSELF, ITSELF, "stack 0 server/10 user 99", NULL, NULL },
	  "1 poll\n5 idle-for-work\n", "6 poll\n" },
	{ "so do those of epoll, over loopback too",
	  PROCESSES CLIENT_ASKS "110us switch 0 server/10 S idle " EPOLL "\n111us switch 1 client/20 S idle " EPOLL "\n",
	  { "server/10", "client/20", EPOLL, EPOLL, SENT, SENT, NULL, NULL, NULL },
	  "6 idle-for-work\n", "6 poll\n" },
	{ "the newborn child of a server is as old as the server",
	  PROCESSES CLIENT_ASKS
	  "104us fork 0 server/10 backend/30 pid=30\n"
	  "105us switch 0 server/10 S backend/30 " EPOLL "\n"
	  "110us switch 0 backend/30 S idle " POLL "\n"
	  "111us switch 1 client/20 S idle " POLL "\n"
	  "200us waking 1 client/20 backend/30 target=0\n",
	  { "backend/30", "client/20", POLL, POLL, ITSELF, ITSELF, NULL, NULL, NULL },
	  "6 idle-for-work\n", "6 poll\n" },
	{ "of a server that seems to ask first nobody knows: both stay what they look like",
	  PROCESSES
	  "100us fork 0 sh/5 client/20 pid=20\n"
	  "101us switch 1 idle R client/20\n"
	  "102us switch 1 client/20 S idle " POLL "\n"
	  "110us waking 1 idle server/10 context=hrtimer target=0\n"
	  "110us wakeup 0 server/10 target=0\n"
	  "111us switch 0 idle R server/10\n"
	  "112us waking 0 server/10 client/20 target=1\n"
	  "112us wakeup 1 client/20 target=1\n"
	  "113us switch 1 idle R client/20\n"
	  BOTH_SLEEP,
	  { "server/10", "client/20", EPOLL, POLL, ITSELF, ITSELF, NULL, NULL, NULL },
	  "6 idle-for-work\n", "7 poll\n" },
	{ "an epoll of which nobody knew yet is called as it turns out",
	  "0 task 0 sh/5 S pid=5 parent=1 start=100\n"
	  "0 task 0 server/10 R pid=10 parent=5 start=200\n"
	  "0 switch 0 idle R server/10\n0 switch 1 - ? idle\n"
	  "100us fork 0 sh/5 client/20 pid=20\n"
	  "101us switch 1 idle R client/20\n"
	  "102us switch 1 client/20 S idle " EPOLL "\n"
	  "103us waking 1 idle client/20 context=hrtimer target=1\n"
	  "103us wakeup 1 client/20 target=1\n"
	  "104us switch 1 idle R client/20\n"
	  "105us switch 0 server/10 S idle " EPOLL "\n"
	  "106us waking 1 client/20 server/10 target=0\n"
	  "106us wakeup 0 server/10 target=0\n"
	  "107us switch 0 idle R server/10\n"
	  BOTH_SLEEP,
	  { "server/10", "client/20", EPOLL, EPOLL, ITSELF, ITSELF, NULL, NULL, NULL },
	  "7 idle-for-work\n", "7 poll\n" },
	{ "what comes over the network says nothing: epoll idles",
	  PROCESSES CLIENT_ASKS BOTH_SLEEP,
	  { "server/10", "client/20", EPOLL, POLL, RECEIVED, SENT, NULL, NULL, NULL, "idle" },
	  "6 idle-for-work\n", "6 poll\n" },
	{ "and poll waits",
	  PROCESSES CLIENT_ASKS "110us switch 0 server/10 S idle " POLL "\n111us switch 1 client/20 S idle " POLL "\n",
	  { "server/10", "client/20", POLL, POLL, RECEIVED, SENT, NULL, NULL, NULL, "idle" },
	  "6 poll\n", "6 poll\n" },
	{ "a parent waits for its child",
	  PROCESSES
	  "90us waking 1 idle server/10 context=hrtimer target=0\n"
	  "90us wakeup 0 server/10 target=0\n"
	  "91us switch 0 idle R server/10\n"
	  "100us fork 0 server/10 client/20 pid=20\n"
	  "101us switch 1 idle R client/20\n"
	  BOTH_SLEEP,
	  { "server/10", "client/20", POLL, RECV, ITSELF, ITSELF, NULL, NULL, NULL },
	  "6 poll\n", NULL },
	{ "with a task of its own it has work",
	  PROCESSES CLIENT_ASKS BOTH_SLEEP,
	  { "server/10", "client/20", EPOLL, POLL, ITSELF, ITSELF, "task-begin server/10 77 request", NULL, NULL },
	  "1 idle-for-work\n5 poll\n", NULL },
	{ "a worker of a pool idles at its semaphore",
	  POOL("7"),
	  { "worker/11", "filler/13", FUTEX, "syscall=pause", ITSELF, "context=hrtimer", NULL, "semaphore 0x1000 site=7 pid=10", NULL },
	  "6 idle-for-work\n", NULL },
	{ "one thread alone is no pool",
	  POOL("8"),
	  { "worker/11", "filler/13", FUTEX, "syscall=pause", ITSELF, "context=hrtimer", NULL, "semaphore 0x1000 site=8 pid=10", NULL },
	  "6 semaphore\n", NULL },
	{ "threads that hand something on to each other share it",
	  POOL("7")
	  "40us waking 1 filler/13 worker/11 target=0\n"
	  "40us wakeup 0 worker/11 target=0\n"
	  "41us switch 0 idle R worker/11\n"
	  "42us lock-end worker/11 semaphore 0x1000 site=7 pid=10\n"
	  "43us waking 0 worker/11 other/12 target=1\n"
	  "43us wakeup 1 other/12 target=1\n"
	  "44us switch 1 idle R other/12\n"
	  "45us lock-begin other/12 semaphore 0x1000 site=7 pid=10\n"
	  "46us switch 1 other/12 S idle " FUTEX "\n"
	  "47us waking 0 worker/11 other/12 target=1\n"
	  "47us wakeup 1 other/12 target=1\n"
	  "48us switch 1 idle R other/12\n"
	  "49us lock-end other/12 semaphore 0x1000 site=7 pid=10\n"
	  "50us lock-begin worker/11 semaphore 0x1000 site=7 pid=10\n"
	  "51us switch 0 worker/11 S idle " FUTEX "\n"
	  "52us lock-begin other/12 semaphore 0x1000 site=7 pid=10\n"
	  "53us switch 1 other/12 S idle " FUTEX "\n",
	  { "worker/11", "other/12", FUTEX, FUTEX, ITSELF, ITSELF, NULL, "semaphore 0x1000 site=7 pid=10",
	    "semaphore 0x1000 site=7 pid=10" },
	  "7 semaphore\n", "1 semaphore\n1 signal-wait\n7 semaphore\n" },
};
/* clang-format on */

static void test_golden(const void *data)
{
	const struct golden *golden = data;
	g_autofree char *script = script_of(golden->begin, &golden->with);
	ww_auto(trace) trace = ww_script_trace(script);
	g_autofree char *reasons_a = reasons_of(trace, golden->with.a);
	g_autofree char *reasons_b = reasons_of(trace, golden->with.b);

	ww_check_trace(trace);
	if (golden->reasons_a)
		g_assert_cmpstr(reasons_a, ==, golden->reasons_a);
	if (golden->reasons_b)
		g_assert_cmpstr(reasons_b, ==, golden->reasons_b);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(goldens); i++) {
		g_autofree char *path = g_strdup_printf("/idle/%s", goldens[i].situation);

		g_test_add_data_func(path, &goldens[i], test_golden);
	}
	return g_test_run();
}
