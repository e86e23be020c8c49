// SPDX-License-Identifier: GPL-2.0-or-later
/* The line on a terminal, on a real pseudo-terminal. */
#include "base/progress.h"

#include <fcntl.h>
#include <glib.h>
#include <pty.h>
#include <unistd.h>

/* What the other end of the terminal has got so far; @text has room for 256 bytes. */
static const char *received(int terminal, char *text)
{
	ssize_t n = read(terminal, text, 255);

	text[MAX(n, 0)] = '\0';
	return text;
}

static void test_terminal(void)
{
	struct ww_progress progress;
	char text[256];
	int ends[2];
	FILE *stream;

	g_assert_cmpint(openpty(&ends[0], &ends[1], NULL, NULL, NULL), ==, 0);
	g_assert_cmpint(fcntl(ends[0], F_SETFL, O_NONBLOCK), ==, 0);
	stream = fdopen(ends[1], "w");
	ww_progress_begin(&progress, stream, "reading");
	ww_progress_show(&progress, 0.1);
	g_assert_cmpstr(received(ends[0], text), ==, ""); /* nobody waits yet */
	progress.begin_us -= 2 * G_USEC_PER_SEC;
	ww_progress_show(&progress, 0.42);
	ww_progress_show(&progress, 0.43); /* too soon for another */
	g_assert_cmpstr(received(ends[0], text), ==, "\rreading:  42 %");
	progress.shown_us -= G_USEC_PER_SEC;
	ww_progress_show(&progress, 7);
	g_assert_cmpstr(received(ends[0], text), ==, "\rreading: 100 %");
	ww_progress_end(&progress);
	g_assert_cmpstr(received(ends[0], text), ==, "\r\033[K");
	ww_progress_end(&progress);
	g_assert_cmpstr(received(ends[0], text), ==, "");
	fclose(stream);
	close(ends[0]);
}

static void test_no_terminal(void)
{
	FILE *stream = tmpfile();
	struct ww_progress progress;

	ww_progress_begin(&progress, stream, "reading");
	progress.begin_us -= 2 * G_USEC_PER_SEC;
	ww_progress_show(&progress, 0.5);
	ww_progress_end(&progress);
	g_assert_cmpint(ftell(stream), ==, 0);
	fclose(stream);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/progress/terminal", test_terminal);
	g_test_add_func("/progress/no-terminal", test_no_terminal);
	return g_test_run();
}
