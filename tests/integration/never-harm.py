#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A recorded program is what it would have been: its surroundings, its ways of running and ending, its terminal, its disk."""

import os
import pathlib
import pty
import re
import resource
import select
import shutil
import signal
import subprocess
import time

import programs
import tap
from programs import NOBODY, RECORD, REPORT, Scratch, as_nobody, manifest, need, need_root, run, succeed

SURROUNDINGS = programs.BUILD / "tests/integration/surroundings"
STATIC = programs.BUILD / "tests/integration/static-program"

# What a recorded program has in its environment and others have not; man page, ENVIRONMENT.
VARIABLES = ("LD_PRELOAD=", "LTTNG_HOME=", "LTTNG_UST_REGISTER_TIMEOUT=", "WHYWAIT_LOCK_THRESHOLD_NS=",
             "WHYWAIT_ALLOC_THRESHOLD_NS=")
# Which the C library handles in every program with threads: 32 and 33.
C_LIBRARY_SIGNALS = r"SigCgt:\s*0000000[0-3]00000000$"
SIDES = {"kernel": ["--no-hooks"], "both": []}


def recorded(scratch, side, *command, name="trace", **options):
    """A command's run under the recorder, which is silent."""
    return run(RECORD, "--quiet", *SIDES[side], "-o", scratch / name, "--", *command, **options)


def both_ways(command, sides=tuple(SIDES), **options):
    """Runs a command plainly and recorded, each in a directory of its own; result and output must be the same."""
    answers = []
    for side in (None, *sides):
        with Scratch() as scratch:
            os.chmod(scratch, 0o777)
            options["cwd"] = scratch / "work"
            options["cwd"].mkdir(mode=0o777)
            done = recorded(scratch, side, *command, **options) if side else run(*command, **options)
            files = sorted(path.name for path in options["cwd"].iterdir())
            answers.append((done.returncode if done.returncode >= 0 else 128 - done.returncode, done.stdout, done.stderr, files))
            if side:
                check_trace(scratch / "trace")
    for side, answer in zip(sides, answers[1:]):
        assert answer == answers[0], f"{command}, {side}: {answer} instead of {answers[0]}"
    return answers[0]


def check_trace(trace):
    """A whole one, of which nothing was lost."""
    about = manifest(trace)
    assert about["n_kernel_lost"] == 0 and about["n_user_lost"] == 0, about
    succeed(REPORT, "summary", trace)


def odd_surroundings():
    """In the child, before the command: everything that can be handed down is not what it is by default."""
    os.umask(0o027)
    os.nice(5)
    os.sched_setaffinity(0, {0})
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR2, signal.SIGTERM})
    resource.setrlimit(resource.RLIMIT_NOFILE, (700, 800))
    resource.setrlimit(resource.RLIMIT_CORE, (4096, 8192))
    resource.setrlimit(resource.RLIMIT_STACK, (1 << 20, 1 << 22))
    pathlib.Path("/proc/self/oom_score_adj").write_text("100")
    os.dup2(os.open("/etc/hostname", os.O_RDONLY), 9)
    os.set_inheritable(9, True)


