// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/report/expression.h"

#include <string.h>

#include "analysis/findings/findings.h"
#include "base/error.h"
#include "base/options.h"

#define SYSCALL_MAX 1024 /* numbers above are no calls */
#define DEPTH_MAX 64     /* brackets in brackets */

static const struct {
	const char *name;
	int per_mille;
} measures[WW_MEASURE_N] = {
	[WW_MEASURE_COUNT] = { "count", -1 }, [WW_MEASURE_TOTAL] = { "total", -1 },
	[WW_MEASURE_MEAN] = { "mean", -1 },   [WW_MEASURE_MIN] = { "min", 0 },
	[WW_MEASURE_P50] = { "p50", 500 },    [WW_MEASURE_P90] = { "p90", 900 },
	[WW_MEASURE_P99] = { "p99", 990 },    [WW_MEASURE_P999] = { "p999", 999 },
	[WW_MEASURE_MAX] = { "max", -1 },
};

static const char *const fields[WW_FIELD_N] = {
	[WW_FIELD_THREAD] = "thread", [WW_FIELD_PROCESS] = "process",
	[WW_FIELD_REASON] = "reason", [WW_FIELD_SYSCALL] = "syscall",
	[WW_FIELD_NAME] = "name",
};

#define BIT(ID) (1u << (ID))
#define OF_THREADS (BIT(WW_FIELD_THREAD) | BIT(WW_FIELD_PROCESS))

/* What can be said of each subject. */
static const struct {
	const char *name; /* NULL: those of the states */
	unsigned int fields, measures;
	const char *only; /* when not all measures go */
} subjects[WW_SUBJECT_N] = {
	[WW_SUBJECT_STATE] = { NULL, OF_THREADS | BIT(WW_FIELD_REASON) | BIT(WW_FIELD_SYSCALL), ~0u,
			       NULL },
	[WW_SUBJECT_SYSCALL] = { "syscall", OF_THREADS | BIT(WW_FIELD_NAME), ~0u, NULL },
	[WW_SUBJECT_FINDING] = { "finding", OF_THREADS | BIT(WW_FIELD_NAME),
				 BIT(WW_MEASURE_COUNT) | BIT(WW_MEASURE_TOTAL) |
					 BIT(WW_MEASURE_MAX),
				 "of findings there are only count, total and max" },
	[WW_SUBJECT_LOST] = { "lost", 0, BIT(WW_MEASURE_COUNT),
			      "lost records can only be counted: count(lost)" },
};

static const char *const comparators[WW_COMPARATOR_N] = {
	[WW_LESS] = "<",           [WW_LESS_EQUAL] = "<=", [WW_GREATER] = ">",
	[WW_GREATER_EQUAL] = ">=", [WW_EQUAL] = "==",      [WW_NOT_EQUAL] = "!=",
};

struct parser {
	const char *at; /* the next token */
	int depth;
	GError **error;
};

static void skip_blanks(struct parser *parser)
{
	while (g_ascii_isspace(*parser->at))
		parser->at++;
}

/* Letters, digits and dashes from here on. */
static size_t word_length(const struct parser *parser)
{
	size_t n = 0;

	while (g_ascii_isalnum(parser->at[n]) || parser->at[n] == '-' || parser->at[n] == '.')
		n++;
	return n;
}

/* NULL-terminated names from which one is expected; NULL: none is. */
static bool fail_at(const struct parser *parser, const char *expected, const char *const *names)
{
	g_autofree char *word = g_strndup(parser->at, word_length(parser));
	const char *nearest = names && *word ? ww_nearest(word, names) : NULL;
	g_autofree char *hint =
		nearest ? g_strdup_printf("; did you mean '%s'?", nearest) : g_strdup("");

	if (*parser->at)
		return ww_fail(parser->error, WW_ERROR_USAGE, "assert: %s is expected at '%s'%s",
			       expected, parser->at, hint);
	return ww_fail(parser->error, WW_ERROR_USAGE, "assert: %s is expected at the end",
		       expected);
}

static bool fail(const struct parser *parser, const char *expected)
{
	return fail_at(parser, expected, NULL);
}

/* "one of a b c" */
static bool fail_choice(const struct parser *parser, const GPtrArray *names)
{
	g_autofree char *list = g_strjoinv(" ", (char **)names->pdata);
	g_autofree char *expected = g_strdup_printf("one of %s", list);

	return fail_at(parser, expected, (const char *const *)names->pdata);
}

