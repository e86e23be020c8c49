// SPDX-License-Identifier: GPL-2.0-or-later
/* What disks, workers of the kernel and CPUs do beside the threads' own states. */
#include "analysis/replay/facts.h"

struct request {
	struct ww_pending_item item; /* by its name */
	uint64_t sector;
	int64_t queued_ns, issued_ns; /* -1: nobody saw it */
	uint64_t n_bytes, n_done;
	uint32_t device, utid;
	uint8_t operation;
};

struct queued_work {
	struct ww_pending_item item; /* by its address */
	uint64_t function;
	int64_t queued_ns;
	uint32_t utid;
};

struct cpu_facts *ww_facts_cpu(struct ww_replay *replay, uint16_t cpu)
{
	const struct cpu_facts none = { .idle_since_ns = -1,
					.offline_since_ns = -1,
					.irq_end_ns = -1 };
	GArray *cpus = replay->facts->cpus;

	while (cpus->len <= cpu)
		g_array_append_val(cpus, none);
	return &g_array_index(cpus, struct cpu_facts, cpu);
}

static void append_interrupt(struct ww_replay *replay, uint16_t cpu,
			     const struct interrupt *interrupt, int64_t end_ns, uint8_t flags)
{
	if (interrupt->context == WW_WIRE_CONTEXT_HARDIRQ)
		ww_facts_cpu(replay, cpu)->irq_end_ns = end_ns;
	ww_facts_append(replay, WW_TRACK_INTERRUPT, cpu, interrupt->begin_ns, end_ns,
			WW_FIELDS(interrupt->vector, interrupt->context,
				  ww_replay_cpu(replay, cpu)->current, interrupt->function, flags));
}

static struct interrupt interrupt_of(const struct ww_event *event, int64_t begin_ns)
{
	return (struct interrupt){
		.begin_ns = begin_ns,
		.function = event->interrupt.function,
		.vector = event->interrupt.vector,
		.context = event->interrupt.context,
	};
}

/* Told at its end, with how long it took: as much of that as the recording has. */
static void whole_interrupt(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	const uint32_t duration_ns = event->interrupt.duration_ns;
	const struct interrupt interrupt = interrupt_of(event, t_ns - duration_ns);

	append_interrupt(replay, event->cpu, &interrupt, t_ns,
			 (uint8_t)((duration_ns > t_ns ? WW_INTERVAL_CENSORED_LEFT : 0) |
				   (duration_ns == UINT32_MAX ? WW_INTERVAL_INFERRED : 0)));
}

/* So soon behind its end an interrupt's softirq has begun and wakes. */
#define BEHIND_IRQ_NS (20 * WW_NS_PER_US)

bool ww_replay_is_behind_irq(struct ww_replay *replay, uint16_t cpu)
{
	int64_t end_ns;

	if (cpu == WW_CPU_UNKNOWN)
		return false;
	end_ns = ww_facts_cpu(replay, cpu)->irq_end_ns;
	return end_ns >= 0 && replay->now_ns - end_ns < BEHIND_IRQ_NS;
}

/* Told once for each number, and again when it is another one. */
void ww_replay_irq_name(struct ww_replay *replay, uint16_t irq, const char *name, int64_t t_ns)
{
	GArray *names = replay->facts->irq_names;
	const uint32_t text = ww_store_text(replay->store, name);

	if (irq >= names->len)
		g_array_set_size(names, irq + 1u);
	if (g_array_index(names, uint32_t, irq) == text + 1)
		return;
	g_array_index(names, uint32_t, irq) = text + 1;
	ww_facts_append(replay, WW_TRACK_IRQ_NAME, irq, t_ns, t_ns, WW_FIELDS(text));
}

static void enter_interrupt(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	struct cpu_facts *cpu = ww_facts_cpu(replay, event->cpu);

	if (event->interrupt.context == WW_WIRE_CONTEXT_HARDIRQ && event->text)
		ww_replay_irq_name(replay, event->interrupt.vector, event->text, t_ns);
	if (cpu->depth < WW_FACTS_MAX_DEPTH)
		cpu->interrupts[cpu->depth++] = interrupt_of(event, t_ns);
}

/* The innermost ones down to @depth are over, without a record that says so. */
static void drop_interrupts(struct ww_replay *replay, uint16_t number, uint8_t depth, int64_t t_ns,
			    uint8_t flags)
{
	struct cpu_facts *cpu = ww_facts_cpu(replay, number);

	while (cpu->depth > depth) {
		cpu->depth--;
		append_interrupt(replay, number, &cpu->interrupts[cpu->depth], t_ns, flags);
	}
}

/* T14: what lies above the one that ends has lost its own end. One that never began says that what
 * is open cannot be. */
