// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/sockets.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <glib.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define LOOK_SHARE 50 /* looking may take one part in so many of the time */
#define ANSWER_BYTES 32768
#define PATIENCE_S 1 /* the kernel answers at once or is broken */

struct endpoint {
	uint8_t family, protocol;
	uint16_t port;
	uint8_t address[16];
};

struct socket {
	uint64_t inode;
	struct endpoint local, remote; /* of internet sockets */
	uint64_t peer;                 /* of Unix sockets, 0 unknown */
	char path[sizeof(((struct sockaddr_un *)NULL)->sun_path) + 1]; /* likewise */
	bool is_listening;
};

struct ww_sockets {
	int netlink;
	int64_t next_look_us;
	GHashTable *by_inode; /* &inode -> struct socket, owned */
	GHashTable *by_ends;  /* struct socket with local and remote -> the same, borrowed */
};

static guint hash_ends(gconstpointer data)
{
	const struct socket *socket = data;
	const uint8_t *bytes = (const uint8_t *)&socket->local;
	guint hash = 5381;

	for (size_t i = 0; i < 2 * sizeof(struct endpoint); i++)
		hash = hash * 33 + bytes[i];
	return hash;
}

static gboolean equal_ends(gconstpointer a, gconstpointer b)
{
	const struct socket *left = a, *right = b;

	return memcmp(&left->local, &right->local, sizeof(left->local)) == 0 &&
	       memcmp(&left->remote, &right->remote, sizeof(left->remote)) == 0;
}

static int open_netlink(void)
{
	const struct timeval patience = { .tv_sec = PATIENCE_S };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);

	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return fd;
}

/* A socket stays in the namespace it was made in, so a thread goes there to make it, and ends. */
struct visit {
	int namespace;
	int netlink;
};

static gpointer open_there(gpointer data)
{
	struct visit *visit = data;

	visit->netlink = setns(visit->namespace, CLONE_NEWNET) == 0 ? open_netlink() : -1;
	return NULL;
}

static int open_netlink_of(int32_t pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/ns/net", pid);
	struct visit visit = { .namespace = open(path, O_RDONLY | O_CLOEXEC), .netlink = -1 };
	struct stat own, theirs;

	if (visit.namespace < 0)
		return -1;
	if (stat("/proc/self/ns/net", &own) == 0 && fstat(visit.namespace, &theirs) == 0 &&
	    own.st_ino == theirs.st_ino)
		visit.netlink = open_netlink();
	else
		g_thread_join(g_thread_new("whywait-visit", open_there, &visit));
	close(visit.namespace);
	return visit.netlink;
}

struct ww_sockets *ww_sockets_new(int32_t pid)
{
	int netlink = open_netlink_of(pid);
	struct ww_sockets *sockets;

	if (netlink < 0)
		return NULL;
	sockets = g_new0(struct ww_sockets, 1);
	sockets->netlink = netlink;
	sockets->by_inode = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
	sockets->by_ends = g_hash_table_new(hash_ends, equal_ends);
	return sockets;
}

void ww_sockets_free(struct ww_sockets *sockets)
{
	if (!sockets)
		return;
	g_hash_table_unref(sockets->by_ends);
	g_hash_table_unref(sockets->by_inode);
	close(sockets->netlink);
	g_free(sockets);
}

static void add(struct ww_sockets *sockets, const struct socket *socket)
{
	struct socket *copy;

	/* Connections that nobody holds any more have none. */
	if (socket->inode == 0)
		return;
	copy = g_memdup2(socket, sizeof(*socket));
	if (socket->local.family)
		g_hash_table_replace(sockets->by_ends, copy, copy);
	g_hash_table_replace(sockets->by_inode, &copy->inode, copy);
}

