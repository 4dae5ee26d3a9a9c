"""Runs the official testsuite with `wasmjet wast`, several processes at a time, and reads their reports."""

import glob
import os
import re
import tempfile
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor

from command import TESTDATA, run
from suite_groups import GROUPS, group_of

SUITE = os.path.join(TESTDATA, "spec-testsuite")
PROCESSES = 16  # few enough to be quick, so many that a crash says where about it was

# `place` is FILE:LINE; `detail` says why a command did not pass.
Result = namedtuple("Result", "file place kind status detail")


def suite_files():
    paths = glob.glob(os.path.join(SUITE, "**/*.wast"), recursive=True)
    return sorted(os.path.relpath(path, SUITE) for path in paths)


def details_of(verbose_output):
    """(place, kind, status): details, in order, as --verbose prints them."""
    details = {}
    for line in verbose_output.splitlines():
        match = re.match(r"(\S+:\d+) (\S+) (fail|unsupported): (.*)", line)
        if match:
            details.setdefault(match.group(1, 2, 3), []).append(match.group(4))
    return details


def run_files(tier, files):
    """Results of all commands, in order, and what was wrong with the run itself."""
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as report:
        done = run(["wast", "--tier", tier, "--verbose", "--report", report.name, *files], cwd=SUITE, timeout=1200)
        lines = report.read().splitlines()
    details = details_of(done.stdout.decode(errors="replace"))
    results = []
    for line in lines:
        place, kind, status = line.split(" ")
        detail = "" if status == "pass" else details[place, kind, status].pop(0)
        results.append(Result(place.rpartition(":")[0], place, kind, status, detail))
    problems = []
    all_pass = all(result.status == "pass" for result in results)
    if done.returncode != (0 if all_pass else 1) or done.stderr:
        shown = done.stderr.decode(errors="replace")[-2000:]
        problems.append(f"exit code {done.returncode} of: {' '.join(files)}\n{shown}")
    return results, problems


def run_suite(tier):
    """The results of the whole suite, and what went wrong beside them."""
    files = suite_files()
    files.sort(key=lambda file: -os.path.getsize(os.path.join(SUITE, file)))
    shares = [share for share in (files[i::PROCESSES] for i in range(PROCESSES)) if share]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = list(pool.map(lambda share: run_files(tier, sorted(share)), shares))
    results = sorted((result for share, _ in runs for result in share), key=lambda result: result.file)
    problems = [problem for _, share in runs for problem in share]
    silent = set(files) - {result.file for result in results}
    return results, problems + [f"{file}: no command in the report" for file in sorted(silent)]


def table_of(results):
    """A text table of counts by group."""
    columns = ["commands", "pass", "fail", "unsupported"]
    rows = {group: dict.fromkeys(columns, 0) for group in [*GROUPS, "total"]}
    for result in results:
        for row in (rows[group_of(result.file)], rows["total"]):
            row["commands"] += 1
            row[result.status] += 1
    width = max(map(len, rows))
    lines = ["| " + " | ".join(["group".ljust(width)] + [column.rjust(11) for column in columns]) + " |"]
    for group, row in rows.items():
        lines.append("| " + " | ".join([group.ljust(width)] + [f"{row[column]:11}" for column in columns]) + " |")
    return "\n".join(lines)
