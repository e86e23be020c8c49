// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/findings/holds.h"

#define SITES_MAX 2

struct site {
	uint64_t address;
	guint n; /* waits that began while who had it was last seen to take it here */
};

static int by_end(const void *pa, const void *pb)
{
	const struct ww_lock_wait *a = *(const struct ww_lock_wait *const *)pa,
				  *b = *(const struct ww_lock_wait *const *)pb;

	return (a->span.end_ns > b->span.end_ns) - (a->span.end_ns < b->span.end_ns);
}

static int most_first(const void *pa, const void *pb)
{
	const struct site *a = pa, *b = pb;

	if (a->n != b->n)
		return a->n > b->n ? -1 : 1;
	return (a->address > b->address) - (a->address < b->address);
}

static void count_site(GArray *sites, uint64_t address)
{
	const struct site fresh = { address, 1 };

	for (guint i = 0; i < sites->len; i++) {
		struct site *site = &g_array_index(sites, struct site, i);

		if (site->address == address) {
			site->n++;
			return;
		}
	}
	g_array_append_val(sites, fresh);
}

/* The waits that ended with the lock, by their ends. Elements: const struct ww_lock_wait *, of
 * @waits. */
static GPtrArray *takers_of(const GArray *waits)
{
	GPtrArray *takers = g_ptr_array_new();

	for (guint i = 0; i < waits->len; i++) {
		struct ww_lock_wait *wait = &g_array_index(waits, struct ww_lock_wait, i);

		if (wait->result == 0 && !(wait->flags & WW_INTERVAL_CENSORED_RIGHT))
			g_ptr_array_add(takers, wait);
	}
	g_ptr_array_sort(takers, by_end);
	return takers;
}

/* Returns of how many it is known. @sites: struct site. */
static guint count_sites(const GArray *waits, GArray *sites)
{
	g_autoptr(GPtrArray) takers = takers_of(waits);
	const struct ww_lock_wait *last = NULL;
	guint n_known = 0, next = 0;

	for (guint i = 0; i < waits->len; i++) {
		const struct ww_lock_wait *wait = &g_array_index(waits, struct ww_lock_wait, i);

		for (; next < takers->len; next++) {
			const struct ww_lock_wait *taker = takers->pdata[next];

			if (taker->span.end_ns > wait->span.begin_ns)
				break;
			last = taker;
		}
		if (!last || wait->owner_utid != last->utid || last->site == 0)
			continue;
		count_site(sites, last->site);
		n_known++;
	}
	g_array_sort(sites, most_first);
	return n_known;
}

char *ww_holds_text(const struct ww_trace *trace, uint32_t upid, uint64_t address,
		    struct ww_span span)
{
	g_autoptr(GArray) waits = ww_query_lock_waits_on(trace, upid, address, span);
	g_autoptr(GArray) sites = g_array_new(false, false, sizeof(struct site));
	g_autofree char *all = ww_count_text(waits->len);
	GString *text;

	if (2 * count_sites(waits, sites) < waits->len || sites->len == 0)
		return NULL;
	text = g_string_new(NULL);
	g_string_append_printf(text, "Of %s waits", all);
	for (guint i = 0; i < MIN(sites->len, SITES_MAX); i++) {
		const struct site *site = &g_array_index(sites, struct site, i);
		g_autofree char *count = ww_count_text(site->n);
		g_autofree char *name = ww_trace_address_text(trace, upid, site->address);

		g_string_append_printf(text, "%s %s %sat %s", i > 0 ? "," : "", count,
				       i > 0 ? ""
					     : "began while who had it was last seen to take it ",
				       name ? name : "an unknown place");
	}
	g_string_append_c(text, '.');
	return g_string_free(text, FALSE);
}
