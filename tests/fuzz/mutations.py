# SPDX-License-Identifier: GPL-2.0-or-later
"""What can happen to a trace's files. Every mutation is a function (rand, directory) that changes one thing below the
directory and returns a sentence about it, or None where there is nothing of its kind. The same random.Random gives the
same change.
"""

import os
import re
import struct

PAGE_BYTES = 4096
STREAM_MAGICS = (b"\xc1\x1f\xfc\xc1", b"\xc1\xfc\x1f\xc1")
METADATA_HEAD_BYTES = 37
EDGE_NUMBERS = (b"0", b"1", b"7", b"31", b"63", b"64", b"65", b"255", b"4096", b"65536", b"2147483648",
                b"4294967295", b"4294967296", b"9223372036854775807", b"18446744073709551615",
                b"99999999999999999999", b"-1", b"0x7fffffffffffffff", b"1e400")
WORD = re.compile(rb"[A-Za-z_][A-Za-z0-9_.:]*")
NUMBER = re.compile(rb"(?<![A-Za-z_0-9])-?[0-9]+")


def files(directory):
    """Regular files below it, as paths relative to it, sorted: the order must not hang on the file system."""
    found = []
    for folder, _, names in os.walk(directory):
        found += [os.path.relpath(os.path.join(folder, name), directory) for name in names]
    return sorted(name for name in found if not os.path.islink(os.path.join(directory, name)))


def is_metadata(name):
    return os.path.basename(name) == "metadata"


def is_index(name):
    return name.endswith((".idx", ".index"))


def is_beside(name):
    """What the recorder lays beside the streams."""
    return os.path.basename(name) == "whywait.json" or os.path.basename(os.path.dirname(name)) == "symbols"


def is_stream(name):
    return not is_metadata(name) and not is_index(name) and not is_beside(name)


def read(directory, name):
    with open(os.path.join(directory, name), "rb") as file:
        return file.read()


def write(directory, name, data):
    with open(os.path.join(directory, name), "wb") as file:
        file.write(data)


def pick(rand, directory, wanted):
    """A file of the wanted kind that is not empty, as (name, bytearray), or (None, None)."""
    names = [name for name in files(directory) if wanted(name) and os.path.getsize(os.path.join(directory, name))]
    if not names:
        return None, None
    name = rand.choice(names)
    return name, bytearray(read(directory, name))


# Of any file.


def flip_bits(rand, data):
    for _ in range(rand.randint(1, 8)):
        data[rand.randrange(len(data))] ^= 1 << rand.randrange(8)
    return "bits flipped"


def set_bytes(rand, data):
    for _ in range(rand.randint(1, 16)):
        data[rand.randrange(len(data))] = rand.choice((0, 1, 0x7F, 0x80, 0xFF, rand.randrange(256)))
    return "bytes overwritten"


def cut(rand, data):
    at = rand.randrange(len(data))
    del data[at:]
    return f"cut at byte {at}"


def zero_page(rand, data):
    at = rand.randrange(0, len(data), 512)
    end = min(at + rand.choice((512, PAGE_BYTES, 4 * PAGE_BYTES)), len(data))
    data[at:end] = bytes(end - at)
    return f"bytes {at} to {end} zeroed"


def set_word(rand, data):
    """A whole integer, aligned, becomes one from the edge: sizes, counts, times and offsets are such."""
    size = rand.choice((4, 8))
    if len(data) < size:
        return set_bytes(rand, data)
    at = rand.randrange(0, len(data) - size + 1, 4)
    value = rand.choice((0, 1, 7, 2**31 - 1, 2**31, 2**32 - 1, 2**62, 2**63 - 1, 2**63, 2**64 - 1))
    data[at : at + size] = struct.pack(rand.choice("<>") + "Q", value)[:size]
    return f"the {8 * size}-bit word at byte {at} overwritten"


# Of a stream: whole packets.


def packet_starts(data):
    for magic in STREAM_MAGICS:
        if data.startswith(magic):
            return [match.start() for match in re.finditer(re.escape(magic), data)]
    return list(range(0, len(data), PAGE_BYTES))


def packets(data):
    starts = packet_starts(bytes(data))
    return [bytes(data[begin:end]) for begin, end in zip(starts, starts[1:] + [len(data)])]


def swap_packets(rand, data):
    parts = packets(data)
    a, b = rand.randrange(len(parts)), rand.randrange(len(parts))
    parts[a], parts[b] = parts[b], parts[a]
    data[:] = b"".join(parts)
    return f"packets {a} and {b} swapped"


def double_packet(rand, data):
    parts = packets(data)
    a, to = rand.randrange(len(parts)), rand.randrange(len(parts) + 1)
    parts.insert(to, parts[a])
    data[:] = b"".join(parts)
    return f"packet {a} again before packet {to}"


def remove_packet(rand, data):
    parts = packets(data)
    a = rand.randrange(len(parts))
    del parts[a]
    data[:] = b"".join(parts)
    return f"packet {a} removed"


