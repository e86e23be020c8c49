// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/golden/same-events.h"

#include <inttypes.h>
#include <string.h>

#include "analysis/read/fast-reader.h"
#include "analysis/read/protocol.h"

#define HASH_BEGIN UINT64_C(0xcbf29ce484222325)
#define HASH_PRIME UINT64_C(0x100000001b3)

#define MEMBER(member)                                                                             \
	{                                                                                          \
#member, offsetof(struct ww_event, member),                                        \
			sizeof(((struct ww_event *)NULL)->member)                                  \
	}

struct member {
	const char *name;
	size_t offset, n_bytes;
};

static const struct member common[] = { MEMBER(time_ns), MEMBER(kind), MEMBER(source), MEMBER(cpu),
					MEMBER(tid),     MEMBER(pid),  { 0 } };

#define MEMBERS(...)                                                                               \
	(const struct member[])                                                                    \
	{                                                                                          \
		__VA_ARGS__,                                                                       \
		{                                                                                  \
			0                                                                          \
		}                                                                                  \
	}
#define WOKEN                                                                                      \
	MEMBERS(MEMBER(woken.waker_tid), MEMBER(woken.target_cpu), MEMBER(woken.vector),           \
		MEMBER(woken.context), MEMBER(woken.is_enqueued), MEMBER(woken.prio))
#define LOCK                                                                                       \
	MEMBERS(MEMBER(lock.address), MEMBER(lock.site), MEMBER(lock.duration_ns),                 \
		MEMBER(lock.owner_tid), MEMBER(lock.result), MEMBER(lock.kind))

/* Of kinds that are not here, all bytes that the pipe takes are compared. */
static const struct member *const by_kind[WW_EVENT_N] = {
	[WW_EVENT_SWITCH] = MEMBERS(MEMBER(switched.next_tid), MEMBER(switched.run_delay_ns),
				    MEMBER(switched.syscall_arg0), MEMBER(switched.syscall),
				    MEMBER(switched.next_prio), MEMBER(switched.syscall_arg1),
				    MEMBER(switched.prev_state), MEMBER(switched.throttled),
				    MEMBER(switched.in_iowait), MEMBER(switched.preempted),
				    MEMBER(switched.in_fault)),
	[WW_EVENT_WAKING] = WOKEN,
	[WW_EVENT_WAKEUP] = WOKEN,
	[WW_EVENT_WAKEUP_NEW] = WOKEN,
	[WW_EVENT_MIGRATE] = MEMBERS(MEMBER(migrated.from_cpu), MEMBER(migrated.to_cpu)),
	[WW_EVENT_FORK] = MEMBERS(MEMBER(forked.parent_tid)),
	[WW_EVENT_EXEC] = MEMBERS(MEMBER(execed.old_tid)),
	[WW_EVENT_EXIT] = MEMBERS(MEMBER(exited.group_dead)),
	[WW_EVENT_TASK] = MEMBERS(MEMBER(task.start_time_ns), MEMBER(task.syscall_arg0),
				  MEMBER(task.parent_pid), MEMBER(task.cpu), MEMBER(task.syscall),
				  MEMBER(task.prio), MEMBER(task.syscall_arg1), MEMBER(task.state),
				  MEMBER(task.throttled), MEMBER(task.in_iowait),
				  MEMBER(task.on_cpu), MEMBER(task.is_kernel)),
	[WW_EVENT_SYSCALL_ENTER] = MEMBERS(MEMBER(syscall.ret), MEMBER(syscall.nr)),
	[WW_EVENT_SYSCALL_EXIT] = MEMBERS(MEMBER(syscall.ret), MEMBER(syscall.nr)),
	[WW_EVENT_INTERRUPT] = MEMBERS(MEMBER(interrupt.function), MEMBER(interrupt.duration_ns),
				       MEMBER(interrupt.vector), MEMBER(interrupt.context)),
	[WW_EVENT_LOCK_WAIT_BEGIN] = LOCK,
	[WW_EVENT_LOCK_WAIT_END] = LOCK,
	[WW_EVENT_ALLOC_PAUSE] =
		MEMBERS(MEMBER(alloc.size_bytes), MEMBER(alloc.site), MEMBER(alloc.duration_ns),
			MEMBER(alloc.ago_ns), MEMBER(alloc.call)),
	[WW_EVENT_MODULE] = MEMBERS(MEMBER(module.base), MEMBER(module.size_bytes)),
	[WW_EVENT_LOST] = MEMBERS(MEMBER(lost.begin_ns), MEMBER(lost.end_ns), MEMBER(lost.count),
				  MEMBER(lost.n_packets)),
	[WW_EVENT_GAP] = MEMBERS(MEMBER(gap.is_out_of_order)),
};

static uint64_t hash_bytes(const void *bytes, size_t n_bytes, uint64_t hash)
{
	for (size_t i = 0; i < n_bytes; i++)
		hash = (hash ^ ((const uint8_t *)bytes)[i]) * HASH_PRIME;
	return hash;
}

static uint64_t hash_members(const struct ww_event *event, const struct member *members,
			     uint64_t hash)
{
	for (const struct member *member = members; member && member->name; member++)
		hash = hash_bytes((const char *)event + member->offset, member->n_bytes, hash);
	return hash;
}

/* NULL and "" are not the same. */
static uint64_t hash_text(const char *text, uint64_t hash)
{
	return hash_bytes(text ? text : "\1", text ? strlen(text) + 1 : 1, hash);
}

