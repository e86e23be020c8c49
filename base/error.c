// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/error.h"

GQuark ww_error_quark(void)
{
	return g_quark_from_static_string("whywait-error");
}

bool ww_fail(GError **error, enum ww_error code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (error)
		*error = g_error_new_valist(WW_ERROR, (int)code, format, args);
	va_end(args);
	return false;
}

int ww_exit_status(const GError *error)
{
	if (error->domain == G_OPTION_ERROR || g_error_matches(error, WW_ERROR, WW_ERROR_USAGE))
		return WW_EXIT_USAGE;
	return WW_EXIT_FAILED;
}
