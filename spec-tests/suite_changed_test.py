#!/usr/bin/env python3
"""Ten copies of files of the official testsuite, each with one expected value changed: exactly
that command fails then which did not before."""

import os
import re
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from command import TIER, not_run
from suite_groups import SCALAR, group_of
from suite_report import SUITE, run_files, suite_files

COPIES = 10
# An assertion on one line whose one expected value is a number, not a NaN.
ASSERTION = re.compile(r"(\(assert_return \(invoke .*\) \((?:i32|i64|f32|f64)\.const )([-+]?[\dxa-fA-F_.p+-]+)(\)\))")


def places_of(lines):
    return [number for number, line in enumerate(lines) if ASSERTION.fullmatch(line)]


def other(value):
    """A literal of another value, of the same form: the first digit is changed."""
    at = re.search(r"\d(?!x)", value.replace("0x", "__")).start()
    return value[:at] + str((int(value[at]) + 1) % 2) + value[at + 1 :]


def changed_copies():
    """(file, line, text): from COPIES files that are far apart in the list, one assertion each."""
    candidates = []
    for file in suite_files():
        if group_of(file) != SCALAR:
            continue
        with open(os.path.join(SUITE, file), encoding="utf-8", errors="surrogateescape", newline="\n") as script:
            lines = script.read().split("\n")
        places = places_of(lines)
        if len(places) >= COPIES:
            candidates.append((file, lines, places))
    for copy in range(COPIES):
        file, lines, places = candidates[copy * len(candidates) // COPIES]
        number = places[copy * len(places) // COPIES]
        begin, value, end = ASSERTION.fullmatch(lines[number]).groups()
        changed = [*lines[:number], begin + other(value) + end, *lines[number + 1 :]]
        yield file, number + 1, "\n".join(changed)


def failures_of(path):
    """(line, kind, status) of the commands that do not pass, and what is wrong with the run."""
    results, problems = run_files(TIER, [path])
    return {(r.place.rpartition(":")[2], r.kind, r.status) for r in results if r.status != "pass"}, problems


def problem_of(copy):
    file, line, text = copy
    before, problems_before = failures_of(file)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, os.path.basename(file))
        with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="\n") as out:
            out.write(text)
        after, problems_after = failures_of(path)
    difference = before ^ after
    if difference == {(str(line), "assert_return", "fail")} and not problems_before + problems_after:
        return None
    return f"{file}, line {line} changed: {sorted(difference)} {problems_before + problems_after}"


def main():
    if not os.path.isdir(SUITE):
        not_run(f"there is no {SUITE}")
    copies = list(changed_copies())
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        problems = [problem for problem in pool.map(problem_of, copies) if problem]
    print("\n".join(problems))
    print("changed:", " ".join(f"{file}:{line}" for file, line, _ in copies))
    files = {file for file, _, _ in copies}
    if len(files) != COPIES:
        problems.append(f"{len(files)} files were changed, not {COPIES}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
