// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The Chrome trace event format: JSON for chrome://tracing, Perfetto and speedscope.
 *
 * A thread's states are its outermost slices and tile its life. What its hooks saw (lock waits,
 * allocator pauses) begins in one state and ends in another, so it is cut at the states' ends:
 * slices of a thread must nest, a partial overlap is dropped by the readers. Each piece tells the
 * length of the whole.
 *
 * A wake-up is a slice of no length at the waker, because an arrow leaves its slice at the end of
 * it, and a flow from there to the runnable slice of the wakee. Readers sort by time and keep the
 * order of equal times, and drop a flow that ends before it began; hence the end one nanosecond
 * behind the waking at least. Both ends are found independently while walking the two lanes, by
 * the same rules, so nothing needs to be remembered.
 */
#include "converters/exporter.h"
#include "converters/json.h"

/* Above PID_MAX_LIMIT (2^22): no process has it. CPU lane N is thread CPUS_PID + 1 + N of it. */
#define CPUS_PID 5000000
#define MAX_SYMBOLS 4096
/* Four tenths of a nanosecond still round to the right one. */
#define MAX_DEPTH 3

struct chrome {
	bool is_first_line;
	char **names; /* by utid, "name/tid" escaped for JSON; NULL until needed */
	uint32_t n_names;
	char *lane;             /* ,"pid":1,"tid":2 of the lane that is being walked */
	uint32_t upid;          /* of that lane */
	int64_t last_waking_ns; /* of the lane's last arrow */
	GHashTable *symbols;    /* struct symbol_key * -> char *, escaped */
	GArray *queue_lengths;  /* int32_t by CPU; -1: none written yet */
	GArray *details;        /* struct detail, of the slice at hand */
	GArray *ends_ns;        /* int64_t, of the slices that are open around a detail */
};

struct symbol_key {
	uint64_t address;
	uint32_t upid;
};

enum detail_kind { DETAIL_LOCK, DETAIL_ALLOC, DETAIL_SYSCALL };

/* A slice inside a state. */
struct detail {
	struct ww_span span; /* clipped to the state */
	unsigned int depth;  /* of the slices around it, the state included */
	enum detail_kind kind;
	const void *source; /* struct ww_lock_wait, struct ww_alloc_pause or struct ww_interval */
};

/* Names of catapult's own palette, so that a state has the colour people know from there. */
static const char *const state_colours[WW_STATE_N] = {
	[WW_STATE_UNKNOWN] = "generic_work",
	[WW_STATE_RUNNING] = "thread_state_running",
	[WW_STATE_RUNNABLE] = "thread_state_runnable",
	[WW_STATE_BLOCKED] = "thread_state_sleeping",
	[WW_STATE_STOPPED] = "thread_state_uninterruptible",
	[WW_STATE_DEAD] = "terrible",
};

static const char *waker_text(const struct ww_interval *interval)
{
	if (interval->state != WW_STATE_BLOCKED && interval->state != WW_STATE_RUNNABLE)
		return NULL;
	if (interval->waker == WW_WAKER_UNKNOWN || interval->waker == WW_WAKER_NONE)
		return NULL;
	return ww_waker_name(interval->waker);
}

/* --- pieces of text --- */

/* "name/tid" of @utid, escaped. Borrowed until the end. */
static const char *thread_label(struct ww_export *run, uint32_t utid)
{
	struct chrome *chrome = run->state;
	g_autofree char *text = NULL;

	if (utid == WW_UTID_IDLE)
		return "swapper";
	if (utid >= chrome->n_names)
		return "unknown";
	if (!chrome->names[utid]) {
		text = ww_trace_thread_text(run->trace, utid);
		chrome->names[utid] = ww_json_escape(text);
	}
	return chrome->names[utid];
}

static guint symbol_hash(gconstpointer pointer)
{
	const struct symbol_key *key = pointer;
	uint64_t mixed =
		(key->address ^ ((uint64_t)key->upid << 40)) * UINT64_C(0x9e3779b97f4a7c15);

	return (guint)(mixed >> 32);
}