static GPtrArray *names_new(void)
{
	return g_ptr_array_new();
}

static void add_name(GPtrArray *names, const char *name)
{
	if (name)
		g_ptr_array_add(names, (char *)(uintptr_t)name);
}

static const char *const *names_end(GPtrArray *names)
{
	g_ptr_array_add(names, NULL);
	return (const char *const *)names->pdata;
}

static bool take_word(struct parser *parser, const char *word)
{
	skip_blanks(parser);
	if (word_length(parser) != strlen(word) || strncmp(parser->at, word, strlen(word)) != 0)
		return false;
	parser->at += strlen(word);
	return true;
}

static bool take_sign(struct parser *parser, const char *sign)
{
	skip_blanks(parser);
	if (!g_str_has_prefix(parser->at, sign))
		return false;
	parser->at += strlen(sign);
	return true;
}

static bool need_sign(struct parser *parser, const char *sign)
{
	g_autofree char *expected = g_strdup_printf("'%s'", sign);

	return take_sign(parser, sign) || fail(parser, expected);
}

static void clear_condition(void *data)
{
	g_free(((struct ww_condition *)data)->text);
}

static bool parse_operator(struct parser *parser, struct ww_condition *condition)
{
	static const struct {
		const char *sign;
		bool is_pattern, is_negated;
	} signs[] = {
		{ "==", false, false },
		{ "!=", false, true },
		{ "~", true, false },
		{ "!~", true, true },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(signs); i++) {
		if (!take_sign(parser, signs[i].sign))
			continue;
		condition->is_pattern = signs[i].is_pattern;
		condition->is_negated = signs[i].is_negated;
		return true;
	}
	return fail(parser, "one of == != ~ !~");
}

static bool parse_text(struct parser *parser, char **text)
{
	const char *end;

	skip_blanks(parser);
	if (*parser->at != '"' && *parser->at != '\'')
		return fail(parser, "a text in quotes");
	end = strchr(parser->at + 1, *parser->at);
	if (!end)
		return fail(parser, "a text with both its quotes");
	*text = g_strndup(parser->at + 1, (gsize)(end - parser->at - 1));
	parser->at = end + 1;
	return true;
}

/* The names that @condition on @subject may ask for; empty: any may be. */
static GPtrArray *names_for(enum ww_subject subject, enum ww_field field)
{
	GPtrArray *names = names_new();

	if (field == WW_FIELD_REASON) {
		for (int i = 0; i < WW_REASON_N; i++)
			add_name(names, ww_reason_name((enum ww_reason)i));
	} else if (field == WW_FIELD_NAME && subject == WW_SUBJECT_FINDING) {
		for (int i = 0; i < WW_FINDING_N; i++)
			add_name(names, ww_finding_name((enum ww_finding_kind)i));
	} else if (field == WW_FIELD_SYSCALL || field == WW_FIELD_NAME) {
		for (int i = 0; i < SYSCALL_MAX; i++)
			add_name(names, ww_syscall_name(i));
	}
	return names;
}

/* A name that nothing can have would make an assertion hold for ever. */
static bool check_condition(const struct parser *parser, enum ww_subject subject,
			    const struct ww_condition *condition)
{
	g_autoptr(GPtrArray) names = names_for(subject, condition->field);
	const char *what = condition->field == WW_FIELD_REASON ? "reason"
			   : subject == WW_SUBJECT_FINDING     ? "finding"
							       : "system call";
	const char *nearest;

	if (condition->is_pattern || names->len == 0 ||
	    g_ptr_array_find_with_equal_func(names, condition->text, g_str_equal, NULL))
		return true;
	nearest = ww_nearest(condition->text, names_end(names));
	if (nearest)
		return ww_fail(parser->error, WW_ERROR_USAGE,
			       "assert: there is no %s '%s'; did you mean '%s'?", what,
			       condition->text, nearest);
	return ww_fail(parser->error, WW_ERROR_USAGE, "assert: there is no %s '%s'", what,
		       condition->text);
}

static bool parse_rest_of_condition(struct parser *parser, struct ww_comparison *comparison,
				    enum ww_field field)
{
	struct ww_condition condition = { .field = field };