# Of a text: the metadata, the manifest, symbols.


def unwrap(data):
    """The text of metadata in packets; of other metadata the bytes themselves."""
    for order, magic in (("<", b"\x57\x1d\xd1\x75"), (">", b"\x75\xd1\x1d\x57")):
        if not data.startswith(magic):
            continue
        text, at = b"/* CTF 1.8 */\n", 0
        while at + METADATA_HEAD_BYTES <= len(data):
            content, packet = struct.unpack_from(order + "II", data, at + 24)
            text += data[at + METADATA_HEAD_BYTES : at + content // 8]
            at += max(packet // 8, METADATA_HEAD_BYTES)
        return text
    return bytes(data)


def replace(data, match, text):
    data[match.start() : match.end()] = text


def change_number(rand, data):
    found = list(NUMBER.finditer(data))
    if not found:
        return set_bytes(rand, data)
    match, value = rand.choice(found), rand.choice(EDGE_NUMBERS)
    was = bytes(match[0]).decode()
    replace(data, match, value)
    return f"{was} at byte {match.start()} became {value.decode()}"


def change_word(rand, data):
    found = list(WORD.finditer(data))
    if not found:
        return set_bytes(rand, data)
    match, by = rand.choice(found), bytes(rand.choice(found)[0])
    was = bytes(match[0]).decode()
    replace(data, match, by)
    return f"{was} at byte {match.start()} became {by.decode()}"


def remove_line(rand, data):
    lines = bytes(data).split(b"\n")
    at = rand.randrange(len(lines))
    del lines[at : at + rand.choice((1, 1, 3))]
    data[:] = b"\n".join(lines)
    return f"line {at + 1} removed"


def move_line(rand, data):
    lines = bytes(data).split(b"\n")
    at, to = rand.randrange(len(lines)), rand.randrange(len(lines))
    lines.insert(to, lines[at])
    data[:] = b"\n".join(lines)
    return f"line {at + 1} again before line {to + 1}"


def nest(rand, data):
    """So deep that a parser without a limit runs out of stack."""
    at, depth = rand.randrange(len(data)), rand.choice((40, 1000, 100000))
    opening = rand.choice((b"struct { ", b"{", b"[", b"("))
    data[at:at] = opening * depth
    return f"'{opening.decode().strip()}' {depth} times at byte {at}"


# Of a directory.


def lose_file(rand, directory):
    names = files(directory)
    name = rand.choice(names)
    os.unlink(os.path.join(directory, name))
    return f"'{name}' removed"


def empty_file(rand, directory):
    name = rand.choice(files(directory))
    write(directory, name, b"")
    return f"'{name}' emptied"


def add_stray(rand, directory):
    """Something that is no stream beside a stream."""
    near = os.path.dirname(rand.choice(files(directory)))
    path = os.path.join(directory, near, "stray")
    kind = rand.choice(("noise", "text", "fifo", "link", "folder", "unreadable", "copy"))
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "link":
        os.symlink(".", path)
    elif kind == "folder":
        os.makedirs(os.path.join(path, "metadata"))
    else:
        contents = {"noise": rand.randbytes(3000), "text": b"notes of somebody\n", "unreadable": b"secret",
                    "copy": read(directory, rand.choice(files(directory)))}
        write(directory, os.path.join(near, "stray"), contents[kind])
        os.chmod(path, 0 if kind == "unreadable" else 0o644)
    return f"a stray {kind} in '{near or '.'}'"


def swap_files(rand, directory):
    names = files(directory)
    a, b = rand.choice(names), rand.choice(names)
    ours, theirs = read(directory, a), read(directory, b)
    write(directory, a, theirs)
    write(directory, b, ours)
    return f"'{a}' and '{b}' swapped"


def of_file(wanted, change, is_text=False):
    def mutate(rand, directory):
        name, data = pick(rand, directory, wanted)
        if name is None:
            return None
        if is_text:
            data = bytearray(unwrap(data))
        what = change(rand, data)
        write(directory, name, data)
        return f"'{name}': {what}"

    mutate.__name__ = change.__name__
    return mutate


ANY = (flip_bits, set_bytes, cut, zero_page, set_word)
TEXT = (change_number, change_number, change_word, remove_line, move_line, nest)

# Family: its mutations. A round takes one of each family that finds a file of its kind.
FAMILIES = {
    "stream": [of_file(is_stream, change) for change in ANY],
    "packet": [of_file(is_stream, change) for change in (swap_packets, double_packet, remove_packet)],
    "metadata": [of_file(is_metadata, change) for change in ANY],
    "metadata-text": [of_file(is_metadata, change, is_text=True) for change in TEXT],
    "index": [of_file(is_index, change) for change in ANY],
    "beside": [of_file(is_beside, change) for change in ANY + TEXT],
    "files": [lose_file, empty_file, add_stray, swap_files],
}


def apply(rand, family, directory):
    return rand.choice(FAMILIES[family])(rand, directory)
