// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/ticks.h"

static int64_t floor_to(int64_t t_ns, int64_t step_ns)
{
	const int64_t rest_ns = t_ns % step_ns;

	return t_ns - (rest_ns < 0 ? rest_ns + step_ns : rest_ns);
}

void ww_ticks_place(const struct ww_viewport *viewport, int64_t origin_ns, double min_px,
		    struct ww_ticks *ticks)
{
	static const struct {
		int64_t step, minor;
	} rounds[] = { { 10, 2 }, { 20, 5 }, { 50, 10 } };
	const double wanted_ns = ww_viewport_ns_per_px(viewport) * min_px;
	int64_t unit_ns = 1;
	size_t i = 0;

	while ((double)(rounds[i].step * unit_ns) < wanted_ns) {
		if (++i == G_N_ELEMENTS(rounds)) {
			i = 0;
			unit_ns *= 10;
		}
	}
	ticks->step_ns = rounds[i].step * unit_ns;
	ticks->minor_step_ns = rounds[i].minor * unit_ns;
	ticks->first_ns = origin_ns + floor_to(viewport->span.begin_ns - origin_ns, ticks->step_ns);
}
