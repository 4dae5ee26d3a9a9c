#!/usr/bin/env python3
"""Runs the real programs of the test data with `--tier $WASMJET_TIER` and compares stdout and exit code."""

import hashlib
import json
import os
import sys

from command import EMULATED, MIXED, TESTDATA, TIER, not_run, run

FOLDER = os.path.join(TESTDATA, "programs")
LONG = {"risp-heavy", "lua-bench"}  # minutes, if they are interpreted by an emulated interpreter


def problem_of(entry):
    """What is wrong with this entry's run, or None."""
    options = ["--tier", TIER]
    for folder in entry.get("dirs", []):
        options += ["--dir", folder]
    stdin = b""
    if entry.get("stdin"):
        with open(os.path.join(FOLDER, entry["stdin"]), "rb") as file:
            stdin = file.read()
    result = run([*options, entry["module"], *entry.get("args", [])], stdin=stdin, cwd=FOLDER, timeout=240)
    stderr = result.stderr.decode(errors="replace")[:1000]
    if result.returncode != entry["exit"]:
        return f"exit code {result.returncode}, expected {entry['exit']}\n{stderr}"
    if len(result.stdout) != entry["stdout_bytes"]:
        return f"{len(result.stdout)} bytes of stdout, expected {entry['stdout_bytes']}\n{stderr}"
    if hashlib.sha256(result.stdout).hexdigest() != entry["stdout_sha256"]:
        return f"stdout differs: {result.stdout[:300]!r}"
    if entry.get("stdout"):
        with open(os.path.join(FOLDER, entry["stdout"]), "rb") as file:
            if file.read() != result.stdout:
                return f"stdout differs from {entry['stdout']}"
    return None


def fib_problem():
    result = run(["--tier", TIER, "--invoke", "fib", "fib.wasm", "10"], cwd=FOLDER)
    if (result.returncode, result.stdout) not in ((0, b"55\n"), (0, b"89\n")):
        return f"exit code {result.returncode}, stdout {result.stdout!r}, stderr {result.stderr!r}"
    return None


def stats_problem(module):
    """All functions are compiled, but with mixed tiers those are interpreted that should be."""
    result = run(["inspect", "--stats", module], cwd=FOLDER)
    stats = dict(line.split(": ", 1) for line in result.stdout.decode().splitlines())
    interpreted, functions = int(stats.get("interpreted functions", -1)), int(stats.get("functions", -1))
    wrong = interpreted not in (functions // 2, functions - functions // 2) if MIXED else interpreted != 0
    if result.returncode != 0 or wrong:
        return f"inspect --stats: exit code {result.returncode}\n{result.stdout.decode()}{result.stderr.decode()}"
    return None


def main():
    manifest = os.path.join(FOLDER, "manifest.json")
    if not os.path.exists(manifest):
        not_run(f"no {manifest}")
    with open(manifest, encoding="utf-8") as file:
        entries = json.load(file)
    if EMULATED and TIER != "jit":
        entries = [entry for entry in entries if entry["name"] not in LONG]
        print("left out, being emulated:", *sorted(LONG))
    checks = [(entry["name"], lambda entry=entry: problem_of(entry)) for entry in entries]
    checks.append(("--invoke fib", fib_problem))
    modules = sorted({entry["module"] for entry in entries} | {"fib.wasm"})
    if TIER == "jit" or MIXED:
        checks += [(f"stats of {module}", lambda module=module: stats_problem(module)) for module in modules]
    failed = 0
    for label, check in checks:
        problem = check()
        print(f"{'FAILED' if problem else 'ok':6} {label}{': ' + problem if problem else ''}", flush=True)
        failed += problem is not None
    print(f"{len(checks) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
