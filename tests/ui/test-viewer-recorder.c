// SPDX-License-Identifier: GPL-2.0-or-later
/* What the window asks of trace-record, and how a recording goes: with small scripts in its place.
 */
#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <unistd.h>

#include "base/error.h"
#include "base/units.h"
#include "viewer/app/renderer.h"
#include "viewer/model/process-list.h"
#include "viewer/process/recorder.h"

#define COMMAND(line) .scope = WW_RECORD_COMMAND, .command = line, .has_hooks = true, .output = "/t"

static const struct {
	struct ww_record_wish wish;
	const char *expected; /* words, separated by "|"; NULL: refused */
	const char *name;
} wishes[] = {
	{ { COMMAND("./service --port 80") }, "rec|-o|/t|--|./service|--port|80", "service" },
	{ { COMMAND("sh -c 'sleep 1; date'") }, "rec|-o|/t|--|sh|-c|sleep 1; date", "sh" },
	{ { COMMAND("-d") }, "rec|-o|/t|--|-d", "-d" },
	{ { COMMAND("  ") }, NULL, "command" },
	{ { COMMAND(NULL) }, NULL, "command" },
	{ { COMMAND("echo 'half") }, NULL, "command" },
	{ { .scope = WW_RECORD_COMMAND, .command = "a", .output = "/t" },
	  "rec|-o|/t|--no-hooks|--|a",
	  "a" },
	{ { .scope = WW_RECORD_PROCESS,
	    .pid = 42,
	    .name = "redis",
	    .output = "/t",
	    .duration_ns = 5 * WW_NS_PER_S },
	  "rec|-o|/t|-d|5000000000ns|-p|42",
	  "redis" },
	{ { .scope = WW_RECORD_PROCESS, .output = "/t" }, NULL, "0" },
	{ { .scope = WW_RECORD_MACHINE,
	    .output = "/t",
	    .has_all_syscalls = true,
	    .stacks = WW_RECORD_STACKS_ALL },
	  "rec|-o|/t|--syscalls|all|--stacks|all|-a",
	  "machine" },
};

static void test_argv(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(wishes); i++) {
		g_autoptr(GError) error = NULL;
		g_auto(GStrv) argv = ww_record_argv(&wishes[i].wish, "rec", &error);
		g_autofree char *name = ww_record_name(&wishes[i].wish);
		g_autofree char *joined = argv ? g_strjoinv("|", argv) : NULL;

		g_assert_cmpstr(joined, ==, wishes[i].expected);
		g_assert_cmpstr(name, ==, wishes[i].name);
		if (!argv)
			g_assert_error(error, WW_ERROR, WW_ERROR_USAGE);
	}
}

static void test_place(void)
{
	g_autofree char *folder = g_dir_make_tmp("whywait-place-XXXXXX", NULL);
	g_autofree char *first = ww_record_place(folder, "a/b");
	g_autofree char *expected = g_build_filename(folder, "trace-of-a-b", NULL);
	g_autofree char *second = NULL;
	g_autofree char *expected_second = g_build_filename(folder, "trace-of-a-b.2", NULL);

	g_assert_cmpstr(first, ==, expected);
	g_assert_cmpint(g_mkdir(first, 0700), ==, 0);
	second = ww_record_place(folder, "a/b");
	g_assert_cmpstr(second, ==, expected_second);
	g_rmdir(first);
	g_rmdir(folder);
}

static void test_rights(void)
{
	static const char json[] =
		"{\"schema\":\"whywait-doctor/1\",\"capabilities\":["
		"{\"name\":\"kernel records\",\"is_here\":false,\"why\":\"no root\",\"grant\":\"sudo x\"},"
		"{\"name\":\"own threads\",\"is_here\":true,\"why\":null},"
		"{\"name\":\"news\"}, 7]}";
	struct ww_record_rights rights = { 0 };
	g_autoptr(GError) error = NULL;

	g_assert_true(ww_record_rights_parse(&rights, json, &error));
	g_assert_no_error(error);
	g_assert_false(rights.has_kernel);
	g_assert_true(rights.has_own);
	g_assert_false(rights.has_hooks);
	g_assert_cmpstr(rights.why_no_kernel, ==, "no root");
	g_assert_cmpstr(rights.grant, ==, "sudo x");
	ww_record_rights_clear(&rights);
}

