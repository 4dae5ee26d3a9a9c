#!/usr/bin/env python3
"""What perf(1) makes of `run --perf`: names of functions with their shares, and annotated code."""

import glob
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import profiled_program
from command import WASMJET, TestCase, not_run

FOLDER = None
PROGRAM = None
TIMES = "400000000"  # about a second


def perf(*arguments, check=True):
    return subprocess.run(["perf", *arguments], cwd=FOLDER, capture_output=True, text=True, timeout=250, check=check,
                          stdin=subprocess.DEVNULL, env={**os.environ, "HOME": FOLDER, "DEBUGINFOD_URLS": ""})


def require():
    """Ends the test program as NOT RUN where there is no perf, or where it may not measure."""
    if shutil.which("perf") is None:
        not_run("perf is not installed (Debian: linux-perf)")
    # The event that needs no hardware.
    tried = perf("record", "-q", "-e", "cpu-clock", "-o", "tried.data", "true", check=False)
    if tried.returncode != 0:
        not_run(f"perf may not measure here: {tried.stderr.strip()}")


def shares(data):
    """{symbol: share in percent} of what was executed."""
    lines = perf("report", "-i", data, "--stdio", "--sort", "symbol").stdout.splitlines()
    found = [re.match(r" *([0-9.]+)% +\[\.\] (\S+)", line) for line in lines]
    return {match[2]: float(match[1]) for match in found if match}


def remove(path):
    if os.path.exists(path):
        os.unlink(path)


class Perf(TestCase):
    def record(self, mode, *options):
        data = f"{mode}.data"
        perf("record", "-q", *options, "-e", "cpu-clock", "-o", data, WASMJET, "--perf", mode, PROGRAM, TIMES)
        for pid in set(perf("script", "-i", data, "-F", "pid").stdout.split()):
            self.addCleanup(remove, f"/tmp/perf-{pid}.map")
        return data

    def check_shares(self, found):
        self.assertGreater(found["hot"], 50, found)
        self.assertEqual(max(found, key=found.get), "hot", found)

    def test_report_by_the_map(self):
        self.check_shares(shares(self.record("map")))

    def test_callers_are_named(self):
        """Compiled functions have frame pointers, so perf finds the callers of hot()."""
        data = self.record("map", "-g")
        script = perf("script", "-i", data, "-F", "comm,ip,sym").stdout
        stacks = [re.findall(r"^\s+[0-9a-f]+ (\S+)", stack, re.MULTILINE) for stack in script.split("\n\n")]
        of_hot = [stack for stack in stacks if stack and stack[0] == "hot"]
        self.assertTrue(of_hot)
        full = [stack for stack in of_hot if "main" in stack and "_start" in stack and "wasmjet_enter" in stack]
        self.assertGreater(len(full), len(of_hot) / 2)
        self.assertTrue(any(stack[:3] == ["hot", "warm", "main"] for stack in of_hot))

    def test_inject_and_annotate(self):
        data = self.record("jitdump", "-k", "1")
        perf("inject", "--jit", "-i", data, "-o", "injected.data")
        self.check_shares(shares("injected.data"))
        text = perf("annotate", "-i", "injected.data", "--stdio", "-l", "hot").stdout
        # A summary of lines; then instructions, with their shares.
        lines = {int(m[2]): float(m[1]) for m in re.finditer(r"^ *([0-9.]+) +profiled\.c:(\d+)", text, re.MULTILINE)}
        loop = range(profiled_program.line_of("for (unsigned"), profiled_program.line_of("return h") + 1)
        self.assertGreater(sum(share for line, share in lines.items() if line in loop), 90, text)
        measured = re.findall(r"^ +([0-9.]+) :\s+[0-9a-f]+:\s+\w+", text, re.MULTILINE)
        self.assertGreater(sum(float(share) > 0 for share in measured), 3, text)

    def tearDown(self):
        for path in glob.glob(os.path.join(FOLDER, "jit-*.dump")):
            os.unlink(path)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as FOLDER:
        require()
        PROGRAM = os.path.join(FOLDER, "program.wasm")
        profiled_program.build(PROGRAM)
        unittest.main()
