#!/usr/bin/env python3
"""harness_test.py LAUNCHER: tests of the benchmark harness with engines that are shell commands."""
import contextlib
import io
import sys
import unittest

from harness import engines, report, runner, wasm_module
from harness.kernels import Kernel

LAUNCHER = sys.argv.pop() if len(sys.argv) > 1 else ""


class Shell:
    """An engine whose kernels are shell scripts by name."""

    def __init__(self, name, scripts):
        self.name, self.version, self.scripts = name, "1", scripts

    def command(self, kernel, arguments):
        script = self.scripts.get(kernel.name, "true")
        return None if script is None else ["sh", "-c", script, *arguments]


def run(engines, names, timeout=20):
    kernels = [Kernel(name, "", None, []) for name in names]
    with contextlib.redirect_stderr(io.StringIO()):
        return runner.run_all(LAUNCHER, engines, kernels, Kernel("empty", "", None, []), 1, timeout, "wall")


class RunnerTest(unittest.TestCase):
    def test_right_outputs_are_timed(self):
        results = run([Shell("native", {"k": "echo 1"}), Shell("other", {"k": "echo 1; sleep 0.2"})], ["k"])
        self.assertEqual(results.failures, {})
        self.assertEqual(results.common(), ["k"])
        self.assertGreater(report.ratio(results, "k", ("other", "native")), 1)
        self.assertGreater(results.resident["native"], 100)

    def test_output_unlike_the_native_twins_is_a_failure(self):
        results = run([Shell("other", {"k": "echo 2"}), Shell("native", {"k": "echo 1"})], ["k"])
        self.assertIn("wrong output", results.failures["k", "other"])
        self.assertNotIn(("k", "native"), results.failures)
        self.assertEqual(results.common(), [])
        self.assertIsNone(report.ratio(results, "k", ("other", "native")))

    def test_failures_are_named_and_leave_the_others(self):
        scripts = {"exits": "echo why >&2; exit 3", "dies": "kill -SEGV $$", "none": None, "right": "echo 1"}
        good = Shell("native", {"right": "echo 1"})
        results = run([Shell("other", scripts), good], sorted(scripts))
        self.assertEqual(results.failures["exits", "other"], "exit code 3: why")
        self.assertEqual(results.failures["dies", "other"], "signal 11")
        self.assertEqual(results.failures["none", "other"], "no native twin")
        self.assertEqual(results.common(), ["right"])

    def test_timeout(self):
        results = run([Shell("native", {"k": "exec sleep 30"})], ["k"], timeout=1)
        self.assertEqual(results.failures["k", "native"], "timeout after 1 s")

    def test_an_engine_that_cannot_start_anything(self):
        results = run([Shell("native", {"empty": "exit 1", "k": "exit 1"})], ["k"])
        self.assertIn(("empty", "native"), results.failures)
        report.print_startup(results)
        report.print_times(results)
        report.print_ratios(results)


class EnginesTest(unittest.TestCase):
    """The peers are this script's interpreter, which prints a version."""

    def test_a_peer_at_a_given_path(self):
        missing = []
        found = engines.find_peers({"wasm3": sys.executable}, missing)
        self.assertEqual(missing, [])
        peer = next(e for e in found if e.name == "wasm3")
        self.assertIn("Python", peer.version)
        self.assertEqual(peer.command(Kernel("k", "k.wasm", None, []), ["7"]), [sys.executable, "k.wasm", "7"])

    def test_peers_that_do_not_run_or_are_not_known_are_missing(self):
        missing = []
        found = engines.find_peers({"wasm3": "/nonexistent/wasm3", "wasm4": sys.executable}, missing)
        self.assertNotIn("wasm3", [e.name for e in found])
        self.assertEqual(sorted(line.split(":")[0] for line in missing), ["wasm3", "wasm4"])

    def test_interpreters_are_compared_with_each_other(self):
        missing = []
        found = engines.find_interpreters(sys.executable, {"wizeng": sys.executable}, missing)
        names = [e.name for e in found]
        self.assertEqual(missing, [])
        self.assertEqual(names[0], "wasmjet-interp")
        self.assertIn("wizeng", names)
        self.assertNotIn("wasmjet", names)
        self.assertIn(("wasmjet-interp", "wizeng"), report.ratio_pairs(names))

    def test_both_tiers_against_each_other_once(self):
        pairs = report.ratio_pairs(["wasmjet", "wasmjet-interp", "native"])
        self.assertEqual(pairs, [("wasmjet", "wasmjet-interp"), ("wasmjet", "native"), ("wasmjet-interp", "native")])


class WasmTest(unittest.TestCase):
    def test_leb128(self):
        for value in (0, 1, 127, 128, 624485, 2**32 - 1):
            self.assertEqual(wasm_module.Reader(wasm_module.leb(value)).leb(), value)
        for value in (0, 63, 64, -64, -65, -1, 2**31 - 1, -(2**31)):
            self.assertEqual(wasm_module.Reader(wasm_module.signed_leb(value)).signed_leb(), value)

    def test_bodies_are_split_and_joined(self):
        body = bytes([0, 0x41, 0xE8, 7, 0x10, 0, 0x1A, 0x0B])  # i32.const 1000, call 0, drop
        parts = wasm_module.parse_body(wasm_module.Reader(body), len(body))
        self.assertEqual([p for p in parts if not isinstance(p, bytes)], [("constant", 1000), ("function", 0)])

    def test_geometric_mean(self):
        self.assertAlmostEqual(report.geometric_mean([1, 4]), 2)


if __name__ == "__main__":
    unittest.main(buffer=True)
