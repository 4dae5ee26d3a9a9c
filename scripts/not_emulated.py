#!/usr/bin/env python3
"""Lists the tests that a cross-built preset leaves out (spec-tests/not_emulated.txt), and why.

usage: not_emulated.py --regex     prints what ctest -E takes
       not_emulated.py BUILD       prints the tests of that build; 1 if a line of the file names none
"""

import os
import re
import subprocess
import sys

LIST = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "spec-tests", "not_emulated.txt")


def entries():
    """(regular expression, reason)"""
    with open(LIST, encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                expression, reason = re.split(r"\s{2,}", line.strip(), maxsplit=1)
                yield expression, reason


def tests_of(build):
    listing = subprocess.run(["ctest", "--test-dir", build, "-N"], capture_output=True, text=True, check=True).stdout
    return re.findall(r"^ *Test +#\d+: (\S+)", listing, re.MULTILINE)


def main():
    if sys.argv[1] == "--regex":
        print("^(" + "|".join(expression for expression, _ in entries()) + ")$")
        return 0
    tests = tests_of(sys.argv[1])
    status = 0
    for expression, reason in entries():
        named = [test for test in tests if re.fullmatch(expression, test)]
        for test in named:
            print(f"NOT EMULATED  {test}: {reason}")
        if not named:
            print(f"{os.path.basename(LIST)}: there is no test {expression}")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
