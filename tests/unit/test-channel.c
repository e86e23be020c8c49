// SPDX-License-Identifier: GPL-2.0-or-later
/* The shared memory between a reader and its helper: all bytes, in order, and no trust. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analysis/read/channel.h"

#define N_PIECES 200000
#define PIECE_MAX 416

/* What a writer process does with its end; it never returns. */
typedef void writer_fn(struct ww_channel *channel);

struct pair {
	struct ww_channel *channel;
	int bell_fd;
	pid_t pid;
};

static void pair_begin(struct pair *pair, writer_fn *write_pieces)
{
	g_autoptr(GError) error = NULL;
	int bell[2];

	pair->channel = ww_channel_new(&error);
	g_assert_no_error(error);
	g_assert_cmpint(pipe(bell), ==, 0);
	pair->pid = fork();
	g_assert_cmpint(pair->pid, >=, 0);
	if (pair->pid == 0) {
		struct ww_channel *channel =
			ww_channel_attach(ww_channel_fd(pair->channel), bell[1]);

		close(bell[0]);
		if (channel)
			write_pieces(channel);
		_exit(1);
	}
	close(bell[1]);
	pair->bell_fd = bell[0];
}

static int pair_end(struct pair *pair)
{
	int status;

	close(pair->bell_fd);
	ww_channel_free(pair->channel);
	g_assert_cmpint(waitpid(pair->pid, &status, 0), ==, pair->pid);
	return status;
}

/* Reads as a reader does; 0 at the end. */
static size_t pair_read(struct pair *pair, uint8_t *to, size_t n_max)
{
	for (;;) {
		struct pollfd bell = { .fd = pair->bell_fd, .events = POLLIN };
		size_t n = ww_channel_read(pair->channel, to, n_max);
		char stroke;

		if (n > 0)
			return n;
		if (!ww_channel_await(pair->channel))
			continue;
		g_assert_cmpint(poll(&bell, 1, 60000), ==, 1);
		if (read(pair->bell_fd, &stroke, 1) == 0 && ww_channel_await(pair->channel))
			return 0;
	}
}

static size_t piece_bytes(uint32_t i)
{
	return 8 + i * 2654435761U % (PIECE_MAX / 8) * 8;
}

static uint8_t piece_byte(uint32_t i)
{
	return (uint8_t)(i * 40503U >> 8);
}

static void write_many(struct ww_channel *channel)
{
	for (uint32_t i = 0; i < N_PIECES; i++) {
		memset(ww_channel_reserve(channel, PIECE_MAX), piece_byte(i), piece_bytes(i));
		ww_channel_commit(channel, piece_bytes(i));
	}
	_exit(ww_channel_flush(channel) ? 0 : 1);
}

/* Far more than fits, in pieces of all sizes, into a buffer that cuts them anywhere. */
static void test_order(void)
{
	static uint8_t bytes[10007];
	uint32_t piece = 0;
	size_t n, n_of_piece = 0;
	struct pair pair;

	pair_begin(&pair, write_many);
	while ((n = pair_read(&pair, bytes, sizeof(bytes))) > 0) {
		for (size_t i = 0; i < n; i++) {
			g_assert_cmpuint(bytes[i], ==, piece_byte(piece));
			if (++n_of_piece == piece_bytes(piece)) {
				n_of_piece = 0;
				piece++;
			}
		}
	}
	g_assert_cmpuint(piece, ==, N_PIECES);
	g_assert_cmpint(pair_end(&pair), ==, 0);
}

static void write_and_die(struct ww_channel *channel)
{
	memset(ww_channel_reserve(channel, 16), 7, 16);
	ww_channel_commit(channel, 16);
	ww_channel_flush(channel);
	memset(ww_channel_reserve(channel, 16), 8, 16);
	ww_channel_commit(channel, 16);
	raise(SIGKILL);
}

/* What was told before a death arrives, and then its news. */
static void test_death(void)
{
	uint8_t bytes[64];
	struct pair pair;

	pair_begin(&pair, write_and_die);
	g_assert_cmpuint(pair_read(&pair, bytes, sizeof(bytes)), ==, 16);
	g_assert_cmpuint(bytes[15], ==, 7);
	g_assert_cmpuint(pair_read(&pair, bytes, sizeof(bytes)), ==, 0);
	g_assert_true(WIFSIGNALED(pair_end(&pair)));
}

static void write_until_refused(struct ww_channel *channel)
{
	signal(SIGPIPE, SIG_IGN);
	while (ww_channel_flush(channel)) {
		memset(ww_channel_reserve(channel, 64), 1, 64);
		ww_channel_commit(channel, 64);
	}
	_exit(0);
}

/* A writer is told that nobody listens any more, the next time that it rings. */
static void test_deaf(void)
{
	uint8_t bytes[64];
	struct pair pair;
	int status;

	pair_begin(&pair, write_until_refused);
	g_assert_cmpuint(pair_read(&pair, bytes, sizeof(bytes)), >, 0);
	close(pair.bell_fd);
	pair.bell_fd = -1;
	while (waitpid(pair.pid, &status, WNOHANG) == 0) {
		while (ww_channel_read(pair.channel, bytes, sizeof(bytes)) > 0)
			;
		ww_channel_await(pair.channel);
	}
	g_assert_cmpint(status, ==, 0);
	ww_channel_free(pair.channel);
}

/* A writer that claims more than there can be, or takes the memory away, gets nowhere. */
static void test_lies(void)
{
	g_autoptr(GError) error = NULL;
	ww_auto(channel) channel = ww_channel_new(&error);
	const int fd = ww_channel_fd(channel);
	uint64_t *n_written = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	static const uint64_t lies[] = { (UINT64_C(1) << 20) + 1, UINT64_MAX, INT64_MAX };
	uint8_t bytes[64];

	for (size_t i = 0; i < G_N_ELEMENTS(lies); i++) {
		*n_written = lies[i];
		g_assert_cmpuint(ww_channel_read(channel, bytes, sizeof(bytes)), ==,
				 WW_CHANNEL_NONSENSE);
	}
	ww_channel_reset(channel);
	g_assert_cmpuint(ww_channel_read(channel, bytes, sizeof(bytes)), ==, 0);
	g_assert_cmpint(ftruncate(fd, 0), ==, -1);
	g_assert_cmpint(errno, ==, EPERM);
	munmap(n_written, 4096);
}

static void test_strangers(void)
{
	int fds[2];

	g_assert_cmpint(pipe(fds), ==, 0);
	g_assert_null(ww_channel_attach(fds[0], fds[1]));
	close(fds[0]);
	g_assert_null(ww_channel_attach(fds[0], fds[1]));
	close(fds[1]);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/channel/order", test_order);
	g_test_add_func("/channel/death", test_death);
	g_test_add_func("/channel/deaf", test_deaf);
	g_test_add_func("/channel/lies", test_lies);
	g_test_add_func("/channel/strangers", test_strangers);
	return g_test_run();
}
