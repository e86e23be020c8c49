// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/index/facts.h"

#include <inttypes.h>

#include "base/error.h"

/* clang-format off */
/* NUMBER(member of struct ww_trace_info): all are kept as 64 bits. */
#define NUMBERS(NUMBER)            \
	NUMBER(origin_unix_ns)     \
	NUMBER(duration_ns)        \
	NUMBER(n_cpus)             \
	NUMBER(n_threads)          \
	NUMBER(n_processes)        \
	NUMBER(n_events)           \
	NUMBER(n_lost)             \
	NUMBER(n_kernel_events)    \
	NUMBER(n_user_events)      \
	NUMBER(n_kernel_lost)      \
	NUMBER(n_user_lost)        \
	NUMBER(n_lost_packets)     \
	NUMBER(n_lost_uncounted)   \
	NUMBER(n_switches_missing) \
	NUMBER(unseen_utid)        \
	NUMBER(n_overlaps)         \
	NUMBER(n_damages)          \
	NUMBER(n_forgotten)        \
	NUMBER(longest_overlap_ns) \
	NUMBER(has_kernel)         \
	NUMBER(has_user)           \
	NUMBER(is_in_order)        \
	NUMBER(is_kernel_complete) \
	NUMBER(tells_throttled)
/* clang-format on */

#define COUNT(member) +1
enum { N_NUMBERS = NUMBERS(COUNT) };

#define FACTS_TYPE "(ataaya(ittay))"

static void clear_module(gpointer module)
{
	g_free(((struct ww_index_module *)module)->path);
}

GArray *ww_index_modules_new(void)
{
	GArray *modules = g_array_new(false, false, sizeof(struct ww_index_module));

	g_array_set_clear_func(modules, clear_module);
	return modules;
}

GArray *ww_index_modules_copy(const GArray *modules)
{
	GArray *copy = ww_index_modules_new();

	for (guint i = 0; i < modules->len; i++) {
		struct ww_index_module module = g_array_index(modules, struct ww_index_module, i);

		module.path = g_strdup(module.path);
		g_array_append_val(copy, module);
	}
	return copy;
}

void ww_index_modules_add(GArray *modules, GHashTable *seen, const struct ww_index_module *module)
{
	struct ww_index_module copy = *module;
	char *text = g_strdup_printf("%" PRId32 " %" PRIx64 " %" PRIx64 " %s", module->pid,
				     module->base, module->size_bytes, module->path);

	if (!g_hash_table_add(seen, text))
		return;
	copy.path = g_strdup(module->path);
	g_array_append_val(modules, copy);
}

static GVariant *pack_missing(const char *const *missing)
{
	static const char *const nothing[] = { NULL };

	return g_variant_new_bytestring_array(missing ? missing : nothing, -1);
}

static GVariant *pack_modules(const GArray *modules)
{
	g_autoptr(GVariantBuilder) builder = g_variant_builder_new(G_VARIANT_TYPE("a(ittay)"));

	for (guint i = 0; i < modules->len; i++) {
		const struct ww_index_module *module =
			&g_array_index(modules, struct ww_index_module, i);

		g_variant_builder_add(builder, "(itt@ay)", module->pid, module->base,
				      module->size_bytes, g_variant_new_bytestring(module->path));
	}
	return g_variant_builder_end(builder);
}

GBytes *ww_index_facts_pack(const struct ww_trace_info *info, const GArray *modules)
{
#define PACK(member) (guint64) info->member,
	const guint64 numbers[N_NUMBERS] = { NUMBERS(PACK) };
	g_autoptr(GVariant) facts = g_variant_ref_sink(
		g_variant_new("(@at@aay@a(ittay))",
			      g_variant_new_fixed_array(G_VARIANT_TYPE_UINT64, numbers, N_NUMBERS,
							sizeof(numbers[0])),
			      pack_missing(info->missing), pack_modules(modules)));

	return g_variant_get_data_as_bytes(facts);
}

static bool unpack_numbers(GVariant *facts, struct ww_trace_info *info)
{
	g_autoptr(GVariant) child = g_variant_get_child_value(facts, 0);
	gsize n = 0;
	const guint64 *at = g_variant_get_fixed_array(child, &n, sizeof(guint64));

	if (n != N_NUMBERS)
		return false;
#define UNPACK(member) info->member = (__typeof__(info->member))*at++;
	NUMBERS(UNPACK)
	return true;
}

static bool are_texts(char **sentences)
{
	for (; *sentences; sentences++)
		if (!g_utf8_validate(*sentences, -1, NULL))
			return false;
	return true;
}

/* People are shown these: false when one is no text. */
static bool unpack_missing(GVariant *facts, GPtrArray *missing)
{
	g_autoptr(GVariant) child = g_variant_get_child_value(facts, 1);
	g_auto(GStrv) sentences = g_variant_dup_bytestring_array(child, NULL);

	if (!are_texts(sentences))
		return false;
	for (char **sentence = sentences; *sentence; sentence++)
		g_ptr_array_add(missing, g_strdup(*sentence));
	return true;
}

static void unpack_modules(GVariant *facts, GArray *modules)
{
	g_autoptr(GVariant) child = g_variant_get_child_value(facts, 2);
	const gsize n = g_variant_n_children(child);

	for (gsize i = 0; i < n; i++) {
		struct ww_index_module module;
		g_autoptr(GVariant) path = NULL;

		g_variant_get_child(child, i, "(itt@ay)", &module.pid, &module.base,
				    &module.size_bytes, &path);
		module.path = g_strdup(g_variant_get_bytestring(path));
		g_array_append_val(modules, module);
	}
}

bool ww_index_facts_unpack(GBytes *bytes, struct ww_trace_info *info, GPtrArray *missing,
			   GArray *modules, GError **error)
{
	g_autoptr(GVariant) facts = g_variant_ref_sink(
		g_variant_new_from_bytes(G_VARIANT_TYPE(FACTS_TYPE), bytes, false));

	if (!g_variant_is_normal_form(facts) || !unpack_numbers(facts, info) ||
	    !unpack_missing(facts, missing))
		return ww_fail(error, WW_ERROR_DAMAGED, "the index's section '%s' is damaged",
			       WW_INDEX_FACTS_SECTION);
	unpack_modules(facts, modules);
	return true;
}
