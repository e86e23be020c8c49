// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sentence of a blocked wait: what was waited for, which thread held or ended it, and what that
 * thread did meanwhile.
 */
#include "analysis/explain/chain.h"
#include "analysis/explain/disk.h"
#include "analysis/explain/joins.h"
#include "analysis/explain/object.h"
#include "analysis/explain/parts.h"
#include "analysis/explain/runnable.h"
#include "analysis/explain/timer.h"
#include "analysis/explain/words.h"

/* Io under a lock is worth a word from here on (explain.md, 3.5: sync I/O under lock). */
#define IO_UNDER_LOCK_MIN_NS (5 * WW_NS_PER_MS)

/* A thread one hop from the waiter. */
struct actor {
	uint32_t utid;
	enum ww_edge edge;
	int64_t ns;
	int64_t guessed_ns; /* so much of it rests on an edge that is a best guess */
};

/* One kind of thing an actor did. */
struct deed {
	struct ww_interval interval; /* the first of its kind */
	int64_t ns;
	int64_t io_ns;
	struct ww_word_list parts; /* of a blocked deed: what its leaves were */
	GArray *causes;            /* of a runnable one */
	bool has_other_leaves;     /* the parts say more than the deed itself */
	bool has_device;
	uint32_t device;
};

struct telling {
	const struct ww_trace *trace;
	const struct ww_explanation *explanation;
	const GArray *leaves;
	GString *text;
	int64_t whole_ns;
	bool is_likely; /* by what is inferred, as the explanation's confidence has it */
};

static int64_t leaf_ns(const struct ww_leaf *leaf)
{
	return ww_span_length_ns(leaf->step.span);
}

static bool is_io(const struct ww_leaf *leaf, const struct ww_interval *doing)
{
	return doing->reason == WW_REASON_DISK || leaf->cause == WW_CAUSE_DISK_DEVICE ||
	       leaf->cause == WW_CAUSE_DISK_QUEUE || leaf->cause == WW_CAUSE_REMOTE;
}

/* Actors in order of appearance. */
static GArray *find_actors(const struct telling *telling)
{
	GArray *actors = g_array_new(false, false, sizeof(struct actor));

	for (guint i = 0; i < telling->leaves->len; i++) {
		const struct ww_leaf *leaf = &g_array_index(telling->leaves, struct ww_leaf, i);
		struct actor *actor = NULL;

		for (guint j = 0; j < actors->len && !actor; j++) {
			struct actor *known = &g_array_index(actors, struct actor, j);

			if (known->utid == leaf->first_utid && known->edge == leaf->first_edge)
				actor = known;
		}
		if (leaf->first_utid == WW_UTID_NONE)
			continue;
		if (!actor) {
			struct actor new_actor = { .utid = leaf->first_utid,
						   .edge = leaf->first_edge };

			g_array_append_val(actors, new_actor);
			actor = &g_array_index(actors, struct actor, actors->len - 1);
		}
		actor->ns += leaf_ns(leaf);
		actor->guessed_ns += leaf->is_guess ? leaf_ns(leaf) : 0;
	}
	return actors;
}

static bool is_unsure(const struct ww_interval *wait)
{
	return wait->flags & (WW_INTERVAL_INFERRED | WW_INTERVAL_DEGRADED);
}

/* By the tenth that the confidence of the whole is weighed by. */
static bool has_likely_part(const struct telling *telling)
{
	int64_t inferred_ns = 0;

	for (guint i = 0; i < telling->leaves->len; i++) {
		const struct ww_leaf *leaf = &g_array_index(telling->leaves, struct ww_leaf, i);

		inferred_ns += leaf->is_inferred ? leaf_ns(leaf) : 0;
	}
	return is_unsure(&telling->explanation->wait) || inferred_ns > telling->whole_ns / 10;
}

static bool is_guess(const struct telling *telling, const struct actor *actor)
{
	return telling->is_likely &&
	       (is_unsure(&telling->explanation->wait) || actor->guessed_ns > actor->ns / 10);
}

