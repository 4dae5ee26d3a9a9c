#!/usr/bin/env python3
"""What `wasmjet run` does: arguments, environment, streams, folders, --invoke, --preload, inspect."""

import os
import shutil
import subprocess
import tempfile
import unittest

import wasm_builder as w
from command import STATIC, WASMJET, TestCase, run
from test_folder import FOLDER, write

I32, I64, F32, F64 = w.I32, w.I64, w.F32, w.F64

PROC_EXIT = ("proc_exit", [I32], [])
FD_WRITE = ("fd_write", [I32, I32, I32, I32], [I32])
FD_READ = ("fd_read", [I32, I32, I32, I32], [I32])


def strings_module(sizes, get):
    """Writes what args_get or environ_get put into memory, strings ended by zero bytes, to stdout."""
    body = w.i32_const(0) + w.i32_const(4) + w.call(0) + w.DROP  # [0] = count, [4] = bytes
    body += w.i32_const(1024) + w.i32_const(8192) + w.call(1) + w.DROP
    body += w.i32_const(16) + w.i32_const(8192) + w.i32_store()  # an iovec at 16
    body += w.i32_const(20) + w.i32_const(4) + w.i32_load() + w.i32_store()
    body += w.i32_const(1) + w.i32_const(16) + w.i32_const(1) + w.i32_const(24) + w.call(2) + w.DROP
    return w.start_module(body, [(sizes, [I32, I32], [I32]), (get, [I32, I32], [I32]), FD_WRITE])


def write_module(fd):
    """Writes "hello\\n" to a descriptor and exits with the errno."""
    body = w.i32_const(fd) + w.i32_const(16) + w.i32_const(1) + w.i32_const(24) + w.call(0) + w.call(1)
    data = [(16, b"\x00\x01\x00\x00\x06\x00\x00\x00"), (256, b"hello\n")]
    return w.start_module(body, [FD_WRITE, PROC_EXIT], data=data)


def prestat_module(fd):
    """Writes the guest's name (up to 64 bytes) of a preopened descriptor; exits with the errno."""
    body = w.i32_const(fd) + w.i32_const(0) + w.call(0) + w.local_set(0)
    body += w.local_get(0) + w.if_else(w.local_get(0) + w.call(3), b"")
    body += w.i32_const(fd) + w.i32_const(256) + w.i32_const(4) + w.i32_load() + w.call(1) + w.DROP
    body += w.i32_const(16) + w.i32_const(256) + w.i32_store()
    body += w.i32_const(20) + w.i32_const(4) + w.i32_load() + w.i32_store()
    body += w.i32_const(1) + w.i32_const(16) + w.i32_const(1) + w.i32_const(24) + w.call(2) + w.DROP
    module = w.Module()
    for field, params, results in (("fd_prestat_get", [I32, I32], [I32]),
                                   ("fd_prestat_dir_name", [I32, I32, I32], [I32]), FD_WRITE, PROC_EXIT):
        module.wasi(field, params, results)
    main = module.function([], [], body, local_types=[I32])
    module.memory(1)
    module.export("memory", 2)
    module.export_function("_start", main)
    return module


