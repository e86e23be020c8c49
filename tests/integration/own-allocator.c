// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A program that is its own allocator: memory from one static buffer, never given back, and every
 * request is slow. Exit 0 when all of it came from there.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ALIGNMENT 16

void *malloc(size_t size);
void *calloc(size_t n_members, size_t size);
void *realloc(void *memory, size_t size);
void free(void *memory);

static char buffer[64 << 20] __attribute__((aligned(ALIGNMENT)));
static size_t used_bytes;

static bool is_mine(const void *memory)
{
	return (uintptr_t)memory - (uintptr_t)buffer < sizeof(buffer);
}

/* The size stands 8 bytes before, where the C library would keep one too, but it is no size to it.
 */
void *malloc(size_t size)
{
	size_t whole = (size + 2 * ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	size_t offset = __atomic_fetch_add(&used_bytes, whole, __ATOMIC_RELAXED);

	if (size > sizeof(buffer) || offset > sizeof(buffer) - whole)
		return NULL;
	if (size >= 1032)
		usleep(1000);
	memcpy(buffer + offset + ALIGNMENT - sizeof(size), &size, sizeof(size));
	return buffer + offset + ALIGNMENT;
}

void *calloc(size_t n_members, size_t size)
{
	return malloc(n_members * size);
}

void *realloc(void *memory, size_t size)
{
	void *grown = malloc(size);
	size_t old = 0;

	if (memory)
		memcpy(&old, (const char *)memory - sizeof(old), sizeof(old));
	return grown && memory ? memcpy(grown, memory, old < size ? old : size) : grown;
}

void free(void *memory)
{
	if (memory && !is_mine(memory))
		abort();
}

int main(void)
{
	char *volatile memory = malloc(5003);
	char *volatile text = strdup("from the C library");

	memory = realloc(memory, 7001);
	usleep(300000); /* long enough that the recorder looks at us */
	free(memory);
	free(text);
	return is_mine(memory) && is_mine(text) ? 0 : 1;
}