static void clear_deed(void *data)
{
	struct deed *deed = data;

	ww_word_list_clear(&deed->parts);
	g_clear_pointer(&deed->causes, g_array_unref);
}

static struct deed *find_deed(GArray *deeds, const struct ww_interval *interval)
{
	struct deed deed = { .interval = *interval };

	for (guint i = 0; i < deeds->len; i++) {
		struct deed *known = &g_array_index(deeds, struct deed, i);
		const struct ww_interval *kind = &known->interval;

		if (kind->state != interval->state)
			continue;
		if (interval->state != WW_STATE_BLOCKED ||
		    (kind->reason == interval->reason && kind->syscall == interval->syscall &&
		     kind->object == interval->object))
			return known;
	}
	ww_word_list_init(&deed.parts, 0);
	deed.parts.is_number_last = true;
	deed.causes = ww_causes_new();
	g_array_append_val(deeds, deed);
	return &g_array_index(deeds, struct deed, deeds->len - 1);
}

/* The parts of a request are told beside the name of their disk. */
static const char *part_words(const struct ww_leaf *leaf)
{
	if (leaf->cause == WW_CAUSE_CYCLE)
		return "in a cycle of waits";
	if (!leaf->has_device)
		return ww_cause_label(leaf->cause);
	return leaf->cause == WW_CAUSE_DISK_DEVICE  ? "device"
	       : leaf->cause == WW_CAUSE_DISK_QUEUE ? "queue"
						    : "completion";
}

/* "jbd2/40 ran", "A/11 slept", "disk": what one leaf below a deed was. */
static char *leaf_words(const struct telling *telling, const struct ww_leaf *leaf,
			uint32_t actor_utid)
{
	g_autofree char *name = NULL;

	if (leaf->step.utid == actor_utid)
		return g_strdup(part_words(leaf));
	name = ww_trace_thread_text(telling->trace, leaf->step.utid);
	if (leaf->step.state == WW_STATE_RUNNING)
		return g_strdup_printf("%s ran", name);
	if (leaf->step.state == WW_STATE_RUNNABLE)
		return g_strdup_printf("%s was ready", name);
	if (leaf->cause == WW_CAUSE_TIMER && leaf->step.reason == WW_REASON_SLEEP)
		return g_strdup_printf("%s slept", name);
	if (leaf->cause == WW_CAUSE_CYCLE)
		return g_strdup_printf("%s waited in a cycle", name);
	if (leaf->step.state == WW_STATE_BLOCKED)
		return g_strdup_printf("%s waited for %s", name,
				       leaf->cause == WW_CAUSE_UNKNOWN
					       ? ww_reason_label(leaf->step.reason)
					       : ww_cause_label(leaf->cause));
	if (leaf->step.state == WW_STATE_STOPPED)
		return g_strdup_printf("%s was stopped", name);
	return g_strdup_printf("nobody knows what %s did", name);
}

/* The deed says it already: a disk wait that was the disk, a sleep that was the timer. */
static bool repeats_deed(const struct ww_leaf *leaf, const struct ww_interval *doing,
			 uint32_t actor_utid)
{
	if (leaf->step.utid != actor_utid)
		return false;
	return (doing->reason == WW_REASON_DISK && leaf->cause == WW_CAUSE_DISK_DEVICE &&
		!leaf->has_device) ||
	       (doing->reason == WW_REASON_SLEEP && leaf->cause == WW_CAUSE_TIMER);
}

