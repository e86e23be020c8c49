// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The states' colours as people with one of the three common kinds of colour blindness see them.
 *
 * Simulated by the matrices of Machado, Oliveira and Fernandes, "A Physiologically-based Model for
 * Simulation of Color Vision Deficiency" (2009), severity 1.0, on linear RGB; differences are
 * distances in CIE L*a*b*, of which about 2 can be seen at all and 10 at a glance.
 */
#include <glib.h>
#include <math.h>

#include "viewer/model/palette.h"

#define DIFFERENCE_MIN 15

struct vision {
	const char *name;
	double rgb[3][3];
};

/* clang-format off */
static const struct vision visions[] = {
	{ "full colour vision", { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } } },
	{ "protanopia", { {  0.152286,  1.052583, -0.204868 },
			  {  0.114503,  0.786281,  0.099216 },
			  { -0.003882, -0.048116,  1.051998 } } },
	{ "deuteranopia", { {  0.367322, 0.860646, -0.227968 },
			    {  0.280085, 0.672501,  0.047413 },
			    { -0.011820, 0.042940,  0.968881 } } },
	{ "tritanopia", { {  1.255528, -0.076749, -0.178779 },
			  { -0.078411,  0.930809,  0.147602 },
			  {  0.004733,  0.691367,  0.303900 } } },
};
/* clang-format on */

struct lab {
	double l, a, b;
};

static double linear(uint8_t channel)
{
	const double c = channel / 255.0;

	return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double cube_root(double t)
{
	return t > 0.008856 ? cbrt(t) : 7.787 * t + 16.0 / 116;
}

/* White is that of D65. */
static struct lab lab_of(const double rgb[3])
{
	const double x = 0.4124 * rgb[0] + 0.3576 * rgb[1] + 0.1805 * rgb[2];
	const double y = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
	const double z = 0.0193 * rgb[0] + 0.1192 * rgb[1] + 0.9505 * rgb[2];
	const double fx = cube_root(x / 0.95047);
	const double fy = cube_root(y);
	const double fz = cube_root(z / 1.08883);

	return (struct lab){ 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz) };
}

static struct lab seen(const struct vision *vision, struct ww_color color)
{
	const double rgb[3] = { linear(color.red), linear(color.green), linear(color.blue) };
	double simulated[3];

	for (int i = 0; i < 3; i++)
		simulated[i] = CLAMP(vision->rgb[i][0] * rgb[0] + vision->rgb[i][1] * rgb[1] +
					     vision->rgb[i][2] * rgb[2],
				     0, 1);
	return lab_of(simulated);
}

static double difference(struct lab x, struct lab y)
{
	return sqrt((x.l - y.l) * (x.l - y.l) + (x.a - y.a) * (x.a - y.a) +
		    (x.b - y.b) * (x.b - y.b));
}

static bool is_drawn(int state)
{
	return ww_palette_look(state)->reach != WW_BAND_N;
}

static const char *const theme_names[WW_THEME_N] = { "light", "dark", "clear light", "clear dark" };

static void assert_apart(const struct vision *vision, int a, int b, enum ww_theme theme)
{
	const double distance = difference(seen(vision, ww_palette_state(a, theme)),
					   seen(vision, ww_palette_state(b, theme)));

	if (distance < DIFFERENCE_MIN)
		g_test_fail_printf("%s and %s with %s in the %s theme: %.1f", ww_state_label(a),
				   ww_state_label(b), vision->name, theme_names[theme], distance);
}

static void test_states_stay_apart(void)
{
	for (size_t v = 0; v < G_N_ELEMENTS(visions); v++)
		for (int theme = 0; theme < WW_THEME_N; theme++)
			for (int a = 0; a < WW_STATE_N; a++)
				for (int b = a + 1; b < WW_STATE_N; b++)
					if (is_drawn(a) && is_drawn(b))
						assert_apart(&visions[v], a, b, theme);
}

/* The measure itself: red and green of one lightness are one to a deuteranope, black and white are
 * 100 apart to all. */
static void test_measure(void)
{
	const struct ww_color red = { 0xc0, 0x50, 0x30 };
	const struct ww_color green = { 0x6c, 0x7c, 0x2c };
	const struct ww_color black = { 0, 0, 0 };
	const struct ww_color white = { 255, 255, 255 };

	g_assert_cmpfloat(difference(seen(&visions[0], red), seen(&visions[0], green)), >, 50);
	g_assert_cmpfloat(difference(seen(&visions[2], red), seen(&visions[2], green)), <,
			  DIFFERENCE_MIN);
	for (size_t v = 0; v < G_N_ELEMENTS(visions); v++)
		g_assert_cmpfloat_with_epsilon(
			difference(seen(&visions[v], black), seen(&visions[v], white)), 100, 0.5);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/color-blindness/measure", test_measure);
	g_test_add_func("/color-blindness/states stay apart", test_states_stay_apart);
	return g_test_run();
}
