#!/usr/bin/env python3
"""Exit codes and messages of the command: wrong usage, files, bad modules, linking, limits, traps."""

import os
import subprocess
import unittest

import wasm_builder as w
from command import SANITIZED, TestCase, run
from test_folder import FOLDER, write



def exit_module(status):
    return w.start_module(w.i32_const(status) + w.call(0), [("proc_exit", [w.I32], [])])


def trap_module(body):
    return w.start_module(body)


class ExitCodes(TestCase):
    def test_the_guests_own(self):
        self.check(run([write(w.start_module(b""))]), 0, "", "")
        for status in (0, 1, 7, 126, 255):
            self.check(run([write(exit_module(status))]), status, "", "")

    def test_exit_from_depth_and_from_the_start_function(self):
        module = w.Module()
        leave = module.wasi("proc_exit", [w.I32], [])
        inner = module.function([], [], w.i32_const(9) + w.call(leave))
        outer = module.function([], [], w.loop(w.call(inner)))
        module.export_function("_start", outer)
        self.check(run([write(module)]), 9, "", "")
        module.start(outer)
        self.check(run([write(module)]), 9, "", "")

    def test_not_found(self):
        self.check_one_line(run([os.path.join(FOLDER, "absent.wasm")]), 127, "absent.wasm: No such file")
        self.check_one_line(run([FOLDER]), 127, "Is a directory")
        self.check_one_line(run([""]), 127, "No such file")
        self.check_one_line(run(["validate", FOLDER]), 127, "Is a directory")
        self.check_one_line(run(["inspect", os.path.join(FOLDER, "absent")]), 127, "No such file")

    @unittest.skipIf(os.geteuid() == 0, "root reads everything")
    def test_not_readable(self):
        path = write(exit_module(0), "secret.wasm")
        os.chmod(path, 0)
        self.check_one_line(run([path]), 127, "Permission denied")

    def test_malformed(self):
        whole = exit_module(0).encode()
        reason = r"malformed: [^\n]+ at offset 0x[0-9a-f]+"
        for content in (b"", b"\0", b"\0asm", b"\0asm\x02\0\0\0", whole[:-1], whole[:40], b"MZ" * 50):
            self.check_one_line(run([write(content)]), 126, reason)
        self.check_one_line(run(["validate", write(whole[:-1])]), 126, reason)
        self.check_one_line(run(["inspect", write(whole[:-1])]), 126, reason)

    def test_invalid(self):
        path = write(trap_module(w.i64_const(1) + w.I32_EQZ + w.DROP))
        reason = r"m\.wasm: invalid: [^\n]+ at offset 0x[0-9a-f]+"
        self.check_one_line(run([path]), 126, reason)
        self.check_one_line(run(["validate", path]), 126, reason)

    def test_validate_goes_on_after_an_error(self):
        good, bad = write(exit_module(0), "good.wasm"), write(b"\0asm", "bad.wasm")
        self.check(run(["validate", good]), 0, "", "")
        self.check_one_line(run(["validate", good, bad, good]), 126, "bad.wasm: malformed")

    def test_malformed_text_modules(self):
        text = b"(module\n  (func i32.foo))"
        reason = r":2:9: malformed: unknown operator 'i32.foo', in: \(func i32.foo\)\)"
        for command in ([], ["validate"], ["inspect"]):
            self.check_one_line(run([*command, write(text, "m.wat")]), 126, r"m\.wat" + reason)
        self.check_one_line(run(["-"], stdin=text), 126, "-" + reason)
        invalid = write(b"(module\n(func (result i32)))", "m.wat")
        self.check_one_line(run([invalid]), 126, r"m\.wat:2:19: invalid: type mismatch")

    def test_missing_import(self):
        module = w.Module()
        module.import_function("env", "absent", [w.I32], [])
        main = module.function([], [], b"")
        module.export_function("_start", main)
        self.check_one_line(run([write(module)]), 126, r"m\.wasm: link error: .*absent")

    def test_import_of_another_type(self):
        module = w.start_module(b"", [("fd_write", [w.I32], [w.I32])])
        self.check_one_line(run([write(module)]), 126, r"link error: .*fd_write.*\(i32\) -> \(i32\)")

    def test_no_start(self):
        module = w.Module()
        module.export_function("run", module.function([], [], b""))
        self.check_one_line(run([write(module)]), 126, "_start.*--invoke.*run")
        self.check_one_line(run([write(b"\0asm\x01\0\0\0")]), 126, "_start")

    def test_start_of_another_type(self):
        module = w.Module()
        module.export_function("_start", module.function([w.I32], [], b""))
        self.check_one_line(run([write(module)]), 126, "_start")


