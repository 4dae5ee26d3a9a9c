#!/usr/bin/env python3
"""Layering of includes, and size budgets of files and functions (see CONTRIBUTING.md)."""

import re
import subprocess
import sys

# Which folders a folder may include from, besides itself and include/wasmjet.
ALLOWED = {
    "include": {"decoder", "runtime", "jit", "wasi"},
    "decoder": set(),
    "runtime": {"decoder"},
    "jit": {"decoder", "runtime"},
    "wasi": {"decoder", "runtime"},
}
PROJECT_FOLDERS = {"decoder", "runtime", "jit", "wasi", "cli", "spec-tests", "bench", "examples"}
# The standard-library-only folder must not see these either.
THIRD_PARTY = re.compile(r"^(spdlog|fmt|asmjit|Zydis|Zycore|CLI|nlohmann)/")

FILE_SOFT, FILE_HARD = 400, 800
FUNCTION_SOFT, FUNCTION_HARD = 40, 80


def tracked(*patterns):
    listing = subprocess.run(["git", "ls-files", *patterns], check=True, capture_output=True, text=True)
    return listing.stdout.split()


def check_includes(path, lines, problems):
    folder = path.split("/")[0]
    for number, line in enumerate(lines, 1):
        where = f"{path}:{number}"
        match = re.match(r'\s*#\s*include\s*["<]([^">]+)[">]', line)
        if match:
            check_include(path, folder, match.group(1), where, problems)
        elif re.match(r"\s*#\s*(if|ifdef|elif)\b.*(__x86_64__|__aarch64__|__amd64__)", line):
            if folder != "jit" and not re.search("trap_handler|signal_context|syscall_abi|test_", path):
                problems.append(f"{where}: architecture #if outside jit/, the signal handler and the system call filter")


def check_include(path, folder, header, where, problems):
    target = header.split("/")[0]
    if folder in ALLOWED and target in PROJECT_FOLDERS and target != folder:
        if target not in ALLOWED[folder]:
            problems.append(f"{where}: {folder}/ may not include {target}/")
    if header.startswith("asmjit/") and folder != "jit":
        problems.append(f"{where}: asmjit headers belong under jit/ only")
    if folder == "decoder" and THIRD_PARTY.match(header):
        problems.append(f"{where}: decoder/ uses the standard library only")
    for own, other in (("jit/x64/", "jit/a64/"), ("jit/a64/", "jit/x64/")):
        if path.startswith(own) and header.startswith(other):
            problems.append(f"{where}: {own} and {other} must not see each other")


def functions(lines):
    """(first line, length, name) of function bodies, told by clang-format's layout: a line at one
    indentation that ends in '{' and looks like a definition, up to '}' at the same indentation."""
    for start, line in enumerate(lines):
        match = re.match(r"^( *)(?!namespace|class|struct|enum|union|extern|if|for|while|switch|do\b|else|"
                         r"case|return|try|static_assert|constexpr .*=|\}|//|#)(\S.*)\{$", line)
        if not match or "=" in match.group(2).split("(")[0]:
            continue
        # A definition may begin on earlier lines; it must have a parameter list.
        if ")" not in match.group(2):
            continue
        indent = match.group(1)
        if match.group(2).startswith(":"):  # a constructor's initializers
            indent = indent[:-4]
        for end in range(start + 1, len(lines)):
            if lines[end].startswith(indent + "}"):
                yield start + 1, end - start + 1, match.group(2)
                break


def main():
    problems = []
    notes = []
    for path in tracked("*.cpp", "*.hpp"):
        with open(path, encoding="utf-8") as file:
            lines = file.read().split("\n")
        check_includes(path, lines, problems)
        if len(lines) > FILE_HARD:
            problems.append(f"{path}: {len(lines)} lines, at most {FILE_HARD} are allowed")
        elif len(lines) > FILE_SOFT:
            notes.append(f"{path}: {len(lines)} lines, should have at most {FILE_SOFT}")
        if path.startswith(("bench/", "examples/")):
            continue
        for number, length, name in functions(lines):
            cases = sum(1 for line in lines[number - 1:number - 1 + length] if re.match(r"\s*case\b", line))
            if cases * 4 > length * 3:  # a table in the form of a switch
                continue
            if length > FUNCTION_HARD:
                problems.append(f"{path}:{number}: function of {length} lines, at most {FUNCTION_HARD} are allowed")
            elif length > FUNCTION_SOFT:
                notes.append(f"{path}:{number}: function of {length} lines: {name.strip()[:60]}")
    for note in notes:
        print(f"note: {note}")
    for problem in problems:
        print(f"error: {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
