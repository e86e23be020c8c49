// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/asides.h"

#include <glib.h>
#include <string.h>
#include <time.h>

#include "base/units.h"
#include "base/wire.h"
#include "tracer/descriptors.h"
#include "tracer/kernel-symbols.h"
#include "tracer/newborns.h"
#include "tracer/totals.h"

#define ANSWER_US                                                                                  \
	1000 /* of each tick of 50 ms, while there are names to find: 2 % of a CPU at most */

struct ww_asides {
	struct ww_descriptors *descriptors;
	struct ww_totals *totals;
	struct ww_kernel_symbols *functions;
	struct ww_newborns *newborns; /* NULL: nobody wants them */
};

/* Where names go. */
struct telling {
	ww_record_func func;
	void *user_data;
	uint64_t end_ns;
};

struct ww_asides *ww_asides_new(void)
{
	struct ww_asides *asides = g_new0(struct ww_asides, 1);

	asides->descriptors = ww_descriptors_new();
	asides->totals = ww_totals_new("/proc/stat");
	asides->functions = ww_kernel_symbols_new();
	return asides;
}

void ww_asides_free(struct ww_asides *asides)
{
	if (!asides)
		return;
	ww_newborns_free(asides->newborns);
	ww_kernel_symbols_free(asides->functions);
	ww_totals_free(asides->totals);
	ww_descriptors_free(asides->descriptors);
	g_free(asides);
}

void ww_asides_note(struct ww_asides *asides, const void *data)
{
	const struct ww_wire_descriptor *record = data;

	if (ww_wire_id_of(data) == WW_WIRE_ID_DESCRIPTOR)
		ww_descriptors_ask(asides->descriptors, record->pid, record->descriptor,
				   record->inode);
	else
		ww_kernel_symbols_note(asides->functions, data);
	if (asides->newborns)
		ww_newborns_note(asides->newborns, data);
}

void ww_asides_watch_processes(struct ww_asides *asides, struct ww_symbols *symbols,
			       const GArray *root_pids)
{
	asides->newborns = ww_newborns_new(symbols, root_pids);
}

void ww_asides_prepare_symbols(struct ww_asides *asides)
{
	ww_kernel_symbols_prepare(asides->functions);
}

bool ww_asides_write_symbols(struct ww_asides *asides, const char *directory, GError **error)
{
	return ww_kernel_symbols_write(asides->functions, directory, error);
}

void ww_asides_watch_cgroup(struct ww_asides *asides, uint64_t cgroup, const char *directory)
{
	ww_totals_watch(asides->totals, cgroup, directory);
}

static uint64_t stamp(const struct telling *telling)
{
	struct timespec now;

	if (telling->end_ns)
		return telling->end_ns;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)(now.tv_sec * WW_NS_PER_S + now.tv_nsec);
}

static void tell_name(int32_t pid, int32_t fd, const struct ww_descriptor_name *name,
		      void *user_data)
{
	const struct telling *telling = user_data;
	struct ww_wire_file_name record = {
		.timestamp = stamp(telling),
		.id = WW_WIRE_ID_FILE_NAME,
		.kind = (uint8_t)name->kind,
		.pid = pid,
		.descriptor = fd,
		.inode = name->inode,
	};

	g_strlcpy(record.path, name->text, sizeof(record.path));
	telling->func(UINT32_MAX, &record, sizeof(record), telling->user_data);
}

void ww_asides_tell(struct ww_asides *asides, uint64_t end_ns, ww_record_func func, void *user_data)
{
	struct telling telling = { func, user_data, end_ns };

	if (asides->newborns)
		ww_newborns_tick(asides->newborns);
	ww_descriptors_answer(asides->descriptors, g_get_monotonic_time() + ANSWER_US, end_ns != 0,
			      tell_name, &telling);
	if (!end_ns)
		ww_totals_read(asides->totals, func, user_data);
}
