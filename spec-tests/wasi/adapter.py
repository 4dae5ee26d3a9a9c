#!/usr/bin/env python3
"""How the WASI testsuite's own runner (`run-tests --runtime …/adapter.py`) starts wasmjet. $WASMJET is the command
with its options, by default wasmjet from the PATH."""

import argparse
import os
import shlex
import subprocess
import sys

WASMJET = shlex.split(os.environ.get("WASMJET", "wasmjet"))


def command_of(options):
    """The suite grants directories as HOST::GUEST, which is also wasmjet's form."""
    command = list(WASMJET)
    for variable in options.env:
        command += ["--env", variable]
    for directory in options.dir:
        command += ["--dir", directory]
    return [*command, options.test_file, *options.arg]


def main():
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--version", action="store_true", help="print the runtime's name and version")
    parser.add_argument("--test-file", help="the module to run")
    for option in ("--arg", "--env", "--dir"):
        parser.add_argument(option, action="append", default=[])
    options = parser.parse_args()
    if options.version:
        return subprocess.run([WASMJET[0], "--version"], check=False).returncode
    if options.test_file is None:
        parser.error("--test-file is missing")
    # In this process's place, so that a signal that is meant for the runtime reaches it.
    command = command_of(options)
    os.execvp(command[0], command)


if __name__ == "__main__":
    sys.exit(main())
