// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A tracepoint NAME is a typedef btf_trace_NAME of a pointer to a function, whose first argument is
 * the tracepoint's private data.
 */
#include "tracer/kernel-btf.h"

#include <linux/btf.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"

#define KERNEL_BTF "/sys/kernel/btf/vmlinux"
#define PREFIX "btf_trace_"

struct ww_kernel_btf {
	/* The two sections, checked to lie inside the file. */
	const uint8_t *types, *types_end;
	const char *strings;
	uint32_t n_strings_bytes; /* the last one is 0 */

	GArray *places; /* uint32_t: where a type begins in its section, by its id less one, because
			   0 is void */
	GHashTable *n_arguments; /* of a tracepoint's name, borrowed from @strings */
	GBytes *file;            /* what all this lies in; NULL: it is somebody else's */
};

/* What follows a type: bytes, and bytes for each of its elements. */
static const struct {
	uint8_t fixed_bytes, element_bytes;
} tails[NR_BTF_KINDS] = {
	[BTF_KIND_INT] = { 4, 0 },
	[BTF_KIND_ARRAY] = { sizeof(struct btf_array), 0 },
	[BTF_KIND_STRUCT] = { 0, sizeof(struct btf_member) },
	[BTF_KIND_UNION] = { 0, sizeof(struct btf_member) },
	[BTF_KIND_ENUM] = { 0, sizeof(struct btf_enum) },
	[BTF_KIND_FUNC_PROTO] = { 0, sizeof(struct btf_param) },
	[BTF_KIND_VAR] = { sizeof(struct btf_var), 0 },
	[BTF_KIND_DATASEC] = { 0, sizeof(struct btf_var_secinfo) },
	[BTF_KIND_DECL_TAG] = { sizeof(struct btf_decl_tag), 0 },
	[BTF_KIND_ENUM64] = { 0, sizeof(struct btf_enum64) },
};

static bool find_sections(struct ww_kernel_btf *btf, const void *bytes, size_t n_bytes)
{
	const struct btf_header *header = bytes;
	const uint8_t *begin = bytes;
	uint64_t types_at, strings_at;

	if (n_bytes < sizeof(*header) || header->magic != BTF_MAGIC)
		return false;
	types_at = (uint64_t)header->hdr_len + header->type_off;
	strings_at = (uint64_t)header->hdr_len + header->str_off;
	if (types_at % sizeof(uint32_t) || types_at + header->type_len > n_bytes ||
	    !header->str_len || strings_at + header->str_len > n_bytes ||
	    begin[strings_at + header->str_len - 1])
		return false;
	btf->types = begin + types_at;
	btf->types_end = btf->types + header->type_len;
	btf->strings = (const char *)begin + strings_at;
	btf->n_strings_bytes = header->str_len;
	return true;
}

/* NULL at the end, and where nobody knows how long the type is. */
static const struct btf_type *next_type(const struct ww_kernel_btf *btf,
					const struct btf_type *type)
{
	const uint8_t *at = (const uint8_t *)(type + 1);
	unsigned int kind = BTF_INFO_KIND(type->info);

	if (kind >= G_N_ELEMENTS(tails))
		return NULL;
	at += tails[kind].fixed_bytes + tails[kind].element_bytes * BTF_INFO_VLEN(type->info);
	if (at > btf->types_end || (size_t)(btf->types_end - at) < sizeof(*type))
		return NULL;
	return (const struct btf_type *)(const void *)at;
}

static void list_types(struct ww_kernel_btf *btf)
{
	const struct btf_type *type = (const void *)btf->types;

	if ((size_t)(btf->types_end - btf->types) < sizeof(*type))
		return;
	for (; type; type = next_type(btf, type)) {
		uint32_t place = (uint32_t)((const uint8_t *)type - btf->types);

		g_array_append_val(btf->places, place);
	}
}

/* NULL when it is of another kind, or is not there. */
static const struct btf_type *type_of(const struct ww_kernel_btf *btf, uint32_t id,
				      unsigned int kind)
{
	const struct btf_type *type;

	if (id == 0 || id > btf->places->len)
		return NULL;
	type = (const void *)(btf->types + g_array_index(btf->places, uint32_t, id - 1));
	return BTF_INFO_KIND(type->info) == kind ? type : NULL;
}

