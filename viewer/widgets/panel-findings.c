// SPDX-License-Identifier: GPL-2.0-or-later
/* What is wrong in the trace, as cards. */
#include "viewer/app/i18n.h"
#include "viewer/model/advice.h"
#include "viewer/model/say.h"
#include "viewer/model/words.h"
#include "viewer/widgets/named.h"
#include "viewer/widgets/panel-parts.h"

#define CARDS_FEW 4

/* "17 times, 320 ms in all, the worst 23.0 ms". */
static char *count_text(const struct ww_finding *finding)
{
	g_autofree char *count = ww_count_text(finding->count);
	g_autofree char *total = ww_duration_text(finding->total_ns);
	g_autofree char *worst = ww_duration_text(finding->worst_ns);

	if (finding->kind == WW_FINDING_LOST_DATA)
		return finding->count > 0 ? g_strdup_printf(ngettext("%s record", "%s records",
								     (gulong)finding->count),
							    count)
					  : g_strdup("");
	if (finding->count <= 1 && finding->total_ns > 0)
		return g_strdup_printf(_("Once, %s"), total);
	if (finding->worst_ns <= 0)
		return g_strdup_printf(ngettext("%s time, %s in all", "%s times, %s in all",
						(gulong)finding->count),
				       count, total);
	return g_strdup_printf(ngettext("%s time, %s in all, the worst %s",
					"%s times, %s in all, the worst %s",
					(gulong)finding->count),
			       count, total, worst);
}

static const char *sure_text(enum ww_confidence confidence)
{
	switch (confidence) {
	case WW_CONFIDENCE_EXACT:
		return _("Exact, all of it was recorded");
	case WW_CONFIDENCE_LIKELY:
		return _("Likely, part of it is inferred");
	default:
		return _("Not sure, the recording does not say enough");
	}
}

static void add_advice_text(GtkBox *box, const char *advice)
{
	g_autofree char *text = g_strdup_printf(_("What to try: %s"), advice);

	ww_panel_add_text(box, text, "advice");
}

/* Its number at the left, the way to its worst wait at the right. */
static void add_foot(const struct ww_panel_page *page, GtkBox *card,
		     const struct ww_finding *finding)
{
	GtkGrid *line = ww_panel_line_new();
	g_autofree char *label = ww_say_capital(ww_word_finding(finding->kind));
	g_autofree char *name = g_strdup_printf(_("Show me: %s"), label);
	GtkWidget *sure = ww_panel_text_new(sure_text(finding->confidence), "dim-label");
	GtkWidget *button;

	gtk_widget_set_hexpand(sure, TRUE);
	gtk_widget_add_css_class(sure, "small");
	ww_panel_line_add(line, sure);
	gtk_box_append(card, GTK_WIDGET(line));
	if (!finding->has_exemplar)
		return;
	button = gtk_button_new_with_label(_("Show Me"));
	gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
	ww_name_widget(button, name);
	ww_panel_link_wait(button, page->view, finding->exemplar);
	ww_panel_line_add(line, button);
}

static void add_finding(const struct ww_panel_page *page, const struct ww_finding *finding)
{
	g_autofree char *label = ww_say_capital(ww_word_finding(finding->kind));
	g_autofree char *count = count_text(finding);
	GtkBox *card = ww_panel_add_card(page->box, label);

	ww_panel_add_text(card, label, "heading");
	ww_panel_add_text(card, finding->sentence, NULL);
	if (*count)
		ww_panel_add_text(card, count, "count");
	if (finding->advice)
		add_advice_text(card, finding->advice);
	add_foot(page, card, finding);
}

static void add_more_button(const struct ww_panel_page *page, guint n)
{
	g_autofree char *text =
		g_strdup_printf(ngettext("Show %u More Finding", "Show %u More Findings", n), n);
	GtkWidget *button = gtk_button_new_with_label(text);

	gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "panel.show-all");
	gtk_widget_add_css_class(button, "flat");
	gtk_box_append(page->box, button);
}

void ww_panel_add_findings(const struct ww_panel_page *page)
{
	const GPtrArray *findings = ww_insight_findings(ww_view_insight(page->view));
	guint n_shown;

	ww_panel_add_heading(page->box, _("What is wrong"));
	if (!findings) {
		ww_panel_add_busy(page->box, _("Looking for it…"));
		return;
	}
	if (findings->len == 0)
		ww_panel_add_text(page->box, _("No rule found anything."), "dim-label");
	n_shown = page->shows_all || findings->len == CARDS_FEW + 1 ? findings->len
								    : MIN(findings->len, CARDS_FEW);
	for (guint i = 0; i < n_shown; i++)
		add_finding(page, findings->pdata[i]);
	if (n_shown < findings->len)
		add_more_button(page, findings->len - n_shown);
}

void ww_panel_add_advice(const struct ww_panel_page *page, const struct ww_explanation *explanation)
{
	const struct ww_finding *finding =
		ww_advice_find(ww_insight_findings(ww_view_insight(page->view)), explanation);
	g_autofree char *label = NULL;
	g_autofree char *count = NULL;
	GtkBox *card;

	if (!finding)
		return;
	label = ww_say_capital(ww_word_finding(finding->kind));
	count = count_text(finding);
	card = ww_panel_add_card(page->box, _("What to try"));
	ww_panel_add_text(card, label, "heading");
	if (*count)
		ww_panel_add_text(card, count, "count");
	if (finding->advice)
		add_advice_text(card, finding->advice);
}
