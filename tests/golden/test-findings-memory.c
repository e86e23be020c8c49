// SPDX-License-Identifier: GPL-2.0-or-later
/* Findings about memory that goes to and fro, each beside a twin that keeps it. */
#include "tests/golden/found.h"

/* W meets @n page faults, one every @gap_us, the first of which waits for the disk for 1 ms. */
static char *found_of_faults(int n, int gap_us)
{
	GString *script = g_string_new("0 task 0 W/11 R pid=9 on-cpu\n"
				       "1ms fault 0 W/11 0x1000\n"
				       "1ms switch 0 W/11 D idle fault iowait\n"
				       "2ms switch 0 idle R W/11\n");

	for (int i = 1; i < n; i++)
		g_string_append_printf(script, "%dus fault 0 W/11 0x%x000\n", 2000 + i * gap_us,
				       1 + i);
	g_string_append_printf(script, "%dus other\n", 3000 + n * gap_us);
	return ww_found_in_string(script);
}

static void test_faults(void)
{
	g_autofree char *storm = found_of_faults(6000, 50);
	g_autofree char *steady = found_of_faults(3000, 200);
	g_autofree char *start = found_of_faults(3000, 50);

	g_assert_cmpstr(
		storm, ==,
		"page-fault-storm 5960 1000000 exact: W/11 met 5,960 page faults that took at least 1.00 ms in storms of 300 ms "
		"in all, 19,866 a second; 1 of them had to wait for the disk.\n");
	g_assert_cmpstr(steady, ==, "");
	g_assert_cmpstr(start, ==, "");
}

/* W meets @n page faults, one every @gap_us: writes to shared pages, and with @asleep_us it sleeps
 * in each. */
static char *found_of_copies(int n, int gap_us, int asleep_us)
{
	GString *script = g_string_new("0 task 0 W/11 R pid=9 on-cpu\n");

	for (int i = 1; i < n; i++) {
		const int at_us = i * gap_us;

		g_string_append_printf(script, "%dus fault 0 W/11 0x%x000 error=7\n", at_us, i);
		if (asleep_us > 0)
			g_string_append_printf(script,
					       "%dus switch 0 W/11 D idle fault iowait\n"
					       "%dus switch 0 idle R W/11\n",
					       at_us, at_us + asleep_us);
	}
	g_string_append_printf(script, "%dus other\n", n * gap_us);
	return ww_found_in_string(script);
}

static void test_kinds_of_faults(void)
{
	g_autofree char *copies = found_of_copies(6000, 50, 0);
	g_autofree char *asleep = found_of_copies(400, 1000, 100);
	g_autofree char *hardly = found_of_copies(400, 1000, 30);

	g_assert_nonnull(strstr(
		copies,
		" a second; 5,999 were writes to a write-protected page (shared, or not written before).\n"));
	g_assert_nonnull(strstr(
		asleep,
		"page-fault-storm 399 39900000 exact: W/11 met 399 page "
		"faults that took at least 39.9 ms in storms of 400 ms in all, 997 a second; 399 of them "
		"had to wait for the disk; 399 were writes to a write-protected "
		"page (shared, or not written before).\n"));
	g_assert_cmpstr(hardly, ==, "");
}

/* W moves its heap's end up by @up pages and down by @down, @n times, one round each @gap_us. */
static char *found_of_heap(int n, int gap_us, int up, int down)
{
	GString *script =
		g_string_new("0 task 0 W/11 R pid=9 on-cpu\n"
			     "1us enter 0 W/11 brk arg0=0\n2us leave 0 W/11 result=0x100000\n");
	int end = 0x100;

	for (int i = 0; i < n; i++) {
		const int at_us = 10 + i * gap_us;

		g_string_append_printf(
			script,
			"%dus enter 0 W/11 brk arg0=1\n%dus leave 0 W/11 result=0x%x000\n"
			"%dus enter 0 W/11 brk arg0=1\n%dus leave 0 W/11 result=0x%x000\n",
			at_us, at_us + 2, end + up, at_us + 50, at_us + 51, end + up - down);
		end += up - down;
	}
	g_string_append_printf(script, "%dus other\n", 1000 + n * gap_us);
	return ww_found_in_string(script);
}

