# SPDX-License-Identifier: GPL-2.0-or-later
"""The flight recorder: nothing but the newest records, in bounded memory, and on disk only when it is wanted."""

import os
import pathlib
import signal
import subprocess
import time

import programs
import tap
from programs import RECORD, REPORT, Scratch, as_nobody, manifest, need, need_root, run, succeed

PRIMES = programs.BUILD / "tests/integration/primes"
CAUSES = programs.BUILD / "tests/integration/causes"
MIB = 1 << 20


def start(*arguments):
    """In a session of its own, as a terminal's foreground group would be."""
    return subprocess.Popen([str(argument) for argument in arguments], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)


def wait_for(claim, timeout_s=60):
    end = time.monotonic() + timeout_s
    while not claim():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


def snapshots(trace):
    """The directories of the snapshots, the oldest first."""
    found = [trace] + [trace.with_name(f"{trace.name}.{number}") for number in range(2, 30)]
    return [path for path in found if (path / "whywait.json").exists()]


def check_whole(path):
    """A snapshot is a trace of its own that says nothing wrong of itself; returns what it is about."""
    about = manifest(path)
    times = programs.babeltrace_times(path / "kernel")
    assert len(times) == about["n_kernel_events"], (len(times), about["n_kernel_events"])
    assert times == sorted(times)
    # Every stream begins with the window, and nothing but it is there.
    assert times[0] >= about["begin_ns"] and times[-1] <= about["end_ns"] + 10**9
    summary = succeed(REPORT, path)
    assert about["name"] in summary.splitlines()[0], summary
    return about


def descendants(pid):
    children = {}
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # gone meanwhile
        children.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found = [pid]
    for parent in found:
        found += children.get(parent, [])
    return found


def shared_bytes(recorder):
    """What LTTng's buffers take: its daemon has a /dev/shm of its own."""
    for pid in descendants(recorder):
        try:
            if pathlib.Path(f"/proc/{pid}/comm").read_text().startswith("lttng-"):
                about = os.statvfs(f"/proc/{pid}/root/dev/shm")
                return (about.f_blocks - about.f_bfree) * about.f_frsize
        except OSError:
            pass  # gone meanwhile
    return 0


def resident_bytes(pid):
    try:
        return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
    except (OSError, IndexError):
        return 0


def peak_memory(recorder):
    """The most that the recorder and LTTng's buffers had at one time until the end."""
    peak = 0
    while recorder.poll() is None:
        peak = max(peak, resident_bytes(recorder.pid) + shared_bytes(recorder.pid))
        time.sleep(0.02)
    return peak


def size_keeps_the_newest():
    """a size keeps the newest records of a storm, in that much memory, and off the disk until the end"""
    need_root()
    need("babeltrace2")
    with Scratch() as scratch:
        trace = scratch / "trace"
        recorder = start(RECORD, "--ring", "16M", "-d", "8s", "-o", trace, PRIMES, "storm")
        wait_for(trace.exists)
        time.sleep(4)
        assert not list(trace.iterdir()), "something reached the disk before a snapshot"
        peak = peak_memory(recorder)
        about = check_whole(trace)
        assert about["ring"] == "16M" and about["snapshot_cause"] == "end"
        assert about["n_kernel_events"] > 100000
        length_ns = about["end_ns"] - about["begin_ns"]
        assert length_ns < 7.5e9, "nothing was overwritten"
        assert about["n_kernel_lost"] == 0, "what made room is no loss"
        assert 8 * MIB < peak <= (16 + 64) * MIB, f"{peak / MIB:.0f} MiB"


def names_outlive_their_records():
    """threads that began long before the window have their names, processes and states"""
    need_root()
    need("babeltrace2")
    with Scratch() as scratch:
        trace = scratch / "trace"
        sleeper = start("sleep", "60")
        done = run(RECORD, "--ring", "1s", "--no-hooks", "-d", "3s", "-o", trace, PRIMES, "storm")
        os.killpg(sleeper.pid, signal.SIGKILL)
        assert (trace / "whywait.json").exists(), done.stderr
        about = check_whole(trace)
        listing = succeed("babeltrace2", "--names=payload", trace / "kernel", timeout=600)
        tasks = [line for line in listing.splitlines() if " task: " in line]
        mine = [line for line in tasks if f"tid = {sleeper.pid}," in line]
        assert len(mine) == 1 and '"sleep"' in mine[0] and '"sleeping"' in mine[0], mine
        assert any(f"pid = {about['root_pids'][0]}," in line for line in tasks)
        names = {row["thread"]["name"] for row in programs.report("threads", trace)["rows"]}
        assert "primes" in names, names


