// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/store/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

#define BUFFER_BYTES (1u << 20)

void ww_store_file_init_memory(struct ww_store_file *file)
{
	*file = (struct ww_store_file){ .fd = memfd_create("whywait-index", MFD_CLOEXEC) };
	if (file->fd < 0)
		file->error = errno;
}

static int open_nameless(const char *path, int mode)
{
	g_autofree char *directory = g_path_get_dirname(path);

	return open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
}

bool ww_store_file_init_at(struct ww_store_file *file, const char *path, GError **error)
{
	g_autofree char *temporary = NULL;
	int fd = open_nameless(path, 0644);

	/* Not every file system has files without a name. */
	if (fd < 0) {
		temporary = g_strconcat(path, ".XXXXXX", NULL);
		fd = g_mkstemp_full(temporary, O_RDWR | O_CLOEXEC, 0644);
	}

	if (fd < 0)
		return ww_fail(error, WW_ERROR_FAILED, "cannot create '%s': %s", temporary,
			       g_strerror(errno));
	*file = (struct ww_store_file){
		.fd = fd,
		.path = g_strdup(path),
		.temporary = g_steal_pointer(&temporary),
	};
	return true;
}

void ww_store_file_init_scratch(struct ww_store_file *file, const char *path)
{
	*file = (struct ww_store_file){ .fd = open_nameless(path, 0600) };
	if (file->fd < 0) /* not every file system has them */
		ww_store_file_init_memory(file);
}

static bool open_failed(int fd, const char *path, GError **error)
{
	ww_fail(error, WW_ERROR_FAILED, "cannot open '%s': %s", path, g_strerror(errno));
	if (fd >= 0)
		close(fd);
	return false;
}

bool ww_store_file_init_open(struct ww_store_file *file, const char *path, GError **error)
{
	struct stat status;
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 || fstat(fd, &status) < 0)
		return open_failed(fd, path, error);
	if (!S_ISREG(status.st_mode)) {
		close(fd);
		return ww_fail(error, WW_ERROR_FAILED, "'%s' is not a file", path);
	}
	*file = (struct ww_store_file){ .fd = fd, .length = (uint64_t)status.st_size };
	if (ww_store_file_map(file))
		return true;
	errno = file->error;
	file->fd = -1;
	return open_failed(fd, path, error);
}

static void unmap(struct ww_store_file *file)
{
	if (file->map)
		munmap((void *)(uintptr_t)file->map, file->n_mapped);
	file->map = NULL;
	file->n_mapped = 0;
}

void ww_store_file_clear(struct ww_store_file *file)
{
	unmap(file);
	if (file->fd >= 0)
		close(file->fd);
	if (file->start > 0 && file->base_fd >= 0)
		close(file->base_fd);
	if (file->temporary)
		unlink(file->temporary);
	g_free(file->buffer);
	g_free(file->path);
	g_free(file->temporary);
	*file = (struct ww_store_file){ .fd = -1 };
}

static void write_all(struct ww_store_file *file, uint64_t offset, const uint8_t *data,
		      size_t n_bytes)
{
	while (n_bytes > 0 && !file->error) {
		const ssize_t n = pwrite(file->fd, data, n_bytes, (off_t)(offset - file->start));

		if (n < 0 && errno != EINTR)
			file->error = errno;
		if (n <= 0)
			continue;
		data += n;
		offset += (uint64_t)n;
		n_bytes -= (size_t)n;
	}
}

static void flush(struct ww_store_file *file)
{
	write_all(file, file->length - file->n_buffered, file->buffer, file->n_buffered);
	file->n_buffered = 0;
}

void ww_store_file_init_extending(struct ww_store_file *file, struct ww_store_file *base)
{
	const uint64_t page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);

	g_assert(base->start == 0);
	flush(base);
	ww_store_file_init_memory(file);
	file->start = MAX(page_bytes, (base->length + page_bytes - 1) / page_bytes * page_bytes);
	file->length = file->start;
	file->base_fd = fcntl(base->fd, F_DUPFD_CLOEXEC, 0);
	if (!file->error && (base->error || file->base_fd < 0))
		file->error = base->error ? base->error : errno;
}

uint64_t ww_store_file_append(struct ww_store_file *file, const void *data, size_t n_bytes)
{
	const uint64_t offset = file->length;

	if (!file->buffer)
		file->buffer = g_malloc(BUFFER_BYTES);
	if (n_bytes > BUFFER_BYTES - file->n_buffered)
		flush(file);
	if (n_bytes > BUFFER_BYTES) {
		write_all(file, offset, data, n_bytes);
	} else if (n_bytes > 0) {
		memcpy(file->buffer + file->n_buffered, data, n_bytes);
		file->n_buffered += n_bytes;
	}
	file->length += n_bytes;
	return offset;
}

void ww_store_file_align(struct ww_store_file *file)
{
	static const uint8_t zeroes[8];

	ww_store_file_append(file, zeroes, (size_t)(-file->length & 7));
}

