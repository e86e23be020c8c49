// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading ahead: a thread that fills a few slots with copies of a reader's batches, while the
 * caller works on another one.
 *
 * A ring of slots: the thread fills [n_filled % N], the caller holds the one it took last until it
 * asks again. One mutex guards the two counters and @is_stopped; the slots themselves belong to
 * whoever the counters say.
 */
#include <string.h>

#include "analysis/read/reader.h"
#include "analysis/read/texts.h"

#define N_SLOTS 4

struct slot {
	struct ww_event *events;
	size_t n_events, capacity;
	struct ww_texts texts;
	enum ww_read_status status;
	GError *error; /* with WW_READ_ERROR */
	double fraction;
};

struct ahead {
	struct ww_reader base;
	struct ww_reader *reader; /* the thread's, until it ended */
	GThread *thread;
	GMutex mutex;
	GCond changed;
	uint64_t n_filled, n_released; /* under the mutex */
	bool is_stopped;               /* under the mutex */
	bool is_holding;               /* the caller has slot n_released */
	double fraction;               /* of the slot that was taken last */
	struct slot slots[N_SLOTS];
};

static const char *keep_text(struct slot *slot, const char *text)
{
	return text ? ww_texts_copy(&slot->texts, text) : NULL;
}

static void copy_batch(struct slot *slot, const struct ww_event_batch *batch)
{
	if (batch->n_events > slot->capacity) {
		g_free(slot->events);
		slot->capacity = batch->n_events;
		slot->events = g_new(struct ww_event, slot->capacity);
	}
	memcpy(slot->events, batch->events, batch->n_events * sizeof(*slot->events));
	slot->n_events = batch->n_events;
	ww_texts_clear(&slot->texts);
	for (size_t i = 0; i < slot->n_events; i++) {
		struct ww_event *event = &slot->events[i];

		event->name = keep_text(slot, event->name);
		/* What readers say of files quotes paths, which may hold anything. */
		if (event->kind == WW_EVENT_GAP)
			event->text = ww_texts_add(&slot->texts, event->text, WW_TEXT_BYTES);
		else
			event->text = keep_text(slot, event->text);
	}
}

/* An empty slot, NULL when the caller wants no more. */
static struct slot *await_room(struct ahead *ahead)
{
	struct slot *slot = NULL;

	g_mutex_lock(&ahead->mutex);
	while (!ahead->is_stopped && ahead->n_filled - ahead->n_released == N_SLOTS)
		g_cond_wait(&ahead->changed, &ahead->mutex);
	if (!ahead->is_stopped)
		slot = &ahead->slots[ahead->n_filled % N_SLOTS];
	g_mutex_unlock(&ahead->mutex);
	return slot;
}

static void hand_over(struct ahead *ahead)
{
	g_mutex_lock(&ahead->mutex);
	ahead->n_filled++;
	g_cond_signal(&ahead->changed);
	g_mutex_unlock(&ahead->mutex);
}

static gpointer read_ahead(gpointer data)
{
	struct ahead *ahead = data;
	enum ww_read_status status = WW_READ_EVENT;
	struct slot *slot;

	while (status == WW_READ_EVENT && (slot = await_room(ahead))) {
		struct ww_event_batch batch;

		status = ww_reader_next_batch(ahead->reader, &batch, &slot->error);
		if (status == WW_READ_EVENT)
			copy_batch(slot, &batch);
		slot->status = status;
		slot->fraction = ww_reader_fraction(ahead->reader);
		hand_over(ahead);
	}
	return NULL;
}

/* The slot that follows the one the caller has had until now. */
static struct slot *await_slot(struct ahead *ahead)
{
	struct slot *slot;

	g_mutex_lock(&ahead->mutex);
	ahead->n_released += ahead->is_holding;
	ahead->is_holding = true;
	g_cond_signal(&ahead->changed);
	while (ahead->n_filled == ahead->n_released)
		g_cond_wait(&ahead->changed, &ahead->mutex);
	slot = &ahead->slots[ahead->n_released % N_SLOTS];
	g_mutex_unlock(&ahead->mutex);
	return slot;
}

static enum ww_read_status ahead_next(struct ww_reader *base, struct ww_event_batch *batch,
				      GError **error)
{
	struct ahead *ahead = (struct ahead *)base;
	struct slot *slot = await_slot(ahead);
	const enum ww_read_status status = slot->status;

	ahead->fraction = slot->fraction;
	if (status == WW_READ_EVENT) {
		*batch = (struct ww_event_batch){ slot->events, slot->n_events };
		return status;
	}
	/* The last one: it stays where it is, should somebody ask again. */
	ahead->is_holding = false;
	if (slot->error)
		g_propagate_error(error, g_steal_pointer(&slot->error));
	slot->status = WW_READ_END;
	return status;
}

static double ahead_fraction(const struct ww_reader *base)
{
	return ((const struct ahead *)base)->fraction;
}

/* The thread has ended, or never was. */
static void clear(struct ahead *ahead)
{
	for (int i = 0; i < N_SLOTS; i++) {
		ww_texts_destroy(&ahead->slots[i].texts);
		g_clear_error(&ahead->slots[i].error);
		g_free(ahead->slots[i].events);
	}
	g_cond_clear(&ahead->changed);
	g_mutex_clear(&ahead->mutex);
	g_free(ahead);
}

static void ahead_free(struct ww_reader *base)
{
	struct ahead *ahead = (struct ahead *)base;

	g_mutex_lock(&ahead->mutex);
	ahead->is_stopped = true;
	g_cond_signal(&ahead->changed);
	g_mutex_unlock(&ahead->mutex);
	g_thread_join(ahead->thread);
	ww_reader_free(ahead->reader);
	clear(ahead);
}

static const struct ww_reader_ops ahead_ops = {
	.name = "ahead",
	.next = ahead_next,
	.fraction = ahead_fraction,
	.free = ahead_free,
};

struct ww_reader *ww_ahead_reader_new(struct ww_reader *reader)
{
	struct ahead *ahead;

	if (reader->reads_ahead)
		return reader;
	ahead = g_new0(struct ahead, 1);
	ahead->base.ops = &ahead_ops;
	ahead->reader = reader;
	g_mutex_init(&ahead->mutex);
	g_cond_init(&ahead->changed);
	for (int i = 0; i < N_SLOTS; i++)
		ww_texts_init(&ahead->slots[i].texts);
	ahead->base.reads_ahead = true;
	ahead->thread = g_thread_try_new("read-ahead", read_ahead, ahead, NULL);
	if (ahead->thread)
		return &ahead->base;
	clear(ahead);
	return reader;
}
