// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A client and a server, two processes, over a connection of the loopback: each answer takes the
 * server 25 ms of computing. Quiet, it answers at once.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "samples/truth.h"

#define N_ROUNDS 10
#define WORK_NS (25 * TRUTH_NS_PER_MS)

static void send_byte(int connection, char byte)
{
	if (send(connection, &byte, 1, 0) != 1)
		truth_die("send");
}

static char receive_byte(int connection)
{
	char byte;

	if (recv(connection, &byte, 1, 0) != 1)
		truth_die("recv");
	return byte;
}

static void send_at_once(int connection)
{
	const int yes = 1;

	if (setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes)) != 0)
		truth_die("setsockopt");
}

static void serve(int listener)
{
	const int connection = accept(listener, NULL, NULL);
	int64_t ran_ns = 0;

	if (connection < 0)
		truth_die("accept");
	send_at_once(connection);
	/* The first answer costs what is only done once. */
	send_byte(connection, receive_byte(connection));
	for (int i = 0; i < N_ROUNDS; i++) {
		const char byte = receive_byte(connection);
		const int64_t begin_ns = truth_now_ns(), begin_cpu_ns = truth_cpu_ns();

		truth_burn(truth_is_quiet() ? 0 : WORK_NS);
		ran_ns += truth_cpu_ns() - begin_cpu_ns;
		truth_phase("compute", begin_ns);
		send_byte(connection, byte);
	}
	truth_number("server_ran_ns", ran_ns);
	close(connection);
}

static void exchange(int connection)
{
	send_byte(connection, 'x');
	receive_byte(connection);
}

static void ask(const struct sockaddr_in *address)
{
	const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int64_t asleep_ns = 0;

	if (connection < 0 ||
	    connect(connection, (const struct sockaddr *)address, sizeof(*address)) != 0)
		truth_die("connect");
	send_at_once(connection);
	exchange(connection);
	for (int i = 0; i < N_ROUNDS; i++) {
		const struct truth_moment begin = truth_moment();

		exchange(connection);
		asleep_ns += truth_asleep_since(begin);
		truth_phase("wait", begin.now_ns);
	}
	truth_number("waited_ns", asleep_ns);
	close(connection);
}

static void be_client(void *address)
{
	ask(address);
}

static void run(void)
{
	const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t address_bytes = sizeof(address);
	struct truth_thread client;
	pid_t server;

	if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    listen(listener, 1) != 0 ||
	    getsockname(listener, (struct sockaddr *)&address, &address_bytes) != 0)
		truth_die("a listening socket");
	server = fork();
	if (server < 0)
		truth_die("fork");
	if (server == 0) {
		truth_enter("server");
		serve(listener);
		truth_leave();
		_exit(0);
	}
	truth_start(&client, "client", be_client, &address);
	truth_join(&client);
	waitpid(server, NULL, 0);
}

int main(int argc, char **argv)
{
	static const struct truth_scenario scenario = {
		.name = "echo",
		.about = "A client waits for a server on the same machine that computes.",
		.run = run,
	};

	return truth_main(argc, argv, &scenario);
}
