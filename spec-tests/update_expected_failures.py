#!/usr/bin/env python3
"""Writes expected_failures.TIER-ARCH.txt of every tier (or of those given as arguments) anew, from a run of the
command $WASMJET (default: that of build/release). Refuses what must pass."""

import sys

from suite_expectations import compare, format_list, list_path, outdated_places, parse_list
from suite_report import run_suite


def update(tier):
    results, problems = run_suite(tier)
    outdated = outdated_places(results)
    text = format_list(results, outdated)
    problems += compare(results, parse_list(text)[0], outdated)
    if problems:
        print("\n".join(problems))
        print(f"{tier}: {len(problems)} problems; the list stays as it is")
        return False
    with open(list_path(tier), "w", encoding="utf-8") as file:
        file.write(text)
    print(f"{tier}: {sum(result.status != 'pass' for result in results)} of {len(results)} commands listed")
    return True


def main():
    return 0 if all([update(tier) for tier in sys.argv[1:] or ("jit", "interp")]) else 1


if __name__ == "__main__":
    sys.exit(main())
