#!/usr/bin/env python3
"""The checksums of the test data's kernels are those of their native twins, made by gcc from the same
sources. usage: kernels_test.py FOLDER-FOR-TWINS"""

import os
import re
import shutil
import subprocess
import sys

from command import EMULATED, TESTDATA, TIER, not_run, run

BENCH = os.path.join(TESTDATA, "bench")


def native_twin(kernel, folder):
    source = os.path.join(BENCH, "src", kernel + ".c")
    twin = os.path.join(folder, kernel)
    if not os.path.exists(twin) or os.path.getmtime(twin) < os.path.getmtime(source):
        temporary = f"{twin}.{os.getpid()}"
        subprocess.run(["gcc", "-O2", "-ffp-contract=off", source, "-o", temporary, "-lm"], check=True)
        os.rename(temporary, twin)
    return twin


EXPONENTIAL = ("fannkuch", "fib", "nqueens")  # in the scale


def scales(kernel):
    """Arguments that make runs of a thirtieth of the full one's length or less; emulated and interpreted, a hundredth."""
    with open(os.path.join(BENCH, "src", kernel + ".c"), encoding="utf-8") as file:
        match = re.search(r"arg_n\(argc, argv, (\d+)\)", file.read())
    full = int(match.group(1)) if match else 30
    slowly = EMULATED and TIER != "jit"
    if (TIER == "interp" or slowly) and full <= 50 and kernel not in EXPONENTIAL:
        return ["1"]
    if slowly:
        return [str(full // 2)] if full <= 50 else [str(full // 300 + 1)]
    # Exponential kernels have small scales, of which a quarter less is enough.
    return [str(full // 2), str(full * 3 // 4)] if full <= 50 else [str(full // 100 + 1), str(full // 30 + 1)]


def problem_of(kernel, folder):
    twin = native_twin(kernel, folder)
    module = os.path.join(BENCH, "wasm", kernel + ".wasm")
    for scale in scales(kernel):
        expected = subprocess.run([twin, scale], capture_output=True, check=True, timeout=120).stdout
        result = run(["--tier", TIER, module, scale], timeout=240)
        if result.returncode != 0 or result.stdout != expected:
            return (f"scale {scale}: exit code {result.returncode}, {result.stdout!r} instead of {expected!r}\n"
                    + result.stderr.decode(errors="replace")[:1000])
    if TIER != "jit":
        return None
    stats = run(["inspect", "--stats", module])
    if b"\ninterpreted functions: 0\n" not in stats.stdout:
        return "inspect --stats: " + (stats.stdout + stats.stderr).decode(errors="replace")
    return None


def main():
    if not os.path.isdir(os.path.join(BENCH, "wasm")):
        not_run(f"no {BENCH}/wasm")
    if shutil.which("gcc") is None:
        not_run("no gcc for the native twins")
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    kernels = sorted(file[:-5] for file in os.listdir(os.path.join(BENCH, "wasm"))
                     if file.endswith(".wasm") and not file.startswith("simd_"))
    failed = 0
    for kernel in kernels:
        problem = problem_of(kernel, folder)
        print(f"{'FAILED' if problem else 'ok':6} {kernel}{': ' + problem if problem else ''}", flush=True)
        failed += problem is not None
    print(f"{len(kernels) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
