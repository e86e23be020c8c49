// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/read/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"

#define HEAD_BYTES 4096
#define DATA_BYTES (UINT32_C(1) << 20)
#define FILE_BYTES (HEAD_BYTES + DATA_BYTES)
#define PUBLISH_BYTES (128 * 1024) /* a thousand events: a system call now and then */

/* Counts only grow; the bytes are at their remainder. Each side writes its own. */
struct head {
	_Alignas(64) _Atomic uint64_t n_written;
	_Atomic uint32_t is_writer_waiting;
	_Alignas(64) _Atomic uint64_t n_read;
	_Atomic uint32_t room; /* a futex: another value whenever room was made */
	_Atomic uint32_t is_reader_waiting;
};

struct ww_channel {
	struct head *head;
	uint8_t *data; /* DATA_BYTES, and once more behind: no piece is ever cut */
	int fd;        /* -1: not ours to close */
	int bell_fd;
	uint64_t n_read;    /* what we have told, which nobody else may change */
	uint64_t n_written; /* what we have written, told or not */
	uint64_t n_told;
};

static bool map(struct ww_channel *channel, int fd)
{
	const int access = PROT_READ | PROT_WRITE;
	uint8_t *place = mmap(NULL, HEAD_BYTES + 2 * DATA_BYTES, PROT_NONE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (place == MAP_FAILED)
		return false;
	channel->head = (struct head *)(void *)place;
	channel->data = place + HEAD_BYTES;
	return mmap(place, FILE_BYTES, access, MAP_SHARED | MAP_FIXED, fd, 0) != MAP_FAILED &&
	       mmap(channel->data + DATA_BYTES, DATA_BYTES, access, MAP_SHARED | MAP_FIXED, fd,
		    HEAD_BYTES) != MAP_FAILED;
}

struct ww_channel *ww_channel_new(GError **error)
{
	ww_auto(channel) channel = g_new0(struct ww_channel, 1);

	channel->bell_fd = -1;
	channel->fd = memfd_create("events", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (channel->fd < 0 || ftruncate(channel->fd, FILE_BYTES) != 0 ||
	    fcntl(channel->fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0 ||
	    !map(channel, channel->fd))
		return ww_fail(error, WW_ERROR_FAILED,
			       "cannot share memory with the reader of the trace: %s",
			       g_strerror(errno)),
		       NULL;
	return g_steal_pointer(&channel);
}

struct ww_channel *ww_channel_attach(int fd, int bell_fd)
{
	ww_auto(channel) channel = g_new0(struct ww_channel, 1);

	channel->fd = -1;
	channel->bell_fd = bell_fd;
	if (lseek(fd, 0, SEEK_END) != FILE_BYTES || !map(channel, fd))
		return NULL;
	return g_steal_pointer(&channel);
}

void ww_channel_free(struct ww_channel *channel)
{
	if (!channel)
		return;
	if (channel->head)
		munmap(channel->head, HEAD_BYTES + 2 * DATA_BYTES);
	if (channel->fd >= 0)
		close(channel->fd);
	g_free(channel);
}

int ww_channel_fd(const struct ww_channel *channel)
{
	return channel->fd;
}

void ww_channel_reset(struct ww_channel *channel)
{
	memset(channel->head, 0, sizeof(*channel->head));
	channel->n_read = 0;
}

/* Not before half of it is free: a writer that is woken for every byte gets nothing done. */
static void make_room(struct ww_channel *channel, uint64_t n_left)
{
	struct head *head = channel->head;

	atomic_store(&head->n_read, channel->n_read);
	if (n_left > DATA_BYTES / 2 || !atomic_exchange(&head->is_writer_waiting, 0))
		return;
	atomic_fetch_add(&head->room, 1);
	syscall(SYS_futex, &head->room, FUTEX_WAKE, 1, NULL, NULL, 0);
}

size_t ww_channel_read(struct ww_channel *channel, uint8_t *to, size_t n_max)
{
	const uint64_t n_there = atomic_load(&channel->head->n_written) - channel->n_read;
	const size_t n = MIN(n_there, n_max);

	if (n_there > DATA_BYTES)
		return WW_CHANNEL_NONSENSE;
	memcpy(to, channel->data + channel->n_read % DATA_BYTES, n);
	channel->n_read += n;
	if (n > 0)
		make_room(channel, n_there - n);
	return n;
}

bool ww_channel_await(struct ww_channel *channel)
{
	atomic_store(&channel->head->is_reader_waiting, 1);
	return atomic_load(&channel->head->n_written) == channel->n_read;
}

static void await_room(struct ww_channel *channel, size_t n_bytes)
{
	struct head *head = channel->head;

	for (;;) {
		const uint32_t room = atomic_load(&head->room);

		atomic_store(&head->is_writer_waiting, 1);
		if (channel->n_written + n_bytes - atomic_load(&head->n_read) <= DATA_BYTES)
			break;
		syscall(SYS_futex, &head->room, FUTEX_WAIT, room, NULL, NULL, 0);
	}
	atomic_store(&head->is_writer_waiting, 0);
}

uint8_t *ww_channel_reserve(struct ww_channel *channel, size_t n_bytes)
{
	if (n_bytes > DATA_BYTES / 2)
		return NULL;
	if (channel->n_written + n_bytes - channel->n_read > DATA_BYTES) {
		channel->n_read = atomic_load(&channel->head->n_read);
		if (channel->n_written + n_bytes - channel->n_read > DATA_BYTES) {
			ww_channel_flush(channel);
			await_room(channel, n_bytes);
			channel->n_read = atomic_load(&channel->head->n_read);
		}
	}
	return channel->data + channel->n_written % DATA_BYTES;
}

void ww_channel_commit(struct ww_channel *channel, size_t n_bytes)
{
	channel->n_written += n_bytes;
	if (channel->n_written - channel->n_told >= PUBLISH_BYTES)
		ww_channel_flush(channel);
}

bool ww_channel_flush(struct ww_channel *channel)
{
	ssize_t n;

	channel->n_told = channel->n_written;
	atomic_store(&channel->head->n_written, channel->n_written);
	if (!atomic_exchange(&channel->head->is_reader_waiting, 0))
		return true;
	do
		n = write(channel->bell_fd, "!", 1);
	while (n < 0 && errno == EINTR);
	return n == 1;
}
