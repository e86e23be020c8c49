/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names that records refer to by number and that can only be looked up on this machine: interrupts
 * and control groups.
 *
 * Each is given to the receiver as a record of base/wire.h with cpu UINT32_MAX, stamped with the
 * time of the call. Any thread.
 */
#ifndef WW_TRACER_LOOKUPS_H
#define WW_TRACER_LOOKUPS_H

#include <stdbool.h>

#include "tracer/source.h"

/* Interrupts that have a handler; @root is /sys/kernel/irq. False when the receiver said so. */
bool ww_lookup_interrupts(const char *root, ww_record_func func, void *user_data);

/* The control groups below @mount, itself included, a few thousand at most. False when the receiver
 * said so. */
bool ww_lookup_cgroups(const char *mount, ww_record_func func, void *user_data);

#endif