static void add_leaf_to_deed(const struct telling *telling, const struct ww_leaf *leaf,
			     uint32_t actor_utid, GArray *deeds)
{
	struct ww_lane lane = { WW_LANE_THREAD, actor_utid };
	struct ww_interval doing = { .state = WW_STATE_UNKNOWN };
	struct deed *deed;

	ww_query_at(telling->trace, lane, leaf->step.span.begin_ns, &doing);
	doing.utid = actor_utid;
	deed = find_deed(deeds, &doing);
	deed->ns += leaf_ns(leaf);
	deed->io_ns += doing.state == WW_STATE_BLOCKED && is_io(leaf, &doing) ? leaf_ns(leaf) : 0;
	if (doing.state == WW_STATE_RUNNABLE)
		ww_explain_runnable(telling->trace, &doing, leaf->step.span, NULL, deed->causes);
	if (doing.state != WW_STATE_BLOCKED)
		return;
	if (leaf->has_device && leaf->step.utid == actor_utid) {
		deed->has_device = true;
		deed->device = leaf->device;
	}
	deed->has_other_leaves |= !repeats_deed(leaf, &doing, actor_utid);
	deed->parts.whole_ns += leaf_ns(leaf);
	ww_word_list_take(&deed->parts, leaf_ns(leaf), leaf_words(telling, leaf, actor_utid));
}

static GArray *find_deeds(const struct telling *telling, const struct actor *actor)
{
	GArray *deeds = g_array_new(false, false, sizeof(struct deed));

	g_array_set_clear_func(deeds, clear_deed);
	for (guint i = 0; i < telling->leaves->len; i++) {
		const struct ww_leaf *leaf = &g_array_index(telling->leaves, struct ww_leaf, i);

		if (leaf->first_utid == actor->utid && leaf->first_edge == actor->edge)
			add_leaf_to_deed(telling, leaf, actor->utid, deeds);
	}
	return deeds;
}

static char *blocked_deed(const struct telling *telling, struct deed *deed)
{
	g_autofree char *waited_for = NULL;
	g_autofree char *parts = NULL;
	g_autofree char *disk = NULL;
	struct ww_wait_object object;

	ww_wait_object_init(&object, telling->trace, &deed->interval);
	waited_for = ww_words_waited_for(&deed->interval, &object);
	ww_wait_object_clear(&object);
	if (!deed->has_other_leaves)
		return g_strdup_printf("it was itself waiting %s", waited_for);
	parts = ww_word_list_join(&deed->parts);
	if (deed->has_device)
		disk = ww_disk_name(telling->trace, deed->device);
	return g_strdup_printf("it was itself waiting %s%s%s (%s)", waited_for, disk ? " on " : "",
			       disk ? disk : "", parts);
}

static char *runnable_deed(const struct telling *telling, struct deed *deed)
{
	g_autofree char *parts = NULL;
	struct ww_word_list list;
	const char *dominant;
	char *text;

	ww_word_list_init(&list, deed->ns);
	ww_causes_sort(deed->causes);
	ww_words_list_causes(&list, telling->trace, deed->causes);
	dominant = ww_word_list_dominant(&list);
	parts = ww_word_list_join(&list);
	text = dominant ? g_strdup_printf("it was ready %s", dominant)
			: g_strdup_printf("it was ready (%s)", parts);
	ww_word_list_clear(&list);
	return text;
}

static char *deed_words(const struct telling *telling, struct deed *deed)
{
	switch ((enum ww_state)deed->interval.state) {
	case WW_STATE_RUNNING:
		return g_strdup("it ran");
	case WW_STATE_RUNNABLE:
		return runnable_deed(telling, deed);
	case WW_STATE_BLOCKED:
		return blocked_deed(telling, deed);
	case WW_STATE_STOPPED:
		return g_strdup("it was stopped");
	default:
		return g_strdup("nobody knows what it did");
	}
}

/* One deed needs no number: it took as long as the holding or the wait. */
static void tell_single_deed(const struct telling *telling, const struct actor *actor,
			     struct deed *deed)
{
	g_autofree char *text = deed_words(telling, deed);

	if (actor->edge == WW_EDGE_WAKER)
		g_string_append_printf(telling->text, " %s.", text);
	else if (deed->interval.state == WW_STATE_RUNNING)
		g_string_append(telling->text, " and ran meanwhile.");
	else
		g_string_append_printf(telling->text, "; meanwhile %s.", text);
}

