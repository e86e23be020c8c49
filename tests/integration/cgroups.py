# SPDX-License-Identifier: GPL-2.0-or-later
"""Control groups for the time of a test."""

import os
import pathlib
import time

import tap


def cgroup_directory(name):
    """A new cgroup of the CPU controller and its version; skips where none may be made."""
    version_2 = pathlib.Path("/sys/fs/cgroup/cgroup.subtree_control")
    if version_2.exists() and "cpu" in version_2.read_text(encoding="ascii").split():
        place, version = pathlib.Path("/sys/fs/cgroup"), 2
    elif pathlib.Path("/sys/fs/cgroup/cpu/cpu.cfs_quota_us").exists() or \
            pathlib.Path("/sys/fs/cgroup/cpu/cpu.shares").exists():
        place, version = pathlib.Path("/sys/fs/cgroup/cpu"), 1
    else:
        raise tap.Skip("there is no CPU controller")
    try:
        (place / name).mkdir()
    except OSError as error:
        raise tap.Skip(f"no cgroup may be made: {error}") from error
    return place / name, version


class Quota:
    """A cgroup that may use 5 ms in every 50; for the test's time."""

    def throttled_ns(self):
        """How long it was throttled by now, by its cpu.stat."""
        for line in (self.path / "cpu.stat").read_text(encoding="ascii").splitlines():
            name, number = line.split()
            if name in ("throttled_usec", "throttled_time"):
                return int(number) * (1000 if name == "throttled_usec" else 1)
        raise AssertionError(f"{self.path}/cpu.stat says nothing of throttling")

    def __enter__(self):
        self.path, self.version = cgroup_directory(f"whywait-test-{os.getpid()}")
        if self.version == 2:
            (self.path / "cpu.max").write_text("5000 50000", encoding="ascii")
        else:
            (self.path / "cpu.cfs_period_us").write_text("50000", encoding="ascii")
            (self.path / "cpu.cfs_quota_us").write_text("5000", encoding="ascii")
        return self

    def __exit__(self, *_):
        deadline = time.monotonic() + 10
        while self.path.exists() and time.monotonic() < deadline:
            try:
                self.path.rmdir()
            except OSError:
                time.sleep(0.05)  # its last process is on its way out
