# SPDX-License-Identifier: GPL-2.0-or-later
"""trace-view as a part of the desktop: several windows, preferences, recording, exporting, recent traces.

The trace is that of write-trace.c: victim/101 stands ready for 40 ms behind hog/102.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys

import desktop
import recording
import tap

VIEW, WRITE_TRACE, PICTURES = (pathlib.Path(word).resolve() for word in sys.argv[1:4])
FOLDER = pathlib.Path(os.environ["XDG_CONFIG_HOME"])
TRACE, SECOND, THIRD = (FOLDER / f"trace-of-service{suffix}" for suffix in ("", ".second", ".third"))
os.chdir(FOLDER)
for trace in (TRACE, SECOND, THIRD):
    subprocess.run([WRITE_TRACE, trace], check=True, timeout=30)
WHOLE = "0.0000 s to 0.2000 s shown"


class State:
    window = None


def frames():
    """The titles of all windows of the process."""
    return sorted(frame.get_name() for frame in desktop.children(State.window.application))


def expect_frames(*titles):
    desktop.wait_until(lambda: frames() == sorted(titles), f"windows {titles}, not {frames()}")


def descriptions():
    """What the timelines of all windows say of themselves."""
    return [node.get_description() for node in desktop.walk(State.window.application) if node.get_name() == "Trace timeline"]


def run(*arguments):
    """Another trace-view, which hands its words to the first one and ends."""
    done = subprocess.run([str(VIEW), *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=30, check=False)
    return done.returncode, done.stderr


def picture(name):
    State.window.picture(PICTURES / f"desktop-{name}.png")


def type_over(text):
    desktop.key("ctrl+a")
    desktop.xdotool("type", "--delay", 5, text)


def click_on(name):
    box = desktop.extents(State.window.expect(name))
    desktop.click(box.x + box.width // 2, box.y + box.height // 2)


def begins_empty():
    """Without a trace it invites to open one or to record"""
    State.window = desktop.Window(VIEW, HOME=str(FOLDER))
    State.window.expect("Why did my thread wait?")
    State.window.expect("Open a Trace…")
    State.window.expect("Record…")


def fills_the_empty_window():
    """A second trace-view opens its trace in the window that shows none, and ends"""
    assert run(TRACE) == (0, "")
    State.window.expect("Trace timeline")
    expect_frames("service")


def opens_another_window():
    """The next one gets a window of its own; its options count there, and a manifest is its directory"""
    assert run("--thread", "101", "--at", "30ms", SECOND / "whywait.json") == (0, "")
    expect_frames("service", "service")
    desktop.wait_until(lambda: sum("selected victim/101" in text for text in descriptions()) == 1, "its selection alone")


def presents_the_window_of_a_trace():
    """A trace that is shown already comes to the front in its own window, and goes where it is told"""
    assert run("--thread", "102", "--at", "30ms", TRACE) == (0, "")
    desktop.wait_until(lambda: sum("selected hog/102" in text for text in descriptions()) == 1, "the other selection")
    expect_frames("service", "service")


def answers_for_itself():
    """Wrong usage is answered by the one that was called, and opens nothing"""
    status, words = run("--at", "5", TRACE)
    assert status == 2 and words.startswith("trace-view: "), (status, words)
    expect_frames("service", "service")


def opens_by_dbus():
    """The desktop opens a manifest through D-Bus"""
    uri = (THIRD / "whywait.json").as_uri()
    subprocess.run(["gdbus", "call", "--session", "--dest", "org.whywait.TraceView", "--object-path", "/org/whywait/TraceView",
                    "--method", "org.freedesktop.Application.Open", f"['{uri}']", "{}"], check=True, capture_output=True, timeout=30)
    expect_frames("service", "service", "service")
    State.window.close()


def drop(*files):
    """Drags files from another program onto the middle of the window."""
    title = "where files come from"
    source = subprocess.Popen([sys.executable, pathlib.Path(__file__).with_name("drag-source.py"), title, *files])
    found = ["xdotool", "search", "--name", title]
    number = desktop.wait_until(lambda: subprocess.run(found, capture_output=True, text=True, check=False).stdout.split(), title)[0]
    desktop.xdotool("windowmove", number, 1450, 20)  # beside the window
    desktop.move(1500, 60)
    desktop.xdotool("mousedown", 1)
    for x in (1480, 1300, 1000, 700):  # a drag begins after some pixels, and is told where it goes
        desktop.move(x, 300)
    desktop.xdotool("mouseup", 1)
    assert source.wait(timeout=20) == 0


def opens_what_is_dropped():
    """A folder and a manifest that are dropped on a window open, and so does what comes over a trace"""
    State.window = desktop.Window(VIEW, HOME=str(FOLDER))
    State.window.expect("Why did my thread wait?")
    drop(TRACE)
    State.window.expect("Trace timeline")
    expect_frames("service")
    drop(SECOND, THIRD / "whywait.json")
    expect_frames("service", "service", "service")
    State.window.close()


def lists_recent_traces():
    """The empty page lists what was opened, and a click opens it"""
    State.window = desktop.Window(VIEW, HOME=str(FOLDER))
    State.window.expect("Recent Traces")
    picture("empty")
    listed = State.window.texts("Recent Traces")
    assert all(f"trace-of-service{suffix}\n" in listed + "\n" for suffix in ("", ".second")), listed
    row = next(node for node in desktop.walk(State.window.expect("Recent Traces")) if node.get_name() == "service")
    box = desktop.extents(row)
    desktop.click(box.x + box.width // 2, box.y + box.height // 2)
    State.window.expect("Trace timeline")
    expect_frames("service")


def opens_and_closes_windows():
    """Ctrl+N opens an empty window, Ctrl+W closes it"""
    desktop.key("ctrl+n")
    desktop.wait_until(lambda: len(frames()) == 2, "a second window")
    State.window.expect("Why did my thread wait?")
    desktop.key("ctrl+w")
    expect_frames("service")


def drag(shift=False):
    """From a quarter to a half of the lane of victim."""
    canvas = desktop.extents(State.window.expect("Trace timeline"))
    header = desktop.extents(State.window.expect("thread victim 101"))
    x, y = canvas.x + canvas.width // 2, header.y + header.height // 2
    if shift:
        desktop.xdotool("keydown", "Shift_L")
    desktop.drag(x, y, x + 120, y)
    if shift:
        desktop.xdotool("keyup", "Shift_L")


def drags_select_at_first():
    """A drag selects an area"""
    desktop.key("0", "w", "w")
    desktop.wait_until(lambda: WHOLE not in State.window.description(), "a closer view")
    drag()
    State.window.expect_description("area of")
    desktop.key("Escape")
    State.window.expect_description("nothing selected")


def prefers_panning():
    """One preference turns a drag into panning at once, and Shift selects then"""
    desktop.key("ctrl+comma")
    State.window.expect("Drag to Pan")
    picture("preferences")
    desktop.wait_until(lambda: switch("Drag to Pan"), "the switch")
    desktop.key("Escape")
    State.window.expect_gone("Drag to Pan")
    before = State.window.description()
    drag()
    desktop.wait_until(lambda: State.window.description() != before, "a drag that pans")
    assert "nothing selected" in State.window.description(), State.window.description()
    drag(shift=True)
    State.window.expect_description("area of")


def switch(title):
    """Presses the switch that the row of that title names."""
    for node in desktop.walk(State.window.application):
        if node.get_name() == title and node.get_role() == desktop.Atspi.Role.CHECK_BOX:
            return desktop.Atspi.Action.do_action(node, 0)
    return False


def exports(name):
    """Names the file in the chooser that is open, and waits for the end."""
    path = FOLDER / name
    desktop.wait_until(lambda: any(node.get_role_name() == "file chooser" or node.get_name() == "Name:"
                                   for node in desktop.walk(State.window.application)), "the file chooser")
    type_over(path)
    desktop.key("Return")
    State.window.expect("Exported")
    State.window.expect_text(name)
    return path


def exports_for_others():
    """Ctrl+E writes what trace-export can write, for the selection"""
    State.window.expect_description("area of")
    desktop.key("ctrl+e")
    State.window.expect("Format")
    State.window.expect_text("Chrome trace events")
    State.window.expect_text("Selection (")
    picture("export")
    desktop.key("Return")
    path = exports("out.json")
    picture("exported")
    events = json.loads(path.read_text(encoding="utf-8"))["traceEvents"]
    names = {event["args"]["name"] for event in events if event["name"] == "thread_name"}
    assert names == {"victim 101"} or any("victim" in name for name in names), names
    assert not any("hog" in name for name in names), names
    desktop.key("Escape")
    State.window.expect_gone("Exported")


def chooses_format(number):
    """Of the list of formats; pictures are its first."""
    box = desktop.extents(State.window.expect("Format"))
    desktop.click(box.x + 20, box.y + box.height // 2)
    State.window.expect("Drawing (SVG)")
    desktop.key("Home", *["Down"] * number, "Return")


def exports_pictures():
    """The timeline is a PNG or an SVG that others can read"""
    for number, name in ((1, "out.svg"), (0, "out.png")):
        desktop.key("ctrl+e")
        State.window.expect_text("Chrome trace events")
        chooses_format(number)
        State.window.expect("The timeline as the window shows it")
        click_on("Export…")
        path = exports(name)
        desktop.key("Escape")
        State.window.expect_gone("Exported")
        shown = FOLDER / f"shown-{name}.png"
        reader = ["rsvg-convert", path, "-o", shown] if name.endswith("svg") else ["convert", path, shown]
        if shutil.which(reader[0]):
            subprocess.run(reader, check=True, timeout=60)
            assert shown.stat().st_size > 5000, f"{name} shows next to nothing"
            shutil.copy(path, PICTURES / f"desktop-{name}")


def explains_a_failed_recording():
    """What cannot be recorded is a sentence, with a way back"""
    desktop.key("ctrl+r")
    State.window.expect("Running Process")
    type_over("/nowhere/program")
    picture("record")
    desktop.key("Return")
    State.window.expect("Nothing Was Recorded")
    State.window.expect_text("/nowhere/program")
    picture("record-failed")
    click_on("Back")
    State.window.expect("Running Process")


def picks_a_process():
    """A running process is found by its name"""
    click_on("Running Process")
    State.window.expect("Filter Processes")
    picture("record-process")
    desktop.key("Escape")
    State.window.expect_gone("Filter Processes")


def may_record():
    """Whether this machine lets us: whoever has rights, or one's own threads."""
    recorder = VIEW.parent.parent / "tracer/trace-record"
    if not recorder.exists():
        raise tap.Skip("trace-record was not built")
    if not recording.capabilities(recorder) & {"kernel records", "own threads"}:
        raise tap.Skip("nothing can be recorded here")