static gboolean symbol_equal(gconstpointer a, gconstpointer b)
{
	const struct symbol_key *left = a, *right = b;

	return left->address == right->address && left->upid == right->upid;
}

/* What lies at @address in the lane's process, escaped. Borrowed until the next call. */
static const char *address_label(struct ww_export *run, uint64_t address)
{
	struct chrome *chrome = run->state;
	struct symbol_key key = { address, chrome->upid };
	const char *known = g_hash_table_lookup(chrome->symbols, &key);
	g_autofree char *text = NULL;
	char *label;

	if (known)
		return known;
	/* Locks of short-lived objects have ever new addresses. */
	if (g_hash_table_size(chrome->symbols) >= MAX_SYMBOLS)
		g_hash_table_remove_all(chrome->symbols);
	text = ww_trace_address_text(run->trace, chrome->upid, address);
	label = ww_json_escape(text);
	g_hash_table_insert(chrome->symbols, g_memdup2(&key, sizeof(key)), label);
	return label;
}

static void put(struct ww_export *run, const char *text)
{
	ww_writer_text(run->writer, text);
}

/* NULL becomes null. */
static void put_string(struct ww_export *run, const char *text)
{
	g_autofree char *escaped = text ? ww_json_escape(text) : NULL;

	if (!escaped) {
		put(run, "null");
		return;
	}
	put(run, "\"");
	put(run, escaped);
	put(run, "\"");
}

static void next_line(struct ww_export *run)
{
	struct chrome *chrome = run->state;

	put(run, chrome->is_first_line ? "\n" : ",\n");
	chrome->is_first_line = false;
}

/* A foreign trace may not say which process a thread belongs to: it is then named by its first one.
 */
static int32_t pid_of(const struct ww_export *run, const struct ww_process *process)
{
	if (process->pid >= 0 || process->n_threads == 0)
		return process->pid;
	return ww_trace_thread(run->trace, process->utids[0])->tid;
}

static int32_t thread_pid(const struct ww_export *run, const struct ww_thread *thread)
{
	return pid_of(run, ww_trace_process(run->trace, thread->upid));
}

/* --- metadata --- */

static void chrome_begin(struct ww_export *run)
{
	const struct ww_trace_info *info = ww_trace_info(run->trace);
	struct chrome *chrome = run->state;

	chrome->is_first_line = true;
	chrome->n_names = info->n_threads;
	chrome->names = g_new0(char *, info->n_threads + 1);
	chrome->symbols = g_hash_table_new_full(symbol_hash, symbol_equal, g_free, g_free);
	chrome->queue_lengths = g_array_new(false, false, sizeof(int32_t));
	chrome->details = g_array_new(false, false, sizeof(struct detail));
	chrome->ends_ns = g_array_new(false, false, sizeof(int64_t));
	put(run, "{\"traceEvents\":[");
}

/* {"name":"thread_name","ph":"M","pid":1,"tid":2,"args":{"name":"..."}} */
static void name_line(struct ww_export *run, const char *what, int32_t pid, int32_t tid,
		      const char *name)
{
	next_line(run);
	put(run, "{\"name\":\"");
	put(run, what);
	put(run, "_name\",\"ph\":\"M\",\"pid\":");
	ww_writer_int(run->writer, pid);
	put(run, ",\"tid\":");
	ww_writer_int(run->writer, tid);
	put(run, ",\"args\":{\"name\":");
	put_string(run, name);
	put(run, "}}");
}

static void rank_line(struct ww_export *run, const char *what, int32_t pid, int32_t tid,
		      uint32_t rank)
{
	next_line(run);
	put(run, "{\"name\":\"");
	put(run, what);
	put(run, "_sort_index\",\"ph\":\"M\",\"pid\":");
	ww_writer_int(run->writer, pid);
	put(run, ",\"tid\":");
	ww_writer_int(run->writer, tid);
	put(run, ",\"args\":{\"sort_index\":");
	ww_writer_uint(run->writer, rank);
	put(run, "}}");
}

