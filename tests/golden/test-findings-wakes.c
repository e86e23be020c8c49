// SPDX-License-Identifier: GPL-2.0-or-later
/* Findings about who wakes whom, and about locks that are handed over: each with a twin that lacks
 * it. */
#include <time.h>

#include "tests/golden/found.h"

#define N_WAITERS 6
#define N_BYSTANDERS 60 /* so many threads that several of ours look at them */

/* C wakes all of 6 waiters @n_herds times; all but @n_winners of them run for @loser_us and wait
 * again. */
static char *describe_herds(int n_herds, int n_winners, int loser_us, int winner_us)
{
	GString *script = g_string_new("0 task 1 C/9 R pid=1 on-cpu\n");

	for (int i = 0; i < N_WAITERS; i++)
		g_string_append_printf(script, "0 task 0 w/%d S pid=1 syscall=futex arg0=0x1000\n",
				       10 + i);
	for (int i = 0; i < N_BYSTANDERS; i++)
		g_string_append_printf(script, "0 task 0 x/%d S pid=1\n", 100 + i);
	for (int herd = 1; herd <= n_herds; herd++) {
		int at_us = 20000 * herd;

		for (int i = 0; i < N_WAITERS; i++)
			g_string_append_printf(script,
					       "%dus waking 1 C/9 w/%d target=0\n"
					       "%dus wakeup 0 w/%d target=0\n",
					       at_us + i, 10 + i, at_us + i, 10 + i);
		at_us += N_WAITERS;
		g_string_append_printf(script, "%dus switch 0 idle R w/10\n", at_us);
		for (int i = 0; i < N_WAITERS; i++) {
			at_us += i < n_winners ? winner_us : loser_us;
			g_string_append_printf(
				script, "%dus switch 0 w/%d S %s/%d syscall=futex arg0=0x1000\n",
				at_us, 10 + i, i + 1 < N_WAITERS ? "w" : "idle",
				i + 1 < N_WAITERS ? 11 + i : 0);
		}
	}
	g_string_append_printf(script, "%dms other\n", 20 * (n_herds + 1));
	return ww_found_in_string(script);
}

static void test_herd(void)
{
	g_autofree char *herd = describe_herds(4, 1, 10, 1000);
	g_autofree char *few_herds = describe_herds(2, 1, 10, 1000);
	g_autofree char *many_winners = describe_herds(4, 3, 10, 1000);
	g_autofree char *all_work = describe_herds(4, 0, 50, 50);
	g_autofree char *nearly_alike = describe_herds(4, 1, 50, 120);

	/* Of each: 1 ms behind the winner and 10 us behind each other, from their wake-up on. */
	g_assert_cmpstr(herd, ==,
			"thundering-herd 20 20660000 exact: 20 of 24 wake-ups brought nothing: C/9 "
			"woke w/11 and 4 more of C, which waited for futex 0x1000, 4 times all at "
			"once, and those slept again. On the way there they were ready or ran for "
			"20.7 ms.\n");
	g_assert_cmpstr(few_herds, ==, "");
	g_assert_cmpstr(many_winners, ==, "");
	g_assert_cmpstr(all_work, ==, "");
	g_assert_cmpstr(nearly_alike, ==, "");
}

/* The same with calls that the hooks saw end well: of 6 that C wakes at once one works on for
 * longer. */
static char *describe_calls(const char *kind)
{
	GString *script = g_string_new("0 task 1 C/9 R pid=1 on-cpu\n");
	int end_us = 0;

	for (int i = 0; i < N_WAITERS; i++, end_us += 5)
		g_string_append_printf(script,
				       "%dus switch 0 idle R w/%d\n"
				       "%dus lock-begin w/%d %s 0x1000 pid=1\n"
				       "%dus switch 0 w/%d S idle syscall=futex arg0=0x1008\n",
				       end_us, 10 + i, end_us + 2, 10 + i, kind, end_us + 4,
				       10 + i);
	for (int herd = 1; herd <= 4; herd++) {
		const int at_us = 20000 * herd;

		for (int i = 0; i < N_WAITERS; i++)
			g_string_append_printf(script,
					       "%dus waking 1 C/9 w/%d target=0\n"
					       "%dus wakeup 0 w/%d target=0\n",
					       at_us, 10 + i, at_us, 10 + i);
		end_us = at_us;
		for (int i = 0; i < N_WAITERS; i++) {
			g_string_append_printf(script,
					       "%dus switch 0 idle R w/%d\n"
					       "%dus lock-end w/%d %s 0x1000 pid=1 result=0\n",
					       end_us + 2, 10 + i, end_us + 3, 10 + i, kind);
			end_us += i == 0 ? 1000 : 40;
			g_string_append_printf(
				script,
				"%dus lock-begin w/%d %s 0x1000 pid=1\n"
				"%dus switch 0 w/%d S idle syscall=futex arg0=0x1008\n",
				end_us, 10 + i, kind, end_us + 1, 10 + i);
		}
	}
	g_string_append(script, "100ms other\n");
	return ww_found_in_string(script);
}

