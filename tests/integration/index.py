# SPDX-License-Identifier: GPL-2.0-or-later
"""Whatever is wrong with the index of a trace, or with the place for one: the trace opens and says what it says without."""

import os
import pathlib
import random
import resource
import shutil
import signal
import tempfile

import programs
import tap

MAKE_TRACE = programs.BUILD / "tests/bench/make-trace/make-trace"
N_EVENTS = 250000  # enough that an index is kept
NAME = ".whywait-index"
N_DAMAGES = 12


def answer(trace, *options, status=(0,), **more):
    """The summary as JSON text, without what names the trace; nothing may be said on standard error."""
    done = programs.run(programs.REPORT, "summary", "--json", *options, trace, **more)
    assert done.returncode in status and done.stderr == "", f"{done.returncode}: {done.stderr}"
    return done.stdout.replace(str(trace), "TRACE")


class Fixture:
    """A trace without an index, a cache of its own, and what the trace says."""

    def __init__(self):
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="whywait-index-"))
        self.trace = self.scratch / "trace"
        self.cache = self.scratch / "cache"
        os.environ["XDG_CACHE_HOME"] = str(self.cache)
        programs.succeed(MAKE_TRACE, "--events", N_EVENTS, self.trace)
        self.index = self.trace / NAME
        self.said = answer(self.trace, "--no-index")
        assert not self.index.exists(), "--no-index kept an index"

    def check(self, what):
        assert answer(self.trace) == self.said, f"{what}: another answer"

    def make(self):
        """A sound index, whatever there was."""
        self.index.unlink(missing_ok=True)
        shutil.rmtree(self.cache, ignore_errors=True)
        self.check("a new index")
        assert self.index.exists(), "no index was kept"
        return self.index.read_bytes()

    def kept(self):
        """The indices in the cache."""
        return list(self.cache.rglob("*.index"))


FIXTURE = Fixture()


def used():
    """An index is kept beside the trace, used again, and answers the same."""
    sound = FIXTURE.make()
    before = FIXTURE.index.stat()
    FIXTURE.check("its index")
    after = FIXTURE.index.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns), "it was made again"
    assert FIXTURE.index.read_bytes() == sound


def stale():
    """When a file of the trace has changed, the index is made anew."""
    FIXTURE.make()
    before = FIXTURE.index.stat().st_ino, FIXTURE.index.stat().st_mtime_ns
    stream = next(path for path in FIXTURE.trace.rglob("*") if path.is_file() and path.stat().st_size > 100000
                  and path.name != NAME)
    os.utime(stream, ns=(1, 1))
    FIXTURE.check("a stale index")
    assert before != (FIXTURE.index.stat().st_ino, FIXTURE.index.stat().st_mtime_ns), "it was believed"


def damaged():
    """An index that was cut, zeroed or changed anywhere is made anew; nothing is lost and nothing said."""
    sound, rand = FIXTURE.make(), random.Random(4)
    for number in range(N_DAMAGES):
        data = bytearray(sound)
        at = rand.randrange(len(data))
        if number % 3 == 0:
            del data[at:]
        elif number % 3 == 1:
            data[at] ^= 1 << rand.randrange(8)
        else:
            data[at : at + 4096] = bytes(len(data[at : at + 4096]))
        FIXTURE.index.write_bytes(data)
        FIXTURE.check(f"damage {number} at byte {at}")


def strange():
    """An empty index, one of another version, a folder and a link to nowhere in its place do no harm."""
    sound = FIXTURE.make()
    for data in (b"", b"WWINDEX\0", sound[:8] + b"\xff\xff\0\0" + sound[12:], os.urandom(5000)):
        FIXTURE.index.write_bytes(data)
        FIXTURE.check("another file")
    FIXTURE.index.unlink()
    FIXTURE.index.symlink_to("nowhere/at/all")
    FIXTURE.check("a link to nowhere")
    FIXTURE.index.unlink(missing_ok=True)
    FIXTURE.index.mkdir()
    FIXTURE.check("a folder")
    shutil.rmtree(FIXTURE.index)


def mounted(script):
    """Runs a shell script as root in a mount namespace of its own; $T is the trace, $R asks it."""
    if os.geteuid() != 0:
        raise tap.Skip("only root may mount")
    report = f"{programs.REPORT} summary --json"
    done = programs.run("unshare", "--mount", "sh", "-ec", script,
                        env={**os.environ, "T": str(FIXTURE.trace), "R": report})
    assert done.returncode == 0, f"{done.returncode}: {done.stderr}"
    assert done.stderr == "", done.stderr
    return done.stdout.replace(str(FIXTURE.trace), "TRACE")


def read_only():
    """The index of a trace that cannot be written to goes below XDG_CACHE_HOME, and is used there."""
    FIXTURE.make()
    FIXTURE.index.unlink()
    said = mounted('mount --bind "$T" "$T"; mount -o remount,bind,ro "$T"; $R "$T"; $R "$T"')
    assert said == FIXTURE.said * 2, "another answer"
    assert not FIXTURE.index.exists()
    assert len(FIXTURE.kept()) == 1, FIXTURE.kept()


def full_disk():
    """Where neither place has room for an index, the trace opens from memory."""
    FIXTURE.make()
    FIXTURE.index.unlink()
    said = mounted('mkdir -p "$XDG_CACHE_HOME"; mount -t tmpfs -o size=16k none "$XDG_CACHE_HOME"; '
                   'mount --bind "$T" "$T"; mount -o remount,bind,ro "$T"; $R "$T"')
    assert said == FIXTURE.said, "another answer"
    assert not FIXTURE.index.exists()


def no_inode():
    """Where there is room for bytes and none for a file, the trace opens from memory."""
    FIXTURE.make()
    FIXTURE.index.unlink()
    said = mounted('S="$T.small"; mkdir -p "$S"; N=$(find "$T" | wc -l); mount -t tmpfs -o size=64m,nr_inodes=$N none "$S"; '
                   'cp -a "$T/." "$S"; export XDG_CACHE_HOME="$S/cache"; $R "$S"; test ! -e "$S/.whywait-index"')
    assert said.replace("TRACE.small", "TRACE") == FIXTURE.said, "another answer"


def limit_files():
    resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)


def small_files():
    """Where no file may be large, memory included, that is one sentence; nothing of an index stays."""
    FIXTURE.make()
    FIXTURE.index.unlink()
    done = programs.run(programs.REPORT, "summary", "--json", FIXTURE.trace, preexec_fn=limit_files)
    assert done.returncode == 3 and done.stdout == "", done
    assert done.stderr.startswith("trace-report: ") and done.stderr.count("\n") == 1, done.stderr
    assert "ulimit -f" in done.stderr, done.stderr
    left = [path for path in FIXTURE.trace.rglob(".*") if path.is_file()] + FIXTURE.kept()
    assert not left, f"{left} stayed"


def no_home():
    """A cache directory that is a file costs nothing but the index."""
    FIXTURE.make()
    shutil.rmtree(FIXTURE.cache, ignore_errors=True)
    FIXTURE.cache.write_text("not a directory")
    FIXTURE.check("a file for a cache")
    FIXTURE.cache.unlink()


def clean_up():
    """The scratch directory goes."""
    shutil.rmtree(FIXTURE.scratch)


tap.run(used, stale, damaged, strange, read_only, full_disk, no_inode, small_files, no_home, clean_up)