static void chrome_process(struct ww_export *run, const struct ww_process *process, uint32_t rank)
{
	int32_t pid = pid_of(run, process);

	name_line(run, "process", pid, pid, process->name);
	rank_line(run, "process", pid, pid, rank);
}

static void chrome_thread(struct ww_export *run, const struct ww_thread *thread, uint32_t rank)
{
	int32_t pid = thread_pid(run, thread);

	name_line(run, "thread", pid, thread->tid, thread->name);
	rank_line(run, "thread", pid, thread->tid, rank);
}

static void chrome_cpu(struct ww_export *run, uint16_t cpu, uint32_t rank)
{
	int32_t tid = CPUS_PID + 1 + cpu;
	g_autofree char *name = g_strdup_printf("CPU %u", cpu);

	if (rank == 0) {
		name_line(run, "process", CPUS_PID, CPUS_PID, "CPUs");
		rank_line(run, "process", CPUS_PID, CPUS_PID, INT32_MAX);
	}
	name_line(run, "thread", CPUS_PID, tid, name);
	rank_line(run, "thread", CPUS_PID, tid, rank);
}

static void chrome_lane(struct ww_export *run, struct ww_lane lane)
{
	struct chrome *chrome = run->state;
	int32_t pid = CPUS_PID, tid = CPUS_PID + 1 + (int32_t)lane.index;

	chrome->last_waking_ns = -1;
	chrome->upid = 0;
	if (lane.kind == WW_LANE_THREAD) {
		const struct ww_thread *thread = ww_trace_thread(run->trace, lane.index);

		chrome->upid = thread->upid;
		pid = thread_pid(run, thread);
		tid = thread->tid;
	}
	g_free(chrome->lane);
	chrome->lane = g_strdup_printf(",\"pid\":%d,\"tid\":%d", pid, tid);
}

/* --- slices --- */

/*
 * Microseconds are decimal fractions, and importers add ts and dur as doubles: the sum often lies
 * behind the ts where the next slice begins, or the outer one ends, and the slices overlap. So a
 * length is shorter by a tenth of a nanosecond, inner ones by one more for each level: rounded to
 * nanoseconds it is exact, and the sums are in order for traces of up to a day.
 */
static void put_times(struct ww_export *run, struct ww_span span, unsigned int depth)
{
	struct chrome *chrome = run->state;
	int64_t tenths = ww_span_length_ns(span) * 10;

	put(run, "\",\"ph\":\"X\",\"ts\":");
	ww_writer_decimal(run->writer, span.begin_ns, 3);
	put(run, ",\"dur\":");
	ww_writer_decimal(run->writer, tenths > 0 ? tenths - 1 - MIN(depth, MAX_DEPTH) : 0, 4);
	put(run, chrome->lane);
}

static void put_label(struct ww_export *run, const char *key, const char *label)
{
	put(run, key);
	put(run, label);
	put(run, "\"");
}

static void put_syscall(struct ww_export *run, int16_t nr)
{
	const char *name = ww_syscall_name(nr);

	if (name) {
		put(run, name);
		return;
	}
	put(run, "syscall ");
	ww_writer_int(run->writer, nr);
}

/* "runnable: preempted", "blocked: mutex cache_lock" */
static void put_state_name(struct ww_export *run, const struct ww_interval *interval)
{
	const char *reason = ww_reason_label(interval->reason);
	struct ww_lock_wait wait;

	put(run, ww_state_name(interval->state));
	if (interval->state != WW_STATE_BLOCKED && interval->state != WW_STATE_RUNNABLE)
		return;
	if (*reason) {
		put(run, ": ");
		put(run, reason);
	}
	if (ww_query_lock_wait_of(run->trace, interval, &wait)) {
		put(run, " ");
		put(run, address_label(run, wait.address));
	}
}

