// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/options.h"

#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/options.h"
#include "base/units.h"

#define DEFAULT_ALLOC_THRESHOLD_NS (10 * WW_NS_PER_US)
#define DEFAULT_SNAPSHOTS_MAX 10

/* As typed: the values are checked when all are known. */
struct words {
	gchar **pids, **tags, **snapshot_when;
	gchar *duration, *delay, *lock_threshold, *alloc_threshold;
	gchar *output, *user, *ring, *snapshot_max, *stacks, *syscalls;
	gboolean is_all, has_no_hooks, is_kept_running, is_opened, is_quiet, is_doctor, is_json, is_version;
};

static const char summary[] =
	"Records what every thread of a program did and why it waited, until the program ends,\n"
	"the duration is over or Ctrl-C is pressed. COMMAND runs as the user who called sudo, with\n"
	"its own input, output and options; its exit status becomes that of trace-record.";

static const char description[] =
	"T is a duration with its unit: 250us, 10ms, 1.5s, 2m.\n"
	"\n"
	"What is recorded\n"
	"  Kernel records need root (or cap_bpf and cap_perfmon): every change of threads on every CPU,\n"
	"  every wake-up with the thread that caused it, the system call a thread waited in. Without\n"
	"  that right, one's own threads are followed: when they run, stand ready or are blocked.\n"
	"  User records need no rights: waits for locks with their owner, slow allocations. They come\n"
	"  from a library preloaded into COMMAND, so -p and -a do without. What cannot be recorded is\n"
	"  named at the end, with the command that would change it; --doctor names it beforehand.\n"
	"\n"
	"Examples\n"
	"  sudo trace-record -d 5s ./service --port 80     five seconds of a service, then end it\n"
	"  sudo trace-record -d 10s --keep-running ./job   leave it running afterwards\n"
	"  sudo trace-record -p 4711 -d 3s                 of a running process\n"
	"  trace-view trace-of-service                     look at it\n"
	"\n"
	"Exit status\n"
	"  That of COMMAND (128 plus the signal that ended it); 0 when there is none or it was left\n"
	"  running; 2 after wrong options; 3 when the recording failed.\n";

static const GOptionEntry *entries_of(struct words *words)
{
	static GOptionEntry entries[32];
	const GOptionEntry table[] = {
		/* clang-format off */
		{ "duration", 'd', 0, G_OPTION_ARG_STRING, &words->duration, "End the recording after T, and then the command", "T" },
		{ "output", 'o', 0, G_OPTION_ARG_FILENAME, &words->output, "Directory of the trace, which must not exist (default: trace-of-NAME)", "DIR" },
		{ "pid", 'p', 0, G_OPTION_ARG_STRING_ARRAY, &words->pids, "Record a running process; may be repeated (kernel records only)", "PID" },
		{ "all", 'a', 0, G_OPTION_ARG_NONE, &words->is_all, "Every process is of interest, not only the command's", NULL },
		{ "user", 'u', 0, G_OPTION_ARG_STRING, &words->user, "Run the command as USER (root only; default: who called sudo)", "USER" },
		{ "delay", 0, 0, G_OPTION_ARG_STRING, &words->delay, "Begin T after the command's start", "T" },
		{ "lock-threshold", 0, 0, G_OPTION_ARG_STRING, &words->lock_threshold, "Leave out waits for locks shorter than T (default: none)", "T" },
		{ "alloc-threshold", 0, 0, G_OPTION_ARG_STRING, &words->alloc_threshold, "Leave out allocator calls shorter than T (default: 10us)", "T" },
		{ "no-hooks", 0, 0, G_OPTION_ARG_NONE, &words->has_no_hooks, "Preload nothing into the command", NULL },
		{ "keep-running", 0, 0, G_OPTION_ARG_NONE, &words->is_kept_running, "Leave the command running when the recording ends", NULL },
		{ "tag", 0, 0, G_OPTION_ARG_STRING_ARRAY, &words->tags, "Write K=V into the trace, such as version=1.4; may be repeated", "K=V" },
		{ "open", 0, 0, G_OPTION_ARG_NONE, &words->is_opened, "Open the trace in trace-view at the end", NULL },
		{ "quiet", 0, 0, G_OPTION_ARG_NONE, &words->is_quiet, "Say nothing but errors", NULL },
		{ "ring", 0, 0, G_OPTION_ARG_STRING, &words->ring, "Keep only the newest records, in memory, until a snapshot is wanted: 256M or 30s", "SIZE|T" },
		{ "snapshot-when", 0, 0, G_OPTION_ARG_STRING_ARRAY, &words->snapshot_when, "With --ring: write it out when this is so, as blocked>1s; may be repeated", "COND" },
		{ "snapshot-max", 0, 0, G_OPTION_ARG_STRING, &words->snapshot_max, "With --ring: so many snapshots at most before the last one (default: 10)", "N" },
		{ "stacks", 0, 0, G_OPTION_ARG_STRING, &words->stacks, "Call stacks where threads go to sleep: of the target, or also the kernel's (default: none)", "none|user|all" },
		{ "syscalls", 0, 0, G_OPTION_ARG_STRING, &words->syscalls, "System calls: those a thread waited in, or all of the target's (default: blocked)", "blocked|all" },
		{ "doctor", 0, 0, G_OPTION_ARG_NONE, &words->is_doctor, "Say what can be recorded here and what would grant the rest", NULL },
		{ "json", 0, 0, G_OPTION_ARG_NONE, &words->is_json, "With --doctor: print JSON", NULL },
		{ "version", 0, 0, G_OPTION_ARG_NONE, &words->is_version, "Print the version", NULL },
		/* clang-format on */
		{ NULL },
	};

	memcpy(entries, table, sizeof(table));
	return entries;
}

