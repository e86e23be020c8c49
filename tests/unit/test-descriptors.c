// SPDX-License-Identifier: GPL-2.0-or-later
/* Names behind real descriptors of this process and of children it makes. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracer/descriptors.h"

/* All that will be known of it. */
static struct ww_descriptor_name name_of(struct ww_descriptors *descriptors, int32_t pid, int fd)
{
	struct ww_descriptor_name name = { .is_partial = true };

	g_assert_cmpint(fd, >=, 0);
	for (int i = 0; i < 500 && name.is_partial; i++) {
		g_usleep(i ? 10000 : 0);
		g_assert_true(ww_descriptors_name(descriptors, pid, fd, 0, &name));
	}
	g_assert_cmpuint(name.inode, !=, 0);
	return name;
}

static void expect(int fd, enum ww_wire_file kind, const char *text)
{
	ww_auto(descriptors) descriptors = ww_descriptors_new();
	struct ww_descriptor_name name = name_of(descriptors, getpid(), fd);

	g_assert_cmpint(name.kind, ==, kind);
	g_assert_cmpstr(name.text, ==, text);
	close(fd);
}

static void test_files(void)
{
	g_autofree char *directory = g_dir_make_tmp("whywait-names-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(directory, "a file", NULL);
	g_autofree char *deleted = g_strconcat(path, " (deleted)", NULL);

	expect(open(path, O_CREAT | O_RDWR, 0600), WW_WIRE_FILE_REGULAR, path);
	expect(open(directory, O_RDONLY), WW_WIRE_FILE_REGULAR, directory);
	expect(open("/dev/null", O_RDONLY), WW_WIRE_FILE_DEVICE, "/dev/null");
	int fd = open(path, O_RDWR);

	g_unlink(path);
	expect(fd, WW_WIRE_FILE_REGULAR, deleted);
	g_rmdir(directory);
}

static void test_long_path(void)
{
	g_autofree char *directory = g_dir_make_tmp("whywait-names-XXXXXX", NULL);
	g_autofree char *last = g_strnfill(140, 'z');
	g_autofree char *path = g_build_filename(directory, last, NULL);
	g_autofree char *expected = g_strconcat("...", last + 140 - 124, NULL);

	expect(open(path, O_CREAT | O_RDWR, 0600), WW_WIRE_FILE_REGULAR, expected);
	g_unlink(path);
	g_rmdir(directory);
}

static void test_anonymous(void)
{
	const int ends = eventfd(0, 0), timer = timerfd_create(CLOCK_MONOTONIC, 0);
	const int poll = epoll_create1(0);
	struct epoll_event wanted = { .events = EPOLLIN };
	g_autofree char *both = g_strdup_printf("epoll of %d, %d", ends, timer);
	g_autofree char *other = g_strdup_printf("epoll of %d, %d", timer, ends);
	ww_auto(descriptors) descriptors = ww_descriptors_new();
	struct ww_descriptor_name name;

	g_assert_cmpint(epoll_ctl(poll, EPOLL_CTL_ADD, ends, &wanted), ==, 0);
	g_assert_cmpint(epoll_ctl(poll, EPOLL_CTL_ADD, timer, &wanted), ==, 0);
	name = name_of(descriptors, getpid(), poll);
	g_assert_cmpint(name.kind, ==, WW_WIRE_FILE_EVENT);
	g_assert_true(g_str_equal(name.text, both) || g_str_equal(name.text, other));
	close(poll);
	expect(ends, WW_WIRE_FILE_EVENT, "eventfd");
	expect(timer, WW_WIRE_FILE_EVENT, "timerfd");
	expect(inotify_init1(0), WW_WIRE_FILE_EVENT, "inotify");
	expect(epoll_create1(0), WW_WIRE_FILE_EVENT, "epoll");
}

static void test_many_watched(void)
{
	ww_auto(descriptors) descriptors = ww_descriptors_new();
	const int poll = epoll_create1(0);
	struct epoll_event wanted = { .events = EPOLLIN };
	struct ww_descriptor_name name;
	int ends[20];

	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
		ends[i] = eventfd(0, 0);
		g_assert_cmpint(epoll_ctl(poll, EPOLL_CTL_ADD, ends[i], &wanted), ==, 0);
	}
	name = name_of(descriptors, getpid(), poll);
	g_assert_true(g_str_has_prefix(name.text, "epoll of "));
	g_assert_true(g_str_has_suffix(name.text, " and 12 more"));
	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++)
		close(ends[i]);
	close(poll);
}

