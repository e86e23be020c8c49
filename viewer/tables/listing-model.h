/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WwListingModel: a listing, arranged, as the list that GTK's tables show. Its items are made when
 * a row comes onto the screen, so that it costs nothing to have millions. As a list it has the
 * first rows at once and the others a moment later. Main thread only.
 *
 * It is the selection too, of several rows, as a set of places: GTK's own keeps an item of each
 * row that is chosen. Nothing is chosen when it has been set anew.
 *
 * An item is a place in the list: when the model is set anew it stays, shows another row and says
 * so by its signal "changed". GTK keeps the widgets of what stays; to make others takes it 100 ms.
 */
#ifndef WW_VIEWER_TABLES_LISTING_MODEL_H
#define WW_VIEWER_TABLES_LISTING_MODEL_H

#include <gtk/gtk.h>

#include "viewer/tables/listing.h"

#define WW_TYPE_LISTING_ITEM (ww_listing_item_get_type())
G_DECLARE_FINAL_TYPE(WwListingItem, ww_listing_item, WW, LISTING_ITEM, GObject)

/* What it shows, and so until the model is set anew; the listing is borrowed. The row only of an
 * item that the list still has: fewer rows leave those behind that somebody holds. */
const struct ww_listing *ww_listing_item_listing(WwListingItem *item);
uint32_t ww_listing_item_row(WwListingItem *item);

#define WW_TYPE_LISTING_MODEL (ww_listing_model_get_type())
G_DECLARE_FINAL_TYPE(WwListingModel, ww_listing_model, WW, LISTING_MODEL, GObject)

WwListingModel *ww_listing_model_new(void); /* empty */
/* Takes both; @order as of ww_listing_arrange(). */
void ww_listing_model_set(WwListingModel *model, struct ww_listing *listing, GArray *order);

/* All, those too that come a moment later. */
guint ww_listing_model_n_rows(WwListingModel *model);

/* Borrowed: valid until it is set again; NULL at first. */
const struct ww_listing *ww_listing_model_listing(WwListingModel *model);
/* GTK learns of all rows at once, which otherwise come by and by. */
void ww_listing_model_show_all(WwListingModel *model);
/* In which its rows stand (uint32_t), which never changes; NULL: in their own. Borrowed. */
GArray *ww_listing_model_order(WwListingModel *model);
/* Of the listing, below the number of rows, and the other way round; false when the search left
 * that row out. */
uint32_t ww_listing_model_row(WwListingModel *model, guint position);
bool ww_listing_model_position(WwListingModel *model, uint32_t row, guint *position);

#endif
