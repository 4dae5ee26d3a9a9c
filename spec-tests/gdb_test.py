#!/usr/bin/env python3
"""What gdb(1) sees of compiled code with `run --gdb`: functions, lines, and the stack through them. Emulated, it is
connected to the emulator's stub."""

import os
import re
import shutil
import socket
import subprocess
import tempfile
import unittest

import profiled_program
from command import ARCH, EMULATED, WASMJET, TestCase, not_run

FOLDER = None
PROGRAM = None
PLAIN = None
FRAME = re.compile(r"^#(\d+) +(?:0x[0-9a-f]+ in )?(.+?) \(.*?\)(?: at (\S+))?(?: from .*)?$", re.MULTILINE)


GDB = "gdb-multiarch" if EMULATED else "gdb"


def run_gdb(commands, program=()):
    settings = ["set confirm off", "set pagination off", "set width 0", "set breakpoint pending on",
                "set debuginfod enabled off", "handle SIGSEGV nostop noprint pass"]
    command = [GDB, "-nx", "-q", "-batch"]
    for line in settings + commands:
        command += ["-ex", line]
    if program:
        command += ["--args", *program]
    result = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, timeout=250, check=True,
                            stdin=subprocess.DEVNULL)
    return result.stdout + result.stderr


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def gdb(commands, arguments):
    """Runs commands in gdb, which has `wasmjet arguments...` as its program; returns all that is printed."""
    if not EMULATED:
        return run_gdb(commands, [WASMJET, *arguments])
    with open(WASMJET, encoding="utf-8") as script:
        program = script.read().split()[-2]  # the emulator, the program's file, "$@"
    port = free_port()
    connect = [f"file {program}", "set sysroot /usr/aarch64-linux-gnu", f"target remote 127.0.0.1:{port}"]
    with subprocess.Popen([WASMJET, *arguments], cwd=FOLDER, env={**os.environ, "QEMU_GDB": str(port)},
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as emulator:
        try:
            # It waits for gdb before the first instruction.
            return run_gdb([*connect, *("continue" if command == "run" else command for command in commands)])
        finally:
            emulator.kill()


def require():
    """Ends the test program as NOT RUN where there is no gdb, or where it may not start a program."""
    if shutil.which(GDB) is None:
        not_run(f"{GDB} is not installed")
    if EMULATED:
        return
    tried = subprocess.run([GDB, "-nx", "-q", "-batch", "-ex", "run", "--args", "true"], capture_output=True,
                           text=True, check=False)
    if "exited normally" not in tried.stdout:
        not_run(f"gdb may not start a program here: {(tried.stdout + tried.stderr).strip()}")


def frames(text):
    """[(function, place or "")] of the backtraces in it, innermost first."""
    return [(m[2], m[3] or "") for m in FRAME.finditer(text)]


def place(text):
    return f"src/profiled.c:{profiled_program.line_of(text)}"


class Gdb(TestCase):
    def assert_in_order(self, found, expected):
        """Frames of these functions are in the backtrace, in this order; a place of None does not matter."""
        rest = iter(found)
        for function, where in expected:
            match = any(name == function and where in (None, at) for name, at in rest)
            self.assertTrue(match, f"{function} at {where} is not where it should be in {found}")

    def test_stack_in_a_function_of_the_host(self):
        """From a system call of the C library through WASI's functions, Wasm and the entry to main()."""
        stop = ["catch syscall writev", "run"]
        if EMULATED:  # whose stub has no such thing
            stop = ["break __stdio_write", "run", "rbreak HostCallback::run_target.*add_to_linker", "continue"]
        found = frames(gdb([*stop, "bt"], ["--gdb", PROGRAM, "1000"]))
        host = next((name for name, _ in found if "HostCallback::run_target" in name), "a host function")
        self.assert_in_order(found, [(host, ""), ("wasmjet_host_stub(i32,i32,i32,i32)->(i32)", ""),
                                     ("__wasi_fd_write", None), ("printf", None), ("main", place('printf("%u'))])
        self.assert_in_order(found, [("_start", None), ("wasmjet_enter", ""), ("main", "")])
        self.assertEqual(found[-1], ("main", ""))  # the command's own

    def test_stack_in_a_compiled_function(self):
        text = gdb(["break hot", "run", "bt", "continue", "bt"], ["--gdb", PROGRAM, "1000"])
        self.assertRegex(text, r"Breakpoint 1, (0x\w+ in )?hot \(\)")
        found = frames(text)
        second = found.index(("main", "")) + 1
        for part, callers in ((found[:second], []), (found[second:], [("warm", place("return hot"))])):
            self.assertEqual(part[0][0], "hot")
            self.assert_in_order(part[:2], [("hot", None), *callers][:2])
            self.assert_in_order(part, [*callers, ("main", None), ("_start", None), ("wasmjet_enter", ""), ("main", "")])
        self.assertIn(("main", place("unsigned sum")), found[:second])
        self.assertIn(("main", place("sum += warm")), found[second:])

    def test_break_at_a_line_and_step(self):
        first, second = profiled_program.line_of("unsigned sum"), profiled_program.line_of("sum += warm")
        text = gdb([f"break profiled.c:{first}", "run", "next", "bt", "finish"], ["--gdb", PROGRAM, "1000"])
        self.assertRegex(text, rf"Breakpoint 1, main \(\) at src/profiled\.c:{first}")
        self.assertIn(("main", f"src/profiled.c:{second}"), frames(text)[:1])
        self.assertRegex(text, r"\n__main_void \(\) at ")

    def test_registers_of_the_host_survive(self):
        """What main() of the command keeps in registers is found again above the compiled frames."""
        names = ["rsp", "rbx", "rbp", "r12", "r13", "r14", "r15"]
        if ARCH == "aarch64":
            names = ["sp", "x29", *(f"x{number}" for number in range(19, 29)), *(f"d{n}.u" for n in range(8, 16))]
        show = ["frame function wasmjet::Func::call", *(f"print/x ${name}" for name in names)]
        text = gdb(["break wasmjet::invoke", "run", *show, "delete", "break hot", "continue", *show],
                   ["--gdb", PROGRAM, "1000"])
        values = re.findall(r"^\$\d+ = (0x\w+)$", text, re.MULTILINE)
        self.assertEqual(len(values), 2 * len(names), text)
        self.assertEqual(dict(zip(names, values)), dict(zip(names, values[len(names):])))

    def test_without_debug_information_lines_are_offsets(self):
        text = gdb(["break hot", "run", "bt"], ["--gdb", PLAIN, "1000"])
        names = dict(reversed(frames(text)))
        match = re.fullmatch(r"<plain\.wasm>:(\d+)", names["hot"])
        self.assertTrue(match, text)
        self.assertLess(int(match[1]), os.path.getsize(PLAIN))
        self.assertIn("_start", names)

    def test_without_the_option_nothing_is_registered(self):
        text = gdb(["break __jit_debug_register_code", "run"], [PROGRAM, "1000"])
        self.assertIn("exited normally", text)
        self.assertNotRegex(text, "Breakpoint 1, ")
        text = gdb(["break __jit_debug_register_code", "run"], ["--gdb", PROGRAM, "1000"])
        self.assertRegex(text, "Breakpoint 1, ")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as FOLDER:
        require()
        PROGRAM = os.path.join(FOLDER, "program.wasm")
        PLAIN = os.path.join(FOLDER, "plain.wasm")
        profiled_program.build(PROGRAM)
        profiled_program.build(PLAIN, ("-O2",))
        unittest.main()
