// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/wire.h"

#include <glib.h>
#include <string.h>

/* The table as data must describe the very bytes of the structs. */
static void test_fields_fill_records(void)
{
	for (int id = 0; id < WW_WIRE_ID_N; id++) {
		const struct ww_wire_record *record = &ww_wire_records[id];
		unsigned int n_bits = 64 + 8; /* the header: timestamp and id */

		for (unsigned int i = 0; i < record->n_fields; i++) {
			const struct ww_wire_field *field = &record->fields[i];

			if (field->kind != WW_WIRE_FIELD_BITS)
				g_assert_cmpuint(n_bits % 8, ==, 0);
			n_bits += field->kind == WW_WIRE_FIELD_TEXT ? 8 * field->size : field->size;
		}
		g_test_message("%s", record->name);
		g_assert_cmpuint(n_bits, ==, 8 * record->size_bytes);
		g_assert_cmpuint(record->size_bytes % 8, ==, 0);
	}
}

static void test_bit_order(void)
{
	struct ww_wire_switch record = { .timestamp = 0x0102030405060708,
					 .prev_tid = 0x123456,
					 .syscall_arg1 = 0x89 };
	unsigned char bytes[sizeof(record)];

	record.prev_state = WW_WIRE_STATE_DISK_SLEEP;
	record.in_iowait = 1;
	record.syscall = WW_WIRE_SYSCALL_NONE;
	memcpy(bytes, &record, sizeof(record));
	g_assert_cmphex(bytes[0], ==, 0x08);
	g_assert_cmphex(bytes[9], ==, 0x22);
	g_assert_cmphex(bytes[10], ==, 0xff);
	g_assert_cmphex(bytes[12], ==, 0x56);
	g_assert_cmphex(bytes[14], ==, 0x12);
	g_assert_cmphex(bytes[15], ==, 0x89);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/wire/fields-fill-records", test_fields_fill_records);
	g_test_add_func("/wire/bit-order", test_bit_order);
	return g_test_run();
}