static void leave_interrupt(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	const struct cpu_facts *cpu = ww_facts_cpu(replay, event->cpu);
	const struct interrupt *interrupt;
	uint8_t depth = cpu->depth;

	while (depth > 0 && cpu->interrupts[depth - 1].context != event->interrupt.context)
		depth--;
	drop_interrupts(replay, event->cpu, depth, t_ns,
			WW_INTERVAL_INFERRED | (depth == 0 ? WW_INTERVAL_DEGRADED : 0));
	if (depth == 0)
		return;
	interrupt = &ww_facts_cpu(replay, event->cpu)->interrupts[depth - 1];
	append_interrupt(replay, event->cpu, interrupt, t_ns, 0);
	ww_facts_cpu(replay, event->cpu)->depth--;
}

void ww_replay_interrupt(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	if (event->cpu == WW_CPU_UNKNOWN)
		return;
	if (event->kind == WW_EVENT_INTERRUPT)
		whole_interrupt(replay, event, t_ns);
	else if (event->kind == WW_EVENT_INTERRUPT_ENTRY)
		enter_interrupt(replay, event, t_ns);
	else
		leave_interrupt(replay, event, t_ns);
}

static void end_idle(struct ww_replay *replay, uint16_t number, int64_t t_ns)
{
	struct cpu_facts *cpu = ww_facts_cpu(replay, number);

	if (cpu->idle_since_ns >= 0)
		ww_facts_append(replay, WW_TRACK_IDLE, number, cpu->idle_since_ns, t_ns,
				WW_FIELDS(cpu->idle_state));
	cpu->idle_since_ns = -1;
}

void ww_replay_idle(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	const uint16_t number = event->idle.cpu != WW_CPU_UNKNOWN ? event->idle.cpu : event->cpu;
	struct cpu_facts *cpu;

	if (number == WW_CPU_UNKNOWN)
		return;
	if (event->kind == WW_EVENT_CPU_IDLE) {
		if (event->idle.duration_ns >= 0)
			ww_facts_append(replay, WW_TRACK_IDLE, number,
					t_ns - MIN(event->idle.duration_ns, t_ns), t_ns,
					WW_FIELDS(event->idle.state));
		return;
	}
	end_idle(replay, number, t_ns);
	if (event->idle.state == WW_EVENT_IDLE_LEAVES)
		return;
	cpu = ww_facts_cpu(replay, number);
	cpu->idle_since_ns = t_ns;
	cpu->idle_state = event->idle.state;
}

bool ww_replay_is_offline(struct ww_replay *replay, uint16_t cpu)
{
	return cpu < replay->facts->cpus->len && ww_facts_cpu(replay, cpu)->offline_since_ns >= 0;
}

static void end_offline(struct ww_replay *replay, uint16_t number, int64_t t_ns, uint8_t flags)
{
	struct cpu_facts *cpu = ww_facts_cpu(replay, number);

	if (cpu->offline_since_ns >= 0)
		ww_facts_append(replay, WW_TRACK_OFFLINE, number, cpu->offline_since_ns, t_ns,
				WW_FIELDS(flags));
	cpu->offline_since_ns = -1;
}

void ww_replay_frequency(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	if (event->frequency.cpu != WW_CPU_UNKNOWN)
		ww_facts_append(replay, WW_TRACK_FREQUENCY, event->frequency.cpu, t_ns, t_ns,
				WW_FIELDS(event->frequency.khz));
}

/* T13: the kernel counts steps; those that lead to 0 switch a CPU off. */
void ww_replay_hotplug(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	struct cpu_facts *cpu;

	if (event->hotplug.cpu == WW_CPU_UNKNOWN)
		return;
	cpu = ww_facts_cpu(replay, event->hotplug.cpu);
	if (event->hotplug.target > 0)
		end_offline(replay, event->hotplug.cpu, t_ns, 0);
	else if (cpu->offline_since_ns < 0)
		cpu->offline_since_ns = t_ns;
}

/* Requests without a number are told apart by where on which device they go. */
static uint64_t name_of(const struct ww_event *event)
{
	return event->disk.request ? event->disk.request
				   : (uint64_t)event->disk.device << 40 ^ event->disk.sector;
}

/* Its thread waits no longer for it; @request, which is in no table any more, may be NULL. */
static void drop_request(struct ww_replay *replay, struct request *request)
{
	struct replay_thread *thread;

	if (!request)
		return;
	if (request->utid < replay->threads->len) {
		struct thread_facts *facts = ww_facts_thread(replay, request->utid);

		thread = ww_replay_thread(replay, request->utid);
		facts->n_requests -= facts->n_requests > 0;
		if (facts->n_requests == 0)
			thread->has_facts &= (uint16_t)~REPLAY_FACT_DISK;
	}
	g_free(request);
}

static struct request *meet_request(struct ww_replay *replay, const struct ww_event *event)
{
	struct ww_pending *requests = &replay->facts->requests;
	struct request *request = ww_pending_find(requests, name_of(event));

	if (request)
		return request;
	drop_request(replay, ww_pending_make_room(requests));
	request = g_new(struct request, 1);
	*request = (struct request){
		.item.key = name_of(event), .queued_ns = -1, .issued_ns = -1, .utid = WW_UTID_NONE
	};
	ww_pending_add(requests, request);
	return request;
}

