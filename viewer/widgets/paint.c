// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/paint.h"

#include <adwaita.h>

#include "viewer/model/raster.h"

GdkRGBA ww_paint_rgba(struct ww_color color, double alpha)
{
	return (GdkRGBA){ (float)(color.red / 255.0), (float)(color.green / 255.0),
			  (float)(color.blue / 255.0), (float)alpha };
}

enum ww_theme ww_paint_theme(void)
{
	AdwStyleManager *style = adw_style_manager_get_default();

	if (adw_style_manager_get_high_contrast(style))
		return adw_style_manager_get_dark(style) ? WW_THEME_CLEAR_DARK
							 : WW_THEME_CLEAR_LIGHT;
	return adw_style_manager_get_dark(style) ? WW_THEME_DARK : WW_THEME_LIGHT;
}

GdkRGBA ww_paint_accent(void)
{
	const struct ww_color light = { 0x1c, 0x71, 0xd8 };
	const struct ww_color dark = { 0x78, 0xae, 0xed };

	return ww_paint_rgba(ww_theme_is_dark(ww_paint_theme()) ? dark : light, 1);
}

GdkRGBA ww_paint_text(double alpha)
{
	/* Words are told as loudly as can be; lines may stay fainter. */
	if (ww_theme_is_clear(ww_paint_theme()))
		alpha = alpha >= 0.3 ? 1 : 2 * alpha;
	return ww_paint_rgba(ww_palette_text(ww_paint_theme()), alpha);
}

void ww_paint_rect(GtkSnapshot *snapshot, const GdkRGBA *color, double x, double y, double width,
		   double height)
{
	gtk_snapshot_append_color(
		snapshot, color,
		&GRAPHENE_RECT_INIT((float)x, (float)y, (float)width, (float)height));
}

void ww_paint_frame(GtkSnapshot *snapshot, const GdkRGBA *color, double x, double y, double width,
		    double height, float line)
{
	const float lines[4] = { line, line, line, line };
	const GdkRGBA colors[4] = { *color, *color, *color, *color };
	GskRoundedRect outline;

	gsk_rounded_rect_init_from_rect(
		&outline, &GRAPHENE_RECT_INIT((float)x, (float)y, (float)width, (float)height),
		(float)MIN(4, width / 2));
	gtk_snapshot_append_border(snapshot, &outline, lines, colors);
}

void ww_paint_layout(GtkSnapshot *snapshot, PangoLayout *layout, const GdkRGBA *color, double x,
		     double y)
{
	gtk_snapshot_save(snapshot);
	gtk_snapshot_translate(snapshot, &GRAPHENE_POINT_INIT((float)x, (float)y));
	gtk_snapshot_append_layout(snapshot, layout, color);
	gtk_snapshot_restore(snapshot);
}

void ww_paint_pattern(GtkSnapshot *snapshot, enum ww_state state, double x, double y, double width,
		      double height)
{
	const struct ww_look *look = ww_palette_look(state);
	const uint32_t n_px = (uint32_t)MAX(width, 1);
	g_autofree struct ww_pixel *pixels = g_new0(struct ww_pixel, n_px);
	g_autofree uint32_t *bgra = g_new(uint32_t, n_px);
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GdkTexture) texture = NULL;

	if (look->reach == WW_BAND_N)
		return;
	for (uint32_t i = 0; i < n_px; i++)
		pixels[i].share[state] = 255;
	ww_raster_band(pixels, n_px, look->reach, ww_paint_theme(), bgra);
	bytes = g_bytes_new(bgra, n_px * sizeof(*bgra));
	texture = gdk_memory_texture_new((int)n_px, 1, GDK_MEMORY_B8G8R8A8_PREMULTIPLIED, bytes,
					 n_px * sizeof(*bgra));
	gtk_snapshot_append_texture(
		snapshot, texture,
		&GRAPHENE_RECT_INIT((float)x, (float)y, (float)n_px, (float)height));
}

void ww_paint_state(GtkSnapshot *snapshot, enum ww_state state, double x, double y, double width,
		    double height)
{
	const struct ww_look *look = ww_palette_look(state);
	double bar_height;

	if (look->reach == WW_BAND_N)
		return;
	bar_height = MAX(1, height * ww_band_height(look->reach));
	ww_paint_pattern(snapshot, state, x, y + (height - bar_height) / 2, width, bar_height);
}

void ww_paint_pill(GtkSnapshot *snapshot, const GdkRGBA *color, double x, double y, double width,
		   double height, float radius)
{
	GskRoundedRect pill;

	gsk_rounded_rect_init_from_rect(
		&pill, &GRAPHENE_RECT_INIT((float)x, (float)y, (float)width, (float)height),
		radius);
	gtk_snapshot_push_rounded_clip(snapshot, &pill);
	ww_paint_rect(snapshot, color, x, y, width, height);
	gtk_snapshot_pop(snapshot);
}