/* A child that holds @keep (-1: nothing) and lives until it is ended. */
static pid_t start_child(int keep, int drop)
{
	int ready[2];
	char byte;
	pid_t child;

	g_assert_cmpint(pipe2(ready, O_CLOEXEC), ==, 0);
	child = fork();
	if (child == 0) {
		if (drop >= 0)
			close(drop);
		if (write(ready[1], "r", 1) != 1)
			_exit(1);
		pause();
		_exit(keep);
	}
	g_assert_cmpint(read(ready[0], &byte, 1), ==, 1);
	close(ready[0]);
	close(ready[1]);
	return child;
}

static void end_child(pid_t child)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

/* The process at the other end can be named once it was asked about. */
static void test_pipe(void)
{
	ww_auto(descriptors) descriptors = ww_descriptors_new();
	ww_auto(descriptors) knowing = ww_descriptors_new();
	g_autofree char *own = g_strdup_printf("pipe (test-descriptor/%d)", getpid());
	g_autofree char *theirs = NULL;
	struct ww_descriptor_name name;
	int ends[2];
	pid_t child;

	g_assert_cmpint(pipe(ends), ==, 0);
	g_assert_true(ww_descriptors_name(descriptors, getpid(), ends[0], 0, &name));
	g_assert_true(name.is_partial);
	g_assert_cmpint(name.kind, ==, WW_WIRE_FILE_PIPE);
	g_assert_cmpstr(name.text, ==, own);
	child = start_child(ends[1], ends[0]);
	theirs = g_strdup_printf("pipe (test-descriptor/%d)", child);
	ww_descriptors_name(knowing, child, ends[1], 0, &name);
	name = name_of(knowing, getpid(), ends[0]);
	g_assert_cmpstr(name.text, ==, theirs);
	end_child(child);
	close(ends[0]);
	close(ends[1]);
}

static uint16_t port_of(int fd)
{
	struct sockaddr_in address;
	socklen_t length = sizeof(address);

	g_assert_cmpint(getsockname(fd, (struct sockaddr *)&address, &length), ==, 0);
	return ntohs(address.sin_port);
}