static void test_wrong_rights(void)
{
	static const char *const wrong[] = {
		"",
		"[]",
		"{}",
		"{\"schema\":\"whywait-doctor/2\",\"capabilities\":[]}",
		"{\"schema\":\"whywait-doctor/1\",\"capabilities\":{}}",
		"{\"schema\":[1],\"capabilities\":[]}",
	};
	struct ww_record_rights rights = { .has_own = true };

	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_false(ww_record_rights_parse(&rights, wrong[i], &error));
		g_assert_error(error, WW_ERROR, WW_ERROR_DAMAGED);
		g_assert_true(rights.has_own);
	}
}

/* This very test is not in the list, but whoever started it is. */
static void test_processes(void)
{
	g_autoptr(GPtrArray) list = ww_process_list_new("/proc");
	bool has_parent = false;

	for (guint i = 0; i < list->len; i++) {
		const struct ww_process_entry *entry = g_ptr_array_index(list, i);

		g_assert_cmpint(entry->pid, !=, getpid());
		g_assert_true(*entry->name && *entry->command);
		has_parent |= entry->pid == getppid();
	}
	g_assert_true(has_parent);
}

static void test_matches(void)
{
	struct ww_process_entry entry = { 4711, (char[]){ "Redis" }, (char[]){ "/bin/redis :1" } };

	g_assert_true(ww_process_matches(&entry, ""));
	g_assert_true(ww_process_matches(&entry, "redis"));
	g_assert_true(ww_process_matches(&entry, "  BIN 471"));
	g_assert_false(ww_process_matches(&entry, "redis postgres"));
}

/* A world with a script in trace-record's place; $out is what follows -o. */
struct world {
	char *folder, *script, *trace;
	WwRecorder *recorder;
};

static void world_init(struct world *world, const char *body)
{
	g_autofree char *text = g_strdup_printf("#!/bin/sh\nout=$2\n%s\n", body);

	world->folder = g_dir_make_tmp("whywait-recorder-XXXXXX", NULL);
	world->script = g_build_filename(world->folder, "record", NULL);
	world->trace = g_build_filename(world->folder, "trace", NULL);
	g_assert_true(g_file_set_contents(world->script, text, -1, NULL));
	g_assert_cmpint(g_chmod(world->script, 0700), ==, 0);
	g_setenv("WHYWAIT_TRACE_RECORD", world->script, TRUE);
	world->recorder = ww_recorder_new();
}

static void world_clear(struct world *world)
{
	g_autofree char *line = g_strdup_printf("rm -r '%s'", world->folder);

	g_clear_object(&world->recorder);
	g_assert_true(g_spawn_command_line_sync(line, NULL, NULL, NULL, NULL));
	g_free(world->folder);
	g_free(world->script);
	g_free(world->trace);
}

static void begin_as(struct world *world, bool has_rights)
{
	const struct ww_record_wish wish = { .scope = WW_RECORD_COMMAND,
					     .command = "any",
					     .output = world->trace };
	g_autoptr(GError) error = NULL;

	g_assert_true(ww_recorder_start(world->recorder, &wish, world->folder, has_rights, &error));
	g_assert_no_error(error);
	g_assert_cmpint(ww_recorder_state(world->recorder), ==, WW_RECORDER_RECORDING);
}

static void begin(struct world *world)
{
	begin_as(world, false);
}

static void run_until(struct world *world, enum ww_recorder_state state)
{
	while (ww_recorder_state(world->recorder) != state)
		g_main_context_iteration(NULL, TRUE);
}

static void run_until_said(struct world *world, const char *text)
{
	while (!strstr(ww_recorder_output(world->recorder), text))
		g_main_context_iteration(NULL, TRUE);
}

#define WRITE_TRACE "mkdir $out && echo '{}' >$out/whywait.json"

