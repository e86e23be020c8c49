/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command palette: every command by name, with its keys. */
#ifndef WW_VIEWER_WINDOW_COMMAND_PALETTE_H
#define WW_VIEWER_WINDOW_COMMAND_PALETTE_H

#include "viewer/widgets/chooser.h"
#include "viewer/window/window.h"

void ww_command_palette_open(WwChooser *chooser, WwWindow *window);

#endif
