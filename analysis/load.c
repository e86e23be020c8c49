// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/load.h"

#include "analysis/index/cache.h"
#include "analysis/read/reader.h"
#include "analysis/read/symbols.h"
#include "analysis/replay/replay.h"
#include "analysis/trace-private.h"
#include "base/error.h"

#define PROGRESS_INTERVAL_US 50000
#define PARTIAL_INTERVAL_MS 250
#define PARTIAL_REST 9 /* after a partial trace, this many times as long as it took */

struct loader {
	const struct ww_load_request *request;
	const struct ww_load_options *options; /* NULL is fine */
	struct ww_reader *reader;
	struct ww_replay *replay;
	struct ww_store *store;
	bool is_index_at_fault;
	GArray *modules;
	GHashTable *seen_modules;   /* see ww_index_modules_add() */
	struct ww_symbols *symbols; /* of the kernel's functions */
	int64_t reported_us;
	int64_t next_partial_us;
};

void ww_loaded_clear(struct ww_loaded *loaded)
{
	g_clear_pointer(&loaded->store, ww_store_free);
	g_clear_pointer(&loaded->missing, g_ptr_array_unref);
	g_clear_pointer(&loaded->modules, g_array_unref);
}

static void report_progress(struct loader *loader, double fraction)
{
	const struct ww_load_options *options = loader->options;

	loader->reported_us = g_get_monotonic_time();
	if (options && options->progress)
		options->progress(fraction, ww_replay_n_events(loader->replay),
				  options->progress_data);
}

static void take_module(struct loader *loader, const struct ww_event *event)
{
	const struct ww_index_module module = {
		.pid = event->pid,
		.base = event->module.base,
		.size_bytes = event->module.size_bytes,
		.path = (char *)(uintptr_t)(event->text ? event->text : ""),
	};

	ww_index_modules_add(loader->modules, loader->seen_modules, &module);
}

static void take_batch(struct loader *loader, const struct ww_event_batch *batch)
{
	for (size_t i = 0; i < batch->n_events; i++) {
		const struct ww_event *event = &batch->events[i];

		if (event->kind == WW_EVENT_MODULE)
			take_module(loader, event);
		ww_replay_event(loader->replay, event);
	}
}

static void say_lost(GPtrArray *missing, uint64_t n, const char *what)
{
	g_autofree char *count = ww_count_text(n);

	if (n > 0)
		g_ptr_array_add(missing,
				g_strdup_printf("%s %s were lost while recording", count, what));
}

/* Some kernels keep what happens while certain threads run from every tracer: no counter knows. */
static void say_contradictions(GPtrArray *missing, uint64_t n_switches)
{
	g_autofree char *count = ww_count_text(n_switches);

	if (n_switches > 0)
		g_ptr_array_add(
			missing,
			g_strdup_printf("%s %s missing although no loss was counted: what the "
					"records around say cannot follow from each other, and "
					"the threads between them are unknown",
					count, n_switches == 1 ? "switch is" : "switches are"));
}

static void say_overlaps(GPtrArray *missing, const struct ww_replay_result *result)
{
	g_autofree char *length = ww_duration_text(result->longest_overlap_ns);

	if (result->n_overlaps > 0)
		g_ptr_array_add(
			missing,
			g_strdup_printf("Threads were on two CPUs at once for up to %s: the clocks "
					"of the CPUs differ, and times of one beside those of "
					"another are not to be trusted",
					length));
}

static void say_forgotten(GPtrArray *missing, uint64_t n)
{
	g_autofree char *count = ww_count_text(n);

	if (n > 0)
		g_ptr_array_add(missing,
				g_strdup_printf("%s things that had begun and not ended were "
						"given up, because there were too many of them",
						count));
}

static void say_unrecorded(GPtrArray *missing, const struct ww_manifest *manifest)
{
	for (guint i = 0; manifest && i < manifest->missing->len; i++) {
		const struct ww_missing *what = manifest->missing->pdata[i];
		g_autofree char *grant =
			what->grant ? g_strdup_printf("; this would change it: %s", what->grant)
				    : g_strdup("");

		g_ptr_array_add(missing, g_strdup_printf("Not recorded: %s (%s)%s", what->what,
							 what->why, grant));
	}
}

