// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/flame-private.h"

static void on_pressed(GtkGestureClick *gesture, int n_press, double x, double y,
		       WwFlameGraph *graph)
{
	uint32_t node;

	gtk_widget_grab_focus(GTK_WIDGET(graph));
	/* The first click has widened the node, so it is under the second one too. */
	if (n_press == 2)
		ww_flame_graph_follow(graph);
	else if (n_press == 1 && ww_flame_graph_node_at(graph, x, y, &node))
		ww_flame_graph_widen(graph, node);
}

static uint32_t neighbour(const WwFlameGraph *graph, guint keyval)
{
	const struct ww_flame_node *node = ww_flame_node(graph->flame, graph->chosen);

	switch (keyval) {
	case GDK_KEY_Up:
		return node->parent;
	case GDK_KEY_Down:
		return node->first_child;
	case GDK_KEY_Left:
		return node->previous;
	default:
		return node->next;
	}
}

/* What is chosen must be on the screen: outside of what is widened there is nothing. */
static bool is_inside(const WwFlameGraph *graph, uint32_t node)
{
	const struct ww_flame_node *widened = ww_flame_node(graph->flame, graph->widened);
	const struct ww_flame_node *it = ww_flame_node(graph->flame, node);

	if (it->depth <= widened->depth) {
		for (uint32_t i = graph->widened; i != WW_FLAME_NONE;
		     i = ww_flame_node(graph->flame, i)->parent) {
			if (i == node)
				return true;
		}
		return false;
	}
	return widened->begin_ns <= it->begin_ns &&
	       it->begin_ns < widened->begin_ns + widened->total_ns;
}

static void step(WwFlameGraph *graph, guint keyval)
{
	const uint32_t node = neighbour(graph, keyval);

	if (node == WW_FLAME_NONE)
		return;
	if (is_inside(graph, node))
		ww_flame_graph_choose(graph, node);
	else
		ww_flame_graph_widen(graph, node);
}

static gboolean on_key(GtkEventControllerKey *controller, guint keyval, guint keycode,
		       GdkModifierType modifiers, WwFlameGraph *graph)
{
	const bool is_plain = !(modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK));

	if (!graph->flame)
		return FALSE;
	switch (keyval) {
	case GDK_KEY_Up:
	case GDK_KEY_Down:
	case GDK_KEY_Left:
	case GDK_KEY_Right:
		if (is_plain)
			step(graph, keyval);
		return is_plain;
	case GDK_KEY_Return:
	case GDK_KEY_KP_Enter:
		if (modifiers & GDK_CONTROL_MASK)
			ww_flame_graph_follow(graph);
		else
			ww_flame_graph_widen(graph, graph->chosen);
		return TRUE;
	case GDK_KEY_Escape:
	case GDK_KEY_BackSpace:
		if (graph->widened == 0)
			return FALSE;
		ww_flame_graph_widen(graph, ww_flame_node(graph->flame, graph->widened)->parent);
		return TRUE;
	default:
		return FALSE;
	}
}

void ww_flame_graph_listen(WwFlameGraph *graph)
{
	GtkGesture *click = gtk_gesture_click_new();
	GtkEventController *keys = gtk_event_controller_key_new();

	g_signal_connect(click, "pressed", G_CALLBACK(on_pressed), graph);
	g_signal_connect(keys, "key-pressed", G_CALLBACK(on_key), graph);
	gtk_widget_add_controller(GTK_WIDGET(graph), GTK_EVENT_CONTROLLER(click));
	gtk_widget_add_controller(GTK_WIDGET(graph), keys);
}
