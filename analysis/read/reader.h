/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Readers: bytes of a trace in, struct ww_event in time order out, a batch at a time.
 *
 * Every way to read is one vtable, so that replay does not know which one it has. A reader belongs to one thread. What it
 * cannot read it reports as an event of kind WW_EVENT_GAP or WW_EVENT_LOST in its place, and ends soundly: an error is only
 * for a trace of which nothing can be read.
 */
#ifndef WW_ANALYSIS_READ_READER_H
#define WW_ANALYSIS_READ_READER_H

#include <gio/gio.h>

#include "analysis/event.h"
#include "base/auto.h"

struct ww_reader;

enum ww_read_status {
	WW_READ_EVENT, /* there is one, or a batch of some */
	WW_READ_END,
	WW_READ_ERROR, /* *error is set; only before the first event, or when cancelled */
};

/* Events in time order. They and their texts are borrowed: valid until the reader's next batch, or its end. */
struct ww_event_batch {
	const struct ww_event *events;
	size_t n_events;
};

struct ww_reader_ops {
	const char *name;
	bool is_ordered; /* times never go back: a merge has nothing to put right */
	/* WW_READ_EVENT: *batch holds at least one event. Else it is left as it was. */
	enum ww_read_status (*next)(struct ww_reader *reader, struct ww_event_batch *batch, GError **error);
	double (*fraction)(const struct ww_reader *reader); /* of its bytes, 0 to 1, as far as known */
	void (*free)(struct ww_reader *reader);
};

/*
 * For readers that are through with their streams: the next one of @sentences goes out as a gap at @time_ns, then comes the end.
 * @event is where the gap is made; *@n_told counts.
 */
enum ww_read_status ww_reader_tell_gap(const GPtrArray *sentences, guint *n_told, int64_t time_ns, struct ww_event *event,
				       struct ww_event_batch *batch);

/* First member of every reader. */
struct ww_reader {
	const struct ww_reader_ops *ops;
	struct ww_event_batch rest; /* of the last batch, for ww_reader_next() */
	bool reads_ahead;           /* it has threads of its own, which work while nobody asks */
};

enum ww_read_status ww_reader_next_batch(struct ww_reader *reader, struct ww_event_batch *batch, GError **error);
/* One event at a time, for whoever is in no hurry. Not to be mixed with whole batches. */
enum ww_read_status ww_reader_next(struct ww_reader *reader, struct ww_event *event, GError **error);
double ww_reader_fraction(const struct ww_reader *reader);
void ww_reader_free(struct ww_reader *reader); /* NULL is fine */
WW_DEFINE_AUTO(reader)

/*
 * One CTF 1.8 trace (a directory with a metadata file), read by Babeltrace 2 in a child process with CPU and memory limits:
 * it can abort, hang or grow on damaged input, and then only the child dies. Cancelling kills the child.
 */
struct ww_reader *ww_babeltrace_reader_new(const char *directory, GCancellable *cancellable, GError **error);

/*
 * One CTF 1.8 trace of our own recorder or of LTTng, read in this process. NULL with *@is_for_us false and no error when there
 * is anything in its metadata that is not fully understood; NULL with *@error set when nothing of it can be read.
 */
struct ww_reader *ww_fast_reader_new(const char *directory, GCancellable *cancellable, bool *is_for_us, GError **error);

/* Merges by time; takes the readers (their array is borrowed). Equal times keep the order of @readers. */
struct ww_reader *ww_merge_reader_new(struct ww_reader *const *readers, size_t n_readers);

/*
 * Reads on another thread, some batches ahead of whoever asks; takes @reader. What it hands out is what @reader does, with texts of
 * its own. Freeing it waits for the batch that is being read. One that reads ahead by itself comes back as it is, and so does any
 * when no thread can be started.
 */
struct ww_reader *ww_ahead_reader_new(struct ww_reader *reader);

/*
 * Everything below @path that is a CTF trace, merged, each by the fast reader if it can, else by Babeltrace. The environment
 * variable WHYWAIT_READER forces one of them, "fast" or "babeltrace". Fails with WW_ERROR_NOT_TRACE when there is none and
 * WW_ERROR_UNSUPPORTED when there is nothing but CTF 2.
 */
struct ww_reader *ww_reader_open(const char *path, GCancellable *cancellable, GError **error);

/* Whether somebody wants to see what a certain reader makes of a trace (WHYWAIT_READER in the environment). */
bool ww_reader_is_forced(void);

/* The directories below @path (itself included) that hold a CTF metadata file, sorted. Free with g_ptr_array_unref. */
GPtrArray *ww_find_traces(const char *path);

#endif