def time_keeps_the_newest():
    """a time keeps the records of that time"""
    need_root()
    need("babeltrace2")
    with Scratch() as scratch:
        trace = scratch / "trace"
        run(RECORD, "--ring", "1s", "-d", "3s", "-o", trace, PRIMES, "storm")
        about = check_whole(trace)
        assert about["ring"] == "1s"
        assert 0.7e9 < about["end_ns"] - about["begin_ns"] < 1.01e9
        assert about["n_kernel_events"] > 10000


def user_records_overwrite():
    """the hooks' records overwrite their oldest too, within the limit and without a loss"""
    need_root()
    need("babeltrace2")
    with Scratch() as scratch:
        trace = scratch / "trace"
        recorder = start(RECORD, "--ring", "16M", "-o", trace, CAUSES, "hot-lock")
        peak = peak_memory(recorder)
        assert peak <= (16 + 64) * MIB, f"{peak / MIB:.0f} MiB"
        about = check_whole(trace)
        assert about["n_user_lost"] == 0
        listing = run("babeltrace2", "--clock-cycles", "--names=none", trace / "ust", timeout=600)
        assert listing.stderr == "", listing.stderr
        times = [int(line[1:line.index("]")]) for line in listing.stdout.splitlines()]
        # A quarter of 16 MiB holds some 50,000 events, a fraction of what there was.
        assert 5000 < len(times) < 100000, len(times)
        assert sum(path.stat().st_size for path in trace.glob("ust/**/events_*")) <= 4 * MIB
        assert times[-1] > about["end_ns"] - 3 * 10**9
        assert programs.report("locks", trace)["rows"]


def signals_write_snapshots():
    """SIGUSR1 writes a snapshot each time, every one whole, and recording goes on"""
    need_root()
    need("babeltrace2")
    with Scratch() as scratch:
        trace = scratch / "trace"
        recorder = start(RECORD, "--ring", "16M", "-o", trace, "sh", "-c", f"echo ready; {PRIMES}; sleep 60")
        assert recorder.stdout.readline() == "ready\n"
        time.sleep(0.5)
        for number in 1, 2, 3:
            os.kill(recorder.pid, signal.SIGUSR1)
            wait_for(lambda n=number: len(snapshots(trace)) == n)
        os.killpg(recorder.pid, signal.SIGINT)
        output, _ = recorder.communicate(timeout=60)
        found = snapshots(trace)
        assert [path.name for path in found] == ["trace", "trace.2", "trace.3", "trace.4"], output
        abouts = [check_whole(path) for path in found]
        assert [about["snapshot_cause"] for about in abouts] == ["SIGUSR1"] * 3 + ["end"]
        assert [about["snapshot_number"] for about in abouts] == [1, 2, 3, 4]
        assert [about["end_ns"] for about in abouts] == sorted(about["end_ns"] for about in abouts)
        assert "snapshots written before this one: 3" in output, output
        assert output.count("SIGUSR1: the last") == 3 and "in " + str(found[3]) in output, output


def conditions():
    """The condition that each cause meets, and what it sees at least."""
    return [
        ("runnable", "runnable>400ms", 400e6),
        ("blocked", "blocked>400ms", 400e6),
        ("lock-wait", "lock-wait>400ms", 400e6),
        ("rss", "rss>100M", 100 * MIB),
        ("threads", "threads>20", 21),
    ]


def causes_trigger():
    """each condition is met by the program that causes it, and says what it saw"""
    need_root()
    for name, condition, least in conditions():
        with Scratch() as scratch:
            trace = scratch / "trace"
            done = run(RECORD, "--ring", "16M", "-o", trace, "--snapshot-when", condition, CAUSES, name)
            assert done.returncode == 0, done.stderr
            found = snapshots(trace)
            assert len(found) == 2, (name, done.stderr)
            about = manifest(found[0])
            assert about["snapshot_cause"].startswith(f"{name} > "), about["snapshot_cause"]
            assert about["snapshot_value"] >= least, (name, about["snapshot_value"])
            assert about["begin_ns"] <= about["snapshot_at_ns"] <= about["end_ns"] + 10**8
            assert f"{about['snapshot_cause']}: the last" in done.stderr, done.stderr
            succeed(REPORT, found[0])


def quiet_twins_do_not():
    """programs that do something else of the kind meet no condition"""
    need_root()
    for name, condition, _ in conditions():
        with Scratch() as scratch:
            trace = scratch / "trace"
            done = run(RECORD, "--ring", "16M", "-o", trace, "--snapshot-when", condition, CAUSES, name, "quiet")
            assert done.returncode == 0, done.stderr
            assert len(snapshots(trace)) == 1, (name, done.stderr)


