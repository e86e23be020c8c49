// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/notice.h"

#define BAR_WIDTH_PX 160

struct _WwNotice {
	GtkWidget parent;
	GtkWidget *revealer;
	GtkWidget *text, *bar, *button;
};

G_DEFINE_FINAL_TYPE(WwNotice, ww_notice, GTK_TYPE_WIDGET)

static void notice_dispose(GObject *object)
{
	g_clear_pointer(&WW_NOTICE(object)->revealer, gtk_widget_unparent);
	G_OBJECT_CLASS(ww_notice_parent_class)->dispose(object);
}

static void ww_notice_class_init(WwNoticeClass *class)
{
	G_OBJECT_CLASS(class)->dispose = notice_dispose;
	gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
	gtk_widget_class_set_css_name(GTK_WIDGET_CLASS(class), "notice");
	gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(class), GTK_ACCESSIBLE_ROLE_STATUS);
}

static void ww_notice_init(WwNotice *notice)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);

	notice->text = gtk_label_new(NULL);
	gtk_label_set_ellipsize(GTK_LABEL(notice->text), PANGO_ELLIPSIZE_END);
	gtk_label_set_xalign(GTK_LABEL(notice->text), 0);
	gtk_widget_add_css_class(notice->text, "numeric");
	notice->bar = gtk_progress_bar_new();
	gtk_widget_set_size_request(notice->bar, BAR_WIDTH_PX, -1);
	gtk_widget_set_valign(notice->bar, GTK_ALIGN_CENTER);
	gtk_widget_set_hexpand(notice->bar, TRUE);
	gtk_widget_set_halign(notice->bar, GTK_ALIGN_START);
	notice->button = gtk_button_new();
	gtk_widget_set_hexpand(notice->button, TRUE);
	gtk_widget_set_halign(notice->button, GTK_ALIGN_END);
	gtk_box_append(GTK_BOX(box), notice->text);
	gtk_box_append(GTK_BOX(box), notice->bar);
	gtk_box_append(GTK_BOX(box), notice->button);
	notice->revealer = gtk_revealer_new();
	gtk_revealer_set_child(GTK_REVEALER(notice->revealer), box);
	gtk_widget_set_parent(notice->revealer, GTK_WIDGET(notice));
}

GtkWidget *ww_notice_new(void)
{
	return g_object_new(WW_TYPE_NOTICE, NULL);
}

void ww_notice_tell(WwNotice *notice, const char *text, const char *label, const char *action,
		    double fraction)
{
	/* It is told often: a label that is set anew has screen readers read it again. */
	if (g_strcmp0(text, gtk_label_get_text(GTK_LABEL(notice->text))) != 0)
		gtk_label_set_text(GTK_LABEL(notice->text), text);
	if (g_strcmp0(label, gtk_button_get_label(GTK_BUTTON(notice->button))) != 0)
		gtk_button_set_label(GTK_BUTTON(notice->button), label);
	gtk_actionable_set_action_name(GTK_ACTIONABLE(notice->button), action);
	gtk_widget_set_visible(notice->bar, fraction >= 0);
	gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(notice->bar), CLAMP(fraction, 0, 1));
	gtk_revealer_set_reveal_child(GTK_REVEALER(notice->revealer), TRUE);
}

void ww_notice_hide(WwNotice *notice)
{
	gtk_revealer_set_reveal_child(GTK_REVEALER(notice->revealer), FALSE);
}
