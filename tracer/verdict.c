// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/verdict.h"

#include <errno.h>
#include <json-glib/json-glib.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/units.h"
#include "tracer/caller.h"

/* So many are read, replayed and judged in less than half the time on one CPU. */
#define EVENTS_MAX 500000
#define TIME_MAX_US (1500 * 1000)
#define ANSWER_MAX_BYTES (1 << 20)

char *ww_find_sibling(const char *name, const char *build_folder)
{
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *directory = g_path_get_dirname(self ? self : ".");
	g_autofree char *beside = g_build_filename(directory, name, NULL);
	g_autofree char *built = g_build_filename(directory, "..", build_folder, name, NULL);

	if (g_file_test(beside, G_FILE_TEST_IS_EXECUTABLE))
		return g_steal_pointer(&beside);
	if (g_file_test(built, G_FILE_TEST_IS_EXECUTABLE))
		return g_steal_pointer(&built);
	return g_find_program_in_path(name);
}

void ww_become_user(gpointer data)
{
	const struct ww_user *user = data;

	if (!ww_user_become(user))
		_exit(WW_EXIT_FAILED);
}

/* False: it is not all there when the time is over. */
static bool read_answer(int fd, int64_t end_us, GString *answer)
{
	char bytes[4096];

	for (;;) {
		const int64_t left_us = end_us - g_get_monotonic_time();
		struct pollfd ready = { .fd = fd, .events = POLLIN };
		ssize_t n;

		if (left_us <= 0 || answer->len > ANSWER_MAX_BYTES)
			return false;
		if (poll(&ready, 1, (int)(left_us / 1000) + 1) <= 0)
			continue;
		n = read(fd, bytes, sizeof(bytes));
		if (n == 0)
			return true;
		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			g_string_append_len(answer, bytes, n);
	}
}

static void reap(GPid pid)
{
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		continue;
}

/* What @argv prints; NULL when it has not ended in time. */
static GString *ask(char **argv, const struct ww_user *user)
{
	const int64_t end_us = g_get_monotonic_time() + TIME_MAX_US;
	g_auto(GStrv) environment = ww_user_environment(user, ww_caller_environment());
	GString *answer = g_string_new(NULL);
	struct ww_user as = *user;
	bool is_whole;
	GPid pid;
	int fd;

	if (!g_spawn_async_with_pipes(NULL, argv, environment,
				      G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL,
				      ww_become_user, &as, &pid, NULL, &fd, NULL, NULL)) {
		g_string_free(answer, TRUE);
		return NULL;
	}
	is_whole = read_answer(fd, end_us, answer);
	close(fd);
	if (!is_whole)
		kill(pid, SIGKILL);
	reap(pid);
	if (!is_whole)
		g_string_free(answer, TRUE);
	return is_whole ? answer : NULL;
}

/* The member of @node, if that is an object; NULL. */
static JsonNode *member_of(JsonNode *node, const char *name)
{
	return node && JSON_NODE_HOLDS_OBJECT(node)
		       ? json_object_get_member(json_node_get_object(node), name)
		       : NULL;
}

GStrv ww_verdict_sentences(const char *json, gssize length)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(GStrvBuilder) sentences = g_strv_builder_new();
	JsonNode *rows = NULL;
	guint n = 0;

	if (json_parser_load_from_data(parser, json, length, NULL))
		rows = member_of(json_parser_get_root(parser), "rows");
	if (rows && JSON_NODE_HOLDS_ARRAY(rows))
		n = json_array_get_length(json_node_get_array(rows));
	for (guint i = 0; i < MIN(n, WW_VERDICT_FINDINGS); i++) {
		JsonNode *row = json_array_get_element(json_node_get_array(rows), i);
		JsonNode *sentence = member_of(row, "sentence");

		if (sentence && JSON_NODE_HOLDS_VALUE(sentence) && json_node_get_string(sentence))
			g_strv_builder_add(sentences, json_node_get_string(sentence));
	}
	return g_strv_builder_end(sentences);
}

GStrv ww_verdict(const struct ww_manifest *manifest, const char *directory,
		 const struct ww_user *user)
{
	g_autofree char *program = ww_find_sibling("trace-report", "analysis/report");
	g_autofree char *path = g_canonicalize_filename(directory, NULL);
	g_autofree char *top = g_strdup_printf("--top=%d", WW_VERDICT_FINDINGS);
	char findings[] = "findings", json[] = "--json";
	char *argv[] = { program, findings, json, top, path, NULL };
	GString *answer = NULL;
	GStrv sentences;

	if (program && manifest->n_kernel_events <= EVENTS_MAX)
		answer = ask(argv, user);
	sentences =
		ww_verdict_sentences(answer ? answer->str : "", answer ? (gssize)answer->len : 0);
	if (answer)
		g_string_free(answer, TRUE);
	return sentences;
}
