// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/window/help.h"

#include <adwaita.h>

#include "viewer/app/i18n.h"

static const struct {
	const char *heading;
	const char *text;
} sections[] = {
	{ N_("What a lane shows"),
	  N_("Each lane is a thread. A tall orange bar is time it was ready to run and did not: this is what Whywait is for. A green bar is time on a CPU, a thin blue line is time it waited for something to happen. Zoomed out, a pixel mixes what happened in it, and even the shortest wait leaves a mark. Hatched: nobody knows, because records were lost or not taken.") },
	{ N_("Signs and colours"),
	  N_("A dashed frame in another lane marks who held the lock while the selected wait went on. Arrows lead from whoever woke a thread to the thread that woke up; after C they follow the critical path. In the lanes of CPUs green is the program you recorded, other colours are other programs, and grey is the kernel. The tasks that a program marks itself have colours of their own, one for each name.") },
	{ N_("Why did it wait?"),
	  N_("Click a bar. The panel says in a sentence why it took as long as it did, splits it into parts that sum to 100 %, and says how sure that is. Threads that the sentence names are links to what they did meanwhile, and so is each part. A black arrow shows who woke the thread, a dashed frame who held the lock. C draws the whole critical path over the lanes.") },
	{ N_("Where do I begin?"),
	  N_("Press R. It goes to the worst wait, and each time you press it again to the next one. Ctrl+Z brings you back to where you were. The panel lists what is wrong with the program as cards when nothing is selected (Escape).") },
	{ N_("Moving around"),
	  N_(
		  "W and S zoom at the pointer, A and D pan, as in Perfetto. So do Ctrl+wheel and Shift+wheel. The strip at the top is the whole trace: click it to go there. F6 goes from the lanes to the tables to the panel.") },
	{ N_("Measuring"),
	  N_("Drag over lanes to sum up what happened in them: time by state and cause, the worst waits, and all tables below for just that. Drag over the ruler for all lanes. 1 and 2 put two cursors whose distance stands at the bottom, and drags move them by their flags. O counts time from an instant, M leaves a mark with a note.") },
	{ N_("Finding"),
	  N_("/ finds threads, locks, system calls, tasks and times by name; F3 then steps through all waits of that kind. Ctrl+Shift+P finds everything the window can do.") },
	{ N_("Process rows"),
	  N_("The row of a process shows how many of its threads ran (green), could have (orange) and waited (blue) at once. Sort, filter and hide lanes with the menu above them; T pins one to the top.") },
	{ N_("CPUs"),
	  N_("The first lanes show who ran on each CPU, and the row above them how many of the CPUs were busy.") },
};

#define SIGNS_SECTION 1

/* Where the section lies is known once the page has its size. */
static gboolean scroll_to(GtkWidget *heading, GdkFrameClock *clock, gpointer scrolled)
{
	GtkWidget *page = gtk_widget_get_parent(heading);
	graphene_rect_t bounds;

	if (gtk_widget_get_height(page) == 0 || !gtk_widget_compute_bounds(heading, page, &bounds))
		return G_SOURCE_CONTINUE;
	gtk_adjustment_set_value(gtk_scrolled_window_get_vadjustment(scrolled), bounds.origin.y);
	return G_SOURCE_REMOVE;
}

static void close_by_escape(GtkWidget *window)
{
	GtkEventController *controller = gtk_shortcut_controller_new();

	gtk_shortcut_controller_add_shortcut(
		GTK_SHORTCUT_CONTROLLER(controller),
		gtk_shortcut_new(gtk_keyval_trigger_new(GDK_KEY_Escape, 0),
				 gtk_named_action_new("window.close")));
	gtk_widget_add_controller(window, controller);
}

/* The heading of the section is returned. */
static GtkWidget *append_section(GtkWidget *page, size_t i)
{
	GtkWidget *heading = gtk_label_new(_(sections[i].heading));
	GtkWidget *text = gtk_label_new(_(sections[i].text));

	gtk_label_set_xalign(GTK_LABEL(heading), 0);
	gtk_label_set_xalign(GTK_LABEL(text), 0);
	gtk_label_set_wrap(GTK_LABEL(text), TRUE);
	gtk_widget_add_css_class(heading, "heading");
	gtk_widget_add_css_class(heading, "section");
	gtk_box_append(GTK_BOX(page), heading);
	gtk_box_append(GTK_BOX(page), text);
	return heading;
}

void ww_help_present(GtkWindow *parent, enum ww_help_place place)
{
	GtkWidget *window = adw_window_new();
	GtkWidget *layout = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
	GtkWidget *page = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
	GtkWidget *scrolled = gtk_scrolled_window_new();

	for (size_t i = 0; i < G_N_ELEMENTS(sections); i++) {
		GtkWidget *heading = append_section(page, i);

		if (place == WW_HELP_SIGNS && i == SIGNS_SECTION)
			gtk_widget_add_tick_callback(heading, scroll_to, scrolled, NULL);
	}
	close_by_escape(window);
	gtk_widget_add_css_class(page, "help");
	gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_NEVER,
				       GTK_POLICY_AUTOMATIC);
	gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), page);
	gtk_widget_set_vexpand(scrolled, TRUE);
	gtk_box_append(GTK_BOX(layout), adw_header_bar_new());
	gtk_box_append(GTK_BOX(layout), scrolled);
	adw_window_set_content(ADW_WINDOW(window), layout);
	gtk_window_set_title(GTK_WINDOW(window), _("Reading the Timeline"));
	gtk_window_set_default_size(GTK_WINDOW(window), 520, 600);
	gtk_window_set_transient_for(GTK_WINDOW(window), parent);
	gtk_window_set_modal(GTK_WINDOW(window), TRUE);
	gtk_window_set_destroy_with_parent(GTK_WINDOW(window), TRUE);
	gtk_window_present(GTK_WINDOW(window));
}
