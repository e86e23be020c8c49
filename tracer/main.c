// SPDX-License-Identifier: GPL-2.0-or-later
/* trace-record: the only place of this program that prints errors and turns them into an exit
 * status. */
#include <locale.h>
#include <stdio.h>

#include "base/error.h"
#include "tracer/doctor.h"
#include "tracer/options.h"
#include "tracer/record.h"

static int run(int argc, char **argv, GError **error)
{
	ww_auto(record_options) options = ww_record_options_parse(argc, argv, error);
	int exit_status;

	if (!options)
		return WW_EXIT_FAILED;
	if (options->is_version)
		return printf("trace-record " WW_VERSION "\n"), WW_EXIT_DONE;
	if (options->is_doctor)
		return ww_doctor_print(options->is_json);
	return ww_record(options, &exit_status, error) ? exit_status : WW_EXIT_FAILED;
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	int status;

	setlocale(LC_CTYPE, "");
	g_set_prgname("trace-record");
	status = run(argc, argv, &error);
	if (!error)
		return status;
	fprintf(stderr, "trace-record: %s\n", error->message);
	return ww_exit_status(error);
}
