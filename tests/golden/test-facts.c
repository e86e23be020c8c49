// SPDX-License-Identifier: GPL-2.0-or-later
/* What a trace says beside states: rows of tracks, and the reasons that follow from them. */
#include "analysis/query.h"
#include "analysis/read/protocol.h"
#include "analysis/trace-private.h"

static const struct ww_span everything = { 0, INT64_MAX };

struct maker {
	struct ww_store *store;
	struct ww_replay *replay;
};

static void begin(struct maker *maker)
{
	maker->store = ww_store_new();
	maker->replay = ww_replay_new(maker->store, NULL);
}

static struct ww_trace *end(struct maker *maker)
{
	struct ww_trace *trace =
		ww_trace_from_store(maker->store, ww_replay_finish(maker->replay), NULL);

	ww_replay_free(maker->replay);
	return trace;
}

static struct ww_event event_of(enum ww_event_kind kind, int64_t t_ns, int32_t tid)
{
	struct ww_event event;

	ww_event_init(&event, kind);
	event.time_ns = 1000000 + t_ns;
	event.cpu = 0;
	event.tid = tid;
	return event;
}

static void run(struct maker *maker, int64_t t_ns, int32_t prev, int32_t next, uint8_t state,
		bool in_fault)
{
	struct ww_event event = event_of(WW_EVENT_SWITCH, t_ns, prev);

	event.switched.next_tid = next;
	event.switched.prev_state = state;
	event.switched.syscall = WW_SYSCALL_NONE;
	event.switched.in_fault = in_fault;
	event.switched.in_iowait = in_fault;
	ww_replay_event(maker->replay, &event);
}

static struct ww_track_row only_row(const struct ww_trace *trace, enum ww_track kind, uint64_t key)
{
	struct ww_row_iter iter;
	struct ww_track_row row, more;

	ww_row_iter_init(&iter, trace, kind, key, everything);
	g_assert_true(ww_row_iter_next(&iter, &row));
	g_assert_false(ww_row_iter_next(&iter, &more));
	return row;
}

static enum ww_reason reason_at(const struct ww_trace *trace, int64_t t_ns)
{
	struct ww_interval interval;

	g_assert_true(ww_query_at(trace, (struct ww_lane){ WW_LANE_THREAD, 0 }, t_ns, &interval));
	return (enum ww_reason)interval.reason;
}

static void test_fault(void)
{
	struct maker maker;
	struct ww_event event = event_of(WW_EVENT_PAGE_FAULT, 10, 7);
	struct ww_track_row row;
	struct ww_trace *trace;

	begin(&maker);
	run(&maker, 0, 0, 7, WW_WIRE_STATE_RUNNING, false);
	event.page_fault.address = 0x1000;
	ww_replay_event(maker.replay, &event);
	run(&maker, 20, 7, 0, WW_WIRE_STATE_DISK_SLEEP, true);
	run(&maker, 50, 0, 7, WW_WIRE_STATE_RUNNING, false);
	run(&maker, 60, 7, 0, WW_WIRE_STATE_SLEEPING, false);
	trace = end(&maker);
	row = only_row(trace, WW_TRACK_FAULT, 0);
	g_assert_cmpint(row.span.begin_ns, ==, 10);
	g_assert_cmpint(row.span.end_ns, ==, 50);
	g_assert_cmpuint(row.fields[WW_ROW_FAULT_ADDRESS], ==, 0x1000);
	g_assert_cmpuint(row.fields[WW_ROW_FAULT_IS_MAJOR], ==, 1);
	g_assert_cmpint(reason_at(trace, 30), ==, WW_REASON_PAGE_FAULT);
	ww_trace_free(trace);
}

static void test_lock_and_reclaim(void)
{
	struct maker maker;
	struct ww_event lock = event_of(WW_EVENT_KERNEL_LOCK_BEGIN, 10, 7);
	struct ww_event unlock = event_of(WW_EVENT_KERNEL_LOCK_END, 50, 7);
	struct ww_event reclaim = event_of(WW_EVENT_RECLAIM_BEGIN, 60, 7);
	struct ww_track_row row;
	struct ww_trace *trace;

	begin(&maker);
	run(&maker, 0, 0, 7, WW_WIRE_STATE_RUNNING, false);
	lock.kernel_lock.address = unlock.kernel_lock.address = 0xffff0000;
	lock.kernel_lock.flags = 32;
	ww_replay_event(maker.replay, &lock);
	run(&maker, 20, 7, 0, WW_WIRE_STATE_DISK_SLEEP, false);
	run(&maker, 40, 0, 7, WW_WIRE_STATE_RUNNING, false);
	ww_replay_event(maker.replay, &unlock);
	ww_replay_event(maker.replay, &reclaim);
	run(&maker, 70, 7, 0, WW_WIRE_STATE_DISK_SLEEP, false);
	run(&maker, 90, 0, 7, WW_WIRE_STATE_RUNNING, false);
	trace = end(&maker);
	row = only_row(trace, WW_TRACK_KERNEL_LOCK, 0);
	g_assert_cmpint(row.span.begin_ns, ==, 10);
	g_assert_cmpint(row.span.end_ns, ==, 50);
	g_assert_cmpuint(row.fields[WW_ROW_KERNEL_LOCK_FLAGS], ==, 32);
	g_assert_cmpint(reason_at(trace, 30), ==, WW_REASON_KERNEL_LOCK);
	g_assert_cmpint(reason_at(trace, 80), ==, WW_REASON_MEMORY_PRESSURE);
	g_assert_cmpint(only_row(trace, WW_TRACK_RECLAIM, 0).span.end_ns, ==, 90);
	ww_trace_free(trace);
}