static void test_done(void)
{
	struct world world;

	world_init(&world, "echo hello; " WRITE_TRACE "; exit 7");
	begin(&world);
	run_until(&world, WW_RECORDER_DONE);
	g_assert_cmpstr(ww_recorder_trace(world.recorder), ==, world.trace);
	g_assert_cmpstr(ww_recorder_output(world.recorder), ==, "hello\n");
	g_assert_null(ww_recorder_failure(world.recorder));
	g_assert_cmpint(ww_recorder_elapsed_ns(world.recorder), >, 0);
	world_clear(&world);
}

static void test_stop(void)
{
	struct world world;

	world_init(&world,
		   "trap '" WRITE_TRACE "; exit 0' TERM; echo ready; while :; do sleep 0.05; done");
	begin(&world);
	run_until_said(&world, "ready");
	ww_recorder_stop(world.recorder);
	g_assert_cmpint(ww_recorder_state(world.recorder), ==, WW_RECORDER_STOPPING);
	run_until(&world, WW_RECORDER_DONE);
	world_clear(&world);
}

static void test_failed(void)
{
	struct world world;

	world_init(&world,
		   "echo 'trace-record: first' >&2; echo 'trace-record: the disk is full' >&2;"
		   "echo noise; exit 3");
	begin(&world);
	run_until(&world, WW_RECORDER_FAILED);
	g_assert_cmpstr(ww_recorder_failure(world.recorder), ==, "the disk is full");
	begin(&world); /* and again */
	run_until(&world, WW_RECORDER_FAILED);
	world_clear(&world);
}

static void test_failed_silently(void)
{
	struct world world;

	world_init(&world, "exit 5");
	begin(&world);
	run_until(&world, WW_RECORDER_FAILED);
	g_assert_nonnull(strstr(ww_recorder_failure(world.recorder), "status 5"));
	world_clear(&world);
}

static void test_not_there(void)
{
	const struct ww_record_wish wish = { COMMAND("any") };
	g_autoptr(WwRecorder) recorder = ww_recorder_new();
	g_autoptr(GError) error = NULL;

	g_setenv("WHYWAIT_TRACE_RECORD", "/nowhere/record", TRUE);
	g_assert_false(ww_recorder_start(recorder, &wish, "/", false, &error));
	g_assert_nonnull(strstr(error->message, "/nowhere/record"));
	g_assert_cmpint(ww_recorder_state(recorder), ==, WW_RECORDER_IDLE);
}

static void wait_for_file(const char *path)
{
	while (!g_file_test(path, G_FILE_TEST_EXISTS))
		g_usleep(10000);
}

/* Whoever closes the window ends the recording, and its trace is complete. */
static void test_left_alone(void)
{
	struct world world;
	g_autofree char *manifest = NULL;

	world_init(&world,
		   "trap '" WRITE_TRACE "; exit 0' TERM; echo ready; while :; do sleep 0.05; done");
	manifest = g_build_filename(world.trace, "whywait.json", NULL);
	begin(&world);
	run_until_said(&world, "ready");
	g_clear_object(&world.recorder);
	wait_for_file(manifest);
	world_clear(&world);
}

/* The window of the test below: it is killed while it records. */
static int be_killed(const char *folder)
{
	struct world world = {
		.folder = g_strdup(folder),
		.trace = g_build_filename(folder, "trace", NULL),
		.recorder = ww_recorder_new(),
	};

	begin(&world);
	run_until_said(&world, "ready");
	raise(SIGKILL);
	return 1;
}

/* Nobody is left who could say so, and still the recording ends with a trace. */
static void test_killed(void)
{
	struct world world;
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *manifest = NULL;
	g_autoptr(GSubprocess) window = NULL;

	world_init(&world,
		   "trap '" WRITE_TRACE "; exit 0' TERM; echo ready; while :; do sleep 0.05; done");
	manifest = g_build_filename(world.trace, "whywait.json", NULL);
	window = g_subprocess_new(G_SUBPROCESS_FLAGS_NONE, NULL, self, "be-killed", world.folder,
				  NULL);
	g_assert_false(g_subprocess_wait_check(window, NULL, NULL));
	g_assert_cmpint(g_subprocess_get_term_sig(window), ==, SIGKILL);
	wait_for_file(manifest);
	world_clear(&world);
}

