#!/usr/bin/env python3
"""A flame graph in a browser (Debian's chromium): it is drawn, searched and zoomed."""

import os
import re
import shutil
import struct
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree
import zlib

import profile_modules as modules
from command import TIER, TestCase, not_run, run
from test_folder import FOLDER, path_of, write

SVG = "{http://www.w3.org/2000/svg}"
# A name that would end the text, the attribute, or the script that it stands in; "\1b" is a control character.
HOSTILE = r"""</text><script>alert(1)</script>\22 onload=\22x & ]]> \1b[31m"""


def browse(*options, fragment=""):
    """What chromium says of the picture."""
    profile = tempfile.mkdtemp(dir=FOLDER)
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
               "--disable-background-networking", "--disable-component-update", "--disable-sync",
               "--window-size=1200,500", f"--user-data-dir={profile}", *options,
               f"file://{FOLDER}/p.svg{fragment}"]
    result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            timeout=120, check=True)
    return result.stdout.decode()


def unfiltered(kind, line, above, step):
    """A row of a PNG (its specification, 9.2)."""
    for i, byte in enumerate(line):
        a = line[i - step] if i >= step else 0
        b = above[i]
        c = above[i - step] if i >= step else 0
        if kind == 1:
            predicted = a
        elif kind == 2:
            predicted = b
        elif kind == 3:
            predicted = (a + b) // 2
        elif kind == 4:
            p = a + b - c
            predicted = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
        else:
            predicted = 0
        line[i] = (byte + predicted) & 255
    return line


def pixels(path):
    """Rows of (red, green, blue) of a PNG without interlacing, 8 bits a channel."""
    with open(path, "rb") as source:
        data = source.read()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed = 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            assert depth == 8 and colour in (2, 6)
        packed += body if kind == b"IDAT" else b""
        at += length + 12
    step = 3 if colour == 2 else 4
    raw = zlib.decompress(packed)
    rows, above, size = [], bytearray(width * step), width * step + 1
    for row in range(height):
        line = unfiltered(raw[row * size], bytearray(raw[row * size + 1:(row + 1) * size]), above, step)
        rows.append([tuple(line[i:i + 3]) for i in range(0, len(line), step)])
        above = line
    return rows


def frames(dom):
    """{name: (class, style, text shown, width)} of a picture as chromium has it after its scripts ran."""
    found = {}
    for group in re.finditer(r'<g class="(f[^"]*)"[^>]* data-name="([^"]*)"([^>]*)>(.*?)</g>', dom, re.S):
        kind, name, rest, inside = group.groups()
        width = float(re.search(r'<rect [^>]*width="([\d.]+)"', inside)[1])
        text = re.search(r"<text [^>]*>(.*?)</text>", inside, re.S)
        found[name] = (kind, rest, text[1] if text else "", width)
    return found


class FlameGraph(TestCase):
    @classmethod
    def setUpClass(cls):
        source = modules.SHARES.replace('(func $direct50 ', f'(func $direct50 (@name "{HOSTILE}") ')
        module = write(source, "shares.wat")
        unit = "400" if TIER == "interp" else "4000"
        result = run(["profile", f"--tier={TIER}", "--flamegraph", path_of("p.svg"), "--invoke", "kinds",
                      module, "1000000000", unit])
        assert result.returncode == 0, result.stderr

    def test_it_is_well_formed(self):
        tree = xml.etree.ElementTree.parse(path_of("p.svg"))
        names = [group.get("data-name") for group in tree.iter(SVG + "g") if group.get("data-name")]
        for name in ("all", "kinds", "indirect30", "recursion"):
            self.assertIn(name, names)
        self.assertTrue(any(name.startswith("</text><script>") for name in names), names)
        self.assertEqual(len(list(tree.iter(SVG + "script"))), 1)
        # Needs nothing else: no address but the names of namespaces.
        with open(path_of("p.svg"), encoding="utf-8") as source:
            addresses = set(re.findall(r"https?://[^\"'\s<]*", source.read()))
        self.assertLessEqual(addresses, {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml"})

    def test_it_is_drawn(self):
        picture = os.environ.get("WASMJET_SCREENSHOT") or path_of("p.png")
        browse(f"--screenshot={picture}")
        rows = pixels(picture)
        self.assertGreater(len({colour for row in rows for colour in row}), 20)
        # Frames are warm (red over blue, much); more than a tenth of the picture is frames.
        warm = sum(1 for row in rows for red, _, blue in row if red > blue + 60)
        self.assertGreater(warm, 1200 * 500 / 20)

    def test_frames_are_as_wide_as_their_share(self):
        shown = frames(browse("--dump-dom"))
        self.assertAlmostEqual(shown["kinds"][3] / 1200, 1, delta=0.03)
        self.assertAlmostEqual(shown["indirect30"][3] / 1200, 0.3, delta=0.08)
        self.assertEqual(shown["indirect30"][2], "indirect30")

    def test_search(self):
        dom = browse("--dump-dom", fragment="#search=^indirect")
        found = re.search(r"found: ([\d.]+) %", dom)
        self.assertIsNotNone(found, dom[-3000:])
        self.assertAlmostEqual(float(found[1]), 30, delta=8)
        matching = [name for name, frame in frames(dom).items() if "match" in frame[0].split()]
        self.assertEqual(matching, ["indirect30"])

    def test_search_counts_recursion_once(self):
        found = re.search(r"found: ([\d.]+) %", browse("--dump-dom", fragment="#search=recursion"))
        self.assertAlmostEqual(float(found[1]), 20, delta=8)

    def test_zoom(self):
        shown = frames(browse("--dump-dom", fragment="#zoom=indirect30"))
        self.assertGreater(shown["indirect30"][3], 1190)
        self.assertNotIn("display: none", shown["kinds"][1])  # its caller stays
        self.assertIn("passed", shown["kinds"][0])
        self.assertIn("display: none", shown["recursion"][1])


if __name__ == "__main__":
    if shutil.which("chromium") is None:
        not_run("chromium is not installed (scripts/setup)")
    unittest.main()
