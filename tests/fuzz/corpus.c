// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A fuzz target as an ordinary test: fuzz-NAME DIRECTORY..., where each file below is a case.
 *
 * Every file is tried as it is and in N_MUTANTS mutations; WHYWAIT_FUZZ_ROUNDS asks for more. The
 * seeds are fixed, so that a failure repeats; what was tried last is named when the process dies,
 * and WHYWAIT_FUZZ_SAVE=FILE keeps its bytes. An input has 10 s and, where no sanitizer wants the
 * address space for itself, the process 1 GiB.
 */
#include <glib.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/fuzz/fuzz.h"

#define N_MUTANTS 500
#define MAX_EDITS 8
#define LIMIT_S 10
#define LIMIT_BYTES (UINT64_C(1) << 30)
#define MAX_RUN 64 /* bytes that one edit takes, doubles or blanks */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_SHADOW 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HAS_SHADOW 1
#endif
#endif

static GPtrArray *inputs; /* GBytes *, of all cases: what edits splice in */
static char now[512];     /* what is tried, for the dying word */

static size_t pick(GRand *rand, size_t n)
{
	return n ? (size_t)g_rand_int(rand) % n : 0;
}

static void insert(GByteArray *bytes, size_t at, const uint8_t *from, size_t n)
{
	g_autofree uint8_t *copy = g_memdup2(from, n);
	size_t n_before = bytes->len;

	g_byte_array_set_size(bytes, (guint)(n_before + n));
	memmove(bytes->data + at + n, bytes->data + at, n_before - at);
	if (n > 0)
		memcpy(bytes->data + at, copy, n);
}

static void splice(GRand *rand, GByteArray *bytes, size_t at)
{
	gsize n_other;
	const uint8_t *other = g_bytes_get_data(inputs->pdata[pick(rand, inputs->len)], &n_other);
	size_t from = pick(rand, n_other), wanted = pick(rand, 4 * MAX_RUN);

	insert(bytes, at, other + from, MIN(wanted, n_other - from));
}

/* One change, anywhere. */
static void edit(GRand *rand, GByteArray *bytes)
{
	static const uint8_t edges[] = {
		0x00, 0x01, 0x7f, 0x80, 0xff, '0', '9', '{', '}', ';', '"'
	};
	const size_t at = pick(rand, bytes->len);
	const size_t wanted = 1 + pick(rand, MAX_RUN), run = MIN(wanted, bytes->len - at);

	switch (bytes->len ? g_rand_int_range(rand, 0, 8) : 7) {
	case 0:
		bytes->data[at] ^= (uint8_t)(1u << pick(rand, 8));
		break;
	case 1:
		bytes->data[at] = (uint8_t)g_rand_int(rand);
		break;
	case 2:
		bytes->data[at] = edges[pick(rand, sizeof(edges))];
		break;
	case 3:
		g_byte_array_remove_range(bytes, (guint)at, (guint)run);
		break;
	case 4:
		insert(bytes, pick(rand, bytes->len), bytes->data + at, run);
		break;
	case 5:
		memset(bytes->data + at, g_rand_int(rand) & 1 ? 0xff : 0, run);
		break;
	case 6:
		g_byte_array_set_size(bytes, (guint)at);
		break;
	default:
		splice(rand, bytes, at);
		break;
	}
}

static void save(const GByteArray *bytes)
{
	const char *path = g_getenv("WHYWAIT_FUZZ_SAVE");

	if (path)
		g_assert_true(g_file_set_contents(path, (const char *)bytes->data,
						  (gssize)bytes->len, NULL));
}

static void try(const GByteArray *bytes, const char *path, guint seed)
{
	g_autofree uint8_t *exact = g_memdup2(bytes->data, bytes->len);

	g_snprintf(now, sizeof(now), "# died of '%s', seed %u\n", path, seed);
	save(bytes);
	alarm(LIMIT_S);
	LLVMFuzzerTestOneInput(exact, bytes->len);
	alarm(0);
}

struct input {
	char *path;
	GBytes *bytes;
};

static guint n_rounds(void)
{
	const char *text = g_getenv("WHYWAIT_FUZZ_ROUNDS");

	return text ? (guint)g_ascii_strtoull(text, NULL, 10) : N_MUTANTS;
}

static void test_input(gconstpointer data)
{
	const struct input *input = data;
	gsize n;
	const uint8_t *bytes = g_bytes_get_data(input->bytes, &n);

	for (guint seed = 0; seed <= n_rounds(); seed++) {
		g_autoptr(GByteArray) mutant = g_byte_array_new();
		GRand *rand = g_rand_new_with_seed(seed);

		g_byte_array_append(mutant, bytes, (guint)n);
		for (gint i = seed ? g_rand_int_range(rand, 1, MAX_EDITS + 1) : 0; i > 0; i--)
			edit(rand, mutant);
		g_rand_free(rand);
		try(mutant, input->path, seed);
	}
}

static void free_input(gpointer data)
{
	struct input *input = data;

	g_free(input->path);
	g_bytes_unref(input->bytes);
	g_free(input);
}

static void add_input(const char *directory, const char *name)
{
	struct input *input = g_new0(struct input, 1);
	g_autofree char *test = g_strconcat("/fuzz/", name, NULL);
	g_autoptr(GError) error = NULL;
	char *bytes;
	gsize n;

	input->path = g_build_filename(directory, name, NULL);
	if (!g_file_get_contents(input->path, &bytes, &n, &error))
		g_error("%s", error->message);
	input->bytes = g_bytes_new_take(bytes, n);
	g_ptr_array_add(inputs, g_bytes_ref(input->bytes));
	g_test_add_data_func_full(test, input, test_input, free_input);
}

static void add_directory(const char *directory)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) error = NULL;
	GDir *dir = g_dir_open(directory, 0, &error);
	const char *name;

	if (!dir)
		g_error("%s", error->message);
	while ((name = g_dir_read_name(dir)))
		g_ptr_array_add(names, g_strdup(name));
	g_dir_close(dir);
	/* Splices take from it: the order must not hang on the file system. */
	ww_names_sort(names);
	for (guint i = 0; i < names->len; i++)
		add_input(directory, names->pdata[i]);
}

/* Only what a handler may do: the seed goes out, then the signal does what it does. */
static void tell_and_die(int number)
{
	ssize_t n = write(STDERR_FILENO, now, strlen(now));

	(void)n;
	signal(number, SIG_DFL);
	raise(number);
}

static void set_limits(void)
{
	static const int deadly[] = { SIGALRM, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP };

	for (size_t i = 0; i < G_N_ELEMENTS(deadly); i++)
		signal(deadly[i], tell_and_die);
#ifndef HAS_SHADOW
	const struct rlimit limit = { LIMIT_BYTES, LIMIT_BYTES };

	setrlimit(RLIMIT_AS, &limit);
#endif
}

int main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	inputs = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	for (int i = 1; i < argc; i++)
		add_directory(argv[i]);
	set_limits();
	status = g_test_run();
	g_ptr_array_unref(inputs);
	return status;
}