/* What it says after the window let it go has a reader, or it would die of it. */
static void test_talks_on(void)
{
	struct world world;
	g_autofree char *manifest = NULL;

	world_init(&world, "trap 'seq 100000; " WRITE_TRACE
			   "; exit 0' TERM; echo ready; while :; do sleep 0.05; done");
	manifest = g_build_filename(world.trace, "whywait.json", NULL);
	begin(&world);
	run_until_said(&world, "ready");
	g_clear_object(&world.recorder);
	while (!g_file_test(manifest, G_FILE_TEST_EXISTS)) {
		g_main_context_iteration(NULL, FALSE);
		g_usleep(1000);
	}
	world_clear(&world);
}

/* The window's own choice of a renderer is none of the program's business. */
static void test_environment(void)
{
	struct world world;

	g_unsetenv("GSK_RENDERER");
	g_unsetenv("GDK_DEBUG");
	g_setenv("LIBGL_ALWAYS_SOFTWARE", "1", TRUE);
	ww_renderer_choose();
	g_assert_cmpstr(g_getenv("GSK_RENDERER"), ==, "cairo");
	world_init(&world, "echo \"($GSK_RENDERER, $GDK_DEBUG)\"; " WRITE_TRACE);
	begin(&world);
	run_until(&world, WW_RECORDER_DONE);
	g_assert_cmpstr(ww_recorder_output(world.recorder), ==, "(, )\n");
	world_clear(&world);
}

/* A program may print without ever ending its line. */
static void test_no_newline(void)
{
	struct world world;

	world_init(&world, "head -c 1000000 /dev/zero | tr '\\0' x; printf end; " WRITE_TRACE);
	begin(&world);
	run_until(&world, WW_RECORDER_DONE);
	g_assert_cmpuint(strlen(ww_recorder_output(world.recorder)), <, 100000);
	g_assert_true(g_str_has_suffix(ww_recorder_output(world.recorder), "end\n"));
	world_clear(&world);
}

/* What pkexec would run, without pkexec: the end of its input ends the command, not before. */
static void test_warden(void)
{
	const char *const words[] = {
		"sh", "-c", "trap 'exit 5' TERM; echo ready; while :; do sleep 0.05; done", NULL
	};
	g_auto(GStrv) argv =
		ww_record_argv_with_rights(g_strdupv((char **)(uintptr_t)words), "/tmp");
	g_autoptr(GSubprocess) process = NULL;
	g_autoptr(GDataInputStream) lines = NULL;
	g_autofree char *line = NULL;

	g_assert_cmpstr(argv[0], ==, "pkexec");
	g_assert_cmpstr(argv[2], ==, "--chdir=/tmp");
	process = g_subprocess_newv((const char *const *)argv + 1,
				    G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
				    NULL);
	lines = g_data_input_stream_new(g_subprocess_get_stdout_pipe(process));
	line = g_data_input_stream_read_line(lines, NULL, NULL, NULL);
	g_assert_cmpstr(line, ==, "ready");
	g_output_stream_close(g_subprocess_get_stdin_pipe(process), NULL, NULL);
	g_assert_true(g_subprocess_wait(process, NULL, NULL));
	g_assert_cmpint(g_subprocess_get_exit_status(process), ==, 5);
}

/* A pkexec that keeps its words in asked and then does as @body says; comes first in PATH. */
static char *pretend_pkexec(const struct world *world, const char *body)
{
	g_autofree char *program = g_build_filename(world->folder, "pkexec", NULL);
	g_autofree char *text = g_strdup_printf(
		"#!/bin/sh\nprintf '%%s\\n' \"$@\" >'%s/asked'\n%s\n", world->folder, body);
	g_autofree char *path = g_strdup_printf("%s:%s", world->folder, g_getenv("PATH"));
	char *before = g_strdup(g_getenv("PATH"));

	g_assert_true(g_file_set_contents(program, text, -1, NULL));
	g_assert_cmpint(g_chmod(program, 0700), ==, 0);
	g_setenv("PATH", path, TRUE);
	return before;
}

