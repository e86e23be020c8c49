/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * g_autoptr for structs without a typedef:
 *
 *     ww_auto(manifest) manifest = ww_manifest_load(path, error);    freed by ww_manifest_free() at the end of the block
 */
#ifndef WW_BASE_AUTO_H
#define WW_BASE_AUTO_H

/* In the header, behind the declaration of ww_NAME_free(), which must take NULL. */
#define WW_DEFINE_AUTO(name)                                                                 \
	static inline void ww_##name##_auto_free(struct ww_##name **pointer) \
	{                                                                    \
		ww_##name##_free(*pointer);                                  \
	}

#define ww_auto(name) __attribute__((cleanup(ww_##name##_auto_free))) struct ww_##name *

#endif
