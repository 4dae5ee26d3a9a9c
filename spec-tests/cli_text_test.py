#!/usr/bin/env python3
"""Modules in the text format, and `wasmjet wast`."""

import os
import tempfile
import unittest

from command import TIER, TestCase, run

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
        self.check_one_line(run(["wast", os.path.join(FOLDER, "absent.wast")]), 127, "No such file")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as FOLDER:
        unittest.main()