def records():
    """A command is recorded, and its trace opens in a window of its own"""
    may_record()
    desktop.key("ctrl+r")
    State.window.expect("Running Process")
    type_over("sleep 0.5")
    desktop.key("Return")
    expect_frames("service", "sleep")
    assert (FOLDER / "trace-of-sleep/whywait.json").exists()


def asks_before_it_stops():
    """Closing the dialog asks; stopping completes the trace, which opens"""
    may_record()
    desktop.key("ctrl+r")
    State.window.expect("Running Process")
    type_over("sleep 100")
    click_on("End After")
    desktop.key("Home", "Return", "alt+r")
    State.window.expect("Stop")
    picture("recording")
    desktop.key("Escape")
    State.window.expect("Stop Recording?")
    picture("record-question")
    desktop.key("alt+s")
    desktop.wait_until(lambda: (FOLDER / "trace-of-sleep.2/whywait.json").exists(), "the trace")
    expect_frames("service", "sleep", "sleep")


def quits():
    """Ctrl+Q closes every window"""
    desktop.key("ctrl+q")
    assert State.window.process.wait(timeout=20) == 0
    State.window.expect_no_complaints()


tap.run(begins_empty, fills_the_empty_window, opens_another_window, presents_the_window_of_a_trace, answers_for_itself,
        opens_by_dbus, opens_what_is_dropped, lists_recent_traces, opens_and_closes_windows, drags_select_at_first,
        prefers_panning, exports_for_others, exports_pictures, explains_a_failed_recording, picks_a_process, records,
        asks_before_it_stops, quits)
