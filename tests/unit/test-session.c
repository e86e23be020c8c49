// SPDX-License-Identifier: GPL-2.0-or-later
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "tracer/session-metadata.h"
#include "tracer/session-place.h"
#include "tracer/session-target.h"

/* Packets of metadata, each with padding behind its content, as LTTng's are. */
static GByteArray *packets(const char *const *contents)
{
	GByteArray *bytes = g_byte_array_new();

	for (; *contents; contents++) {
		uint8_t packet[128] = { 0 };
		const uint32_t magic = 0x75D11D57;
		uint32_t content_bits = (uint32_t)(37 + strlen(*contents)) * 8;
		uint32_t packet_bits = sizeof(packet) * 8;

		memcpy(packet, &magic, sizeof(magic));
		memcpy(packet + 24, &content_bits, sizeof(content_bits));
		memcpy(packet + 28, &packet_bits, sizeof(packet_bits));
		memcpy(packet + 37, *contents, strlen(*contents));
		g_byte_array_append(bytes, packet, sizeof(packet));
	}
	return bytes;
}

static void test_metadata_text(void)
{
	const char *const contents[] = { "clock { freq = 1000000000; off", "set = 17953;", NULL };
	g_autoptr(GByteArray) bytes = packets(contents);
	g_autofree char *text = ww_metadata_text(bytes->data, bytes->len);
	g_autofree char *torn = ww_metadata_text(bytes->data, bytes->len - 1);
	g_autofree char *none = ww_metadata_text((const uint8_t *)"/* CTF 1.8 */", 13);

	g_assert_cmpstr(text, ==, "clock { freq = 1000000000; offset = 17953;");
	g_assert_cmpstr(torn, ==, contents[0]);
	g_assert_cmpstr(none, ==, "");
	bytes->data[24] = 0xff; /* more content than packet */
	bytes->data[25] = 0xff;
	g_free(g_steal_pointer(&none));
	none = ww_metadata_text(bytes->data, bytes->len);
	g_assert_cmpstr(none, ==, "");
}

