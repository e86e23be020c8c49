// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/read/reader.h"

enum ww_read_status ww_reader_next(struct ww_reader *reader, struct ww_event *event, GError **error)
{
	return reader->ops->next(reader, event, error);
}

double ww_reader_fraction(const struct ww_reader *reader)
{
	return reader->ops->fraction(reader);
}

void ww_reader_free(struct ww_reader *reader)
{
	if (reader)
		reader->ops->free(reader);
}
