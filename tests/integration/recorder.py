# SPDX-License-Identifier: GPL-2.0-or-later
"""trace-record against the real kernel: exact counts, whole traces, the command's own life."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

import programs
import tap
from events import count, events, names_of
from programs import NOBODY, RECORD, REPORT, Scratch, as_nobody, manifest, need, need_root, run, succeed

PRIMES = programs.BUILD / "tests/integration/primes"
CLOCK_NANOSLEEP = 230
FUTEX = 202
NET_RX = 3
READ = 0
FILE_PIPE, FILE_SOCKET, FILE_EVENT = 2, 3, 6

def record(scratch, *arguments, **options):
    """Records into scratch/trace; returns the run and the path."""
    trace = scratch / "trace"
    return run(RECORD, "-o", trace, *arguments, **options), trace


def start(*arguments):
    """In a session of its own, as a terminal's foreground group would be."""
    return subprocess.Popen([str(argument) for argument in arguments], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)


def wait_for(claim, timeout_s=20):
    end = time.monotonic() + timeout_s
    while not claim():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


def has_packets(trace):
    return any(path.stat().st_size for path in trace.glob("kernel/cpu_*"))


def counts_are_exact():
    """the trace holds exactly what the program did"""
    need_root()
    need("babeltrace2")
    with Scratch() as scratch:
        done, trace = record(scratch, "--no-hooks", PRIMES)
        assert done.returncode == 0, done.stderr
        found = events(trace / "kernel")
        names = names_of(found)
        pid, = manifest(trace)["root_pids"]
        tids = {name: tid for tid, name in names.items() if name.startswith("p-")}
        processes = [event.fields["child_pid"] for event in found
                     if event.kind == "fork" and event.fields["parent_tid"] == pid
                     and event.fields["child_pid"] != pid]

        assert len(processes) == 7
        assert count(found, "fork", parent_tid=pid) == 7 + 7
        assert count(found, "fork", child_pid=pid) == 7
        assert count(found, "exec", pid=pid, comm="primes") == 1
        assert count(found, "rename", tid=pid) == 13 + 1, "the exec renames too"
        assert count(found, "exit", pid=pid) == 7 + 1
        assert count(found, "exit", pid=pid, group_dead=1) == 1
        assert all(count(found, "exit", pid=child, group_dead=1) == 1 for child in processes)
        assert count(found, "wakeup_new", waker_tid=pid) == 7 + 7
        sleeper = tids["p-sleeper"]
        assert count(found, "switch", prev_tid=sleeper, prev_state="sleeping", syscall=CLOCK_NANOSLEEP) == 101
        assert count(found, "switch", prev_tid=sleeper, prev_state="dead") == 1


def wakers_are_told_apart():
    """a timer, a thread and the network are told apart as wakers"""
    need_root()
    need("babeltrace2")
    with Scratch() as scratch:
        done, trace = record(scratch, "--no-hooks", PRIMES)
        assert done.returncode == 0, done.stderr
        found = events(trace / "kernel")
        tids = {name: tid for tid, name in names_of(found).items()}
        pid, = manifest(trace)["root_pids"]
        sleeper, receiver = tids["p-sleeper"], tids["p-receiver"]
        holder, waiter, spinner = tids["p-holder"], tids["p-waiter"], tids["p-spinner"]

        # Not all of them: some kernels keep what happens while certain system threads run to themselves.
        by_timer = count(found, "waking", tid=sleeper, context="hrtimer")
        assert by_timer >= 90, f"{by_timer} of 101 sleeps were ended by a timer"
        assert count(found, "waking", tid=sleeper) == by_timer
        by_network = count(found, "waking", tid=receiver, context="task", vector=NET_RX, waker_tid=pid)
        assert by_network >= 90, f"{by_network} of 97 messages woke their receiver in a softirq of the sender's call"
        assert count(found, "waking", tid=receiver, context="task", vector=0) == 0
        by_holder = count(found, "waking", tid=waiter, context="task", waker_tid=holder)
        assert by_holder >= 53, f"{by_holder} wakings by the holder"
        assert count(found, "switch", prev_tid=waiter, prev_state="sleeping", syscall=FUTEX) >= 53
        # The one thread that it wakes is whoever joins it.
        assert count(found, "waking", context="task", waker_tid=spinner) <= 1


