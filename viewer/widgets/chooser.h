/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WwChooser: a card at the top of the window with an entry and a list of what answers it. One
 * types, goes up and down, and chooses with Enter; Escape, or going elsewhere, closes it.
 *
 * What there is to choose comes from a source: the search and the command palette are two of them.
 */
#ifndef WW_VIEWER_WIDGETS_CHOOSER_H
#define WW_VIEWER_WIDGETS_CHOOSER_H

#include <gtk/gtk.h>
#include <stdbool.h>

#define WW_TYPE_CHOOSER (ww_chooser_get_type())
G_DECLARE_FINAL_TYPE(WwChooser, ww_chooser, WW, CHOOSER, GtkWidget)

#define WW_CHOICES_MAX 60

/* Strings are borrowed until the chooser asks its source again or closes. */
struct ww_choice {
	const char *title;
	const char *subtitle;     /* in small; NULL: nothing */
	const char *note;         /* at the right, dim; NULL: nothing */
	const char *accelerators; /* keys at the right, as GTK writes them; NULL: none */
	gconstpointer data;       /* the source's */
};

struct ww_chooser_source {
	const char *name;   /* accessible, of the entry and the list; marked with N_() */
	const char *prompt; /* in the empty entry; the same */
	/* Puts what answers @typed into @choices (struct ww_choice), best first, WW_CHOICES_MAX at
	 * the most. */
	void (*find)(gpointer data, const char *typed, GArray *choices);
	void (*choose)(gpointer data, const struct ww_choice *choice);
	/* What is said when nothing answers. Static. */
	const char *(*nothing)(gpointer data);
	void (*free)(gpointer data);
};

GtkWidget *ww_chooser_new(void);

/* Shows it for @source, which must live as long as the program; takes @data. */
void ww_chooser_open(WwChooser *chooser, const struct ww_chooser_source *source, gpointer data);
/* Whether it is open for @data. */
bool ww_chooser_shows(WwChooser *chooser, gconstpointer data);
/* Asks the source again, which has learned more; nothing when it is not open for @data. */
void ww_chooser_refresh(WwChooser *chooser, gconstpointer data);
void ww_chooser_close(WwChooser *chooser);

#endif
