// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/chooser.h"

#include "viewer/app/i18n.h"
#include "viewer/widgets/named.h"

#define WIDTH_PX 600
#define LIST_HEIGHT_MAX_PX 420
#define PAGE_ROWS 8

struct _WwChooser {
	GtkWidget parent;
	GtkWidget *box;
	GtkWidget *entry;
	GtkWidget *scrolled;
	GtkWidget *list;
	GtkWidget *nothing;
	const struct ww_chooser_source *source; /* NULL: closed */
	gpointer data;                          /* owned */
	GArray *choices;                        /* struct ww_choice, one for each row */
	GtkWidget *came_from;                   /* has the focus again when it closes; weak */
};

G_DEFINE_FINAL_TYPE(WwChooser, ww_chooser, GTK_TYPE_WIDGET)

static GtkWidget *texts_new(const struct ww_choice *choice)
{
	GtkWidget *texts = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
	GtkWidget *title = gtk_label_new(choice->title);
	GtkWidget *subtitle;

	gtk_label_set_xalign(GTK_LABEL(title), 0);
	gtk_label_set_ellipsize(GTK_LABEL(title), PANGO_ELLIPSIZE_END);
	gtk_box_append(GTK_BOX(texts), title);
	gtk_widget_set_hexpand(texts, TRUE);
	gtk_widget_set_valign(texts, GTK_ALIGN_CENTER);
	if (!choice->subtitle)
		return texts;
	subtitle = gtk_label_new(choice->subtitle);
	gtk_label_set_xalign(GTK_LABEL(subtitle), 0);
	gtk_label_set_ellipsize(GTK_LABEL(subtitle), PANGO_ELLIPSIZE_END);
	gtk_widget_add_css_class(subtitle, "subtitle");
	gtk_box_append(GTK_BOX(texts), subtitle);
	return texts;
}

static GtkWidget *keys_new(const char *accelerators)
{
	GtkWidget *keys = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
	g_auto(GStrv) words = g_strsplit(accelerators, " ", -1);

	for (size_t i = 0; words[i]; i++)
		gtk_box_append(GTK_BOX(keys), gtk_shortcut_label_new(words[i]));
	gtk_widget_set_valign(keys, GTK_ALIGN_CENTER);
	return keys;
}

/* What a screen reader says of it. */
static char *name_of(const struct ww_choice *choice)
{
	return g_strjoin(", ", choice->title, choice->note ? choice->note : choice->subtitle,
			 choice->note ? choice->subtitle : NULL, NULL);
}

static GtkWidget *row_new(const struct ww_choice *choice)
{
	GtkWidget *row = gtk_list_box_row_new();
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
	g_autofree char *name = name_of(choice);

	gtk_box_append(GTK_BOX(box), texts_new(choice));
	if (choice->note) {
		GtkWidget *note = gtk_label_new(choice->note);

		gtk_widget_add_css_class(note, "dim-label");
		gtk_box_append(GTK_BOX(box), note);
	}
	if (choice->accelerators)
		gtk_box_append(GTK_BOX(box), keys_new(choice->accelerators));
	gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row), box);
	/* The entry keeps the focus. */
	gtk_widget_set_focusable(row, FALSE);
	ww_name_widget(row, name);
	return row;
}

static void remove_rows(WwChooser *chooser)
{
	GtkWidget *row;

	while ((row = gtk_widget_get_first_child(chooser->list)))
		gtk_list_box_remove(GTK_LIST_BOX(chooser->list), row);
	g_array_set_size(chooser->choices, 0);
}

