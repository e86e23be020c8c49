// SPDX-License-Identifier: GPL-2.0-or-later
/* Why the thread that kept W/11 off its CPU was let run on, as far as the recording can tell. */
#include "analysis/explain/occupant.h"

#include "tests/golden/explained.h"
#include "tests/golden/script.h"

#define MS WW_NS_PER_MS

struct golden {
	const char *situation;
	const char *script;
	int64_t slice_ns; /* 0: not recorded */
	int64_t at_ns;
	int64_t fair_ns; /* 0: not told */
	uint32_t n_waiting;
	const char *sentence; /* NULL: there is no occupant */
};

/* clang-format off */
/* A/10 and B/12, one process with W/11, take turns of 4 ms on CPU 0; W waits from 2 to 22 ms. */
#define TAKE_TURNS(BETWEEN)                                \
	"0 task 0 W/11 S pid=10\n"                         \
	"0 task 0 B/12 R pid=10\n"                         \
	"0 task 0 C/13 S pid=10\n"                         \
	"0 switch 0 idle R A/10\n"                         \
	"2ms waking 0 A/10 W/11 target=0\n"                \
	"2ms wakeup 0 W/11 target=0\n"                     \
	BETWEEN                                            \
	"6ms switch 0 A/10 R B/12\n"                       \
	"10ms switch 0 B/12 R A/10\n"                      \
	"14ms switch 0 A/10 R B/12\n"                      \
	"18ms switch 0 B/12 R A/10\n"                      \
	"22ms switch 0 A/10 R W/11\n"                      \
	"30ms other\n"

static const struct golden goldens[] = {
	{ "they take turns that are too long",
	  TAKE_TURNS(""), 1000000, 5 * MS, 2 * MS, 2,
	  "A/10 kept the CPU: 12.0 ms in 3 turns, the longest 4.00 ms (4.0 times the base slice of 1.00 ms). Up to 2 threads "
	  "of equal priority waited for CPU 0 at a time, W/11 among them; a fair wait is 2.00 ms, this one was 10.0 times the "
	  "fair share. A/10 and W/11 both have nice 0." },
	{ "without a slice there is no multiple",
	  TAKE_TURNS(""), 0, 5 * MS, 0, 2,
	  "A/10 kept the CPU: 12.0 ms in 3 turns, the longest 4.00 ms. Up to 2 threads of equal priority waited for CPU 0 at "
	  "a time, W/11 among them. A/10 and W/11 both have nice 0." },
	{ "a wait that was fair",
	  TAKE_TURNS(""), 10000000, 5 * MS, 20 * MS, 2,
	  "A/10 kept the CPU: 12.0 ms in 3 turns, the longest 4.00 ms (0.4 times the base slice of 10.0 ms). Up to 2 threads "
	  "of equal priority waited for CPU 0 at a time, W/11 among them; a fair wait is up to 20.0 ms, so this one was fair. "
	  "A/10 and W/11 both have nice 0." },
	{ "one that waits on another CPU is not in the queue",
	  TAKE_TURNS("3ms waking 1 idle C/13 context=hrtimer target=1\n"
		     "3ms wakeup 1 C/13 target=1\n"), 1000000, 5 * MS, 2 * MS, 2,
	  "A/10 kept the CPU: 12.0 ms in 3 turns, the longest 4.00 ms (4.0 times the base slice of 1.00 ms). Up to 2 threads "
	  "of equal priority waited for CPU 0 at a time, W/11 among them; a fair wait is 2.00 ms, this one was 10.0 times the "
	  "fair share. A/10 and W/11 both have nice 0." },
	{ "one of another nice value takes the fair share away",
	  TAKE_TURNS("3ms waking 0 A/10 C/13 target=0 prio=130\n"
		     "3ms wakeup 0 C/13 target=0 prio=130\n"
		     "4ms switch 0 A/10 R C/13 prio=130\n"
		     "5ms switch 0 C/13 R A/10\n"), 1000000, 5 * MS + 1, 0, 3,
	  "A/10 kept the CPU: 11.0 ms in 4 turns, the longest 4.00 ms (4.0 times the base slice of 1.00 ms). Up to 3 threads "
	  "of equal priority waited for CPU 0 at a time, W/11 among them. A/10 and W/11 both have nice 0." },
	{ "one of another process takes it away too",
	  TAKE_TURNS("3ms waking 0 A/10 D/14 target=0\n"
		     "3ms wakeup 0 D/14 target=0\n"
		     "4ms switch 0 A/10 R D/14\n"
		     "5ms switch 0 D/14 R A/10\n"), 1000000, 5 * MS + 1, 0, 3,
	  "A/10 kept the CPU: 11.0 ms in 4 turns, the longest 4.00 ms (4.0 times the base slice of 1.00 ms). Up to 3 threads "
	  "of equal priority waited for CPU 0 at a time, W/11 among them. A/10 and W/11 both have nice 0." },
	{ "unequal nice values",
	  "0 task 0 W/11 S pid=10 prio=139\n"
	  "0 switch 0 idle R A/10 prio=100\n"
	  "2ms waking 0 A/10 W/11 target=0 prio=139\n"
	  "2ms wakeup 0 W/11 target=0 prio=139\n"
	  "22ms switch 0 A/10 R W/11 prio=139\n"
	  "30ms other\n", 1000000, 5 * MS, 0, 1,
	  "A/10 kept the CPU: 20.0 ms at a stretch (20.0 times the base slice of 1.00 ms). No other thread of equal priority "
	  "waited for CPU 0. A/10 has nice -20, W/11 has nice 19: their shares differ." },
	{ "another control group, of another weight",
	  "0 task 0 W/11 S cgroup=77\n"
	  "0 task 0 A/10 S cgroup=5\n"
	  "1ms switch 0 idle R A/10\n"
	  "2ms waking 0 A/10 W/11 target=0\n"
	  "2ms wakeup 0 W/11 target=0\n"
	  "22ms switch 0 A/10 R W/11\n"
	  "30ms other\n", 1000000, 5 * MS, 0, 1,
	  "A/10 kept the CPU: 20.0 ms at a stretch (20.0 times the base slice of 1.00 ms). No other thread of equal priority "
	  "waited for CPU 0. A/10 and W/11 both have nice 0. The cgroup of A/10 has weight 400, that of W/11 100." },
	{ "a real-time thread does not share",
	  "0 task 0 W/11 S\n"
	  "0 switch 0 idle R A/10 prio=49\n"
	  "2ms waking 1 idle W/11 context=hrtimer target=0\n"
	  "2ms wakeup 0 W/11 target=0\n"
	  "22ms switch 0 A/10 S W/11\n"
	  "30ms other\n", 1000000, 5 * MS, 0, 1,
	  "A/10 kept the CPU: 20.0 ms at a stretch (20.0 times the base slice of 1.00 ms). No other thread of equal priority "
	  "waited for CPU 0. A/10 has real-time priority 50, W/11 has nice 0: it does not have to share." },
	{ "nor does one of the highest priority",
	  "0 task 0 W/11 S\n"
	  "0 switch 0 idle R A/10 prio=0\n"
	  "2ms waking 1 idle W/11 context=hrtimer target=0\n"
	  "2ms wakeup 0 W/11 target=0\n"
	  "22ms switch 0 A/10 S W/11\n"
	  "30ms other\n", 1000000, 5 * MS, 0, 1,
	  "A/10 kept the CPU: 20.0 ms at a stretch (20.0 times the base slice of 1.00 ms). No other thread of equal priority "
	  "waited for CPU 0. A/10 has the highest real-time priority, W/11 has nice 0: it does not have to share." },
	{ "a wait whose end was not seen is no multiple of anything",
	  "0 task 0 W/11 S pid=10\n"
	  "0 switch 0 idle R A/10\n"
	  "2ms waking 0 A/10 W/11 target=0\n"
	  "2ms wakeup 0 W/11 target=0\n"
	  "22ms other\n", 1000000, 5 * MS, 0, 0, NULL },
	{ "nobody is asked why an idle CPU was idle",
	  "0 task 0 W/11 S pid=10\n"
	  "0 switch 0 A/10 S idle\n"
	  "2ms waking 1 idle W/11 context=hrtimer target=0\n"
	  "2ms wakeup 0 W/11 target=0\n"
	  "6ms switch 0 idle R W/11\n"
	  "22ms other\n", 1000000, 5 * MS, 0, 0, NULL },
	{ "a sleep has no occupant",
	  TAKE_TURNS(""), 1000000, 1 * MS, 0, 0, NULL },
};
/* clang-format on */

