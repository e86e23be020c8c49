// SPDX-License-Identifier: GPL-2.0-or-later
#include <glib.h>
#include <string.h>

#include "analysis/read/demangle.h"

static const struct {
	const char *mangled, *name;
} names[] = {
	/* of C++: functions, templates, constructors, operators, members, lambdas, clones */
	{ "_ZN4pool4takeEm", "pool::take" },
	{ "_ZNSt6vectorIiSaIiEE9push_backERKi",
	  "std::vector<int, std::allocator<int> >::push_back" },
	{ "_ZN5cacheC2Ev", "cache::cache" },
	{ "_ZN5cacheD0Ev", "cache::~cache" },
	{ "_ZN5cacheixEm", "cache::operator[]" },
	{ "_ZZ4mainENKUlvE_clEv", "main::{lambda()#1}::operator()" },
	{ "_ZN12_GLOBAL__N_14lockE", "(anonymous namespace)::lock" },
	{ "_Z3maxIiET_S0_S0_", "max<int>" },
	{ "_ZN4pool4takeEm.part.0", "pool::take" },
	{ "_ZN4pool4takeEm.cold", "pool::take" },
	/* of Rust, old and new */
	{ "_ZN4core3fmt5write17h0123456789abcdefE", "core::fmt::write" },
	{ "_ZN71_$LT$Test$u20$$u2b$$u20$$u27$static$u20$as$u20$foo..Bar$LT$Test$GT$$GT$3bar17h930b740aa94f1d3aE",
	  "<Test + 'static as foo::Bar<Test>>::bar" },
	{ "_RNvCs1234_7mycrate3foo", "mycrate::foo" },
	{ "_RNvNtCs1234_7mycrate3foo3bar", "mycrate::foo::bar" },
	{ "_RC0", NULL }, /* a crate without a name */
	/* of C, and what only begins like one of the others */
	{ "main", NULL },
	{ "", NULL },
	{ "_", NULL },
	{ "_Z", NULL },
	{ "_R", NULL },
	{ "_Zebra", NULL },
	{ "_Release", NULL },
	{ "_ZN4pool4take", NULL },
	{ "__cxa_finalize", NULL },
};

static void test_names(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *name = ww_demangle(names[i].mangled);

		g_test_message("%s", names[i].mangled);
		g_assert_cmpstr(name, ==, names[i].name);
	}
}

static void add_seen(GString *mangled, unsigned int number)
{
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	g_string_append_c(mangled, 'S');
	if (number >= G_N_ELEMENTS(digits) - 1)
		g_string_append_c(mangled, digits[number / (G_N_ELEMENTS(digits) - 1)]);
	g_string_append_printf(mangled, "%c_", digits[number % (G_N_ELEMENTS(digits) - 1)]);
}

/* f<a<int, int>, a<a<int, int>, a<int, int>>, ...>: each type holds the one before it twice. Sixty
 * of them written out are more than any memory holds. */
static void test_growing(void)
{
	g_autoptr(GString) mangled = g_string_new("_Z1fI1aIiiE");
	g_autofree char *name = NULL;

	for (unsigned int i = 1; i < 60; i++) {
		g_string_append(mangled, "S0_I");
		add_seen(mangled, i);
		add_seen(mangled, i);
		g_string_append_c(mangled, 'E');
	}
	g_string_append(mangled, "Evv");
	name = ww_demangle(mangled->str);
	g_assert_true(g_str_has_prefix(name, "f<a<int, int>, a<a<int, int>, a<int, int> >,"));
	g_assert_true(g_str_has_suffix(name, "…"));
	g_assert_cmpuint(strlen(name), <, WW_DEMANGLED_BYTES);
}

/* A long name is cut between two characters. */
static void test_long(void)
{
	for (unsigned int n = 480; n < 520; n++) {
		g_autoptr(GString) mangled = g_string_new("_ZN");
		g_autofree char *name = NULL;

		g_string_append_printf(mangled, "%u", n + n % 2);
		for (unsigned int i = 0; i < (n + n % 2) / 2; i++)
			g_string_append(mangled, "é");
		g_string_append(mangled, "1fEv");
		name = ww_demangle(mangled->str);
		g_assert_nonnull(name);
		g_assert_cmpuint(strlen(name), <, WW_DEMANGLED_BYTES);
		g_assert_true(g_utf8_validate(name, -1, NULL));
		if (n >= 512)
			g_assert_true(g_str_has_suffix(name, "…"));
	}
}

/* A name of Rust with a letter that is not of ASCII is decoded in memory, which is let go of. */
static void test_long_rust(void)
{
	static const char *const ends[] = { "", "3foo" };

	for (unsigned int i = 0; i < G_N_ELEMENTS(ends); i++) {
		g_autofree char *letters = g_strnfill(600, 'a');
		g_autofree char *mangled = g_strdup_printf("_R%sNvC1xu604_%s_5ea%s",
							   i > 0 ? "Nv" : "", letters, ends[i]);
		g_autofree char *name = ww_demangle(mangled);

		g_assert_cmpstr(name, ==, "x::…");
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/demangle/names", test_names);
	g_test_add_func("/demangle/growing", test_growing);
	g_test_add_func("/demangle/long", test_long);
	g_test_add_func("/demangle/long-rust", test_long_rust);
	return g_test_run();
}