class Guest(TestCase):
    def test_arguments(self):
        path = write(strings_module("args_sizes_get", "args_get"), "args.wasm")
        self.check(run([path]), 0, "args.wasm\0", "")
        self.check(run([path, "a", "", "b c", "--dir", "x", "--"]), 0, "args.wasm\0a\0\0b c\0--dir\0x\0--\0", "")
        self.check(run(["--argv0=me", "--", path, "-h"]), 0, "me\0-h\0", "")
        self.check(run(["run", path, "run"]), 0, "args.wasm\0run\0", "")

    def test_environment(self):
        path = write(strings_module("environ_sizes_get", "environ_get"))
        environment = dict(os.environ, SEEN="yes", HIDDEN="no")
        self.check(run([path], env=environment), 0, "", "")
        result = run(["--env", "A=1", "--env=B=x=y", "--env", "SEEN", "--env", "ABSENT_", path], env=environment)
        self.check(result, 0, "A=1\0B=x=y\0SEEN=yes\0", "")

    def test_module_from_standard_input(self):
        self.check(run(["-"], stdin=write_module(1).encode()), 0, "hello\n", "")

    def test_streams(self):
        self.check(run([write(write_module(1))]), 0, "hello\n", "")
        self.check(run([write(write_module(2))]), 0, "", "hello\n")
        self.check(run([write(write_module(9))]), 8, "", "")  # badf

    def test_closed_stdout(self):
        path = write(write_module(1))
        for redirection, code in ((">&-", 8), (">/dev/full", 51), ("<&- >/dev/null", 0)):  # badf, nospc
            result = subprocess.run(["bash", "-c", f'"$0" "$1" {redirection}', WASMJET, path],
                                    capture_output=True, check=False)
            self.check(result, code, "", "")

    def test_limit_of_file_sizes_is_an_errno(self):
        output = os.path.join(FOLDER, "limited")
        with open(output, "wb") as file:
            file.truncate(1 << 20)
        result = subprocess.run(["bash", "-c", 'ulimit -f 1024; "$0" "$1" >>"$2"', WASMJET,
                                 write(write_module(1)), output], capture_output=True, check=False)
        self.check(result, 22, "", "")  # fbig

    def test_broken_pipe_is_an_errno(self):
        reader, writer = os.pipe()
        os.close(reader)
        self.check(run([write(write_module(1))], stdout=writer), 64, stderr="")  # pipe
        os.close(writer)

    def test_own_output_to_closed_stdout(self):
        for command in ("--help", "inspect " + write(write_module(1))):
            for redirection in (">&-", ">/dev/full"):
                result = subprocess.run(["bash", "-c", f'"$0" {command} {redirection}', WASMJET],
                                        capture_output=True, check=False)
                self.check(result, 125, "", r"wasmjet: cannot write to standard output: [^\n]+\n")
            reader, writer = os.pipe()
            os.close(reader)
            self.check(run(command.split(), stdout=writer), 125, stderr="")
            os.close(writer)

    def test_folders(self):
        path = write(prestat_module(3))
        second = write(prestat_module(4), "second.wasm")
        self.check(run([path]), 8, "")
        self.check(run(["--dir", FOLDER, path]), 0, FOLDER, "")
        self.check(run(["--dir", FOLDER + "::/data", path]), 0, "/data", "")
        self.check(run([f"--dir-ro={FOLDER}::ro", "--dir", FOLDER + "::rw", path]), 0, "ro", "")
        self.check(run([f"--dir-ro={FOLDER}::ro", "--dir", FOLDER + "::rw", second]), 0, "rw", "")


