#!/usr/bin/env python3
"""Backtraces of traps name the lines of C programs that were compiled with debug information."""

import os
import random
import re
import tempfile
import unittest

from command import SANITIZED, TIER, TestCase, build_c, run

FOLDER = None
SOURCE = """\
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((noinline)) static int divide(int a, int b) {
  int sum = a + b;
  return sum / b;
}

__attribute__((noinline)) static int load(int *place) {
  return *place;
}

static inline int inlined(int a, int b) {
  if (b == 7)
    __builtin_trap();
  return a ^ b;
}

static int compare(const void *a, const void *b) {
  return divide(*(const int *)a, *(const int *)b);
}

int main(int argc, char **argv) {
  int numbers[2] = {0, 0};
  switch (atoi(argv[1])) {
  case 1:
    printf("%d",
           divide(argc, argc - 2));
    break;
  case 2:
    printf("%d", load((int *)(argc - 100)));
    break;
  case 3:
    printf("%d", inlined(argc, argc + 5));
    break;
  case 4:
    qsort(numbers, 2, sizeof *numbers, compare);
    break;
  }
}
"""
VARIANTS = [(level, version) for level in ("-O0", "-O2") for version in (4, 5)]
FRAME = re.compile(r" *\d+: (\S+) \(\S+\+0x[0-9a-f]+\)(?: at (.*))?")


def line_of(text):
    """The number of the one line of the program that begins with `text`."""
    numbers = [n for n, line in enumerate(SOURCE.splitlines(), 1) if line.strip().startswith(text)]
    assert len(numbers) == 1, (text, numbers)
    return numbers[0]


def build(level, version):
    """The path of the test program's module; compiled at the first call."""
    path = os.path.join(FOLDER, f"program{level}.{version}.wasm")
    if not os.path.exists(path):
        # The line directive gives the program a name that does not depend on this test's folder.
        build_c('#line 1 "src/program.c"\n' + SOURCE, path, (level, f"-gdwarf-{version}", "-w"))
    return path


class SourceLines(TestCase):
    def frames(self, module, *arguments):
        """[(function, place or None)] of a trap's backtrace, innermost first."""
        result = run(["--tier", TIER, module, *arguments])
        self.assertEqual(result.returncode, 134, result.stderr)
        lines = result.stderr.decode().splitlines()
        self.assertTrue(lines[0].startswith("wasmjet: trap: "), lines)
        matches = [FRAME.fullmatch(line) for line in lines[1:]]
        self.assertTrue(all(matches), lines)
        return [match.groups() for match in matches]

    def places(self, case):
        """For every variant: the places within the program's own source."""
        for level, version in VARIANTS:
            with self.subTest(level=level, version=version):
                found = self.frames(build(level, version), str(case))
                yield level, [(name, place) for name, place in found if place and place.startswith("src/program.c:")]

    def assert_place(self, frame, function, text, column=r"\d+"):
        self.assertEqual(frame[0], function)
        self.assertRegex(frame[1], rf"^src/program\.c:{line_of(text)}:{column}$")

    def test_division(self):
        for _, found in self.places(1):
            self.assert_place(found[0], "divide", "return sum", 14)
            self.assert_place(found[1], "main", "divide(argc", 12)  # the call, in the middle of a statement

    def test_memory(self):
        for _, found in self.places(2):
            self.assert_place(found[0], "load", "return *place", 10)
            self.assert_place(found[1], "main", 'printf("%d", load', 18)

    def test_inlined_code_is_where_it_was_written(self):
        for level, found in self.places(3):
            self.assert_place(found[0], "inlined" if level == "-O0" else "main", "__builtin_trap")
            if level == "-O0":
                self.assert_place(found[1], "main", 'printf("%d", inlined')

    def test_through_the_library(self):
        for _, found in self.places(4):
            self.assert_place(found[0], "divide", "return sum")
            self.assert_place(found[1], "compare", "return divide")
            self.assert_place(found[-1], "main", "qsort")

    def test_without_debug_information(self):
        path = os.path.join(FOLDER, "plain.wasm")
        build_c(SOURCE, path, ("-O2", "-s", "-w"))
        self.assertTrue(all(place is None for _, place in self.frames(path, "1")))

    def test_names_cannot_drive_the_terminal(self):
        path = os.path.join(FOLDER, "escape.wasm")
        build_c('#line 1 "x\\033[31m\\n.c"\n' + SOURCE, path, ("-O2", "-g", "-w"))
        self.assertEqual(self.frames(path, "1")[0][1], r"x\x1b[31m\x0a.c:7:14")

    def test_broken_sections_do_no_harm(self):
        with open(build("-O2", 5), "rb") as file:
            sound = file.read()
        debug = sound.index(b".debug_")  # nothing behind it is code
        path = os.path.join(FOLDER, "broken.wasm")
        for seed in range(40 if SANITIZED else 200):
            rng = random.Random(seed)
            module = bytearray(sound)
            at = module.rindex(b".debug_line") if seed % 2 else debug
            for _ in range(rng.randrange(1, 30)):
                module[rng.randrange(at + 16, len(module) if seed % 4 else min(at + 400, len(module)))] = rng.randrange(256)
            with open(path, "wb") as out:
                out.write(module)
            result = run(["--tier", TIER, "--timeout", "20s", path, "1"])
            # Damage to a section's size makes the module malformed.
            self.assertIn(result.returncode, (134, 126), (seed, result.stderr))
            self.assertNotIn(b"AddressSanitizer", result.stderr)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as FOLDER:
        unittest.main()
