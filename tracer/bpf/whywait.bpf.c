// SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause
/*
 * The kernel side, machine-wide: what the scheduler did, and what threads waited for.
 *
 * One ring per CPU, so that records of a CPU keep their order and CPUs never wait for each other.
 * The timestamp is taken before the room in the ring is reserved: of two records that an interrupt
 * nested into each other, the interrupted one then stands later in the ring with the earlier time,
 * and the writer moves it forward to the end of the interrupt. Only programs that run with
 * interrupts on are moved; a switch and a wake-up never are.
 *
 * A record that finds its ring full is counted and gone.
 */
#include "tracer/bpf/interrupts.bpf.h"
#include "tracer/bpf/kernel-waits.bpf.h"
#include "tracer/bpf/lives.bpf.h"
#include "tracer/bpf/memory.bpf.h"
#include "tracer/bpf/scheduler.bpf.h"
#include "tracer/bpf/syscalls.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";