static void test_disk(void)
{
	static const enum ww_event_kind kinds[] = { WW_EVENT_DISK_START, WW_EVENT_DISK_ISSUE,
						    WW_EVENT_DISK_COMPLETE,
						    WW_EVENT_DISK_COMPLETE };
	struct maker maker;
	struct ww_track_row row;
	struct ww_trace *trace;

	begin(&maker);
	run(&maker, 0, 0, 7, WW_WIRE_STATE_RUNNING, false);
	for (unsigned int i = 0; i < G_N_ELEMENTS(kinds); i++) {
		struct ww_event event = event_of(kinds[i], 10 + 10 * i, 7);

		event.disk.request = 5;
		event.disk.sector = 64;
		event.disk.device = 8;
		event.disk.n_bytes = i < 2 ? 4096 : 2048; /* done in two parts */
		ww_replay_event(maker.replay, &event);
	}
	trace = end(&maker);
	row = only_row(trace, WW_TRACK_DISK, 8);
	g_assert_cmpint(row.span.begin_ns, ==, 20);
	g_assert_cmpint(row.span.end_ns, ==, 40);
	g_assert_cmpuint(row.fields[WW_ROW_DISK_QUEUED_NS], ==, 10);
	g_assert_cmpuint(row.fields[WW_ROW_DISK_SIZE_BYTES], ==, 4096);
	g_assert_cmpuint(row.fields[WW_ROW_DISK_UTID], ==, 0);
	ww_trace_free(trace);
}

static void test_call_and_interrupt(void)
{
	struct maker maker;
	struct ww_event enter = event_of(WW_EVENT_SYSCALL_ENTER, 10, 7);
	struct ww_event leave = event_of(WW_EVENT_SYSCALL_EXIT, 30, 7);
	struct ww_event interrupt = event_of(WW_EVENT_INTERRUPT, 25, WW_TID_UNKNOWN);
	struct ww_track_row row;
	struct ww_trace *trace;

	begin(&maker);
	run(&maker, 0, 0, 7, WW_WIRE_STATE_RUNNING, false);
	enter.syscall.nr = leave.syscall.nr = 0;
	enter.syscall.n_args = 1;
	enter.syscall.args[0] = 3;
	leave.syscall.ret = -11;
	interrupt.interrupt.duration_ns = 5;
	interrupt.interrupt.context = WW_WIRE_CONTEXT_HARDIRQ;
	interrupt.interrupt.vector = 24;
	ww_replay_event(maker.replay, &enter);
	ww_replay_event(maker.replay, &interrupt);
	ww_replay_event(maker.replay, &leave);
	trace = end(&maker);
	row = only_row(trace, WW_TRACK_SYSCALL, 0);
	g_assert_cmpint(ww_span_length_ns(row.span), ==, 20);
	g_assert_cmpint((int64_t)row.fields[WW_ROW_SYSCALL_RET], ==, -11);
	g_assert_cmpuint(row.fields[WW_ROW_SYSCALL_ARG0], ==, 3);
	row = only_row(trace, WW_TRACK_INTERRUPT, 0);
	g_assert_cmpint(row.span.begin_ns, ==, 20);
	g_assert_cmpuint(row.fields[WW_ROW_INTERRUPT_VECTOR], ==, 24);
	g_assert_cmpuint(row.fields[WW_ROW_INTERRUPT_UTID], ==, 0);
	ww_trace_free(trace);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/facts/fault", test_fault);
	g_test_add_func("/facts/lock-and-reclaim", test_lock_and_reclaim);
	g_test_add_func("/facts/disk", test_disk);
	g_test_add_func("/facts/call-and-interrupt", test_call_and_interrupt);
	return g_test_run();
}