class Invoke(TestCase):
    def test_types(self):
        module = w.Module()
        for label, t in (("i32", I32), ("i64", I64), ("f32", F32), ("f64", F64), ("ref", w.FUNCREF)):
            module.export_function(label, module.function([t], [t], w.local_get(0)))
        path = write(module)
        for label, text, shown in (
            ("i32", "-1", "-1"), ("i32", "4294967295", "-1"), ("i32", "0x10", "16"),
            ("i64", "-9223372036854775808", "-9223372036854775808"), ("i64", "18446744073709551615", "-1"),
            ("f32", "0.1", "0.1"), ("f32", "-0", "-0"), ("f64", "0.1", "0.1"), ("f64", "1e300", "1e+300"),
            ("f64", "nan", "nan"), ("f64", "-inf", "-inf"), ("f64", "0x1p-3", "0.125"), ("ref", "null", "null"),
        ):
            self.check(run(["--invoke", label, path, text]), 0, shown + "\n", "")
        for label, text in (("i32", "x"), ("i32", "4294967296"), ("f64", "1,5"), ("ref", "1")):
            self.check_one_line(run(["--invoke", label, path, text]), 125, f"argument 1: '{text}' is not of type")
        self.check_one_line(run(["--invoke", "i32", path]), 125, r"0 arguments given, its type is \(i32\) -> \(i32\)")

    def test_several_results_one_a_line(self):
        module = w.Module()
        body = w.i32_const(-5) + w.i64_const(2**40) + w.f64_const(1.5)
        module.export_function("f", module.function([], [I32, I64, F64], body))
        module.export_function("g", module.function([], [], b""))
        self.check(run(["--invoke", "f", write(module)]), 0, f"-5\n{2**40}\n1.5\n", "")
        self.check(run(["--invoke=g", write(module)]), 0, "", "")

    def test_initialize_runs_first_and_start_never(self):
        module = w.Module()
        state = module.global_(I32, 1, w.i32_const(0))
        module.export_function("_initialize", module.function([], [], w.i32_const(7) + w.global_set(state)))
        module.export_function("_start", module.function([], [], w.UNREACHABLE))
        module.export_function("get", module.function([], [I32], w.global_get(state)))
        self.check(run(["--invoke", "get", write(module)]), 0, "7\n", "")

    def test_trap(self):
        module = w.Module()
        module.export_function("f", module.function([I32], [I32], w.UNREACHABLE, label="f"))
        self.check(run(["--invoke", "f", write(module), "1"]), 134, "", r"wasmjet: trap: unreachable\n  0: f \(.*\)\n")


class Preload(TestCase):
    def library(self):
        """Shares a memory, a table with one function, a global and functions on them."""
        lib = w.Module()
        lib.memory(1, 3)
        lib.table(4)
        counter = lib.global_(I32, 1, w.i32_const(40))
        add = lib.function([I32, I32], [I32], w.local_get(0) + w.local_get(1) + w.I32_ADD)
        peek = lib.function([], [I32], w.i32_const(8) + w.i32_load())
        lib.elements(1, [add])
        for field, kind, index in (("memory", 2, 0), ("table", 1, 0), ("counter", 3, counter)):
            lib.export(field, kind, index)
        lib.export_function("add", add)
        lib.export_function("peek", peek)
        return lib

    def user(self):
        module = w.Module()
        add = module.import_function("lib", "add", [I32, I32], [I32])
        peek = module.import_function("lib", "peek", [], [I32])
        module.import_memory("lib", "memory", 1, 3)
        module.import_table("lib", "table", 2)
        module.import_global("lib", "counter", I32, 1)
        body = w.i32_const(8) + w.i32_const(1) + w.i32_const(2) + w.call(add) + w.i32_store()  # memory[8] = 3
        body += w.global_get(0) + w.i32_const(2) + w.I32_ADD + w.global_set(0)                 # counter = 42
        body += w.call(peek) + w.global_get(0) + w.i32_const(1) + w.call_indirect(module.type([I32, I32], [I32]))
        module.export_function("main", module.function([], [I32], body))  # 3 + 42 through the table
        return module

    def test_everything_is_shared(self):
        lib, user = write(self.library(), "lib.wasm"), write(self.user(), "user.wasm")
        self.check(run([f"--preload=lib={lib}", "--invoke", "main", user]), 0, "45\n", "")

    def test_several_link_in_order(self):
        lib, user = write(self.library(), "lib.wasm"), write(self.user(), "user.wasm")
        last = w.Module()
        imported = last.import_function("mid", "main", [], [I32])
        last.export_function("f", last.function([], [I32], w.call(imported) + w.i32_const(1) + w.I32_ADD))
        options = ["--preload", "lib=" + lib, "--preload", "mid=" + user, "--invoke", "f"]
        self.check(run(options + [write(last)]), 0, "46\n", "")
        wrong_order = [options[2], options[3], options[0], options[1], "--invoke", "f", write(last)]
        self.check_one_line(run(wrong_order), 126, r"user\.wasm: link error: .*lib")

    def test_a_library_is_initialized(self):
        lib = w.Module()
        state = lib.global_(I32, 1, w.i32_const(0))
        lib.export_function("_initialize", lib.function([], [], w.i32_const(7) + w.global_set(state)))
        lib.export_function("get", lib.function([], [I32], w.global_get(state)))
        user = w.Module()
        get = user.import_function("lib", "get", [], [I32])
        user.export_function("f", user.function([], [I32], w.call(get)))
        options = ["--preload", "lib=" + write(lib, "lib.wasm"), "--invoke", "f"]
        self.check(run([*options, write(user)]), 0, "7\n", "")

    def test_mismatches_are_explained(self):
        lib = write(self.library(), "lib.wasm")
        module = w.Module()
        module.import_function("lib", "add", [I64, I64], [I64])
        module.export_function("_start", module.function([], [], b""))
        self.check_one_line(run(["--preload", "lib=" + lib, write(module)]), 126,
                            r"link error: .*add.*\(i64, i64\) -> \(i64\).*\(i32, i32\) -> \(i32\)")
        module = w.Module()
        module.import_function("lib", "ad", [I32, I32], [I32])
        module.export_function("_start", module.function([], [], b""))
        self.check_one_line(run(["--preload", "lib=" + lib, write(module)]), 126, r"link error: .*\bad\b.*\badd\b")
        module = w.Module()
        module.import_memory("lib", "memory", 2, 3)
        module.export_function("_start", module.function([], [], b""))
        self.check_one_line(run(["--preload", "lib=" + lib, write(module)]), 126, r"link error: .*memory")

    def test_errors_in_the_preloaded_file(self):
        user = write(self.user(), "user.wasm")
        self.check_one_line(run(["--preload", "lib=" + FOLDER + "/absent", "--invoke", "main", user]), 127, "absent")
        bad = write(b"\0asm", "bad.wasm")
        self.check_one_line(run(["--preload", "lib=" + bad, "--invoke", "main", user]), 126, r"bad\.wasm: malformed")


