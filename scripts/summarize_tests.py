#!/usr/bin/env python3
"""Sums up ctest's JUnit reports: the tables that tests print, what failed, what was NOT RUN and why, and one last
line of counts.

usage: summarize_tests.py [--allow-missing] PRESET=REPORT.xml...
Exits with 1 if anything failed, if a report is missing, or if tests were skipped without --allow-missing.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree


def skip_reason(case):
    """The first line of a skipped test's output that says why."""
    output = case.findtext("system-out") or ""
    for line in output.splitlines():
        match = re.search(r"NOT RUN:?\s*(.*)", line)
        if match:
            return match.group(1).strip()
    skipped = case.find("skipped")
    return (skipped.get("message") if skipped is not None else "") or "skipped"


def table_in(case):
    """The lines of a test's output that make a table."""
    lines = (case.findtext("system-out") or "").splitlines()
    return "\n".join(line for line in lines if line.startswith("|"))


def main():
    arguments = sys.argv[1:]
    allow_missing = "--allow-missing" in arguments
    passed = 0
    failed = []
    not_run = []
    tables = {}  # text: names of the tests that print it
    for argument in arguments:
        if argument.startswith("--"):
            continue
        preset, path = argument.split("=", 1)
        try:
            cases = ElementTree.parse(path).getroot().iter("testcase")
        except (OSError, ElementTree.ParseError) as error:
            failed.append(f"{preset}: no test report ({error})")
            continue
        for case in cases:
            name = f"{preset}: {case.get('name')}"
            status = case.get("status")
            tables.setdefault(table_in(case), []).append(name)
            if status == "run":
                passed += 1
            elif status in ("notrun", "disabled"):
                not_run.append(f"{name} ({skip_reason(case)})")
            else:
                failed.append(name)
    tables.pop("", None)
    for table, names in tables.items():
        print(f"{', '.join(names)}:\n{table}\n")
    for name in failed:
        print(f"FAILED   {name}")
    for name in not_run:
        print(f"NOT RUN  {name}")
    if not_run and not allow_missing:
        print("Tests that could not run count as failures; --allow-missing accepts them.")
    print(f"{passed} passed, {len(failed)} failed" + (f", {len(not_run)} not run" if not_run else ""))
    ok = passed > 0 and not failed and (allow_missing or not not_run)
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
