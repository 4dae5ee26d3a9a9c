"""Runs kernels on engines, interleaved, and keeps times and failures."""
import os
import signal
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict


class Measurement:
    """One run: why it failed (or None), seconds, peak resident KiB, output."""

    def __init__(self, failure, seconds, resident, output):
        self.failure, self.seconds, self.resident, self.output = failure, seconds, resident, output


def describe(status, timeout, seconds, errors):
    """Why a run failed, None if it did not."""
    if os.WIFSIGNALED(status):
        if os.WTERMSIG(status) == signal.SIGKILL and seconds >= timeout - 1:
            return f"timeout after {timeout} s"
        return f"signal {os.WTERMSIG(status)}"
    code = os.WEXITSTATUS(status)
    if code == 0:
        return None
    lines = errors.decode(errors="replace").strip().splitlines()
    return f"exit code {code}" + (f": {lines[0][:120]}" if lines else "")


def measure(launcher, command, timeout, clock):
    """Runs a command through the launcher, see bench/measure.c; `clock` is "wall" or "cpu"."""
    with tempfile.NamedTemporaryFile() as record:
        done = subprocess.run([launcher, record.name, str(timeout), *command], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        with open(record.name, encoding="ascii") as file:
            fields = file.read().split()
    if len(fields) != 4:
        return Measurement("could not be started", 0, 0, b"")
    status, wall, cpu, resident = map(int, fields)
    failure = describe(status, timeout, wall / 1e9, done.stderr)
    return Measurement(failure, (cpu if clock == "cpu" else wall) / 1e9, resident, done.stdout)


class Results:
    """Times by (kernel, engine), failures, and each engine's start-up."""

    def __init__(self, engines, kernels):
        self.engines, self.kernels = engines, kernels
        self.startup_times, self.peaks = defaultdict(list), defaultdict(list)
        self.times = defaultdict(list)
        self.failures = {}

    @property
    def startup(self):
        return {name: statistics.median(times) for name, times in self.startup_times.items()}

    @property
    def resident(self):
        return {name: max(peaks) for name, peaks in self.peaks.items()}

    def gross(self, kernel, engine):
        return statistics.median(self.times[kernel, engine])

    def net(self, kernel, engine):
        """Without the engine's start-up; at least a microsecond, so that ratios exist."""
        return max(self.gross(kernel, engine) - self.startup.get(engine, 0), 1e-6)

    def ran(self, kernel, engine):
        return (kernel, engine) not in self.failures and (kernel, engine) in self.times

    def common(self):
        """The kernels that all engines ran right."""
        return [k.name for k in self.kernels if all(self.ran(k.name, e.name) for e in self.engines)]


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def run_startup(launcher, empty, rounds, clock, results):
    """Measures the empty program; an engine that cannot run it runs nothing."""
    for number in range(rounds + 1):  # the first warms the page cache
        progress(f"start-up {number}/{rounds}")
        for engine in results.engines:
            run = measure(launcher, engine.command(empty, []), 60, clock)
            if run.failure:
                results.failures["empty", engine.name] = run.failure
            elif number > 0:
                results.startup_times[engine.name].append(run.seconds)
                results.peaks[engine.name].append(run.resident)


def reference_output(outputs):
    """The native twin's output, or else what the most engines print."""
    if "native" in outputs:
        return outputs["native"]
    return max(set(outputs.values()), key=list(outputs.values()).count, default=None)


def run_round(launcher, timeout, clock, number, results):
    """Each kernel once on each engine, engines side by side."""
    for kernel in results.kernels:
        outputs = {}
        for engine in results.engines:
            key = kernel.name, engine.name
            command = engine.command(kernel, kernel.arguments)
            if key in results.failures:
                continue
            if command is None:
                results.failures[key] = "no native twin"
                continue
            progress(f"round {number}: {kernel.name} on {engine.name}")
            run = measure(launcher, command, timeout, clock)
            if run.failure:
                results.failures[key] = run.failure
                continue
            outputs[engine.name] = run.output
            results.times[key].append(run.seconds)
        expected = reference_output(outputs)
        for name, output in outputs.items():
            if output != expected:
                results.failures[kernel.name, name] = (
                    f"wrong output: {output[:80]!r} instead of {expected[:80]!r}")


def run_all(launcher, engines, kernels, empty, rounds, timeout, clock, more=None):
    """All measurements of a benchmark. Start-up and what `more` measures are too short for one place: they are
    measured in every round, so that a slow minute of the machine does not decide about them."""
    results = Results(engines, kernels)
    for number in range(1, rounds + 1):
        run_startup(launcher, empty, 5 if rounds == 1 else 3, clock, results)
        if more:
            more()
        run_round(launcher, timeout, clock, number, results)
    progress("")
    return results