uint64_t ww_event_hash(const struct ww_event *event, uint64_t hash)
{
	hash = hash_members(event, common, hash);
	hash = hash_members(event, by_kind[event->kind], hash);
	return hash_text(event->text, hash_text(event->name, hash));
}

static const char *member_that_differs(const struct ww_event *a, const struct ww_event *b,
				       const struct member *members)
{
	for (const struct member *member = members; member && member->name; member++) {
		if (memcmp((const char *)a + member->offset, (const char *)b + member->offset,
			   member->n_bytes) != 0)
			return member->name;
	}
	return NULL;
}

/* In the bytes that the pipe takes, for kinds that have no list. */
static bool is_piped_alike(const struct ww_event *a, const struct ww_event *b)
{
	_Alignas(8) uint8_t bytes[2][WW_PROTOCOL_MAX_BYTES] = { { 0 } };

	return ww_protocol_put(a, bytes[0]) == ww_protocol_put(b, bytes[1]) &&
	       memcmp(bytes[0], bytes[1], sizeof(bytes[0])) == 0;
}

/* NULL: nothing differs. */
static const char *difference(const struct ww_event *a, const struct ww_event *b)
{
	const char *name = member_that_differs(a, b, common);

	if (!name && by_kind[a->kind])
		name = member_that_differs(a, b, by_kind[a->kind]);
	if (!name && g_strcmp0(a->name, b->name) != 0)
		name = "name";
	if (!name && g_strcmp0(a->text, b->text) != 0)
		name = "text";
	if (!name && !by_kind[a->kind] && !is_piped_alike(a, b))
		name = "a field of its kind";
	return name;
}

static void append(GString *text, const char *reader, const struct ww_event *event)
{
	g_string_append_printf(
		text,
		"; %s: time %" PRId64 " kind %u source %u cpu %u tid %d pid %d name '%s' text '%s'",
		reader, event->time_ns, event->kind, event->source, event->cpu, event->tid,
		event->pid, event->name ? event->name : "(none)", event->text ? event->text : "");
}

/* Where an array of characters is empty, Babeltrace 2.0.4 says what the last one of its kind held.
 */
static void forgive(struct ww_event events[2])
{
	if (events[0].name && !*events[0].name && events[1].name)
		events[1].name = "";
	if (events[0].text && !*events[0].text && events[1].text)
		events[1].text = "";
}

/* One event of each; false when that was the end, or there is a difference. */
static bool compare_next(struct ww_reader *const readers[2], struct ww_same_events *same)
{
	struct ww_event events[2];
	enum ww_read_status status[2];
	const char *name;

	for (int i = 0; i < 2; i++) {
		g_autoptr(GError) error = NULL;

		status[i] = ww_reader_next(readers[i], &events[i], &error);
		if (status[i] == WW_READ_ERROR)
			same->hashes[i] = hash_text(error->message, same->hashes[i]);
	}
	if (status[0] == WW_READ_EVENT && status[1] == WW_READ_EVENT)
		forgive(events);
	for (int i = 0; i < 2; i++) {
		if (status[i] == WW_READ_EVENT)
			same->hashes[i] = ww_event_hash(&events[i], same->hashes[i]);
	}
	name = status[0] != status[1]       ? "whether there is one"
	       : status[0] == WW_READ_EVENT ? difference(&events[0], &events[1])
					    : NULL;
	if (name) {
		g_string_printf(same->difference, "event %" PRIu64 " differs in %s", same->n_events,
				name);
		for (int i = 0; i < 2; i++)
			if (status[i] == WW_READ_EVENT)
				append(same->difference, i == 0 ? "fast" : "Babeltrace",
				       &events[i]);
	}
	same->n_events += !name && status[0] == WW_READ_EVENT;
	return !name && status[0] == WW_READ_EVENT;
}

/* Of all that the fast reader says with so many threads. */
static uint64_t hash_with(const char *directory, unsigned int n_workers)
{
	g_autoptr(GError) error = NULL;
	bool is_for_us;
	ww_auto(reader) reader =
		ww_fast_reader_new_with(directory, n_workers, NULL, &is_for_us, &error);
	enum ww_read_status status = WW_READ_EVENT;
	uint64_t hash = HASH_BEGIN;
	struct ww_event event;

	while (status == WW_READ_EVENT) {
		status = ww_reader_next(reader, &event, &error);
		if (status == WW_READ_EVENT)
			hash = ww_event_hash(&event, hash);
	}
	return status == WW_READ_ERROR ? hash_text(error->message, hash) : hash;
}

void ww_same_events_compare(const char *directory, struct ww_same_events *same)
{
	g_autoptr(GError) error = NULL;
	ww_auto(reader) fast = ww_fast_reader_new(directory, NULL, &same->is_fast, &error);
	ww_auto(reader) slow = NULL;

	same->n_events = 0;
	same->hashes[0] = same->hashes[1] = HASH_BEGIN;
	same->difference = g_string_new(NULL);
	same->is_fast = fast != NULL;
	if (!fast)
		return;
	slow = ww_babeltrace_reader_new(directory, NULL, &error);
	g_assert_no_error(error);
	while (compare_next((struct ww_reader *const[]){ fast, slow }, same))
		;
	if (same->difference->len > 0)
		return;
	g_assert_cmphex(same->hashes[0], ==, same->hashes[1]);
	for (unsigned int n_workers = 0; n_workers <= 4; n_workers += 2)
		g_assert_cmphex(hash_with(directory, n_workers), ==, same->hashes[0]);
}