static void test_trim(void)
{
	g_autofree char *trims = found_of_heap(40, 1000, 33, 33);
	g_autofree char *nearly = found_of_heap(40, 1000, 33, 30);
	g_autofree char *grows = found_of_heap(40, 1000, 33, 4);
	g_autofree char *seldom = found_of_heap(10, 50000, 33, 33);

	g_assert_cmpstr(
		trims, ==,
		"allocator-trim 40 121000 exact: W/11 made the heap grow and shrink again by 135 kB, "
		"40 times: the calls of brk took 121 us, and each time the memory's pages have to be "
		"fetched anew.\n");
	g_assert_true(g_str_has_prefix(nearly, "allocator-trim 40 "));
	g_assert_cmpstr(grows, ==, "");
	g_assert_cmpstr(seldom, ==, "");
}

/* W maps @kib and unmaps, @n times, one round each @gap_us, @length_us each call. */
static char *found_of_mappings(int n, int gap_us, int kib)
{
	GString *script = g_string_new("0 task 0 W/11 R pid=9 on-cpu\n");

	for (int i = 0; i < n; i++) {
		const int at_us = 10 + i * gap_us, n_bytes = kib << 10;

		g_string_append_printf(script,
				       "%dus enter 0 W/11 mmap arg0=0 arg1=%d\n"
				       "%dus leave 0 W/11 result=0x7f0000000000\n"
				       "%dus enter 0 W/11 munmap arg0=0x7f0000000000 arg1=%d\n"
				       "%dus leave 0 W/11 result=0\n",
				       at_us, n_bytes, at_us + 5, at_us + 50, n_bytes, at_us + 65);
	}
	g_string_append_printf(script, "%dus other\n", 1000 + n * gap_us);
	return ww_found_in_string(script);
}

static void test_churn(void)
{
	g_autofree char *churns = found_of_mappings(30, 1000, 1024);
	g_autofree char *small = found_of_mappings(30, 1000, 64);
	g_autofree char *few = found_of_mappings(10, 1000, 1024);
	g_autofree char *seldom = found_of_mappings(30, 50000, 1024);

	g_assert_cmpstr(
		churns, ==,
		"mmap-churn 30 600000 exact: W/11 mapped memory and unmapped it again 30 times, "
		"1.05 MB each on average: the calls took 600 us, and each time the memory's pages "
		"have to be fetched anew.\n");
	g_assert_cmpstr(small, ==, "");
	g_assert_cmpstr(few, ==, "");
	g_assert_cmpstr(seldom, ==, "");
}

/* W sleeps for 12 ms in CALL, of which the allocator tells or not. */
static char *found_of_sleep(const char *call, bool is_in_malloc)
{
	GString *script = g_string_new("0 task 0 W/11 R pid=9 on-cpu\n");

	g_string_append_printf(
		script,
		"10ms switch 0 W/11 S idle syscall=%s arg0=0x7f001000\n"
		"22ms switch 0 idle R W/11\n"
		"23ms %s\n"
		"100ms other\n",
		call,
		is_in_malloc ? "alloc W/11 malloc 4096 duration=14000000 site=0x5000 pid=9"
			     : "other");
	return ww_found_in_string(script);
}

static void test_arena(void)
{
	g_autofree char *waits = found_of_sleep("futex", true);
	g_autofree char *elsewhere = found_of_sleep("futex", false);
	g_autofree char *other = found_of_sleep("nanosleep", true);

	g_assert_cmpstr(
		waits, ==,
		"arena-lock 1 12000000 likely: W/11 waited 12.0 ms (12 % of its time) likely inside of "
		"the allocator because another thread used the same arena.\n");
	g_assert_cmpstr(elsewhere, ==, "");
	g_assert_cmpstr(other, ==, "");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/findings-memory/page-faults", test_faults);
	g_test_add_func("/findings-memory/kinds-of-faults", test_kinds_of_faults);
	g_test_add_func("/findings-memory/trim", test_trim);
	g_test_add_func("/findings-memory/mappings", test_churn);
	g_test_add_func("/findings-memory/arena", test_arena);
	return g_test_run();
}
