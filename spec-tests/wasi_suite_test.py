#!/usr/bin/env python3
"""Runs the official WASI testsuite (preview 1) with `--tier $WASMJET_TIER` through the adapter that the suite's own
runner would use. No failures are expected. The suite's folder is copied, as its tests write into it."""

import concurrent.futures
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile

from command import ROOT, TESTDATA, TIER, WASMJET, not_run

SUITE = os.path.join(TESTDATA, "wasi-testsuite", "tests")
ADAPTER = os.path.join(ROOT, "spec-tests", "wasi", "adapter.py")
# What the suite holds: were fewer found, tests would be missing without a word.
TESTS = {"assemblyscript": 12, "c": 14, "rust": 46}
TIMEOUT = 120


def specification(module):
    path = os.path.splitext(module)[0] + ".json"
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def remove_artifacts(folder):
    for path in glob.glob(os.path.join(glob.escape(folder), "**", "*.cleanup"), recursive=True):
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            os.remove(path)


def adapter_options(module, wanted):
    options = ["--test-file", module]
    for argument in wanted.get("args", []):
        options.append(f"--arg={argument}")
    for name, value in wanted.get("env", {}).items():
        options.append(f"--env={name}={value}")
    if wanted.get("root"):
        options.append(f"--dir={os.path.join(os.path.dirname(module), wanted['root'])}::/")
    return options


def problem_of(module):
    """What is wrong with one test, or None."""
    wanted = specification(module)
    unknown = set(wanted) - {"args", "env", "root", "exit_code", "stdout", "stderr"}
    if unknown:
        return f"its specification has keys that this runner does not know: {sorted(unknown)}"
    environment = dict(os.environ, WASMJET=f"{WASMJET} --tier {TIER}")
    try:
        result = subprocess.run([sys.executable, ADAPTER, *adapter_options(module, wanted)], input=b"",
                                capture_output=True, env=environment, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        return f"still running after {TIMEOUT} s"
    shown = f"\nstdout: {result.stdout[:500]!r}\nstderr: {result.stderr[:1000]!r}"
    if result.returncode != wanted.get("exit_code", 0):
        return f"exit code {result.returncode}, expected {wanted.get('exit_code', 0)}{shown}"
    for stream in ("stdout", "stderr"):
        if stream in wanted and getattr(result, stream) != wanted[stream].encode():
            return f"{stream} is not {wanted[stream]!r}{shown}"
    return None


def run_folder(folder):
    """Runs a folder's tests one after the other, as they share its files. Returns [(name, problem)]."""
    results = []
    for module in sorted(glob.glob(os.path.join(glob.escape(folder), "*.wasm"))):
        remove_artifacts(folder)
        results.append((os.path.splitext(os.path.basename(module))[0], problem_of(module)))
    remove_artifacts(folder)
    return results


def main():
    if not os.path.isdir(SUITE):
        not_run(f"no {SUITE}")
    failed = passed = 0
    with tempfile.TemporaryDirectory() as copy:
        shutil.copytree(SUITE, copy, dirs_exist_ok=True, symlinks=True)
        subprocess.run(["chmod", "-R", "u+w", copy], check=True)
        folders = {language: os.path.join(copy, language, "testsuite", "wasm32-wasip1") for language in TESTS}
        with concurrent.futures.ThreadPoolExecutor() as pool:
            results = dict(zip(folders, pool.map(run_folder, folders.values())))
    for language, tests in results.items():
        for name, problem in tests:
            if problem:
                print(f"FAILED {language}/{name}: {problem}")
                failed += 1
            else:
                passed += 1
        bad = sum(problem is not None for _, problem in tests)
        print(f"{language:15} {len(tests) - bad:3} of {TESTS[language]} passed ({TIER})")
        if len(tests) != TESTS[language]:
            print(f"FAILED {language}: {len(tests)} tests found, {TESTS[language]} expected")
            failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