static void tell_deeds(const struct telling *telling, const struct actor *actor, GArray *deeds)
{
	g_autofree char *text = NULL;
	struct ww_word_list list;

	if (deeds->len == 1) {
		tell_single_deed(telling, actor, &g_array_index(deeds, struct deed, 0));
		return;
	}
	ww_word_list_init(&list, actor->ns);
	for (guint i = 0; i < deeds->len; i++) {
		struct deed *deed = &g_array_index(deeds, struct deed, i);

		ww_word_list_take(&list, deed->ns, deed_words(telling, deed));
	}
	text = ww_word_list_join(&list);
	ww_word_list_clear(&list);
	g_string_append_printf(telling->text, ": %s.", text);
}

/* "nearly" begins where three digits would show no difference. */
static char *share_words(const struct telling *telling, const struct actor *actor)
{
	g_autofree char *length = ww_duration_text(actor->ns);

	if (actor->ns == telling->whole_ns)
		return g_strdup("the whole time");
	if (!ww_word_is_rest_worth(telling->whole_ns - actor->ns, telling->whole_ns))
		return g_strdup("nearly the whole time");
	return g_strdup_printf("for %s of it", length);
}

static bool has_only_run(const GArray *deeds)
{
	return deeds->len == 1 &&
	       g_array_index(deeds, struct deed, 0).interval.state == WW_STATE_RUNNING;
}

static void tell_actor(const struct telling *telling, const struct actor *actor, GArray *deeds)
{
	g_autofree char *thread = ww_trace_thread_text(telling->trace, actor->utid);
	g_autofree char *name = ww_trace_thread(telling->trace, actor->utid)->is_recorder
					? g_strdup_printf("%s (the recorder itself)", thread)
					: g_strdup(thread);
	g_autofree char *share = share_words(telling, actor);
	g_autofree char *length = ww_duration_text(actor->ns);
	const char *likely = is_guess(telling, actor) ? "likely " : "";

	if (actor->edge == WW_EDGE_LOCK_OWNER)
		g_string_append_printf(telling->text, " %s %sheld it %s", name, likely, share);
	else if (actor->edge == WW_EDGE_CHILD)
		g_string_append_printf(telling->text, " The child %s %sended it", name, likely);
	else if (actor->edge == WW_EDGE_WORK && has_only_run(deeds)) {
		g_string_append_printf(telling->text, " %s %sdid the work for it in %s.", name,
				       likely, length);
		return;
	} else if (actor->edge == WW_EDGE_WORK)
		g_string_append_printf(telling->text, " %s %sworked for it %s", name, likely,
				       share);
	else
		g_string_append_printf(telling->text, " %s %sended it; until then", name, likely);
	tell_deeds(telling, actor, deeds);
}

/* Advice needs a rule: I/O for half of the wait, and for at least 5 ms, by a thread that held the
 * lock. */
static void advise(const struct telling *telling, const struct actor *actor, GArray *deeds)
{
	const struct deed *worst = NULL;
	const char *call = NULL;
	int64_t io_ns = 0;

	for (guint i = 0; i < deeds->len; i++) {
		const struct deed *deed = &g_array_index(deeds, struct deed, i);

		io_ns += deed->io_ns;
		if (deed->io_ns > 0 && (!worst || deed->io_ns > worst->io_ns))
			worst = deed;
	}
	if (actor->edge != WW_EDGE_LOCK_OWNER || io_ns < IO_UNDER_LOCK_MIN_NS ||
	    io_ns < telling->whole_ns / 2)
		return;
	call = worst->interval.syscall >= 0 ? ww_syscall_name(worst->interval.syscall) : NULL;
	g_string_append_printf(telling->text, " Fix candidate: move the %s outside the lock.",
			       call ? call : "I/O");
}

static int compare_actors(const void *a_data, const void *b_data)
{
	const struct actor *a = a_data, *b = b_data;

	return (a->ns < b->ns) - (a->ns > b->ns);
}

