// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/window/opening.h"

#include "base/units.h"
#include "viewer/app/i18n.h"
#include "viewer/trace/growth.h"
#include "viewer/trace/loader.h"

enum signal {
	SIGNAL_LOADED,
	SIGNAL_OPENED,
	SIGNAL_FAILED,
	SIGNAL_N,
};

struct _WwOpening {
	GObject parent;
	WwLoadingPage *page;
	WwNotice *notice;
	WwLoader *loader;         /* the one that brought what is shown, or will; NULL: none yet */
	WwLoader *reloader;       /* reads the same trace again; NULL: nobody does */
	struct ww_growth *growth; /* since the newest loader began; NULL: none has */
	bool has_grown;           /* by now */
	bool had_grown;           /* before the reloader began */
	bool is_opened;           /* "opened" was said of the loader's trace */
};

static guint signals[SIGNAL_N];

G_DEFINE_FINAL_TYPE(WwOpening, ww_opening, G_TYPE_OBJECT)

static void leave_loader(WwOpening *opening, WwLoader **loader)
{
	if (*loader)
		g_signal_handlers_disconnect_by_data(*loader, opening);
	g_clear_object(loader);
}

static void opening_dispose(GObject *object)
{
	WwOpening *opening = WW_OPENING(object);

	leave_loader(opening, &opening->loader);
	leave_loader(opening, &opening->reloader);
	g_clear_pointer(&opening->growth, ww_growth_free);
	G_OBJECT_CLASS(ww_opening_parent_class)->dispose(object);
}