def files_are_told_apart():
    """a read says whether it waits for a pipe, a socket or an event"""
    need_root()
    need("babeltrace2")
    with Scratch() as scratch:
        done, trace = record(scratch, "--no-hooks", PRIMES)
        assert done.returncode == 0, done.stderr
        found = events(trace / "kernel")
        tids = {name: tid for tid, name in names_of(found).items()}
        # The reader also sleeps before the first message; one that was not yet asleep again is missed.
        for name, kind, n_messages in ("p-pipe", FILE_PIPE, 31), ("p-receiver", FILE_SOCKET, 97), ("p-event", FILE_EVENT, 17):
            reads = [event.fields for event in found if event.kind == "switch" and event.fields["prev_tid"] == tids[name]
                     and event.fields["prev_state"] == "sleeping" and event.fields["syscall"] == READ]
            assert 0.9 * n_messages <= len(reads) <= n_messages + 1, (name, len(reads))
            assert {fields["syscall_arg1"] for fields in reads} == {kind}, (name, reads)


def babeltrace_reads_all():
    """Babeltrace reads every event, each stream in order, and the counts agree"""
    need_root()
    need("babeltrace2")
    with Scratch() as scratch:
        done, trace = record(scratch, "-d", "700ms", PRIMES, "storm")
        assert done.returncode == 128 + signal.SIGTERM, done.stderr
        about = manifest(trace)
        times = programs.babeltrace_times(trace / "kernel")
        assert about["n_kernel_lost"] == 0
        assert len(times) == about["n_kernel_events"] > 1000
        assert times == sorted(times)
        assert times[-1] <= about["end_ns"] + 10**9
        assert f"{len(times):,} kernel events, 0 lost" in done.stderr
        assert 0.65e9 < about["end_ns"] - about["begin_ns"] < 2e9


def both_readers_agree():
    """our fast reader takes all of a recording and tells what Babeltrace tells, event by event"""
    need_root()
    need("babeltrace2")
    with Scratch() as scratch:
        done, trace = record(scratch, "-d", "500ms", PRIMES, "storm")
        assert done.returncode == 128 + signal.SIGTERM, done.stderr
        done = run(programs.BUILD / "tests/integration/same-readers", trace)
        assert done.returncode == 0, done.stdout


def begins_and_ends_at_once():
    """no kind of record begins before or goes on after the others"""
    need_root()
    need("babeltrace2")
    with Scratch() as scratch:
        done, trace = record(scratch, "-d", "500ms", PRIMES, "storm")
        assert done.returncode == 128 + signal.SIGTERM, done.stderr
        about = manifest(trace)
        times = programs.babeltrace_times(trace / "kernel")
        # A record's clock is read some instructions before it is asked whether it is wanted.
        early = sum(time < about["begin_ns"] - 10**6 for time in times)
        late = sum(time > about["end_ns"] for time in times)
        assert (early, late) == (0, 0), f"{early} records too early, {late} too late"


def status_passes_through():
    """the exit status is the command's"""
    need_root()
    for script, status in (("exit 0", 0), ("exit 7", 7), ("kill -9 $$", 137), ("kill -15 $$", 143)):
        with Scratch() as scratch:
            done, trace = record(scratch, "--no-hooks", "--quiet", "sh", "-c", script)
            assert (done.returncode, done.stderr) == (status, ""), (script, done)
            assert manifest(trace)["exit_status"] == status


def command_keeps_its_surroundings():
    """the command has its own options, input, output and directory"""
    need_root()
    with Scratch() as scratch:
        trace = scratch / "trace"
        done = subprocess.run([RECORD, "--quiet", "-o", trace, "sh", "-c", 'cat; pwd; echo "$@"', "x", "-d", "-o"],
                              input="input\n", capture_output=True, text=True, check=True, cwd=scratch, timeout=60)
        assert done.stdout == f"input\n{scratch}\n-d -o\n", done.stdout
        assert manifest(trace)["command"][-2:] == ["-d", "-o"]