static void words_clear(struct words *words)
{
	gchar **const texts[] = {
		&words->duration, &words->delay,    &words->lock_threshold, &words->alloc_threshold,
		&words->output,   &words->user,     &words->ring,           &words->snapshot_max,
		&words->stacks,   &words->syscalls,
	};

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		g_clear_pointer(texts[i], g_free);
	g_clear_pointer(&words->pids, g_strfreev);
	g_clear_pointer(&words->tags, g_strfreev);
	g_clear_pointer(&words->snapshot_when, g_strfreev);
}

/* @argv is shortened to the program's name and the words from the command on. */
static bool parse_words(struct words *words, int *argc, char ***argv, GError **error)
{
	g_autoptr(GOptionContext) context =
		g_option_context_new("[--] COMMAND [ARGUMENT...] | -p PID | -a");

	g_option_context_set_summary(context, summary);
	g_option_context_set_description(context, description);
	/* The first word that is no option begins the command, whose options are its own. */
	g_option_context_set_strict_posix(context, TRUE);
	return ww_options_parse(context, entries_of(words), argc, argv, error);
}

static bool parse_duration(const char *option, const char *text, int64_t *duration_ns,
			   GError **error)
{
	if (!text || ww_duration_parse(text, duration_ns, error))
		return true;
	g_prefix_error(error, "option '--%s': ", option);
	return false;
}

static bool parse_durations(const struct words *words, struct ww_record_options *options,
			    GError **error)
{
	if (!parse_duration("duration", words->duration, &options->duration_ns, error) ||
	    !parse_duration("delay", words->delay, &options->delay_ns, error) ||
	    !parse_duration("lock-threshold", words->lock_threshold, &options->lock_threshold_ns,
			    error) ||
	    !parse_duration("alloc-threshold", words->alloc_threshold, &options->alloc_threshold_ns,
			    error))
		return false;
	if (words->duration && !options->duration_ns)
		return ww_fail(error, WW_ERROR_USAGE, "option '--duration': '%s' is no time at all",
			       words->duration);
	return true;
}

static bool parse_pids(const struct words *words, struct ww_record_options *options, GError **error)
{
	for (gchar **word = words->pids; word && *word; word++) {
		guint64 value;
		int32_t pid;

		if (!g_ascii_string_to_unsigned(*word, 10, 1, INT32_MAX, &value, NULL))
			return ww_fail(error, WW_ERROR_USAGE,
				       "option '--pid': '%s' is not a process id", *word);
		pid = (int32_t)value;
		g_array_append_val(options->pids, pid);
	}
	return true;
}

static bool parse_tags(const struct words *words, struct ww_record_options *options, GError **error)
{
	for (gchar **word = words->tags; word && *word; word++) {
		const char *equals = strchr(*word, '=');

		if (!equals || equals == *word)
			return ww_fail(error, WW_ERROR_USAGE,
				       "option '--tag': '%s' is not of the form K=V", *word);
		if (!g_utf8_validate(*word, -1, NULL))
			return ww_fail(error, WW_ERROR_USAGE,
				       "option '--tag': the text is not UTF-8");
		g_hash_table_replace(options->tags, g_strndup(*word, (gsize)(equals - *word)),
				     g_strdup(equals + 1));
	}
	return true;
}

static bool parse_conditions(const struct words *words, struct ww_record_options *options,
			     GError **error)
{
	for (gchar **word = words->snapshot_when; word && *word; word++) {
		struct ww_condition condition;

		if (!ww_condition_parse(*word, &condition, error))
			return false;
		g_array_append_val(options->conditions, condition);
	}
	return true;
}

static bool parse_ring(const struct words *words, struct ww_record_options *options, GError **error)
{
	guint64 n_max = DEFAULT_SNAPSHOTS_MAX;

	if (!words->ring && (words->snapshot_when || words->snapshot_max))
		return ww_fail(error, WW_ERROR_USAGE, "option '--%s' needs option '--ring'",
			       words->snapshot_when ? "snapshot-when" : "snapshot-max");
	if (words->ring &&
	    !ww_ring_limit_parse(words->ring, (uint32_t)sysconf(_SC_NPROCESSORS_CONF),
				 &options->ring, error))
		return false;
	if (words->snapshot_max &&
	    !g_ascii_string_to_unsigned(words->snapshot_max, 10, 0, 9999, &n_max, NULL))
		return ww_fail(error, WW_ERROR_USAGE,
			       "option '--snapshot-max': '%s' is not a number from 0 to 9999",
			       words->snapshot_max);
	options->n_snapshots_max = (uint32_t)n_max;
	options->ring_text = g_strdup(words->ring);
	return parse_conditions(words, options, error);
}

