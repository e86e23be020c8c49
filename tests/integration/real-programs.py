#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Real programs, recorded from both sides and from the kernel's alone: they do what they do unrecorded."""

import glob
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

import programs
import tap
from programs import NOBODY, RECORD, Scratch, as_nobody, manifest, need, need_root, report, run, succeed

SIDES = {"both sides": [], "the kernel's side": ["--no-hooks"]}
TIMEOUT_S = 100


def check_trace(trace, *names):
    """Nothing was lost, and the program's threads are there by these names."""
    about = manifest(trace)
    assert about["n_kernel_lost"] == 0 and about["n_user_lost"] == 0, about
    answer = report("threads", trace)
    # Some kernels leave switches out, which the report finds by itself.
    missing = " ".join(answer["trace"]["missing"])
    assert answer["trace"]["kernel_complete"] or "although no loss was counted" in missing, missing
    found = {row["thread"]["name"] or "" for row in answer["rows"]}
    for name in names:
        assert any(re.fullmatch(name, one) for one in found), f"no thread '{name}' in {sorted(found)}"


def check_idle(trace, server, client, is_alone=True):
    """The server's loop waits for work, its client's for answers, whichever call they wait in. Alone, it waits for nobody else.

    False: undecided who of both asks, which a trace leaves so when the server was awake at the first question (its own timer)."""
    counts = {server: {}, client: {}}
    for row in report("waits", trace, "--by", "reason,thread", "--process", "*")["rows"]:
        if row["thread"]["process"] in counts and row["reason"] in ("poll", "idle-for-work"):
            of = counts[row["thread"]["process"]]
            of[row["reason"]] = of.get(row["reason"], 0) + row["count"]
    assert counts[server].get("idle-for-work", 0) >= 100, counts
    assert not is_alone or counts[server].get("poll", 0) <= 0.02 * counts[server]["idle-for-work"], counts
    if "poll" not in counts[client]:
        return False
    assert counts[client]["poll"] >= 10 and "idle-for-work" not in counts[client], counts
    return True


def on_each_side(record):
    """Records on each side until it was decided once who asks: that is chance, and on a busy machine it takes a few."""
    for _ in range(4):
        if any([record(side) for side in SIDES]):
            return
    raise AssertionError("it was never decided who asks")


def same_as_plain(command, *names, normal=lambda text: text, **options):
    """One run plain and one of each side: status and output are equal; @normal takes out what differs each time."""
    def answer_of(done):
        return done.returncode, normal(done.stdout), normal(done.stderr)
    with Scratch() as scratch:
        plain = answer_of(run(*command, cwd=scratch, timeout=TIMEOUT_S, **options))
    assert plain[0] == 0, plain
    for side, arguments in SIDES.items():
        with Scratch() as scratch, Scratch() as work:
            done = run(RECORD, "--quiet", *arguments, "-o", scratch / "trace", "--", *command, cwd=work, timeout=TIMEOUT_S,
                       **options)
            assert answer_of(done) == plain, f"{side}: {done}, plain: {plain}"
            check_trace(scratch / "trace", *names)
    return plain[1]


class Service:
    """A server that runs under the recorder until it is told to stop."""

    def __init__(self, scratch, side, *command, user=None):
        self.trace = scratch / "trace"
        self.log = open(scratch / "log", "w+", encoding="utf-8")
        options = [*SIDES[side], *(["-u", user] if user else [])]
        self.recorder = subprocess.Popen([str(word) for word in (RECORD, "--quiet", *options, "-o", self.trace, "--", *command)],
                                         stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, cwd=scratch,
                                         start_new_session=True)

    def wait_for(self, is_ready):
        end = time.monotonic() + 60
        while not is_ready():
            assert self.recorder.poll() is None and time.monotonic() < end, self.text()
            time.sleep(0.1)

    def text(self):
        self.log.seek(0)
        return self.log.read()

    def end(self, *names, status=0):
        """Waits for the end that somebody brought about, and looks at the trace."""
        assert self.recorder.wait(timeout=60) == status, self.text()
        check_trace(self.trace, *names)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.recorder.poll() is None:
            os.killpg(self.recorder.pid, signal.SIGKILL)
            self.recorder.wait()
        self.log.close()


def redis():
    """redis-server answers redis-benchmark and ends with its own status"""
    need_root()
    need("redis-server", "redis-cli", "redis-benchmark")

    def record(side):
        with Scratch() as scratch:
            socket = scratch / "socket"
            with Service(scratch, side, "redis-server", "--port", "0", "--unixsocket", socket, "--save", "") as server:
                server.wait_for(lambda: run("redis-cli", "-s", socket, "ping").stdout == "PONG\n")
                succeed("redis-benchmark", "-s", socket, "-n", "5000", "-q", "-t", "set,get,lpush", timeout=TIMEOUT_S)
                assert run("redis-cli", "-s", socket, "incr", "counter:__rand_int__").stdout == "1\n"
                run("redis-cli", "-s", socket, "shutdown", "nosave")
                server.end("redis-server", "bio_.*")
                return check_idle(server.trace, "redis-server", "redis-benchmark")

    on_each_side(record)


NGINX = """
daemon off;
worker_processes 2;
pid {0}/pid;
error_log {0}/errors;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {0}/t1; proxy_temp_path {0}/t2; fastcgi_temp_path {0}/t3; uwsgi_temp_path {0}/t4; scgi_temp_path {0}/t5;
    server {{ listen {1}; location / {{ return 200 "answer\\n"; }} }}
}}
"""


