#!/usr/bin/env python3
"""Compiled code does the same on both architectures: the program `transcripts` of a cross-built preset prints what
that of the host's own build prints, for many generated modules. usage: architectures_test.py PROGRAM COUNT

The host's is $WASMJET_HOST_BUILD/spec-tests/fuzz/transcripts, by default of build/release; scripts/test builds it."""

import os
import subprocess
import sys

from command import ROOT, not_run

# QEMU never gives an address out twice, and its tables of pages grow by 100 MB a reservation of 8 GiB.
SEEDS_A_PROCESS = 10


def transcript(program, first, count):
    run = subprocess.run([program, str(first), str(count)], capture_output=True, text=True, timeout=900, check=False)
    if run.returncode != 0:
        sys.exit(f"{program} {first} {count}: exit code {run.returncode}: {run.stderr[-1000:]}")
    return run.stdout.splitlines()


def difference(own, host):
    """The first line that differs, with the module that it is about; None if none does."""
    seed = ""
    for number in range(max(len(own), len(host))):
        lines = [lines[number] if number < len(lines) else "(nothing)" for lines in (own, host)]
        if lines[0] != lines[1]:
            return f"{seed}:\n  {lines[0]}\ninstead of the host's\n  {lines[1]}"
        if lines[0].startswith("seed "):
            seed = lines[0]
    return None


def main():
    own, count = sys.argv[1], int(sys.argv[2])
    host = os.path.join(os.environ.get("WASMJET_HOST_BUILD") or os.path.join(ROOT, "build", "release"),
                        "spec-tests", "fuzz", "transcripts")
    if not os.path.exists(host):
        not_run(f"no {host}: build the target transcripts for the host")
    lines = traps = 0
    for first in range(0, count, SEEDS_A_PROCESS):
        expected = transcript(host, first, min(SEEDS_A_PROCESS, count - first))
        actual = transcript(own, first, min(SEEDS_A_PROCESS, count - first))
        different = difference(actual, expected)
        if different:
            print(different)
            return 1
        lines += len(expected)
        traps += sum(": traps: " in line for line in expected)
    print(f"{count} modules, {lines} lines, {traps} traps: the same")
    return 0 if traps and lines > 10 * count else 1  # else there was nothing to compare


if __name__ == "__main__":
    sys.exit(main())
