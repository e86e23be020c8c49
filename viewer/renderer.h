/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of GTK's renderers suits the machine. */
#ifndef WW_VIEWER_RENDERER_H
#define WW_VIEWER_RENDERER_H

/*
 * Sets GSK_RENDERER=cairo when OpenGL would be done by the CPU, unless the user has chosen. Call
 * before GTK starts.
 *
 * Measured at 1920x1080 with 60 lanes: Cairo takes 8 ms of CPU a frame, llvmpipe 30 ms, and starts
 * twice as slowly.
 */
void ww_renderer_choose(void);

#endif
