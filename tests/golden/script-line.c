// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/golden/script-line.h"

#include <string.h>

#include "analysis/model.h"

const char *ww_line_argument(const struct ww_line *line, unsigned int i)
{
	if (i + 2 >= line->n_words)
		g_error("'%s' lacks its argument %u", line->text, i + 1);
	return line->words[i + 2];
}

/* The value of key=, or NULL. */
const char *ww_line_value_of(const struct ww_line *line, const char *key)
{
	const size_t length = strlen(key);

	for (unsigned int i = 2; i < line->n_words; i++)
		if (strncmp(line->words[i], key, length) == 0 && line->words[i][length] == '=')
			return line->words[i] + length + 1;
	return NULL;
}

bool ww_line_has_flag(const struct ww_line *line, const char *flag)
{
	return g_strv_contains((const char *const *)line->words, flag);
}

int64_t ww_line_number(const struct ww_line *line, const char *text)
{
	char *rest;
	/* Addresses of the kernel need all of the 64 bits. */
	const int64_t value = *text == '-' ? g_ascii_strtoll(text, &rest, 0)
					   : (int64_t)g_ascii_strtoull(text, &rest, 0);

	if (rest == text || *rest)
		g_error("'%s': '%s' is not a number", line->text, text);
	return value;
}

int64_t ww_line_number_of(const struct ww_line *line, const char *key, int64_t otherwise)
{
	const char *value = ww_line_value_of(line, key);

	return value ? ww_line_number(line, value) : otherwise;
}

int64_t ww_line_time(const struct ww_line *line, const char *text)
{
	static const struct {
		const char *suffix;
		int64_t ns;
	} units[] = {
		{ "", 1 },
		{ "us", WW_NS_PER_US },
		{ "ms", WW_NS_PER_MS },
		{ "s", WW_NS_PER_S },
	};
	char *rest;
	const int64_t value = g_ascii_strtoll(text, &rest, 10);

	for (unsigned int i = 0; i < G_N_ELEMENTS(units); i++)
		if (rest != text && strcmp(rest, units[i].suffix) == 0)
			return value * units[i].ns;
	g_error("'%s': '%s' is not a time", line->text, text);
}

uint16_t ww_line_cpu(const struct ww_line *line, const char *text)
{
	return strcmp(text, "-") == 0 ? WW_CPU_UNKNOWN : (uint16_t)ww_line_number(line, text);
}

/* "NAME/TID"; @name may be NULL. */
int32_t ww_line_thread(const struct ww_line *line, const char *text, const char **name)
{
	const char *slash = strrchr(text, '/');

	if (strcmp(text, "-") == 0)
		return WW_TID_UNKNOWN;
	if (strcmp(text, "idle") == 0)
		return 0;
	if (!slash)
		g_error("'%s': '%s' is not NAME/TID", line->text, text);
	if (name) {
		g_autofree char *front = g_strndup(text, (size_t)(slash - text));

		*name = g_intern_string(front);
	}
	return (int32_t)ww_line_number(line, slash + 1);
}

uint8_t ww_line_state(const struct ww_line *line, const char *text)
{
	static const char letters[] = "RSDTtXZPI?";
	const char *found = strchr(letters, text[0]);

	if (!found || !text[0] || text[1])
		g_error("'%s': '%s' is not a state", line->text, text);
	return (uint8_t)(found - letters);
}

int16_t ww_line_call(const struct ww_line *line, const char *text)
{
	for (int16_t nr = 0; nr < 512; nr++)
		if (g_strcmp0(ww_syscall_name(nr), text) == 0)
			return nr;
	g_error("'%s': '%s' is not a system call", line->text, text);
}

/* Without syscall= the thread was in user mode. */
int16_t ww_line_call_of(const struct ww_line *line)
{
	const char *call = ww_line_value_of(line, "syscall");

	if (!call)
		return WW_SYSCALL_NONE;
	return strcmp(call, "unknown") == 0 ? WW_SYSCALL_UNKNOWN : ww_line_call(line, call);
}

uint8_t ww_line_context(const struct ww_line *line, const char *text)
{
	static const char *const names[] = {
		[WW_WIRE_CONTEXT_TASK] = "task",       [WW_WIRE_CONTEXT_SOFTIRQ] = "softirq",
		[WW_WIRE_CONTEXT_HARDIRQ] = "hardirq", [WW_WIRE_CONTEXT_HRTIMER] = "hrtimer",
		[WW_WIRE_CONTEXT_IPI] = "ipi",         [WW_WIRE_CONTEXT_N] = "none",
	};

	for (uint8_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (strcmp(names[i], text) == 0)
			return i;
	g_error("'%s': '%s' is not a context", line->text, text);
}
