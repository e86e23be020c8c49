// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of --doctor as people and as programs get it, and the sentences for each kind of host.
 */
#include "tracer/capabilities.h"

#include <json-glib/json-glib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tracer/host.h"

#define SELF "/opt/trace-record"
#define SETCAP "sudo setcap cap_bpf,cap_perfmon+ep " SELF

static GPtrArray *build(void)
{
	GPtrArray *found = ww_capabilities_new();

	ww_capabilities_add(
		found, "kernel records", "states of threads and what ran instead of them", false,
		g_strdup("no right"),
		g_strdup("sudo a-command-that-is-longer-than-the-terminal-is-wide --now"));
	ww_capabilities_add(found, "disk", "minutes", true, NULL, NULL);
	return found;
}

static void test_narrow(void)
{
	g_autoptr(GPtrArray) found = build();
	g_autofree char *text = ww_capabilities_text(found, 48);

	g_assert_cmpstr(
		text, ==,
		"CAPABILITY      HERE  WHAT IT ADDS\n"
		"kernel records  no    states of threads and what\n"
		"                      ran instead of them\n"
		"                      no right\n"
		"                      get it with: sudo a-command-that-is-longer-than-the-terminal-is-wide --now\n"
		"disk            yes   minutes\n");
}

static void test_any_width(void)
{
	g_autoptr(GPtrArray) found = build();
	g_autofree char *text = ww_capabilities_text(found, 0);

	g_assert_nonnull(
		g_strstr_len(text, -1, "states of threads and what ran instead of them\n"));
}

static void test_json(void)
{
	g_autoptr(GPtrArray) found = build();
	g_autofree char *text = ww_capabilities_json(found);
	g_autoptr(JsonNode) root = json_from_string(text, NULL);
	JsonObject *answer = json_node_get_object(root);
	JsonArray *rows = json_object_get_array_member(answer, "capabilities");
	JsonObject *first = json_array_get_object_element(rows, 0);

	g_assert_cmpstr(json_object_get_string_member(answer, "schema"), ==, "whywait-doctor/1");
	g_assert_false(json_object_get_boolean_member(answer, "is_complete"));
	g_assert_cmpuint(json_array_get_length(rows), ==, 2);
	g_assert_cmpstr(json_object_get_string_member(first, "why"), ==, "no right");
	g_assert_true(json_object_get_null_member(json_array_get_object_element(rows, 1), "grant"));
	g_ptr_array_remove_index(found, 0);
	g_assert_true(ww_capabilities_are_complete(found));
}

/* What each kind of host is told about BPF programs. */
static void test_bpf(void)
{
	static const struct {
		struct ww_host host;
		const char *why; /* a part of it */
		const char *grant;
	} rows[] = {
		{ { 0 }, "no right to load BPF programs", SETCAP },
		{ { .gains_nothing = true }, "no right", "sudo " SELF " ..." },
		{ { .is_root = true }, "were taken away", NULL },
		{ { .is_root = true, .container = WW_CONTAINER_DOCKER },
		  "were taken away",
		  "docker run --cap-add BPF --cap-add PERFMON --pid host ..." },
		{ { .container = WW_CONTAINER_PODMAN },
		  "no right",
		  "sudo podman run --cap-add BPF --cap-add PERFMON --pid host ..." },
		{ { .is_root = true,
		    .has_bpf = true,
		    .has_perfmon = true,
		    .has_filter = true,
		    .forbids_bpf = true,
		    .container = WW_CONTAINER_DOCKER },
		  "forbids bpf(2)",
		  "docker run --cap-add BPF --cap-add PERFMON --pid host --security-opt seccomp=unconfined ..." },
		{ { .has_filter = true, .forbids_bpf = true }, "is not there", NULL },
		{ { .is_root = true,
		    .has_bpf = true,
		    .has_perfmon = true,
		    .in_user_namespace = true,
		    .container = WW_CONTAINER_DOCKER },
		  "rights of a user namespace",
		  NULL },
		{ { .is_root = true, .has_bpf = true, .has_perfmon = true, .has_lockdown = true },
		  "locked down",
		  NULL },
		{ { .has_bpf = true, .has_perfmon = true }, "in spite of", NULL },
		{ { .has_bpf = true }, "no right", SETCAP },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct ww_host host = rows[i].host;
		g_autofree char *self = g_strdup(SELF);
		g_autofree char *why = NULL, *grant = NULL;

		host.self = self;
		why = ww_host_why_no_bpf(&host);
		grant = ww_host_grant_bpf(&host);
		g_assert_nonnull(g_strstr_len(why, -1, rows[i].why));
		g_assert_cmpstr(grant, ==, rows[i].grant);
	}
}

static void test_perf(void)
{
	static const struct {
		struct ww_host host;
		const char *why;
		const char *grant;
	} rows[] = {
		{ { .paranoid = 3 }, "is 3,", "sudo sysctl kernel.perf_event_paranoid=2" },
		{ { .paranoid = 2 }, "refuses", NULL },
		{ { .paranoid = 2, .has_filter = true, .forbids_perf = true }, "seccomp", NULL },
		{ { .paranoid = 3, .forbids_perf = true, .container = WW_CONTAINER_DOCKER },
		  "seccomp",
		  "docker run --cap-add PERFMON --security-opt seccomp=unconfined ..." },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *why = ww_host_why_no_perf(&rows[i].host);
		g_autofree char *grant = ww_host_grant_perf(&rows[i].host);

		g_assert_nonnull(g_strstr_len(why, -1, rows[i].why));
		g_assert_cmpstr(grant, ==, rows[i].grant);
	}
}

/* The slice of this very thread, where the kernel says no other: from 6.12 on it can be asked for.
 */
static void test_base_slice(void)
{
	struct {
		uint32_t size, policy;
		uint64_t flags;
		int32_t nice;
		uint32_t priority;
		uint64_t runtime, deadline, period;
	} own = { .size = sizeof(own), .runtime = 7000000 }; /* struct sched_attr */
	g_autofree char *setting = NULL;

	if (g_file_get_contents("/sys/kernel/debug/sched/base_slice_ns", &setting, NULL, NULL)) {
		g_assert_cmpint(ww_host_base_slice_ns(), ==, atoll(setting));
		return;
	}
	own.nice = getpriority(PRIO_PROCESS, 0);
	if (syscall(SYS_sched_setattr, 0, &own, 0) != 0) {
		g_test_skip("a slice of one's own is refused here");
		return;
	}
	g_assert_cmpint(syscall(SYS_sched_getattr, 0, &own, sizeof(own), 0), ==, 0);
	if (own.runtime == 0) {
		g_assert_cmpint(ww_host_base_slice_ns(), ==, 0);
		g_test_skip("this kernel tells no slice");
		return;
	}
	g_assert_cmpint(ww_host_base_slice_ns(), ==, 7000000);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/capabilities/narrow", test_narrow);
	g_test_add_func("/capabilities/any-width", test_any_width);
	g_test_add_func("/capabilities/json", test_json);
	g_test_add_func("/host/bpf", test_bpf);
	g_test_add_func("/host/base-slice", test_base_slice);
	g_test_add_func("/host/perf", test_perf);
	return g_test_run();
}
