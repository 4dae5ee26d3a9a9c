"""Watches the command's system calls, or makes some of them fail, with strace(1)."""

import re
import shutil
import subprocess
import tempfile

from command import WASMJET, not_run


def require():
    """Ends the test program as NOT RUN where there is no strace, or where tracing is forbidden."""
    if shutil.which("strace") is None:
        not_run("strace is not installed")
    tried = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False)
    if tried.returncode != 0:
        not_run(f"strace does not work here: {tried.stderr.decode().strip()}")


def run(arguments, inject=(), timeout=120, **options):
    """Runs `wasmjet arguments...`; `inject` holds what strace's -e inject= takes. Returns the result and the
    lines of the trace, from exec to exit, of all threads, without the thread's number."""
    with tempfile.NamedTemporaryFile("r", prefix="strace") as trace:
        command = ["strace", "-f", "-s", "4096", "-o", trace.name]
        for injection in inject:
            command += ["-e", f"inject={injection}"]
        options.setdefault("stdin", subprocess.DEVNULL)
        result = subprocess.run([*command, "--", WASMJET, *arguments], capture_output=True, timeout=timeout,
                                check=False, **options)
        lines = [re.sub(r"^\d+ +", "", line.rstrip("\n")) for line in trace]
    return result, lines