static int listen_tcp(void)
{
	const struct sockaddr_in any = { .sin_family = AF_INET,
					 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	g_assert_cmpint(bind(fd, (const struct sockaddr *)&any, sizeof(any)), ==, 0);
	g_assert_cmpint(listen(fd, 4), ==, 0);
	return fd;
}

static void test_tcp(void)
{
	ww_auto(descriptors) descriptors = ww_descriptors_new();
	const int server = listen_tcp(), client = socket(AF_INET, SOCK_STREAM, 0);
	g_autofree char *listening =
		g_strdup_printf("tcp listening on 127.0.0.1:%u", port_of(server));
	g_autofree char *connected = NULL;
	struct sockaddr_in address;
	socklen_t length = sizeof(address);
	struct ww_descriptor_name name;
	int accepted;

	getsockname(server, (struct sockaddr *)&address, &length);
	g_assert_cmpint(connect(client, (struct sockaddr *)&address, length), ==, 0);
	accepted = accept(server, NULL, NULL);
	connected = g_strdup_printf("tcp 127.0.0.1:%u -> 127.0.0.1:%u (test-descriptor/%d)",
				    port_of(client), port_of(server), getpid());
	name = name_of(descriptors, getpid(), server);
	g_assert_cmpint(name.kind, ==, WW_WIRE_FILE_SOCKET);
	g_assert_cmpstr(name.text, ==, listening);
	name = name_of(descriptors, getpid(), client);
	g_assert_cmpstr(name.text, ==, connected);
	close(client);
	close(accepted);
	close(server);
}

static void test_udp(void)
{
	const struct sockaddr_in any = { .sin_family = AF_INET,
					 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	g_autofree char *text = NULL;

	g_assert_cmpint(bind(fd, (const struct sockaddr *)&any, sizeof(any)), ==, 0);
	text = g_strdup_printf("udp 127.0.0.1:%u", port_of(fd));
	expect(fd, WW_WIRE_FILE_SOCKET, text);
}

static void test_unix(void)
{
	ww_auto(descriptors) descriptors = ww_descriptors_new();
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const int server = socket(AF_UNIX, SOCK_STREAM, 0),
		  client = socket(AF_UNIX, SOCK_STREAM, 0);
	g_autofree char *name_text = g_strdup_printf("whywait-test-%d", getpid());
	g_autofree char *bound = g_strdup_printf("unix @%s", name_text);
	g_autofree char *connected =
		g_strdup_printf("unix @%s (test-descriptor/%d)", name_text, getpid());
	const socklen_t length =
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name_text));
	int accepted;

	strcpy(address.sun_path + 1, name_text);
	g_assert_cmpint(bind(server, (struct sockaddr *)&address, length), ==, 0);
	g_assert_cmpint(listen(server, 1), ==, 0);
	g_assert_cmpint(connect(client, (struct sockaddr *)&address, length), ==, 0);
	accepted = accept(server, NULL, NULL);
	g_assert_cmpstr(name_of(descriptors, getpid(), server).text, ==, bound);
	g_assert_cmpstr(name_of(descriptors, getpid(), client).text, ==, connected);
	g_assert_cmpstr(name_of(descriptors, getpid(), accepted).text, ==, connected);
	close(accepted);
	close(client);
	close(server);
}

static void note(int32_t pid, int32_t fd, const struct ww_descriptor_name *name, void *user_data)
{
	GString *answers = user_data;

	g_assert_cmpint(pid, ==, getpid());
	g_string_append_printf(answers, "%d %s;", fd, name->text);
}

/* Questions wait for the time to answer them; those about what is gone are never answered, and one
 * whose other end is not known yet comes once it is. */
static void test_questions(void)
{
	ww_auto(descriptors) descriptors = ww_descriptors_new();
	g_autoptr(GString) answers = g_string_new(NULL);
	g_autofree char *expected = NULL, *piped = NULL;
	const int event = eventfd(0, 0);
	int ends[2];

	g_assert_cmpint(pipe(ends), ==, 0);
	ww_descriptors_ask(descriptors, getpid(), event, 0);
	ww_descriptors_ask(descriptors, getpid(), 9999, 0);
	ww_descriptors_answer(descriptors, 0, false, note, answers);
	g_assert_cmpstr(answers->str, ==, "");
	ww_descriptors_answer(descriptors, INT64_MAX, false, note, answers);
	expected = g_strdup_printf("%d eventfd;", event);
	g_assert_cmpstr(answers->str, ==, expected);
	g_string_set_size(answers, 0);
	ww_descriptors_ask(descriptors, getpid(), ends[0], 0);
	for (int i = 0; i < 500 && answers->len == 0; i++) {
		ww_descriptors_answer(descriptors, INT64_MAX, false, note, answers);
		g_usleep(10000);
	}
	piped = g_strdup_printf("%d pipe (test-descriptor/%d);", ends[0], getpid());
	g_assert_cmpstr(answers->str, ==, piped);
	ww_descriptors_answer(descriptors, INT64_MAX, false, note, answers);
	g_assert_cmpstr(answers->str, ==, piped);
	close(event);
	close(ends[0]);
	close(ends[1]);
}

