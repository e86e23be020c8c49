// SPDX-License-Identifier: GPL-2.0-or-later
#include "converters/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/error.h"

/* Level 1 packs this text to a fifteenth already; level 6 takes three times as long for a quarter
 * less. */
#define GZIP_MODE "wb1"

struct ww_writer_sink {
	char *path;
	char *temporary; /* NULL: @path is written directly */
	int fd;          /* -1: closed */
	gzFile gz;       /* NULL: plain; owns @fd otherwise */
	int failure;     /* errno of the first failure, 0 while all is well */
	enum ww_writer_mode mode;
};

/* Everything but a regular file is written in place: to rename over /dev/null would replace it. */
static bool is_written_in_place(const char *path)
{
	struct stat status;

	return strcmp(path, "-") == 0 || (stat(path, &status) == 0 && !S_ISREG(status.st_mode));
}

static mode_t file_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

static bool fail_open(const char *path, int errnum, GError **error)
{
	return ww_fail(error, WW_ERROR_FAILED, "cannot write '%s': %s", path, g_strerror(errnum));
}

static bool open_in_place(struct ww_writer_sink *sink, GError **error)
{
	bool is_stdout = strcmp(sink->path, "-") == 0;

	sink->fd = is_stdout ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
			     : open(sink->path, O_WRONLY | O_CLOEXEC);
	if (sink->fd < 0)
		return fail_open(is_stdout ? "standard output" : sink->path, errno, error);
	return true;
}

static bool open_temporary(struct ww_writer_sink *sink, GError **error)
{
	g_autofree char *target = realpath(sink->path, NULL);
	g_autofree char *temporary = NULL;

	if (target && sink->mode == WW_WRITER_KEEP)
		return ww_fail(error, WW_ERROR_FAILED,
			       "'%s' exists: name the output with -o to replace it", sink->path);
	/* Through a link the file behind it is replaced, not the link. */
	if (target) {
		g_free(sink->path);
		sink->path = g_strdup(target);
	}
	temporary = g_strdup_printf("%s.XXXXXX", sink->path);
	sink->fd = g_mkstemp_full(temporary, O_WRONLY | O_CLOEXEC, 0600);
	if (sink->fd < 0)
		return fail_open(sink->path, errno, error);
	sink->temporary = g_steal_pointer(&temporary);
	return true;
}

static bool open_sink(struct ww_writer_sink *sink, GError **error)
{
	bool is_open = is_written_in_place(sink->path) ? open_in_place(sink, error)
						       : open_temporary(sink, error);

	if (!is_open)
		return false;
	if (g_str_has_suffix(sink->path, ".gz")) {
		sink->gz = gzdopen(sink->fd, GZIP_MODE);
		if (!sink->gz)
			return fail_open(sink->path, ENOMEM, error);
		gzbuffer(sink->gz, WW_WRITER_BYTES);
	}
	return true;
}

struct ww_writer *ww_writer_open(const char *path, enum ww_writer_mode mode, GError **error)
{
	ww_auto(writer) writer = g_new0(struct ww_writer, 1);

	writer->buffer = g_malloc(WW_WRITER_BYTES);
	writer->sink = g_new0(struct ww_writer_sink, 1);
	writer->sink->path = g_strdup(path);
	writer->sink->mode = mode;
	writer->sink->fd = -1;
	if (!open_sink(writer->sink, error))
		return NULL;
	return g_steal_pointer(&writer);
}

/* What failed is in @failure; the descriptor is closed whatever happens. */
static void close_sink(struct ww_writer_sink *sink)
{
	int status = 0;

	if (sink->fd < 0)
		return;
	errno = 0;
	if (sink->gz)
		status = gzclose(sink->gz);
	else
		status = close(sink->fd);
	if (status != 0 && sink->failure == 0)
		sink->failure = errno ? errno : EIO;
	sink->gz = NULL;
	sink->fd = -1;
}

void ww_writer_free(struct ww_writer *writer)
{
	if (!writer)
		return;
	close_sink(writer->sink);
	if (writer->sink->temporary)
		g_unlink(writer->sink->temporary);
	g_free(writer->sink->temporary);
	g_free(writer->sink->path);
	g_free(writer->sink);
	g_free(writer->buffer);
	g_free(writer);
}

bool ww_writer_failed(const struct ww_writer *writer)
{
	return writer->sink->failure != 0;
}

static void write_plain(struct ww_writer_sink *sink, const char *bytes, size_t n_bytes)
{
	while (n_bytes > 0) {
		ssize_t written = write(sink->fd, bytes, n_bytes);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0) {
			sink->failure = errno;
			return;
		}
		bytes += written;
		n_bytes -= (size_t)written;
	}
}

