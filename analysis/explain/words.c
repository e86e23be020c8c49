// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/explain/words.h"

#include "analysis/explain/quota.h"
#include "analysis/explain/tiles.h"

/* More culprits than this are named by their kind. */
#define N_CULPRITS_NAMED 4

struct wait_words {
	const char *named;  /* in front of a name or address */
	const char *plain;  /* without one */
	bool tells_syscall; /* the call adds something */
};

/* clang-format off */
static const struct wait_words wait_words[WW_REASON_N] = {
	[WW_REASON_MUTEX]           = { "for mutex",     "for a mutex",                 false },
	[WW_REASON_RWLOCK]          = { "for rwlock",    "for a rwlock",                false },
	[WW_REASON_CONDITION]       = { "for condition", "for a condition",             false },
	[WW_REASON_SEMAPHORE]       = { "for semaphore", "for a semaphore",             false },
	[WW_REASON_BARRIER]         = { "for barrier",   "for a barrier",               false },
	[WW_REASON_JOIN]            = { NULL,            "for a thread to end",         false },
	[WW_REASON_FUTEX]           = { "for futex",     "for a futex",                 false },
	[WW_REASON_PI_FUTEX]        = { "for PI futex",  "for a PI futex",              false },
	[WW_REASON_SLEEP]           = { NULL,            "for a timer",                 true },
	[WW_REASON_POLL]            = { NULL,            "for events",                  true },
	[WW_REASON_IDLE_FOR_WORK]   = { NULL,            "for work",                    true },
	[WW_REASON_SOCKET]          = { NULL,            "for a socket",                true },
	[WW_REASON_PIPE]            = { NULL,            "for a pipe",                  true },
	[WW_REASON_TTY]             = { NULL,            "for a terminal",              true },
	[WW_REASON_EVENT]           = { NULL,            "for an event",                true },
	[WW_REASON_DISK]            = { NULL,            "for the disk",                true },
	[WW_REASON_PAGE_FAULT]      = { NULL,            "for a page fault",            false },
	[WW_REASON_MMAP_LOCK]       = { NULL,            "for the mmap lock",           true },
	[WW_REASON_KERNEL_LOCK]     = { NULL,            "for a kernel lock",           true },
	[WW_REASON_MEMORY_PRESSURE] = { NULL,            "for memory to be freed",      true },
	[WW_REASON_CHILD]           = { NULL,            "for a child process",         true },
	[WW_REASON_VFORK]           = { NULL,            "for a vfork child",           false },
	[WW_REASON_EXEC]            = { NULL,            "in exec",                     false },
	[WW_REASON_EXIT]            = { NULL,            "while it ended",              false },
	[WW_REASON_SIGNAL_WAIT]     = { NULL,            "for a signal",                true },
	[WW_REASON_FILE_LOCK]       = { NULL,            "for a file lock",             true },
	[WW_REASON_DEVICE]          = { NULL,            "for a device",                true },
	[WW_REASON_RCU]             = { NULL,            "for RCU",                     true },
	[WW_REASON_KTHREAD_IDLE]    = { NULL,            "for work",                    false },
};

/* What a part of a runnable wait that blames no thread is called. */
static const char *const cause_words[WW_CAUSE_N] = {
	[WW_CAUSE_LOST]       = "in a gap of the recording",
	[WW_CAUSE_THROTTLED]  = "not allowed to run (CPU quota used up)",
	[WW_CAUSE_WAKE_PATH]  = "until the wake-up reached the run queue",
	[WW_CAUSE_MIGRATING]  = "while it moved between CPUs",
	[WW_CAUSE_OFFLINE]    = "while its CPU went offline",
	[WW_CAUSE_IRQ]        = "behind an interrupt",
	[WW_CAUSE_STEAL]      = "while the hypervisor ran something else",
	[WW_CAUSE_IDLE_EXIT]  = "while its CPU woke from idle",
	[WW_CAUSE_IDLE_STUCK] = "although its CPU was idle",
	[WW_CAUSE_UNKNOWN]    = "for a reason the recording does not show",
};

static const char *const relation_words[WW_RELATION_N] = {
	[WW_RELATION_NONE]         = "unknown process",
	[WW_RELATION_SAME_PROCESS] = "same process",
	[WW_RELATION_SAME_CGROUP]  = "same cgroup",
	[WW_RELATION_OTHER]        = "other process",
	[WW_RELATION_KERNEL]       = "kernel thread",
	[WW_RELATION_RECORDER]     = "the recorder itself",
};
/* clang-format on */