static void begin_request(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	struct replay_thread *thread = ww_replay_about(replay, event);
	struct request *request;

	/* One of the same name has lost its end. */
	drop_request(replay, ww_pending_take(&replay->facts->requests, name_of(event)));
	request = meet_request(replay, event);
	request->queued_ns = t_ns;
	if (!thread)
		return;
	request->utid = thread->utid;
	ww_facts_thread(replay, thread->utid)->n_requests++;
	thread->has_facts |= REPLAY_FACT_DISK;
}

static void complete_request(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	struct request *request = ww_pending_find(&replay->facts->requests, name_of(event));

	if (!request)
		return;
	request->n_done += event->disk.n_bytes;
	if (request->n_done < request->n_bytes && event->disk.status == 0)
		return;
	ww_facts_append(
		replay, WW_TRACK_DISK, request->device,
		request->issued_ns >= 0 ? request->issued_ns : request->queued_ns, t_ns,
		WW_FIELDS(request->sector, request->n_bytes, request->operation, request->utid,
			  request->queued_ns >= 0 ? (uint64_t)request->queued_ns : WW_ROW_TIME_NONE,
			  event->disk.status));
	drop_request(replay, ww_pending_take(&replay->facts->requests, name_of(event)));
}

void ww_replay_disk(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	struct request *request;

	if (event->kind == WW_EVENT_DISK_COMPLETE) {
		complete_request(replay, event, t_ns);
		return;
	}
	if (event->kind == WW_EVENT_DISK_START)
		begin_request(replay, event, t_ns);
	request = meet_request(replay, event);
	if (event->kind == WW_EVENT_DISK_ISSUE)
		request->issued_ns = t_ns;
	request->sector = event->disk.sector;
	request->n_bytes = event->disk.n_bytes;
	request->device = event->disk.device;
	request->operation = event->disk.operation;
	request->n_done = 0;
}

static void queue_work(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	const struct replay_thread *thread = ww_replay_about(replay, event);
	struct queued_work *queued = g_new(struct queued_work, 1);

	*queued = (struct queued_work){
		.item.key = event->work.work,
		.function = event->work.function,
		.queued_ns = t_ns,
		.utid = thread ? thread->utid : WW_UTID_NONE,
	};
	g_free(ww_pending_take(&replay->facts->works, event->work.work));
	g_free(ww_pending_make_room(&replay->facts->works));
	ww_pending_add(&replay->facts->works, queued);
}

static void begin_work(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	g_autofree struct queued_work *queued =
		ww_pending_take(&replay->facts->works, event->work.work);
	const struct replay_thread *thread = ww_replay_about(replay, event);
	struct thread_facts *facts = thread ? ww_facts_thread(replay, thread->utid) : NULL;

	if (!facts || event->cpu == WW_CPU_UNKNOWN)
		return;
	ww_replay_finish_work(replay, thread->utid, t_ns, WW_INTERVAL_INFERRED);
	facts->work.is_open = true;
	facts->work.begin_ns = t_ns;
	facts->work.work = event->work.work;
	facts->work.function = event->work.function;
	facts->work.cpu = event->cpu;
	facts->work.queued_ns = queued ? queued->queued_ns : -1;
	facts->work.queuer_utid = queued ? queued->utid : WW_UTID_NONE;
	if (queued && facts->work.function == 0)
		facts->work.function = queued->function;
}

void ww_replay_finish_work(struct ww_replay *replay, uint32_t utid, int64_t t_ns, uint8_t flags)
{
	struct thread_facts *facts = ww_facts_thread(replay, utid);

	if (!facts->work.is_open)
		return;
	facts->work.is_open = false;
	ww_facts_append(replay, WW_TRACK_WORK, facts->work.cpu, facts->work.begin_ns, t_ns,
			WW_FIELDS(facts->work.function,
				  facts->work.queued_ns >= 0 ? (uint64_t)facts->work.queued_ns
							     : WW_ROW_TIME_NONE,
				  facts->work.queuer_utid, utid, facts->work.work, flags));
}

static void end_work(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	const struct replay_thread *thread = ww_replay_about(replay, event);

	if (thread && ww_facts_thread(replay, thread->utid)->work.work == event->work.work)
		ww_replay_finish_work(replay, thread->utid, t_ns, 0);
}

void ww_replay_work(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	if (event->kind == WW_EVENT_WORK_QUEUE)
		queue_work(replay, event, t_ns);
	else if (event->kind == WW_EVENT_WORK_BEGIN)
		begin_work(replay, event, t_ns);
	else
		end_work(replay, event, t_ns);
}

void ww_replay_finish_cpus_facts(struct ww_replay *replay)
{
	for (unsigned int cpu = 0; cpu < replay->facts->cpus->len; cpu++) {
		drop_interrupts(replay, (uint16_t)cpu, 0, replay->now_ns,
				WW_INTERVAL_CENSORED_RIGHT);
		end_idle(replay, (uint16_t)cpu, replay->now_ns);
		end_offline(replay, (uint16_t)cpu, replay->now_ns, WW_INTERVAL_CENSORED_RIGHT);
	}
}