	if (!parse_operator(parser, &condition) || !parse_text(parser, &condition.text))
		return false;
	g_array_append_val(comparison->conditions, condition);
	return check_condition(parser, comparison->subject, &condition);
}

static bool parse_condition(struct parser *parser, struct ww_comparison *comparison)
{
	const unsigned int allowed = subjects[comparison->subject].fields;
	g_autoptr(GPtrArray) names = names_new();

	for (int i = 0; i < WW_FIELD_N; i++) {
		if (!(allowed & BIT(i)))
			continue;
		if (take_word(parser, fields[i]))
			return parse_rest_of_condition(parser, comparison, (enum ww_field)i);
		add_name(names, fields[i]);
	}
	names_end(names);
	return fail_choice(parser, names);
}

/* The subject's word alone. */
static bool take_subject(struct parser *parser, struct ww_comparison *comparison)
{
	for (int i = 0; i < WW_STATE_DEAD; i++) {
		comparison->subject = WW_SUBJECT_STATE;
		comparison->state = (enum ww_state)i;
		if (take_word(parser, ww_state_name(comparison->state)))
			return true;
	}
	for (int i = 0; i < WW_SUBJECT_N; i++) {
		comparison->subject = (enum ww_subject)i;
		if (subjects[i].name && take_word(parser, subjects[i].name))
			return true;
	}
	return false;
}

static bool fail_subject(const struct parser *parser)
{
	g_autoptr(GPtrArray) names = names_new();

	for (int i = 0; i < WW_STATE_DEAD; i++)
		add_name(names, ww_state_name((enum ww_state)i));
	for (int i = 0; i < WW_SUBJECT_N; i++)
		add_name(names, subjects[i].name);
	names_end(names);
	return fail_choice(parser, names);
}

static bool parse_subject(struct parser *parser, struct ww_comparison *comparison)
{
	if (!take_subject(parser, comparison))
		return fail_subject(parser);
	if (!(subjects[comparison->subject].measures & BIT(comparison->measure)))
		return ww_fail(parser->error, WW_ERROR_USAGE, "assert: %s",
			       subjects[comparison->subject].only);
	skip_blanks(parser);
	if (subjects[comparison->subject].fields & BIT(WW_FIELD_NAME) && *parser->at != ',' &&
	    *parser->at != ')')
		return parse_rest_of_condition(parser, comparison, WW_FIELD_NAME);
	return true;
}

static bool parse_measure(struct parser *parser, struct ww_comparison *comparison)
{
	g_autoptr(GPtrArray) names = names_new();

	skip_blanks(parser);
	for (int i = 0; i < WW_MEASURE_N; i++) {
		add_name(names, measures[i].name);
		if (!take_word(parser, measures[i].name))
			continue;
		comparison->measure = (enum ww_measure)i;
		return true;
	}
	names_end(names);
	return fail_choice(parser, names);
}

static bool parse_comparator(struct parser *parser, struct ww_comparison *comparison)
{
	/* The longer ones first: "<=" begins with "<". */
	static const enum ww_comparator order[] = { WW_LESS_EQUAL, WW_GREATER_EQUAL, WW_EQUAL,
						    WW_NOT_EQUAL,  WW_LESS,          WW_GREATER };

	for (size_t i = 0; i < G_N_ELEMENTS(order); i++) {
		if (!take_sign(parser, comparators[order[i]]))
			continue;
		comparison->comparator = order[i];
		return true;
	}
	return fail(parser, "one of < <= > >= == !=");
}

static bool parse_bound(struct parser *parser, struct ww_comparison *comparison)
{
	g_autofree char *word = NULL;
	guint64 number;

	skip_blanks(parser);
	word = g_strndup(parser->at, word_length(parser));
	if (comparison->measure == WW_MEASURE_COUNT) {
		if (!g_ascii_string_to_unsigned(word, 10, 0, G_MAXINT64, &number, NULL))
			return fail(parser, "a number");
		comparison->bound = (int64_t)number;
	} else if (!ww_duration_parse(word, &comparison->bound, NULL)) {
		return fail(parser, "a duration with its unit (2ms)");
	}
	parser->at += strlen(word);
	return true;
}

