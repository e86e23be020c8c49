/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sockets of one network namespace, by inode: what each is bound and connected to, and which
 * socket is at its other end.
 *
 * The kernel is asked through NETLINK_SOCK_DIAG, for all of them at once: when one is not known,
 * and not before fifty times as long has passed as the last answer took. One thread.
 */
#ifndef WW_TRACER_SOCKETS_H
#define WW_TRACER_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/auto.h"

struct ww_sockets;

/* Those that process @pid sees. NULL when it is gone, or lives in another network namespace and
 * this process may not look into it. */
struct ww_sockets *ww_sockets_new(int32_t pid);
void ww_sockets_free(struct ww_sockets *sockets); /* NULL is fine */
WW_DEFINE_AUTO(sockets)

/*
 * Writes "tcp 127.0.0.1:5000 -> 127.0.0.1:80", "tcp listening on [::]:80", "udp 0.0.0.0:53", "unix
 * /run/x" into @text; @peer becomes the inode of the socket at the other end if it is in the same
 * namespace, else 0. False for a socket that is not known, or not yet.
 */
bool ww_sockets_describe(struct ww_sockets *sockets, uint64_t inode, char *text, size_t n_bytes,
			 uint64_t *peer);

#endif