static void write_packed(struct ww_writer_sink *sink, const char *bytes, size_t n_bytes)
{
	errno = 0;
	if (gzwrite(sink->gz, bytes, (unsigned int)n_bytes) != (int)n_bytes)
		sink->failure = errno ? errno : EIO;
}

static void write_out(struct ww_writer *writer, const char *bytes, size_t n_bytes)
{
	writer->total_bytes += n_bytes;
	if (writer->sink->failure != 0 || n_bytes == 0)
		return;
	if (writer->sink->gz)
		write_packed(writer->sink, bytes, n_bytes);
	else
		write_plain(writer->sink, bytes, n_bytes);
}

void ww_writer_flush(struct ww_writer *writer)
{
	write_out(writer, writer->buffer, writer->n_bytes);
	writer->n_bytes = 0;
}

/* A rename keeps the old content until the new one is complete, also for a file made by somebody
 * else meanwhile. */
static bool put_in_place(struct ww_writer_sink *sink, GError **error)
{
	int status;

	if (sink->mode == WW_WRITER_REPLACE)
		status = g_rename(sink->temporary, sink->path);
	else
		status = link(sink->temporary, sink->path) ?: g_unlink(sink->temporary);
	if (status != 0)
		return fail_open(sink->path, errno, error);
	g_clear_pointer(&sink->temporary, g_free);
	return true;
}

bool ww_writer_commit(struct ww_writer *writer, GError **error)
{
	struct ww_writer_sink *sink = writer->sink;

	ww_writer_flush(writer);
	if (sink->temporary && fchmod(sink->fd, file_mode()) != 0 && sink->failure == 0)
		sink->failure = errno;
	close_sink(sink);
	if (sink->failure != 0)
		return fail_open(sink->path, sink->failure, error);
	return !sink->temporary || put_in_place(sink, error);
}

uint64_t ww_writer_position(const struct ww_writer *writer)
{
	return writer->total_bytes + writer->n_bytes;
}

void ww_writer_bytes(struct ww_writer *writer, const char *bytes, size_t n_bytes)
{
	if (G_UNLIKELY(writer->n_bytes + n_bytes > WW_WRITER_BYTES))
		ww_writer_flush(writer);
	if (G_UNLIKELY(n_bytes > WW_WRITER_BYTES)) {
		write_out(writer, bytes, n_bytes);
		return;
	}
	memcpy(writer->buffer + writer->n_bytes, bytes, n_bytes);
	writer->n_bytes += n_bytes;
}

/* Two digits at a time: half the divisions. */
static char *digits_before(char *end, uint64_t value)
{
	static const char pairs[] = "00010203040506070809"
				    "10111213141516171819"
				    "20212223242526272829"
				    "30313233343536373839"
				    "40414243444546474849"
				    "50515253545556575859"
				    "60616263646566676869"
				    "70717273747576777879"
				    "80818283848586878889"
				    "90919293949596979899";

	for (; value >= 100; value /= 100)
		memcpy(end -= 2, pairs + value % 100 * 2, 2);
	if (value >= 10)
		memcpy(end -= 2, pairs + value * 2, 2);
	else
		*--end = (char)('0' + value);
	return end;
}

void ww_writer_uint(struct ww_writer *writer, uint64_t value)
{
	char digits[20];
	char *begin = digits_before(digits + sizeof(digits), value);
	size_t n_digits = (size_t)(digits + sizeof(digits) - begin);

	memcpy(ww_writer_reserve(writer, sizeof(digits)), begin, n_digits);
	writer->n_bytes += n_digits;
}

static uint64_t write_sign(struct ww_writer *writer, int64_t value)
{
	if (value >= 0)
		return (uint64_t)value;
	ww_writer_bytes(writer, "-", 1);
	return -(uint64_t)value;
}

void ww_writer_int(struct ww_writer *writer, int64_t value)
{
	ww_writer_uint(writer, write_sign(writer, value));
}

void ww_writer_decimal(struct ww_writer *writer, int64_t value, unsigned int n_decimals)
{
	uint64_t magnitude = write_sign(writer, value), scale = 1;
	char fraction[20] = ".";

	for (unsigned int i = 0; i < n_decimals; i++)
		scale *= 10;
	ww_writer_uint(writer, magnitude / scale);
	magnitude %= scale;
	for (unsigned int i = n_decimals; i > 0; i--, magnitude /= 10)
		fraction[i] = (char)('0' + magnitude % 10);
	ww_writer_bytes(writer, fraction, n_decimals + 1);
}
