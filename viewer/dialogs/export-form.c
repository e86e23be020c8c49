// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/dialogs/export-form.h"

#include <adwaita.h>

#include "viewer/app/i18n.h"

/* What stands before the formats of trace-export. */
#define PICTURES_N WW_EXPORT_FORMAT

enum scope {
	SCOPE_WHOLE,
	SCOPE_VISIBLE,
	SCOPE_SELECTION,
	SCOPE_N,
};

struct _WwExportForm {
	GtkWidget parent;
	GtkWidget *page;
	GtkWidget *format, *scope;
	GtkStringList *titles;
	GtkWidget *users;
	struct ww_span spans[SCOPE_N]; /* as the form offers them; the view may move on */
	GArray *tids;                  /* int32_t: whose lanes were selected; none: all */
	WwView *view;
	GPtrArray *formats; /* struct ww_export_format; NULL: not told yet */
};

G_DEFINE_FINAL_TYPE(WwExportForm, ww_export_form, GTK_TYPE_WIDGET)

static void export_form_dispose(GObject *object)
{
	WwExportForm *form = WW_EXPORT_FORM(object);

	g_clear_pointer(&form->page, gtk_widget_unparent);
	g_clear_pointer(&form->formats, g_ptr_array_unref);
	g_clear_pointer(&form->tids, g_array_unref);
	g_clear_object(&form->titles);
	g_clear_object(&form->view);
	G_OBJECT_CLASS(ww_export_form_parent_class)->dispose(object);
}

static void ww_export_form_class_init(WwExportFormClass *class)
{
	G_OBJECT_CLASS(class)->dispose = export_form_dispose;
	gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
}

static guint selected(GtkWidget *row)
{
	return adw_combo_row_get_selected(ADW_COMBO_ROW(row));
}

/* NULL: a picture. */
static const struct ww_export_format *format_of(WwExportForm *form)
{
	const guint i = selected(form->format);

	if (!form->formats || i < PICTURES_N || i - PICTURES_N >= form->formats->len)
		return NULL;
	return g_ptr_array_index(form->formats, i - PICTURES_N);
}

static const char *users_of(const struct ww_export_format *format)
{
	if (!format)
		return _("The timeline as the window shows it");
	return format->users ? format->users : "";
}

static void on_format(WwExportForm *form)
{
	const struct ww_export_format *format = format_of(form);

	gtk_label_set_text(GTK_LABEL(form->users), users_of(format));
	gtk_widget_set_sensitive(form->scope, format != NULL);
}

static GtkWidget *format_row_new(WwExportForm *form)
{
	form->format = adw_combo_row_new();
	form->titles = gtk_string_list_new(NULL);
	gtk_string_list_append(form->titles, _("Picture (PNG)"));
	gtk_string_list_append(form->titles, _("Drawing (SVG)"));
	adw_preferences_row_set_title(ADW_PREFERENCES_ROW(form->format), _("Format"));
	/* Beside the title there is no room for the names of some. */
	adw_combo_row_set_use_subtitle(ADW_COMBO_ROW(form->format), TRUE);
	adw_combo_row_set_model(ADW_COMBO_ROW(form->format), G_LIST_MODEL(form->titles));
	g_signal_connect_swapped(form->format, "notify::selected", G_CALLBACK(on_format), form);
	return form->format;
}

static void append_scope(WwExportForm *form, GtkStringList *scopes, const char *name,
			 struct ww_span span)
{
	g_autofree char *length = ww_duration_text(ww_span_length_ns(span));
	g_autofree char *text = g_strdup_printf("%s (%s)", name, length);

	form->spans[g_list_model_get_n_items(G_LIST_MODEL(scopes))] = span;
	gtk_string_list_append(scopes, text);
}

static void add_tid(GArray *tids, const struct ww_trace *trace, uint32_t utid)
{
	const int32_t tid = ww_trace_thread(trace, utid)->tid;

	g_array_append_val(tids, tid);
}

/* Whose lanes are selected; none when it is all of them, or a CPU's. */
static void add_selected(GArray *tids, const struct ww_trace *trace,
			 const struct ww_selection *selection)
{
	const uint32_t n_threads = ww_trace_info(trace)->n_threads;

	if (selection->kind == WW_SELECTION_INTERVAL) {
		if (selection->lane.kind == WW_LANE_THREAD)
			add_tid(tids, trace, selection->lane.index);
		return;
	}
	if (!selection->lanes || ww_lane_set_n_threads(selection->lanes) == 0)
		return;
	for (uint32_t utid = 0; utid < n_threads; utid++) {
		if (ww_selection_covers_thread(selection, utid))
			add_tid(tids, trace, utid);
	}
}

