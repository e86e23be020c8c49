// SPDX-License-Identifier: GPL-2.0-or-later
/* The loader: reader, replay, store, manifest and symbols become one trace. */
#include "analysis/trace.h"

#include <inttypes.h>

#include "analysis/read/reader.h"
#include "analysis/read/symbols.h"
#include "analysis/replay/replay.h"
#include "analysis/trace-private.h"
#include "base/error.h"
#include "base/units.h"

#define EVENTS_PER_LOOK 16384 /* at the clock and the cancellable */
#define PROGRESS_INTERVAL_US 50000

struct loader {
	const struct ww_load_options *options;
	struct ww_reader *reader;
	struct ww_replay *replay;
	struct ww_symbols *symbols;
	uint64_t n_events;
	uint64_t n_lost[2];         /* records, by struct ww_event.source */
	uint64_t n_lost_packets[2]; /* the same */
	uint64_t n_lost_uncounted;  /* losses of which nobody knows how many */
	int64_t reported_us;
};

static void report_progress(struct loader *loader, double fraction)
{
	const struct ww_load_options *options = loader->options;

	loader->reported_us = g_get_monotonic_time();
	if (options && options->progress)
		options->progress(fraction, loader->n_events, options->progress_data);
}

/* False with G_IO_ERROR_CANCELLED. */
static bool look_around(struct loader *loader, GError **error)
{
	if (g_get_monotonic_time() - loader->reported_us >= PROGRESS_INTERVAL_US)
		report_progress(loader, ww_reader_fraction(loader->reader));
	return !g_cancellable_set_error_if_cancelled(
		loader->options ? loader->options->cancellable : NULL, error);
}

static void take_event(struct loader *loader, const struct ww_event *event)
{
	if (event->kind == WW_EVENT_MODULE) {
		ww_symbols_add_module(loader->symbols, event->pid, event->module.base,
				      event->module.size_bytes, event->text);
	} else if (event->kind == WW_EVENT_LOST) {
		loader->n_lost[event->source] += event->lost.count;
		loader->n_lost_packets[event->source] += event->lost.n_packets;
		loader->n_lost_uncounted += event->lost.count == 0 && event->lost.n_packets == 0;
	}
	if (event->kind != WW_EVENT_LOST && event->kind != WW_EVENT_GAP)
		loader->n_events++;
	ww_replay_event(loader->replay, event);
}

static bool read_all(struct loader *loader, GError **error)
{
	enum ww_read_status status;
	struct ww_event event;
	uint64_t n = 0;

	while ((status = ww_reader_next(loader->reader, &event, error)) == WW_READ_EVENT) {
		take_event(loader, &event);
		if (++n % EVENTS_PER_LOOK == 0 && !look_around(loader, error))
			return false;
	}
	return status == WW_READ_END;
}

/* Nothing to show is an answer too: why there is nothing. */
static bool check_events(const struct loader *loader, const char *path,
			 const struct ww_replay_result *result, GError **error)
{
	if (loader->n_events > 0)
		return true;
	if (result->gaps->len > 0)
		return ww_fail(error, WW_ERROR_DAMAGED, "%s", (const char *)result->gaps->pdata[0]);
	return ww_fail(error, WW_ERROR_EMPTY, "trace '%s' holds no events", path);
}

static void say_lost(struct ww_trace *trace, uint64_t n, const char *what)
{
	g_autofree char *count = ww_count_text(n);
	g_autofree char *sentence = g_strdup_printf("%s %s were lost while recording", count, what);

	if (n > 0)
		ww_trace_add_missing(trace, sentence);
}

/* Some kernels keep what happens while certain threads run from every tracer: no counter knows. */
static void say_contradictions(struct ww_trace *trace, uint64_t n_switches)
{
	g_autofree char *count = ww_count_text(n_switches);
	g_autofree char *sentence = NULL;

	if (n_switches == 0)
		return;
	sentence = g_strdup_printf(
		"%s %s missing although no loss was counted: what the records around say "
		"cannot follow from each other, and the threads between them are unknown",
		count, n_switches == 1 ? "switch is" : "switches are");
	ww_trace_add_missing(trace, sentence);
}

static void say_what_is_missing(struct ww_trace *trace, const struct loader *loader,
				const struct ww_replay_result *result)
{
	static const char *const records[] = { "records of the kernel", "records of the program" };
	static const char *const packets[] = { "whole packets of records of the kernel",
					       "whole packets of records of the program" };
	const struct ww_manifest *manifest = trace->manifest;

	for (guint i = 0; manifest && i < manifest->missing->len; i++) {
		const struct ww_missing *missing = manifest->missing->pdata[i];
		g_autofree char *grant =
			missing->grant
				? g_strdup_printf("; this would change it: %s", missing->grant)
				: g_strdup("");
		g_autofree char *sentence = g_strdup_printf("Not recorded: %s (%s)%s",
							    missing->what, missing->why, grant);

		ww_trace_add_missing(trace, sentence);
	}
	for (int source = 0; source < 2; source++) {
		say_lost(trace, loader->n_lost[source], records[source]);
		say_lost(trace, loader->n_lost_packets[source], packets[source]);
	}
	say_contradictions(trace, result->n_switches_missing);
	if (loader->n_lost_uncounted > 0)
		ww_trace_add_missing(
			trace, "Records were lost while recording, and nobody counted how many");
	if (loader->n_lost_packets[0] > 0 || loader->n_lost_uncounted > 0)
		trace->info.is_kernel_complete = false;
}

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

static struct ww_trace *build_trace(struct loader *loader, const char *path,
				    struct ww_store **store, struct ww_manifest **manifest,
				    const char *complaint, GError **error)
{
	const struct ww_replay_result *result = ww_replay_finish(loader->replay);
	struct ww_trace *trace;

	if (!check_events(loader, path, result, error))
		return NULL;
	trace = ww_trace_from_store(g_steal_pointer(store), result, g_steal_pointer(manifest));
	ww_trace_set_path(trace, path);
	if (complaint)
		ww_trace_add_missing(trace, complaint);
	say_what_is_missing(trace, loader, result);
	trace->symbols = g_steal_pointer(&loader->symbols);
	trace->symbols_free = ww_symbols_close;
	return trace;
}

struct ww_trace *ww_trace_load(const char *path, const struct ww_load_options *options,
			       GError **error)
{
	ww_auto(reader) reader = ww_reader_open(path, options ? options->cancellable : NULL, error);
	g_autofree char *complaint = NULL;
	ww_auto(manifest) manifest = NULL;
	ww_auto(store) store = NULL;
	ww_auto(replay) replay = NULL;
	struct loader loader = { .options = options, .reader = reader };
	struct ww_trace *trace = NULL;

	if (!reader)
		return NULL;
	manifest = load_manifest(path, &complaint);
	store = ww_store_new();
	replay = ww_replay_new(store, manifest);
	loader.replay = replay;
	loader.symbols = ww_symbols_open(path);
	if (read_all(&loader, error))
		trace = build_trace(&loader, path, &store, &manifest, complaint, error);
	ww_symbols_close(loader.symbols);
	if (trace)
		report_progress(&loader, 1);
	return trace;
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
