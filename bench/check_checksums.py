#!/usr/bin/env python3
"""check_checksums.py NATIVE_FOLDER WASM_FOLDER SCALE ENGINE...: every kernel prints what its native twin does."""
import os
import subprocess
import sys


def output(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, timeout=300, check=False)
    if done.returncode != 0:
        return f"exit code {done.returncode}"
    return done.stdout.decode(errors="replace")


def main():
    native_folder, wasm_folder, scale, *engine = sys.argv[1:]
    kernels = sorted(os.listdir(native_folder))
    failed = not kernels
    for kernel in kernels:
        native = output([os.path.join(native_folder, kernel), scale])
        guest = output([*engine, os.path.join(wasm_folder, kernel + ".wasm"), scale])
        if native != guest or "checksum=" not in native:
            failed = True
            print(f"{kernel}: native twin: {native.strip()}; {engine[0]}: {guest.strip()}")
    print(f"{len(kernels)} kernels compared")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
