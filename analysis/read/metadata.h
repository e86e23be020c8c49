/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CTF metadata as text.
 *
 * LTTng wraps it into packets, and Babeltrace 2 never comes back from one that is cut short; so the
 * packets are checked and unwrapped here, and Babeltrace sees the plain text only.
 */
#ifndef WW_ANALYSIS_READ_METADATA_H
#define WW_ANALYSIS_READ_METADATA_H

#include <glib.h>
#include <stdbool.h>

/*
 * The text of DIRECTORY/metadata. When its last packets are cut short, what is whole is returned
 * and *@complaint is a sentence (free with g_free), else NULL. Fails with WW_ERROR_UNSUPPORTED for
 * CTF 2, WW_ERROR_DAMAGED when nothing is whole.
 */
GString *ww_metadata_load(const char *directory, char **complaint, GError **error);

#endif
