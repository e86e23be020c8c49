/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of GTK's renderers suits the machine. */
#ifndef WW_VIEWER_APP_RENDERER_H
#define WW_VIEWER_APP_RENDERER_H

#include <stdbool.h>

/*
 * Sets GSK_RENDERER=cairo when OpenGL would be done by the CPU, unless the user has chosen. Call
 * before GTK starts. With Cairo, chosen by whomever, GTK does not look for OpenGL at all.
 *
 * Measured at 1920x1080 with 60 lanes: Cairo takes 8 ms of CPU a frame, llvmpipe 30 ms, and starts
 * twice as slowly; not to look for OpenGL saves 60 ms of CPU at start.
 */
void ww_renderer_choose(void);

/* The variables that it set, up to a NULL: for this process alone, not for those that it starts. */
const char *const *ww_renderer_variables(void);

/*
 * Whether something other than the CPU may render. @root: "/", or a tree that has its /dev and
 * /sys. Not every device that could render does: those that only pass buffers on, and virtual ones
 * whose host offers no acceleration, leave it to the CPU.
 */
bool ww_renderer_has_gpu(const char *root);

#endif
