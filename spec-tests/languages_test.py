#!/usr/bin/env python3
"""What compilers of other languages emit: languages/ built from source, beside a native twin where there is one.
Argument: cpp, rust or assemblyscript. The Rust compiler is $WASMJET_RUSTC (default: Debian's /usr/bin/rustc), the
AssemblyScript compiler $WASMJET_ASC (default: asc from the PATH), whose folder must have the package
@assemblyscript/wasi-shim beside it."""

import os
import shutil
import subprocess
import sys
import tempfile

from command import ROOT, TIER, WASMJET, not_run

SOURCES = os.path.join(ROOT, "spec-tests", "languages")
TEXT = ("the quick brown fox jumps over the lazy dog\nthe end\n" * 40).encode()


def build(command, **options):
    result = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if result.returncode != 0:
        sys.exit(f"FAILED: {' '.join(command)}\n{result.stdout}{result.stderr}")


def outcome(command, folder):
    """What there is to compare: exit code, stdout, stderr, and what is left in the folder."""
    environment = {"NAME": "value", "PATH": os.environ["PATH"]}
    result = subprocess.run(command, input=TEXT, capture_output=True, env=environment, timeout=120, check=False)
    return result.returncode, result.stdout.decode(), result.stderr.decode(), sorted(os.listdir(folder))


def wasi(module, work, argument):
    command = [WASMJET, "--tier", TIER, "--dir", work, "--env", "NAME", module]
    return outcome([*command, work] if argument else command, work)


def cpp(folder, work):
    if shutil.which("clang++-19") is None or not os.path.exists("/usr/include/wasm32-wasi/c++/v1/iostream"):
        not_run("clang++-19 or libc++-19-dev-wasm32 is not installed")
    source = os.path.join(SOURCES, "words.cpp")
    module, native = os.path.join(folder, "words.wasm"), os.path.join(folder, "words")
    build(["clang++-19", "--target=wasm32-wasi", "-std=c++20", "-O2", "-fno-exceptions", "-Wall", "-Werror", source, "-o", module])
    build(["g++", "-std=c++20", "-O2", source, "-o", native])
    return wasi(module, work, True), outcome([native, work], work)


def rust(folder, work):
    rustc = os.environ.get("WASMJET_RUSTC", "/usr/bin/rustc")
    source = os.path.join(SOURCES, "words.rs")
    module = os.path.join(folder, "words.wasm")
    libraries = subprocess.run([rustc, "--target=wasm32-wasi", "--print=target-libdir"], capture_output=True, text=True,
                               check=False).stdout.strip() if shutil.which(rustc) else ""
    # lld 19 refuses what this old compiler puts into its libraries.
    linker = shutil.which("wasm-ld-14")
    if not os.path.isdir(libraries) or linker is None:
        not_run("no rustc with the library of wasm32-wasi and its linker (Debian: rustc libstd-rust-dev-wasm32 lld-14)")
    build([rustc, "--target=wasm32-wasi", "-O", "-C", f"linker={linker}", source, "-o", module])
    expected = (7, "the     120\nbrown   40\ndog     40\nend     40\nfox     40\njumps   40\nlazy    40\nover    40\nquick   40\n"
                "Ok(\"value\") 1\ntrue\ntrue\ntrue\n1001 lines, last \"end\\n\", 11124 bytes\n{\"renamed\": true}\ntrue\ntrue\n",
                "done\n", [])
    return wasi(module, work, True), expected


def assemblyscript(folder, work):
    asc = shutil.which(os.environ.get("WASMJET_ASC", "asc"))
    if asc is None:
        not_run("the AssemblyScript compiler is not installed (npm install assemblyscript @assemblyscript/wasi-shim)")
    # …/node_modules/assemblyscript/bin/asc.js; the shim's configuration names its files relative to …
    top = os.path.realpath(asc).split("/node_modules/")[0]
    shim = "./node_modules/@assemblyscript/wasi-shim/asconfig.json"
    if not os.path.exists(os.path.join(top, shim)):
        not_run(f"@assemblyscript/wasi-shim is not installed in {top}")
    module = os.path.join(folder, "words.wasm")
    build([asc, os.path.join(SOURCES, "words.ts"), "--config", shim, "-O", "-o", module], cwd=top)
    expected = (7, "the     120\nbrown   40\ndog     40\nend     40\nfox     40\njumps   40\nlazy    40\nover    40\nquick   40\n"
                "1 value\ntrue\ntrue\nError: done\n", "", [])
    return wasi(module, work, False), expected


def main():
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as work:
        got, expected = {"cpp": cpp, "rust": rust, "assemblyscript": assemblyscript}[sys.argv[1]](folder, work)
    if got != expected:
        sys.exit(f"FAILED: the program's outcome is\n{got}\nexpected:\n{expected}")
    print(f"{sys.argv[1]}: {len(got[1])} bytes of output as expected")


if __name__ == "__main__":
    main()
