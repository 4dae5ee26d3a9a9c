#!/usr/bin/env python3
"""Runs the official testsuite with `wasmjet wast --tier $WASMJET_TIER`: the files listed in suite_scalar.txt pass
completely; all others end in order; and a script whose expected value was changed fails, at that line."""

import glob
import os
import re
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from command import ROOT, TESTDATA, TIER, not_run, run

SUITE = os.path.join(TESTDATA, "spec-testsuite")
CHANGED_COPIES = 10


def listed_files():
    with open(os.path.join(ROOT, "spec-tests", "suite_scalar.txt"), encoding="utf-8") as file:
        return [line.strip() for line in file if not line.startswith("#")]


def wast(*arguments):
    result = run(["wast", "--tier", TIER, *arguments], cwd=SUITE, timeout=600)
    return result.returncode, result.stdout.decode(errors="replace"), result.stderr.decode(errors="replace")


def problem_of_listed(name):
    code, out, err = wast("--verbose", name)
    return None if code == 0 and not err else f"{name}: exit code {code}\n{out[-2000:]}{err[-2000:]}"


def problem_of_other(name):
    """Features are missing, so commands may not pass; but the run must end by itself, with its summary."""
    code, out, err = wast(name)
    in_order = code in (0, 1) and not err and "\ntotal: " in out
    return None if in_order else f"{name}: exit code {code}\n{out[-2000:]}{err[-2000:]}"


def changed_copies():
    """(line, text): every CHANGED_COPIES-th part of i32.wast has one expected result changed."""
    with open(os.path.join(SUITE, "i32.wast"), encoding="utf-8") as file:
        lines = file.read().split("\n")
    assertion = re.compile(r"^(\(assert_return \(invoke .*\) \(i32\.const )(\S+)(\)\))$")
    places = [number for number, line in enumerate(lines) if assertion.match(line)]
    for copy in range(CHANGED_COPIES):
        number = places[copy * len(places) // CHANGED_COPIES]
        begin, value, end = assertion.match(lines[number]).groups()
        other = str(int(value, 0) ^ 1)
        yield number + 1, "\n".join([*lines[:number], begin + other + end, *lines[number + 1 :]])


def problem_of_copy(copy):
    line, text = copy
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "changed.wast")
        report = os.path.join(folder, "report.txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        code, out, _ = wast("--report", report, path)
        with open(report, encoding="utf-8") as file:
            failed = [entry for entry in file.read().splitlines() if not entry.endswith(" pass")]
    if code == 1 and failed == [f"{path}:{line} assert_return fail"]:
        return None
    return f"line {line} changed: exit code {code}, not passed: {failed}\n{out}"


def main():
    if not os.path.isdir(SUITE):
        not_run(f"there is no {SUITE}")
    listed = listed_files()
    others = {os.path.relpath(path, SUITE) for path in glob.glob(os.path.join(SUITE, "**/*.wast"), recursive=True)}
    with ThreadPoolExecutor(2) as pool:
        problems = [
            *pool.map(problem_of_listed, listed),
            *pool.map(problem_of_other, sorted(others - set(listed))),
            *pool.map(problem_of_copy, changed_copies()),
        ]
    found = [problem for problem in problems if problem]
    print("\n".join(found))
    print(f"{len(problems)} runs ({len(listed)} files that must pass), {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