/* All who wait at a barrier got what they waited for; a condition's waiters may find nothing. */
static void test_herd_of_calls(void)
{
	g_autofree char *barrier = describe_calls("barrier");
	g_autofree char *semaphore = describe_calls("semaphore");
	g_autofree char *condition = describe_calls("condition");

	g_assert_null(strstr(barrier, "thundering-herd"));
	g_assert_null(strstr(semaphore, "thundering-herd"));
	g_assert_nonnull(
		strstr(condition, "thundering-herd 20 22420000 likely: 20 of 24 wake-ups "));
}

/* So many wake-ups 20 ns apart, of 12 threads, each from a wait for something of its own. */
static GString *script_of_strangers(int n)
{
	GString *script = g_string_new("0 task 4 C/9 R pid=1 on-cpu\n");
	int at_ns = 1000000;

	for (int i = 0; i < 12; i++)
		g_string_append_printf(script, "0 task 0 w/%d S pid=1 syscall=futex arg0=0x%d\n",
				       10 + i, 1000 + i);
	for (int i = 0; i < n; i++, at_ns += 20) {
		const int cpu = i % 4, tid = 10 + i % 12;

		g_string_append_printf(script,
				       "%d waking 4 C/9 w/%d target=%d\n"
				       "%d switch %d idle R w/%d\n"
				       "%d switch %d w/%d S idle syscall=futex arg0=0x%d\n",
				       at_ns, tid, cpu, at_ns + 1, cpu, tid, at_ns + 2, cpu, tid,
				       100000 + i);
	}
	g_string_append_printf(script, "%d other\n", at_ns + 1000000000);
	return script;
}

/* What is odd takes no more time than the trace that has it: reading is linear. */
static void test_many_strangers(void)
{
	g_autoptr(GString) script = script_of_strangers(40000);
	const clock_t begin = clock();
	ww_auto(trace) trace = ww_script_trace(script->str);
	const clock_t loaded = clock();
	g_autofree char *found =
		ww_found_text(trace, (struct ww_span){ 0, ww_trace_info(trace)->duration_ns });

	g_test_message("read in %ld ms, looked at in %ld ms", (loaded - begin) / 1000,
		       (clock() - loaded) / 1000);
	g_assert_cmpint(clock() - loaded, <, 4 * (loaded - begin));
	g_assert_null(strstr(found, "thundering-herd"));
}

/* Whoever wakes takes turns with one of a pool: no herd, however fast. */
static void test_no_herd_of_one(void)
{
	GString *script = g_string_new("0 task 1 C/9 R pid=1 on-cpu\n"
				       "0 task 0 w/10 S pid=1 syscall=futex arg0=0x1000\n");
	g_autofree char *found = NULL;

	for (int at_us = 100; at_us < 4000; at_us += 100)
		g_string_append_printf(script,
				       "%dus waking 1 C/9 w/10 target=0\n"
				       "%dus wakeup 0 w/10 target=0\n"
				       "%dus switch 0 idle R w/10\n"
				       "%dus switch 0 w/10 S idle syscall=futex arg0=0x1000\n",
				       at_us, at_us, at_us + 5, at_us + 10);
	g_string_append(script, "5ms other\n");
	found = ww_found_in_string(script);
	g_assert_cmpstr(found, ==, "");
}

/*
 * Four threads with a CPU each hand a mutex round: each has it for @held_us, and the next one has
 * it
 * @handing_us after it was woken, by whoever had it or, with @by_other, by a fifth thread.
 */
