// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The session of a build without LTTng: it says so, and there is never one to use.
 */
#include "tracer/session.h"

#include "base/error.h"

struct ww_session *ww_session_start(const struct ww_session_options *options, GError **error)
{
	return ww_fail(error, WW_ERROR_UNSUPPORTED,
		       "this trace-record was built without user-space records"),
	       NULL;
}

GStrv ww_session_environment(const struct ww_session *session, GStrv environment)
{
	return environment;
}

const GArray *ww_session_pids(const struct ww_session *session)
{
	return NULL;
}

void ww_session_sweep(uid_t uid, gid_t gid)
{
}

bool ww_session_clock_offset(const struct ww_session *session, int64_t *offset_ns)
{
	return false;
}

bool ww_session_begin(struct ww_session *session, GError **error)
{
	return ww_fail(error, WW_ERROR_UNSUPPORTED, "there is no user-space recording");
}

bool ww_session_stop(struct ww_session *session, uint64_t *n_lost, GError **error)
{
	return ww_fail(error, WW_ERROR_UNSUPPORTED, "there is no user-space recording");
}

void ww_session_free(struct ww_session *session)
{
}

bool ww_session_snapshot(struct ww_session *session, const char *directory, GError **error)
{
	return ww_fail(error, WW_ERROR_UNSUPPORTED, "there is no user-space recording");
}