static void put_state_args(struct ww_export *run, const struct ww_interval *interval)
{
	const char *waker = waker_text(interval);

	put(run, ",\"args\":{\"duration_ns\":");
	ww_writer_int(run->writer, ww_span_length_ns(interval->span));
	if (interval->cpu != WW_CPU_UNKNOWN) {
		put(run, ",\"cpu\":");
		ww_writer_uint(run->writer, interval->cpu);
	}
	if (interval->waker_utid != WW_UTID_NONE && waker)
		put_label(run, ",\"waker\":\"", thread_label(run, interval->waker_utid));
	else if (waker)
		put_label(run, ",\"waker\":\"", waker);
	if (interval->syscall >= 0) {
		put(run, ",\"syscall\":\"");
		put_syscall(run, interval->syscall);
		put(run, "\"");
	}
	if (interval->flags & (WW_INTERVAL_CENSORED_LEFT | WW_INTERVAL_CENSORED_RIGHT))
		put(run, ",\"is_cut_by_the_recording\":true");
	if (interval->flags & WW_INTERVAL_DEGRADED)
		put(run, ",\"has_lost_records\":true");
	put(run, "}}");
}

static void put_state(struct ww_export *run, const struct ww_export_slice *slice)
{
	next_line(run);
	put(run, "{\"name\":\"");
	put_state_name(run, slice->interval);
	put(run, "\",\"cat\":\"state\",\"cname\":\"");
	put(run, state_colours[slice->interval->state]);
	put_times(run, slice->span, 0);
	put_state_args(run, slice->interval);
}

static void put_lock_wait(struct ww_export *run, const struct detail *detail)
{
	const struct ww_lock_wait *wait = detail->source;

	next_line(run);
	put(run, "{\"name\":\"lock wait: ");
	put(run, ww_lock_kind_name(wait->kind));
	put(run, " ");
	put(run, address_label(run, wait->address));
	put(run, "\",\"cat\":\"lock");
	put_times(run, detail->span, detail->depth);
	put(run, ",\"args\":{\"whole_ns\":");
	ww_writer_int(run->writer, ww_span_length_ns(wait->span));
	if (wait->owner_utid != WW_UTID_NONE)
		put_label(run, ",\"owner\":\"", thread_label(run, wait->owner_utid));
	if (wait->site != 0)
		put_label(run, ",\"site\":\"", address_label(run, wait->site));
	put(run, "}}");
}

static void put_alloc_pause(struct ww_export *run, const struct detail *detail)
{
	const struct ww_alloc_pause *pause = detail->source;

	next_line(run);
	put(run, "{\"name\":\"");
	put(run, ww_alloc_call_name(pause->call));
	put(run, "\",\"cat\":\"alloc");
	put_times(run, detail->span, detail->depth);
	put(run, ",\"args\":{\"whole_ns\":");
	ww_writer_int(run->writer, ww_span_length_ns(pause->span));
	put(run, ",\"size_bytes\":");
	ww_writer_uint(run->writer, pause->size_bytes);
	if (pause->site != 0)
		put_label(run, ",\"site\":\"", address_label(run, pause->site));
	put(run, "}}");
}

static void put_blocked_syscall(struct ww_export *run, const struct detail *detail)
{
	const struct ww_interval *interval = detail->source;

	next_line(run);
	put(run, "{\"name\":\"");
	put_syscall(run, interval->syscall);
	put(run, "\",\"cat\":\"syscall");
	put_times(run, detail->span, detail->depth);
	put(run, "}");
}

static void put_detail(struct ww_export *run, const struct detail *detail)
{
	static void (*const puts[])(struct ww_export * run, const struct detail *detail) = {
		[DETAIL_LOCK] = put_lock_wait,
		[DETAIL_ALLOC] = put_alloc_pause,
		[DETAIL_SYSCALL] = put_blocked_syscall,
	};

	puts[detail->kind](run, detail);
}

/* Outer before inner: by begin, the longer first, of equal ones the call that made the others. */
static int compare_details(const void *a, const void *b)
{
	const struct detail *left = a, *right = b;

	if (left->span.begin_ns != right->span.begin_ns)
		return left->span.begin_ns < right->span.begin_ns ? -1 : 1;
	if (left->span.end_ns != right->span.end_ns)
		return left->span.end_ns > right->span.end_ns ? -1 : 1;
	return (int)left->kind - (int)right->kind;
}

