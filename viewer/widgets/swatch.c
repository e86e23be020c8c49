// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/swatch.h"

#include "viewer/widgets/paint.h"

#define STATE_WIDTH_PX 20
#define STATE_HEIGHT_PX 16
#define PART_SIZE_PX 10

struct _WwSwatch {
	GtkWidget parent;
	bool is_state;
	uint32_t index; /* enum ww_state, or the part's number */
};

G_DEFINE_FINAL_TYPE(WwSwatch, ww_swatch, GTK_TYPE_WIDGET)

static void swatch_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
	WwSwatch *swatch = WW_SWATCH(widget);
	const double width = gtk_widget_get_width(widget);
	const double height = gtk_widget_get_height(widget);
	const GdkRGBA color = ww_paint_rgba(ww_palette_part(swatch->index, ww_paint_theme()), 1);

	if (swatch->is_state)
		ww_paint_state(snapshot, swatch->index, (width - STATE_WIDTH_PX) / 2,
			       (height - STATE_HEIGHT_PX) / 2, STATE_WIDTH_PX, STATE_HEIGHT_PX);
	else if (swatch->index == WW_PART_UNKNOWN)
		ww_paint_pattern(snapshot, WW_STATE_UNKNOWN, (width - PART_SIZE_PX) / 2,
				 (height - PART_SIZE_PX) / 2, PART_SIZE_PX, PART_SIZE_PX);
	else
		ww_paint_rect(snapshot, &color, (width - PART_SIZE_PX) / 2,
			      (height - PART_SIZE_PX) / 2, PART_SIZE_PX, PART_SIZE_PX);
}

static void swatch_measure(GtkWidget *widget, GtkOrientation orientation, int for_size,
			   int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
	const bool is_state = WW_SWATCH(widget)->is_state;

	if (orientation == GTK_ORIENTATION_HORIZONTAL)
		*minimum = is_state ? STATE_WIDTH_PX : PART_SIZE_PX;
	else
		*minimum = is_state ? STATE_HEIGHT_PX : PART_SIZE_PX;
	*natural = *minimum;
}

static void ww_swatch_class_init(WwSwatchClass *class)
{
	GTK_WIDGET_CLASS(class)->snapshot = swatch_snapshot;
	GTK_WIDGET_CLASS(class)->measure = swatch_measure;
	gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(class),
					     GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void ww_swatch_init(WwSwatch *swatch)
{
	gtk_widget_set_valign(GTK_WIDGET(swatch), GTK_ALIGN_CENTER);
}

uint32_t ww_swatch_part_of(enum ww_cause cause, uint32_t i)
{
	return cause == WW_CAUSE_UNKNOWN || cause == WW_CAUSE_LOST ? WW_PART_UNKNOWN : i;
}

GtkWidget *ww_swatch_new_state(enum ww_state state)
{
	WwSwatch *swatch = g_object_new(WW_TYPE_SWATCH, NULL);

	swatch->is_state = true;
	swatch->index = state;
	return GTK_WIDGET(swatch);
}

GtkWidget *ww_swatch_new_part(uint32_t i)
{
	WwSwatch *swatch = g_object_new(WW_TYPE_SWATCH, NULL);

	swatch->index = i;
	return GTK_WIDGET(swatch);
}