def interrupt_ends_it_once():
    """Ctrl-C reaches the command once and leaves a whole trace"""
    need_root()
    script = 'n=0; trap "n=\\$((n+1))" INT; echo ready; for i in 1 2 3 4 5; do sleep 0.2; done; echo got $n; exit 9'
    with Scratch() as scratch:
        trace = scratch / "trace"
        recorder = start(RECORD, "--no-hooks", "-o", trace, "sh", "-c", script)
        assert recorder.stdout.readline() == "ready\n"
        time.sleep(0.2)
        os.killpg(recorder.pid, signal.SIGINT)
        output, _ = recorder.communicate(timeout=60)
        assert "got 1\n" in output, output
        assert recorder.returncode == 9
        assert manifest(trace)["n_kernel_events"] > 0


def early_interrupt_leaves_nothing():
    """a signal while the recording is being prepared leaves no directory and no daemon"""
    need_root()
    for number, to_all in (signal.SIGINT, True), (signal.SIGTERM, False):
        with Scratch() as scratch:
            trace = scratch / "trace"
            recorder = start(RECORD, "-o", trace, "sleep", "9")
            wait_for(lambda: (trace / "symbols").exists())
            (os.killpg if to_all else os.kill)(recorder.pid, number)
            output, _ = recorder.communicate(timeout=60)
            assert recorder.returncode == 3 and "interrupted before" in output, (recorder.returncode, output)
            assert not trace.exists()


def killed_recorder_leaves_a_trace():
    """a recorder killed at any instant leaves a readable trace"""
    need_root()
    need("babeltrace2")
    with Scratch() as scratch:
        trace = scratch / "trace"
        recorder = start(RECORD, "-o", trace, PRIMES, "storm")
        wait_for(lambda: has_packets(trace))
        time.sleep(0.5)
        os.kill(recorder.pid, signal.SIGKILL)
        recorder.wait(timeout=10)
        os.killpg(recorder.pid, signal.SIGKILL)
        assert not (trace / "whywait.json").exists()
        times = programs.babeltrace_times(trace / "kernel")
        assert len(times) > 1000 and times == sorted(times)


def commands_with(text):
    """The processes with @text in their command line."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found += [path.parent.name] if text in path.read_text(errors="replace") else []
        except OSError:
            pass  # gone meanwhile
    return found


def killed_recorder_leaves_no_daemon():
    """a recorder killed while it starts takes LTTng's daemon with it"""
    need_root()
    with Scratch() as scratch:
        for i in range(24):
            recorder = subprocess.Popen([RECORD, "-o", scratch / f"trace-{i}", "true"], stdin=subprocess.DEVNULL,
                                        env={**os.environ, "TMPDIR": str(scratch)})
            time.sleep(0.02 + i * 0.005)
            recorder.kill()
            recorder.wait()
        wait_for(lambda: not commands_with(str(scratch)), timeout_s=15)


def losses_are_counted():
    """what found no room while nobody read the rings is counted, and the packets tell it too"""
    need_root()
    need("babeltrace2")
    with Scratch() as scratch:
        trace = scratch / "trace"
        # On one CPU and before all others it fills its ring in a second, however busy the machine is.
        recorder = start(RECORD, "--no-hooks", "-o", trace, "nice", "-n", "-20", "taskset", "-c", "0", PRIMES, "storm")
        wait_for(lambda: has_packets(trace))
        os.kill(recorder.pid, signal.SIGSTOP)
        time.sleep(4)
        os.kill(recorder.pid, signal.SIGCONT)
        time.sleep(0.3)
        os.kill(recorder.pid, signal.SIGTERM)
        recorder.communicate(timeout=60)
        about = manifest(trace)
        listing = run("babeltrace2", "--names=none", trace / "kernel", timeout=600)
        told = [int(number) for number in re.findall(r"discarded (\d+) events?", listing.stderr)]
        assert about["n_kernel_lost"] > 1000, about["n_kernel_lost"]
        assert sum(told) == about["n_kernel_lost"], (told, about["n_kernel_lost"])
        assert listing.stdout.count("\n") == about["n_kernel_events"]


def waits_for_no_disk():
    """recording never waits until something is on the disk, which may take seconds"""
    need_root()
    need("strace")
    with Scratch() as scratch:
        log = scratch / "calls"
        done = run("strace", "-f", "-qq", "-e", "trace=fsync,fdatasync,sync,syncfs,sync_file_range,exit_group",
                   "-e", "signal=none", "-o", log, RECORD, "--no-hooks", "-o", scratch / "trace", "sleep", "0.5")
        assert done.returncode == 0, done.stderr
        calls = log.read_text().splitlines()
        assert any("exit_group" in call for call in calls), calls
        assert not [call for call in calls if "sync" in call], calls