class Inspect(TestCase):
    def module(self):
        module = w.Module()
        module.wasi("proc_exit", [I32], [])
        body = w.loop(w.local_get(0) + w.i32_const(1) + w.I32_ADD + w.local_set(0) + w.local_get(0) +
                      w.i32_const(100) + w.I32_LT_S + w.br_if(0)) + w.local_get(0)
        count = module.function([I32], [I32], body, label="count")
        module.function([], [], w.i32_const(3) + w.call(count) + w.DROP)
        module.memory(1, 2)
        module.export_function("count", count)
        module.export("mem", 2)
        return module

    def test_lists(self):
        result = run(["inspect", write(self.module())])
        self.check(result, 0, stderr="")
        text = result.stdout.decode()
        for expected in ("type ", "code ", "custom ", '"name"', '"wasi_snapshot_preview1" "proc_exit"',
                         "(i32) -> ()", '"count"', "(i32) -> (i32)", '"mem"', "1..2 pages"):
            self.assertIn(expected, text)

    def test_stats(self):
        result = run(["inspect", "--stats", write(self.module())])
        self.check(result, 0, stderr="")
        stats = dict(line.split(": ", 1) for line in result.stdout.decode().splitlines())
        self.assertEqual(stats["functions"], "2")
        self.assertEqual(stats["interpreted functions"], "0")
        self.assertEqual(stats["module bytes"], str(len(self.module().encode())))
        self.assertGreater(int(stats["machine code bytes"]), 0)
        for key in ("decode time", "validate time", "compile time", "compile MB/s", "code bytes",
                    "machine code bytes per code byte"):
            self.assertIn(key, stats)

    def test_disassembly(self):
        path = write(self.module())
        whole = run(["inspect", "--disasm", path])
        self.check(whole, 0, stderr="")
        self.assertIn(b"func[1] <count>", whole.stdout)
        self.assertIn(b"func[2]", whole.stdout)
        for function in ("1", "count"):
            one = run(["inspect", "--disasm", path, function])
            self.check(one, 0, stderr="")
            text = one.stdout.decode()
            self.assertNotIn("func[2] <", text)
            self.assertRegex(text, r"0x[0-9a-f]+: br_if 0\n")
            self.assertIn("L1", text)
            self.assertIn("ret", text)
        self.check_one_line(run(["inspect", "--disasm", path, "0"]), 125, "no defined function 0")
        self.check_one_line(run(["inspect", "--disasm", path, "absent"]), 125, "no defined function named 'absent'")

    def test_disassembly_for_either_architecture(self):
        path = write(self.module())
        for target, expected in (("x64", b"push rbp"), ("a64", b"stp x29, x30, [sp, #-0x10]!")):
            for arguments in (["--target", target, path, "count"], [path, "count", "--target=" + target]):
                listing = run(["inspect", "--disasm", *arguments])
                self.check(listing, 0, stderr="")
                self.assertIn(expected, listing.stdout)
        self.assertEqual(run(["inspect", "--disasm", "--target", "vax", path]).returncode, 125)
        self.check_one_line(run(["inspect", "--target", "a64", path]), 125, "--target is for --disasm")

    @unittest.skipUnless(STATIC, "the command can load libraries itself")
    def test_disassembly_without_the_command_that_loads_libraries(self):
        path = write(self.module())
        with tempfile.TemporaryDirectory() as folder:
            alone = shutil.copy(WASMJET, folder)
            for arguments in (["inspect", "--disasm", path], ["profile", "--annotate", "count", path]):
                result = subprocess.run([alone, *arguments], capture_output=True, timeout=60, check=False)
                self.check_one_line(result, 125, "cannot disassemble without .*/libexec/wasmjet-dynamic/wasmjet: No such file")
            self.assertEqual(subprocess.run([alone, "inspect", path], capture_output=True, check=False).returncode, 0)

    def test_disassembly_with_closed_descriptors(self):
        """They stay closed in whichever program disassembles."""
        path = write(self.module())
        for stream, code in (("<&-", 0), ("2>&-", 0), (">&-", 125)):
            shell = ["sh", "-c", f'exec "$0" inspect --disasm "$1" {stream}', WASMJET, path]
            result = subprocess.run(shell, capture_output=True, stdin=subprocess.DEVNULL, timeout=60, check=False)
            self.assertEqual(result.returncode, code, (stream, result.stderr))

    def test_functions_that_are_interpreted(self):
        """A vector cannot be compiled yet: such a function is interpreted, unless --tier jit forbids it."""
        path = write(b"""(func $vector (param i32) (result i32) (local v128) local.get 0 i32.const 1 i32.add)
                         (func $plain (export "run") (param i32) (result i32) local.get 0 call $vector)""", "m.wat")
        stats = run(["inspect", "--stats", path])
        self.check(stats, 0, stderr="")
        self.assertIn(b"\nfunctions: 2\ninterpreted functions: 1\n", stats.stdout)
        listing = run(["inspect", "--disasm", path])
        self.check(listing, 0, stderr="")
        self.assertTrue(listing.stdout.startswith(b"func[0] <func[0]>: interpreted\nfunc[1] <func[1]>: "), listing.stdout)
        self.check(run(["--invoke", "run", path, "41"]), 0, "42\n", "")
        self.check(run(["--tier", "interp", "--invoke", "run", path, "41"]), 0, "42\n", "")
        self.check_one_line(run(["--tier", "jit", "--invoke", "run", path, "41"]), 126,
                            "unsupported: function 0: a local of type v128 is not compiled yet")


if __name__ == "__main__":
    unittest.main()