/* The recorder runs in the folder that was chosen, for whoever asked, and is stopped like any. */
static void test_granted(void)
{
	struct world world;
	g_autofree char *path = NULL, *asked = NULL, *words = NULL, *uid = NULL;

	world_init(&world,
		   "trap '" WRITE_TRACE "; exit 0' TERM; echo ready in $(pwd) for $SUDO_UID;"
		   "while :; do sleep 0.05; done");
	path = pretend_pkexec(&world, "exec \"$@\"");
	begin_as(&world, true);
	uid = g_strdup_printf("ready in %s for %u\n", world.folder, (unsigned int)getuid());
	run_until_said(&world, uid);
	ww_recorder_stop(world.recorder);
	run_until(&world, WW_RECORDER_DONE);
	asked = g_build_filename(world.folder, "asked", NULL);
	g_assert_true(g_file_get_contents(asked, &words, NULL, NULL));
	g_assert_true(g_str_has_prefix(words, "env\n--chdir="));
	g_assert_nonnull(strstr(words, world.script));
	g_setenv("PATH", path, TRUE);
	world_clear(&world);
}

static void test_refused(void)
{
	static const struct {
		const char *pkexec;
		const char *expected; /* begins the sentence */
	} cases[] = {
		{ "exit 126", "the question for the rights of an administrator was dismissed" },
		{ "echo 'Error executing command as another user: Not authorized' >&2; exit 127",
		  "the rights of an administrator were not granted: " },
		/* What the recorder itself says counts more. */
		{ "\"$@\"", "the disk is full" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct world world;
		g_autofree char *path = NULL;

		world_init(&world, "echo 'trace-record: the disk is full' >&2; exit 127");
		path = pretend_pkexec(&world, cases[i].pkexec);
		begin_as(&world, true);
		run_until(&world, WW_RECORDER_FAILED);
		if (!g_str_has_prefix(ww_recorder_failure(world.recorder), cases[i].expected))
			g_error("case %zu: '%s'", i, ww_recorder_failure(world.recorder));
		g_setenv("PATH", path, TRUE);
		world_clear(&world);
	}
}

/* Without a pkexec there is nobody to ask; that is known before anything starts. */
static void test_no_pkexec(void)
{
	const struct ww_record_wish wish = { COMMAND("any") };
	g_autofree char *path = g_strdup(g_getenv("PATH"));
	g_autoptr(GError) error = NULL;
	struct world world;

	world_init(&world, "exit 0");
	g_setenv("PATH", "/nowhere", TRUE);
	g_assert_false(ww_recorder_start(world.recorder, &wish, "/", true, &error));
	g_assert_nonnull(strstr(error->message, "pkexec"));
	g_setenv("PATH", path, TRUE);
	world_clear(&world);
}

int main(int argc, char **argv)
{
	if (argc == 3 && g_str_equal(argv[1], "be-killed"))
		return be_killed(argv[2]);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/record/a-wish-is-a-command-line", test_argv);
	g_test_add_func("/record/a-place-that-is-free", test_place);
	g_test_add_func("/record/what-the-doctor-says", test_rights);
	g_test_add_func("/record/what-no-doctor-says", test_wrong_rights);
	g_test_add_func("/record/processes-to-choose-from", test_processes);
	g_test_add_func("/record/words-find-a-process", test_matches);
	g_test_add_func("/record/ends-with-a-trace", test_done);
	g_test_add_func("/record/stops-when-told", test_stop);
	g_test_add_func("/record/says-why-it-failed", test_failed);
	g_test_add_func("/record/fails-without-a-word", test_failed_silently);
	g_test_add_func("/record/no-recorder", test_not_there);
	g_test_add_func("/record/a-window-that-goes-ends-it", test_left_alone);
	g_test_add_func("/record/a-window-that-is-killed-ends-it", test_killed);
	g_test_add_func("/record/talks-on-when-nobody-listens", test_talks_on);
	g_test_add_func("/record/knows-nothing-of-the-renderer", test_environment);
	g_test_add_func("/record/a-line-without-an-end", test_no_newline);
	g_test_add_func("/record/rights-and-the-end-of-input", test_warden);
	g_test_add_func("/record/rights-are-granted", test_granted);
	g_test_add_func("/record/rights-are-refused", test_refused);
	g_test_add_func("/record/nobody-to-ask-for-rights", test_no_pkexec);
	return g_test_run();
}