/* An IPv4 address that an IPv6 socket uses is an IPv4 address. */
static struct endpoint endpoint_of(uint8_t family, uint8_t protocol, const __be32 *address,
				   __be16 port)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct endpoint end = { .family = family, .protocol = protocol, .port = ntohs(port) };
	const uint8_t *bytes = (const uint8_t *)address;

	if (family == AF_INET6 && memcmp(bytes, mapped, sizeof(mapped)) == 0) {
		end.family = AF_INET;
		memcpy(end.address, bytes + sizeof(mapped), sizeof(struct in_addr));
	} else {
		memcpy(end.address, bytes,
		       family == AF_INET ? sizeof(struct in_addr) : sizeof(struct in6_addr));
	}
	return end;
}

static void add_inet(struct ww_sockets *sockets, struct nlmsghdr *head, uint8_t protocol)
{
	const struct inet_diag_msg *message = NLMSG_DATA(head);
	const struct inet_diag_sockid *id = &message->id;
	struct socket socket = { .inode = message->idiag_inode };

	if (head->nlmsg_len < NLMSG_LENGTH(sizeof(*message)))
		return;
	socket.local = endpoint_of(message->idiag_family, protocol, id->idiag_src, id->idiag_sport);
	socket.remote =
		endpoint_of(message->idiag_family, protocol, id->idiag_dst, id->idiag_dport);
	socket.is_listening = protocol == IPPROTO_TCP && id->idiag_dport == 0;
	add(sockets, &socket);
}

/* A name in the abstract namespace begins with a zero byte, which people write as @. */
static void take_path(struct socket *socket, const void *bytes, size_t n_bytes)
{
	n_bytes = MIN(n_bytes, sizeof(socket->path) - 1);
	memcpy(socket->path, bytes, n_bytes);
	if (n_bytes > 0 && socket->path[0] == '\0')
		socket->path[0] = '@';
}

static void add_unix(struct ww_sockets *sockets, struct nlmsghdr *head, uint8_t protocol)
{
	const struct unix_diag_msg *message = NLMSG_DATA(head);
	const char *attributes = (const char *)(message + 1);
	const char *end = (const char *)head + head->nlmsg_len;
	struct socket socket = { .inode = message->udiag_ino };

	while (end - attributes >= NLA_HDRLEN) {
		const struct nlattr *attribute = (const struct nlattr *)(const void *)attributes;
		const char *value = attributes + NLA_HDRLEN;

		if (attribute->nla_len < NLA_HDRLEN || attributes + attribute->nla_len > end)
			break;
		if (attribute->nla_type == UNIX_DIAG_NAME)
			take_path(&socket, value, attribute->nla_len - NLA_HDRLEN);
		if (attribute->nla_type == UNIX_DIAG_PEER &&
		    attribute->nla_len >= NLA_HDRLEN + sizeof(uint32_t))
			socket.peer = *(const uint32_t *)(const void *)value;
		attributes += NLA_ALIGN(attribute->nla_len);
	}
	add(sockets, &socket);
}

typedef void (*add_func)(struct ww_sockets *sockets, struct nlmsghdr *head, uint8_t protocol);

/* False at the end of the answer. */
static bool take_answer(struct ww_sockets *sockets, void *bytes, ssize_t n_bytes, add_func func,
			uint8_t protocol)
{
	unsigned int rest = (unsigned int)n_bytes;

	for (struct nlmsghdr *head = bytes; NLMSG_OK(head, rest); head = NLMSG_NEXT(head, rest)) {
		if (head->nlmsg_type == NLMSG_DONE || head->nlmsg_type == NLMSG_ERROR)
			return false;
		func(sockets, head, protocol);
	}
	return true;
}

/* @request begins with a struct nlmsghdr. A kind of socket that this kernel cannot list stays
 * unknown. */
static void ask(struct ww_sockets *sockets, const void *request, size_t n_bytes, add_func func,
		uint8_t protocol)
{
	_Alignas(struct nlmsghdr) char answer[ANSWER_BYTES];
	ssize_t n_read;

	if (send(sockets->netlink, request, n_bytes, 0) != (ssize_t)n_bytes)
		return;
	do
		n_read = recv(sockets->netlink, answer, sizeof(answer), 0);
	while (n_read > 0 && take_answer(sockets, answer, n_read, func, protocol));
}

