#!/usr/bin/env python3
"""Modules in the text format, and `wasmjet wast`."""

import os
import re
import subprocess
import tempfile
import unittest

from command import SANITIZED, TIER, WASMJET, TestCase, run
from wasm_builder import I32, Module, call, i32_const, u

FOLDER = None

ADD = """(module $add ;; a library
  (func (export "add") (param i32 i32) (result i32)
    (i32.add (local.get 0) (local.get 1))))
"""
HELLO = r"""(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\10\00\00\00\06\00\00\00") (data (i32.const 16) "hello\n")
  (func (export "_start") (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32)))))
"""


def write(text, file="m.wat"):
    path = os.path.join(FOLDER, file)
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    return path


class Text(TestCase):
    def test_run(self):
        self.check(run([write(HELLO)]), 0, "hello\n", "")
        self.check(run([write(HELLO, "text-in.wasm")]), 0, "hello\n", "")
        self.check(run(["-"], stdin=("\n;; comment\n" + HELLO).encode()), 0, "hello\n", "")

    def test_invoke_and_preload(self):
        library = write(ADD, "library.wat")
        self.check(run(["--invoke", "add", library, "2", "-5"]), 0, "-3\n", "")
        user = write(
            '(import "lib" "add" (func $add (param i32 i32) (result i32)))'
            '(func (export "twice") (param i32) (result i32) (call $add (local.get 0) (local.get 0)))'
        )
        self.check(run(["--preload", "lib=" + library, "--invoke", "twice", user, "21"]), 0, "42\n", "")

    def test_validate_and_inspect(self):
        path = write(ADD)
        self.check(run(["validate", path]), 0, "", "")
        result = run(["inspect", path])
        self.check(result, 0, stderr="")
        self.assertRegex(result.stdout.decode(), r"add.*\(i32, i32\) -> \(i32\)")

    def test_errors(self):
        self.check(run(["validate", write("")]), 0, "", "")  # the empty module
        for text, reason in (
            ("(module\n (func $f)\n (func $f))", r"3:8: malformed: duplicate func \$f, in: \(func \$f\)\)"),
            ("(module", r"1:8: malformed: unexpected end of the text, in: \(module"),
            ("(func (v128.any_true))", "1:8: invalid: type mismatch: v128.any_true expects v128"),
            ('(func "\x1b[31m")', "1:8: malformed: illegal character in string, in: .*\\\\x1b"),
        ):
            self.check_one_line(run(["validate", write(text)]), 126, r"m\.wat:" + reason)