static const char *rank_words(enum ww_cause cause)
{
	switch (cause) {
	case WW_CAUSE_OUTRANKED:
		return "higher priority";
	case WW_CAUSE_SHARED:
		return "equal priority";
	case WW_CAUSE_NOT_PREEMPTED:
		return "lower priority";
	default:
		return "priority not recorded";
	}
}

static bool blames_thread(const struct ww_cause_part *part)
{
	return part->utid != WW_UTID_NONE && part->cause != WW_CAUSE_MIGRATING &&
	       part->cause != WW_CAUSE_WAKE_PATH;
}

char *ww_words_cause(const struct ww_trace *trace, const struct ww_cause_part *part)
{
	g_autofree char *name = NULL;

	if (part->utid == WW_UTID_NONE && part->actor)
		return g_strdup_printf("behind %s", part->actor);
	if (!blames_thread(part))
		return g_strdup(cause_words[part->cause] ? cause_words[part->cause]
							 : ww_cause_label(part->cause));
	name = ww_trace_thread_text(trace, part->utid);
	return g_strdup_printf("behind %s (%s, %s%s%s)", name, relation_words[part->relation],
			       rank_words(part->cause), part->actor ? "; " : "",
			       part->actor ? part->actor : "");
}

static bool is_same_kind(const struct ww_cause_part *a, const struct ww_cause_part *b)
{
	return blames_thread(a) && blames_thread(b) && a->relation == b->relation &&
	       rank_words(a->cause) == rank_words(b->cause);
}

/* @causes is sorted. One that had a third of @whole_ns is not lost among the others. */
static char *kind_of_cause(const struct ww_trace *trace, const GArray *causes, int64_t whole_ns,
			   const struct ww_cause_part *part)
{
	const struct ww_cause_part *first = NULL;
	g_autofree char *name = NULL;
	bool has_others = false;

	for (guint i = 0; i < causes->len; i++) {
		const struct ww_cause_part *other = &g_array_index(causes, struct ww_cause_part, i);

		if (!is_same_kind(other, part))
			continue;
		first = first ? first : other;
		has_others |= other->utid != first->utid;
	}
	if (!has_others)
		return ww_words_cause(trace, part);
	if (first->ns >= whole_ns / 3)
		name = ww_trace_thread_text(trace, first->utid);
	return g_strdup_printf("behind %s%s (%s, %s)", name ? name : "several threads",
			       name ? " and others" : "", relation_words[part->relation],
			       rank_words(part->cause));
}

/* @causes is sorted. */
static bool has_many_culprits(const GArray *causes, int64_t whole_ns)
{
	int64_t named_ns = 0;
	guint n_named = 0;

	while (n_named < causes->len && named_ns < whole_ns - whole_ns / 10)
		named_ns += g_array_index(causes, struct ww_cause_part, n_named++).ns;
	return n_named > N_CULPRITS_NAMED;
}

void ww_words_list_causes(struct ww_word_list *list, const struct ww_trace *trace,
			  const GArray *causes)
{
	bool by_kind = has_many_culprits(causes, list->whole_ns);

	for (guint i = 0; i < causes->len; i++) {
		const struct ww_cause_part *part = &g_array_index(causes, struct ww_cause_part, i);

		ww_word_list_take(list, part->ns,
				  by_kind ? kind_of_cause(trace, causes, list->whole_ns, part)
					  : ww_words_cause(trace, part));
	}
}

static char *path_words(const struct ww_trace *trace, const struct ww_cause_part *part)
{
	const bool is_own = part->utid == WW_UTID_NONE;
	g_autofree char *name = is_own ? g_strdup("it") : ww_trace_thread_text(trace, part->utid);
	g_autofree char *behind = NULL;

	if (part->cause == WW_CAUSE_RUNNING)
		return g_strdup_printf("%s ran", name);
	if (part->cause == WW_CAUSE_UNKNOWN && part->detail)
		return g_strdup(part->detail);
	if (part->cause <= WW_CAUSE_IDLE_STUCK) {
		behind = ww_words_cause(trace, part);
		return g_strdup_printf("%s %s", part->detail ? part->detail : "it was ready",
				       behind);
	}
	return g_strdup_printf("%s waited: %s", name, ww_cause_label(part->cause));
}

void ww_words_list_path(struct ww_word_list *list, const struct ww_trace *trace,
			const GArray *causes)
{
	for (guint i = 0; i < causes->len; i++) {
		const struct ww_cause_part *part = &g_array_index(causes, struct ww_cause_part, i);

		ww_word_list_take(list, part->ns, path_words(trace, part));
	}
}