static GPtrArray *say_what_is_missing(const struct ww_manifest *manifest,
				      const struct ww_replay_result *result)
{
	static const char *const records[] = { "records of the kernel", "records of the program" };
	static const char *const packets[] = { "whole packets of records of the kernel",
					       "whole packets of records of the program" };
	GPtrArray *missing = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < result->gaps->len; i++)
		g_ptr_array_add(missing, g_strdup(result->gaps->pdata[i]));
	say_unrecorded(missing, manifest);
	for (int source = 0; source < 2; source++) {
		say_lost(missing, result->n_lost[source], records[source]);
		say_lost(missing, result->n_lost_packets[source], packets[source]);
	}
	say_contradictions(missing, result->n_switches_missing);
	say_overlaps(missing, result);
	say_forgotten(missing, result->n_forgotten);
	if (result->n_lost_uncounted > 0)
		g_ptr_array_add(missing, g_strdup("Records were lost while recording, and nobody "
						  "counted how many"));
	return missing;
}

static struct ww_loaded conclude(const struct loader *loader, struct ww_store *store,
				 const struct ww_replay_result *result)
{
	return (struct ww_loaded){
		.store = store,
		.info = ww_trace_info_of(result, store),
		.missing = say_what_is_missing(loader->request->manifest, result),
	};
}

static int64_t partial_interval_us(const struct loader *loader)
{
	const unsigned int wanted_ms = loader->options ? loader->options->partial_interval_ms : 0;

	return INT64_C(1000) * (wanted_ms > 0 ? wanted_ms : PARTIAL_INTERVAL_MS);
}

static void show_partial(struct loader *loader)
{
	const int64_t began_us = g_get_monotonic_time();
	const struct ww_replay_result *result;
	struct ww_store *store = ww_store_copy(loader->store);
	struct ww_replay *preview = ww_replay_preview(loader->replay, store, &result);
	struct ww_loaded loaded = conclude(loader, store, result);
	int64_t ended_us;

	loaded.info.is_partial = true;
	loaded.modules = ww_index_modules_copy(loader->modules);
	if (result->n_events > 0 && ww_store_is_whole(store, NULL))
		loader->request->partial(&loaded, loader->request->partial_data);
	ww_loaded_clear(&loaded);
	ww_replay_free(preview);
	ended_us = g_get_monotonic_time();
	loader->next_partial_us =
		ended_us + MAX(partial_interval_us(loader), (ended_us - began_us) * PARTIAL_REST);
}

/* False with G_IO_ERROR_CANCELLED, or when the index has no room: there is no sense in going on. */
static bool look_around(struct loader *loader, GError **error)
{
	loader->is_index_at_fault = !ww_store_is_whole(loader->store, error);
	if (loader->is_index_at_fault)
		return false;
	if (g_get_monotonic_time() - loader->reported_us >= PROGRESS_INTERVAL_US)
		report_progress(loader, ww_reader_fraction(loader->reader));
	if (loader->request->partial && g_get_monotonic_time() >= loader->next_partial_us)
		show_partial(loader);
	return !g_cancellable_set_error_if_cancelled(
		loader->options ? loader->options->cancellable : NULL, error);
}

static bool read_all(struct loader *loader, GError **error)
{
	enum ww_read_status status;
	struct ww_event_batch batch;

	while ((status = ww_reader_next_batch(loader->reader, &batch, error)) == WW_READ_EVENT) {
		take_batch(loader, &batch);
		if (!look_around(loader, error))
			return false;
	}
	return status == WW_READ_END;
}

/* Nothing to show is an answer too: why there is nothing. */
static bool check_events(const char *path, const struct ww_replay_result *result, GError **error)
{
	if (result->n_events > 0)
		return true;
	if (result->gaps->len > 0)
		return ww_fail(error, WW_ERROR_DAMAGED, "%s", (const char *)result->gaps->pdata[0]);
	return ww_fail(error, WW_ERROR_EMPTY, "trace '%s' holds no events", path);
}

