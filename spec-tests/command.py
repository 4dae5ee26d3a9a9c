"""Runs the wasmjet command for tests. The environment gives WASMJET (the command), WASMJET_TESTDATA (a
folder, may be absent), WASMJET_TIER (for --tier), WASMJET_INTERPRET (see MIXED), WASMJET_SANITIZED (1 for
builds that are slow and need much address space), WASMJET_STATIC (1 if the command goes on in another one where it
disassembles), WASMJET_ARCH (that of the command) and WASMJET_EMULATED (1 if the command runs on another architecture's
machine, more slowly)."""

import os
import platform
import shutil
import subprocess
import sys
import time
import unittest

WASMJET = os.environ.get("WASMJET", os.path.join(os.path.dirname(__file__), "../build/release/cli/wasmjet"))
TIER = os.environ.get("WASMJET_TIER", "jit")
MIXED = "WASMJET_INTERPRET" in os.environ  # then WASMJET is the command of mixed_tiers/executor.cpp
SANITIZED = os.environ.get("WASMJET_SANITIZED") == "1"
STATIC = os.environ.get("WASMJET_STATIC") == "1" and not MIXED
ARCH = os.environ.get("WASMJET_ARCH") or platform.machine()
EMULATED = os.environ.get("WASMJET_EMULATED") == "1"
ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
TESTDATA = os.environ.get("WASMJET_TESTDATA") or os.path.join(ROOT, "..", "shared")

NOT_RUN = 77  # ctest's SKIP_RETURN_CODE


def not_run(reason):
    """Ends a test program that cannot run: loudly, and not as a success."""
    print(f"NOT RUN: {reason}")
    sys.exit(NOT_RUN)


def build_c(source, module, options=("-O2",)):
    """Compiles a C program to the file `module` with wasi-libc, or ends the test program as not run."""
    clang = "clang-19"
    if shutil.which(clang) is None:
        not_run(f"{clang} is not installed")
    command = [clang, "--target=wasm32-wasi", *options, "-x", "c", "-", "-o", module]
    subprocess.run(command, input=source.encode(), check=True)


def run(arguments, stdin=subprocess.DEVNULL, timeout=120, **options):
    """Runs `wasmjet arguments...`; stdout and stderr are captured as bytes. Emulated, it may take ten times as long."""
    if EMULATED:
        timeout *= 10
    if isinstance(stdin, bytes):
        options["input"] = stdin
    else:
        options["stdin"] = stdin
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.PIPE)
    return subprocess.run([WASMJET, *arguments], timeout=timeout, check=False, **options)


class TestCase(unittest.TestCase):
    """Assertions about one run of the command."""

    def check(self, result, code, stdout=None, stderr=None):
        """`stderr` is a regular expression that all of it must match; "" for silence."""
        shown = result.stderr.decode(errors="replace") if result.stderr is not None else ""
        self.assertEqual(result.returncode, code, shown)
        if stdout is not None:
            self.assertEqual(result.stdout.decode(errors="replace"), stdout)
        if stderr is not None:
            self.assertRegex(shown, r"\A" + stderr + r"\Z")

    def check_one_line(self, result, code, reason):
        """One line on stderr that begins with "wasmjet: " and matches `reason`; nothing on stdout."""
        self.check(result, code, stdout="", stderr=r"wasmjet: [^\n]*" + reason + r"[^\n]*\n")


def seconds_of(action):
    began = time.monotonic()
    result = action()
    return time.monotonic() - began, result
