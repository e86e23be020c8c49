// SPDX-License-Identifier: GPL-2.0-or-later
/* A ring filled by hand: order, records across the end, what is not complete, room given back. */
#include "tracer/ring-reader.h"

#include <glib.h>
#include <string.h>

#include "base/wire.h"

#define RING_BYTES 4096u

struct receiver {
	GArray *timestamps; /* uint64_t */
	guint n_wanted;
};

static bool receive(uint32_t cpu, const void *record, size_t size_bytes, void *user_data)
{
	const struct ww_wire_switch *switched = record;
	struct receiver *receiver = user_data;
	uint64_t timestamp = switched->timestamp;

	g_assert_cmpuint(cpu, ==, 7);
	g_assert_cmpuint(size_bytes, ==, ww_wire_records[switched->id].size_bytes);
	g_array_append_val(receiver->timestamps, timestamp);
	return receiver->timestamps->len < receiver->n_wanted;
}

static struct ww_ring *ring_new(uint64_t position)
{
	struct ww_ring *ring = g_malloc0(ww_ring_bytes_mapped(RING_BYTES));

	ring->head = ring->committed = ring->tail = position;
	return ring;
}

static void put(struct ww_ring *ring, enum ww_wire_id id, uint64_t timestamp)
{
	const struct ww_wire_wakeup head = { .timestamp = timestamp, .id = (__u8)id };

	memcpy((uint8_t *)ring + WW_RING_HEAD_BYTES + (ring->head & (RING_BYTES - 1)), &head,
	       sizeof(head));
	ring->head += ww_wire_records[id].size_bytes;
}

static void check(const struct receiver *receiver, const char *expected)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < receiver->timestamps->len; i++)
		g_string_append_printf(text, "%s%" G_GUINT64_FORMAT, i ? " " : "",
				       g_array_index(receiver->timestamps, uint64_t, i));
	g_assert_cmpstr(text->str, ==, expected);
}

static bool read_all(struct ww_ring *ring, bool is_over, struct receiver *receiver)
{
	return ww_ring_read(ring, RING_BYTES, is_over, 7, receive, receiver);
}

static void with_ring(uint64_t position, void (*test)(struct ww_ring *, struct receiver *))
{
	struct receiver receiver = { g_array_new(FALSE, FALSE, sizeof(uint64_t)), G_MAXUINT };
	struct ww_ring *ring = ring_new(position);

	test(ring, &receiver);
	g_array_unref(receiver.timestamps);
	g_free(ring);
}

static void in_order(struct ww_ring *ring, struct receiver *receiver)
{
	put(ring, WW_WIRE_ID_SWITCH, 1);
	put(ring, WW_WIRE_ID_FILE_NAME, 2);
	put(ring, WW_WIRE_ID_WAKEUP, 3);
	ring->committed = ring->head;
	g_assert_true(read_all(ring, false, receiver));
	check(receiver, "1 2 3");
	g_assert_cmpuint(ring->tail, ==, ring->head);
	g_assert_true(read_all(ring, false, receiver));
	check(receiver, "1 2 3");
}

static void test_order(void)
{
	with_ring(0, in_order);
}

/* The largest record begins on the last bytes of the ring and runs into the slack. */
static void test_across_the_end(void)
{
	with_ring(RING_BYTES * 3 - 40, in_order);
	with_ring(RING_BYTES - 32, in_order);
}

static void in_the_middle(struct ww_ring *ring, struct receiver *receiver)
{
	put(ring, WW_WIRE_ID_WAKEUP, 1);
	ring->committed = ring->head;
	put(ring, WW_WIRE_ID_WAKEUP, 2);
	g_assert_true(read_all(ring, false, receiver));
	check(receiver, "1");
	g_assert_true(read_all(ring, true, receiver));
	check(receiver, "1 2");
}

static void test_in_the_middle(void)
{
	with_ring(0, in_the_middle);
}

/* An interrupted program commits an older position than the interrupt did. */
static void behind_the_reader(struct ww_ring *ring, struct receiver *receiver)
{
	const uint64_t older = ring->head;

	put(ring, WW_WIRE_ID_WAKEUP, 1);
	ring->committed = ring->head;
	g_assert_true(read_all(ring, false, receiver));
	ring->committed = older;
	g_assert_true(read_all(ring, false, receiver));
	check(receiver, "1");
	g_assert_cmpuint(ring->tail, ==, ring->head);
}

static void test_behind_the_reader(void)
{
	with_ring(4000, behind_the_reader);
}

/* A switch is not counted as in the middle: nothing interrupts it, but it may be on another CPU. */
static void quiet(struct ww_ring *ring, struct receiver *receiver)
{
	g_assert_true(ww_ring_is_quiet(ring));
	put(ring, WW_WIRE_ID_SWITCH, 1);
	g_assert_false(ww_ring_is_quiet(ring));
	ring->committed = ring->head;
	g_assert_true(ww_ring_is_quiet(ring));
	ring->n_in_middle = 1;
	g_assert_false(ww_ring_is_quiet(ring));
}

static void test_quiet(void)
{
	with_ring(RING_BYTES, quiet);
}

static void unwelcome(struct ww_ring *ring, struct receiver *receiver)
{
	put(ring, WW_WIRE_ID_WAKEUP, 1);
	put(ring, WW_WIRE_ID_WAKEUP, 2);
	put(ring, WW_WIRE_ID_WAKEUP, 3);
	ring->committed = ring->head;
	receiver->n_wanted = 2;
	g_assert_false(read_all(ring, false, receiver));
	check(receiver, "1 2");
	receiver->n_wanted = G_MAXUINT;
	g_assert_true(read_all(ring, false, receiver));
	check(receiver, "1 2 3");
}

static void test_unwelcome(void)
{
	with_ring(0, unwelcome);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ring-reader/order", test_order);
	g_test_add_func("/ring-reader/across-the-end", test_across_the_end);
	g_test_add_func("/ring-reader/in-the-middle", test_in_the_middle);
	g_test_add_func("/ring-reader/behind-the-reader", test_behind_the_reader);
	g_test_add_func("/ring-reader/quiet", test_quiet);
	g_test_add_func("/ring-reader/unwelcome", test_unwelcome);
	return g_test_run();
}
