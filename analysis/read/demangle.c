// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/read/demangle.h"

#include <glib.h>
#include <libiberty/demangle.h>
#include <setjmp.h>
#include <stdbool.h>
#include <string.h>

#define ELLIPSIS "…"

/* Some twenty letters can stand for a name of gigabytes, and the library would write all of it. Its
 * callback cannot refuse, but we may leave by a jump where it holds no memory. It does while it
 * hands out a decoded name of Rust, which has other letters than ASCII's: then the next one jumps.
 */
struct output {
	jmp_buf end;
	bool is_full;
	size_t n_bytes;
	char text[WW_DEMANGLED_BYTES];
};

static bool is_ascii(const char *text, size_t n_bytes)
{
	size_t n = 0;

	while (n < n_bytes && (unsigned char)text[n] < 0x80)
		n++;
	return n == n_bytes;
}

static void add(const char *text, size_t n_bytes, void *data)
{
	struct output *output = data;

	if (n_bytes == 0) /* an empty name may be NULL */
		return;
	if (output->is_full || n_bytes >= sizeof(output->text) - output->n_bytes) {
		if (output->is_full || is_ascii(text, n_bytes))
			longjmp(output->end, 1);
		output->is_full = true;
		return;
	}
	memcpy(output->text + output->n_bytes, text, n_bytes);
	output->n_bytes += n_bytes;
}

/* Not in the middle of a character. */
static void cut(struct output *output)
{
	size_t n = MIN(output->n_bytes, sizeof(output->text) - sizeof(ELLIPSIS));

	while (n > 0 && ((unsigned char)output->text[n] & 0xc0) == 0x80)
		n--;
	memcpy(output->text + n, ELLIPSIS, sizeof(ELLIPSIS) - 1);
	output->n_bytes = n + sizeof(ELLIPSIS) - 1;
}

/* Rust first: what it wrote before its version 0 is also a name of C++, with a hash at its end. */
static bool write_name(const char *name, struct output *output)
{
	if (setjmp(output->end)) {
		output->is_full = true;
		return true;
	}
	if (rust_demangle_callback(name, DMGL_NO_OPTS, add, output))
		return true;
	output->n_bytes = 0;
	output->is_full = false;
	return cplus_demangle_v3_callback(name, DMGL_ANSI, add, output);
}

char *ww_demangle(const char *name)
{
	struct output output = { .n_bytes = 0 };

	if (name[0] != '_' || (name[1] != 'Z' && name[1] != 'R'))
		return NULL;
	if (!write_name(name, &output))
		return NULL;
	if (output.is_full)
		cut(&output);
	if (output.n_bytes == 0)
		return NULL;
	return g_strndup(output.text, output.n_bytes);
}
