// SPDX-License-Identifier: GPL-2.0-or-later
#include "samples/truth.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#define N_THREADS 256
#define N_PHASES 8192
#define N_NUMBERS 32
#define N_TEXTS 8
#define NAME_BYTES 32
#define TEXT_BYTES 128
#define MOMENT_NS (100 * TRUTH_NS_PER_US)
#define MOMENT_TRIES 10
#define LINGER_NS (200 * TRUTH_NS_PER_MS)
#define BURN_ROUNDS 2000 /* some microseconds of work between two looks at the clock */

/* What the kernel had counted of a thread at an instant between two. */
struct counts {
	int64_t before_ns, after_ns;
	int64_t run_ns;
	int64_t run_delay_ns;
	int64_t voluntary;
	int64_t involuntary;
	int64_t minor_faults;
};

struct account {
	char role[TRUTH_ROLE_BYTES];
	int tid;
	int pid;
	struct counts begin;
	struct counts end;
	bool has_left;
};

struct phase {
	char role[TRUTH_ROLE_BYTES];
	char what[NAME_BYTES];
	int tid;
	int64_t begin_ns;
	int64_t end_ns;
};

struct number {
	char name[NAME_BYTES];
	int64_t value;
};

struct text {
	char name[NAME_BYTES];
	char text[TEXT_BYTES];
};

/* Shared with forked children. A row is taken by raising the count, and then belongs to who took
 * it. */
struct truth {
	const struct truth_scenario *scenario;
	bool is_quiet;
	bool is_asked_for;
	_Atomic int n_accounts;
	_Atomic int n_phases;
	_Atomic int n_numbers;
	_Atomic int n_texts;
	struct account accounts[N_THREADS];
	struct phase phases[N_PHASES];
	struct number numbers[N_NUMBERS];
	struct text texts[N_TEXTS];
};

static struct truth *truth;
static _Thread_local struct account *own;
static volatile uint64_t burnt; /* so that no compiler takes the work away */

_Noreturn void truth_die(const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", truth->scenario->name, what, strerror(errno));
	exit(3);
}

_Noreturn void truth_skip(const char *why)
{
	if (truth->is_asked_for)
		printf("{\"scenario\": \"%s\", \"quiet\": %s, \"skipped\": \"%s\"}\n",
		       truth->scenario->name, truth->is_quiet ? "true" : "false", why);
	else
		fprintf(stderr, "%s: skipped: %s\n", truth->scenario->name, why);
	exit(TRUTH_SKIPPED);
}

bool truth_is_quiet(void)
{
	return truth->is_quiet;
}

/* -- the clock and the kernel's counts -- */

static int64_t clock_ns(clockid_t clock)
{
	struct timespec now = { 0 };

	clock_gettime(clock, &now);
	return now.tv_sec * TRUTH_NS_PER_S + now.tv_nsec;
}

int64_t truth_now_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

int64_t truth_cpu_ns(void)
{
	return clock_ns(CLOCK_THREAD_CPUTIME_ID);
}

int64_t truth_cpu_of(const struct truth_thread *thread)
{
	clockid_t clock;

	return pthread_getcpuclockid(thread->handle, &clock) == 0 ? clock_ns(clock) : 0;
}

/* Without stdio, which allocates. */
static void read_schedstat(struct counts *counts)
{
	char path[64];
	char line[96] = "";
	int file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/schedstat", gettid());
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0 || read(file, line, sizeof(line) - 1) < 0 ||
	    sscanf(line, "%" SCNd64 " %" SCNd64, &counts->run_ns, &counts->run_delay_ns) != 2)
		truth_die(path);
	close(file);
}

int64_t truth_delay_ns(void)
{
	struct counts counts;

	read_schedstat(&counts);
	return counts.run_delay_ns;
}

static int64_t awake_ns(void)
{
	return truth_cpu_ns() + truth_delay_ns();
}

/* Again when something came between the two clocks. */
struct truth_moment truth_moment(void)
{
	struct truth_moment moment;
	int64_t before_ns;
	int n_tries = 0;

	do {
		before_ns = awake_ns();
		moment.now_ns = truth_now_ns();
		moment.awake_ns = awake_ns();
	} while (moment.awake_ns - before_ns > MOMENT_NS && ++n_tries < MOMENT_TRIES);
	return moment;
}

int64_t truth_asleep_since(struct truth_moment since)
{
	const struct truth_moment here = truth_moment();

	return here.now_ns - since.now_ns - (here.awake_ns - since.awake_ns);
}

/* schedstat learns of a running thread's time at its switch, at a tick, or when it asks itself. */
static struct counts count(void)
{
	struct counts counts = { .before_ns = truth_now_ns() };
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	truth_cpu_ns();
	read_schedstat(&counts);
	counts.after_ns = truth_now_ns();
	counts.voluntary = usage.ru_nvcsw;
	counts.involuntary = usage.ru_nivcsw;
	counts.minor_faults = usage.ru_minflt;
	return counts;
}

/* -- threads -- */