/* Everything but the timeline goes into a section of it. */
static void keep_facts(struct ww_loaded *loaded)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_copy(loaded->missing, NULL, NULL);
	struct ww_trace_info info = loaded->info;
	g_autoptr(GBytes) facts = NULL;
	gsize n_bytes;
	const void *data;

	g_ptr_array_set_free_func(lines, NULL);
	g_ptr_array_add(lines, NULL);
	info.missing = (const char *const *)lines->pdata;
	facts = ww_index_facts_pack(&info, loaded->modules);
	data = g_bytes_get_data(facts, &n_bytes);
	ww_store_set_section(loaded->store, WW_INDEX_FACTS_SECTION, data, n_bytes);
}

/* On the disk, or in memory, which may have run out too. */
static bool keep(const struct loader *loader, struct ww_loaded *loaded, GError **error)
{
	if (!loader->request->store_path)
		return ww_store_is_whole(loaded->store, error);
	keep_facts(loaded);
	ww_index_give(loaded->store, loader->request->store_path, loader->request->path);
	return ww_store_commit(loaded->store, loader->request->fingerprint, error);
}

/* Takes loader->store and loader->modules into @loaded; where it fails they stay. */
static bool fill(struct loader *loader, struct ww_loaded *loaded, GError **error)
{
	const struct ww_replay_result *result;

	if (!read_all(loader, error))
		return false;
	result = ww_replay_finish(loader->replay);
	if (!check_events(loader->request->path, result, error))
		return false;
	*loaded = conclude(loader, g_steal_pointer(&loader->store), result);
	loaded->modules = g_steal_pointer(&loader->modules);
	return true;
}

/* For reading, replaying and writing at the same time. */
static bool has_cpus(void)
{
	return g_get_num_processors() > 1;
}

static struct ww_reader *open_reader(const struct ww_load_request *request, GError **error)
{
	const struct ww_load_options *options = request->options;
	struct ww_reader *reader =
		ww_reader_open(request->path, options ? options->cancellable : NULL, error);

	return reader && has_cpus() ? ww_ahead_reader_new(reader) : reader;
}

/* No process has the kernel's half of the addresses. */
static const char *kernel_name(uint64_t address, void *symbols)
{
	struct ww_symbol symbol;

	return ww_symbols_find(symbols, WW_TID_UNKNOWN, address, &symbol) ? symbol.name : NULL;
}

/* With a reader and a store; all of @loader is the caller's to clear. */
static bool run(struct loader *loader, struct ww_loaded *loaded, GError **error)
{
	struct ww_loaded mine = { 0 };

	loader->modules = ww_index_modules_new();
	loader->seen_modules = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	loader->replay = ww_replay_new(loader->store, loader->request->manifest);
	loader->symbols = ww_symbols_open(loader->request->path);
	ww_replay_name_kernel(loader->replay, kernel_name, loader->symbols);
	loader->next_partial_us = g_get_monotonic_time() + partial_interval_us(loader);
	if (!fill(loader, &mine, error))
		return false;
	loader->is_index_at_fault = !keep(loader, &mine, error);
	if (loader->is_index_at_fault)
		return ww_loaded_clear(&mine), false;
	report_progress(loader, 1);
	*loaded = mine;
	return true;
}

static void loader_clear(struct loader *loader)
{
	ww_replay_free(loader->replay);
	ww_store_free(loader->store);
	ww_reader_free(loader->reader);
	ww_symbols_close(loader->symbols);
	g_clear_pointer(&loader->modules, g_array_unref);
	g_clear_pointer(&loader->seen_modules, g_hash_table_unref);
}

bool ww_load(const struct ww_load_request *request, struct ww_loaded *loaded,
	     bool *is_index_at_fault, GError **error)
{
	struct loader loader = { .request = request, .options = request->options };
	bool is_loaded = false;

	loader.reader = open_reader(request, error);
	if (loader.reader) {
		loader.store = request->store_path ? ww_store_new_at(request->store_path, error)
						   : ww_store_new();
		loader.is_index_at_fault = !loader.store;
	}
	if (loader.store && has_cpus())
		ww_store_write_aside(loader.store);
	if (loader.store)
		is_loaded = run(&loader, loaded, error);
	*is_index_at_fault = loader.is_index_at_fault;
	loader_clear(&loader);
	return is_loaded;
}
