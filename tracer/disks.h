/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The disks of this machine and their numbers, as /sys/block has them.
 */
#ifndef WW_TRACER_DISKS_H
#define WW_TRACER_DISKS_H

#include <glib.h>

/* Adds a struct ww_disk (base/manifest.h) for each; none where /sys is not mounted. */
void ww_disks_list(GArray *disks);

#endif
