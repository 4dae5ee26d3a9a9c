"""The lists of commands of the testsuite that are expected not to pass, expected_failures.TIER-ARCH.txt: which may
be listed at all, and how a run compares with its list."""

import os
import re
from collections import Counter

from command import ARCH, ROOT, TESTDATA
from suite_groups import LEGACY, SCALAR, group_of

# What execution lacks, and how the runner's messages tell. Nothing else may be unsupported.
FEATURES = [
    ("threads", r"threads|shared memory|atomic"),
    ("custom page sizes", r"custom page size"),
    (LEGACY, r"legacy exception|instruction (try|catch|catch_all|delegate|rethrow)\b"),
    ("vectors", r"v128|\b[if](8x16|16x8|32x4|64x2)"),
    ("exceptions", r"\btag\b|\bexn|exception|\bthrow|try_table"),
    ("tail calls", r"return_call"),
    ("64-bit memories", r"64-bit memory"),
    ("64-bit tables", r"64-bit table"),
    ("several memories", r"\d+ memories"),
    (
        "garbage collection",
        r"garbage collection|structures|\b(struct|array|i31)\.|\b(i31|struct|array|any|eq|null)ref|"
        r"\(ref (null )?(any|eq|i31|struct|array|none)\)|ref\.(i31|eq|cast|test)|br_on_cast|convert_(extern|any)",
    ),
    ("typed references", r"\(ref |null(extern|func)ref|call_ref|br_on_|ref\.as_non_null|table with an initial value"),
]
OUTDATED = "no longer holds in 3.0"
REASONS = {name for name, _ in FEATURES} | {OUTDATED}

# Assertions of the threads proposal that contradict memory.wast of 3.0, lines 77 to 85, in the kind of the error.
CONTRADICTED = {f"proposals/threads/memory.wast:{line}" for line in (83, 87, 91)}

# In the scalar group, one module of table_init.wast makes arrays.
SCALAR_EXCEPTIONS = {"table_init.wast:2272", "table_init.wast:2286"}


def outdated_lines():
    """FILE:LINE of the assertions that the shared README says no longer hold."""
    with open(os.path.join(TESTDATA, "README.md"), encoding="utf-8") as file:
        note = next(line for line in file if "no longer hold" in line)
    lines = set()
    for name in ("imports", "memory"):
        numbers = re.search(name + r" lines ([\d, ]+)", note).group(1)
        lines |= {f"proposals/threads/{name}.wast:{number}" for number in re.findall(r"\d+", numbers)}
    return lines


def outdated_places(results):
    """The same as places of commands: the README's lines are within them."""
    places = set()
    for line in outdated_lines():
        file, _, number = line.rpartition(":")
        begins = [int(r.place.rpartition(":")[2]) for r in results if r.file == file]
        places.add(f"{file}:{max((begin for begin in begins if begin <= int(number)), default=0)}")
    return places | CONTRADICTED


def reason_of(result, outdated):
    """Why a command that did not pass may be listed; None if it may not."""
    if result.place in outdated:
        return OUTDATED
    if group_of(result.file) == LEGACY:
        return LEGACY
    if result.status != "unsupported":
        return None
    if group_of(result.file) == SCALAR and result.place not in SCALAR_EXCEPTIONS:
        return None
    if result.kind.startswith(("assert_invalid", "assert_malformed")):
        return None
    return next((name for name, pattern in FEATURES if re.search(pattern, result.detail)), None)


def list_path(tier):
    tier = "interp" if tier == "auto" else tier  # automatic choice falls back on the interpreter
    return os.path.join(ROOT, "spec-tests", f"expected_failures.{tier}-{ARCH}.txt")


def parse_list(text):
    """How often each FILE:LINE is listed, and what is wrong with the list itself."""
    listed, problems = Counter(), []
    for line in text.splitlines():
        match = re.fullmatch(r"(\S+\.wast:\d+) (.+)", line)
        if match and match.group(2) in REASONS:
            listed[match.group(1)] += 1
        elif not line.startswith("#"):
            problems.append(f"not FILE:LINE REASON: {line}")
    return listed, problems


def compare(results, listed, outdated):
    """What differs from the list: commands that may not be on it, failures that are not, listed ones that pass."""
    problems = []
    failed = [result for result in results if result.status != "pass"]
    remaining = Counter(listed)
    for result in failed:
        shown = f"{result.place} {result.kind} {result.status}: {result.detail}"
        if reason_of(result, outdated) is None:
            problems.append(f"must pass: {shown}")
        elif remaining[result.place] == 0:
            problems.append(f"unexpected: {shown}")
        remaining[result.place] -= 1
    passing = [f"listed, but passes: {place}" for place, count in remaining.items() if count > 0]
    return problems + passing


HEADER = """# Commands of the official testsuite that do not pass, since execution lacks a feature. Made by
# spec-tests/update_expected_failures.py; suite_expectations.py says what may stand here.
"""


def format_list(results, outdated):
    lines = [f"{r.place} {reason_of(r, outdated)}\n" for r in results if r.status != "pass"]
    return HEADER + "".join(lines)