static void add_cgroup(struct ww_manifest *manifest, uint64_t id, int64_t weight)
{
	struct ww_cgroup cgroup = ww_cgroup_unknown();

	cgroup.id = id;
	cgroup.weight = weight;
	g_array_append_val(manifest->cgroups, cgroup);
}

static void test_golden(const void *data)
{
	const struct golden *golden = data;
	struct ww_manifest *manifest = ww_manifest_new();
	struct ww_occupant occupant;

	manifest->scope = WW_SCOPE_ALL;
	manifest->base_slice_ns = golden->slice_ns;
	add_cgroup(manifest, 5, 400);
	add_cgroup(manifest, 77, 100);
	{
		ww_auto(trace) trace = ww_script_trace_with(golden->script, manifest);
		ww_auto(explanation) explanation =
			ww_explained_at(trace, ww_script_utid(trace, "W"), golden->at_ns);
		const bool has_one = ww_explain_occupant(trace, explanation, &occupant);
		g_autofree char *sentence =
			has_one ? ww_words_occupant(trace, explanation, &occupant) : NULL;

		g_assert_cmpstr(sentence, ==, golden->sentence);
		if (!has_one)
			return;
		g_assert_cmpint(occupant.fair_ns, ==, golden->fair_ns);
		g_assert_cmpuint(occupant.n_waiting, ==, golden->n_waiting);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(goldens); i++) {
		g_autofree char *path = g_strdup_printf("/occupants/%s", goldens[i].situation);

		g_test_add_data_func(path, &goldens[i], test_golden);
	}
	return g_test_run();
}