static void ww_opening_class_init(WwOpeningClass *class)
{
	G_OBJECT_CLASS(class)->dispose = opening_dispose;
	signals[SIGNAL_LOADED] = g_signal_new("loaded", WW_TYPE_OPENING, G_SIGNAL_RUN_LAST, 0, NULL,
					      NULL, NULL, G_TYPE_NONE, 0);
	signals[SIGNAL_OPENED] = g_signal_new("opened", WW_TYPE_OPENING, G_SIGNAL_RUN_LAST, 0, NULL,
					      NULL, NULL, G_TYPE_NONE, 0);
	signals[SIGNAL_FAILED] = g_signal_new("failed", WW_TYPE_OPENING, G_SIGNAL_RUN_LAST, 0, NULL,
					      NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void ww_opening_init(WwOpening *opening)
{
}

WwOpening *ww_opening_new(WwLoadingPage *page, WwNotice *notice)
{
	WwOpening *opening = g_object_new(WW_TYPE_OPENING, NULL);

	opening->page = page;
	opening->notice = notice;
	return opening;
}

static void tell_progress(WwOpening *opening, WwLoader *loader)
{
	const double fraction = ww_loader_fraction(loader);
	g_autofree char *count = ww_count_text(ww_loader_n_events(loader));
	g_autofree char *text =
		fraction < 1 ? g_strdup_printf(_("Reading: %s events · %d %%"), count,
					       (int)(100 * fraction))
			     : g_strdup_printf(_("%s events are read · keeping an index"), count);

	ww_notice_tell(opening->notice, text, _("Cancel"), "win.cancel-load", fraction);
}

static void on_progressed(WwLoader *loader, WwOpening *opening)
{
	if (loader == opening->reloader || ww_loader_document(loader))
		tell_progress(opening, loader);
	else
		ww_loading_page_show(opening->page, ww_loader_fraction(loader),
				     ww_loader_n_events(loader));
}

/* What is to be said once nothing goes on. */
static void tell_end(WwOpening *opening)
{
	const struct ww_document *document = ww_loader_document(opening->loader);
	g_autofree char *length = ww_duration_text(ww_trace_info(document->trace)->duration_ns);
	g_autofree char *text = g_strdup_printf(_("Only the first %s were loaded"), length);

	if (opening->has_grown)
		ww_notice_tell(opening->notice, _("This trace is still being recorded"),
			       _("Reload"), "win.reload", -1);
	else if (ww_trace_info(document->trace)->is_partial)
		ww_notice_tell(opening->notice, text, _("Load All"), "win.reload", -1);
	else
		ww_notice_hide(opening->notice);
}

static void on_grown(void *data)
{
	WwOpening *opening = data;

	opening->has_grown = true;
	if (opening->is_opened && !opening->reloader)
		tell_end(opening);
}

static void settle(WwOpening *opening)
{
	opening->is_opened = true;
	tell_end(opening);
	g_signal_emit(opening, signals[SIGNAL_OPENED], 0);
}

/* Part of a trace is no news to somebody who looks at all of an earlier one. */
static void on_loaded(WwLoader *loader, WwOpening *opening)
{
	const struct ww_document *document = ww_loader_document(loader);

	if (loader == opening->reloader) {
		if (!document->is_read)
			return;
		leave_loader(opening, &opening->loader);
		opening->loader = g_steal_pointer(&opening->reloader);
		opening->is_opened = false;
	}
	g_signal_emit(opening, signals[SIGNAL_LOADED], 0);
	if (document->is_read && !opening->is_opened)
		settle(opening);
}

static void on_ended(WwLoader *loader, WwOpening *opening)
{
	const GError *error = ww_loader_error(loader);
	g_autofree char *text = NULL;

	if (!error)
		return;
	if (loader == opening->reloader) {
		text = g_strdup_printf(_("This trace could not be read again: %s"), error->message);
		leave_loader(opening, &opening->reloader);
		ww_notice_tell(opening->notice, text, _("Try Again"), "win.reload", -1);
		return;
	}
	text = g_strdup(error->message);
	leave_loader(opening, &opening->loader);
	ww_notice_hide(opening->notice);
	g_signal_emit(opening, signals[SIGNAL_FAILED], 0, text);
}

static WwLoader *loader_new(WwOpening *opening, const char *path)
{
	WwLoader *loader = ww_loader_new(path);

	g_clear_pointer(&opening->growth, ww_growth_free);
	opening->has_grown = false;
	opening->growth = ww_growth_new(path, on_grown, opening);
	g_signal_connect(loader, "progressed", G_CALLBACK(on_progressed), opening);
	g_signal_connect(loader, "loaded", G_CALLBACK(on_loaded), opening);
	g_signal_connect(loader, "ended", G_CALLBACK(on_ended), opening);
	return loader;
}

void ww_opening_start(WwOpening *opening, const char *path)
{
	leave_loader(opening, &opening->reloader);
	leave_loader(opening, &opening->loader);
	ww_notice_hide(opening->notice);
	opening->is_opened = false;
	opening->loader = loader_new(opening, path);
}

bool ww_opening_reload(WwOpening *opening)
{
	if (!opening->loader || !opening->is_opened)
		return false;
	if (!opening->reloader) {
		opening->had_grown = opening->has_grown;
		opening->reloader = loader_new(opening, ww_loader_path(opening->loader));
	}
	tell_progress(opening, opening->reloader);
	return true;
}

bool ww_opening_stop(WwOpening *opening)
{
	if (opening->reloader) {
		leave_loader(opening, &opening->reloader);
		/* It began anew with that one, which would have brought what had come. */
		opening->has_grown = opening->has_grown || opening->had_grown;
		tell_end(opening);
		return true;
	}
	if (opening->loader && ww_loader_document(opening->loader)) {
		ww_loader_stop(opening->loader);
		return true;
	}
	leave_loader(opening, &opening->loader);
	ww_notice_hide(opening->notice);
	return false;
}

const struct ww_document *ww_opening_document(WwOpening *opening)
{
	return opening->loader ? ww_loader_document(opening->loader) : NULL;
}

bool ww_opening_is_busy(WwOpening *opening)
{
	return opening->reloader ||
	       (opening->loader && ww_loader_state(opening->loader) < WW_LOADER_DONE);
}
