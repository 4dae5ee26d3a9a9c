#!/usr/bin/env python3
"""The number of commands of the official testsuite, by group, is that of the table in the shared README."""

import functools
import os
import re
import sys
from collections import Counter

from command import TESTDATA, TIER, not_run
from suite_groups import GROUPS, group_of
from suite_report import SUITE, run_suite

README = os.path.join(TESTDATA, "README.md")
COLUMNS = ["files", "commands", "assert_return", "trap", "invalid", "malformed", "unlinkable"]
# The reference interpreter, with which the table was made, ends at the first failure of a script: there are two
# commands behind it.
NOT_COUNTED = {"custom/branch_hint.wast": 2}


def table_of_readme():
    """{group: {column: number}} of the table whose header names COLUMNS."""
    rows, in_table = {}, False
    with open(README, encoding="utf-8") as file:
        for line in file:
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if cells == ["group", *COLUMNS]:
                in_table = True
            elif not line.startswith("|"):
                in_table = False
            elif in_table and cells[1].isdigit():
                rows[cells[0]] = dict(zip(COLUMNS, map(int, cells[1:])))
    return rows


@functools.cache
def lines_of(file):
    with open(os.path.join(SUITE, file), encoding="utf-8", errors="replace", newline="\n") as script:
        return script.read().split("\n")


def is_about_module(result):
    """Whether an assertion is about a module, not about an action."""
    begin = int(result.place.rpartition(":")[2]) - 1
    text = "\n".join(lines_of(result.file)[begin : begin + 2])
    return re.match(rf"\s*\({result.kind}\s+\(module", text) is not None


def column_of(result):
    """The column that counts a command of this kind, if there is one. Traps of modules are not counted."""
    if result.kind == "assert_trap":
        return None if is_about_module(result) else "trap"
    name = result.kind if result.kind == "assert_return" else result.kind.removeprefix("assert_")
    return name if name in COLUMNS else None


def count(results):
    counts = {group: Counter() for group in GROUPS}
    for result in results:
        counts[group_of(result.file)].update(["commands", column_of(result)])
    for file in {result.file for result in results}:
        counts[group_of(file)].update({"files": 1, "commands": -NOT_COUNTED.get(file, 0)})
    return counts


def main():
    if not os.path.isdir(SUITE) or not os.path.isfile(README):
        not_run(f"there is no {SUITE} or no {README}")
    results, problems = run_suite(TIER)
    expected = table_of_readme()
    counts = count(results)
    for group in sorted(expected.keys() | counts.keys()):
        for column in COLUMNS:
            want, have = expected.get(group, {}).get(column), counts.get(group, {}).get(column, 0)
            if want != have:
                problems.append(f"{group}: {column}: {have}, the table says {want}")
    print("\n".join(problems))
    print(f"{len(results)} commands in {len(counts)} groups, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
