// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/read/reader.h"

#include "analysis/read/protocol.h"

enum ww_read_status ww_reader_next_batch(struct ww_reader *reader, struct ww_event_batch *batch,
					 GError **error)
{
	return reader->ops->next(reader, batch, error);
}

enum ww_read_status ww_reader_next(struct ww_reader *reader, struct ww_event *event, GError **error)
{
	if (reader->rest.n_events == 0) {
		const enum ww_read_status status =
			ww_reader_next_batch(reader, &reader->rest, error);

		if (status != WW_READ_EVENT)
			return status;
	}
	*event = *reader->rest.events++;
	reader->rest.n_events--;
	return WW_READ_EVENT;
}

enum ww_read_status ww_reader_tell_gap(const GPtrArray *sentences, guint *n_told, int64_t time_ns,
				       struct ww_event *event, struct ww_event_batch *batch)
{
	if (*n_told == sentences->len)
		return WW_READ_END;
	ww_event_init(event, WW_EVENT_GAP);
	event->time_ns = time_ns;
	event->text = sentences->pdata[(*n_told)++];
	*batch = (struct ww_event_batch){ event, 1 };
	return WW_READ_EVENT;
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