def lines_of(side, *arguments, prepare):
    with Scratch() as scratch:
        words = [RECORD, "--quiet", *SIDES[side], "-o", scratch / "trace", "--"] if side else []
        done = subprocess.run([*words, SURROUNDINGS, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=60, check=True, cwd="/var", preexec_fn=prepare, pass_fds=[])
        assert done.stderr == "", done.stderr
        return done.stdout.splitlines()


def has_its_surroundings():
    """arguments, environment, directory, files, limits, priority, masks, groups and rights are the caller's"""
    need_root()
    for prepare in (None, odd_surroundings):
        plain = lines_of(None, "a b", "", prepare=prepare)
        assert "argument a b" in plain and "argument " in plain
        kernel = lines_of("kernel", "a b", "", prepare=prepare)
        assert [re.sub(r"pipe:\[\d+\]", "pipe", line) for line in kernel] == [
            re.sub(r"pipe:\[\d+\]", "pipe", line) for line in plain], set(plain) ^ set(kernel)
        # LTTng's library adds its sockets, but the program's own descriptors are there as they were.
        both = [line for line in lines_of("both", "a b", "", prepare=prepare) if not line.startswith(
            tuple(f"variable {name}" for name in VARIABLES)) and "lttng" not in line]
        both = [line for line in both if not re.match(r"fd \d+: (socket:|pipe:|anon_inode:|/dev/shm|/memfd|/$)", line)
                or re.match(r"fd [0-2]:", line)]
        changed = {line for line in set(both) ^ set(plain) if "pipe:[" not in line and "SigQ:" not in line
                   and not re.search(C_LIBRARY_SIGNALS, line)}
        assert not changed, changed


def runs_as_it_would():
    """programs that a tracer breaks easily give the same output, files and status"""
    need_root()
    cases = [
        ["closing"], ["children"], ["threads"], ["exec"],
    ]
    for arguments in cases:
        status, output, errors, _ = both_ways([SURROUNDINGS, *arguments])
        assert errors == "" and output, (arguments, output, errors)
        assert status == (5 if arguments == ["exec"] else 0), (arguments, status, output)


def starts_as_it_would():
    """scripts, other roots and users, programs without the preload, under a debugger, static ones"""
    need_root()
    need("setpriv", "env")
    with Scratch() as root:
        os.chmod(root, 0o755)
        shutil.copy(STATIC, root / "program")
        script = root / "script"
        script.write_text("echo without an interpreter\nexit 6\n")
        script.chmod(0o755)
        cases = [
            (["sh", "-c", "echo out; echo err >&2; exit 9"], 9),
            (["chroot", root, "/program"], 0),
            (["chroot", f"--userspec={NOBODY}:{NOBODY}", "/", "sh", "-c", "id -u; id -G"], 0),
            (["env", "-u", "LD_PRELOAD", "sh", "-c", "sort /etc/passwd | head -1"], 0),
            (["env", "-i", "/bin/echo", "empty"], 0),
            (["sh", "-c", "true | false | true; echo $?; sh -c 'exit 3' | cat; kill -PIPE $$"], 128 + signal.SIGPIPE),
            (["bash", "-c", "yes | head -2; echo ${PIPESTATUS[0]}"], 0),
            ([STATIC], 0), (["env", script], 6),
        ]
        if shutil.which("strace"):
            cases.append((["sh", "-c", "strace -f -o /dev/null sh -c 'exit 8' 2>&1; echo $?"], 0))
        if shutil.which("gdb"):
            cases.append((["sh", "-c", f"gdb -q -nx -batch -ex run -ex 'print $_exitcode' {STATIC} | sed 's/process [0-9]*//'"], 0))
        for command, status in cases:
            answer = both_ways(command)
            assert answer[0] == status, (command, answer)


def ends_as_it_would():
    """each signal that ends it is told as a shell tells it, with its core; a daemon stays"""
    need_root()
    for number in (signal.SIGABRT, signal.SIGSEGV, signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1):
        answer = both_ways(["sh", "-c", f"kill -{number.value} $$"], sides=["both"])
        assert answer[0] == 128 + number, answer
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
    try:
        answer = both_ways([SURROUNDINGS, "crash"])
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, before)
    assert answer[0] == 128 + signal.SIGSEGV, answer
    if pathlib.Path("/proc/sys/kernel/core_pattern").read_text() == "core\n" and before[1] != 0:
        assert "core" in answer[3], answer
    with Scratch() as scratch:
        done = recorded(scratch, "both", SURROUNDINGS, "daemon", cwd=scratch)
        assert done.returncode == 0, done
        end = time.monotonic() + 60
        while not (scratch / "daemon-was-here").exists():
            assert time.monotonic() < end, "the daemon was ended"
            time.sleep(0.05)


def never_begins():
    """what cannot be executed is told in one line, and nothing is left"""
    need_root()
    with Scratch() as scratch:
        bad = scratch / "bad-interpreter"
        bad.write_text("#!/no/such/interpreter\n")
        bad.chmod(0o755)
        (scratch / "directory").mkdir()
        for command, words in ((bad, "No such file or directory"), (scratch / "directory", "Permission denied"),
                               (scratch / "missing", "No such file or directory")):
            done = run(RECORD, "-o", scratch / "trace", command)
            assert done.returncode == 3 and words in done.stderr and done.stderr.count("\n") == 1, done
            assert not (scratch / "trace").exists()


def setuid_runs_unharmed():
    """a setuid program keeps its rights, for a plain user too, and is named as unseen"""
    need_root()
    need("setpriv")
    with Scratch() as scratch:
        os.chmod(scratch, 0o777)
        privileged = scratch / "privileged"
        shutil.copy(shutil.which("id"), privileged)
        privileged.chmod(0o4755)
        done = as_nobody(scratch, RECORD, "-o", "trace", privileged, "-u")
        assert (done.returncode, done.stdout) == (0, "0\n"), done
        assert "runs with rights of its own" in done.stderr, done.stderr


class Terminal:
    """An interactive bash on a terminal of its own, with job control."""

    def __init__(self, scratch):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(scratch)
            os.execvpe("bash", ["bash", "--norc", "--noprofile", "-i"], {**os.environ, "PS1": "prompt> ", "TERM": "dumb"})
        self.text = ""
        self.expect("prompt> ")

    def expect(self, pattern, limit_s=30):
        """Reads until the pattern comes; what was before it and it."""
        end = time.monotonic() + limit_s
        while not re.search(pattern, self.text):
            ready, _, _ = select.select([self.fd], [], [], max(0, end - time.monotonic()))
            assert ready, f"waited for '{pattern}': {self.text}"
            self.text += os.read(self.fd, 65536).decode(errors="replace")
        match = re.search(pattern, self.text)
        seen, self.text = self.text[:match.end()], self.text[match.end():]
        return seen

    def wait_for_job(self, limit_s=30):
        """Until a job is in the foreground and goes on."""
        end = time.monotonic() + limit_s
        while not self.has_running_job():
            assert time.monotonic() < end, "no job came to the foreground"
            time.sleep(0.02)

    def has_running_job(self):
        group = os.tcgetpgrp(self.fd)
        processes = [line.split() for line in succeed("ps", "-e", "-o", "pgid=,state=").splitlines()]
        states = [state for pgid, state in processes if int(pgid) == group]
        return group != self.pid and states and "T" not in states

    def type(self, keys):
        os.write(self.fd, keys.encode())

    def close(self):
        os.close(self.fd)
        os.waitpid(self.pid, 0)