def full_disk_ends_it():
    """a full disk ends the recording with a readable trace and 3, but not the command"""
    need_root()
    need("babeltrace2", "unshare")
    with Scratch() as scratch:
        script = (f"mount -t tmpfs -o size=2m none {scratch} && "
                  f"{RECORD} --no-hooks -o {scratch}/trace sh -c '{PRIMES} storm & sleep 2; kill $!; echo whole'; "
                  f"echo status $?; babeltrace2 {scratch}/trace/kernel | wc -l")
        done = run("unshare", "--mount", "sh", "-c", script)
        assert "No space left on device" in done.stderr, done.stderr
        whole, status, n_events = done.stdout.split("\n")[:3]
        assert (whole, status) == ("whole", "status 3"), done.stdout
        assert int(n_events) > 10000, done.stdout


def failures_are_one_sentence():
    """what cannot be done is said in one sentence, with nothing left behind"""
    need_root()
    with Scratch() as scratch:
        (scratch / "there").mkdir()
        (scratch / "plain").write_text("text")
        cases = [
            (2, "unknown option '--durration', did you mean '--duration'?", ["--durration", "1s", "true"]),
            (2, "option '--ring': '1M' is too little", ["--ring", "1M", "true"]),
            (2, "did you mean 'runnable'?", ["--ring", "1s", "--snapshot-when", "runable>1s", "true"]),
            (2, "nothing to record", []),
            (3, "there is no command 'no-such-command' in PATH", ["no-such-command"]),
            (3, "cannot run './plain': Permission denied", ["./plain"]),
            (3, "cannot run './nothing': No such file or directory", ["./nothing"]),
            (3, "'there' exists already", ["-o", "there", "true"]),
            (3, "cannot make the directory 'no/where'", ["-o", "no/where", "true"]),
            (3, "there is no process 2147483647", ["-p", "2147483647"]),
        ]
        for status, sentence, arguments in cases:
            done = run(RECORD, *arguments, cwd=scratch)
            assert done.returncode == status, (arguments, done)
            assert done.stderr.startswith("trace-record: ") and sentence in done.stderr, done.stderr
            assert done.stderr.count("\n") == 1 and done.stdout == "", done
        assert sorted(path.name for path in scratch.iterdir()) == ["plain", "there"]


def names_are_never_reused():
    """the default directory is the next free one"""
    need_root()
    with Scratch() as scratch:
        for _ in range(3):
            assert run(RECORD, "--no-hooks", "--quiet", "true", cwd=scratch).returncode == 0
        assert sorted(path.name for path in scratch.iterdir()) == [
            "trace-of-true", "trace-of-true-2", "trace-of-true-3"]


def attaches():
    """a running process is attached to, and what that cannot tell is said"""
    need_root()
    with Scratch() as scratch:
        storm = start(PRIMES, "storm")
        try:
            done, trace = record(scratch, "-p", storm.pid, "-d", "300ms")
            assert done.returncode == 0, done.stderr
            assert "hooks enter a program only at its start" in done.stderr
            about = manifest(trace)
            assert about["scope"] == "pids" and about["root_pids"] == [storm.pid]
            assert not about["command"] and about["exit_status"] == -1 and about["name"] == "primes"
            assert storm.poll() is None
        finally:
            os.killpg(storm.pid, signal.SIGKILL)
            storm.wait()


def duration_ends_a_stubborn_command():
    """a command that ignores SIGTERM is killed five seconds later, or left running when asked"""
    need_root()
    script = 'trap "" TERM; echo $$; while :; do sleep 0.1; done'
    with Scratch() as scratch:
        begin = time.monotonic()
        done, _ = record(scratch, "--no-hooks", "-d", "100ms", "sh", "-c", script)
        assert done.returncode == 137 and 5 < time.monotonic() - begin < 15
    with Scratch() as scratch:
        recorder = start(RECORD, "--no-hooks", "--quiet", "--keep-running", "-d", "100ms", "-o", scratch / "trace",
                         "sh", "-c", script)
        pid = int(recorder.stdout.readline())
        assert recorder.wait(timeout=30) == 0
        os.kill(pid, signal.SIGKILL)


