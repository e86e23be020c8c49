// SPDX-License-Identifier: GPL-2.0-or-later
/* Opening a trace: by its index when there is one that agrees, else by reading all of it. */
#include "analysis/trace.h"

#include <inttypes.h>

#include "analysis/index/cache.h"
#include "analysis/index/places.h"
#include "analysis/load.h"
#include "analysis/read/reader.h"
#include "analysis/read/symbols.h"
#include "analysis/trace-private.h"
#include "base/error.h"

/* Less than this is read in the blink of an eye, and an index would be but one more file. */
#define WORTH_AN_INDEX_BYTES (UINT64_C(4) << 20)

/* No manifest is fine; one that cannot be read is missing. */
static struct ww_manifest *load_manifest(const char *path, char **complaint)
{
	g_autoptr(GError) error = NULL;
	struct ww_manifest *manifest = ww_manifest_load(path, &error);

	*complaint = !manifest && !g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT)
			     ? g_strdup(error->message)
			     : NULL;
	return manifest;
}

static void add_modules(struct ww_symbols *symbols, const GArray *modules)
{
	for (guint i = 0; i < modules->len; i++) {
		const struct ww_index_module *module =
			&g_array_index(modules, struct ww_index_module, i);

		ww_symbols_add_module(symbols, module->pid, module->base, module->size_bytes,
				      module->path);
	}
}

/* Takes what is in @loaded. */
static struct ww_trace *trace_of(struct ww_loaded *loaded, const char *path,
				 struct ww_manifest *manifest, const char *complaint)
{
	struct ww_trace *trace =
		ww_trace_new(g_steal_pointer(&loaded->store), &loaded->info, manifest);

	ww_trace_set_path(trace, path);
	for (guint i = 0; i < loaded->missing->len; i++)
		ww_trace_add_missing(trace, loaded->missing->pdata[i]);
	if (complaint)
		ww_trace_add_missing(trace, complaint);
	trace->symbols = ww_symbols_open(path);
	trace->symbols_free = ww_symbols_close;
	add_modules(trace->symbols, loaded->modules);
	ww_loaded_clear(loaded);
	return trace;
}

/* Takes the facts of @store into the struct ww_loaded @data; false: they are not whole. */
static bool recall_facts(const struct ww_store *store, void *data)
{
	struct ww_loaded *loaded = data;
	size_t n_bytes = 0;
	const void *section = ww_store_section(store, WW_INDEX_FACTS_SECTION, &n_bytes);
	g_autoptr(GBytes) facts = section ? g_bytes_new(section, n_bytes) : NULL;

	if (!facts ||
	    !ww_index_facts_unpack(facts, &loaded->info, loaded->missing, loaded->modules, NULL))
		return false;
	/* What the store does not have nobody may ask it for. */
	loaded->info.n_threads = ww_store_n_threads(store);
	loaded->info.n_processes = ww_store_n_processes(store);
	return true;
}

/* False: there is no index that agrees. */
static bool recall(const char *path, const char *fingerprint, struct ww_loaded *loaded)
{
	struct ww_loaded found = {
		.missing = g_ptr_array_new_with_free_func(g_free),
		.modules = ww_index_modules_new(),
	};

	found.store = ww_index_find(path, fingerprint, recall_facts, &found);
	if (!found.store)
		return ww_loaded_clear(&found), false;
	*loaded = found;
	return true;
}

struct receiver {
	const char *path;
	const struct ww_load_options *options;
};

/* A trace of its own, so everything that a trace owns is opened once more. */
static void hand_over(struct ww_loaded *loaded, void *data)
{
	const struct receiver *receiver = data;
	g_autofree char *complaint = NULL;
	struct ww_manifest *manifest = load_manifest(receiver->path, &complaint);

	receiver->options->partial(trace_of(loaded, receiver->path, manifest, complaint),
				   receiver->options->partial_data);
}

/* Into the first place that takes an index; where none does, into memory. */
static bool load_anew(struct ww_load_request *request, GPtrArray *room, struct ww_loaded *loaded,
		      GError **error)
{
	bool is_index_at_fault;

	for (guint i = 0; i < room->len; i++) {
		g_autoptr(GError) failure = NULL;

		request->store_path = room->pdata[i];
		if (ww_load(request, loaded, &is_index_at_fault, &failure)) {
			ww_index_settle(room->pdata[i], request->path);
			return true;
		}
		if (!is_index_at_fault) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return false;
		}
	}
	request->store_path = NULL;
	return ww_load(request, loaded, &is_index_at_fault, error);
}

static bool is_index_wanted(const struct ww_load_options *options, uint64_t n_bytes)
{
	const enum ww_index_use use = options ? options->index : WW_INDEX_AUTO;

	if (ww_reader_is_forced())
		return false;
	return use == WW_INDEX_ALWAYS || (use == WW_INDEX_AUTO && n_bytes >= WORTH_AN_INDEX_BYTES);
}

static void report_done(const struct ww_load_options *options, const struct ww_loaded *loaded)
{
	if (options && options->progress)
		options->progress(1, loaded->info.n_events, options->progress_data);
}

struct ww_trace *ww_trace_load(const char *path, const struct ww_load_options *options,
			       GError **error)
{
	uint64_t n_bytes;
	g_autofree char *fingerprint = ww_index_fingerprint(path, &n_bytes);
	const bool is_wanted = is_index_wanted(options, n_bytes);
	g_autofree char *complaint = NULL;
	ww_auto(manifest) manifest = load_manifest(path, &complaint);
	g_autoptr(GPtrArray) room = NULL;
	struct receiver receiver = { path, options };
	struct ww_load_request request = {
		.path = path,
		.manifest = manifest,
		.fingerprint = fingerprint,
		.options = options,
		.partial = options && options->partial ? hand_over : NULL,
		.partial_data = &receiver,
	};
	struct ww_loaded loaded;

	if (!is_wanted || !recall(path, fingerprint, &loaded)) {
		room = is_wanted ? ww_index_room(path, n_bytes) : g_ptr_array_new();
		if (!load_anew(&request, room, &loaded, error))
			return NULL;
	}
	report_done(options, &loaded);
	return trace_of(&loaded, path, g_steal_pointer(&manifest), complaint);
}

bool ww_trace_symbol(const struct ww_trace *trace, uint32_t upid, uint64_t address,
		     struct ww_symbol *symbol)
{
	if (!trace->symbols || upid >= trace->info.n_processes)
		return false;
	return ww_symbols_find(trace->symbols, ww_trace_process(trace, upid)->pid, address, symbol);
}

char *ww_trace_address_text(const struct ww_trace *trace, uint32_t upid, uint64_t address)
{
	g_autofree char *module = NULL;
	const char *name;
	struct ww_symbol symbol;

	if (!ww_trace_symbol(trace, upid, address, &symbol))
		return g_strdup_printf("0x%" PRIx64, address);
	module = g_path_get_basename(symbol.module);
	name = symbol.name ? symbol.name : module;
	return symbol.offset ? g_strdup_printf("%s+0x%" PRIx64, name, symbol.offset)
			     : g_strdup(name);
}