static void ask_inet(struct ww_sockets *sockets, uint8_t family, uint8_t protocol)
{
	const struct {
		struct nlmsghdr head;
		struct inet_diag_req_v2 body;
	} request = {
		.head = { .nlmsg_len = sizeof(request),
			  .nlmsg_type = SOCK_DIAG_BY_FAMILY,
			  .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.body = { .sdiag_family = family,
			  .sdiag_protocol = protocol,
			  .idiag_states = UINT32_MAX },
	};

	ask(sockets, &request, sizeof(request), add_inet, protocol);
}

static void ask_unix(struct ww_sockets *sockets)
{
	const struct {
		struct nlmsghdr head;
		struct unix_diag_req body;
	} request = {
		.head = { .nlmsg_len = sizeof(request),
			  .nlmsg_type = SOCK_DIAG_BY_FAMILY,
			  .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.body = { .sdiag_family = AF_UNIX,
			  .udiag_states = UINT32_MAX,
			  .udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER },
	};

	ask(sockets, &request, sizeof(request), add_unix, 0);
}

static void look(struct ww_sockets *sockets)
{
	const int64_t begin_us = g_get_monotonic_time();
	int64_t end_us;

	if (begin_us < sockets->next_look_us)
		return;
	g_hash_table_remove_all(sockets->by_ends);
	g_hash_table_remove_all(sockets->by_inode);
	ask_inet(sockets, AF_INET, IPPROTO_TCP);
	ask_inet(sockets, AF_INET6, IPPROTO_TCP);
	ask_inet(sockets, AF_INET, IPPROTO_UDP);
	ask_inet(sockets, AF_INET6, IPPROTO_UDP);
	ask_unix(sockets);
	end_us = g_get_monotonic_time();
	sockets->next_look_us = end_us + (end_us - begin_us) * LOOK_SHARE;
}

static char *endpoint_text(const struct endpoint *end)
{
	char address[INET6_ADDRSTRLEN];

	if (!inet_ntop(end->family, end->address, address, sizeof(address)))
		return g_strdup("?");
	return g_strdup_printf(end->family == AF_INET6 ? "[%s]:%u" : "%s:%u", address, end->port);
}

static void describe_inet(const struct socket *socket, char *text, size_t n_bytes)
{
	const char *protocol = socket->local.protocol == IPPROTO_TCP ? "tcp" : "udp";
	g_autofree char *local = endpoint_text(&socket->local);
	g_autofree char *remote = endpoint_text(&socket->remote);

	if (socket->is_listening)
		g_snprintf(text, n_bytes, "%s listening on %s", protocol, local);
	else if (socket->remote.port == 0)
		g_snprintf(text, n_bytes, "%s %s", protocol, local);
	else
		g_snprintf(text, n_bytes, "%s %s -> %s", protocol, local, remote);
}

/* The name that a server bound belongs to its own end of each connection only. */
static void describe_unix(const struct socket *socket, const struct socket *peer, char *text,
			  size_t n_bytes)
{
	const char *path = socket->path[0] || !peer ? socket->path : peer->path;

	g_snprintf(text, n_bytes, "unix%s%s", path[0] ? " " : "", path);
}

bool ww_sockets_describe(struct ww_sockets *sockets, uint64_t inode, char *text, size_t n_bytes,
			 uint64_t *peer)
{
	const struct socket *socket, *other;
	struct socket reversed = { 0 };

	if (!g_hash_table_contains(sockets->by_inode, &inode))
		look(sockets);
	socket = g_hash_table_lookup(sockets->by_inode, &inode);
	if (!socket)
		return false;
	if (socket->local.family) {
		reversed.local = socket->remote;
		reversed.remote = socket->local;
		other = g_hash_table_lookup(sockets->by_ends, &reversed);
		describe_inet(socket, text, n_bytes);
	} else {
		other = g_hash_table_lookup(sockets->by_inode, &socket->peer);
		describe_unix(socket, other, text, n_bytes);
	}
	*peer = other && other != socket ? other->inode : socket->peer;
	return true;
}