/* The number of a row that nobody else has. */
static int take_row(_Atomic int *n_rows, int limit, const char *what)
{
	int row = atomic_fetch_add(n_rows, 1);

	if (row >= limit) {
		errno = ENOSPC;
		truth_die(what);
	}
	return row;
}

void truth_enter(const char *role)
{
	own = &truth->accounts[take_row(&truth->n_accounts, N_THREADS, "threads of the truth")];
	snprintf(own->role, sizeof(own->role), "%s", role);
	own->tid = gettid();
	own->pid = getpid();
	prctl(PR_SET_NAME, own->role);
	own->begin = count();
}

void truth_leave(void)
{
	own->end = count();
	own->has_left = true;
}

static void *run_thread(void *data)
{
	struct truth_thread *thread = data;

	truth_enter(thread->role);
	thread->run(thread->data);
	truth_leave();
	return NULL;
}

void truth_start(struct truth_thread *thread, const char *role, void (*run)(void *data), void *data)
{
	snprintf(thread->role, sizeof(thread->role), "%s", role);
	thread->run = run;
	thread->data = data;
	errno = pthread_create(&thread->handle, NULL, run_thread, thread);
	if (errno != 0)
		truth_die(role);
}

void truth_join(struct truth_thread *thread)
{
	errno = pthread_join(thread->handle, NULL);
	if (errno != 0)
		truth_die(thread->role);
}

/* -- the account -- */

void truth_phase_of(const char *role, int tid, const char *what, int64_t begin_ns, int64_t end_ns)
{
	struct phase *phase =
		&truth->phases[take_row(&truth->n_phases, N_PHASES, "phases of the truth")];

	snprintf(phase->role, sizeof(phase->role), "%s", role);
	snprintf(phase->what, sizeof(phase->what), "%s", what);
	phase->tid = tid;
	phase->begin_ns = begin_ns;
	phase->end_ns = end_ns;
}

int64_t truth_phase(const char *what, int64_t begin_ns)
{
	const int64_t end_ns = truth_now_ns();

	truth_phase_of(own->role, own->tid, what, begin_ns, end_ns);
	return end_ns - begin_ns;
}

void truth_number(const char *name, int64_t value)
{
	struct number *number = &truth->numbers[take_row(&truth->n_numbers, N_NUMBERS, name)];

	snprintf(number->name, sizeof(number->name), "%s", name);
	number->value = value;
}

void truth_text(const char *name, const char *text)
{
	struct text *row = &truth->texts[take_row(&truth->n_texts, N_TEXTS, name)];

	snprintf(row->name, sizeof(row->name), "%s", name);
	snprintf(row->text, sizeof(row->text), "%s", text);
}

/* -- what scenarios are made of -- */

static void sleep_by(int flags, int64_t time_ns)
{
	const struct timespec time = { time_ns / TRUTH_NS_PER_S, time_ns % TRUTH_NS_PER_S };
	struct timespec rest = time;

	while (clock_nanosleep(CLOCK_MONOTONIC, flags, &rest, flags ? NULL : &rest) == EINTR)
		;
}

void truth_sleep(int64_t duration_ns)
{
	sleep_by(0, duration_ns);
}

void truth_give(const int pipe[2])
{
	if (write(pipe[1], "x", 1) != 1)
		truth_die("write");
}

void truth_take(const int pipe[2])
{
	char token;

	if (read(pipe[0], &token, 1) != 1)
		truth_die("read");
}

void truth_sleep_until(int64_t when_ns)
{
	sleep_by(TIMER_ABSTIME, when_ns);
}

void truth_burn(int64_t cpu_ns)
{
	const int64_t end_ns = truth_cpu_ns() + cpu_ns;
	uint64_t value = burnt | 1;

	while (truth_cpu_ns() < end_ns)
		for (int i = 0; i < BURN_ROUNDS; i++)
			value = value * UINT64_C(6364136223846793005) + 1;
	burnt = value;
}

/* On @n_cpus from @first on. */
static void stay_on(int first, int n_cpus)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	for (int i = 0; i < n_cpus; i++)
		CPU_SET(first + i, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus) != 0)
		truth_die("sched_setaffinity");
}

void truth_pin(int cpu)
{
	stay_on(cpu, 1);
}

void truth_allow(int n_cpus)
{
	stay_on(0, n_cpus);
}

void truth_need_cpus(int n_cpus)
{
	cpu_set_t cpus;

	if (sched_getaffinity(0, sizeof(cpus), &cpus) != 0)
		truth_die("sched_getaffinity");
	for (int i = 0; i < n_cpus; i++)
		if (!CPU_ISSET(i, &cpus))
			truth_skip("there are not enough CPUs");
}

void truth_cue(const char *what)
{
	int next;

	printf("{\"cue\": \"%s\"}\n", what);
	fflush(stdout);
	do
		next = getchar();
	while (next != '\n' && next != EOF);
}

static char file_name[] = "scenario-XXXXXX";
static int file_owner_pid;

static void remove_file(void)
{
	if (getpid() == file_owner_pid)
		unlink(file_name);
}