def duration_ends_what_a_shell_leaves():
    """a shell's own child ends with it, a daemon does not, and neither does who belongs to the caller"""
    need_root()
    script = 'setsid sh -c "sleep 77 & echo $!"; sh -c "sleep 66; echo never"; echo never'
    with Scratch() as scratch:
        environment = {**os.environ, "WHYWAIT_MARK": str(scratch)}
        # As a shell's pipeline: the caller's own programs are in the group that the command is in.
        recorder = subprocess.Popen([RECORD, "--no-hooks", "--quiet", "-d", "700ms", "-o", scratch / "trace", "sh", "-c", script],
                                    stdout=subprocess.PIPE, text=True, env=environment, process_group=0)
        neighbour = subprocess.Popen(["sleep", "55"], process_group=recorder.pid)
        output = recorder.stdout.readline()
        assert recorder.wait(timeout=60) == 128 + signal.SIGTERM, recorder.returncode
        left = programs.marked(f"WHYWAIT_MARK={scratch}")
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        assert neighbour.poll() is None
        neighbour.kill()
        neighbour.wait()
        assert list(left.values()) == ["sleep"], (left, output)


def viewer_keeps_its_surroundings():
    """--open hands the trace to the viewer beside the recorder, with the caller's environment"""
    need_root()
    with Scratch() as scratch:
        recorder = shutil.copy(RECORD, scratch)
        viewer = scratch / "trace-view"
        viewer.write_text(f'#!/bin/sh\n{{ echo "$1"; env; }} > {scratch}/seen.new; mv {scratch}/seen.new {scratch}/seen\n')
        viewer.chmod(0o755)
        hooks = programs.BUILD / "tracer/hooks/libwhywait-hooks.so"
        done = run(recorder, "--open", "-o", scratch / "trace", "true",
                   env={**os.environ, "LTTNG_HOME": "/of/the/caller", "WHYWAIT_HOOKS_LIBRARY": str(hooks)})
        assert done.returncode == 0, done
        wait_for((scratch / "seen").exists)
        seen = (scratch / "seen").read_text().splitlines()
        assert seen[0] == str(scratch / "trace") and "LTTNG_HOME=/of/the/caller" in seen, seen


def delay_is_kept():
    """--delay leaves the beginning out"""
    need_root()
    need("babeltrace2")
    with Scratch() as scratch:
        done, trace = record(scratch, "--no-hooks", "--delay", "400ms", "sh", "-c", "sleep 0.8")
        assert done.returncode == 0, done.stderr
        about = manifest(trace)
        assert about["end_ns"] - about["begin_ns"] < 0.7e9
        assert not [event for event in events(trace / "kernel") if event.kind == "exec"
                    and event.fields["pid"] == about["root_pids"][0]]
    with Scratch() as scratch:
        done, trace = record(scratch, "--no-hooks", "--delay", "9s", "true")
        assert done.returncode == 3 and "nothing was recorded" in done.stderr, done
        assert not trace.exists()


def delay_is_kept_by_hooks():
    """--delay leaves the beginning out of the user's records too, and knows names all the same"""
    need_root()
    with Scratch() as scratch:
        done, trace = record(scratch, "--delay", "1s", "-d", "1s", programs.SERVICE)
        assert done.returncode == 0, done.stderr
        assert programs.report("summary", trace)["trace"]["duration_ns"] < 1_300_000_000
        assert any(row["object"]["symbol"] for row in programs.report("locks", trace)["rows"])


def plain_user_gets_what_there_is():
    """a plain user runs the command and learns what a right would add"""
    need_root()
    need("setpriv")
    with Scratch() as scratch:
        done = as_nobody(scratch, RECORD, "-o", "trace", "sh", "-c", "exit 4")
        assert "no right to load BPF programs" in done.stderr, done.stderr
        assert f"sudo setcap cap_bpf,cap_perfmon+ep {RECORD}" in done.stderr
        if (scratch / "trace").exists():
            assert done.returncode == 4, done
            assert "switch" not in manifest(scratch / "trace")["recorded"]
        done = as_nobody(scratch, RECORD, "-a", "-d", "100ms", "-o", "none")
        assert done.returncode == 3 and "the whole machine cannot be recorded" in done.stderr, done
        assert not (scratch / "none").exists()
        done = as_nobody(scratch, RECORD, "--doctor")
        assert done.returncode == 1 and "cap_bpf,cap_perfmon" in done.stdout, done


