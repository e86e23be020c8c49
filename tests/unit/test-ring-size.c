// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/ring-size.h"

#include <glib.h>

#define GIB ((uint64_t)1024 * 1024 * 1024)

static void test_sizes(void)
{
	static const struct {
		uint32_t n_cpus;
		uint64_t memory_bytes;
		uint32_t size_kib;
	} cases[] = {
		{ 1, 16 * GIB, 8192 },  { 2, 24 * GIB, 8192 },   { 32, 64 * GIB, 8192 },
		{ 33, 64 * GIB, 4096 }, { 64, 256 * GIB, 4096 }, { 256, 1024 * GIB, 1024 },
		{ 2, GIB / 4, 8192 },   { 4, GIB / 4, 4096 },    { 8, GIB / 8, 1024 },
		{ 64, GIB / 8, 512 },   { 1024, GIB, 512 },      { 0, 0, 8192 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpuint(ww_ring_size(cases[i].n_cpus, cases[i].memory_bytes), ==,
				 cases[i].size_kib * 1024);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ring-size/sizes", test_sizes);
	return g_test_run();
}
