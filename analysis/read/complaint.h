/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What Babeltrace says of a trace that it cannot read, for people. Pure functions; free results with
 * g_free.
 */
#ifndef WW_ANALYSIS_READ_COMPLAINT_H
#define WW_ANALYSIS_READ_COMPLAINT_H

/* "No event class with ID ...: msg-it-addr=0x5601" without what only Babeltrace's developers can
 * use. */
char *ww_complaint_plain(const char *message);

/*
 * From its log, which is cut on the way: the line that names a place in the metadata, else the
 * first one, which is nearest to the cause. NULL: there is none.
 */
char *ww_complaint_of_log(char *log);

#endif
