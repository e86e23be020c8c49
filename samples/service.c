// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A small server with a real problem inside, and the truth about it.
 *
 * Clients send keys over loopback connections; an acceptor waits for them with epoll and queues
 * them; workers answer from a cache behind cache_lock. Twice a second a flusher writes the cache
 * out: to a file, with fsync(), and to a pipe whose reader is slow. It does so while it holds
 * cache_lock, so for 120 ms every worker that has a request waits for the flusher, which waits for
 * the reader. A compactor allocates and frees large blocks all the while.
 *
 * Each worker measures its own waits for cache_lock; --truth prints their sum as JSON at the end.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S INT64_C(1000000000)

#define N_WORKERS 3
#define N_CLIENTS 4
#define N_KEYS 4096
#define N_QUEUE 64
#define LOOKUP_ROUNDS 4000 /* some 10 us of work under the lock */
#define PIPE_BYTES 4096
#define THINK_NS (3 * NS_PER_MS)
#define FLUSH_PERIOD_NS (500 * NS_PER_MS)
#define SLOW_READ_NS (120 * NS_PER_MS)
#define COMPACT_PERIOD_NS (25 * NS_PER_MS)
#define BLOCK_BYTES (4u << 20)
#define N_BLOCKS 8

struct request {
	int connection;
	uint64_t key;
};

struct thread {
	char name[16];
	pthread_t handle;
	pid_t tid;
	int number;
};

/* Waits of one worker for cache_lock while one thread held it. */
struct waits {
	uint64_t n_waits;
	int64_t total_ns;
	int64_t longest_ns;
};

enum {
	FLUSHER,
	DISK,
	ACCEPTOR,
	COMPACTOR,
	FIRST_WORKER,
	FIRST_CLIENT = FIRST_WORKER + N_WORKERS,
	N_THREADS = FIRST_CLIENT + N_CLIENTS,
};

static struct thread threads[N_THREADS];
static bool is_quiet;
static _Atomic bool is_stopping;

static pthread_mutex_t cache_lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t cache[N_KEYS];
static _Atomic int cache_holder; /* index into threads, valid while cache_lock is held */
static struct waits waits[N_WORKERS]
			 [N_THREADS]; /* by the worker that waited and the thread that held */

static pthread_mutex_t queue_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t queue_filled = PTHREAD_COND_INITIALIZER;
static struct request queue[N_QUEUE];
static size_t n_queued;

static pthread_mutex_t stop_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t stopped;

static int listener;
static struct sockaddr_in address;
static int wake_acceptor;
static int disk_pipe[2];
static int cache_file;

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "service: %s: %s\n", what, strerror(errno));
	exit(3);
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static void sleep_ns(int64_t duration_ns)
{
	struct timespec duration = { duration_ns / NS_PER_S, duration_ns % NS_PER_S };

	while (nanosleep(&duration, &duration) < 0 && errno == EINTR)
		;
}

/* Sleeps on a condition; false when the service stops. */
static bool rest_ns(int64_t duration_ns)
{
	int64_t end_ns = now_ns() + duration_ns;
	struct timespec until = { end_ns / NS_PER_S, end_ns % NS_PER_S };
	int result = 0;

	pthread_mutex_lock(&stop_lock);
	while (!is_stopping && result == 0)
		result = pthread_cond_timedwait(&stopped, &stop_lock, &until);
	pthread_mutex_unlock(&stop_lock);
	return !is_stopping;
}

static void write_all(int fd, const void *data, size_t n_bytes)
{
	const char *bytes = data;

	while (n_bytes > 0) {
		ssize_t n_written = write(fd, bytes, n_bytes);

		if (n_written < 0 && errno != EINTR)
			die("cannot write");
		if (n_written > 0) {
			bytes += n_written;
			n_bytes -= (size_t)n_written;
		}
	}
}

/* -- the cache and its lock -- */

static void hold_cache(int index)
{
	pthread_mutex_lock(&cache_lock);
	cache_holder = index;
}

/* What a worker does instead: it takes the time when it must wait. */
static void hold_cache_measured(int index)
{
	struct waits *mine;
	int64_t begin_ns, duration_ns;

	if (pthread_mutex_trylock(&cache_lock) != 0) {
		mine = &waits[index - FIRST_WORKER][cache_holder];
		begin_ns = now_ns();
		pthread_mutex_lock(&cache_lock);
		duration_ns = now_ns() - begin_ns;
		mine->n_waits++;
		mine->total_ns += duration_ns;
		if (duration_ns > mine->longest_ns)
			mine->longest_ns = duration_ns;
	}
	cache_holder = index;
}