class Wat(TestCase):
    PRINTED = """(module
  (type (;0;) (func (param i32 i32) (result i32)))
  (export "add" (func 0))
  (func (;0;) (type 0) (param i32 i32) (result i32)
    local.get 0
    local.get 1
    i32.add
  )
)
"""

    def test_text_and_binary(self):
        self.check(run(["inspect", "--wat", write(ADD)]), 0, self.PRINTED, "")
        module = Module()
        index = module.function([], [I32], i32_const(-7), label="the answer")
        module.export_function("f", index)
        printed = run(["inspect", "--wat", "-"], stdin=module.encode())
        self.check(printed, 0, stderr="")
        self.assertIn('(func $"the answer" (;0;) (type 0) (result i32)', printed.stdout.decode())
        self.check(run(["--invoke", "f", "-"], stdin=printed.stdout), 0, "-7\n", "")

    def test_threads_and_page_sizes_need_no_option(self):
        path = write("(memory 1 2 shared) (func (drop (i32.atomic.load (i32.const 0))))")
        result = run(["inspect", "--wat", path])
        self.check(result, 0, stderr="")
        self.assertIn("(memory (;0;) 1 2 shared)\n", result.stdout.decode())
        self.check(run(["inspect", "--wat", "-"], stdin=result.stdout), 0, result.stdout.decode(), "")

    def test_refused_modules_print_nothing(self):
        module = Module()
        module.function([], [I32], i32_const(1))
        module.function([], [I32], b"")
        self.check_one_line(run(["inspect", "--wat", "-"], stdin=module.encode()), 126, "invalid: .*0x")

    def test_a_reader_that_goes_away(self):
        """As in `| head -1`: the command ends early, and in silence."""
        module = Module()
        module.data(0, bytes(20_000_000))
        module.memory(400)
        with open(os.path.join(FOLDER, "large.wasm"), "wb") as file:
            file.write(module.encode())
        with subprocess.Popen([WASMJET, "inspect", "--wat", file.name], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            self.assertEqual(process.stdout.readline(), b"(module\n")
            process.stdout.close()
            self.assertEqual(process.stderr.read(), b"")
            process.wait(60)

    def test_hostile_names_cannot_drive_the_terminal(self):
        module = Module()
        for label in ("\x1b[31m", "\u009b31m", "\u202e", "\x1b[31m", "(;", '"'):
            module.function([], [], call(0), label=label)
        result = run(["inspect", "--wat", "-"], stdin=module.encode())
        self.check(result, 0, stderr="")
        text = result.stdout.decode()
        self.assertFalse([c for c in text if c != "\n" and (ord(c) < 32 or 127 <= ord(c) < 160 or c == "\u202e")])
        self.check(run(["validate", "-"], stdin=result.stdout), 0, "", "")

    @unittest.skipIf(SANITIZED, "sanitized builds take more memory")
    def test_memory_does_not_grow_with_the_text(self):
        """2,000 functions of 49,000 locals each: 16 kB of module, 400 MB of text."""
        module = Module()
        for _ in range(2000):
            module.function([], [], b"")
        no_locals, many_locals = b"\x02\x00\x0b", b"\x06\x01\xe8\xfe\x02\x7f\x0b"
        count = u(2000)
        before, _ = module.encode().split(b"\x0a" + u(len(count) + 2000 * 3) + count + no_locals)
        contents = count + 2000 * many_locals
        path = os.path.join(FOLDER, "locals.wasm")
        with open(path, "wb") as file:
            file.write(before + b"\x0a" + u(len(contents)) + contents)
        with subprocess.Popen([WASMJET, "inspect", "--wat", path], stdout=subprocess.PIPE) as process:
            self.assertEqual(len(process.stdout.read(50_000_000)), 50_000_000)
            with open(f"/proc/{process.pid}/status", encoding="utf-8") as status:
                peak = int(re.search(r"VmHWM:\s+(\d+) kB", status.read()).group(1))
            process.stdout.close()
            process.wait(60)
        self.assertLess(peak, 40_000)


    def test_errors_without_a_place_in_the_text(self):
        for text in ('(module quote "(func (i32.const 1))")', "(module binary)"):
            for command in (["validate"], ["inspect"], ["inspect", "--wat"], ["inspect", "--stats"], ["run"]):
                self.check_one_line(run([*command, write(text)]), 126, r"m\.wat: (invalid|malformed): .* at offset 0x")


class Wast(TestCase):
    GOOD = '(module (func (export "f") (result i32) (i32.const 1)))\n(assert_return (invoke "f") (i32.const 1))\n'
    MIXED = GOOD + '(assert_return (invoke "f") (i32.const 2))\n(module (memory i64 1))\n'

    def test_summaries(self):
        good, mixed = write(self.GOOD, "good.wast"), write(self.MIXED, "mixed.wast")
        good_line = f"{good}: 2 pass, 0 fail, 0 unsupported\n"
        mixed_line = f"{mixed}: 2 pass, 1 fail, 1 unsupported\n"
        self.check(run(["wast", good]), 0, good_line + "total: 2 pass, 0 fail, 0 unsupported\n", "")
        total = "total: 4 pass, 1 fail, 1 unsupported\n"
        self.check(run(["wast", "--tier", TIER, good, mixed]), 1, good_line + mixed_line + total, "")
        unsupported = write("(module (memory i64 1))", "unsupported.wast")
        self.check(run(["wast", unsupported]), 1, stderr="")

    def test_verbose(self):
        result = run(["wast", "--verbose", write(self.MIXED, "mixed.wast")])
        self.check(result, 1, stderr="")
        lines = result.stdout.decode().splitlines()
        self.assertRegex(lines[0], r"mixed\.wast:3 assert_return fail: expected \(i32.const 2\), got \(i32.const 1\)")
        self.assertRegex(lines[1], r"mixed\.wast:4 module unsupported: 64-bit memory")
        self.assertEqual(len(lines), 4)

    def test_timeout(self):
        endless = write('(module (func (export "f") (loop (br 0))))\n(invoke "f")', "endless.wast")
        result = run(["wast", "--tier", TIER, "--timeout=300ms", endless])
        self.check(result, 124, "", "wasmjet: timed out\n")

    def test_report(self):
        mixed = write(self.MIXED, "mixed.wast")
        report = os.path.join(FOLDER, "report.txt")
        self.check(run(["wast", "--report", report, mixed]), 1, stderr="")
        with open(report, encoding="utf-8") as file:
            expected = ["1 module pass", "2 assert_return pass", "3 assert_return fail", "4 module unsupported"]
            self.assertEqual(file.read().splitlines(), [f"{mixed}:{line}" for line in expected])
        self.check_one_line(run(["wast", "--report", FOLDER, mixed]), 125, "directory")
        self.check(run(["wast", "--report", "/dev/full", mixed]), 125, stderr=r"wasmjet: /dev/full: [^\n]*\n")

    def test_files_that_cannot_be_read(self):
        absent = os.path.join(FOLDER, "absent.wast")
        self.check_one_line(run(["wast", absent]), 127, "No such file")
        good = write(self.GOOD, "good.wast")
        counts = "2 pass, 0 fail, 0 unsupported"
        self.check(run(["wast", absent, good]), 127, f"{good}: {counts}\ntotal: {counts}\n", r"[^\n]*No such file[^\n]*\n")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as FOLDER:
        unittest.main()