static void add_detail(struct ww_export *run, const struct ww_export_slice *slice,
		       struct ww_span whole, enum detail_kind kind, const void *source)
{
	struct chrome *chrome = run->state;
	struct detail detail = {
		.span = ww_span_intersect(whole, slice->span),
		.kind = kind,
		.source = source,
	};

	if (ww_span_length_ns(detail.span) > 0)
		g_array_append_val(chrome->details, detail);
}

/* An end that lies beyond its outer slice's is cut there: calls nest, only clocks and lost records
 * make it look otherwise. */
static void put_nested(struct ww_export *run, struct detail *detail)
{
	struct chrome *chrome = run->state;
	GArray *ends_ns = chrome->ends_ns;

	while (ends_ns->len > 0 &&
	       g_array_index(ends_ns, int64_t, ends_ns->len - 1) <= detail->span.begin_ns)
		g_array_set_size(ends_ns, ends_ns->len - 1);
	if (ends_ns->len > 0)
		detail->span.end_ns =
			MIN(detail->span.end_ns, g_array_index(ends_ns, int64_t, ends_ns->len - 1));
	g_array_append_val(ends_ns, detail->span.end_ns);
	detail->depth = ends_ns->len;
	put_detail(run, detail);
}

static void put_details(struct ww_export *run, const struct ww_export_slice *slice)
{
	const struct ww_interval *interval = slice->interval;
	struct chrome *chrome = run->state;

	g_array_set_size(chrome->details, 0);
	g_array_set_size(chrome->ends_ns, 0);
	for (size_t i = 0; i < slice->n_lock_waits; i++)
		add_detail(run, slice, slice->lock_waits[i].span, DETAIL_LOCK,
			   &slice->lock_waits[i]);
	for (size_t i = 0; i < slice->n_alloc_pauses; i++)
		add_detail(run, slice, slice->alloc_pauses[i].span, DETAIL_ALLOC,
			   &slice->alloc_pauses[i]);
	if (interval->state == WW_STATE_BLOCKED && interval->syscall >= 0)
		add_detail(run, slice, interval->span, DETAIL_SYSCALL, interval);
	g_array_sort(chrome->details, compare_details);
	for (guint i = 0; i < chrome->details->len; i++)
		put_nested(run, &g_array_index(chrome->details, struct detail, i));
}

/* --- arrows --- */

/* Where the arrow of the wake-up that made @runnable begin ends: inside it, behind the waking. */
static int64_t arrow_end_ns(const struct ww_interval *runnable)
{
	return MAX(runnable->span.begin_ns, runnable->waking_ns + 1);
}

/* True when both threads and both ends of the arrow are exported; @runnable is the first interval
 * behind the wake-up. */
static bool is_arrow_visible(const struct ww_export *run, const struct ww_interval *runnable)
{
	struct ww_span visible = ww_span_intersect(runnable->span, run->span);

	return runnable->waker_utid < ww_trace_info(run->trace)->n_threads &&
	       run->wants[runnable->waker_utid] && run->wants[runnable->utid] &&
	       ww_span_contains(run->span, runnable->waking_ns) &&
	       ww_span_contains(visible, arrow_end_ns(runnable));
}

static void put_flow(struct ww_export *run, const char *phase, uint32_t wakee_utid,
		     int64_t waking_ns, int64_t t_ns)
{
	struct chrome *chrome = run->state;

	next_line(run);
	put(run, "{\"name\":\"wake-up\",\"cat\":\"wake\",\"ph\":");
	put(run, phase);
	put(run, ",\"id\":\"");
	ww_writer_uint(run->writer, wakee_utid);
	put(run, ".");
	ww_writer_int(run->writer, waking_ns);
	put(run, "\",\"ts\":");
	ww_writer_decimal(run->writer, t_ns, 3);
	put(run, chrome->lane);
	put(run, "}");
}

static bool is_target_of(const struct ww_export *run, const struct ww_interval *runnable,
			 const struct ww_wake *wake)
{
	return runnable->state == WW_STATE_RUNNABLE && runnable->waking_ns == wake->time_ns &&
	       runnable->waker_utid == wake->waker_utid && is_arrow_visible(run, runnable);
}