static char *describe_convoy(int n_turns, int held_us, int handing_us, bool is_by_other)
{
	GString *script = g_string_new("0 task 4 x/20 R pid=20 on-cpu\n");
	int at_us = 10;

	for (int i = 0; i < 4; i++)
		g_string_append_printf(script, "0 task %d w/%d R pid=1 on-cpu\n", i, 10 + i);
	for (int i = 1; i < 4; i++)
		g_string_append_printf(script,
				       "%dus lock-begin w/%d mutex 0x1000 pid=1\n"
				       "%dus switch %d w/%d S idle syscall=futex arg0=0x1000\n",
				       i, 10 + i, i, i, 10 + i);
	for (int turn = 0; turn < n_turns; turn++) {
		const int had = turn % 4, next = (turn + 1) % 4;

		at_us += held_us;
		g_string_append_printf(script,
				       "%dus waking %d %s w/%d target=%d\n"
				       "%dus wakeup %d w/%d target=%d\n",
				       at_us, is_by_other ? 4 : had,
				       is_by_other ? "x/20"
				       : had == 0  ? "w/10"
				       : had == 1  ? "w/11"
				       : had == 2  ? "w/12"
						   : "w/13",
				       10 + next, next, at_us, next, 10 + next, next);
		g_string_append_printf(script,
				       "%dus lock-begin w/%d mutex 0x1000 pid=1\n"
				       "%dus switch %d w/%d S idle syscall=futex arg0=0x1000\n",
				       at_us + 1, 10 + had, at_us + 1, had, 10 + had);
		at_us += handing_us;
		g_string_append_printf(script,
				       "%dus switch %d idle R w/%d\n"
				       "%dus lock-end w/%d mutex 0x1000 pid=1 result=0\n",
				       at_us, next, 10 + next, at_us, 10 + next);
	}
	g_string_append_printf(script, "%dus other\n", at_us + held_us);
	return ww_found_in_string(script);
}

static void test_convoy(void)
{
	g_autofree char *convoy = describe_convoy(101, 20, 60, false);
	g_autofree char *works = describe_convoy(101, 100, 60, false);
	g_autofree char *by_other = describe_convoy(101, 20, 60, true);
	g_autofree char *few = describe_convoy(10, 2000, 3000, false);

	g_assert_nonnull(strstr(convoy, "lock-convoy 104 30283000 "));
	g_assert_nonnull(strstr(convoy, " likely: w/1"));
	g_assert_nonnull(strstr(convoy, "likely in a convoy. Handing it over 100 times took 75 % "
					"of 8.00 ms (60.0 us each), while 3.69 threads queued for "
					"it on average.\n"));
	/* Not a second time. */
	g_assert_null(strstr(convoy, "contended-lock"));
	g_assert_nonnull(strstr(works, "contended-lock 104 "));
	g_assert_nonnull(strstr(by_other, "contended-lock 104 "));
	g_assert_nonnull(strstr(few, "contended-lock 13 "));
}

/* A and B, on CPUs of their own, wake each other in turn after @ran_us; each is @ready_us late. */
static char *describe_turns(int n, int ran_us, int ready_us)
{
	GString *script = g_string_new("0 task 0 A/10 R pid=1 on-cpu\n"
				       "0 task 1 B/11 S pid=1 syscall=futex arg0=0x1000\n");
	int at_us = 0;

	for (int i = 0; i < n; i++) {
		const int one = i % 2, other = 1 - one;
		const char *names[] = { "A/10", "B/11" };

		at_us += ran_us;
		g_string_append_printf(script,
				       "%dus waking %d %s %s target=%d\n"
				       "%dus wakeup %d %s target=%d\n"
				       "%dus switch %d %s S idle syscall=futex arg0=0x1000\n",
				       at_us, one, names[one], names[other], other, at_us, other,
				       names[other], other, at_us, one, names[one]);
		at_us += ready_us;
		g_string_append_printf(script, "%dus switch %d idle R %s\n", at_us, other,
				       names[other]);
	}
	g_string_append_printf(script, "%dus other\n", at_us + ran_us);
	return ww_found_in_string(script);
}