static const char *evidence_of_holder(const struct telling *telling, const struct actor *actor)
{
	const struct ww_interval *wait = &telling->explanation->wait;
	const bool is_kernels = !(wait->flags & WW_INTERVAL_IN_LOCK);
	const bool is_likely = is_guess(telling, actor);

	if (is_likely && wait->reason == WW_REASON_PI_FUTEX && wait->waker_utid == actor->utid)
		return "who released the lock; that it held it that long is likely";
	if (is_kernels)
		return is_likely ? "the lock's holder when the wait began as the kernel "
				   "told it; that it held it that long is likely"
				 : "the lock's holder as the kernel told it, exact";
	if (!is_likely)
		return "the lock's holder as the program's hooks saw it, exact";
	if (wait->waker != WW_WAKER_THREAD || wait->waker_utid != actor->utid)
		return "the lock's holder as the program's hooks saw it; that it held it that long is likely";
	return "who released the lock; that it held it that long is likely";
}

/* What the kernel has freed, as the leaf says it. */
static void tell_reclaim(const struct telling *telling, const struct ww_leaf *leaf)
{
	if (leaf->cause == WW_CAUSE_RECLAIM && leaf->step.detail)
		g_string_append_printf(telling->text, " %s.", leaf->step.detail);
}

/* Who waits all of the time wakes nobody meanwhile. */
static bool has_contradiction(const struct telling *telling)
{
	for (guint i = 0; i < telling->leaves->len; i++)
		if (g_array_index(telling->leaves, struct ww_leaf, i).is_contradiction)
			return true;
	return false;
}

/* A thread of the kernel that served the interrupt which ended it. */
static bool is_server(const struct telling *telling, const struct actor *actor)
{
	const struct ww_interval *wait = &telling->explanation->wait;

	return wait->waker != WW_WAKER_THREAD && wait->waker_utid == actor->utid;
}

static const char *evidence_of(const struct telling *telling, const struct actor *actor)
{
	const struct ww_interval *wait = &telling->explanation->wait;
	const bool is_likely = is_guess(telling, actor);

	if (wait->flags & WW_INTERVAL_DEGRADED)
		return "the records before and after the gap, likely";
	if (has_contradiction(telling))
		return "wake-ups that contradict each other, so one of them was none";
	if (actor->edge == WW_EDGE_LOCK_OWNER)
		return evidence_of_holder(telling, actor);
	if (actor->edge == WW_EDGE_WORK && !is_server(telling, actor))
		return is_likely ? "the last request that was done before the wake-up, likely"
				 : "the work items as the kernel recorded them, exact";
	if (!is_likely)
		return "the wake-up as the kernel saw it, exact";
	return ww_chain_is_likely_sender(telling->trace, wait)
		       ? "the packet that came while it sent, likely its own"
		       : "a wake-up that had to be reconstructed, likely";
}

static void tell_evidence(const struct telling *telling, const struct actor *actor)
{
	/* Sure of the first hop, and of one behind it not. */
	const char *behind = telling->is_likely && !is_guess(telling, actor)
				     ? "; what was behind it is likely in part"
				     : "";

	g_string_append_printf(telling->text, " Evidence: %s%s.", evidence_of(telling, actor),
			       behind);
}

static void tell_deadlock(const struct telling *telling)
{
	for (guint i = 0; i < telling->leaves->len; i++) {
		const struct ww_leaf *leaf = &g_array_index(telling->leaves, struct ww_leaf, i);

		if (leaf->is_deadlock) {
			g_string_append_printf(telling->text, " This is a deadlock: %s.",
					       leaf->step.detail);
			return;
		}
	}
}

static void tell_unknown_holder(const struct telling *telling)
{
	g_autofree char *length = NULL;
	int64_t unknown_ns = 0;

	for (guint i = 0; i < telling->leaves->len; i++) {
		const struct ww_leaf *leaf = &g_array_index(telling->leaves, struct ww_leaf, i);

		if (leaf->cause == WW_CAUSE_LOCK_HOLDER_UNKNOWN && leaf->step.depth == 0)
			unknown_ns += leaf_ns(leaf);
	}
	length = ww_duration_text(unknown_ns);
	if (unknown_ns == telling->whole_ns)
		g_string_append(telling->text, " Who held it is not known.");
	else if (unknown_ns > 0)
		g_string_append_printf(telling->text, " Who held it for %s of it is not known.",
				       length);
}

