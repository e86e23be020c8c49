// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/read/complaint.h"

#include <glib.h>
#include <string.h>

char *ww_complaint_plain(const char *message)
{
	const char *colon = message;
	size_t length = strlen(message);

	while ((colon = strstr(colon, ": "))) {
		size_t n_word = strspn(colon + 2, "abcdefghijklmnopqrstuvwxyz-");

		if (colon[2 + n_word] == '=') {
			length = (size_t)(colon - message);
			break;
		}
		colon += 2;
	}
	if (length > 0 && message[length - 1] == '.')
		length--;
	return g_strchomp(g_strndup(message, length));
}

/* "metadata line 15: Missing attribute" out of "At line 15 in metadata stream: Missing attribute."
 */
static char *metadata_complaint(const char *line)
{
	static const char middle[] = " in metadata stream: ";
	g_autofree char *plain = ww_complaint_plain(line + strlen("At "));
	const char *cut = strstr(plain, middle);

	if (!cut)
		return g_strdup_printf("metadata %s", plain);
	return g_strdup_printf("metadata %.*s: %s", (int)(cut - plain), plain,
			       cut + strlen(middle));
}

char *ww_complaint_of_log(char *log)
{
	char *line, *end;

	line = strstr(log, "At line ");
	end = strchr(line ? line : log, '\n');
	if (end)
		*end = '\0';
	if (line)
		return metadata_complaint(line);
	/* "DATE TIME PID TID E MODULE FUNCTION@FILE:LINE [COMPONENT] MESSAGE" */
	line = strstr(log, "] ");
	return line ? ww_complaint_plain(line + 2) : NULL;
}
