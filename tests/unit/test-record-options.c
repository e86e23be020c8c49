// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/options.h"

#include "base/error.h"
#include "base/units.h"

static struct ww_record_options *parse(const char *line, GError **error)
{
	g_auto(GStrv) words = NULL;
	g_autofree char *whole = g_strconcat("trace-record ", line, NULL);
	int argc;

	g_assert_true(g_shell_parse_argv(whole, &argc, &words, NULL));
	return ww_record_options_parse(argc, words, error);
}

static const struct refusal {
	const char *line;
	const char *message;
} refusals[] = {
	{ "", "nothing to record: give a command, '-p PID' or '-a' (see trace-record --help)" },
	{ "-d 5s",
	  "nothing to record: give a command, '-p PID' or '-a' (see trace-record --help)" },
	{ "--durration 5s true", "unknown option '--durration', did you mean '--duration'?" },
	{ "--keep-runing true", "unknown option '--keep-runing', did you mean '--keep-running'?" },
	{ "-d 5 true",
	  "option '--duration': '5' is not a duration: write a number and ns, us, ms, s or m, like 200ms" },
	{ "-d 0s true", "option '--duration': '0s' is no time at all" },
	{ "--delay soon true",
	  "option '--delay': 'soon' is not a duration: write a number and ns, us, ms, s or m, like 200ms" },
	{ "-p x", "option '--pid': 'x' is not a process id" },
	{ "-p 0", "option '--pid': '0' is not a process id" },
	{ "-p 99999999999", "option '--pid': '99999999999' is not a process id" },
	{ "-p 1 true", "option '--pid' and the command 'true' exclude each other" },
	{ "-p 1 -a", "options '--all' and '--pid' exclude each other" },
	{ "-a --user root", "option '--user' needs a command to run" },
	{ "--tag version true", "option '--tag': 'version' is not of the form K=V" },
	{ "--tag =1 true", "option '--tag': '=1' is not of the form K=V" },
	{ "--ring 64X true",
	  "option '--ring' takes a size such as 256M or a time such as 30s, not '64X'" },
	{ "--snapshot-when blocked>1s true", "option '--snapshot-when' needs option '--ring'" },
	{ "--snapshot-max 3 true", "option '--snapshot-max' needs option '--ring'" },
	{ "--ring 9s --snapshot-max many true",
	  "option '--snapshot-max': 'many' is not a number from 0 to 9999" },
	{ "--stacks kernel true", "option '--stacks' takes one of none, user, all, not 'kernel'" },
	{ "--syscalls every true", "option '--syscalls' takes one of blocked, all, not 'every'" },
};

static void test_refusal(gconstpointer data)
{
	const struct refusal *row = data;
	g_autoptr(GError) error = NULL;

	g_assert_null(parse(row->line, &error));
	g_assert_nonnull(error);
	g_assert_cmpint(ww_exit_status(error), ==, WW_EXIT_USAGE);
	g_assert_cmpstr(error->message, ==, row->message);
}

/* The command's own options are nobody else's business. */
static const struct command {
	const char *line;
	const char *words;
} commands[] = {
	{ "true", "true" },
	{ "-d 5s redis-server --port 7777 --save ''", "redis-server|--port|7777|--save|" },
	{ "-- ls -d", "ls|-d" },
	{ "ls -- -d", "ls|--|-d" },
	{ "-- -odd", "-odd" },
	{ "--quiet --stacks none --syscalls blocked -a ls --quiet", "ls|--quiet" },
};

static void test_command(gconstpointer data)
{
	const struct command *row = data;
	g_autoptr(GError) error = NULL;
	ww_auto(record_options) options = parse(row->line, &error);
	g_autofree char *words = NULL;

	g_assert_no_error(error);
	words = g_strjoinv("|", options->command);
	g_assert_cmpstr(words, ==, row->words);
}

static void test_values(void)
{
	g_autoptr(GError) error = NULL;
	ww_auto(record_options) options = parse(
		"-d 1.5s --delay=20ms --lock-threshold 3us --alloc-threshold 0ns -o out -u root --no-hooks"
		" --stacks=user --syscalls all"
		" --keep-running --open --quiet --tag a=1 --tag b=c=d --tag a=2 true",
		&error);

	g_assert_no_error(error);
	g_assert_cmpint(options->duration_ns, ==, 1500 * WW_NS_PER_MS);
	g_assert_cmpint(options->delay_ns, ==, 20 * WW_NS_PER_MS);
	g_assert_cmpint(options->lock_threshold_ns, ==, 3 * WW_NS_PER_US);
	g_assert_cmpint(options->alloc_threshold_ns, ==, 0);
	g_assert_cmpstr(options->output, ==, "out");
	g_assert_cmpint(options->stacks, ==, WW_STACKS_USER);
	g_assert_true(options->has_syscalls);
	g_assert_cmpstr(options->user, ==, "root");
	g_assert_false(options->has_hooks);
	g_assert_true(options->is_kept_running && options->is_opened && options->is_quiet);
	g_assert_cmpuint(g_hash_table_size(options->tags), ==, 2);
	g_assert_cmpstr(g_hash_table_lookup(options->tags, "a"), ==, "2");
	g_assert_cmpstr(g_hash_table_lookup(options->tags, "b"), ==, "c=d");
}

static void test_ring(void)
{
	g_autoptr(GError) error = NULL;
	ww_auto(record_options) options =
		parse("--ring 5s --snapshot-when blocked>1s --snapshot-when rss>1G true", &error);

	g_assert_no_error(error);
	g_assert_cmpstr(options->ring_text, ==, "5s");
	g_assert_cmpint(options->ring.time_ns, ==, 5 * WW_NS_PER_S);
	g_assert_cmpuint(options->conditions->len, ==, 2);
	g_assert_cmpuint(options->n_snapshots_max, ==, 10);
}

static void test_defaults(void)
{
	g_autoptr(GError) error = NULL;
	ww_auto(record_options) options = parse("-p 12 --pid 13", &error);

	g_assert_no_error(error);
	g_assert_null(options->command);
	g_assert_cmpuint(options->pids->len, ==, 2);
	g_assert_cmpint(g_array_index(options->pids, int32_t, 1), ==, 13);
	g_assert_cmpint(options->duration_ns, ==, 0);
	g_assert_cmpint(options->lock_threshold_ns, ==, 0);
	g_assert_cmpint(options->alloc_threshold_ns, ==, 10 * WW_NS_PER_US);
	g_assert_true(options->has_hooks);
	g_assert_cmpint(options->stacks, ==, WW_STACKS_NONE);
	g_assert_false(options->has_syscalls);
	g_assert_false(options->is_all || options->is_quiet || options->is_kept_running);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
		g_autofree char *path = g_strdup_printf("/record-options/refusal/%zu", i);

		g_test_add_data_func(path, &refusals[i], test_refusal);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
		g_autofree char *path = g_strdup_printf("/record-options/command/%zu", i);

		g_test_add_data_func(path, &commands[i], test_command);
	}
	g_test_add_func("/record-options/values", test_values);
	g_test_add_func("/record-options/ring", test_ring);
	g_test_add_func("/record-options/defaults", test_defaults);
	return g_test_run();
}