static uint64_t look_up(uint64_t key)
{
	uint64_t *entry = &cache[key % N_KEYS];

	for (int i = 0; i < LOOKUP_ROUNDS; i++)
		*entry = (*entry ^ key) * UINT64_C(6364136223846793005) + 1442695040888963407;
	return *entry;
}

static void answer(int index, const struct request *request)
{
	uint64_t value;

	hold_cache_measured(index);
	value = look_up(request->key);
	pthread_mutex_unlock(&cache_lock);
	if (send(request->connection, &value, sizeof(value), MSG_NOSIGNAL) < 0 && !is_stopping)
		die("cannot answer");
}

static bool take_request(struct request *request)
{
	bool is_taken = false;

	pthread_mutex_lock(&queue_lock);
	while (n_queued == 0 && !is_stopping)
		pthread_cond_wait(&queue_filled, &queue_lock);
	if (n_queued > 0) {
		*request = queue[0];
		memmove(queue, queue + 1, --n_queued * sizeof(queue[0]));
		is_taken = true;
	}
	pthread_mutex_unlock(&queue_lock);
	return is_taken;
}

static void run_worker(const struct thread *self)
{
	struct request request;

	while (take_request(&request))
		answer(FIRST_WORKER + self->number, &request);
}

/* -- the flusher and its slow disk -- */

static void write_out(const uint64_t *entries)
{
	char page[2 * PIPE_BYTES];

	if (lseek(cache_file, 0, SEEK_SET) < 0)
		die("cannot rewind the cache file");
	write_all(cache_file, entries, sizeof(cache));
	if (fsync(cache_file) < 0)
		die("cannot write the cache file to disk");
	memcpy(page, entries, sizeof(page));
	write_all(disk_pipe[1], page, sizeof(page)); /* the pipe holds half of it */
}

static void flush_cache(void)
{
	static uint64_t copy[N_KEYS];

	hold_cache(FLUSHER);
	if (is_quiet) {
		memcpy(copy, cache, sizeof(copy));
		pthread_mutex_unlock(&cache_lock);
		write_out(copy);
	} else {
		write_out(cache);
		pthread_mutex_unlock(&cache_lock);
	}
}

static void run_flusher(const struct thread *self)
{
	while (rest_ns(FLUSH_PERIOD_NS))
		flush_cache();
	close(disk_pipe[1]);
}

static void run_disk(const struct thread *self)
{
	char page[PIPE_BYTES];
	struct pollfd readable = { .fd = disk_pipe[0], .events = POLLIN };

	for (;;) {
		size_t n_read = 0;

		while (poll(&readable, 1, -1) < 0 && errno == EINTR)
			;
		if (!(readable.revents & POLLIN))
			return;
		sleep_ns(SLOW_READ_NS);
		while (n_read < 2 * PIPE_BYTES) {
			ssize_t n_bytes = read(disk_pipe[0], page, sizeof(page));

			if (n_bytes <= 0)
				return;
			n_read += (size_t)n_bytes;
		}
	}
}

/* -- requests come in -- */

static void enqueue(int connection)
{
	struct request request = { .connection = connection };

	if (recv(connection, &request.key, sizeof(request.key), 0) != sizeof(request.key)) {
		close(connection);
		return;
	}
	pthread_mutex_lock(&queue_lock);
	if (n_queued < N_QUEUE) /* each client has one request under way, so there is always room */
		queue[n_queued++] = request;
	pthread_cond_signal(&queue_filled);
	pthread_mutex_unlock(&queue_lock);
}

static void watch(int epoll, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data = { .fd = fd } };

	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
		die("cannot watch a connection");
}

static void run_acceptor(const struct thread *self)
{
	struct epoll_event events[8];
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	watch(epoll, listener);
	watch(epoll, wake_acceptor);
	while (!is_stopping) {
		int n_events = epoll_wait(epoll, events, 8, -1);

		for (int i = 0; i < n_events; i++) {
			int fd = events[i].data.fd;

			if (fd == listener)
				watch(epoll, accept(listener, NULL, NULL));
			else if (fd != wake_acceptor)
				enqueue(fd);
		}
	}
	close(epoll);
}

