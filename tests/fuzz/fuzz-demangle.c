// SPDX-License-Identifier: GPL-2.0-or-later
/* Bytes as the name of a symbol: what comes out is short, and neither time nor the stack runs out.
 */
#include <glib.h>
#include <string.h>

#include "analysis/read/demangle.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
	g_autofree char *mangled = g_strndup(n_bytes > 0 ? (const char *)bytes : "", n_bytes);
	g_autofree char *name = ww_demangle(mangled);

	if (name) {
		g_assert_cmpuint(strlen(name), >, 0);
		g_assert_cmpuint(strlen(name), <, WW_DEMANGLED_BYTES);
	}
	return 0;
}