def says_where_hooks_do_not_enter():
    """a program that takes no preloaded library is named, and none is bothered by the loader"""
    need_root()
    if not (programs.BUILD / "tracer/hooks/libwhywait-hooks.so").exists():
        raise tap.Skip("built without the hooks")
    with Scratch() as scratch:
        os.chmod(scratch, 0o711)
        privileged = scratch / "privileged"
        shutil.copy(shutil.which("id"), privileged)
        os.chown(privileged, NOBODY, -1)
        privileged.chmod(0o4755)
        other_bits = scratch / "other-bits"
        other_bits.write_bytes(b"\x7fELF\x01\x01\x01" + bytes(57))
        other_bits.chmod(0o755)
        for program, sentence, status in (
                (PRIMES.with_name("static-program"), "is linked statically", 0),
                (privileged, "runs with rights of its own", 0), (other_bits, "is no program of 64 bits", 127)):
            done = run(RECORD, "-o", scratch / f"trace-of-{program.name}", program)
            assert done.returncode == status, done
            assert f"owners of locks and slow allocations\n    because: '{program}' {sentence}" in done.stderr, done.stderr
            assert "ld.so" not in done.stderr, done.stderr
        closed = scratch / "closed"
        closed.mkdir(mode=0o700)
        library = shutil.copy(programs.BUILD / "tracer/hooks/libwhywait-hooks.so", closed)
        done = run(RECORD, "-o", scratch / "trace", "-u", "nobody", "true",
                   env={**os.environ, "WHYWAIT_HOOKS_LIBRARY": library})
        assert done.returncode == 0 and "ld.so" not in done.stderr, done.stderr
        assert f"user {NOBODY} cannot read '{library}': Permission denied" in done.stderr, done.stderr


def belongs_to_who_called_sudo():
    """the command and the trace belong to who called sudo"""
    need_root()
    with Scratch() as scratch:
        environment = {**os.environ, "SUDO_UID": str(NOBODY), "SUDO_GID": str(NOBODY)}
        done, trace = record(scratch, "sh", "-c", "id -u; id -g; id -G", env=environment)
        assert done.returncode == 0, done.stderr
        assert done.stdout == f"{NOBODY}\n" * 3, done.stdout
        owners = {path.lstat().st_uid for path in [trace, *trace.rglob("*")]}
        assert owners == {NOBODY}


def findings_are_told():
    """the end tells the three worst findings, as trace-report has them, and nothing where there is no trace-report"""
    need_root()
    with Scratch() as scratch:
        done, trace = record(scratch, "--no-hooks", PRIMES)
        assert done.returncode == 0, done.stderr
        rows = json.loads(succeed(REPORT, "findings", "--json", trace))["rows"]
        told = [line.removeprefix("  found: ") for line in done.stderr.splitlines() if line.startswith("  found: ")]
        assert told and told == [row["sentence"] for row in rows[:3]], (told, rows)

        alone = scratch / "trace-record"
        shutil.copy(RECORD, alone)
        done = run(alone, "--no-hooks", "-o", scratch / "other", PRIMES, env=os.environ | {"PATH": "/usr/bin:/bin"})
        assert done.returncode == 0 and "found:" not in done.stderr, done.stderr


if __name__ == "__main__":
    tap.run(
        counts_are_exact, wakers_are_told_apart, files_are_told_apart, babeltrace_reads_all, both_readers_agree,
        begins_and_ends_at_once, findings_are_told, status_passes_through,
        command_keeps_its_surroundings, interrupt_ends_it_once, early_interrupt_leaves_nothing, killed_recorder_leaves_a_trace,
        killed_recorder_leaves_no_daemon, losses_are_counted, waits_for_no_disk, full_disk_ends_it,
        failures_are_one_sentence, names_are_never_reused, attaches, duration_ends_a_stubborn_command,
        duration_ends_what_a_shell_leaves, delay_is_kept, delay_is_kept_by_hooks,
        viewer_keeps_its_surroundings, plain_user_gets_what_there_is, says_where_hooks_do_not_enter, belongs_to_who_called_sudo)