def free_port():
    import socket
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def nginx():
    """nginx answers every request of wrk and quits in good order"""
    need_root()
    need("nginx", "wrk")

    def record(side):
        with Scratch() as scratch:
            os.chmod(scratch, 0o755)
            address = f"127.0.0.1:{free_port()}"
            (scratch / "conf").write_text(NGINX.format(scratch, address))
            with Service(scratch, side, "nginx", "-e", scratch / "errors", "-c", scratch / "conf") as server:
                server.wait_for(lambda: run("bash", "-c", f"echo > /dev/tcp/{address.replace(':', '/')}").returncode == 0)
                told = succeed("wrk", "-t", "1", "-c", "8", "-d", "1s", f"http://{address}/", timeout=TIMEOUT_S)
                assert "Non-2xx" not in told and "Socket errors" not in told, told
                assert int(re.search(r"(\d+) requests in", told)[1]) > 0, told
                os.kill(int((scratch / "pid").read_text()), signal.SIGQUIT)
                server.end("nginx")
                return check_idle(server.trace, "nginx", "wrk")

    on_each_side(record)


def postgres():
    """postgres runs pgbench's transactions as another user and shuts down"""
    need_root()
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/postgres"))
    if not found:
        raise tap.Skip("postgres is not installed")
    tools = pathlib.Path(found[-1]).parent
    with Scratch() as scratch:
        data = scratch / "data"
        done = as_nobody(scratch, tools / "initdb", "-D", data, "-A", "trust", "-U", "nobody", "--no-sync", "--locale=C")
        assert done.returncode == 0, done

        def record(side):
            with Scratch() as traces:
                os.chmod(traces, 0o777)
                with Service(traces, side, tools / "postgres", "-D", data, "-k", scratch, "-h", "", "-F", user="nobody") as server:
                    server.wait_for(lambda: run(tools / "pg_isready", "-h", scratch, "-q").returncode == 0)
                    bench = [tools / "pgbench", "-h", scratch, "-U", "nobody", "postgres"]
                    succeed(*bench[:1], "-i", "-s", "1", "-q", *bench[1:], timeout=TIMEOUT_S)
                    told = succeed(*bench[:1], "-c", "4", "-t", "50", *bench[1:], timeout=TIMEOUT_S)
                    assert "transactions actually processed: 200/200" in told, told
                    os.kill(int((data / "postmaster.pid").read_text().split()[0]), signal.SIGINT)
                    server.end("postgres")
                    # Its processes wait for each other's locks in the same call.
                    return check_idle(server.trace, "postgres", "pgbench", is_alone=False)

        on_each_side(record)


def sysbench():
    """sysbench's workers for cpu, threads, mutex and memory do all their events"""
    need_root()
    need("sysbench")
    cases = {"cpu": ["--events=200", "--cpu-max-prime=2000"], "threads": ["--events=300"],
             "mutex": ["--mutex-locks=2000", "--mutex-num=8"], "memory": ["--memory-total-size=64M"]}
    for name, options in cases.items():
        told = same_as_plain(["sysbench", name, "--threads=4", "--time=30", *options, "run"], "sysbench",
                             normal=lambda text: "".join(re.findall(r"total number of events: +\d+", text)))
        assert int(told.split()[-1]) > 0


def languages():
    """Python's threads, Rust's, a virtual machine's, and a static program"""
    need_root()
    script = ("import concurrent.futures, hashlib\n"
              "with concurrent.futures.ThreadPoolExecutor(4) as pool:\n"
              "    print(*pool.map(lambda n: hashlib.sha256(bytes(n * 10000)).hexdigest()[:8], range(40)))\n")
    same_as_plain([sys.executable, "-c", script], "python.*")
    same_as_plain([programs.BUILD / "tests/integration/static-program"], "static-program")
    if shutil.which("rg"):
        same_as_plain(["rg", "--threads", "4", "--sort", "path", "-c", "define", "/usr/include/linux"], "rg")
        same_as_plain(["rg", "--threads", "4", "-l", "define", "/usr/include/linux"], "rg",
                      normal=lambda text: sorted(text.splitlines()))
    if shutil.which("node"):
        same_as_plain(["node", "-e", "const c=require('crypto');for(let i=0;i<4;i++)"
                       "c.pbkdf2('a','b',2000,32,'sha256',(e,k)=>console.log(k.toString('hex')))"], "node.*")
    if shutil.which("java") and shutil.which("javac"):
        with Scratch() as scratch:
            (scratch / "Sum.java").write_text(
                "public class Sum { public static void main(String[] a) { System.out.println("
                "java.util.stream.LongStream.range(0, 3000000).parallel().map(x -> x * x % 7).sum()); } }")
            succeed("javac", "Sum.java", cwd=scratch, timeout=TIMEOUT_S)
            same_as_plain(["java", "-cp", scratch, "Sum"], "java")


def tools():
    """a compiler's output is the same to the byte, and so is what git and a script's pipelines say"""
    need_root()
    need("gcc", "git", "bash")
    source = pathlib.Path(__file__).with_name("primes.c")
    same_as_plain(["bash", "-c", f"gcc -O2 -pthread -c {source} -o out.o && sha256sum out.o"], "cc1")
    with Scratch() as scratch:
        for words in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "one"]):
            (scratch / "file").write_text("text\n" * 1000)
            succeed("git", *words, cwd=scratch)
        same_as_plain(["git", "-C", scratch, "log", "--stat", "-p"], "git")
        same_as_plain(["git", "-C", scratch, "fsck", "--full"], "git")
    same_as_plain(["bash", "-c", "set -o pipefail; seq 20000 | sort -R --random-source=/etc/passwd | tee >(wc -l >&2) | sort -n | "
                   "awk '{s+=$1} END {print s}'; wait; exit 0"], "sort", "awk|mawk|gawk")


if __name__ == "__main__":
    tap.run(redis, nginx, postgres, sysbench, languages, tools)
