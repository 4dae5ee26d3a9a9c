#!/usr/bin/env python3
"""The compiler emits what the golden files say, each file has its source, and every instruction that is
executed stands in one. usage: golden_test.py Files|Coverage; GOLDEN_LISTING names the tool."""

import difflib
import os
import sys
import unittest

import golden_files

HINT = "if this is what you want: scripts/update-golden, look at the difference, commit it"


class Files(unittest.TestCase):
    maxDiff = None

    def test_code_is_as_in_the_files(self):
        expected = {}
        for name in golden_files.names():
            expected.update(golden_files.expected_files(name))
        problems = []
        for path, text in sorted(expected.items()):
            shown = os.path.relpath(path, golden_files.ROOT)
            if not os.path.exists(path):
                problems.append(f"{shown} is missing")
                continue
            with open(path, encoding="utf-8") as file:
                old = file.read()
            problems.extend(difflib.unified_diff(old.splitlines(), text.splitlines(), shown, "emitted now", lineterm=""))
        for path in sorted(golden_files.present_files() - set(expected)):
            problems.append(f"{os.path.relpath(path, golden_files.ROOT)} has no source in spec-tests/golden/src "
                            "or says what the other file of its name says")
        if problems:
            self.fail("\n".join(["", *problems, HINT]))

    def test_there_are_sources(self):
        self.assertGreater(len(golden_files.names()), 20)


class Coverage(unittest.TestCase):
    def test_every_executed_instruction_is_shown(self):
        shown = set()
        for name in golden_files.names():
            shown.update(golden_files.tool("opcodes", golden_files.source(name)).split())
        executed = set(golden_files.tool("executed").split())
        self.assertGreater(len(executed), 190)
        self.assertEqual(executed - shown, set(), "add them to a file of spec-tests/golden/src")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
