#!/usr/bin/env python3
"""What `wasmjet inspect` says of a module's size and calls, and what it strips."""

import glob
import os
import re
import unittest

import wasm_builder as w
from command import TESTDATA, TIER, TestCase, not_run, run
from test_folder import path_of, write

PROGRAMS = sorted(glob.glob(os.path.join(TESTDATA, "programs", "*.wasm")) +
                  glob.glob(os.path.join(TESTDATA, "bench", "wasm", "*.wasm")))
LINE = re.compile(r" *(\d+) +\d+\.\d\d%  (.*)")


class Inspect(TestCase):
    def sizes(self, path, *options):
        """[(bytes, item)] and the sum that is printed."""
        result = run(["inspect", "--sizes", *options, path])
        self.check(result, 0, stderr="")
        lines = [LINE.fullmatch(line) for line in result.stdout.decode().splitlines()[1:]]
        items = [(int(line[1]), line[2]) for line in lines]
        self.assertRegex(items[-1][1], r"sum of \d+ items")
        return items[:-1], items[-1][0]

    def test_sizes_sum_up_to_the_file(self):
        for path in PROGRAMS:
            with self.subTest(path):
                size = os.path.getsize(path)
                for options in ([], ["--all"]):
                    items, total = self.sizes(path, *options)
                    self.assertEqual(total, size)
                    self.assertEqual(sum(n for n, _ in items), size)
                self.assertEqual([n for n, _ in items], sorted((n for n, _ in items), reverse=True))

    @unittest.skipIf(TIER == "interp", "there is no compiler")
    def test_functions(self):
        line = re.compile(r" *(\d+) +(\d+) +\d+\.\d\d +(\d+\.\d)  (.*)")
        path = os.path.join(TESTDATA, "programs", "lua.wasm")
        sums = set()
        for target in ("x64", "a64"):
            rows = {}
            for options in ([], ["--all"]):
                result = run(["inspect", "--functions", "--target", target, *options, path])
                self.check(result, 0, stderr="")
                rows[len(options)] = [line.fullmatch(text) for text in result.stdout.decode().splitlines()[1:]]
            few, every = rows[0], rows[1]
            self.assertRegex(few[-2][4], r"\.\.\. and \d+ more")
            for shown in (few, every):
                for column in (1, 2):
                    self.assertEqual(sum(int(row[column]) for row in shown[:-1]), int(shown[-1][column]))
            self.assertEqual(few[-1][1], every[-1][1])
            sizes = [int(row[1]) for row in every[:-1]]
            self.assertEqual(sizes, sorted(sizes, reverse=True))
            self.assertEqual(len(sizes), int(re.search(r"sum of (\d+) functions", every[-1][4])[1]))
            self.assertGreater(float(every[-1][3]), 0)
            # The heading of its disassembly says the same.
            index = re.match(r"func\[(\d+)\]", every[0][4])[1]
            listing = run(["inspect", "--disasm", path, index, "--target", target]).stdout.decode()
            self.assertIn(f": {sizes[0]} bytes", listing.splitlines()[0])
            sums.add(every[-1][1])
        self.assertEqual(len(sums), 2)

    def test_items(self):
        module = w.Module()
        module.memory(1)
        module.function([], [], b"\x01" * 1000, label="long one")
        module.function([], [], b"\x01" * 10)
        module.data(0, bytes(500))
        items, _ = self.sizes(write(module))
        sizes = {item: n for n, item in items}
        self.assertEqual(sizes["func[0] long one"], 1004)  # two bytes of size, one of locals, its end
        self.assertEqual(sizes["func[1]"], 13)
        self.assertEqual(sizes["data[0]"], 506)
        self.assertEqual(sizes["module header"], 8)
        self.assertIn("function names", sizes)
        self.assertIn("memory section", sizes)

    def test_sizes_of_a_broken_name_section(self):
        module = w.Module().encode() + b"\x00\x08\x04name\x01\xff\x01"
        items, total = self.sizes(write(module))
        self.assertEqual(total, len(module))
        self.assertIn((10, 'custom section "name"'), items)

    def test_what_is_left_out(self):
        module = w.Module()
        for _ in range(30):
            module.function([], [], b"")
        items, _ = self.sizes(write(module))
        self.assertEqual(len(items), 21)
        self.assertRegex(items[-1][1], r"\.\.\. and \d+ more")

    def test_strip(self):
        for path in PROGRAMS:
            with self.subTest(path):
                stripped = path_of("stripped.wasm")
                result = run(["inspect", path, "--strip", stripped])
                self.check(result, 0, stderr="")
                before, after = os.path.getsize(path), os.path.getsize(stripped)
                self.assertIn(f"{after} bytes, {before - after} less", result.stdout.decode())
                self.assertNotIn("custom", run(["inspect", stripped]).stdout.decode().split("imports:")[0])
                self.check(run(["validate", stripped]), 0, "", "")
        module = w.Module()
        module.export_function("f", module.function([], [w.I32], w.i32_const(7), label="seven"))
        stripped = path_of("stripped.wasm")
        self.check(run(["inspect", "--strip=" + stripped, write(module)]), 0, stderr="")
        self.check(run(["--tier", TIER, "--invoke", "f", stripped]), 0, "7\n", "")
        self.check_one_line(run(["inspect", "--strip", "/dev/full", write(module)]), 125, "/dev/full: No space left")

    def test_call_graph(self):
        module = w.Module()
        module.import_function("env", 'a"b', [], [])
        leaf = module.function([], [], b"", label="leaf")
        module.export_function("main", module.function([], [], w.call(leaf) + w.call(0) + w.call(leaf), label="main"))
        result = run(["inspect", "--callgraph", write(module)])
        self.check(result, 0, 'digraph calls {\n  node [shape=box];\n'
                   '  f0 [label="env.a\\"b", style=dashed];\n  f1 [label="leaf"];\n  f2 [label="main"];\n'
                   '  f2 -> f0;\n  f2 -> f1;\n}\n', "")

    def test_call_graphs_of_programs(self):
        for path in PROGRAMS:
            with self.subTest(path):
                lines = run(["inspect", "--callgraph", path]).stdout.decode().splitlines()
                nodes = {line.split()[0] for line in lines if "[label=" in line}
                edges = [line.strip(" ;").split(" [")[0].split(" -> ") for line in lines if "->" in line]
                self.assertTrue(edges)
                self.assertEqual([edge for edge in edges if not nodes.issuperset(edge)], [])

    def test_one_view_at_a_time(self):
        path = write(w.Module())
        self.check_one_line(run(["inspect", "--sizes", "--wat", path]), 125, "only one of")
        self.check_one_line(run(["inspect", path, "--strip"]), 125, "--strip")


if __name__ == "__main__":
    if not PROGRAMS:
        not_run(f"no programs in {TESTDATA}")
    unittest.main()
