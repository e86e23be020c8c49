// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/bench/record/counters.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/units.h"

struct ww_counters {
	int map, program;
	GArray *links; /* int: one per tracepoint */
	uint64_t *n_per_cpu;
	uint32_t n_cpus;
};

/* counts[0]++ of this CPU. An interrupt's event on top of it is not run but counted as missed. */
static int load_program(int map)
{
	const struct bpf_insn code[] = {
		/* clang-format off */
		{ .code = BPF_ST | BPF_MEM | BPF_W, .dst_reg = BPF_REG_10, .off = -4 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = BPF_REG_2, .src_reg = BPF_REG_10 },
		{ .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = BPF_REG_2, .imm = -4 },
		{ .code = BPF_LD | BPF_DW | BPF_IMM, .dst_reg = BPF_REG_1, .src_reg = BPF_PSEUDO_MAP_FD, .imm = map },
		{ 0 },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_map_lookup_elem },
		{ .code = BPF_JMP | BPF_JEQ | BPF_K, .dst_reg = BPF_REG_0, .off = 3 },
		{ .code = BPF_LDX | BPF_MEM | BPF_DW, .dst_reg = BPF_REG_1, .src_reg = BPF_REG_0 },
		{ .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = BPF_REG_1, .imm = 1 },
		{ .code = BPF_STX | BPF_MEM | BPF_DW, .dst_reg = BPF_REG_0, .src_reg = BPF_REG_1 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
		/* clang-format on */
	};

	return bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "whywait_count", "GPL", code,
			     G_N_ELEMENTS(code), NULL);
}

static bool attach(struct ww_counters *counters, const char *tracepoint, GError **error)
{
	int link = bpf_raw_tracepoint_open(tracepoint, counters->program);

	if (link < 0)
		return ww_fail(error, WW_ERROR_FAILED, "cannot count '%s': %s", tracepoint,
			       g_strerror(errno));
	g_array_append_val(counters->links, link);
	return true;
}

struct ww_counters *ww_counters_open(const char *const *tracepoints, GError **error)
{
	ww_auto(counters) counters = g_new0(struct ww_counters, 1);
	int n_cpus = libbpf_num_possible_cpus();

	counters->n_cpus = n_cpus > 0 ? (uint32_t)n_cpus : 1;
	counters->n_per_cpu = g_new0(uint64_t, counters->n_cpus);
	counters->links = g_array_new(FALSE, FALSE, sizeof(int));
	counters->program = -1;
	counters->map = bpf_map_create(BPF_MAP_TYPE_PERCPU_ARRAY, "whywait_counts",
				       sizeof(uint32_t), sizeof(uint64_t), 1, NULL);
	if (counters->map >= 0)
		counters->program = load_program(counters->map);
	if (counters->program < 0)
		return ww_fail(error, WW_ERROR_NO_RIGHTS, "cannot load the counting program: %s",
			       g_strerror(errno)),
		       NULL;
	for (; tracepoints && *tracepoints; tracepoints++) {
		if (!attach(counters, *tracepoints, error))
			return NULL;
	}
	return g_steal_pointer(&counters);
}

void ww_counters_free(struct ww_counters *counters)
{
	if (!counters)
		return;
	for (guint i = 0; i < counters->links->len; i++)
		close(g_array_index(counters->links, int, i));
	g_array_unref(counters->links);
	g_free(counters->n_per_cpu);
	if (counters->program >= 0)
		close(counters->program);
	if (counters->map >= 0)
		close(counters->map);
	g_free(counters);
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * WW_NS_PER_S + now.tv_nsec;
}

bool ww_counters_read(const struct ww_counters *counters, struct ww_reading *reading,
		      GError **error)
{
	struct bpf_prog_info info = { 0 };
	uint32_t size_bytes = sizeof(info), zero = 0;
	struct ww_reading found = { .begin_ns = now_ns() };

	if (bpf_map_lookup_elem(counters->map, &zero, counters->n_per_cpu) != 0 ||
	    bpf_obj_get_info_by_fd(counters->program, &info, &size_bytes) != 0)
		return ww_fail(error, WW_ERROR_FAILED, "cannot read the counters: %s",
			       g_strerror(errno));
	found.end_ns = now_ns();
	found.n_events = info.recursion_misses;
	for (uint32_t cpu = 0; cpu < counters->n_cpus; cpu++)
		found.n_events += counters->n_per_cpu[cpu];
	*reading = found;
	return true;
}
