#!/usr/bin/env python3
"""Runs the whole official testsuite in the tier $WASMJET_TIER, prints a table of counts, and fails unless exactly
the commands of expected_failures.TIER-ARCH.txt do not pass."""

import os
import sys

from command import TIER, not_run
from suite_expectations import compare, list_path, outdated_places, parse_list
from suite_report import SUITE, run_suite, table_of

SHOWN = 100


def main():
    if not os.path.isdir(SUITE):
        not_run(f"there is no {SUITE}")
    results, problems = run_suite(TIER)
    with open(list_path(TIER), encoding="utf-8") as file:
        listed, wrong_lines = parse_list(file.read())
    problems += wrong_lines + compare(results, listed, outdated_places(results))
    print(table_of(results))
    print("\n".join(problems[:SHOWN]))
    print(f"{TIER}: {len(results)} commands, {listed.total()} expected not to pass, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