def quota_triggers():
    """a used-up CPU quota meets the condition throttled, a rest in the same group does not"""
    need_root()
    group = pathlib.Path(f"/sys/fs/cgroup/cpu/whywait-test-{os.getpid()}")
    try:
        group.mkdir()
        (group / "cpu.cfs_quota_us").write_text("20000")
    except OSError as error:
        raise tap.Skip(f"no control group with a CPU quota can be made: {error}") from error
    try:
        for words, n_snapshots in ((), 2), (("quiet",), 1):
            with Scratch() as scratch:
                trace = scratch / "trace"
                script = f"echo $$ > {group}/tasks && exec {CAUSES} throttled {' '.join(words)}"
                done = run(RECORD, "--ring", "16M", "--no-hooks", "-o", trace, "--snapshot-when", "throttled>100ms",
                           "sh", "-c", script)
                assert len(snapshots(trace)) == n_snapshots, done.stderr
    finally:
        wait_for(lambda: not (group / "tasks").read_text())
        group.rmdir()


def hot_triggers_are_limited():
    """a condition that is always met writes few snapshots, and the end says how many it did not"""
    need_root()
    with Scratch() as scratch:
        trace = scratch / "trace"
        done = run(RECORD, "--ring", "1s", "-d", "5s", "-o", trace, "--snapshot-when", "blocked>1ms", PRIMES, "storm")
        assert 2 <= len(snapshots(trace)) <= 6, done.stderr
    with Scratch() as scratch:
        trace = scratch / "trace"
        recorder = start(RECORD, "--ring", "16M", "--snapshot-max", "1", "-o", trace, "sh", "-c", "echo ready; sleep 60")
        assert recorder.stdout.readline() == "ready\n"
        os.kill(recorder.pid, signal.SIGUSR1)
        wait_for(lambda: snapshots(trace))
        # Two that come within one tick would be one.
        for _ in 2, 3:
            time.sleep(2)
            os.kill(recorder.pid, signal.SIGUSR1)
        time.sleep(2)
        os.kill(recorder.pid, signal.SIGINT)
        output, _ = recorder.communicate(timeout=60)
        assert len(snapshots(trace)) == 2, output
        assert "beyond the 1 of --snapshot-max, not written: 2" in output, output


def full_disk_is_survived():
    """a snapshot that finds the disk full is removed and said; the recording goes on, and ends with 3"""
    need_root()
    need("unshare")
    with Scratch() as scratch:
        script = (f"mount -t tmpfs -o size=64k none {scratch} && "
                  f"{{ {RECORD} --ring 16M --no-hooks -d 4s --snapshot-when 'rss>1M' -o {scratch}/trace {PRIMES} storm; "
                  f"echo status $?; ls {scratch}; }}")
        done = run("unshare", "--mount", "sh", "-c", script)
        lines = done.stderr.splitlines()
        assert len(lines) == 2, done.stderr
        assert "no snapshot: " in lines[0] and "No space left on device; the recording goes on" in lines[0], lines
        assert "No space left on device" in lines[1], lines
        assert done.stdout == "status 3\n", done.stdout


def killed_command_leaves_a_snapshot():
    """a command that is killed ends the recording, which writes what led to it"""
    need_root()
    need("babeltrace2")
    with Scratch() as scratch:
        trace = scratch / "trace"
        done = run(RECORD, "--ring", "16M", "-o", trace, "sh", "-c", f"{PRIMES}; kill -9 $$")
        assert done.returncode == 128 + signal.SIGKILL, done.stderr
        about = check_whole(trace)
        assert about["exit_status"] == 128 + signal.SIGKILL and about["snapshot_cause"] == "end"
        assert list((trace / "symbols").glob("maps-*")), "the maps of processes that ended are kept"


def without_rights():
    """without rights the conditions that can be known work, and the others are refused"""
    with Scratch() as scratch:
        trace = scratch / "trace"
        done = as_nobody(scratch, RECORD, "--ring", "16M", "-o", trace, "--snapshot-when", "blocked>400ms",
                         CAUSES, "blocked")
        assert done.returncode == 0, done.stderr
        assert len(snapshots(trace)) == 2, done.stderr
        succeed(REPORT, trace)
    for condition in "runnable>1s", "lock-wait>1s":
        with Scratch() as scratch:
            trace = scratch / "trace"
            done = as_nobody(scratch, RECORD, "--ring", "16M", "-o", trace, "--snapshot-when", condition, "true")
            assert done.returncode == 3 and "needs kernel records of" in done.stderr, done
            assert done.stderr.count("\n") == 1 and not trace.exists(), done


tap.run(size_keeps_the_newest, names_outlive_their_records, time_keeps_the_newest, user_records_overwrite, signals_write_snapshots, causes_trigger,
        quiet_twins_do_not, quota_triggers, hot_triggers_are_limited, full_disk_is_survived,
        killed_command_leaves_a_snapshot, without_rights)