static void describe(WwChooser *chooser, const char *text)
{
	gtk_accessible_update_property(GTK_ACCESSIBLE(chooser->entry),
				       GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

/* The entry keeps the focus, and a screen reader speaks of nothing else. */
static void describe_selected(WwChooser *chooser, int index)
{
	g_autofree char *name =
		name_of(&g_array_index(chooser->choices, struct ww_choice, (guint)index));
	g_autofree char *text =
		g_strdup_printf(_("%s: %d of %u"), name, index + 1, chooser->choices->len);

	describe(chooser, text);
}

static void select_row(WwChooser *chooser, int index)
{
	GtkListBoxRow *row = gtk_list_box_get_row_at_index(GTK_LIST_BOX(chooser->list), index);
	GtkAdjustment *vertical =
		gtk_scrolled_window_get_vadjustment(GTK_SCROLLED_WINDOW(chooser->scrolled));
	graphene_rect_t bounds;

	if (!row)
		return;
	gtk_list_box_select_row(GTK_LIST_BOX(chooser->list), row);
	describe_selected(chooser, index);
	if (gtk_widget_compute_bounds(GTK_WIDGET(row), chooser->list, &bounds))
		gtk_adjustment_clamp_page(vertical, bounds.origin.y,
					  bounds.origin.y + bounds.size.height);
}

static int selected_index(WwChooser *chooser)
{
	GtkListBoxRow *row = gtk_list_box_get_selected_row(GTK_LIST_BOX(chooser->list));

	return row ? gtk_list_box_row_get_index(row) : -1;
}

/* What tells a choice from others; it stays when the source has learned more. */
static char *key_of(const struct ww_choice *choice)
{
	return g_strjoin("\n", choice->title, choice->subtitle, NULL);
}

static int index_of(WwChooser *chooser, const char *wanted)
{
	for (guint i = 0; wanted && i < chooser->choices->len; i++) {
		g_autofree char *key =
			key_of(&g_array_index(chooser->choices, struct ww_choice, i));

		if (g_str_equal(key, wanted))
			return (int)i;
	}
	return 0;
}

/* Selects the @wanted choice (key_of), the first one when it is no more there or NULL. */
static void fill(WwChooser *chooser, const char *wanted)
{
	const char *typed = gtk_editable_get_text(GTK_EDITABLE(chooser->entry));

	remove_rows(chooser);
	chooser->source->find(chooser->data, typed, chooser->choices);
	for (guint i = 0; i < chooser->choices->len; i++)
		gtk_list_box_append(GTK_LIST_BOX(chooser->list),
				    row_new(&g_array_index(chooser->choices, struct ww_choice, i)));
	gtk_widget_set_visible(chooser->scrolled, chooser->choices->len > 0);
	gtk_widget_set_visible(chooser->nothing, chooser->choices->len == 0);
	gtk_label_set_text(GTK_LABEL(chooser->nothing), chooser->source->nothing(chooser->data));
	if (chooser->choices->len == 0)
		describe(chooser, gtk_label_get_text(GTK_LABEL(chooser->nothing)));
	gtk_adjustment_set_value(
		gtk_scrolled_window_get_vadjustment(GTK_SCROLLED_WINDOW(chooser->scrolled)), 0);
	select_row(chooser, index_of(chooser, wanted));
}

static void on_typed(GtkEditable *entry, WwChooser *chooser)
{
	if (chooser->source)
		fill(chooser, NULL);
}

static void clear_source(WwChooser *chooser)
{
	remove_rows(chooser);
	if (chooser->source)
		chooser->source->free(g_steal_pointer(&chooser->data));
	chooser->source = NULL;
}

void ww_chooser_close(WwChooser *chooser)
{
	GtkWidget *came_from = chooser->came_from;

	if (!chooser->source)
		return;
	clear_source(chooser);
	gtk_widget_set_visible(GTK_WIDGET(chooser), FALSE);
	g_clear_weak_pointer(&chooser->came_from);
	if (came_from)
		gtk_widget_grab_focus(came_from);
}

/* Closed first: what is chosen may open the chooser again, for something else. */
static void choose(WwChooser *chooser, int index)
{
	const struct ww_chooser_source *source = chooser->source;
	gpointer data = g_steal_pointer(&chooser->data);
	g_autoptr(GArray) choices = chooser->choices;
	struct ww_choice choice;

	chooser->choices = g_array_new(FALSE, FALSE, sizeof(struct ww_choice));
	choice = g_array_index(choices, struct ww_choice, (guint)index);
	chooser->source = NULL;
	remove_rows(chooser);
	gtk_widget_set_visible(GTK_WIDGET(chooser), FALSE);
	if (chooser->came_from)
		gtk_widget_grab_focus(chooser->came_from);
	g_clear_weak_pointer(&chooser->came_from);
	source->choose(data, &choice);
	source->free(data);
}

static void on_row_activated(GtkListBox *list, GtkListBoxRow *row, WwChooser *chooser)
{
	choose(chooser, gtk_list_box_row_get_index(row));
}

static void on_entered(GtkSearchEntry *entry, WwChooser *chooser)
{
	const int index = selected_index(chooser);

	if (index >= 0)
		choose(chooser, index);
}

static void step(WwChooser *chooser, int by)
{
	const int n_rows = (int)chooser->choices->len;

	if (n_rows > 0)
		select_row(chooser, CLAMP(selected_index(chooser) + by, 0, n_rows - 1));
}

/* Before the entry and the window's own keys. */
static gboolean on_key(GtkEventControllerKey *keys, guint keyval, guint keycode,
		       GdkModifierType modifiers, WwChooser *chooser)
{
	switch (keyval) {
	case GDK_KEY_Up:
		step(chooser, -1);
		return TRUE;
	case GDK_KEY_Down:
		step(chooser, 1);
		return TRUE;
	case GDK_KEY_Page_Up:
		step(chooser, -PAGE_ROWS);
		return TRUE;
	case GDK_KEY_Page_Down:
		step(chooser, PAGE_ROWS);
		return TRUE;
	case GDK_KEY_Escape:
		ww_chooser_close(chooser);
		return TRUE;
	default:
		return FALSE;
	}
}

static void on_focus_left(GtkEventControllerFocus *focus, WwChooser *chooser)
{
	ww_chooser_close(chooser);
}

static void chooser_dispose(GObject *object)
{
	WwChooser *chooser = WW_CHOOSER(object);

	if (chooser->choices)
		clear_source(chooser);
	g_clear_weak_pointer(&chooser->came_from);
	g_clear_pointer(&chooser->choices, g_array_unref);
	g_clear_pointer(&chooser->box, gtk_widget_unparent);
	G_OBJECT_CLASS(ww_chooser_parent_class)->dispose(object);
}

static void ww_chooser_class_init(WwChooserClass *class)
{
	G_OBJECT_CLASS(class)->dispose = chooser_dispose;
	gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
	gtk_widget_class_set_css_name(GTK_WIDGET_CLASS(class), "chooser");
	gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(class), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void add_list(WwChooser *chooser)
{
	chooser->list = gtk_list_box_new();
	chooser->scrolled = gtk_scrolled_window_new();
	chooser->nothing = gtk_label_new(NULL);
	gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(chooser->scrolled), GTK_POLICY_NEVER,
				       GTK_POLICY_AUTOMATIC);
	gtk_scrolled_window_set_max_content_height(GTK_SCROLLED_WINDOW(chooser->scrolled),
						   LIST_HEIGHT_MAX_PX);
	gtk_scrolled_window_set_propagate_natural_height(GTK_SCROLLED_WINDOW(chooser->scrolled),
							 TRUE);
	gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(chooser->scrolled), chooser->list);
	gtk_label_set_wrap(GTK_LABEL(chooser->nothing), TRUE);
	gtk_widget_add_css_class(chooser->nothing, "dim-label");
	gtk_widget_add_css_class(chooser->nothing, "nothing");
	gtk_box_append(GTK_BOX(chooser->box), chooser->scrolled);
	gtk_box_append(GTK_BOX(chooser->box), chooser->nothing);
	g_signal_connect(chooser->list, "row-activated", G_CALLBACK(on_row_activated), chooser);
}

static void listen(WwChooser *chooser)
{
	GtkEventController *keys = gtk_event_controller_key_new();
	GtkEventController *focus = gtk_event_controller_focus_new();

	gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
	g_signal_connect(keys, "key-pressed", G_CALLBACK(on_key), chooser);
	g_signal_connect(focus, "leave", G_CALLBACK(on_focus_left), chooser);
	gtk_widget_add_controller(GTK_WIDGET(chooser), keys);
	gtk_widget_add_controller(GTK_WIDGET(chooser), focus);
}

static void ww_chooser_init(WwChooser *chooser)
{
	chooser->choices = g_array_new(FALSE, FALSE, sizeof(struct ww_choice));
	chooser->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
	chooser->entry = gtk_search_entry_new();
	gtk_search_entry_set_search_delay(GTK_SEARCH_ENTRY(chooser->entry), 0);
	gtk_box_append(GTK_BOX(chooser->box), chooser->entry);
	add_list(chooser);
	gtk_widget_set_parent(chooser->box, GTK_WIDGET(chooser));
	g_signal_connect(chooser->entry, "changed", G_CALLBACK(on_typed), chooser);
	g_signal_connect(chooser->entry, "activate", G_CALLBACK(on_entered), chooser);
	listen(chooser);
	gtk_widget_set_halign(GTK_WIDGET(chooser), GTK_ALIGN_CENTER);
	gtk_widget_set_valign(GTK_WIDGET(chooser), GTK_ALIGN_START);
	gtk_widget_set_size_request(GTK_WIDGET(chooser), WIDTH_PX, -1);
	gtk_widget_set_overflow(GTK_WIDGET(chooser), GTK_OVERFLOW_HIDDEN);
	gtk_widget_set_visible(GTK_WIDGET(chooser), FALSE);
}

GtkWidget *ww_chooser_new(void)
{
	return g_object_new(WW_TYPE_CHOOSER, NULL);
}

void ww_chooser_open(WwChooser *chooser, const struct ww_chooser_source *source, gpointer data)
{
	GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(chooser));
	GtkWidget *focus = root ? gtk_root_get_focus(root) : NULL;

	clear_source(chooser);
	if (!gtk_widget_get_visible(GTK_WIDGET(chooser)))
		g_set_weak_pointer(&chooser->came_from, focus);
	chooser->source = source;
	chooser->data = data;
	g_object_set(chooser->entry, "placeholder-text", _(source->prompt), NULL);
	ww_name_widget(GTK_WIDGET(chooser), _(source->name));
	ww_name_widget(chooser->entry, _(source->name));
	ww_name_widget(chooser->list, _(source->name));
	gtk_editable_set_text(GTK_EDITABLE(chooser->entry), "");
	fill(chooser, NULL);
	gtk_widget_set_visible(GTK_WIDGET(chooser), TRUE);
	gtk_widget_grab_focus(chooser->entry);
}

bool ww_chooser_shows(WwChooser *chooser, gconstpointer data)
{
	return chooser->source && chooser->data == data;
}

void ww_chooser_refresh(WwChooser *chooser, gconstpointer data)
{
	g_autofree char *wanted = NULL;
	int index;

	if (!ww_chooser_shows(chooser, data))
		return;
	index = selected_index(chooser);
	if (index > 0) /* whoever has gone nowhere yet wants the best of all */
		wanted = key_of(&g_array_index(chooser->choices, struct ww_choice, (guint)index));
	fill(chooser, wanted);
}
