# SPDX-License-Identifier: GPL-2.0-or-later
"""A window from which files can be dragged, as from a file manager; it ends with the drag. Usage: drag-source.py TITLE FILE..."""

import sys

import gi

gi.require_version("Gdk", "4.0")
gi.require_version("Gtk", "4.0")
from gi.repository import Gdk, Gio, GLib, Gtk  # noqa: E402


def show(application):
    window = Gtk.ApplicationWindow(application=application, title=sys.argv[1], default_width=120, default_height=80, decorated=False)
    uris = "".join(f"{Gio.File.new_for_path(path).get_uri()}\r\n" for path in sys.argv[2:])
    source = Gtk.DragSource(actions=Gdk.DragAction.COPY)
    source.set_content(Gdk.ContentProvider.new_for_bytes("text/uri-list", GLib.Bytes.new(uris.encode())))
    source.connect("drag-end", lambda *_: application.quit())
    handle = Gtk.Label(label="drag me", hexpand=True, vexpand=True)
    handle.add_controller(source)
    window.set_child(handle)
    window.present()


application = Gtk.Application()
application.connect("activate", show)
application.run()