static const char *name_of(const struct ww_kernel_btf *btf, const struct btf_type *type)
{
	return type->name_off < btf->n_strings_bytes ? btf->strings + type->name_off : "";
}

/* Notes the type when it is that of a tracepoint. */
static void note_tracepoint(struct ww_kernel_btf *btf, uint32_t id)
{
	const struct btf_type *type = type_of(btf, id, BTF_KIND_TYPEDEF);
	const char *name = type ? name_of(btf, type) : "";
	const struct btf_type *pointer, *function;

	if (!g_str_has_prefix(name, PREFIX))
		return;
	pointer = type_of(btf, type->type, BTF_KIND_PTR);
	function = pointer ? type_of(btf, pointer->type, BTF_KIND_FUNC_PROTO) : NULL;
	if (function && BTF_INFO_VLEN(function->info))
		g_hash_table_replace(btf->n_arguments, (gpointer)(uintptr_t)(name + strlen(PREFIX)),
				     GUINT_TO_POINTER(BTF_INFO_VLEN(function->info) - 1));
}

struct ww_kernel_btf *ww_kernel_btf_parse(const void *bytes, size_t n_bytes, GError **error)
{
	ww_auto(kernel_btf) btf = g_new0(struct ww_kernel_btf, 1);

	btf->places = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	btf->n_arguments = g_hash_table_new(g_str_hash, g_str_equal);
	if (!find_sections(btf, bytes, n_bytes))
		return ww_fail(error, WW_ERROR_UNSUPPORTED, "'" KERNEL_BTF "' is no BTF"), NULL;
	list_types(btf);
	for (uint32_t id = 1; id <= btf->places->len; id++)
		note_tracepoint(btf, id);
	return g_steal_pointer(&btf);
}

static GBytes *read_file(void)
{
	g_autoptr(GMappedFile) map = g_mapped_file_new(KERNEL_BTF, FALSE, NULL);
	char *copy;
	size_t n_bytes;

	if (map && g_mapped_file_get_length(map) > 0)
		return g_mapped_file_get_bytes(map);
	return g_file_get_contents(KERNEL_BTF, &copy, &n_bytes, NULL)
		       ? g_bytes_new_take(copy, n_bytes)
		       : NULL;
}

struct ww_kernel_btf *ww_kernel_btf_open(GError **error)
{
	g_autoptr(GBytes) file = read_file();
	struct ww_kernel_btf *btf;
	const void *bytes;
	size_t n_bytes;

	if (!file)
		return ww_fail(error, WW_ERROR_UNSUPPORTED,
			       "this kernel carries no type information (" KERNEL_BTF
			       ", CONFIG_DEBUG_INFO_BTF)"),
		       NULL;
	bytes = g_bytes_get_data(file, &n_bytes);
	btf = ww_kernel_btf_parse(bytes, n_bytes, error);
	if (btf)
		btf->file = g_steal_pointer(&file);
	return btf;
}

void ww_kernel_btf_free(struct ww_kernel_btf *btf)
{
	if (!btf)
		return;
	g_hash_table_unref(btf->n_arguments);
	g_array_unref(btf->places);
	g_clear_pointer(&btf->file, g_bytes_unref);
	g_free(btf);
}

bool ww_kernel_btf_find_tracepoint(const struct ww_kernel_btf *btf, const char *name,
				   unsigned int *n_arguments)
{
	gpointer value;

	if (!g_hash_table_lookup_extended(btf->n_arguments, name, NULL, &value))
		return false;
	if (n_arguments)
		*n_arguments = GPOINTER_TO_UINT(value);
	return true;
}

bool ww_kernel_btf_has_function(const struct ww_kernel_btf *btf, const char *name)
{
	for (uint32_t id = 1; id <= btf->places->len; id++) {
		const struct btf_type *type = type_of(btf, id, BTF_KIND_FUNC);

		if (type && g_str_equal(name_of(btf, type), name))
			return true;
	}
	return false;
}
