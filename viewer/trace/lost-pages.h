/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WW_VIEWER_TRACE_LOST_PAGES_H
#define WW_VIEWER_TRACE_LOST_PAGES_H

/*
 * From now on what somebody cuts off a file that is mapped (a trace, its index) reads as zeros,
 * instead of ending the program by SIGBUS. The checks of both take it for the damage that it is.
 */
void ww_lost_pages_read_as_zeros(void);

#endif
