/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the panel's pages are made of: headings, paragraphs, cards, lists of rows that may be links.
 */
#ifndef WW_VIEWER_WIDGETS_PANEL_PARTS_H
#define WW_VIEWER_WIDGETS_PANEL_PARTS_H

#include <gtk/gtk.h>

#include "viewer/view/view.h"

/* A page on its way. */
struct ww_panel_page {
	GtkBox *box; /* vertical; what is added goes here */
	WwView *view;
	bool shows_all; /* lists have all of their rows, up to a bound */
};

/* The pages: each fills an empty box. */
void ww_panel_fill_summary(const struct ww_panel_page *page);
/* Of the selected area what is known at once, then its sums. */
void ww_panel_fill_area(const struct ww_panel_page *page, const struct ww_area *area);
/* An interval of a thread or CPU. @answer: NULL, it is on its way. */
void ww_panel_fill_interval(const struct ww_panel_page *page, const struct ww_answer *answer);
/* Why the wait took as long as it did. */
void ww_panel_fill_explanation(const struct ww_panel_page *page, const struct ww_answer *answer);
/* Below it: what a person reads only then. */
void ww_panel_fill_rest(const struct ww_panel_page *page, const struct ww_answer *answer);

/* Parts of pages. */
void ww_panel_add_title(const struct ww_panel_page *page);  /* what is selected, how long, when */
void ww_panel_add_around(const struct ww_panel_page *page); /* what was before and after */
void ww_panel_add_wakers(const struct ww_panel_page *page, const GArray *wakers);
/* To follow the path and to copy. */
void ww_panel_add_buttons(const struct ww_panel_page *page);
void ww_panel_add_steps(const struct ww_panel_page *page, const struct ww_explanation *explanation);
/* The marks that were set, as links; nothing when there is none. */
void ww_panel_add_marks(const struct ww_panel_page *page);
/* Cards of all findings; says so when they are on their way. */
void ww_panel_add_findings(const struct ww_panel_page *page);
/* What to try about this wait, if a finding knows something. */
void ww_panel_add_advice(const struct ww_panel_page *page,
			 const struct ww_explanation *explanation);

/*
 * Widgets side by side. Never a GtkBox: it asks each of them how wide it is at the height that it
 * has, which a text that wraps finds out by being laid out twenty times.
 */
GtkGrid *ww_panel_line_new(void);
void ww_panel_line_add(GtkGrid *line, GtkWidget *widget);

/* A label that wraps, left-aligned, for panels and what they are made of. To find out how narrow a
 * text can be, GTK lays one without a least width out letter by letter. */
#define WW_PANEL_CHARS_MIN 16
GtkWidget *ww_panel_wrapping_new(const char *text, int chars_min);

GtkWidget *ww_panel_text_new(const char *text, const char *css_class);

/* Building blocks; each is appended to the box. */
void ww_panel_add_heading(GtkBox *box, const char *text);
GtkWidget *ww_panel_add_text(GtkBox *box, const char *text, const char *css_class);
GtkListBox *ww_panel_add_list(GtkBox *box, const char *label);
GtkBox *ww_panel_add_card(GtkBox *box, const char *label);
/* Spinner and text: something is on its way. */
void ww_panel_add_busy(GtkBox *box, const char *text);

/* A row: sign at the left (NULL: none), title, what is said in small (NULL: nothing), a value at
 * the right (NULL: none). */
GtkWidget *ww_panel_add_row(GtkListBox *list, GtkWidget *sign, const char *title,
			    const char *subtitle, const char *value);
/* How many rows of @n a list shows; ww_panel_add_more() stands for the others. */
guint ww_panel_rows_shown(const struct ww_panel_page *page, guint n);
void ww_panel_add_more(const struct ww_panel_page *page, GtkListBox *list, guint n);

/* Makes a row, or a button, a link to what @lane did at @t_ns. */
void ww_panel_link(GtkWidget *widget, WwView *view, struct ww_lane lane, int64_t t_ns);
void ww_panel_link_wait(GtkWidget *widget, WwView *view, struct ww_wait_ref ref);
void ww_panel_link_mark(GtkWidget *widget, WwView *view, uint32_t number);
/* To a stretch of @lane, as an area called @title, a string that lives for good. */
void ww_panel_link_stretch(GtkWidget *widget, WwView *view, struct ww_lane lane,
			   struct ww_span span, const char *title);

#endif
