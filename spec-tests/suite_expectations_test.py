#!/usr/bin/env python3
"""What may stand in the lists of expected failures, and that a run is held against its list line by line."""

import filecmp
import os
import unittest
from collections import Counter

from command import ROOT
from suite_expectations import compare, format_list, parse_list, reason_of
from suite_groups import GROUPS, SCALAR, group_of
from suite_report import Result, details_of, table_of

VECTOR = Result("simd_a.wast", "simd_a.wast:3", "assert_return", "unsupported", "type 0 with a value of type v128")
PASSING = VECTOR._replace(place="simd_a.wast:4", status="pass", detail="")
OUTDATED = {"proposals/threads/memory.wast:14"}


class Lists(unittest.TestCase):
    def test_only_places_with_known_reasons(self):
        good = "# comment\nsimd_a.wast:3 vectors\nsimd_a.wast:3 vectors\n"
        self.assertEqual(parse_list(good), (Counter({"simd_a.wast:3": 2}), []))
        for line in ("simd_a.wast vectors", "simd_a.wast:3", "simd_a.wast:3 too hard", "simd_a.wast:* vectors", ""):
            self.assertEqual(parse_list(line + "\n"), (Counter(), [f"not FILE:LINE REASON: {line}"]))

    def test_reads_what_it_has_written(self):
        listed, problems = parse_list(format_list([VECTOR, PASSING], OUTDATED))
        self.assertEqual((listed, problems), (Counter({"simd_a.wast:3": 1}), []))

    def test_architectures_have_one_list(self):
        for tier in ("jit", "interp"):
            lists = [os.path.join(ROOT, "spec-tests", f"expected_failures.{tier}-{arch}.txt") for arch in ("x86_64", "aarch64")]
            self.assertTrue(filecmp.cmp(*lists, shallow=False), lists)

    def test_unexpected_and_passing_commands(self):
        self.assertEqual(compare([VECTOR, PASSING], {VECTOR.place: 1}, OUTDATED), [])
        self.assertRegex(compare([VECTOR], {}, OUTDATED)[0], "^unexpected: simd_a.wast:3 ")
        self.assertRegex(compare([VECTOR, VECTOR], {VECTOR.place: 1}, OUTDATED)[0], "^unexpected: ")
        listed = {VECTOR.place: 1, PASSING.place: 1}
        self.assertEqual(compare([VECTOR, PASSING], listed, OUTDATED), ["listed, but passes: simd_a.wast:4"])
        self.assertEqual(compare([], {"gone.wast:1": 1}, OUTDATED), ["listed, but passes: gone.wast:1"])

    def test_what_must_pass_although_it_is_listed(self):
        for must_pass in (
            VECTOR._replace(status="fail"),
            VECTOR._replace(kind="assert_invalid"),
            VECTOR._replace(kind="assert_malformed"),
            VECTOR._replace(kind="assert_malformed_custom"),
            VECTOR._replace(file="i32.wast"),
            VECTOR._replace(detail="some other reason"),
        ):
            self.assertIsNone(reason_of(must_pass, OUTDATED))
            problems = compare([must_pass], {must_pass.place: 1}, OUTDATED)
            self.assertEqual(len(problems), 1)
            self.assertRegex(problems[0], "^must pass: simd_a.wast:3 ")

    def test_documented_exceptions(self):
        exception = VECTOR._replace(kind="assert_invalid", status="fail")
        for file, line in (("proposals/threads/memory.wast", 14), ("legacy/throw.wast", 1)):
            self.assertIsNotNone(reason_of(exception._replace(file=file, place=f"{file}:{line}"), OUTDATED))
        other = exception._replace(file="proposals/threads/memory.wast", place="proposals/threads/memory.wast:15")
        self.assertIsNone(reason_of(other, OUTDATED))

    def test_features_by_messages(self):
        for detail, reason in (
            ("64-bit memory cannot be executed yet", "64-bit memories"),
            ("function 3: return_call_ref is not compiled yet", "tail calls"),
            ("type 0 with a value of type (ref null 1) cannot be executed yet", "typed references"),
            ("global of type i31ref cannot be executed yet", "garbage collection"),
            ("exception tag cannot be executed yet", "exceptions"),
            ("module with 2 memories cannot be executed yet", "several memories"),
        ):
            self.assertEqual(reason_of(VECTOR._replace(detail=detail), OUTDATED), reason)


class Groups(unittest.TestCase):
    def test_files(self):
        for file, group in (
            ("i64.wast", SCALAR),
            ("memory_init64.wast", "memory64/table64"),
            ("memory_init0.wast", "multi-memory"),
            ("memory_grow-core.wast", SCALAR),
            ("simd_i8x16_arith2.wast", "vector"),
            ("i8x16_relaxed_swizzle.wast", "relaxed vector"),
            ("legacy/throw.wast", "legacy exceptions"),
            ("throw.wast", "exceptions"),
            ("proposals/threads-main/atomic.wast", "threads (both)"),
        ):
            self.assertEqual(group_of(file), group)
            self.assertIn(group, GROUPS)


class Reports(unittest.TestCase):
    def test_details(self):
        output = "a.wast:3 invoke fail: one: two\na.wast:3 invoke fail: three\na.wast: 1 pass, 2 fail, 0 unsupported\n"
        self.assertEqual(details_of(output), {("a.wast:3", "invoke", "fail"): ["one: two", "three"]})

    def test_table(self):
        lines = table_of([VECTOR, PASSING]).splitlines()
        self.assertEqual(lines[-1].split("|")[2:-1], [f" {number:11} " for number in (2, 1, 0, 1)])
        self.assertEqual(len(lines), len(GROUPS) + 2)


if __name__ == "__main__":
    unittest.main()