static void tell_actors(const struct telling *telling, GArray *actors)
{
	int64_t named_ns = 0, all_ns = 0;
	guint n_named = 0;

	g_array_sort(actors, compare_actors);
	for (guint i = 0; i < actors->len; i++)
		all_ns += g_array_index(actors, struct actor, i).ns;
	while (n_named < actors->len &&
	       (n_named == 0 || named_ns < all_ns - telling->whole_ns / 10)) {
		const struct actor *actor = &g_array_index(actors, struct actor, n_named++);
		g_autoptr(GArray) deeds = find_deeds(telling, actor);

		tell_actor(telling, actor, deeds);
		named_ns += actor->ns;
	}
	if (ww_word_is_rest_worth(all_ns - named_ns, telling->whole_ns)) {
		g_autofree char *share = ww_share_text(all_ns - named_ns, telling->whole_ns);

		g_string_append_printf(telling->text, " Other threads: %s.", share);
	}
}

/* At the last one of several there is only so much to gain. */
static void tell_join(const struct telling *telling)
{
	g_autofree char *gain = NULL;
	g_autofree char *last = NULL;
	g_autofree char *second = NULL;
	struct ww_join join;

	if (!ww_join_find(telling->trace, &telling->explanation->wait, &join))
		return;
	gain = ww_duration_text(join.gain_ns);
	last = ww_trace_thread_text(telling->trace, join.last_utid);
	second = ww_trace_thread_text(telling->trace, join.second_utid);
	g_string_append_printf(
		telling->text,
		" %s was the last of %u%s: shortening it gains at most %s, then %s would be last.",
		last, join.n,
		telling->explanation->wait.reason == WW_REASON_JOIN ? " of those it joined" : "",
		gain, second);
}

static void tell_evidence_and_advice(const struct telling *telling, const GArray *actors)
{
	const struct actor *main_actor = &g_array_index(actors, struct actor, 0);
	g_autoptr(GArray) deeds = find_deeds(telling, main_actor);

	tell_evidence(telling, main_actor);
	advise(telling, main_actor, deeds);
}

/* A wait that the waiter's own leaf accounts for: no other thread ended it. */
static const char *end_words(const struct ww_leaf *leaf, const struct ww_interval *wait)
{
	if (wait->flags & WW_INTERVAL_CENSORED_RIGHT)
		return wait->flags & WW_INTERVAL_DEGRADED
			       ? " Whether it had ended when the recording did is not known."
			       : " It had not ended when the recording did.";
	if (wait->waker == WW_WAKER_SIGNAL)
		return " A signal ended it.";
	switch (leaf->cause) {
	case WW_CAUSE_DISK_DEVICE:
		return wait->reason == WW_REASON_DISK || leaf->has_device ? ""
									  : " The disk ended it.";
	case WW_CAUSE_REMOTE:
		return " Something that came over the network ended it.";
	case WW_CAUSE_DEVICE:
		return " A device's interrupt ended it.";
	case WW_CAUSE_UNKNOWN:
		return " What ended it is not known.";
	default:
		return "";
	}
}

/* " (+60.0 us)"; nothing for one that was not late. */
static char *late_words(const struct ww_timer *timer)
{
	g_autofree char *late = ww_duration_text(timer->late_ns);

	return timer->late_ns > 0 ? g_strdup_printf(" (+%s)", late) : g_strdup("");
}