static bool parse_comparison(struct parser *parser, struct ww_comparison *comparison)
{
	comparison->conditions = g_array_new(false, false, sizeof(struct ww_condition));
	g_array_set_clear_func(comparison->conditions, clear_condition);
	if (!parse_measure(parser, comparison) || !need_sign(parser, "(") ||
	    !parse_subject(parser, comparison))
		return false;
	while (subjects[comparison->subject].fields != 0 && take_sign(parser, ",")) {
		if (!parse_condition(parser, comparison))
			return false;
	}
	return need_sign(parser, ")") && parse_comparator(parser, comparison) &&
	       parse_bound(parser, comparison);
}

static struct ww_expression *parse_or(struct parser *parser);

/* What was read since @begin, without the blanks around it. */
static char *text_since(const struct parser *parser, const char *begin)
{
	return g_strchomp(g_strndup(begin, (gsize)(parser->at - begin)));
}

static bool fill_term(struct parser *parser, struct ww_expression *term);

static struct ww_expression *parse_term(struct parser *parser)
{
	struct ww_expression *term;
	const char *begin;

	if (++parser->depth > DEPTH_MAX) {
		ww_fail(parser->error, WW_ERROR_USAGE,
			"assert: more than %d brackets in brackets are too many", DEPTH_MAX);
		return NULL;
	}
	skip_blanks(parser);
	begin = parser->at;
	if (take_sign(parser, "(")) {
		term = parse_or(parser);
		if (term && !need_sign(parser, ")"))
			g_clear_pointer(&term, ww_expression_free);
	} else {
		term = g_new0(struct ww_expression, 1);
		if (!fill_term(parser, term))
			g_clear_pointer(&term, ww_expression_free);
	}
	parser->depth--;
	if (term) {
		g_free(term->text);
		term->text = text_since(parser, begin);
	}
	return term;
}

static bool fill_term(struct parser *parser, struct ww_expression *term)
{
	const char *begin = parser->at;

	if (take_word(parser, "not")) {
		term->node = WW_NODE_NOT;
		term->left = parse_term(parser);
		return term->left;
	}
	if (!parse_comparison(parser, &term->comparison))
		return false;
	term->comparison.text = text_since(parser, begin);
	return true;
}

/* { left WORD } right, grouped to the left. */
static struct ww_expression *parse_row(struct parser *parser, const char *word, enum ww_node node,
				       struct ww_expression *(*parse_part)(struct parser *parser))
{
	struct ww_expression *row, *whole;
	const char *begin;

	skip_blanks(parser);
	begin = parser->at;
	row = parse_part(parser);
	while (row && take_word(parser, word)) {
		whole = g_new0(struct ww_expression, 1);
		whole->node = node;
		whole->left = row;
		whole->right = parse_part(parser);
		row = whole;
		if (!whole->right)
			g_clear_pointer(&row, ww_expression_free);
		else
			row->text = text_since(parser, begin);
	}
	return row;
}

static struct ww_expression *parse_and(struct parser *parser)
{
	return parse_row(parser, "and", WW_NODE_AND, parse_term);
}

static struct ww_expression *parse_or(struct parser *parser)
{
	return parse_row(parser, "or", WW_NODE_OR, parse_and);
}

struct ww_expression *ww_expression_parse(const char *text, GError **error)
{
	struct parser parser = { .at = text, .error = error };
	ww_auto(expression) expression = parse_or(&parser);

	if (!expression)
		return NULL;
	skip_blanks(&parser);
	if (*parser.at) {
		fail(&parser, "'and', 'or' or the end");
		return NULL;
	}
	return g_steal_pointer(&expression);
}

void ww_expression_free(struct ww_expression *expression)
{
	if (!expression)
		return;
	ww_expression_free(expression->left);
	ww_expression_free(expression->right);
	if (expression->comparison.conditions)
		g_array_unref(expression->comparison.conditions);
	g_free(expression->comparison.text);
	g_free(expression->text);
	g_free(expression);
}

bool ww_comparison_holds(const struct ww_comparison *comparison, int64_t value)
{
	const int64_t bound = comparison->bound;

	switch (comparison->comparator) {
	case WW_LESS:
		return value < bound;
	case WW_LESS_EQUAL:
		return value <= bound;
	case WW_GREATER:
		return value > bound;
	case WW_GREATER_EQUAL:
		return value >= bound;
	case WW_EQUAL:
		return value == bound;
	default:
		return value != bound;
	}
}

int ww_measure_per_mille(enum ww_measure measure)
{
	return measures[measure].per_mille;
}