static void run_client(const struct thread *self)
{
	uint64_t key = (uint64_t)self->number + 1, value;
	int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct pollfd readable = { .fd = connection, .events = POLLIN };

	if (connection < 0 ||
	    connect(connection, (const struct sockaddr *)&address, sizeof(address)) < 0)
		die("cannot connect");
	while (rest_ns(THINK_NS)) {
		key = key * 48271 % 2147483647;
		if (send(connection, &key, sizeof(key), MSG_NOSIGNAL) < 0)
			break;
		while (!is_stopping && poll(&readable, 1, 100) == 0)
			;
		if (!is_stopping && recv(connection, &value, sizeof(value), 0) <= 0)
			break;
	}
	close(connection);
}

static void run_compactor(const struct thread *self)
{
	char *blocks[N_BLOCKS] = { NULL };

	for (size_t i = 0; rest_ns(COMPACT_PERIOD_NS); i = (i + 1) % N_BLOCKS) {
		free(blocks[i]);
		blocks[i] = calloc(1, BLOCK_BYTES + i * 4096);
		if (!blocks[i])
			die("out of memory");
		memset(blocks[i], 1, BLOCK_BYTES / 8);
	}
	for (size_t i = 0; i < N_BLOCKS; i++)
		free(blocks[i]);
}

/* -- begin, end, truth -- */

struct role {
	const char *name; /* "%d" stands for the number, from 1 */
	int first;
	int n;
	void (*run)(const struct thread *self);
};

static const struct role roles[] = {
	{ "flusher", FLUSHER, 1, run_flusher },
	{ "disk", DISK, 1, run_disk },
	{ "acceptor", ACCEPTOR, 1, run_acceptor },
	{ "compactor", COMPACTOR, 1, run_compactor },
	{ "worker", FIRST_WORKER, N_WORKERS, run_worker },
	{ "client", FIRST_CLIENT, N_CLIENTS, run_client },
};

static const struct role *role_of(const struct thread *thread)
{
	const struct role *role = roles;

	while (thread - threads < role->first || thread - threads >= role->first + role->n)
		role++;
	return role;
}

static void *run_thread(void *data)
{
	struct thread *self = data;

	self->tid = gettid();
	pthread_setname_np(pthread_self(), self->name);
	role_of(self)->run(self);
	return NULL;
}

static void start_threads(void)
{
	for (int i = 0; i < N_THREADS; i++) {
		struct thread *thread = &threads[i];
		const struct role *role = role_of(thread);

		thread->number = i - role->first;
		if (role->n > 1)
			snprintf(thread->name, sizeof(thread->name), "%s-%d", role->name,
				 thread->number + 1);
		else
			snprintf(thread->name, sizeof(thread->name), "%s", role->name);
		errno = pthread_create(&thread->handle, NULL, run_thread, thread);
		if (errno)
			die("cannot start a thread");
	}
}

static void open_everything(void)
{
	const char *directory = getenv("TMPDIR");
	char path[4096];
	pthread_condattr_t monotonic;
	socklen_t length = sizeof(address);

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&stopped, &monotonic);

	address.sin_family = AF_INET;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) < 0 ||
	    listen(listener, N_CLIENTS) < 0 ||
	    getsockname(listener, (struct sockaddr *)&address, &length) < 0)
		die("cannot listen on the loopback interface");
	wake_acceptor = eventfd(0, EFD_CLOEXEC);
	if (wake_acceptor < 0 || pipe2(disk_pipe, O_CLOEXEC) < 0 ||
	    fcntl(disk_pipe[1], F_SETPIPE_SZ, PIPE_BYTES) < 0)
		die("cannot make a pipe");
	snprintf(path, sizeof(path), "%s/service-XXXXXX", directory ? directory : "/tmp");
	cache_file = mkostemp(path, O_CLOEXEC);
	if (cache_file < 0)
		die("cannot make the cache file");
	unlink(path);
}

/* The flusher may be in a flush: its reader ends after it. */
static void stop_threads(void)
{
	const uint64_t one = 1;

	pthread_mutex_lock(&queue_lock);
	pthread_mutex_lock(&stop_lock);
	is_stopping = true;
	pthread_cond_broadcast(&stopped);
	pthread_cond_broadcast(&queue_filled);
	pthread_mutex_unlock(&stop_lock);
	pthread_mutex_unlock(&queue_lock);
	write_all(wake_acceptor, &one, sizeof(one));
	for (int i = 0; i < N_THREADS; i++)
		pthread_join(threads[i].handle, NULL);
}

static void add(struct waits *sum, const struct waits *part)
{
	sum->n_waits += part->n_waits;
	sum->total_ns += part->total_ns;
	if (part->longest_ns > sum->longest_ns)
		sum->longest_ns = part->longest_ns;
}