class Usage(TestCase):
    def test_wrong_usage(self):
        path = write(exit_module(0))
        for arguments, reason in (
            ([], "no module"),
            (["--"], "no module"),
            (["run"], "no module"),
            (["--nonsense", path], "unknown option --nonsense"),
            (["-W", "max-memory-size=1", path], "--max-memory"),
            (["-Sinherit-env", path], "--env"),
            (["--timeout", "5", path], "'5' is not a duration"),
            (["--max-memory", "big", path], "'big' is not a size"),
            (["--fuel", "10", path], "--fuel is not available yet"),
            (["--tier", "fast", path], "'fast' is not auto, jit or interp"),
            (["--dir", os.path.join(FOLDER, "absent"), path], "absent"),
            (["--preload", "x", path], "NAME=FILE"),
            (["--invoke", "f", path], "no such function; it exports: _start"),
            (["--invoke", "_start", path, "1"], "1 arguments given"),
            (["--log", "loud", path], "'loud' is not"),
            (["validate"], "no file"),
            (["inspect"], "no module"),
            (["wast"], "no file"),
            (["wast", "--tier", "fast", "x.wast"], "'fast' is not auto, jit or interp"),
        ):
            with self.subTest(arguments=arguments):
                self.check_one_line(run(arguments), 125, reason)

    def test_help_and_version(self):
        for arguments in (["--help"], ["-h"], ["run", "--help"], ["validate", "--help"], ["inspect", "-h"]):
            result = run(arguments)
            self.check(result, 0, stderr="")
            self.assertIn(b"MODULE" if "validate" not in arguments else b"FILE", result.stdout)
        self.assertRegex(run(["--version"]).stdout.decode(), r"\Awasmjet \d+\.\d+\.\d+\n\Z")

    def test_names_from_modules_cannot_drive_the_terminal(self):
        module = w.Module()
        module.import_function("env", "\x1b[31mred\nline \x9b \u202e é", [], [])
        module.export_function("_start", module.function([], [], b""))
        result = run([write(module)])
        self.check_one_line(result, 126, "link error")
        self.assertIn("?[31mred?line \\xc2\\x9b \\xe2\\x80\\xae é", result.stderr.decode())

    def test_paths_that_are_no_text_cannot_either(self):
        result = run([b"no-such-\xff\x9b31m\xc3.wasm"])
        self.check(result, 127)
        self.assertIn(rb"no-such-\xff\x9b31m\xc3.wasm", result.stderr)