/*
 * True when put_arrow_end() ends an arrow that begins with @wake. The wakee is runnable right then,
 * or from its switch-out on when the waking came early. The waker is running: it is its slice that
 * is at hand.
 */
static bool wake_has_arrow(const struct ww_export *run, const struct ww_wake *wake)
{
	struct ww_lane lane = { WW_LANE_THREAD, wake->wakee_utid };
	int64_t behind_ns = wake->time_ns + 1;
	struct ww_interval interval;

	if (wake->wakee_utid >= ww_trace_info(run->trace)->n_threads ||
	    !run->wants[wake->wakee_utid])
		return false;
	if (ww_query_at(run->trace, lane, behind_ns, &interval) &&
	    is_target_of(run, &interval, wake))
		return true;
	return ww_query_next(run->trace, lane, behind_ns, 1 << WW_STATE_RUNNABLE, &interval) &&
	       is_target_of(run, &interval, wake);
}

static void put_wakes(struct ww_export *run, const struct ww_export_slice *slice)
{
	for (size_t i = 0; i < slice->n_wakes; i++) {
		const struct ww_wake *wake = &slice->wakes[i];
		struct ww_span instant = { wake->time_ns, wake->time_ns };

		next_line(run);
		put(run, "{\"name\":\"wakes ");
		put(run, thread_label(run, wake->wakee_utid));
		put(run, "\",\"cat\":\"wake");
		put_times(run, instant, 0);
		put(run, "}");
		if (wake_has_arrow(run, wake))
			put_flow(run, "\"s\"", wake->wakee_utid, wake->time_ns, wake->time_ns);
	}
}

static bool is_running_at(const struct ww_export *run, uint32_t utid, int64_t t_ns)
{
	struct ww_interval interval;

	return ww_query_at(run->trace, (struct ww_lane){ WW_LANE_THREAD, utid }, t_ns, &interval) &&
	       interval.state == WW_STATE_RUNNING;
}

/* A thread that moved while it was runnable has several intervals for one wake-up. */
static void put_arrow_end(struct ww_export *run, const struct ww_interval *runnable)
{
	struct chrome *chrome = run->state;

	if (runnable->waking_ns < 0 || runnable->waking_ns == chrome->last_waking_ns ||
	    !is_arrow_visible(run, runnable))
		return;
	chrome->last_waking_ns = runnable->waking_ns;
	if (is_running_at(run, runnable->waker_utid, runnable->waking_ns))
		put_flow(run, "\"f\",\"bp\":\"e\"", runnable->utid, runnable->waking_ns,
			 arrow_end_ns(runnable));
}

static void put_thread_slice(struct ww_export *run, const struct ww_export_slice *slice)
{
	const struct ww_interval *interval = slice->interval;

	if (interval->state == WW_STATE_DEAD)
		return;
	put_state(run, slice);
	put_details(run, slice);
	if (interval->state == WW_STATE_RUNNING)
		put_wakes(run, slice);
	if (interval->state == WW_STATE_RUNNABLE)
		put_arrow_end(run, interval);
}

/* An idle CPU is an empty stretch. */
static void put_cpu_slice(struct ww_export *run, const struct ww_export_slice *slice)
{
	const struct ww_interval *interval = slice->interval;

	if (interval->state == WW_STATE_BLOCKED)
		return;
	next_line(run);
	put(run, "{\"name\":\"");
	put(run,
	    interval->state == WW_STATE_RUNNING ? thread_label(run, interval->utid) : "unknown");
	put(run, "\",\"cat\":\"cpu");
	put_times(run, slice->span, 0);
	put(run, ",\"args\":{\"duration_ns\":");
	ww_writer_int(run->writer, ww_span_length_ns(interval->span));
	put(run, "}}");
}

static void chrome_slice(struct ww_export *run, const struct ww_export_slice *slice)
{
	if (slice->lane.kind == WW_LANE_THREAD)
		put_thread_slice(run, slice);
	else
		put_cpu_slice(run, slice);
}

