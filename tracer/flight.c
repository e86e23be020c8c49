// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/flight.h"

#include <errno.h>
#include <sys/stat.h>
#include <time.h>

#include "base/error.h"
#include "base/units.h"
#include "tracer/closing.h"
#include "tracer/output.h"

#define LEAST_INTERVAL_NS WW_NS_PER_S

struct ww_flight {
	const struct ww_record_options *options;
	const struct ww_user *user;
	struct ww_recording *recording;
	char *base;      /* DIR */
	char *directory; /* of the newest snapshot; NULL: none */
	uint32_t n_tried;
	uint32_t n_written;
	int64_t earliest_ns; /* CLOCK_MONOTONIC: before that no condition writes */
	uint64_t n_too_soon; /* conditions that were met before */
	uint64_t n_too_many; /* snapshots asked for after the last one allowed */
	bool is_asked;
};

struct ww_flight *ww_flight_new(const struct ww_record_options *options, const struct ww_user *user,
				const char *directory, struct ww_recording *recording)
{
	struct ww_flight *flight = g_new0(struct ww_flight, 1);

	flight->options = options;
	flight->user = user;
	flight->recording = recording;
	flight->base = g_strdup(directory);
	return flight;
}

void ww_flight_free(struct ww_flight *flight)
{
	if (!flight)
		return;
	g_free(flight->base);
	g_free(flight->directory);
	g_free(flight);
}

static int64_t clock_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * WW_NS_PER_S + now.tv_nsec;
}

/* DIR is there since the start; a number that somebody else took meanwhile is left out. */
static char *make_directory(struct ww_flight *flight, GError **error)
{
	for (;;) {
		g_autofree char *path = NULL;

		flight->n_tried++;
		if (flight->n_tried == 1)
			return g_strdup(flight->base);
		path = g_strdup_printf("%s.%u", flight->base, flight->n_tried);
		if (mkdir(path, 0755) == 0)
			return g_steal_pointer(&path);
		if (errno != EEXIST)
			return ww_fail(error, WW_ERROR_FAILED, "cannot make the directory '%s': %s",
				       path, g_strerror(errno)),
			       NULL;
	}
}

/* A failed one leaves nothing, and its number is not used again: what is there is whole. */
static bool write_whole(struct ww_flight *flight, const char *directory,
			const struct ww_snapshot_cause *cause, GError **error)
{
	bool is_written = ww_recording_snapshot(flight->recording, directory, cause, error);

	if (is_written && cause->is_end)
		return true;
	if (is_written)
		is_written = ww_recording_save(flight->recording, -1, error);
	if (!is_written)
		ww_output_remove(directory);
	return is_written;
}

static bool write_snapshot(struct ww_flight *flight, const struct ww_snapshot_cause *cause,
			   GError **error)
{
	struct ww_snapshot_cause numbered = *cause;
	g_autofree char *directory = make_directory(flight, error);

	numbered.number = flight->n_tried;
	if (!directory || !write_whole(flight, directory, &numbered, error))
		return false;
	flight->n_written++;
	g_free(flight->directory);
	flight->directory = g_steal_pointer(&directory);
	if (flight->user->is_other && !cause->is_end)
		return ww_output_give(flight->directory, flight->user->uid, flight->user->gid,
				      error);
	return true;
}

/* While the recording goes on: whatever fails is said, and nothing ends. */
static void try_snapshot(struct ww_flight *flight, const struct ww_snapshot_cause *cause)
{
	const struct ww_manifest *manifest = ww_recording_manifest(flight->recording);
	g_autoptr(GError) failure = NULL;
	int64_t length_ns = flight->options->ring.time_ns;

	if (write_snapshot(flight, cause, &failure)) {
		length_ns = MAX(length_ns, manifest->end_ns - manifest->begin_ns);
		if (!flight->options->is_quiet)
			ww_closing_print_snapshot(manifest, flight->directory);
	} else {
		ww_closing_print_failure(cause->text, failure);
	}
	flight->earliest_ns = clock_now_ns() + MAX(length_ns, LEAST_INTERVAL_NS);
}

static bool may_write(struct ww_flight *flight)
{
	if (flight->n_tried < flight->options->n_snapshots_max)
		return true;
	flight->n_too_many++;
	return false;
}

void ww_flight_ask(struct ww_flight *flight)
{
	flight->is_asked = true;
}

static void answer(struct ww_flight *flight)
{
	const struct ww_snapshot_cause cause = { .text = "SIGUSR1", .at_ns = clock_now_ns() };

	flight->is_asked = false;
	if (may_write(flight))
		try_snapshot(flight, &cause);
}

static void follow(struct ww_flight *flight, const struct ww_trigger *trigger)
{
	g_autofree char *text = ww_condition_text(&trigger->condition);
	const struct ww_snapshot_cause cause = {
		.text = text,
		.value = trigger->value,
		.tid = trigger->tid,
		.at_ns = (int64_t)trigger->at_ns,
	};

	if ((int64_t)trigger->at_ns < flight->earliest_ns || clock_now_ns() < flight->earliest_ns)
		flight->n_too_soon++;
	else if (may_write(flight))
		try_snapshot(flight, &cause);
}

void ww_flight_tick(struct ww_flight *flight)
{
	struct ww_watch *watch = ww_recording_watch(flight->recording);
	struct ww_trigger trigger;

	if (flight->is_asked)
		answer(flight);
	while (watch && ww_watch_next(watch, &trigger))
		follow(flight, &trigger);
	if (watch)
		flight->n_too_soon += ww_watch_take_overflow(watch);
}

bool ww_flight_end(struct ww_flight *flight, GError **error)
{
	const struct ww_snapshot_cause cause = { .text = "end",
						 .at_ns = clock_now_ns(),
						 .is_end = true };

	return write_snapshot(flight, &cause, error);
}

const char *ww_flight_directory(const struct ww_flight *flight)
{
	return flight->directory;
}

char *ww_flight_earlier_text(const struct ww_flight *flight)
{
	GString *text = g_string_new(NULL);
	g_autofree char *too_soon = ww_count_text(flight->n_too_soon);
	g_autofree char *too_many = ww_count_text(flight->n_too_many);

	if (flight->n_written > 1)
		g_string_append_printf(text, "  snapshots written before this one: %u\n",
				       flight->n_written - 1);
	if (flight->n_too_soon)
		g_string_append_printf(
			text, "  conditions met too soon after a snapshot, not written: %s\n",
			too_soon);
	if (flight->n_too_many)
		g_string_append_printf(
			text, "  snapshots beyond the %u of --snapshot-max, not written: %s\n",
			flight->options->n_snapshots_max, too_many);
	return g_string_free(text, FALSE);
}