class Traps(TestCase):
    def check_trap(self, module, message, frames=r"( *\d+: [^\n]+ \(m\.wasm\+0x[0-9a-f]+\)\n|  \.\.\.\n)+"):
        self.check(run([write(module)]), 134, "", "wasmjet: trap: " + message + "\n" + frames)

    def test_messages(self):
        zero = w.i32_const(0)
        self.check_trap(trap_module(w.UNREACHABLE), "unreachable")
        self.check_trap(trap_module(w.i32_const(65536) + w.i32_load() + w.DROP), "out of bounds memory access")
        self.check_trap(trap_module(w.i32_const(-4) + w.i32_load(2**32 - 4) + w.DROP), "out of bounds memory access")
        self.check_trap(trap_module(w.i32_const(1) + zero + w.I32_DIV_S + w.DROP), "integer divide by zero")
        self.check_trap(trap_module(w.i32_const(-2**31) + w.i32_const(-1) + w.I32_DIV_S + w.DROP), "integer overflow")
        self.check_trap(trap_module(w.f32_const(1e30) + w.I32_TRUNC_F32_S + w.DROP), "integer overflow")
        self.check_trap(trap_module(w.f32_const(float("nan")) + w.I32_TRUNC_F32_S + w.DROP),
                        "invalid conversion to integer")
        self.check_trap(trap_module(zero + zero + w.i32_const(65537) + w.MEMORY_FILL), "out of bounds memory access")

    def test_indirect_calls(self):
        for index, message in ((1, r"uninitialized element[^\n]*"), (5, "undefined element"),
                               (0, "indirect call type mismatch")):
            module = w.Module()
            main = module.function([], [], w.i32_const(7) + w.i32_const(index) + w.call_indirect(module.type([w.I32], [])))
            module.table(2)
            module.elements(0, [main])
            module.export_function("_start", main)
            self.check_trap(module, message)

    def test_stack_overflow(self):
        module = w.Module()
        main = module.function([], [], w.call(0) + w.NOP, label="deep")
        module.export_function("_start", main)
        self.check_trap(module, "call stack exhausted")
        path = write(module)
        for stack in ("64KiB", "8MiB", "1GiB"):
            self.assertEqual(run(["--max-stack", stack, path]).returncode, 134)
        if not SANITIZED:
            for kilobytes in ("512", "unlimited"):
                result = subprocess.run(["bash", "-c", f"ulimit -s {kilobytes}; exec \"$0\" \"$1\"",
                                         os.environ["WASMJET"], path], capture_output=True, check=False)
                self.check(result, 134, "", r"wasmjet: trap: call stack exhausted\n(.*\n)+")

    def test_backtrace(self):
        module = w.Module()
        inner = module.function([], [], w.NOP + w.UNREACHABLE, label="inner")
        middle = module.function([], [], w.NOP + w.NOP + w.call(inner) + w.NOP)
        outer = module.function([], [], w.call(middle) + w.NOP, label="outer one")
        module.export_function("_start", outer)
        encoded = module.encode()
        place = [encoded.index(body) for body in (b"\x01\x00\x0b", b"\x01\x01\x10\x00", b"\x10\x01\x01")]
        self.check(run([write(module)]), 134, "",
                   "wasmjet: trap: unreachable\n"
                   rf"  0: inner \(m\.wasm\+{place[0] + 1:#x}\)" "\n"
                   rf"  1: func\[1\] \(m\.wasm\+{place[1] + 2:#x}\)" "\n"
                   rf"  2: outer one \(m\.wasm\+{place[2]:#x}\)" "\n")

    def test_trap_during_instantiation(self):
        module = trap_module(b"")
        module.data(65535, b"xx")
        self.check(run([write(module)]), 134, "", r"wasmjet: trap: out of bounds memory access\n(.*\n)*")


class Limits(TestCase):
    def test_max_memory(self):
        module = w.Module()
        module.memory(2)
        module.export_function("grow", module.function([w.I32], [w.I32], w.local_get(0) + w.MEMORY_GROW))
        path = write(module)
        self.check(run(["--invoke", "grow", path, "10"]), 0, "2\n", "")
        self.check(run(["--max-memory=256KiB", "--invoke", "grow", path, "2"]), 0, "2\n", "")
        self.check(run(["--max-memory=256KiB", "--invoke", "grow", path, "3"]), 0, "-1\n", "")
        self.check_one_line(run(["--max-memory=64KiB", "--invoke", "grow", path, "3"]), 126, "link error: ")

    @unittest.skipIf(SANITIZED, "AddressSanitizer itself needs more address space")
    def test_little_address_space(self):
        module = w.start_module(w.i32_const(100) + w.MEMORY_GROW + w.DROP + w.i32_const(6_000_000) + w.i32_load() +
                                w.call(0), [("proc_exit", [w.I32], [])])
        path = write(module)
        command = "ulimit -v 4000000; exec \"$0\" \"$@\""
        result = subprocess.run(["bash", "-c", command, os.environ["WASMJET"], path], capture_output=True, check=False)
        self.check(result, 0, "", "")
        out = trap_module(w.i32_const(65536) + w.i32_load() + w.DROP)
        result = subprocess.run(["bash", "-c", command, os.environ["WASMJET"], write(out)],
                                capture_output=True, check=False)
        self.check(result, 134, "", r"wasmjet: trap: out of bounds memory access\n(.*\n)*")
        huge = w.start_module(b"", pages=65536)
        result = subprocess.run(["bash", "-c", command, os.environ["WASMJET"], write(huge)],
                                capture_output=True, check=False)
        self.check_one_line(result, 126, "link error: .*memory")


if __name__ == "__main__":
    unittest.main()
