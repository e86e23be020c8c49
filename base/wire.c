// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/wire.h"

#define FIELD_BITS(ctype, field, n_bits, text)                                                     \
	{ .name = #field, .doc = (text), .kind = WW_WIRE_FIELD_BITS, .size = (n_bits) },
#define FIELD_INT(ctype, field, text)                                                              \
	{                                                                                          \
		.name = #field,                                                                    \
		.doc = (text),                                                                     \
		.kind = WW_WIRE_FIELD_INT,                                                         \
		.size = 8 * sizeof(ctype),                                                         \
		.is_signed = (ctype)-1 < (ctype)1,                                                 \
	},
#define FIELD_TEXT(field, length, text)                                                            \
	{ .name = #field, .doc = (text), .kind = WW_WIRE_FIELD_TEXT, .size = (length) },

#define FIELDS_OF(ID, record, FIELDS, size, where, text)                                           \
	static const struct ww_wire_field record##_fields[] = { FIELDS(FIELD_BITS, FIELD_INT,      \
								       FIELD_TEXT) };
WW_WIRE_RECORDS(FIELDS_OF)

#define RECORD_OF(ID, record, FIELDS, size, where, text)                                           \
	[WW_WIRE_ID_##ID] = {                                                                      \
		.streams = WW_WIRE_STREAMS_##where,                                                \
		.name = #record,                                                                   \
		.doc = (text),                                                                     \
		.size_bytes = (size),                                                              \
		.n_fields = sizeof(record##_fields) / sizeof(record##_fields[0]),                  \
		.fields = record##_fields,                                                         \
	},
const struct ww_wire_record ww_wire_records[WW_WIRE_ID_N] = { WW_WIRE_RECORDS(RECORD_OF) };
