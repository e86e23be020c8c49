// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/report/pager.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"

#define DEFAULT_HEIGHT 24
#define NOT_FOUND 127 /* the shell's word for a command that there is not */

static const char *command(void)
{
	const char *pager = g_getenv("PAGER");

	return pager ? pager : "less";
}

void ww_pager_begin(struct ww_pager *pager, FILE *terminal, bool is_wanted)
{
	*pager = (struct ww_pager){ .terminal = terminal };
	if (is_wanted && isatty(fileno(terminal)) && *command() && strcmp(command(), "cat") != 0)
		pager->out = open_memstream(&pager->text, &pager->n_bytes);
	if (!pager->out)
		pager->out = terminal;
}

static size_t terminal_height(FILE *terminal)
{
	struct winsize size;

	if (ioctl(fileno(terminal), TIOCGWINSZ, &size) == 0 && size.ws_row > 0)
		return size.ws_row;
	return DEFAULT_HEIGHT;
}

/* Lines that wrap count once: tables do not. */
static bool is_long(const struct ww_pager *pager)
{
	size_t n_lines = 0;

	for (size_t i = 0; i < pager->n_bytes; i++)
		n_lines += pager->text[i] == '\n';
	return n_lines >= terminal_height(pager->terminal);
}

/* Ctrl-C is for the pager while there is one, and it may end before it has read everything. False:
 * there is none. */
static bool show(const struct ww_pager *pager)
{
	void (*on_interrupt)(int) = signal(SIGINT, SIG_IGN);
	void (*on_pipe)(int) = signal(SIGPIPE, SIG_IGN);
	FILE *pipe;
	int status = NOT_FOUND << 8;

	g_setenv("LESS", "FRX", false); /* colours, and the text stays when it ends */
	fflush(pager->terminal);
	pipe = popen(command(), "we");
	if (pipe) {
		fwrite(pager->text, 1, pager->n_bytes, pipe);
		status = pclose(pipe);
	}
	signal(SIGINT, on_interrupt);
	signal(SIGPIPE, on_pipe);
	return !(WIFEXITED(status) && WEXITSTATUS(status) == NOT_FOUND);
}

bool ww_pager_end(struct ww_pager *pager, GError **error)
{
	bool is_written = true;

	if (pager->out != pager->terminal) {
		is_written = fclose(pager->out) == 0;
		if (is_written && !(is_long(pager) && show(pager)))
			fwrite(pager->text, 1, pager->n_bytes, pager->terminal);
		free(pager->text);
	}
	if (fflush(pager->terminal) != 0 || ferror(pager->terminal) || !is_written)
		return ww_fail(error, WW_ERROR_FAILED, "cannot write the report: %s",
			       g_strerror(errno));
	return true;
}