/* What an epoll watches is answered too, without being asked for. */
static void test_watched(void)
{
	ww_auto(descriptors) descriptors = ww_descriptors_new();
	g_autoptr(GString) answers = g_string_new(NULL);
	g_autofree char *expected = NULL;
	const int event = eventfd(0, 0), poll = epoll_create1(0);
	struct epoll_event wanted = { .events = EPOLLIN };

	g_assert_cmpint(epoll_ctl(poll, EPOLL_CTL_ADD, event, &wanted), ==, 0);
	ww_descriptors_ask(descriptors, getpid(), poll, 0);
	ww_descriptors_answer(descriptors, INT64_MAX, false, note, answers);
	ww_descriptors_answer(descriptors, INT64_MAX, true, note, answers);
	expected = g_strdup_printf("%d epoll of %d;%d eventfd;", poll, event, event);
	g_assert_cmpstr(answers->str, ==, expected);
	close(poll);
	close(event);
}

/* A descriptor that was closed, or used again for something else, has no name any more. */
static void test_gone(void)
{
	ww_auto(descriptors) descriptors = ww_descriptors_new();
	struct ww_descriptor_name name, untouched = { .kind = WW_WIRE_FILE_TTY };
	int fd = open("/dev/null", O_RDONLY);
	uint64_t inode = name_of(descriptors, getpid(), fd).inode;
	pid_t child = start_child(-1, -1);

	g_assert_true(ww_descriptors_name(descriptors, getpid(), fd, inode, &name));
	name = untouched;
	g_assert_false(ww_descriptors_name(descriptors, getpid(), fd, inode + 1, &name));
	close(fd);
	g_assert_false(ww_descriptors_name(descriptors, getpid(), fd, 0, &name));
	end_child(child);
	g_assert_false(ww_descriptors_name(descriptors, child, 0, 0, &name));
	g_assert_cmpint(name.kind, ==, WW_WIRE_FILE_TTY);
}

/* In a network namespace of its own a child listens where this process knows nothing of. */
static void test_namespace(void)
{
	ww_auto(descriptors) descriptors = ww_descriptors_new();
	int ready[2], fd = -1;
	struct ww_descriptor_name name;
	pid_t child;

	g_assert_cmpint(pipe(ready), ==, 0);
	child = fork();
	if (child == 0) {
		struct sockaddr_in any = { .sin_family = AF_INET };

		if (unshare(CLONE_NEWNET) == 0) {
			fd = socket(AF_INET, SOCK_STREAM, 0);
			any.sin_port = htons(4711);
			if (bind(fd, (struct sockaddr *)&any, sizeof(any)) != 0 ||
			    listen(fd, 1) != 0)
				fd = -1;
		}
		if (write(ready[1], &fd, sizeof(fd)) != sizeof(fd))
			_exit(1);
		pause();
	}
	g_assert_cmpint(read(ready[0], &fd, sizeof(fd)), ==, sizeof(fd));
	if (fd < 0) {
		g_test_skip("no network namespace may be made");
	} else {
		name = name_of(descriptors, child, fd);
		g_assert_cmpstr(name.text, ==, "tcp listening on 0.0.0.0:4711");
	}
	end_child(child);
	close(ready[0]);
	close(ready[1]);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/descriptors/files", test_files);
	g_test_add_func("/descriptors/long-path", test_long_path);
	g_test_add_func("/descriptors/anonymous", test_anonymous);
	g_test_add_func("/descriptors/many-watched", test_many_watched);
	g_test_add_func("/descriptors/pipe", test_pipe);
	g_test_add_func("/descriptors/tcp", test_tcp);
	g_test_add_func("/descriptors/udp", test_udp);
	g_test_add_func("/descriptors/unix", test_unix);
	g_test_add_func("/descriptors/questions", test_questions);
	g_test_add_func("/descriptors/watched", test_watched);
	g_test_add_func("/descriptors/gone", test_gone);
	g_test_add_func("/descriptors/namespace", test_namespace);
	return g_test_run();
}