static void test_ping_pong(void)
{
	g_autofree char *turns = describe_turns(400, 10, 40);
	g_autofree char *works = describe_turns(400, 30, 40);
	g_autofree char *slowly = describe_turns(400, 10, 600);
	g_autofree char *few = describe_turns(199, 10, 400);

	g_assert_cmpstr(
		turns, ==,
		"ping-pong 400 15960000 exact: A/10 and 1 more of A woke each other in "
		"turn 400 times in 19.9 ms, 20,050 times a second, and ran for 9.97 us each "
		"time; meanwhile who had been woken was ready for 16.0 ms in all (40.0 us "
		"at the worst).\n");
	g_assert_cmpstr(works, ==, "");
	g_assert_cmpstr(slowly, ==, "");
	g_assert_cmpstr(few, ==, "");
}

/* W spins for @spun_ms; H gets the lock at once, and then runs or is ready behind X. */
static char *describe_spin(int spun_ms, bool has_holder_a_cpu)
{
	GString *script = g_string_new("0 task 0 W/11 R pid=9 on-cpu\n"
				       "0 task 1 H/10 R pid=9 on-cpu\n"
				       "2001us lock-end H/10 spin 0x1000 pid=9 duration=500000\n");

	if (!has_holder_a_cpu)
		g_string_append_printf(script,
				       "2002us switch 1 H/10 R X/20\n"
				       "%dms switch 1 X/20 R H/10\n",
				       2 + spun_ms);
	g_string_append_printf(script,
			       "%dms lock-end W/11 spin 0x1000 pid=9 duration=%d000000\n"
			       "100ms other\n",
			       2 + spun_ms, spun_ms);
	return ww_found_in_string(script);
}

/* W spins from 2 to 22 ms, at first for H, who runs: nobody knows, as H got the lock without
 * waiting. For the last @known_ms V has it, who waited for it and has no CPU. */
static char *describe_unknown_spin(int known_ms)
{
	GString *script = g_string_new("0 task 0 W/11 R pid=9 on-cpu\n"
				       "0 task 1 H/10 R pid=9 on-cpu\n");

	if (known_ms > 0)
		g_string_append_printf(script,
				       "0 task 2 V/12 R pid=9 on-cpu\n"
				       "%dms lock-end V/12 spin 0x1000 pid=9 duration=500000\n"
				       "%dms switch 2 V/12 R X/20\n",
				       22 - known_ms, 22 - known_ms);
	g_string_append(script, "22ms lock-end W/11 spin 0x1000 pid=9 duration=20000000\n"
				"100ms other\n");
	return ww_found_in_string(script);
}

static void test_spin_for_unknown(void)
{
	g_autofree char *unknown = describe_unknown_spin(0);
	g_autofree char *mostly_unknown = describe_unknown_spin(9);
	g_autofree char *mostly_known = describe_unknown_spin(15);

	g_assert_null(strstr(unknown, "spin-wait"));
	g_assert_null(strstr(mostly_unknown, "spin-wait"));
	/* What nobody knows is not in the sum. */
	g_assert_nonnull(strstr(mostly_known, "spin-wait 1 15000000 likely: W/11 waited 15.0 ms "));
}

static void test_spin(void)
{
	g_autofree char *alone = describe_spin(20, false);
	g_autofree char *shortly = describe_spin(1, false);
	g_autofree char *beside = describe_spin(20, true);

	g_assert_nonnull(strstr(alone, "spin-wait 1 19998000 exact: W/11 waited 20.0 ms for spin "
				       "0x1000 spinning on a CPU while its holder had none.\n"));
	g_assert_null(strstr(shortly, "spin-wait"));
	g_assert_null(strstr(beside, "spin-wait"));
}

/* A and B wait in turns for one condition, 50 ms each time; whoever does not runs, or all but a
 * little sleeps. */