int truth_file(void)
{
	struct statfs about;
	int file = mkostemp(file_name, O_CLOEXEC);

	if (file < 0)
		truth_die(file_name);
	file_owner_pid = getpid();
	atexit(remove_file);
	if (fstatfs(file, &about) != 0)
		truth_die("fstatfs");
	if (about.f_type == TMPFS_MAGIC || about.f_type == RAMFS_MAGIC)
		truth_skip("the working directory is on no disk");
	truth_text("file", file_name);
	return file;
}

/* -- the program -- */

/* Of what was chosen by others, such as a path, quotes and whatever cannot be printed become '?'.
 */
static void print_text(const char *text)
{
	putchar('"');
	for (; *text; text++)
		putchar(*text >= ' ' && *text <= '~' && *text != '"' && *text != '\\' ? *text
										      : '?');
	putchar('"');
}

static void print_count(const char *name, const struct account *account, int64_t begin, int64_t end)
{
	if (account->has_left)
		printf(", \"%s\": %" PRId64, name, end - begin);
	else
		printf(", \"%s\": null", name);
}

/* When the counts were read: between these two. */
static void print_reading(const char *name, const struct counts *counts)
{
	printf(", \"%s\": [%" PRId64 ", %" PRId64 "]", name, counts->before_ns, counts->after_ns);
}

static void print_account(const struct account *it)
{
	printf("{\"role\": \"%s\", \"tid\": %d, \"pid\": %d", it->role, it->tid, it->pid);
	print_reading("begin_ns", &it->begin);
	if (it->has_left)
		print_reading("end_ns", &it->end);
	print_count("run_ns", it, it->begin.run_ns, it->end.run_ns);
	print_count("run_delay_ns", it, it->begin.run_delay_ns, it->end.run_delay_ns);
	print_count("voluntary", it, it->begin.voluntary, it->end.voluntary);
	print_count("involuntary", it, it->begin.involuntary, it->end.involuntary);
	print_count("minor_faults", it, it->begin.minor_faults, it->end.minor_faults);
	putchar('}');
}

static void print_phase(const struct phase *phase)
{
	printf("{\"role\": \"%s\", \"tid\": %d, \"what\": \"%s\", \"begin_ns\": %" PRId64
	       ", \"end_ns\": %" PRId64 "}",
	       phase->role, phase->tid, phase->what, phase->begin_ns, phase->end_ns);
}

static const char *comma(int row)
{
	return row > 0 ? ", " : "";
}

static void print_truth(void)
{
	printf("{\"scenario\": \"%s\", \"quiet\": %s, \"threads\": [", truth->scenario->name,
	       truth->is_quiet ? "true" : "false");
	for (int i = 0; i < truth->n_accounts; i++) {
		fputs(comma(i), stdout);
		print_account(&truth->accounts[i]);
	}
	fputs("], \"phases\": [", stdout);
	for (int i = 0; i < truth->n_phases; i++) {
		fputs(comma(i), stdout);
		print_phase(&truth->phases[i]);
	}
	fputs("], \"numbers\": {", stdout);
	for (int i = 0; i < truth->n_numbers; i++)
		printf("%s\"%s\": %" PRId64, comma(i), truth->numbers[i].name,
		       truth->numbers[i].value);
	fputs("}, \"texts\": {", stdout);
	for (int i = 0; i < truth->n_texts; i++) {
		printf("%s\"%s\": ", comma(i), truth->texts[i].name);
		print_text(truth->texts[i].text);
	}
	puts("}}");
}

static void print_help(void)
{
	printf("Usage: %s [--truth] [--quiet]\n"
	       "%s\n"
	       "\n"
	       "  --truth    print what has happened as a line of JSON\n"
	       "  --quiet    be the twin without the problem\n"
	       "  --help     print this\n"
	       "  --version  print the version\n",
	       program_invocation_short_name, truth->scenario->about);
}

/* Returns -1 to go on, or the exit status. */
static int parse(int argc, char **argv)
{
	static const struct option options[] = {
		{ "truth", no_argument, NULL, 't' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h')
			return print_help(), 0;
		if (option == 'v')
			return printf("%s %s\n", program_invocation_short_name, WW_VERSION), 0;
		if (option == '?')
			return 2; /* getopt_long() has said why */
		truth->is_asked_for |= option == 't';
		truth->is_quiet |= option == 'q';
	}
	if (optind == argc)
		return -1;
	fprintf(stderr, "%s: takes no argument '%s'\n", program_invocation_short_name,
		argv[optind]);
	return 2;
}

int truth_main(int argc, char **argv, const struct truth_scenario *scenario)
{
	int status;

	truth = mmap(NULL, sizeof(*truth), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	if (truth == MAP_FAILED) {
		perror(scenario->name);
		return 3;
	}
	truth->scenario = scenario;
	status = parse(argc, argv);
	if (status >= 0)
		return status;
	truth_enter("main");
	scenario->run();
	truth_leave();
	if (truth->is_asked_for)
		print_truth();
	/* While a process lives a recorder reads its names and descriptors, now and then. */
	truth_sleep(LINGER_NS);
	return 0;
}