static GtkWidget *scope_row_new(WwExportForm *form)
{
	const struct ww_selection *selection = ww_view_selection(form->view);
	const struct ww_span all = { 0, ww_trace_info(ww_view_trace(form->view))->duration_ns };
	g_autoptr(GtkStringList) scopes = gtk_string_list_new(NULL);

	append_scope(form, scopes, _("Whole Trace"), all);
	append_scope(form, scopes, _("Visible Range"), ww_view_viewport(form->view)->span);
	if (selection->kind != WW_SELECTION_NONE) {
		append_scope(form, scopes, _("Selection"), selection->span);
		add_selected(form->tids, ww_view_trace(form->view), selection);
	}
	form->scope = adw_combo_row_new();
	adw_preferences_row_set_title(ADW_PREFERENCES_ROW(form->scope), _("What"));
	adw_combo_row_set_model(ADW_COMBO_ROW(form->scope), G_LIST_MODEL(scopes));
	if (selection->kind != WW_SELECTION_NONE)
		adw_combo_row_set_selected(ADW_COMBO_ROW(form->scope), SCOPE_SELECTION);
	return form->scope;
}

static GtkWidget *users_new(WwExportForm *form)
{
	form->users = gtk_label_new(NULL);
	gtk_label_set_wrap(GTK_LABEL(form->users), TRUE);
	gtk_label_set_xalign(GTK_LABEL(form->users), 0);
	gtk_widget_add_css_class(form->users, "dim-label");
	gtk_widget_set_margin_top(form->users, 12);
	return form->users;
}

static void ww_export_form_init(WwExportForm *form)
{
	form->tids = g_array_new(FALSE, FALSE, sizeof(int32_t));
}

GtkWidget *ww_export_form_new(WwView *view)
{
	WwExportForm *form = g_object_new(WW_TYPE_EXPORT_FORM, NULL);
	GtkWidget *group = adw_preferences_group_new();

	form->view = g_object_ref(view);
	form->page = group;
	adw_preferences_group_add(ADW_PREFERENCES_GROUP(group), format_row_new(form));
	adw_preferences_group_add(ADW_PREFERENCES_GROUP(group), scope_row_new(form));
	adw_preferences_group_add(ADW_PREFERENCES_GROUP(group), users_new(form));
	gtk_widget_add_css_class(group, "form");
	gtk_widget_set_parent(group, GTK_WIDGET(form));
	on_format(form);
	return GTK_WIDGET(form);
}

void ww_export_form_set_formats(WwExportForm *form, GPtrArray *formats)
{
	g_assert(!form->formats);
	form->formats = g_ptr_array_ref(formats);
	for (guint i = 0; i < formats->len; i++) {
		const struct ww_export_format *format = g_ptr_array_index(formats, i);

		gtk_string_list_append(form->titles, format->title);
	}
	if (formats->len > 0)
		adw_combo_row_set_selected(ADW_COMBO_ROW(form->format), PICTURES_N);
}

enum ww_export_kind ww_export_form_kind(WwExportForm *form)
{
	return MIN(selected(form->format), WW_EXPORT_FORMAT);
}

const char *ww_export_form_suffix(WwExportForm *form)
{
	const struct ww_export_format *format = format_of(form);

	if (format)
		return format->suffix;
	return ww_export_form_kind(form) == WW_EXPORT_PNG ? ".png" : ".svg";
}

void ww_export_form_wish(WwExportForm *form, struct ww_export_wish *wish)
{
	const struct ww_export_format *format = format_of(form);
	const guint scope = selected(form->scope);

	*wish = (struct ww_export_wish){ .format = format ? format->name : NULL,
					 .trace = ww_trace_info(ww_view_trace(form->view))->path };
	if (scope == SCOPE_VISIBLE || scope == SCOPE_SELECTION)
		wish->span = form->spans[scope];
	if (scope == SCOPE_SELECTION && form->tids->len > 0) {
		wish->tids = (const int32_t *)(const void *)form->tids->data;
		wish->n_tids = form->tids->len;
	}
}
