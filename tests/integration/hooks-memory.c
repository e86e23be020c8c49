// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A program that asks for memory in known ways: hooks-memory
 *
 * Each call is one line on standard output, in order, with the hooks' number of the call, and the
 * page faults by the program's own count, or -1 where the hooks do not count:
 *
 *     CALL SIZE MINOR-FAULTS
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/* enum ww_alloc_call of analysis/event.h */
enum { CALLOC = 1, REALLOC, FREE, MEMALIGN, MMAP, MUNMAP, BRK, MADVISE, MREMAP, TRIM };

#define PAGE 4096UL
#define N_ANONYMOUS (PROT_READ | PROT_WRITE), (MAP_PRIVATE | MAP_ANONYMOUS)

static char lines[4096];
static size_t n_bytes;
static long faults_before;

static long faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	return usage.ru_minflt;
}

static void begin(void)
{
	faults_before = faults();
}

static void note(int call, size_t size, long n_faults)
{
	n_bytes += (size_t)snprintf(lines + n_bytes, sizeof(lines) - n_bytes, "%d %zu %ld\n", call,
				    size, n_faults);
}

static void told(int call, size_t size)
{
	note(call, size, -1);
}

static void counted(int call, size_t size)
{
	note(call, size, faults() - faults_before);
}

static void use_kernel(void)
{
	char *memory = mmap(NULL, 101 * PAGE, N_ANONYMOUS, -1, 0);
	char *populated;

	told(MMAP, 101 * PAGE);
	begin();
	populated = mmap64(NULL, 1031 * PAGE, N_ANONYMOUS | MAP_POPULATE, -1, 0);
	counted(MMAP, 1031 * PAGE);
	madvise(memory, 53 * PAGE, MADV_DONTNEED);
	told(MADVISE, 53 * PAGE);
	memory = mremap(memory, 101 * PAGE, 107 * PAGE, MREMAP_MAYMOVE);
	told(MREMAP, 107 * PAGE);
	memory = mremap(memory, 107 * PAGE, 109 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
			populated + 7 * PAGE);
	told(MREMAP, 109 * PAGE);
	if (memory != populated + 7 * PAGE)
		puts("mremap() did not move");
	munmap(populated, 1031 * PAGE);
	told(MUNMAP, 1031 * PAGE);
}

static void use_break(void)
{
	char *end = sbrk(0);

	if (sbrk(59 * (intptr_t)PAGE) != end || sbrk(0) != end + 59 * PAGE)
		puts("sbrk() did not move the end");
	told(BRK, 59 * PAGE);
	if (brk(end + 20 * PAGE) != 0 || sbrk(0) != end + 20 * PAGE)
		puts("brk() did not move the end");
	told(BRK, 39 * PAGE);
}

static void use_allocator(void)
{
	char *memory = malloc(120011), *aligned;

	told(0, 120011);
	memset(memory, 1, 120011);
	begin();
	memory = realloc(memory, 6000011);
	counted(REALLOC, 6000011);
	memory = realloc(memory, 6000017);
	told(REALLOC, 6000017);
	begin();
	memory = reallocarray(memory, 7, 1000003);
	counted(REALLOC, 7000021);
	begin();
	aligned = calloc(3, 1000003);
	counted(CALLOC, 3000009);
	memory = realloc(memory, 5003);
	told(REALLOC, 5003);
	free(aligned);
	free(memory);
	begin();
	memory = malloc(40000003);
	counted(0, 40000003);
	free(memory);
	aligned = valloc(9007);
	told(MEMALIGN, 9007);
	free(aligned);
	aligned = pvalloc(9011);
	told(MEMALIGN, 9011);
	free(aligned);
	malloc_trim(10007);
	told(TRIM, 10007);
}

/* The lines are kept until all is over: printing may allocate. */
int main(void)
{
	use_kernel();
	use_break();
	use_allocator();
	fputs(lines, stdout);
	return 0;
}
