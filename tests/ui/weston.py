# SPDX-License-Identifier: GPL-2.0-or-later
"""The window under Wayland: takes its picture on a headless Weston. Usage: weston.py VIEW WRITE-TRACE PICTURES"""

import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import time

import tap

PATIENCE_S = 20
WIDTH_PX, HEIGHT_PX = 1000, 640

for tool in ("weston", "dbus-run-session"):
    if not shutil.which(tool):
        print(f"1..0 # SKIP {tool} is not installed")
        sys.exit(0)

VIEW, WRITE_TRACE, PICTURES = map(pathlib.Path, sys.argv[1:4])


def wait_for(socket, server):
    deadline = time.monotonic() + PATIENCE_S
    while not socket.exists():
        if server.poll() is not None:
            raise tap.Skip(f"weston ended with {server.returncode}")
        assert time.monotonic() < deadline, "Weston did not start"
        time.sleep(0.05)


def on_weston(home, *command):
    """Runs @command with no display but Weston's."""
    environment = dict(os.environ, XDG_RUNTIME_DIR=home, XDG_CONFIG_HOME=home, XDG_CACHE_HOME=home, GSETTINGS_BACKEND="memory",
                       GDK_BACKEND="wayland", WAYLAND_DISPLAY="wayland-of-a-test", GTK_A11Y="none", ADW_DISABLE_PORTAL="1",
                       GSK_RENDERER="cairo", LC_ALL="C.UTF-8")
    environment.pop("DISPLAY", None)
    server = subprocess.Popen(["weston", "--backend=headless-backend.so", "--socket=wayland-of-a-test", "--idle-time=0",
                               "--width=1600", "--height=1000", f"--log={home}/weston.log"], env=environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(pathlib.Path(home) / "wayland-of-a-test", server)
        return subprocess.run(["dbus-run-session", "--", *map(str, command)], env=environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=60, check=False)
    finally:
        server.terminate()
        server.wait()


def takes_its_picture():
    """The window opens a trace under Wayland and has the size that was asked for"""
    PICTURES.mkdir(parents=True, exist_ok=True)
    picture = PICTURES.resolve() / "weston.png"
    picture.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="whywait-weston-") as home:
        os.chmod(home, 0o700)
        trace = pathlib.Path(home) / "trace-of-service"
        subprocess.run([WRITE_TRACE, trace], check=True, timeout=30)
        done = on_weston(home, VIEW.resolve(), "--screenshot", picture, "--size", f"{WIDTH_PX}x{HEIGHT_PX}", trace)
    assert done.returncode == 0, done.stderr
    for complaint in ("-CRITICAL", "-WARNING"):
        assert complaint not in done.stderr, done.stderr
    data = picture.read_bytes()
    assert data.startswith(b"\x89PNG") and struct.unpack(">II", data[16:24]) == (WIDTH_PX, HEIGHT_PX), data[:32]


tap.run(takes_its_picture)
