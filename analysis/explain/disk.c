// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/explain/disk.h"

/* An interrupt that takes longer than this to wake somebody was for another request. */
#define COMPLETION_MAX_NS (5 * WW_NS_PER_MS)
/* So much later another thread's request may have completed, and the waiter's own is believed. */
#define OWN_LEAD_NS (200 * WW_NS_PER_US)

/* linux/kdev_t.h */
#define MINOR_BITS 20

static bool completes_later(const struct ww_disk_request *a, const struct ww_disk_request *b)
{
	return !b || a->span.end_ns > b->span.end_ns;
}

static void look_at_device(const struct ww_trace *trace, uint64_t device, uint32_t utid,
			   struct ww_span near, struct ww_disk_request *own,
			   struct ww_disk_request *any)
{
	g_autoptr(GArray) requests = ww_query_disk_request(
		trace, device, (struct ww_span){ near.begin_ns, near.end_ns + 1 });

	for (guint i = 0; i < requests->len; i++) {
		const struct ww_disk_request *request =
			&g_array_index(requests, struct ww_disk_request, i);
		const int64_t end_ns = request->span.end_ns;

		if (end_ns <= near.begin_ns || end_ns > near.end_ns)
			continue;
		if (completes_later(request, any->span.end_ns > 0 ? any : NULL))
			*any = *request;
		if (request->utid == utid &&
		    completes_later(request, own->span.end_ns > 0 ? own : NULL))
			*own = *request;
	}
}

bool ww_disk_end_find(const struct ww_trace *trace, uint32_t utid, struct ww_span wait,
		      struct ww_disk_end *end)
{
	const struct ww_span near = { MAX(wait.begin_ns, wait.end_ns - COMPLETION_MAX_NS),
				      wait.end_ns };
	g_autoptr(GArray) devices = ww_query_track_keys(trace, WW_TRACK_DISK);
	struct ww_disk_request own = { 0 }, any = { 0 };
	bool is_own;

	for (guint i = 0; i < devices->len; i++)
		look_at_device(trace, g_array_index(devices, uint64_t, i), utid, near, &own, &any);
	if (any.span.end_ns == 0)
		return false;
	is_own = own.span.end_ns > 0 && any.span.end_ns - own.span.end_ns <= OWN_LEAD_NS;
	end->request = is_own ? own : any;
	end->is_own = is_own;
	end->queued_ns =
		end->request.queued_ns >= 0 ? end->request.queued_ns : end->request.span.begin_ns;
	return true;
}

char *ww_disk_name(const struct ww_trace *trace, uint32_t device)
{
	const unsigned int major = device >> MINOR_BITS, minor = device & ((1U << MINOR_BITS) - 1);
	const struct ww_manifest *manifest = ww_trace_info(trace)->manifest;

	for (guint i = 0; manifest && i < manifest->disks->len; i++) {
		const struct ww_disk *disk = &g_array_index(manifest->disks, struct ww_disk, i);

		if (disk->device == device && disk->name)
			return g_strdup(disk->name);
	}
	return g_strdup_printf("disk %u:%u", major, minor);
}

char *ww_disk_request_text(const struct ww_trace *trace, const struct ww_disk_request *request)
{
	/* linux/blk_types.h: the first ones have always been these. */
	static const char *const operations[] = { "read from", "write to", "flush of",
						  "discard on" };
	g_autofree char *name = ww_disk_name(trace, request->device);

	return g_strdup_printf("%s %s",
			       request->operation < G_N_ELEMENTS(operations)
				       ? operations[request->operation]
				       : "request to",
			       name);
}
