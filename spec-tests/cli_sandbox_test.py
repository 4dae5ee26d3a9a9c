#!/usr/bin/env python3
"""`--sandbox`: what the running process has given up, and what happens where the kernel cannot take it."""

import os
import subprocess
import tempfile
import unittest

import strace
import wasm_builder as w
from command import SANITIZED, WASMJET, TestCase, not_run, run

FOLDER = None
I32 = w.I32
FD_READ = ("fd_read", [I32] * 4, [I32])
NO_LANDLOCK = "landlock_create_ruleset:error=ENOSYS"
NO_SECCOMP = "seccomp:error=EINVAL"


def blocked_module(name="m.wasm", start_function=False):
    """Reads one byte of standard input, so that the process can be looked at meanwhile."""
    body = w.i32_const(0) + w.i32_const(16) + w.i32_const(1) + w.i32_const(24) + w.call(0) + w.DROP
    data = [(16, b"\x00\x01\x00\x00\x01\x00\x00\x00")]
    module = w.start_module(b"" if start_function else body, [FD_READ], data=data)
    if start_function:
        module.start(module.function([], [], body))
    path = os.path.join(FOLDER, name)
    with open(path, "wb") as out:
        out.write(module.encode())
    return path


def status_of_blocked(arguments):
    """/proc/PID/status of every thread of a run that waits for its standard input."""
    process = subprocess.Popen([WASMJET, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    try:
        while True:  # until the guest's thread waits in readv
            with open(f"/proc/{process.pid}/syscall", encoding="ascii") as file:
                if file.read().split()[0] == "19":
                    break
        statuses = []
        for thread in os.listdir(f"/proc/{process.pid}/task"):
            with open(f"/proc/{process.pid}/task/{thread}/status", encoding="ascii") as file:
                statuses.append(dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line))
        return statuses
    finally:
        process.communicate(b"x", timeout=60)


class Sandbox(TestCase):
    def check_statuses(self, arguments, seccomp, threads=1):
        statuses = status_of_blocked(arguments)
        self.assertEqual(len(statuses), threads)
        for status in statuses:
            self.assertEqual((status["Seccomp"], status["NoNewPrivs"]), (seccomp, "0" if seccomp == "0" else "1"))

    def test_is_on_by_default(self):
        self.check_statuses([blocked_module()], "2")

    def test_is_on_in_every_thread(self):
        self.check_statuses(["--timeout=60s", blocked_module()], "2", threads=2)
        ticker = 1 if len(os.sched_getaffinity(0)) > 1 else 0
        self.check_statuses(["profile", "-o", os.devnull, blocked_module()], "2", threads=1 + ticker)

    def test_is_on_in_start_functions_and_preloads(self):
        self.check_statuses([blocked_module(start_function=True)], "2")
        path = blocked_module("preload.wasm", start_function=True)
        self.check_statuses(["--preload", f"a={path}", blocked_module()], "2")

    def test_off(self):
        self.check_statuses(["--sandbox=off", blocked_module()], "0")

    def test_says_what_it_did(self):
        path = blocked_module()
        self.check(run(["--sandbox=auto", path]), 0, "", "")
        result = run(["--sandbox=auto", "--log=info", path])
        self.check(result, 0, "", r"(?s:.*sandbox: files .*sandbox: system calls are restricted.*)")


class OldKernel(TestCase):
    """System calls that fail as if the kernel did not have them."""

    def check_traced(self, options, inject, code, stderr):
        result, _ = strace.run([*options, blocked_module()], inject=inject)
        self.check(result, code, stderr=stderr)

    def test_auto_goes_on(self):
        self.check_traced([], [NO_LANDLOCK, NO_SECCOMP], 0, "")
        self.check_traced(["--log=info"], [NO_LANDLOCK], 0, r"(?s:.*no Landlock.*calls are restricted.*)")
        self.check_traced(["--log=info"], [NO_SECCOMP], 0, r"(?s:.*sandbox: files.*calls are not restricted: seccomp.*)")

    def test_strict_fails(self):
        self.check_traced(["--sandbox=strict"], [NO_LANDLOCK], 125,
                          r"wasmjet: --sandbox strict: files are not restricted: the kernel has no Landlock\n")
        self.check_traced(["--sandbox=strict"], [NO_SECCOMP], 125,
                          r"wasmjet: --sandbox strict: system calls are not restricted: seccomp: [^\n]*\n")


class Sanitized(TestCase):
    def test_strict_fails(self):
        result = run(["--sandbox=strict", blocked_module()])
        self.check_one_line(result, 125, "--sandbox strict: not available in a build with sanitizers")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as FOLDER:
        if SANITIZED:
            unittest.main(argv=[__file__, "Sanitized"])
        if not os.path.exists("/proc/self/syscall"):
            not_run("/proc does not show system calls")
        strace.require()
        unittest.main(argv=[__file__, "Sandbox", "OldKernel"])