/* The driver asks window by window, and each one repeats the value at its begin. */
static bool is_new_length(GArray *lengths, const struct ww_queue_step *step)
{
	int32_t none = -1, length = step->n_runnable;

	while (lengths->len <= step->cpu)
		g_array_append_val(lengths, none);
	if (g_array_index(lengths, int32_t, step->cpu) == length)
		return false;
	g_array_index(lengths, int32_t, step->cpu) = length;
	return true;
}

static void chrome_queue(struct ww_export *run, const struct ww_queue_step *step)
{
	const struct chrome *chrome = run->state;

	if (!is_new_length(chrome->queue_lengths, step))
		return;
	next_line(run);
	put(run, "{\"name\":\"run queue of CPU ");
	ww_writer_uint(run->writer, step->cpu);
	put(run, "\",\"ph\":\"C\",\"ts\":");
	ww_writer_decimal(run->writer, step->time_ns, 3);
	put(run, ",\"pid\":");
	ww_writer_int(run->writer, CPUS_PID);
	put(run, ",\"args\":{\"runnable\":");
	ww_writer_uint(run->writer, step->n_runnable);
	put(run, "}}");
}

/* --- the end --- */

static void put_number(struct ww_export *run, const char *key, int64_t value)
{
	put(run, key);
	ww_writer_int(run->writer, value);
}

static void put_manifest(struct ww_export *run, const struct ww_manifest *manifest)
{
	g_autofree char *command = manifest->command ? g_strjoinv(" ", manifest->command) : NULL;

	put(run, ",\"recorder\":");
	put_string(run, manifest->recorder);
	put(run, ",\"hostname\":");
	put_string(run, manifest->hostname);
	put(run, ",\"kernel_release\":");
	put_string(run, manifest->kernel_release);
	if (command) {
		put(run, ",\"command\":");
		put_string(run, command);
	}
}

static void chrome_end(struct ww_export *run)
{
	const struct ww_trace_info *info = ww_trace_info(run->trace);

	put(run, "\n],\"displayTimeUnit\":\"ns\",\"metadata\":{\"exporter\":\"whywait " WW_VERSION
		 "\",\"trace\":");
	put_string(run, info->path);
	put_number(run, ",\"origin_unix_ns\":", info->origin_unix_ns);
	put_number(run, ",\"begin_ns\":", run->span.begin_ns);
	put_number(run, ",\"end_ns\":", run->span.end_ns);
	put_number(run, ",\"events\":", (int64_t)info->n_events);
	put_number(run, ",\"lost_events\":", (int64_t)info->n_lost);
	put(run,
	    info->is_kernel_complete ? ",\"kernel_complete\":true" : ",\"kernel_complete\":false");
	put(run, ",\"missing\":[");
	for (size_t i = 0; info->missing && info->missing[i]; i++) {
		put(run, i > 0 ? "," : "");
		put_string(run, info->missing[i]);
	}
	put(run, "]");
	if (info->manifest)
		put_manifest(run, info->manifest);
	put(run, "}}\n");
}

static void chrome_clear(struct ww_export *run)
{
	struct chrome *chrome = run->state;

	for (uint32_t utid = 0; utid < chrome->n_names; utid++)
		g_free(chrome->names[utid]);
	g_free(chrome->names);
	g_free(chrome->lane);
	g_array_unref(chrome->queue_lengths);
	g_array_unref(chrome->details);
	g_array_unref(chrome->ends_ns);
	g_hash_table_unref(chrome->symbols);
}

const struct ww_exporter ww_export_chrome = {
	.name = "chrome",
	.suffix = ".json",
	.purpose = "Chrome trace events (JSON): chrome://tracing, Perfetto, speedscope",
	.state_bytes = sizeof(struct chrome),
	.begin = chrome_begin,
	.process = chrome_process,
	.thread = chrome_thread,
	.cpu = chrome_cpu,
	.lane = chrome_lane,
	.slice = chrome_slice,
	.queue = chrome_queue,
	.end = chrome_end,
	.clear = chrome_clear,
};
