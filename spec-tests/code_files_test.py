#!/usr/bin/env python3
"""The files that `run --perf` writes for perf, read by this test itself: where perf does not run, they can be tested
all the same."""

import glob
import os
import re
import struct
import subprocess
import tempfile
import unittest

import profiled_program
import wasm_builder as w
from command import ARCH, MIXED, SANITIZED, WASMJET, TestCase, run

FOLDER = None
PROGRAM = None
PLAIN = None
MACHINES = {"x86_64": 62, "aarch64": 183}
# The interpreter's functions have stubs in compiled code.
INTERPRETED = "[interpreted]"


def record(mode, arguments, folder=None):
    """Runs the command with --perf; returns its process number, exit code, stdout and stderr."""
    with subprocess.Popen([WASMJET, "--perf", mode, *arguments], cwd=folder or FOLDER, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        stdout, stderr = process.communicate(timeout=600)
    return process.pid, process.returncode, stdout.decode(), stderr.decode()


def read_map(pid):
    """[(address, size, name)]; the file is removed."""
    path = f"/tmp/perf-{pid}.map"
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    os.unlink(path)
    matches = [re.fullmatch(r"([0-9a-f]+) ([0-9a-f]+) (\S+)", line) for line in lines]
    assert all(matches), lines
    return [(int(m[1], 16), int(m[2], 16), m[3]) for m in matches]


class Dump:
    """A jitdump file: `code` has (address, size, name, bytes), `lines` the lines by the address of their code."""

    def __init__(self, path):
        with open(path, "rb") as file:
            data = file.read()
        magic, version, size, self.machine, _, self.pid, self.time, flags = struct.unpack_from("<IIIIIIQQ", data)
        assert (magic, version, size, flags) == (0x4A695444, 1, 40, 0)
        self.code, self.lines, indices, times = [], {}, [], []
        at = size
        while at < len(data):
            kind, size, time = struct.unpack_from("<IIQ", data, at)
            times.append(time)
            body = data[at + 16:at + size]
            at += size
            if kind == 0:
                pid, tid, vma, address, code_size, index = struct.unpack_from("<IIQQQQ", body)
                assert pid == self.pid and tid != 0 and vma == address
                name, code = body[40:].split(b"\0", 1)
                assert len(code) == code_size
                indices.append(index)
                self.code.append((address, code_size, name.decode(), code))
            else:
                assert kind == 2, kind
                address, count = struct.unpack_from("<QQ", body)
                body = body[16:]
                rows = self.lines.setdefault(address, [])
                for _ in range(count):
                    place, line, _ = struct.unpack_from("<QII", body)
                    file, body = body[16:].split(b"\0", 1)
                    rows.append((place, file.decode(), line))
                assert body == b""
        assert at == len(data)
        assert len(set(indices)) == len(indices)
        assert times == sorted(times) and times[0] >= self.time


def dump(arguments):
    pid, code, stdout, stderr = record("jitdump", arguments)
    path = os.path.join(FOLDER, f"jit-{pid}.dump")
    result = Dump(path)
    os.unlink(path)
    assert result.pid == pid
    return result, code, stdout, stderr


class CodeFiles(TestCase):
    def check_places(self, code):
        """Pieces of code do not overlap, and have names."""
        places = sorted((entry[0], entry[1]) for entry in code)
        for (address, size), (following, _) in zip(places, places[1:]):
            self.assertLessEqual(address + size, following)
        names = {entry[2].removesuffix(INTERPRETED) for entry in code}
        self.assertLessEqual({"hot", "warm", "main", "_start", "printf"}, names)
        self.assertIn("wasmjet_enter", names)
        self.assertIn("wasmjet_host_stub(i32,i32,i32,i32)->(i32)", names)
        self.assertIn("wasmjet_memory_grow", names)

    def test_map(self):
        pid, code, stdout, stderr = record("map", [PROGRAM, "1000"])
        self.assertEqual((code, stderr), (0, ""))
        self.assertEqual(stdout, run([PROGRAM, "1000"]).stdout.decode())
        self.check_places(read_map(pid))

    def test_map_replaces_a_link(self):
        """Whoever knows the next process number must not choose what is written to."""
        victim = os.path.join(FOLDER, "victim")
        with open(victim, "w", encoding="ascii") as file:
            file.write("as it was")
        # The shell's number is the command's, as exec keeps it.
        script = f'ln -s {victim} /tmp/perf-$$.map && echo $$ && exec "$0" --perf map "$@"'
        result = subprocess.run(["sh", "-c", script, WASMJET, PROGRAM, "1"], capture_output=True, check=True)
        pid = int(result.stdout.split()[0])
        self.assertFalse(os.path.islink(f"/tmp/perf-{pid}.map"))
        self.check_places(read_map(pid))
        with open(victim, encoding="ascii") as file:
            self.assertEqual(file.read(), "as it was")

    def test_dump_has_code_and_lines(self):
        found, code, stdout, stderr = dump([PROGRAM, "1000"])
        self.assertEqual((code, stderr), (0, ""))
        self.assertEqual(stdout, run([PROGRAM, "1000"]).stdout.decode())
        self.assertEqual(found.machine, MACHINES[ARCH])
        self.check_places(found.code)
        for address, size, name, code in found.code:
            self.assertTrue(any(code), name)
            rows = found.lines.get(address, [])
            self.assertEqual(bool(rows), not name.startswith("wasmjet_") and INTERPRETED not in name, name)
            self.assertEqual([row[0] for row in rows], sorted(row[0] for row in rows), name)
            self.assertTrue(all(address <= row[0] < address + size for row in rows), name)
            self.assertTrue(not rows or rows[0][0] == address, name)
            if name != "hot":
                continue
            self.assertEqual({row[1] for row in rows}, {"src/profiled.c"})
            numbers = {row[2] for row in rows}
            for text in ("h ^= i", "h *=", "h = h << 7"):
                self.assertIn(profiled_program.line_of(text), numbers)

    def test_dump_without_debug_information_has_offsets(self):
        found, _, _, _ = dump([PLAIN, "1000"])
        rows = [rows for address, _, name, _ in found.code if name == "hot" for rows in [found.lines[address]]]
        if MIXED and not rows:
            return  # interpreted
        self.assertEqual({row[1] for row in rows[0]}, {"<plain.wasm>"})
        offsets = [row[2] for row in rows[0]]
        self.assertEqual(offsets, sorted(offsets))
        # hot's first instruction is where a trap in it would be said to be: within the module's code.
        size = os.path.getsize(PLAIN)
        self.assertTrue(all(0 < offset < size for offset in offsets))
        self.assertGreater(len(set(offsets)), 20)

    def test_names_are_made_harmless(self):
        module = w.Module()
        for label in ("two words", "line\nbreak", "\x1b[31m", "a" * 5000, ""):
            module.function([], [], b"", label=label)
        module.export_function("_start", 0)
        path = os.path.join(FOLDER, "names.wasm")
        with open(path, "wb") as out:
            out.write(module.encode())
        pid, code, _, stderr = record("map", [path])
        self.assertEqual((code, stderr), (0, ""))
        names = [name.removesuffix(INTERPRETED) for _, _, name in read_map(pid)]
        self.assertIn("two_words", names)
        self.assertIn(r"line\x0abreak", names)
        self.assertIn(r"\x1b[31m", names)
        self.assertIn("a" * 300 + "...", names)
        found, _, _, _ = dump([path])
        self.assertLessEqual(set(names), {name.removesuffix(INTERPRETED) for _, _, name, _ in found.code})

    def test_all_modules_are_in_it(self):
        library = w.Module()
        library.export_function("f", library.function([], [], b"", label="library_function"))
        module = w.Module()
        f = module.import_function("lib", "f", [], [])
        module.export_function("_start", module.function([], [], w.call(f), label="main_function"))
        paths = []
        for name, m in (("lib", library), ("app", module)):
            paths.append(os.path.join(FOLDER, name + ".wasm"))
            with open(paths[-1], "wb") as out:
                out.write(m.encode())
        pid, code, _, _ = record("map", ["--preload", f"lib={paths[0]}", paths[1]])
        self.assertEqual(code, 0)
        names = {name.removesuffix(INTERPRETED) for _, _, name in read_map(pid)}
        self.assertLessEqual({"library_function", "main_function"}, names)

    @unittest.skipIf(SANITIZED, "there is no sandbox with sanitizers")
    def test_within_the_sandbox(self):
        """The files are open before the guest begins; the strict sandbox has nothing against them."""
        for mode in ("map", "jitdump"):
            pid, code, _, stderr = record(mode, ["--sandbox", "strict", PROGRAM, "1000"])
            if "Landlock" in stderr or "seccomp" in stderr:
                self.assertEqual(code, 125)  # the kernel lacks them
                continue
            self.assertEqual((code, stderr), (0, ""))
            if mode == "map":
                self.check_places(read_map(pid))
        for path in glob.glob(os.path.join(FOLDER, "jit-*.dump")):
            self.check_places(Dump(path).code)
            os.unlink(path)

    @unittest.skipIf(os.geteuid() == 0, "root writes everywhere")
    def test_where_nothing_can_be_written(self):
        folder = os.path.join(FOLDER, "closed")
        os.mkdir(folder, 0o500)
        _, code, stdout, stderr = record("jitdump", [PROGRAM, "1"], folder)
        self.assertEqual((code, stdout), (125, ""))
        self.assertRegex(stderr, r"\Awasmjet: --perf: cannot create jit-\d+\.dump: Permission denied\n\Z")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as FOLDER:
        PROGRAM = os.path.join(FOLDER, "program.wasm")
        PLAIN = os.path.join(FOLDER, "plain.wasm")
        profiled_program.build(PROGRAM)
        profiled_program.build(PLAIN, ("-O2",))
        unittest.main()
