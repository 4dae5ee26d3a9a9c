"""Compile throughput on a large generated module."""
import os
import subprocess
import sys

from .engines import BENCH_FOLDER, NODE_TIERS

MEGABYTES = 24
STATISTICS_TIMEOUT = 300


def generate(output, sources):
    """Makes the module unless it is newer than all that it is made of."""
    scripts = [os.path.join(BENCH_FOLDER, "generate_large_module.py"),
               os.path.join(BENCH_FOLDER, "harness", "wasm_module.py")]
    inputs = [*scripts, *sources]
    if os.path.exists(output) and os.path.getmtime(output) > max(map(os.path.getmtime, inputs)):
        return
    os.makedirs(os.path.dirname(output), exist_ok=True)
    subprocess.run([sys.executable, scripts[0], output, str(MEGABYTES), *sources], check=True)


def wasmjet_statistics(wasmjet, module):
    """The `key: value` lines of inspect --stats."""
    try:
        done = subprocess.run([wasmjet, "inspect", "--stats", module], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=STATISTICS_TIMEOUT, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return {"wasmjet": f"FAILED: {error}"}
    if done.returncode != 0:
        errors = done.stderr.decode(errors="replace").strip().splitlines()
        return {"wasmjet": f"FAILED: exit code {done.returncode}: {errors[:1]}"}
    lines = done.stdout.decode(errors="replace").splitlines()
    return {f"wasmjet {key}": value for key, value in (line.split(": ", 1) for line in lines if ": " in line)}


class Throughput:
    """The figures of each engine's best round, by turns: what disturbs a run of half a second makes it slower. `node`
    may be None."""

    def __init__(self, wasmjet, node, module):
        self.wasmjet, self.node, self.module = wasmjet, node, module
        self.figures = {}

    def measure(self):
        found = [(wasmjet_statistics(self.wasmjet, self.module), "wasmjet compile MB/s")]
        if self.node:
            found.append((liftoff_throughput(self.node, self.module), "liftoff MB/s (one thread)"))
        for figures, key in found:
            failed = key not in figures
            if failed or key not in self.figures or float(figures[key]) > float(self.figures[key]):
                self.figures.update(figures)


def liftoff_throughput(node, module):
    """Megabytes a second that node's baseline compiler, on one thread, validates and compiles."""
    script = os.path.join(BENCH_FOLDER, "node_compile.mjs")
    command = [node, *NODE_TIERS["liftoff"], "--single-threaded", script, module]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode != 0:
        return {"liftoff": f"FAILED: exit code {done.returncode}"}
    wall, cpu = map(float, done.stdout.split())
    megabytes = os.path.getsize(module) / 1e6
    return {"liftoff MB/s (one thread)": f"{megabytes / wall:.1f}",
            "liftoff MB/s (one thread, CPU time)": f"{megabytes / cpu:.1f}"}
