// SPDX-License-Identifier: GPL-2.0-or-later
/* The BPF programs as a source. */
#include "tracer/programs.h"
#include "tracer/source.h"

static void bpf_free(void *source)
{
	ww_programs_free(source);
}

static uint32_t bpf_n_cpus(const void *source)
{
	return ww_programs_n_cpus(source);
}

static bool bpf_add_target(void *source, int32_t pid)
{
	return ww_programs_add_target(source, pid);
}

static bool bpf_attach(void *source, GError **error)
{
	return ww_programs_attach(source, error);
}

static void bpf_set_recording(void *source, bool is_recording)
{
	ww_programs_set_recording(source, is_recording);
}

static void bpf_detach(void *source)
{
	ww_programs_detach(source);
}

static bool bpf_read_tasks(void *source)
{
	return ww_programs_read_tasks(source);
}

static void bpf_forget_stack(void *source, uint64_t stack)
{
	ww_programs_forget_stack(source, stack);
}

static bool bpf_read_rings(void *source)
{
	return ww_programs_read_rings(source);
}

static void bpf_read_lost(void *source, uint64_t *n_lost)
{
	ww_programs_read_lost(source, n_lost);
}

static uint64_t bpf_n_missed(void *source)
{
	return ww_programs_n_missed(source);
}

static const char *const *bpf_recorded(const void *source)
{
	return ww_programs_recorded(source);
}

static const char *const *bpf_missing(const void *source)
{
	return ww_programs_missing(source);
}

static const struct ww_source_ops bpf_ops = {
	.drain_interval_us = 50 * G_TIME_SPAN_MILLISECOND,
	.free = bpf_free,
	.n_cpus = bpf_n_cpus,
	.add_target = bpf_add_target,
	.attach = bpf_attach,
	.set_recording = bpf_set_recording,
	.detach = bpf_detach,
	.read_tasks = bpf_read_tasks,
	.forget_stack = bpf_forget_stack,
	.read_rings = bpf_read_rings,
	.read_lost = bpf_read_lost,
	.n_missed = bpf_n_missed,
	.recorded = bpf_recorded,
	.missing = bpf_missing,
};

bool ww_source_open_bpf(struct ww_source *source, const struct ww_source_options *options,
			ww_record_func func, void *user_data, GError **error)
{
	struct ww_programs *programs = ww_programs_load(options, func, user_data, error);

	if (!programs)
		return false;
	*source = (struct ww_source){ .ops = &bpf_ops, .data = programs };
	return true;
}