def keeps_its_terminal():
    """on a terminal: stopped and continued with the job, Ctrl-C once, modes kept, hung up with it"""
    need_root()
    need("bash", "stty")
    script = ('n=0; trap "n=\\$((n+1))" INT; trap "echo hung up >hup; exit" HUP; echo ready >&2; i=0; '
              'while [ $i -lt 600 ] && [ $n = 0 ]; do sleep 0.1; i=$((i+1)); done; sleep 0.3; echo "interrupts $n"; exit 4')
    with Scratch() as scratch:
        (scratch / "script").write_text(script)
        terminal = Terminal(scratch)
        terminal.type(f"{RECORD} --quiet -o trace sh script\n")
        terminal.expect("ready")
        time.sleep(0.3)
        terminal.type("\x1a")
        terminal.expect(r"Stopped")
        terminal.type("jobs -l; echo after\n")
        terminal.expect(r"after\r\nprompt> ")
        terminal.type("fg\n")
        terminal.wait_for_job()
        terminal.type("\x03")
        seen = terminal.expect(r"interrupts \d")
        assert seen.endswith("interrupts 1"), seen
        terminal.expect("prompt> ")
        terminal.type("echo status $?; stty -a | grep -c -- ' icanon'\n")
        terminal.expect(r"status 4\r\n1\r\n")
        check_trace(scratch / "trace")
        terminal.type(f"{RECORD} --quiet -o trace-2 sh script\n")
        terminal.expect("ready")
        time.sleep(0.3)
        terminal.close()
        end = time.monotonic() + 60
        while not ((scratch / "hup").exists() and (scratch / "trace-2/whywait.json").exists()):
            assert time.monotonic() < end, "the hang-up did not end the recording"
            time.sleep(0.05)


STORM = f"{programs.BUILD}/tests/integration/primes storm & storm=$!; " \
        f"{programs.BUILD}/tests/integration/contended 60 10 >/dev/null; kill $storm; echo whole; exit 5"


def told_once(done, words):
    """One line says what failed."""
    lines = [line for line in done.stderr.splitlines() if line.startswith("trace-record: ") and " of '" not in line]
    assert len(lines) == 1 and re.search(words, lines[0]), done.stderr


def outlives_its_output():
    """a directory that is removed, a full disk, a limit of sizes: the command ends well, the recorder tells it with 3"""
    need_root()
    need("unshare", "babeltrace2")
    with Scratch() as scratch:
        done = run(RECORD, "-o", scratch / "trace", "sh", "-c", f"sleep 0.4; while ! rm -rf {scratch}/trace 2>/dev/null; do :; done; sleep 0.4; echo whole; exit 5")
        assert done.stdout == "whole\n" and done.returncode == 3, done
        told_once(done, "No such file or directory")
    with Scratch() as scratch:
        (scratch / "closed").mkdir()
        os.chmod(scratch, 0o755)
        os.chmod(scratch / "closed", 0o555)
        done = as_nobody(scratch, RECORD, "-o", scratch / "closed/trace", "echo", "ran")
        assert done.returncode == 3 and done.stdout == "" and done.stderr.count("\n") == 1, done
    for size in ("1m", "300k", "40k"):
        with Scratch() as scratch:
            script = (f"mount -t tmpfs -o size={size} none {scratch} && {RECORD} -o {scratch}/trace sh -c '{STORM}'; echo status $?; "
                      f"cp -r {scratch}/trace /var/tmp/whywait-full-{os.getpid()} 2>/dev/null")
            kept = pathlib.Path(f"/var/tmp/whywait-full-{os.getpid()}")
            try:
                done = run("unshare", "--mount", "sh", "-c", script)
                words = done.stdout.splitlines()
                assert words[-1:] == ["status 3"], done
                told_once(done, "No space left on device|LTTng cannot")
                if len(words) == 2:
                    assert words[0] == "whole"
                    succeed("babeltrace2", kept / "kernel")
            finally:
                shutil.rmtree(kept, ignore_errors=True)
    with Scratch() as scratch:
        done = run(RECORD, "-o", scratch / "trace", "sh", "-c", STORM,
                   preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (512 << 10, 512 << 10)))
        assert done.stdout == "whole\n" and done.returncode == 3, done
        told_once(done, "File too large|LTTng cannot")
        succeed("babeltrace2", scratch / "trace")


if __name__ == "__main__":
    # Who runs the tests out of reach of a hang-up (nohup) has it ignored, and so would every command here.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    tap.run(has_its_surroundings, runs_as_it_would, starts_as_it_would, ends_as_it_would, never_begins, setuid_runs_unharmed,
            keeps_its_terminal, outlives_its_output)
