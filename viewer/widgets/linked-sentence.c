// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/linked-sentence.h"

#include "viewer/model/mentions.h"
#include "viewer/widgets/panel-parts.h"

/* A link's address is the number of its mention. */
static gboolean on_link(GtkLabel *label, const char *address, gpointer data)
{
	WwView *view = data;
	const GArray *mentions = g_object_get_data(G_OBJECT(label), "mentions");
	const guint64 i = g_ascii_strtoull(address, NULL, 10);
	const struct ww_mention *mention;

	g_return_val_if_fail(i < mentions->len, TRUE);
	mention = &g_array_index(mentions, struct ww_mention, i);
	ww_view_go_to(view, (struct ww_lane){ WW_LANE_THREAD, mention->utid }, mention->t_ns,
		      false);
	return TRUE;
}

static char *markup_of(const char *sentence, const GArray *mentions)
{
	GString *markup = g_string_new(NULL);
	g_autofree char *rest = NULL;
	size_t at = 0;

	for (guint i = 0; i < mentions->len; i++) {
		const struct ww_mention *mention = &g_array_index(mentions, struct ww_mention, i);
		g_autofree char *before =
			g_markup_escape_text(sentence + at, (gssize)(mention->begin - at));
		g_autofree char *name = g_markup_escape_text(
			sentence + mention->begin, (gssize)(mention->end - mention->begin));

		g_string_append_printf(markup, "%s<a href=\"%u\">%s</a>", before, i, name);
		at = mention->end;
	}
	rest = g_markup_escape_text(sentence + at, -1);
	g_string_append(markup, rest);
	return g_string_free(markup, FALSE);
}

GtkWidget *ww_linked_sentence_new(WwView *view, const struct ww_explanation *explanation)
{
	GtkWidget *label = ww_panel_wrapping_new(NULL, WW_PANEL_CHARS_MIN);
	GArray *mentions = ww_mentions_of(ww_view_trace(view), explanation);
	g_autofree char *markup = markup_of(explanation->sentence, mentions);

	gtk_label_set_markup(GTK_LABEL(label), markup);
	gtk_widget_add_css_class(label, "sentence");
	g_object_set_data_full(G_OBJECT(label), "mentions", mentions,
			       (GDestroyNotify)g_array_unref);
	g_signal_connect_object(label, "activate-link", G_CALLBACK(on_link), view, 0);
	return label;
}