/* A wait that was ended by its timeout, whoever it waited for. */
static void tell_timeout(const struct telling *telling)
{
	const struct ww_interval *wait = &telling->explanation->wait;
	const struct ww_timer timer = ww_timer_of(telling->trace, wait);
	g_autofree char *asked = ww_duration_text(timer.asked_ns);
	g_autofree char *late = late_words(&timer);

	if (wait->waker != WW_WAKER_TIMER)
		return;
	if (timer.is_early)
		g_string_append(telling->text, " Another timer ended it before its timeout.");
	else if (wait->reason != WW_REASON_SLEEP && timer.is_known)
		g_string_append_printf(telling->text, " It timed out: its limit was %s%s.", asked,
				       late);
	else if (wait->reason != WW_REASON_SLEEP)
		g_string_append(telling->text, " It timed out.");
}

/* The sleeper is ready from here on. */
static int64_t ready_ns(const struct ww_trace *trace, const struct ww_interval *wait)
{
	const struct ww_lane lane = { WW_LANE_THREAD, wait->utid };
	struct ww_interval next;

	return ww_query_at(trace, lane, wait->span.end_ns, &next) && next.state == WW_STATE_RUNNABLE
		       ? ww_span_length_ns(next.span)
		       : 0;
}

/* What a sleep is too long by is worth a look from here on. */
static bool is_worth_fixing(int64_t too_long_ns, int64_t asked_ns)
{
	return too_long_ns > MAX(WW_NS_PER_MS, asked_ns / 20);
}

static void tell_sleep(const struct telling *telling, const char *name, const char *length)
{
	const struct ww_interval *wait = &telling->explanation->wait;
	const struct ww_timer timer = ww_timer_of(telling->trace, wait);
	const int64_t woken_to_run_ns = ready_ns(telling->trace, wait);
	g_autofree char *asked = ww_duration_text(timer.asked_ns);
	g_autofree char *late = late_words(&timer);
	g_autofree char *ready = ww_duration_text(woken_to_run_ns);
	g_autofree char *slept = NULL;

	if (!timer.is_known || timer.is_early || wait->flags & WW_INTERVAL_CENSORED_RIGHT) {
		g_string_append_printf(telling->text, "%s asked to sleep and slept %s.", name,
				       length);
		return;
	}
	slept = timer.late_ns > 0 ? ww_timer_length_text(telling->whole_ns, timer.late_ns)
				  : g_strdup(length);
	g_string_append_printf(telling->text, "%s asked to sleep %s and slept %s%s.", name, asked,
			       slept, late);
	if (woken_to_run_ns > 0)
		g_string_append_printf(telling->text, " It ran %s later.", ready);
	if (!is_worth_fixing(MAX(timer.late_ns, 0) + woken_to_run_ns, timer.asked_ns))
		g_string_append(telling->text, " Nothing to fix.");
}

/* The waiter's own parts of the wait that have a name. */
static void tell_own_parts(const struct telling *telling)
{
	g_autofree char *disk = NULL;
	g_autofree char *parts = NULL;
	struct ww_word_list list;

	ww_word_list_init(&list, 0);
	list.is_number_last = true;
	for (guint i = 0; i < telling->leaves->len; i++) {
		const struct ww_leaf *leaf = &g_array_index(telling->leaves, struct ww_leaf, i);

		if (leaf->step.depth > 0 || !leaf->has_device ||
		    !ww_word_is_rest_worth(leaf_ns(leaf), telling->whole_ns))
			continue;
		list.whole_ns += leaf_ns(leaf);
		ww_word_list_take(&list, leaf_ns(leaf), g_strdup(part_words(leaf)));
		g_free(disk);
		disk = ww_disk_name(telling->trace, leaf->device);
	}
	if (disk) {
		parts = ww_word_list_join(&list);
		g_string_append_printf(telling->text, " On %s: %s.", disk, parts);
	}
	ww_word_list_clear(&list);
}

