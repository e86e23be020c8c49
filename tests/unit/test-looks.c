// SPDX-License-Identifier: GPL-2.0-or-later
/* What is looked up beside the events: names of interrupts and control groups, and changed
 * affinities. */
#include "tracer/looks.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "tracer/lookups.h"

struct receiver {
	GString *text;
	guint n_wanted;
};

static void describe(GString *text, const void *record)
{
	const struct ww_wire_irq_name *irq = record;
	const struct ww_wire_cgroup_name *cgroup = record;
	const struct ww_wire_affinity *affinity = record;

	switch (ww_wire_id_of(record)) {
	case WW_WIRE_ID_IRQ_NAME:
		g_string_append_printf(text, "irq %u %s\n", irq->irq, irq->name);
		break;
	case WW_WIRE_ID_CGROUP_NAME:
		g_string_append_printf(text, "cgroup %s\n", cgroup->path);
		break;
	case WW_WIRE_ID_AFFINITY:
		g_string_append_printf(text, "%d may run on %u CPUs: %llx\n", affinity->tid,
				       affinity->n_allowed,
				       (unsigned long long)affinity->allowed_cpus);
		break;
	default:
		g_assert_not_reached();
	}
}

static bool receive(uint32_t cpu, const void *record, size_t size_bytes, void *user_data)
{
	struct receiver *receiver = user_data;

	g_assert_cmpuint(cpu, ==, UINT32_MAX);
	g_assert_cmpuint(size_bytes, ==, ww_wire_records[ww_wire_id_of(record)].size_bytes);
	describe(receiver->text, record);
	return --receiver->n_wanted;
}

static char *make_tree(const char *const *directories, const char *const *files)
{
	char *root = g_dir_make_tmp("whywait-test-XXXXXX", NULL);

	for (; *directories; directories++) {
		g_autofree char *path = g_build_filename(root, *directories, NULL);

		g_assert_cmpint(g_mkdir_with_parents(path, 0755), ==, 0);
	}
	for (; files && *files; files += 2) {
		g_autofree char *path = g_build_filename(root, files[0], NULL);

		g_assert_true(g_file_set_contents(path, files[1], -1, NULL));
	}
	return root;
}

static void remove_tree(char *root)
{
	const char *const argv[] = { "rm", "-r", root, NULL };

	g_assert_true(g_spawn_sync(NULL, (char **)(uintptr_t)argv, NULL, G_SPAWN_SEARCH_PATH, NULL,
				   NULL, NULL, NULL, NULL, NULL));
	g_free(root);
}

static void test_interrupts(void)
{
	static const char *const directories[] = { "7", "9", "65536", "x", NULL };
	static const char *const files[] = {
		"7/actions", "virtio1-req.0\n", "9/actions", "\n", "65536/actions",
		"far\n",     "x/actions",       "no\n",      NULL
	};
	struct receiver receiver = { g_string_new(NULL), G_MAXUINT };
	char *root = make_tree(directories, files);

	g_assert_true(ww_lookup_interrupts(root, receive, &receiver));
	g_assert_cmpstr(receiver.text->str, ==, "irq 7 virtio1-req.0\n");
	g_assert_true(ww_lookup_interrupts("/nowhere", receive, &receiver));
	remove_tree(root);
	g_string_free(receiver.text, TRUE);
}

static void test_cgroups(void)
{
	static const char *const directories[] = { "system.slice/redis.service", NULL };
	static const char *const files[] = { "cgroup.procs", "1\n", NULL };
	struct receiver receiver = { g_string_new(NULL), G_MAXUINT };
	char *root = make_tree(directories, files);

	g_assert_true(ww_lookup_cgroups(root, receive, &receiver));
	g_assert_cmpstr(receiver.text->str, ==,
			"cgroup /\ncgroup /system.slice\ncgroup /system.slice/redis.service\n");
	receiver.n_wanted = 2;
	g_assert_false(ww_lookup_cgroups(root, receive, &receiver));
	g_assert_true(ww_lookup_cgroups("/nowhere", receive, &receiver));
	remove_tree(root);
	g_string_free(receiver.text, TRUE);
}

/* The end of a path says more than its begin. */
static void test_long_path(void)
{
	g_autofree char *name = g_strnfill(150, 'a');
	const char *const directories[] = { name, NULL };
	g_autofree char *expected = g_strdup_printf("cgroup /\ncgroup %s\n", name + 150 - 127);
	struct receiver receiver = { g_string_new(NULL), G_MAXUINT };
	char *root = make_tree(directories, NULL);

	g_assert_true(ww_lookup_cgroups(root, receive, &receiver));
	g_assert_cmpstr(receiver.text->str, ==, expected);
	remove_tree(root);
	g_string_free(receiver.text, TRUE);
}

static struct ww_wire_task tasks[] = {
	{ .id = WW_WIRE_ID_TASK, .tid = 1, .allowed_cpus = 3 },
	{ .id = WW_WIRE_ID_TASK, .tid = 2, .allowed_cpus = 1 },
	{ .id = WW_WIRE_ID_TASK, .tid = 3 }, /* nobody knows */
};
static struct ww_looks *looks;
static guint n_looks;

static bool read_tasks(void *source)
{
	n_looks++;
	for (size_t i = 0; i < G_N_ELEMENTS(tasks); i++)
		g_assert_false(ww_looks_take_task(looks, &tasks[i]));
	return true;
}

static void test_affinities(void)
{
	static const struct ww_source_ops ops = { .read_tasks = read_tasks };
	const struct ww_source source = { .ops = &ops };
	struct receiver receiver = { g_string_new(NULL), G_MAXUINT };

	looks = ww_looks_new(receive, &receiver);
	g_assert_true(ww_looks_take_task(looks, &tasks[0]));
	g_assert_true(ww_looks_take_task(looks, &tasks[2]));
	ww_looks_tick(looks, &source);
	g_assert_cmpuint(n_looks, ==, 1);
	g_assert_cmpstr(receiver.text->str, ==, "2 may run on 1 CPUs: 1\n");
	ww_looks_tick(looks, &source); /* too soon */
	g_assert_cmpuint(n_looks, ==, 1);
	g_string_truncate(receiver.text, 0);
	tasks[0].allowed_cpus = 2;
	g_usleep(1100 * 1000);
	ww_looks_tick(looks, &source);
	g_assert_cmpstr(receiver.text->str, ==, "1 may run on 1 CPUs: 2\n");
	ww_looks_free(looks);
	g_string_free(receiver.text, TRUE);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/looks/interrupts", test_interrupts);
	g_test_add_func("/looks/cgroups", test_cgroups);
	g_test_add_func("/looks/long-path", test_long_path);
	g_test_add_func("/looks/affinities", test_affinities);
	return g_test_run();
}
