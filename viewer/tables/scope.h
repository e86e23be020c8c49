/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all tables list: the whole trace, or the area that was selected last, and the lane that is
 * being looked at.
 *
 * An area holds on while what is selected lies inside of it: picking one of its rows must not take
 * the others away.
 */
#ifndef WW_VIEWER_TABLES_SCOPE_H
#define WW_VIEWER_TABLES_SCOPE_H

#include "viewer/tables/listing.h"

struct ww_table_area {
	bool is_set;
	struct ww_span span;
	const struct ww_lane_set *lanes; /* NULL: all. Borrowed from the view */
};

/* What is selected now: takes, keeps or drops the area. True when it is another than before. */
bool ww_table_area_follow(struct ww_table_area *area, const struct ww_selection *selection);

/* The lane to read before one is selected: of the worst wait, else of the first thread in focus. */
struct ww_lane ww_table_first_lane(const struct ww_document *document);

#endif