static void tell_work_queue(const struct telling *telling)
{
	for (guint i = 0; i < telling->leaves->len; i++) {
		const struct ww_leaf *leaf = &g_array_index(telling->leaves, struct ww_leaf, i);
		g_autofree char *length = ww_duration_text(leaf_ns(leaf));

		if (leaf->step.depth == 0 && leaf->cause == WW_CAUSE_WORK_QUEUE &&
		    ww_word_is_rest_worth(leaf_ns(leaf), telling->whole_ns))
			g_string_append_printf(telling->text,
					       " For %s of it %s stood in its queue.", length,
					       leaf->step.detail);
	}
}

static void tell_wait(const struct telling *telling)
{
	const struct ww_interval *wait = &telling->explanation->wait;
	g_autofree char *name = ww_trace_thread_text(telling->trace, wait->utid);
	g_autofree char *length = ww_words_length(wait);
	g_autofree char *waited_for = ww_words_waited_for(wait, &telling->explanation->object);

	g_string_append(telling->text, ww_words_gap(wait));
	if (wait->reason == WW_REASON_SLEEP)
		tell_sleep(telling, name, length);
	else
		g_string_append_printf(telling->text, "%s waited %s %s.", name, length, waited_for);
}

char *ww_words_blocked(const struct ww_trace *trace, const struct ww_explanation *explanation,
		       const GArray *leaves)
{
	struct telling telling = {
		.trace = trace,
		.explanation = explanation,
		.leaves = leaves,
		.text = g_string_new(NULL),
		.whole_ns = ww_span_length_ns(explanation->wait.span),
	};
	g_autoptr(GArray) actors = find_actors(&telling);
	const struct ww_leaf *first = &g_array_index(leaves, struct ww_leaf, 0);

	telling.is_likely = has_likely_part(&telling);
	tell_wait(&telling);
	tell_own_parts(&telling);
	if (actors->len > 0 && first->step.depth == 0)
		g_string_append(telling.text, end_words(first, &explanation->wait));
	tell_actors(&telling, actors);
	tell_work_queue(&telling);
	tell_unknown_holder(&telling);
	tell_deadlock(&telling);
	tell_join(&telling);
	if (actors->len > 0)
		tell_evidence_and_advice(&telling, actors);
	else
		g_string_append(telling.text, end_words(first, &explanation->wait));
	tell_reclaim(&telling, first);
	tell_timeout(&telling);
	return g_string_free(telling.text, false);
}

/* What the thread did itself, or another one that it waited for. */
static char *window_words(const struct telling *telling, const struct ww_leaf *leaf)
{
	if (leaf->step.depth > 0)
		return leaf_words(telling, leaf, telling->explanation->wait.utid);
	switch (leaf->step.state) {
	case WW_STATE_RUNNING:
		return g_strdup("it ran");
	case WW_STATE_RUNNABLE:
		return g_strdup("it was ready");
	case WW_STATE_BLOCKED:
		return g_strdup_printf("it waited: %s", ww_cause_label(leaf->cause));
	case WW_STATE_STOPPED:
		return g_strdup("it was stopped");
	default:
		return g_strdup("nobody knows what it did");
	}
}

char *ww_words_window(const struct ww_trace *trace, const struct ww_explanation *explanation,
		      const GArray *leaves)
{
	const struct telling telling = {
		.trace = trace,
		.explanation = explanation,
		.leaves = leaves,
	};
	const struct ww_span span = explanation->span;
	g_autofree char *name = ww_trace_thread_text(trace, explanation->wait.utid);
	g_autofree char *length = ww_duration_text(ww_span_length_ns(span));
	g_autofree char *begin = ww_instant_text(span.begin_ns);
	g_autofree char *parts = NULL;
	struct ww_word_list list;

	ww_word_list_init(&list, ww_span_length_ns(span));
	for (guint i = 0; i < leaves->len; i++) {
		const struct ww_leaf *leaf = &g_array_index(leaves, struct ww_leaf, i);

		ww_word_list_take(&list, leaf_ns(leaf), window_words(&telling, leaf));
	}
	parts = ww_word_list_join(&list);
	ww_word_list_clear(&list);
	return g_strdup_printf("The %s of %s from %s on: %s.", length, name, begin, parts);
}
