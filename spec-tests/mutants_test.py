#!/usr/bin/env python3
"""Runs the mutants program over the test data's modules.
usage: mutants_test.py PROGRAM COUNT SEED TIMEOUT-MS     ($WASMJET_MUTANTS replaces COUNT; emulated, a tenth)"""

import os
import subprocess
import sys

from command import EMULATED, TESTDATA, not_run


def main():
    program, count, seed, timeout = sys.argv[1:5]
    count = os.environ.get("WASMJET_MUTANTS", int(count) // 10 if EMULATED else count)
    modules = []
    for folder in ("programs", "bench/wasm"):
        path = os.path.join(TESTDATA, folder)
        if not os.path.isdir(path):
            not_run(f"no {path}")
        modules += [os.path.join(path, file) for file in sorted(os.listdir(path))
                    if file.endswith(".wasm") and not file.startswith("simd_")]
    return subprocess.run([program, str(count), seed, timeout, *modules], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
