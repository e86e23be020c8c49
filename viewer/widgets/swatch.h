/* SPDX-License-Identifier: GPL-2.0-or-later */
/* WwSwatch: the sign of a state, as lanes draw it, or of a part of a bar. Decoration: the text
 * beside it says the same. */
#ifndef WW_VIEWER_WIDGETS_SWATCH_H
#define WW_VIEWER_WIDGETS_SWATCH_H

#include <gtk/gtk.h>

#include "viewer/model/palette.h"

#define WW_TYPE_SWATCH (ww_swatch_get_type())
G_DECLARE_FINAL_TYPE(WwSwatch, ww_swatch, WW, SWATCH, GtkWidget)

GtkWidget *ww_swatch_new_state(enum ww_state state);
GtkWidget *ww_swatch_new_part(uint32_t i);
/* The number of the look of the @i-th cause: what nobody knows has one of its own. */
uint32_t ww_swatch_part_of(enum ww_cause cause, uint32_t i);

#endif
