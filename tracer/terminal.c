// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/terminal.h"

#include <sys/ioctl.h>

unsigned int ww_terminal_width(int fd)
{
	struct winsize size;

	return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}
