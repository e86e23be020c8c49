/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the running kernel has, by its own type information (BTF).
 *
 * libbpf could tell the same, but reads, copies and indexes the megabytes of it for everyone who
 * asks, which takes as long as all the rest of a start. This maps the file where the kernel lets it
 * (Linux 6.16) and passes over it. Immutable once opened.
 */
#ifndef WW_TRACER_KERNEL_BTF_H
#define WW_TRACER_KERNEL_BTF_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/auto.h"

struct ww_kernel_btf;

/* Fails with WW_ERROR_UNSUPPORTED when the kernel carries no type information. */
struct ww_kernel_btf *ww_kernel_btf_open(GError **error);
/* The same from memory, which is borrowed and must be aligned as malloc() does. Any bytes will do:
 * what is damaged fails, or lacks something. */
struct ww_kernel_btf *ww_kernel_btf_parse(const void *bytes, size_t n_bytes, GError **error);
void ww_kernel_btf_free(struct ww_kernel_btf *btf); /* NULL is fine */
WW_DEFINE_AUTO(kernel_btf)

/* False when this kernel has no such tracepoint. @n_arguments (NULL is fine) are the event's own.
 */
bool ww_kernel_btf_find_tracepoint(const struct ww_kernel_btf *btf, const char *name,
				   unsigned int *n_arguments);

/* Whether there is a function of this name, one that BPF programs may call among them. */
bool ww_kernel_btf_has_function(const struct ww_kernel_btf *btf, const char *name);

#endif