static char *describe_turns_at_condition(bool does_other_run)
{
	GString *script =
		g_string_new("0 task 0 A/10 R pid=10 on-cpu\n0 task 1 B/11 R pid=10 on-cpu\n");

	for (int i = 0; i < 10; i++) {
		const int ms = 10 + 52 * i;
		const bool is_a = i % 2 == 0;
		const char *waiter = is_a ? "A/10" : "B/11", *other = is_a ? "B/11" : "A/10";
		const int cpu = is_a ? 0 : 1;

		g_string_append_printf(script, "%dms lock-begin %s condition 0x1000 pid=10\n", ms,
				       waiter);
		g_string_append_printf(script,
				       "%dms switch %d %s S idle syscall=futex arg0=0x1000\n", ms,
				       cpu, waiter);
		if (!does_other_run)
			g_string_append_printf(script,
					       "%dms switch %d %s S idle syscall=clock_nanosleep\n"
					       "%dms waking %d idle %s context=hrtimer\n"
					       "%dms wakeup %d %s\n"
					       "%dms switch %d idle R %s\n",
					       ms + 1, !cpu, other, ms + 49, !cpu, other, ms + 49,
					       !cpu, other, ms + 49, !cpu, other);
		g_string_append_printf(
			script,
			"%dms waking %d %s %s\n%dms wakeup %d %s target=%d\n"
			"%dms switch %d idle R %s\n%dms lock-end %s condition 0x1000 pid=10\n",
			ms + 50, !cpu, other, waiter, ms + 50, !cpu, waiter, cpu, ms + 50, cpu,
			waiter, ms + 50, waiter);
	}
	g_string_append(script, "700ms other\n");
	return ww_found_in_string(script);
}

static void test_one_at_a_time(void)
{
	g_autofree char *serial = describe_turns_at_condition(true);
	g_autofree char *idle = describe_turns_at_condition(false);

	g_assert_cmpstr(
		serial, ==,
		"one-at-a-time 10 500000000 likely: A/10 and 1 more of A waited 500 ms for condition 0x1000 in "
		"10 waits (36 % of their time; 50.0 ms at the worst) likely for their turn. While they did, one of them ran for 100 % "
		"of the time, and two at once for 3.5 %.\n");
	g_assert_cmpstr(idle, ==, "");
}

/* M gives so many jobs one after the other, 45 ms of work each, to a pool of two at one condition.
 */
static char *describe_pool(int n_jobs)
{
	GString *script =
		g_string_new("0 task 0 A/10 R pid=10 on-cpu\n0 task 1 B/11 R pid=10 on-cpu\n"
			     "0 task 2 M/20 R pid=10 on-cpu\n"
			     "1ms lock-begin A/10 condition 0x1000 pid=10\n"
			     "1ms switch 0 A/10 S idle syscall=futex arg0=0x1000\n"
			     "1ms lock-begin B/11 condition 0x1000 pid=10\n"
			     "1ms switch 1 B/11 S idle syscall=futex arg0=0x1000\n");

	for (int i = 0; i < n_jobs; i++) {
		const int ms = 10 + 50 * i, cpu = i % 2;
		const char *worker = cpu == 0 ? "A/10" : "B/11";

		g_string_append_printf(
			script,
			"%dms waking 2 M/20 %s target=%d\n%dms wakeup %d %s target=%d\n"
			"%dms switch %d idle R %s\n"
			"%dms lock-end %s condition 0x1000 pid=10\n",
			ms, worker, cpu, ms, cpu, worker, cpu, ms, cpu, worker, ms, worker);
		g_string_append_printf(script,
				       "%dms lock-begin %s condition 0x1000 pid=10\n"
				       "%dms switch %d %s S idle syscall=futex arg0=0x1000\n",
				       ms + 45, worker, ms + 45, cpu, worker);
	}
	g_string_append_printf(script, "%dms other\n", 10 + 50 * n_jobs);
	return ww_found_in_string(script);
}

static void test_pool_is_no_lock(void)
{
	g_autofree char *idle = describe_pool(14);
	g_autofree char *no_habit_yet = describe_pool(4);

	g_assert_null(strstr(idle, "one-at-a-time"));
	g_assert_null(strstr(no_habit_yet, "one-at-a-time"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/golden/findings-wakes/herd", test_herd);
	g_test_add_func("/golden/findings-wakes/herd-of-calls", test_herd_of_calls);
	g_test_add_func("/golden/findings-wakes/many-strangers", test_many_strangers);
	g_test_add_func("/golden/findings-wakes/no-herd-of-one", test_no_herd_of_one);
	g_test_add_func("/golden/findings-wakes/convoy", test_convoy);
	g_test_add_func("/golden/findings-wakes/ping-pong", test_ping_pong);
	g_test_add_func("/golden/findings-wakes/spin", test_spin);
	g_test_add_func("/golden/findings-wakes/spin-for-unknown", test_spin_for_unknown);
	g_test_add_func("/golden/findings-wakes/one-at-a-time", test_one_at_a_time);
	g_test_add_func("/golden/findings-wakes/pool-is-no-lock", test_pool_is_no_lock);
	return g_test_run();
}
