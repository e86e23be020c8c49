// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/kernel-btf.h"

#include <linux/btf.h>
#include <stdint.h>

#include "base/error.h"

#define INFO(kind, n_elements) ((uint32_t)BTF_KIND_##kind << 24 | (n_elements))

/* One type of every length, and three tracepoints among them: one with two arguments of its own,
 * one with none, and one that is no pointer to a function. */
static const char strings[] = "\0btf_trace_two\0btf_trace_none\0btf_trace_odd\0other\0call";
enum { TWO = 1, NONE = 15, ODD = 30, OTHER = 44, CALL = 50 };

/* clang-format off */
static const uint32_t types[] = {
	/*  1 */ OTHER, INFO(INT, 0), 4, 32,
	/*  2 */ OTHER, INFO(STRUCT, 2), 8,   OTHER, 1, 0,   OTHER, 1, 32,
	/*  3 */ 0, INFO(ARRAY, 0), 0,   1, 1, 3,
	/*  4 */ OTHER, INFO(ENUM, 1), 4,   OTHER, 7,
	/*  5 */ OTHER, INFO(ENUM64, 1), 8,   OTHER, 7, 0,
	/*  6 */ 0, INFO(FUNC_PROTO, 3), 0,   0, 7,   0, 1,   0, 1,
	/*  7 */ 0, INFO(PTR, 0), 0,
	/*  8 */ 0, INFO(PTR, 0), 6,
	/*  9 */ TWO, INFO(TYPEDEF, 0), 8,
	/* 10 */ OTHER, INFO(VAR, 0), 1, 1,
	/* 11 */ OTHER, INFO(DATASEC, 1), 4,   10, 0, 4,
	/* 12 */ OTHER, INFO(DECL_TAG, 0), 1,   0,
	/* 13 */ ODD, INFO(TYPEDEF, 0), 2,
	/* 14 */ 0, INFO(FUNC_PROTO, 1), 0,   0, 7,
	/* 15 */ 0, INFO(PTR, 0), 14,
	/* 16 */ NONE, INFO(TYPEDEF, 0), 15,
	/* 17 */ OTHER, INFO(TYPEDEF, 0), 8,
	/* 18 */ CALL, INFO(FUNC, 0), 6,
};
/* clang-format on */

static GByteArray *make_file(void)
{
	const struct btf_header header = {
		.magic = BTF_MAGIC,
		.version = BTF_VERSION,
		.hdr_len = sizeof(header),
		.type_len = sizeof(types),
		.str_off = sizeof(types),
		.str_len = sizeof(strings),
	};
	GByteArray *file = g_byte_array_new();

	g_byte_array_append(file, (const uint8_t *)&header, sizeof(header));
	g_byte_array_append(file, (const uint8_t *)types, sizeof(types));
	g_byte_array_append(file, (const uint8_t *)strings, sizeof(strings));
	return file;
}

static void test_find(void)
{
	g_autoptr(GByteArray) file = make_file();
	g_autoptr(GError) error = NULL;
	ww_auto(kernel_btf) found = ww_kernel_btf_parse(file->data, file->len, &error);
	unsigned int n_arguments = 99;

	g_assert_no_error(error);
	g_assert_true(ww_kernel_btf_find_tracepoint(found, "two", &n_arguments));
	g_assert_cmpuint(n_arguments, ==, 2);
	g_assert_true(ww_kernel_btf_find_tracepoint(found, "two", NULL));
	g_assert_true(ww_kernel_btf_find_tracepoint(found, "none", &n_arguments));
	g_assert_cmpuint(n_arguments, ==, 0);
	n_arguments = 99;
	g_assert_false(ww_kernel_btf_find_tracepoint(found, "odd", &n_arguments));
	g_assert_false(ww_kernel_btf_find_tracepoint(found, "other", &n_arguments));
	g_assert_false(ww_kernel_btf_find_tracepoint(found, "", &n_arguments));
	g_assert_cmpuint(n_arguments, ==, 99);
	g_assert_true(ww_kernel_btf_has_function(found, "call"));
	g_assert_false(ww_kernel_btf_has_function(found, "other"));
	g_assert_false(ww_kernel_btf_has_function(found, "cal"));
}

/* Copied to its very length each time, so that a sanitizer sees a step beyond it. */
static void parse_copy(const uint8_t *bytes, size_t n_bytes)
{
	g_autofree uint8_t *copy = g_memdup2(bytes, n_bytes);
	g_autoptr(GError) error = NULL;
	ww_auto(kernel_btf) found = ww_kernel_btf_parse(copy, n_bytes, &error);

	if (found)
		ww_kernel_btf_has_function(found, "none");
	else
		g_assert_error(error, WW_ERROR, WW_ERROR_UNSUPPORTED);
}

static void test_damage(void)
{
	g_autoptr(GByteArray) file = make_file();

	for (guint length = 0; length < file->len; length++)
		parse_copy(file->data, length);
	for (guint at = 0; at < file->len; at++) {
		for (unsigned int bit = 0; bit < 8; bit++) {
			file->data[at] ^= (uint8_t)(1u << bit);
			parse_copy(file->data, file->len);
			file->data[at] ^= (uint8_t)(1u << bit);
		}
	}
}

static void test_kernel(void)
{
	g_autoptr(GError) error = NULL;
	ww_auto(kernel_btf) found = ww_kernel_btf_open(&error);
	unsigned int n_arguments = 0;

	if (!found) {
		g_test_skip(error->message);
		return;
	}
	g_assert_true(ww_kernel_btf_find_tracepoint(found, "sched_switch", &n_arguments));
	g_assert_cmpuint(n_arguments, >=, 3);
	g_assert_true(ww_kernel_btf_find_tracepoint(found, "sched_waking", &n_arguments));
	g_assert_cmpuint(n_arguments, ==, 1);
	g_assert_false(ww_kernel_btf_find_tracepoint(found, "no_such_tracepoint", NULL));
	g_assert_true(ww_kernel_btf_has_function(found, "schedule"));
	g_assert_false(ww_kernel_btf_has_function(found, "no_such_function"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/kernel-btf/find", test_find);
	g_test_add_func("/kernel-btf/damage", test_damage);
	g_test_add_func("/kernel-btf/kernel", test_kernel);
	return g_test_run();
}
