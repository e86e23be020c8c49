// SPDX-License-Identifier: GPL-2.0-or-later
/* Bytes as the facts of an index: what was understood of them comes back once it is packed again.
 */
#include <glib.h>

#include "analysis/index/facts.h"
#include "tests/fuzz/fuzz.h"

struct facts {
	struct ww_trace_info info;
	GPtrArray *missing; /* char * */
	GArray *modules;    /* struct ww_index_module */
};

static void clear(struct facts *facts)
{
	g_ptr_array_unref(facts->missing);
	g_array_unref(facts->modules);
}

static bool unpack(GBytes *bytes, struct facts *facts)
{
	g_autoptr(GError) error = NULL;
	bool is_good;

	*facts = (struct facts){ .missing = g_ptr_array_new_with_free_func(g_free),
				 .modules = ww_index_modules_new() };
	is_good =
		ww_index_facts_unpack(bytes, &facts->info, facts->missing, facts->modules, &error);
	g_assert_true(is_good == (error == NULL));
	if (!is_good)
		g_assert_cmpuint(facts->missing->len + facts->modules->len, ==, 0);
	return is_good;
}

static GBytes *pack(struct facts *facts)
{
	GBytes *bytes;

	g_ptr_array_add(facts->missing, NULL);
	facts->info.missing = (const char *const *)facts->missing->pdata;
	bytes = ww_index_facts_pack(&facts->info, facts->modules);
	g_ptr_array_remove_index(facts->missing, facts->missing->len - 1);
	return bytes;
}

static void check_round_trip(struct facts *facts)
{
	g_autoptr(GBytes) once = pack(facts);
	g_autoptr(GBytes) twice = NULL;
	struct facts again;

	g_assert_true(unpack(once, &again));
	g_assert_cmpuint(again.missing->len, ==, facts->missing->len);
	g_assert_cmpuint(again.modules->len, ==, facts->modules->len);
	twice = pack(&again);
	g_assert_true(g_bytes_equal(once, twice));
	clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
	g_autoptr(GBytes) copy = g_bytes_new(bytes, n_bytes);
	struct facts facts;

	if (unpack(copy, &facts))
		check_round_trip(&facts);
	clear(&facts);
	return 0;
}
