#!/usr/bin/env python3
"""clang-tidy over the translation units of a build folder, on all cores, within a time bound.

A unit found clean is remembered by the hash of everything that it includes from the project, so the
next run looks only at what changed.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time

INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
CACHE = "build/tidy-cache"


def project_files(path, root, seen):
    """`path` and the project files that it includes, transitively."""
    if path in seen or not os.path.exists(os.path.join(root, path)):
        return
    seen.add(path)
    with open(os.path.join(root, path), encoding="utf-8") as file:
        for header in INCLUDE.findall(file.read()):
            for folder in (".", "include", os.path.dirname(path)):
                project_files(os.path.normpath(os.path.join(folder, header)), root, seen)


def unit_key(path, root):
    seen = {".clang-tidy"}
    project_files(path, root, seen)
    digest = hashlib.sha256()
    for name in sorted(seen):
        digest.update(name.encode())
        with open(os.path.join(root, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def check(tool, build, path):
    # The build's precompiled headers may be another compiler's.
    command = [tool, "-p", build, "--quiet", "--extra-arg=-Wno-ignored-gch", path]
    result = subprocess.run(command, capture_output=True, text=True)
    return result.returncode, result.stdout


def by_last_change(paths):
    """Last changed first, as what was changed may be wrong; within a commit tests last, which are slow to parse."""
    log = subprocess.run(["git", "log", "--name-only", "--format=%x00"], capture_output=True, text=True, check=True).stdout
    age = {}
    for number, names in enumerate(log.split("\0")):
        for name in names.split():
            age.setdefault(name, number)
    return sorted(paths, key=lambda path: (age.get(path, len(age)), path.endswith("_test.cpp"), path))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True)
    parser.add_argument("--seconds", type=float, default=600)
    options = parser.parse_args()
    tool = shutil.which("clang-tidy-19") or shutil.which("clang-tidy")
    if tool is None:
        print("clang-tidy-19 is missing: scripts/setup installs it")
        return 1
    root = os.getcwd()
    os.makedirs(CACHE, exist_ok=True)
    with open(os.path.join(options.build, "compile_commands.json"), encoding="utf-8") as file:
        units = {os.path.relpath(entry["file"], root) for entry in json.load(file)}
    tracked = set(subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True).stdout.split())
    todo = []
    for path in by_last_change(units & tracked):
        key = os.path.join(CACHE, unit_key(path, root))
        if not os.path.exists(key):
            todo.append((path, key))

    deadline = time.monotonic() + options.seconds
    failed = 0
    unreached = 0

    def job(item):
        if time.monotonic() > deadline:
            return item, None
        return item, check(tool, options.build, item[0])

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for (path, key), outcome in pool.map(job, todo):
            if outcome is None:
                unreached += 1
                print(f"not reached in time: {path}")
            elif outcome[0] == 0:
                open(key, "w", encoding="utf-8").close()
            else:
                failed += 1
                print(outcome[1])
    print(f"clang-tidy: {len(todo) - failed - unreached} clean, {failed} with findings, {unreached} not reached, "
          f"{len(units & tracked) - len(todo)} unchanged")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
