# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes a large trace of a small one of LTTng's: its packets again and again, each time later.

For measuring only: the packets' times are moved by a multiple of 2^32 ticks, so that times cut to 27 or 32 bits stay right, and
so are the full times inside of packets. These are found by their value, which may take something else for one; what it makes is
as good as the count of its events, which the caller compares.
"""

import pathlib
import re
import shutil
import struct

MAGIC = struct.pack("<I", 0xC1FC1FC1)
PERIOD = 1 << 32


class Layout:
    """Where the fields of a packet's head are, by the metadata that LTTng has written since 2.0."""

    def __init__(self, metadata):
        self.context = 24 + (8 if "stream_instance_id" in metadata else 0)
        self.has_sequence = "packet_seq_num" in metadata
        self.head_bytes = self.context + (56 if self.has_sequence else 48)


def metadata_text(directory):
    """The metadata without the heads of its packets, if it has such."""
    return re.sub(rb"[^\t\n -~]", b"", (directory / "metadata").read_bytes()).decode("ascii")


def packets_of(data, layout):
    """The packets of a stream, each as bytes."""
    while data:
        if not data.startswith(MAGIC):
            raise ValueError("this is not a stream of LTTng's")
        (bits,) = struct.unpack_from("<Q", data, layout.context + 24)
        yield bytearray(data[:bits // 8])
        data = data[bits // 8:]


def streams_of(directory):
    """The files of each stream, in their order: a rotating recorder has written several."""
    streams = {}
    for path in sorted(directory.iterdir(), key=lambda path: [int(n) for n in re.findall(r"\d+", path.name)]):
        if path.is_file() and path.name != "metadata" and path.stat().st_size:
            rotated = re.fullmatch(r"(.*_\d+)_\d+", path.name)
            streams.setdefault(rotated.group(1) if rotated else path.name, []).append(path)
    return streams


class Packet:
    """One packet, and where in it times are."""

    def __init__(self, data, layout, first, last):
        self.data = data
        self.layout = layout
        (bits,) = struct.unpack_from("<Q", data, layout.context + 16)
        self.times = [layout.context, layout.context + 8]
        prefix = struct.pack(">Q", first)[:3][::-1]
        at = data.find(prefix, layout.head_bytes)
        while 0 <= at < bits // 8:
            if at - 5 >= layout.head_bytes and first <= struct.unpack_from("<Q", data, at - 5)[0] <= last:
                self.times.append(at - 5)
            at = data.find(prefix, at + 1)
        self.before = [struct.unpack_from("<Q", data, at)[0] for at in self.times]

    def again(self, shift, n_packets):
        """The same packet @shift ticks later, the number of which is @n_packets higher."""
        data = bytearray(self.data)
        for at, value in zip(self.times, self.before):
            struct.pack_into("<Q", data, at, value + shift)
        if self.layout.has_sequence:
            at = self.layout.context + 32
            struct.pack_into("<Q", data, at, struct.unpack_from("<Q", data, at)[0] + n_packets)
        return data


def repeat(source, target, n_times):
    """Writes @source, a CTF trace of LTTng's, @n_times in a row into the new directory @target."""
    source, target = pathlib.Path(source), pathlib.Path(target)
    layout = Layout(metadata_text(source))
    streams = {name: [packet for path in paths for packet in packets_of(path.read_bytes(), layout)]
               for name, paths in streams_of(source).items()}
    times = [struct.unpack_from("<QQ", packet, layout.context) for packets in streams.values() for packet in packets]
    first, last = min(begin for begin, _ in times), max(end for _, end in times)
    shift = ((last - first) // PERIOD + 1) * PERIOD
    target.mkdir(parents=True)
    shutil.copy(source / "metadata", target / "metadata")
    for name, packets in streams.items():
        packets = [Packet(packet, layout, first, last) for packet in packets]
        with open(target / name, "wb") as stream:
            for i in range(n_times):
                for packet in packets:
                    stream.write(packet.again(i * shift, i * len(packets)))