bool ww_store_file_read(struct ww_store_file *file, uint64_t offset, void *data, size_t n_bytes)
{
	const bool is_own = offset >= file->start;
	const int fd = is_own ? file->fd : file->base_fd;
	uint8_t *at = data;

	g_assert(offset <= file->length && n_bytes <= file->length - offset);
	if (offset + n_bytes > file->length - file->n_buffered)
		flush(file);
	offset -= is_own ? file->start : 0;
	while (n_bytes > 0 && !file->error) {
		const ssize_t n = pread(fd, at, n_bytes, (off_t)offset);

		if (n == 0 || (n < 0 && errno != EINTR))
			file->error = n == 0 ? EIO : errno;
		if (n <= 0)
			continue;
		at += n;
		offset += (uint64_t)n;
		n_bytes -= (size_t)n;
	}
	return !file->error;
}

void ww_store_file_rewrite(struct ww_store_file *file, uint64_t offset, const void *data,
			   size_t n_bytes)
{
	g_assert(offset <= file->length && n_bytes <= file->length - offset);
	if (offset < file->start)
		return;
	if (offset + n_bytes > file->length - file->n_buffered)
		flush(file);
	write_all(file, offset, data, n_bytes);
}

/* Both files, one behind the other; false with errno. */
static bool map_both(const struct ww_store_file *file, void *map)
{
	const int fixed = MAP_SHARED | MAP_FIXED;

	return mmap(map, file->start, PROT_READ, fixed, file->base_fd, 0) != MAP_FAILED &&
	       (file->length == file->start ||
		mmap((uint8_t *)map + file->start, file->length - file->start, PROT_READ, fixed,
		     file->fd, 0) != MAP_FAILED);
}

static void *map_all(const struct ww_store_file *file)
{
	void *map;

	if (file->start == 0)
		return mmap(NULL, file->length, PROT_READ, MAP_SHARED, file->fd, 0);
	map = mmap(NULL, file->length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (map == MAP_FAILED || map_both(file, map))
		return map;
	munmap(map, file->length);
	return MAP_FAILED;
}

bool ww_store_file_map(struct ww_store_file *file)
{
	void *map;

	if (file->n_buffered > 0)
		flush(file);
	unmap(file);
	if (file->error || file->length == 0)
		return !file->error;
	map = map_all(file);
	if (map == MAP_FAILED) {
		file->error = errno;
		return false;
	}
	file->map = map;
	file->n_mapped = file->length;
	return true;
}

const void *ww_store_file_at(const struct ww_store_file *file, uint64_t offset, uint64_t n_bytes)
{
	if (offset > file->n_mapped || n_bytes > file->n_mapped - offset)
		return NULL;
	return file->map + offset;
}

bool ww_store_file_complain(const struct ww_store_file *file, int failure, GError **error)
{
	return ww_fail(error, WW_ERROR_FAILED, "cannot write '%s': %s%s",
		       file->path ? file->path : "the index in memory", g_strerror(failure),
		       failure == EFBIG ? "; ulimit -f limits files in memory too" : "");
}

bool ww_store_file_check(const struct ww_store_file *file, GError **error)
{
	return !file->error || ww_store_file_complain(file, file->error, error);
}

/* A file without a name cannot replace another one: it gets a passing name first. */
static bool give_name(struct ww_store_file *file)
{
	g_autofree char *self = g_strdup_printf("/proc/self/fd/%d", file->fd);

	if (file->temporary)
		return true;
	file->temporary = g_strdup_printf("%s.%08x", file->path, g_random_int());
	if (linkat(AT_FDCWD, self, AT_FDCWD, file->temporary, AT_SYMLINK_FOLLOW) == 0)
		return true;
	g_clear_pointer(&file->temporary, g_free); /* it is somebody else's */
	return false;
}

bool ww_store_file_commit(struct ww_store_file *file, GError **error)
{
	flush(file);
	/* Not every file system knows owners. */
	if (file->has_owner && fchown(file->fd, file->uid, file->gid) != 0)
		g_debug("'%s' keeps its owner", file->path);
	if (!file->error && file->path &&
	    (!give_name(file) || rename(file->temporary, file->path) < 0))
		file->error = errno;
	if (!ww_store_file_check(file, error))
		return false;
	g_clear_pointer(&file->temporary, g_free);
	return true;
}

/* Each step is a bijection of the sum, so a single changed word always changes the 64 bits. */
static uint64_t mix(uint64_t sum, uint64_t word)
{
	sum = (sum ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return sum ^ sum >> 32;
}

uint32_t ww_store_checksum(const void *data, size_t n_bytes)
{
	const uint8_t *at = data;
	uint64_t sums[2] = { n_bytes, ~(uint64_t)n_bytes }, words[2];
	size_t left = n_bytes;

#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
	/* What is behind a checksum must bear any bytes too: one can be made to fit. */
	return 0;
#endif
	for (; left >= sizeof(words); left -= sizeof(words), at += sizeof(words)) {
		memcpy(words, at, sizeof(words));
		sums[0] = mix(sums[0], words[0]);
		sums[1] = mix(sums[1], words[1]);
	}
	memset(words, 0, sizeof(words));
	if (left > 0)
		memcpy(words, at, left);
	sums[0] = mix(mix(sums[0], words[0]), words[1]);
	sums[0] = mix(sums[0], sums[1]);
	return (uint32_t)(sums[0] ^ sums[0] >> 32);
}