/* Work that comes through a lock, which has a name. */
static void tell_pool(GString *text, const struct ww_interval *wait,
		      const struct ww_wait_object *object)
{
	if (wait->reason != WW_REASON_IDLE_FOR_WORK || !(wait->flags & WW_INTERVAL_IN_LOCK))
		return;
	if (object->symbol)
		g_string_append_printf(text, " at %s %s", object->kind, object->symbol);
	else
		g_string_append_printf(text, " at %s 0x%" G_GINT64_MODIFIER "x", object->kind,
				       object->address);
}

char *ww_words_waited_for(const struct ww_interval *wait, const struct ww_wait_object *object)
{
	const struct wait_words *words = &wait_words[wait->reason];
	const char *call = wait->syscall >= 0 ? ww_syscall_name(wait->syscall) : NULL;
	GString *text = g_string_new(words->plain);

	if (words->named && object->symbol)
		g_string_printf(text, "%s %s", words->named, object->symbol);
	else if (words->named && object->address != 0)
		g_string_printf(text, "%s 0x%" G_GINT64_MODIFIER "x", words->named,
				object->address);
	tell_pool(text, wait, object);
	if ((words->named || wait->reason == WW_REASON_IDLE_FOR_WORK) && object->site)
		g_string_append_printf(text, " (%s)", object->site);
	if (!words->plain)
		g_string_assign(text, call ? "" : "for something the recording does not name");
	if (call && (words->tells_syscall || !words->plain) && !(wait->flags & WW_INTERVAL_IN_LOCK))
		g_string_append_printf(text, "%sin %s", text->len > 0 ? " " : "", call);
	if (call && object->fd >= 0)
		g_string_append_printf(text, " (descriptor %d%s%s)", object->fd,
				       object->name ? ", " : "", object->name ? object->name : "");
	return g_string_free(text, false);
}

/* "200 ms"; "at least 200 ms" for a wait of which an end was not seen; "up to 200 ms" for what may
 * have been several. */
char *ww_words_length(const struct ww_interval *wait)
{
	g_autofree char *length = ww_duration_text(ww_span_length_ns(wait->span));
	bool is_censored = wait->flags & (WW_INTERVAL_CENSORED_LEFT | WW_INTERVAL_CENSORED_RIGHT);

	if (wait->flags & WW_INTERVAL_DEGRADED)
		return g_strdup_printf("up to %s", length);
	return g_strdup_printf("%s%s", is_censored ? "at least " : "", length);
}

const char *ww_words_gap(const struct ww_interval *wait)
{
	return wait->flags & WW_INTERVAL_DEGRADED ? "Records were lost inside this wait. " : "";
}

/* The avoidability that a person can act on: the kind with most time, when it says more than the
 * causes do. */
static char *avoidable_sentence(const struct ww_explanation *explanation)
{
	int64_t whole_ns = ww_span_length_ns(explanation->wait.span);
	const struct ww_avoidable_part *part;
	g_autofree char *length = NULL;

	if (explanation->avoidables->len == 0)
		return g_strdup("");
	part = &g_array_index(explanation->avoidables, struct ww_avoidable_part, 0);
	length = ww_duration_text(part->ns);
	if (part->kind == WW_AVOIDABLE_ALLOWED_IDLE && part->cpu != explanation->wait.cpu)
		return g_strdup_printf(" CPU %u, also allowed, was idle for %s of it.", part->cpu,
				       length);
	if (part->kind == WW_AVOIDABLE_DISALLOWED_IDLE)
		return g_strdup_printf(
			" Only CPU %u, which was not allowed, was idle for %s of it.", part->cpu,
			length);
	if (part->kind == WW_AVOIDABLE_UNKNOWN && part->cpu != WW_CPU_UNKNOWN)
		return g_strdup_printf(
			" CPU %u was idle for %s of it; whether it was allowed is not recorded.",
			part->cpu, length);
	if (part->kind == WW_AVOIDABLE_SATURATED && part->ns == whole_ns)
		return g_strdup(" No CPU was idle.");
	if (part->kind == WW_AVOIDABLE_SATURATED)
		return g_strdup_printf(" For %s of it no CPU was idle.", length);
	return g_strdup("");
}

/* Who had the CPU while the waiter was not allowed to: the neighbour that is blamed without reason.
 */
