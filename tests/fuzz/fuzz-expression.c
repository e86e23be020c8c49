// SPDX-License-Identifier: GPL-2.0-or-later
/* Bytes as an expression of trace-report assert: a tree or a sentence, and each part of a tree read
 * alone is what it was in the whole. */
#include <glib.h>
#include <string.h>

#include "analysis/report/expression.h"
#include "tests/fuzz/fuzz.h"

static void check_parts(const struct ww_expression *expression)
{
	g_autoptr(GError) error = NULL;
	ww_auto(expression) alone = ww_expression_parse(expression->text, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(alone->text, ==, expression->text);
	g_assert_cmpint(alone->node, ==, expression->node);
	if (expression->node == WW_NODE_COMPARISON)
		g_assert_cmpint(alone->comparison.bound, ==, expression->comparison.bound);
	if (expression->left)
		check_parts(expression->left);
	if (expression->right)
		check_parts(expression->right);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
	g_autofree char *text = g_strndup(n_bytes > 0 ? (const char *)bytes : "", n_bytes);
	g_autoptr(GError) error = NULL;
	ww_auto(expression) expression = ww_expression_parse(text, &error);

	g_assert_true((expression != NULL) == (error == NULL));
	if (expression)
		check_parts(expression);
	return 0;
}
