#!/usr/bin/env python3
"""profile_overhead.py WASMJET FOLDER [--tier T] [--rounds N] [--rate HZ] [KERNEL...]: what a profile costs.

Runs each kernel of FOLDER with and without a profile by turns, and compares both the time that passed and the processor
time (of user and system, all threads), the report included: the least of all rounds, as what else the machine does only
adds to it. Prints the difference in percent, what that is a sample, and what it would be at 1 kHz: a higher rate than that
shows the cost of a sample above the noise of a busy machine. Each kernel's scale is chosen so that a run takes about
--seconds.
"""
import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time

KINDS = ("wall", "processor")


def seconds_of(command):
    """What passed, and what the processors worked."""
    begin = time.monotonic()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    passed = time.monotonic() - begin
    if status != 0:
        sys.exit(f"{' '.join(command)}: status {status}")
    return passed, usage.ru_utime + usage.ru_stime


def takes(command, limit):
    """How long it takes, at most the limit: a scale may be an exponent."""
    begin = time.monotonic()
    try:
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return limit
    return time.monotonic() - begin


def choose_scale(command, least):
    """One that takes about `least` seconds: at least that, unless the next one takes ten times as long."""
    limit = 10 * least
    enough, much = 2, 1 << 20  # some take no less than 2
    taken = takes([*command, str(enough)], limit)
    while taken < least and enough + 1 < much:
        scale = min(enough * 8, math.ceil(enough * least / max(taken, 0.01)), (enough + much) // 2)
        scale = max(scale, enough + 1)
        longer = takes([*command, str(scale)], limit)
        if longer >= limit:
            much = scale
        else:
            enough, taken = scale, longer
    return enough


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("wasmjet")
    parser.add_argument("folder")
    parser.add_argument("kernels", nargs="*")
    parser.add_argument("--tier", default="auto")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--rate", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=1)
    options = parser.parse_args()
    kernels = options.kernels or sorted(file[:-5] for file in os.listdir(options.folder) if file.endswith(".wasm"))
    shares = {kind: [] for kind in KINDS}
    report = os.path.join(tempfile.mkdtemp(), "profile.json")
    for kernel in kernels:
        module = os.path.join(options.folder, kernel + ".wasm")
        plain = [options.wasmjet, "run", "--tier", options.tier, module]
        profiled = [options.wasmjet, "profile", "--format", "json", "-o", report, "--rate", str(options.rate), "--tier",
                    options.tier, module]
        scale = str(choose_scale(plain, options.seconds))
        times, samples = ([], []), []
        for _ in range(options.rounds):
            times[0].append(seconds_of([*plain, scale]))
            times[1].append(seconds_of([*profiled, scale]))
            with open(report, encoding="utf-8") as file:
                samples.append(json.load(file)["samples"])
        for kind, *of_kind in zip(KINDS, *(zip(*rounds) for rounds in times)):
            without, with_profile = map(min, of_kind)
            cost = (with_profile - without) / statistics.median(samples)
            shares[kind].append(100 * 1000 * cost)
            print(f"{kernel:12} {kind:9} {without:7.3f} s {with_profile:7.3f} s  "
                  f"{100 * (with_profile / without - 1):+6.2f} %  {1e6 * cost:6.2f} us a sample, "
                  f"{shares[kind][-1]:+.2f} % at 1 kHz", flush=True)
    for kind, of_kind in shares.items():
        print(f"{kind} at 1 kHz: mean {statistics.fmean(of_kind):+.2f} %, median {statistics.median(of_kind):+.2f} %, "
              f"greatest {max(of_kind):+.2f} %")


if __name__ == "__main__":
    main()
