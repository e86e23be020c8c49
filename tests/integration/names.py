# SPDX-License-Identifier: GPL-2.0-or-later
"""The names that a recording gives to descriptors, and the totals it keeps, on a real kernel."""

import re
import sys

import programs
import tap
from check import Quota

PIPE, SOCKET, EVENT = "2", "3", "6"

NAME = re.compile(r'file_name: .* kind = (\d+),.*pid = (\d+), descriptor = (\d+),.* path = "([^"]*)"')
TOTAL = re.compile(r"throttle_total: .* cgroup = (\d+), n_throttled = (\d+), throttled_us = (\d+)")
STEAL = re.compile(r"steal: .* cpu = (\d+),.* steal_ns = (\d+)")

# Waits for each kind of descriptor in turn and says its number; the child is what it waits for.
WAITER = """
import os, select, socket, time
def say(name, fd): print(name, fd if isinstance(fd, int) else fd.fileno(), flush=True)
listener = socket.create_server(("127.0.0.1", 0))
path = socket.socket(socket.AF_UNIX); path.bind("\\0whywait-" + str(os.getpid())); path.listen()
pipe, pipe_end = os.pipe()
event = os.eventfd(0)
child = os.fork()
if child == 0:
    tcp = socket.create_connection(listener.getsockname())
    unix = socket.socket(socket.AF_UNIX); unix.connect("\\0whywait-" + str(os.getppid()))
    for _ in range(4):
        time.sleep(0.1); tcp.send(b"x")
        time.sleep(0.1); unix.send(b"x")
        time.sleep(0.1); os.write(pipe_end, b"x")
        time.sleep(0.1); os.eventfd_write(event, 1)
        tcp.recv(1)
    time.sleep(0.5)
    os._exit(0)
os.close(pipe_end)
tcp = listener.accept()[0]
unix = path.accept()[0]
watch = select.epoll(); watch.register(event, select.EPOLLIN)
say("child", child); say("tcp", tcp); say("unix", unix); say("pipe", pipe); say("event", event); say("epoll", watch)
print("port", listener.getsockname()[1], flush=True)
for _ in range(4):
    tcp.recv(1); unix.recv(1); os.read(pipe, 1); watch.poll(); os.eventfd_read(event)
    tcp.send(b"y")
os.wait()
"""


def lines_of(trace):
    """What Babeltrace 2 says of the stream of what was looked up aside."""
    return programs.succeed("babeltrace2", "--names=payload", trace / "kernel", timeout=600).splitlines()


def descriptors_are_named():
    """Sockets, pipes, events and what an epoll watches have names, and the process at the other end."""
    programs.need_root()
    programs.need("babeltrace2")
    with programs.Scratch() as scratch:
        trace = scratch / "trace"
        said = programs.succeed(programs.RECORD, "--no-hooks", "-o", trace, sys.executable, "-c", WAITER)
        about = dict(line.split() for line in said.splitlines() if len(line.split()) == 2)
        pid = str(programs.manifest(trace)["root_pids"][0])
        names = {}
        for line in lines_of(trace):
            match = NAME.search(line)
            if match and match[2] == pid:
                names[match[3]] = (match[1], match[4])
        peer = re.compile(rf" \([^/]+/{about['child']}\)$")
        kind, tcp = names[about["tcp"]]
        assert kind == SOCKET and tcp.startswith(f"tcp 127.0.0.1:{about['port']} -> 127.0.0.1:"), names
        assert peer.search(tcp), (names, about)
        kind, unix = names[about["unix"]]
        assert kind == SOCKET and unix.startswith(f"unix @whywait-{pid} ("), names
        assert peer.search(unix), (names, about)
        kind, pipe = names[about["pipe"]]
        assert kind == PIPE and pipe.startswith("pipe (") and peer.search(pipe), (names, about)
        assert names[about["epoll"]] == (EVENT, f"epoll of {about['event']}"), names
        assert names[about["event"]] == (EVENT, "eventfd"), names


def readers_take_them():
    """trace-report reads a trace with these records and counts every one of them."""
    programs.need_root()
    with programs.Scratch() as scratch:
        trace = scratch / "trace"
        programs.succeed(programs.RECORD, "-d", "1s", "-o", trace, programs.SERVICE)
        events = programs.report("summary", trace)["trace"]
        assert events["events"] >= programs.manifest(trace)["n_kernel_events"] > 0, events


def short_lives_have_maps():
    """A child that ends at once, between two looks at /proc, has the maps of the program it was."""
    programs.need_root()
    with programs.Scratch() as scratch:
        trace = scratch / "trace"
        script = ("import os\nfor _ in range(20):\n"
                  " pid = os.fork()\n if not pid: os._exit(0)\n os.waitpid(pid, 0); print(pid)\n"
                  "import time; time.sleep(0.5)")
        said = programs.succeed(programs.RECORD, "--no-hooks", "-o", trace, sys.executable, "-c", script)
        pids = [line for line in said.splitlines() if line.isdigit()]
        assert len(pids) == 20, said
        copies = {path.name for path in (trace / "symbols").glob("maps-*")}
        assert {f"maps-{pid}" for pid in pids} <= copies, (pids, copies)
        assert "python" in (trace / f"symbols/maps-{pids[0]}").read_text(encoding="utf-8")


def kernel_has_names():
    """Functions of the kernel that the records name have their names in the trace."""
    programs.need_root()
    with open("/proc/kallsyms", encoding="ascii") as kallsyms:
        if not int(kallsyms.readline().split()[0], 16):
            raise tap.Skip("the kernel hides its addresses")
    with programs.Scratch() as scratch:
        trace = scratch / "trace"
        programs.succeed(programs.RECORD, "-d", "1s", "-o", trace, programs.SERVICE)
        head, *lines = (trace / "symbols/kernel").read_text(encoding="ascii").splitlines()
        assert re.fullmatch("# [0-9a-f]{40}", head), head
        assert all(re.fullmatch(r"f[0-9a-f]{15} [0-9a-f]+ f \S+", line) for line in lines), lines
        assert 0 < len(lines) < 1000 and "hrtimer_wakeup" in [line.split()[3] for line in lines], lines


def totals_are_kept():
    """How long a cgroup was throttled is in the trace as it grew, up to what its cpu.stat said."""
    programs.need_root()
    programs.need("babeltrace2")
    with programs.Scratch() as scratch, Quota() as quota:
        trace = scratch / "trace"
        busy = "timeout 3 sha256sum /dev/zero"
        programs.run(programs.RECORD, "--no-hooks", "-d", "2s", "-o", trace, "sh", "-c",
                     f"echo 0 > {quota.path}/cgroup.procs; {busy}")
        listing = "\n".join(lines_of(trace))
        cgroup = [row for row in programs.manifest(trace)["cgroups"] if row["quota_us"] > 0][0]
        told = [(int(times), int(length)) for number, times, length in TOTAL.findall(listing)
                if int(number) == cgroup["id"]]
        assert len(told) > 3 and told == sorted(told), told
        assert cgroup["begin_throttled"] <= told[0][0] < told[-1][0] <= cgroup["end_throttled"] + 2, (told, cgroup)
        cpus = {int(cpu) for cpu, _ in STEAL.findall(listing)}
        assert cpus >= {0}, listing[:500]


if __name__ == "__main__":
    tap.run(descriptors_are_named, readers_take_them, short_lives_have_maps, kernel_has_names, totals_are_kept)