static char *neighbour_of(const struct ww_trace *trace, const struct ww_interval *wait,
			  int64_t until_ns)
{
	const struct ww_span span = { wait->span.begin_ns, until_ns };
	struct ww_word_list others;
	struct ww_tiles tiles;
	struct ww_tile tile;
	char *neighbour;

	if (wait->cpu == WW_CPU_UNKNOWN)
		return NULL;
	ww_word_list_init(&others, 0);
	ww_tiles_init(&tiles, trace, (struct ww_lane){ WW_LANE_CPU, wait->cpu }, span);
	while (ww_tiles_next(&tiles, &tile)) {
		if (tile.interval.state == WW_STATE_RUNNING && tile.interval.utid != wait->utid)
			ww_word_list_take(&others, ww_span_length_ns(tile.span),
					  ww_trace_thread_text(trace, tile.interval.utid));
	}
	neighbour = g_strdup(ww_word_list_largest(&others));
	ww_word_list_clear(&others);
	return neighbour;
}

/* What there was beside the quota, of which *@throttled_ns is; NULL: nothing. */
static char *other_causes(const struct ww_trace *trace, const GArray *causes, int64_t *throttled_ns)
{
	g_autoptr(GArray) others = g_array_new(false, false, sizeof(struct ww_cause_part));
	int64_t throttled = 0, others_ns = 0;
	struct ww_word_list list;
	char *text = NULL;

	for (guint i = 0; i < causes->len; i++) {
		const struct ww_cause_part *part = &g_array_index(causes, struct ww_cause_part, i);

		if (part->cause == WW_CAUSE_THROTTLED) {
			throttled += part->ns;
		} else {
			others_ns += part->ns;
			g_array_append_val(others, *part);
		}
	}
	ww_word_list_init(&list, others_ns);
	ww_words_list_causes(&list, trace, others);
	if (others_ns > 0)
		text = ww_word_list_join(&list);
	ww_word_list_clear(&list);
	*throttled_ns = throttled;
	return text;
}

static char *throttled_sentence(const struct ww_trace *trace,
				const struct ww_explanation *explanation,
				const struct ww_throttling *throttling, const char *name,
				const char *length)
{
	const struct ww_interval *wait = &explanation->wait;
	const bool is_all = throttling->until_ns >= wait->span.end_ns;
	const char *likely = throttling->is_inferred ? "likely " : "";
	g_autofree char *neighbour = neighbour_of(trace, wait, throttling->until_ns);
	GString *text = g_string_new(ww_words_gap(wait));
	int64_t throttled_ns;
	g_autofree char *others = other_causes(trace, explanation->causes, &throttled_ns);
	g_autofree char *part = ww_duration_text(throttled_ns);

	if (is_all)
		g_string_append_printf(text, "%s was ready for %s but %snot allowed to run", name,
				       length, likely);
	else
		g_string_append_printf(text,
				       "%s was ready for %s, for %s of it %snot allowed to run",
				       name, length, part, likely);
	g_string_append(text, ": its cgroup had used up its CPU quota.");
	if (neighbour)
		g_string_append_printf(text, " %s used CPU %u meanwhile but did not cause %s.",
				       neighbour, wait->cpu, is_all ? "the wait" : "that");
	if (!is_all && others)
		g_string_append_printf(text, " The rest: %s.", others);
	return g_string_free(text, false);
}

char *ww_words_runnable(const struct ww_trace *trace, const struct ww_explanation *explanation)
{
	const struct ww_interval *wait = &explanation->wait;
	const struct ww_throttling throttling = ww_throttling_of(trace, wait);
	const char *likely = explanation->confidence == WW_CONFIDENCE_LIKELY ? ", likely" : "";
	g_autofree char *name = ww_trace_thread_text(trace, wait->utid);
	g_autofree char *length = ww_words_length(wait);
	g_autofree char *avoidable = avoidable_sentence(explanation);
	g_autofree char *cpu = wait->cpu == WW_CPU_UNKNOWN
				       ? g_strdup("")
				       : g_strdup_printf(" on CPU %u", wait->cpu);
	g_autofree char *parts = NULL;
	struct ww_word_list list;
	g_autoptr(GString) text = g_string_new(ww_words_gap(wait));
	const char *dominant;

	if (throttling.until_ns > wait->span.begin_ns)
		return throttled_sentence(trace, explanation, &throttling, name, length);
	ww_word_list_init(&list, ww_span_length_ns(wait->span));
	ww_words_list_causes(&list, trace, explanation->causes);
	g_string_append_printf(text, "%s was ready for %s", name, length);
	dominant = ww_word_list_dominant(&list);
	if (dominant) {
		g_string_append_printf(text, "%s %s%s.%s", likely, dominant, cpu, avoidable);
	} else {
		parts = ww_word_list_join(&list);
		g_string_append_printf(text, "%s%s: %s.%s", cpu, likely, parts, avoidable);
	}
	ww_word_list_clear(&list);
	return g_string_free(g_steal_pointer(&text), false);
}