/* The place of @text in @values, which are as the person types them; the first is the default. */
static bool parse_choice(const char *option, const char *text, const char *const *values,
			 unsigned int *choice, GError **error)
{
	g_autofree char *list = NULL;

	for (unsigned int i = 0; text && values[i]; i++) {
		if (g_str_equal(text, values[i])) {
			*choice = i;
			return true;
		}
	}
	if (!text)
		return true;
	list = g_strjoinv(", ", (gchar **)(uintptr_t)values);
	return ww_fail(error, WW_ERROR_USAGE, "option '--%s' takes one of %s, not '%s'", option,
		       list, text);
}

static bool parse_choices(const struct words *words, struct ww_record_options *options,
			  GError **error)
{
	static const char *const stacks[] = {
		[WW_STACKS_NONE] = "none",
		[WW_STACKS_USER] = "user",
		[WW_STACKS_ALL] = "all",
		NULL,
	};
	static const char *const syscalls[] = { "blocked", "all", NULL };
	unsigned int stacks_choice = WW_STACKS_NONE, syscalls_choice = 0;

	if (!parse_choice("stacks", words->stacks, stacks, &stacks_choice, error) ||
	    !parse_choice("syscalls", words->syscalls, syscalls, &syscalls_choice, error))
		return false;
	options->stacks = stacks_choice;
	options->has_syscalls = syscalls_choice == 1;
	return true;
}

static bool check_target(const struct ww_record_options *options, GError **error)
{
	if (options->is_json && !options->is_doctor)
		return ww_fail(error, WW_ERROR_USAGE, "option '--json' goes with '--doctor'");
	if (options->is_doctor || options->is_version)
		return true;
	if (!options->command && !options->pids->len && !options->is_all)
		return ww_fail(
			error, WW_ERROR_USAGE,
			"nothing to record: give a command, '-p PID' or '-a' (see trace-record --help)");
	if (options->command && options->pids->len)
		return ww_fail(error, WW_ERROR_USAGE,
			       "option '--pid' and the command '%s' exclude each other",
			       options->command[0]);
	if (options->is_all && options->pids->len)
		return ww_fail(error, WW_ERROR_USAGE,
			       "options '--all' and '--pid' exclude each other");
	if (options->user && !options->command)
		return ww_fail(error, WW_ERROR_USAGE, "option '--user' needs a command to run");
	return true;
}

/* @argv: the program's name and what GOption left. */
static void take_command(struct ww_record_options *options, int argc, char **argv)
{
	int first = argc > 1 && g_str_equal(argv[1], "--") ? 2 : 1;

	if (argc > first)
		options->command = g_strdupv(argv + first);
}

static struct ww_record_options *options_new(void)
{
	struct ww_record_options *options = g_new0(struct ww_record_options, 1);

	options->pids = g_array_new(FALSE, FALSE, sizeof(int32_t));
	options->tags = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	options->conditions = g_array_new(FALSE, FALSE, sizeof(struct ww_condition));
	options->alloc_threshold_ns = DEFAULT_ALLOC_THRESHOLD_NS;
	return options;
}

static void take_words(struct ww_record_options *options, struct words *words)
{
	options->is_all = words->is_all;
	options->has_hooks = !words->has_no_hooks;
	options->is_kept_running = words->is_kept_running;
	options->is_opened = words->is_opened;
	options->is_quiet = words->is_quiet;
	options->is_doctor = words->is_doctor;
	options->is_json = words->is_json;
	options->is_version = words->is_version;
	options->user = g_steal_pointer(&words->user);
	options->output = g_steal_pointer(&words->output);
}

static bool read_words(struct ww_record_options *options, struct words *words, int argc,
		       char **argv, GError **error)
{
	if (!parse_words(words, &argc, &argv, error))
		return false;
	take_command(options, argc, argv);
	take_words(options, words);
	return parse_choices(words, options, error) && parse_durations(words, options, error) &&
	       parse_pids(words, options, error) && parse_tags(words, options, error) &&
	       parse_ring(words, options, error) && check_target(options, error);
}

struct ww_record_options *ww_record_options_parse(int argc, char *const *argv, GError **error)
{
	ww_auto(record_options) options = options_new();
	g_autofree char **arguments = g_memdup2(argv, ((size_t)argc + 1) * sizeof(*argv));
	struct words words = { 0 };
	bool is_read = read_words(options, &words, argc, arguments, error);

	words_clear(&words);
	return is_read ? g_steal_pointer(&options) : NULL;
}

void ww_record_options_free(struct ww_record_options *options)
{
	if (!options)
		return;
	g_strfreev(options->command);
	g_array_unref(options->pids);
	g_hash_table_unref(options->tags);
	g_array_unref(options->conditions);
	g_free(options->ring_text);
	g_free(options->user);
	g_free(options->output);
	g_free(options);
}
