// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading ahead changes nothing: not the order, not the texts, not how it ends. */
#include <string.h>

#include "analysis/read/protocol.h"
#include "analysis/read/reader.h"
#include "base/error.h"
#include "tests/no-threads.h"

#define NAME "thread %d, longer than the name of a thread may be"
#define NAME_BYTES 80

/* Plays @n_batches of growing size, overwriting one batch with the next. */
struct player {
	struct ww_reader base;
	unsigned int n_batches, n_played;
	bool is_broken; /* it ends with an error */
	bool *is_freed;
	struct ww_event events[64];
	char names[64][NAME_BYTES];
	int64_t now_ns;
};

static enum ww_read_status player_next(struct ww_reader *base, struct ww_event_batch *batch,
				       GError **error)
{
	struct player *player = (struct player *)base;

	if (player->n_played == player->n_batches && player->is_broken) {
		player->is_broken = false;
		return ww_fail(error, WW_ERROR_DAMAGED, "it broke"), WW_READ_ERROR;
	}
	if (player->n_played == player->n_batches)
		return WW_READ_END;
	*batch = (struct ww_event_batch){ player->events, player->n_played++ % 64 + 1 };
	for (size_t i = 0; i < batch->n_events; i++) {
		ww_event_init(&player->events[i], WW_EVENT_LOG);
		player->events[i].time_ns = player->now_ns++;
		g_snprintf(player->names[i], NAME_BYTES, NAME, (int)player->now_ns);
		player->events[i].name = player->now_ns % 3 ? player->names[i] : NULL;
	}
	return WW_READ_EVENT;
}

static double player_fraction(const struct ww_reader *base)
{
	const struct player *player = (const struct player *)base;

	return player->n_batches ? (double)player->n_played / player->n_batches : 1;
}

static void player_free(struct ww_reader *base)
{
	*((struct player *)base)->is_freed = true;
}

static const struct ww_reader_ops player_ops = {
	.name = "player",
	.next = player_next,
	.fraction = player_fraction,
	.free = player_free,
};

static void check_event(const struct ww_event *event, int64_t n)
{
	g_autofree char *name = g_strdup_printf(NAME, (int)n + 1);

	g_assert_cmpint(event->time_ns, ==, n);
	g_assert_cmpstr(event->name, ==, (n + 1) % 3 ? name : NULL);
}

static void test_same(gconstpointer data)
{
	bool is_freed = false;
	struct player player = { .base = { .ops = &player_ops },
				 .n_batches = GPOINTER_TO_UINT(data),
				 .is_broken = true,
				 .is_freed = &is_freed };
	struct ww_reader *reader = ww_ahead_reader_new(&player.base);
	g_autoptr(GError) error = NULL;
	struct ww_event_batch batch;
	int64_t n = 0;

	while (ww_reader_next_batch(reader, &batch, &error) == WW_READ_EVENT)
		for (size_t i = 0; i < batch.n_events; i++)
			check_event(&batch.events[i], n++);
	g_assert_cmpint(n, ==, player.now_ns);
	g_assert_cmpstr(error->message, ==, "it broke");
	g_assert_cmpfloat(ww_reader_fraction(reader), ==, 1);
	g_assert_cmpint(ww_reader_next_batch(reader, &batch, NULL), ==, WW_READ_END);
	ww_reader_free(reader);
	g_assert_true(is_freed);
}

/* Whoever has seen enough leaves while the thread is still full of zeal. */
static void test_leave_early(void)
{
	for (int n_taken = 0; n_taken < 8; n_taken++) {
		bool is_freed = false;
		struct player player = { .base = { .ops = &player_ops },
					 .n_batches = 1000,
					 .is_freed = &is_freed };
		struct ww_reader *reader = ww_ahead_reader_new(&player.base);
		struct ww_event_batch batch;

		for (int i = 0; i < n_taken; i++)
			g_assert_cmpint(ww_reader_next_batch(reader, &batch, NULL), ==,
					WW_READ_EVENT);
		ww_reader_free(reader);
		g_assert_true(is_freed);
	}
}

/* Then whoever asks reads. */
static void test_no_thread(void)
{
	bool is_freed = false;
	struct player player = { .base = { .ops = &player_ops },
				 .n_batches = 3,
				 .is_freed = &is_freed };
	struct ww_event_batch batch;
	struct ww_reader *reader;

	ww_threads_forbid();
	reader = ww_ahead_reader_new(&player.base);
	ww_threads_allow();
	g_assert_true(reader == &player.base);
	g_assert_cmpint(ww_reader_next_batch(reader, &batch, NULL), ==, WW_READ_EVENT);
	ww_reader_free(reader);
	g_assert_true(is_freed);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/ahead/empty", GUINT_TO_POINTER(0), test_same);
	g_test_add_data_func("/ahead/one", GUINT_TO_POINTER(1), test_same);
	g_test_add_data_func("/ahead/many", GUINT_TO_POINTER(3000), test_same);
	g_test_add_func("/ahead/leave-early", test_leave_early);
	g_test_add_func("/ahead/no-thread", test_no_thread);
	return g_test_run();
}
