#!/usr/bin/env python3
"""Moves data from pipe to pipe through a WASI cat and through the system's, turn by turn, and compares the best times.
Exits with 1 if the WASI one has less than half the throughput."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CLANG = "clang-19"
GOAL = 0.5
# The buffer is as large as that of coreutils' cat.
SOURCE = r"""
#include <unistd.h>

static char buffer[128 * 1024];

int main(void) {
  for (;;) {
    ssize_t size = read(0, buffer, sizeof buffer);
    if (size <= 0) return size < 0;
    for (ssize_t done = 0; done < size;) {
      ssize_t written = write(1, buffer + done, size - done);
      if (written < 0) return 2;
      done += written;
    }
  }
}
"""


def seconds(command, size):
    """How long `command` takes to pass on `size` bytes."""
    began = time.monotonic()
    source = subprocess.Popen(["head", "-c", str(size), "/dev/zero"], stdout=subprocess.PIPE)
    middle = subprocess.Popen(command, stdin=source.stdout, stdout=subprocess.PIPE)
    source.stdout.close()
    sink = subprocess.Popen(["wc", "-c"], stdin=middle.stdout, stdout=subprocess.PIPE)
    middle.stdout.close()
    counted, _ = sink.communicate()
    codes = (middle.wait(), source.wait())
    if codes != (0, 0) or int(counted) != size:
        sys.exit(f"{command[0]}: exit codes {codes}, {int(counted)} of {size} bytes came through")
    return time.monotonic() - began


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mib", type=int, default=1024, help="how much to move (default: 1024 MiB)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--wasmjet", default=os.path.join(ROOT, "build/release/cli/wasmjet"))
    options = parser.parse_args()
    if shutil.which(CLANG) is None:
        print(f"NOT RUN: {CLANG} is not installed")
        return 77
    size = options.mib << 20
    with tempfile.TemporaryDirectory() as folder:
        source, module = os.path.join(folder, "cat.c"), os.path.join(folder, "cat.wasm")
        with open(source, "w", encoding="utf-8") as file:
            file.write(SOURCE)
        subprocess.run([CLANG, "--target=wasm32-wasi", "-O2", source, "-o", module], check=True)
        commands = {"native cat": ["cat"], "WASI cat": [options.wasmjet, module]}
        best = {name: float("inf") for name in commands}
        # On a busy machine a few rounds may not find a quiet moment for each of the two.
        for done in range(options.rounds * 4):
            if done >= options.rounds and best["native cat"] >= GOAL * best["WASI cat"]:
                break
            for name, command in commands.items():
                best[name] = min(best[name], seconds(command, size))
    for name, time_taken in best.items():
        print(f"{name}: {options.mib} MiB in {time_taken:.3f} s, {options.mib / time_taken:.0f} MiB/s")
    ratio = best["native cat"] / best["WASI cat"]
    print(f"throughput of the WASI cat: {ratio:.2f} of the native one")
    return 0 if ratio >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