static void test_clock_offset(void)
{
	static const struct {
		const char *text;
		int64_t offset_ns; /* 0: none */
	} cases[] = {
		{ "clock {\n\tname = \"monotonic\";\n\tfreq = 1000000000; /* Hz */\n"
		  "\t/* offset * (1/freq) */\n\toffset = 1795376618144130794;\n};",
		  INT64_C(1795376618144130794) },
		{ "trace { offset = 5; };", 0 },
		{ "clock { freq = 1000000; offset = 5; };", 0 },
		{ "clock { freq = 1000000000; }; stream { offset = 5; };", 0 },
		{ "clock { freq = 1000000000; offset = 99999999999999999999; };", 0 },
		{ "clock { freq = 1000000000; offset = 5", 0 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		int64_t offset_ns = -1;

		g_assert_cmpint(ww_metadata_clock_offset(cases[i].text, &offset_ns), ==,
				cases[i].offset_ns != 0);
		g_assert_cmpint(offset_ns, ==, cases[i].offset_ns ? cases[i].offset_ns : -1);
	}
}

static void test_environment(void)
{
	const struct ww_session_target target = { "/lib/hooks.so", "/lib/fork.so", "/tmp/home",
						  1500, 10000 };
	GStrv empty = g_new0(char *, 1);
	g_auto(GStrv) environment = ww_session_target_environment(&target, empty);

	g_assert_cmpstr(g_environ_getenv(environment, "LD_PRELOAD"), ==,
			"/lib/hooks.so:/lib/fork.so");
	g_assert_cmpstr(g_environ_getenv(environment, "LTTNG_HOME"), ==, "/tmp/home");
	g_assert_cmpstr(g_environ_getenv(environment, "WHYWAIT_LOCK_THRESHOLD_NS"), ==, "1500");
	g_assert_cmpstr(g_environ_getenv(environment, "WHYWAIT_ALLOC_THRESHOLD_NS"), ==, "10000");
	environment = g_environ_setenv(environment, "LD_PRELOAD", "a.so b.so", true);
	environment = ww_session_target_environment(&target, environment);
	g_assert_cmpstr(g_environ_getenv(environment, "LD_PRELOAD"), ==,
			"/lib/hooks.so:/lib/fork.so:a.so b.so");
}

static void test_hooks_path(void)
{
	g_autofree char *directory = g_dir_make_tmp("whywait hooks-XXXXXX", NULL);
	g_autofree char *blank = g_build_filename(directory, "hooks.so", NULL);
	g_autoptr(GError) error = NULL;

	g_assert_true(g_file_set_contents(blank, "", 0, NULL));
	g_setenv("WHYWAIT_HOOKS_LIBRARY", blank, true);
	g_assert_null(ww_session_target_find_hooks(&error));
	g_assert_error(error, WW_ERROR, WW_ERROR_FAILED);
	g_assert_nonnull(strstr(error->message, blank));
	g_unsetenv("WHYWAIT_HOOKS_LIBRARY");
	g_remove(blank);
	g_remove(directory);
}

struct place_fixture {
	char *directory;
	char *path;
};

static void set_up(struct place_fixture *fixture, const void *data)
{
	fixture->directory = g_dir_make_tmp("whywait-place-XXXXXX", NULL);
	fixture->path = g_build_filename(fixture->directory, "place", NULL);
}

static void tear_down(struct place_fixture *fixture, const void *data)
{
	g_autoptr(GDir) directory = g_dir_open(fixture->directory, 0, NULL);

	g_assert_null(g_dir_read_name(directory));
	g_remove(fixture->directory);
	g_free(fixture->path);
	g_free(fixture->directory);
}

/* The first makes it, the last removes it. */
static void test_shared_place(struct place_fixture *fixture, const void *data)
{
	const struct ww_place_kind kind = {
		.is_directory = GPOINTER_TO_INT(data) != 0,
		.mode = 0711,
		.uid = getuid(),
		.gid = getgid(),
	};
	g_autoptr(GError) error = NULL;
	struct ww_place *first = ww_place_hold(fixture->path, &kind, &error);
	struct ww_place *second = ww_place_hold(fixture->path, &kind, &error);
	struct stat status;

	g_assert_no_error(error);
	g_assert_nonnull(first);
	g_assert_nonnull(second);
	g_assert_cmpint(stat(fixture->path, &status), ==, 0);
	g_assert_cmpint(status.st_mode & 07777, ==, 0711);
	g_assert_cmpint(S_ISDIR(status.st_mode) != 0, ==, kind.is_directory);
	ww_place_free(first);
	g_assert_true(g_file_test(fixture->path, G_FILE_TEST_EXISTS));
	ww_place_free(second);
	g_assert_false(g_file_test(fixture->path, G_FILE_TEST_EXISTS));
}

/* What a killed recorder left is taken over, by as many as come. */
static void test_abandoned_place(struct place_fixture *fixture, const void *data)
{
	const struct ww_place_kind kind = { .mode = 0600, .uid = getuid(), .gid = getgid() };
	struct ww_place *first, *second;
	pid_t pid = fork();

	if (pid == 0)
		_exit(ww_place_hold(fixture->path, &kind, NULL) ? 0 : 1);
	g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
	g_assert_true(ww_place_is_abandoned(fixture->path));
	first = ww_place_hold(fixture->path, &kind, NULL);
	second = ww_place_hold(fixture->path, &kind, NULL);
	g_assert_true(ww_place_is_ours(first) && ww_place_is_ours(second));
	g_assert_false(ww_place_is_abandoned(fixture->path));
	ww_place_free(first);
	g_assert_true(g_file_test(fixture->path, G_FILE_TEST_EXISTS));
	ww_place_free(second);
	g_assert_false(g_file_test(fixture->path, G_FILE_TEST_EXISTS));
}

static void test_foreign_place(struct place_fixture *fixture, const void *data)
{
	const struct ww_place_kind kind = { .mode = 0600, .uid = getuid(), .gid = getgid() };
	struct ww_place *place;

	g_assert_true(g_file_set_contents(fixture->path, "theirs", -1, NULL));
	place = ww_place_hold(fixture->path, &kind, NULL);
	g_assert_nonnull(place);
	g_assert_false(ww_place_is_ours(place));
	ww_place_free(place);
	g_assert_true(g_file_test(fixture->path, G_FILE_TEST_EXISTS));
	g_remove(fixture->path);
}

static void test_no_place(struct place_fixture *fixture, const void *data)
{
	const struct ww_place_kind kind = { .mode = 0600 };
	g_autofree char *path = g_build_filename(fixture->path, "below", NULL);
	g_autoptr(GError) error = NULL;

	g_assert_null(ww_place_hold(path, &kind, &error));
	g_assert_error(error, WW_ERROR, WW_ERROR_FAILED);
	g_assert_nonnull(strstr(error->message, path));
}

#define ADD_PLACE(name, data, run)                                                                 \
	g_test_add("/session/place/" name, struct place_fixture, data, set_up, run, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/session/metadata-text", test_metadata_text);
	g_test_add_func("/session/clock-offset", test_clock_offset);
	g_test_add_func("/session/environment", test_environment);
	g_test_add_func("/session/hooks-path", test_hooks_path);
	ADD_PLACE("shared-file", GINT_TO_POINTER(0), test_shared_place);
	ADD_PLACE("shared-directory", GINT_TO_POINTER(1), test_shared_place);
	ADD_PLACE("abandoned", NULL, test_abandoned_place);
	ADD_PLACE("foreign", NULL, test_foreign_place);
	ADD_PLACE("none", NULL, test_no_place);
	return g_test_run();
}