static void print_waits(const struct waits *sum)
{
	printf("\"waits\": %" PRIu64 ", \"total_ns\": %" PRId64 ", \"longest_ns\": %" PRId64,
	       sum->n_waits, sum->total_ns, sum->longest_ns);
}

static void print_thread(const struct thread *thread)
{
	printf("\"tid\": %d, \"name\": \"%s\"", (int)thread->tid, thread->name);
}

/* Everything that workers waited for cache_lock, who held it meanwhile, and the worker of the
 * longest wait. */
static void print_truth(void)
{
	struct waits all = { 0 }, by_holder[N_THREADS] = { { 0 } };
	int holder = FLUSHER, waiter = FIRST_WORKER;
	const char *separator = "";

	for (int i = 0; i < N_WORKERS; i++) {
		for (int j = 0; j < N_THREADS; j++) {
			if (waits[i][j].longest_ns > all.longest_ns)
				waiter = FIRST_WORKER + i;
			add(&all, &waits[i][j]);
			add(&by_holder[j], &waits[i][j]);
		}
	}
	for (int j = 0; j < N_THREADS; j++) {
		if (by_holder[j].total_ns > by_holder[holder].total_ns)
			holder = j;
	}
	printf("{\"lock\": \"cache_lock\", \"address\": \"0x%" PRIxPTR
	       "\", \"pid\": %d, \"owner\": {",
	       (uintptr_t)&cache_lock, (int)getpid());
	print_thread(&threads[holder]);
	printf("}, ");
	print_waits(&all);
	printf(", \"longest_waiter_tid\": %d, \"owners\": [", (int)threads[waiter].tid);
	for (int j = 0; j < N_THREADS; j++) {
		if (by_holder[j].n_waits == 0)
			continue;
		printf("%s{", separator);
		print_thread(&threads[j]);
		printf(", ");
		print_waits(&by_holder[j]);
		printf("}");
		separator = ", ";
	}
	printf("]}\n");
}

static bool parse_duration(const char *text, int64_t *duration_ns)
{
	static const struct {
		const char *name;
		double ns;
	} units[] = { { "ns", 1 }, { "us", 1e3 }, { "ms", 1e6 }, { "s", 1e9 }, { "m", 60e9 } };
	char *end;
	double number = strtod(text, &end);

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]) && end != text; i++) {
		if (strcmp(end, units[i].name) != 0 || !(number > 0 && number * units[i].ns < 9e18))
			continue;
		*duration_ns = (int64_t)(number * units[i].ns);
		return true;
	}
	return false;
}

static void print_help(void)
{
	puts("Usage: service [OPTION...]\n"
	     "A small server that holds a lock across a slow write twice a second.\n"
	     "Runs until SIGTERM or Ctrl-C.\n"
	     "\n"
	     "  --duration T  end by itself after T (ns us ms s m)\n"
	     "  --quiet       write outside the lock: the problem is gone\n"
	     "  --truth       at the end, print as JSON what the workers measured themselves\n"
	     "  --help        print this\n"
	     "  --version     print the version");
}

static void wait_for_end(const sigset_t *signals, int64_t duration_ns)
{
	struct timespec duration = { duration_ns / NS_PER_S, duration_ns % NS_PER_S };

	if (duration_ns > 0)
		sigtimedwait(signals, NULL, &duration);
	else
		sigwaitinfo(signals, NULL);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "duration", required_argument, NULL, 'd' }, { "quiet", no_argument, NULL, 'q' },
		{ "truth", no_argument, NULL, 't' },          { "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },        { 0 },
	};
	bool wants_truth = false;
	int64_t duration_ns = 0;
	sigset_t signals;
	int option;

	while ((option = getopt_long(argc, argv, "d:", options, NULL)) != -1) {
		if (option == 'h')
			return print_help(), 0;
		if (option == 'v')
			return puts("service " WW_VERSION), 0;
		if (option == 'q')
			is_quiet = true;
		else if (option == 't')
			wants_truth = true;
		else if (option != 'd')
			return 2; /* getopt_long() has said why */
		else if (!parse_duration(optarg, &duration_ns))
			return fprintf(stderr, "service: '%s' is no duration; try 5s\n", optarg), 2;
	}
	if (optind < argc)
		return fprintf(stderr, "service: unexpected '%s'\n", argv[optind]), 2;
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	open_everything();
	start_threads();
	wait_for_end(&signals, duration_ns);
	stop_threads();
	if (wants_truth)
		print_truth();
	return 0;
}
