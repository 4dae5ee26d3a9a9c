"""The engines: how each is found, named and started."""
import os
import shutil
import subprocess

BENCH_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# Without these node changes tier silently, and the comparison is worthless.
EAGER = ["--no-wasm-tier-up", "--no-wasm-dynamic-tiering", "--no-wasm-lazy-compilation"]
NODE_TIERS = {
    "liftoff": ["--liftoff", "--liftoff-only", *EAGER],
    "turbofan": ["--no-liftoff", *EAGER],
}
# Command line up to the module's name, and how the version is asked for.
PEERS = {
    "wasmtime": (["wasmtime", "run"], ["wasmtime", "--version"]),
    "wasmer": (["wasmer", "run"], ["wasmer", "--version"]),
    "iwasm": (["iwasm"], ["iwasm", "--version"]),
    "wasm3": (["wasm3"], ["wasm3", "--version"]),
    "wizeng": (["wizeng"], ["wizeng", "--version"]),
}


class Engine:
    """Runs a kernel's module; `native` runs its twin."""

    def __init__(self, name, prefix, version, separator=()):
        self.name, self.version = name, version
        self._prefix, self._separator = prefix, list(separator)

    def command(self, kernel, arguments):
        """The command line, None if this engine has nothing to run."""
        if self.name == "native":
            return [kernel.native, *arguments] if kernel.native else None
        return [*self._prefix, kernel.module, *self._separator, *arguments]


def first_line(command):
    """The first line that a command prints, None if it fails."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)
    except OSError:
        return None
    text = done.stdout.decode(errors="replace").strip()
    return text.splitlines()[0] if done.returncode == 0 and text else None


def node_path(option):
    """--node, then WASMJET_BENCH_NODE, then the PATH."""
    return option or os.environ.get("WASMJET_BENCH_NODE") or shutil.which("node")


def find_node(node, missing):
    """The tiers of node that run; says in `missing` what does not."""
    if not node:
        missing.append("node (liftoff, turbofan): not found: give --node PATH or set WASMJET_BENCH_NODE")
        return []
    version = first_line([node, "-p", "process.version + ', V8 ' + process.versions.v8"])
    if version is None:
        missing.append(f"node (liftoff, turbofan): {node} does not run")
        return []
    found = []
    script = os.path.join(BENCH_FOLDER, "node_wasi.mjs")
    for tier, flags in NODE_TIERS.items():
        if first_line([node, *flags, "-p", "1"]) is None:
            missing.append(f"{tier}: {node} ({version}) does not know the flags {' '.join(flags)}")
        else:
            found.append(Engine(tier, [node, *flags, "--no-warnings", script], f"node {version}, {' '.join(flags)}"))
    return found


def find_engines(wasmjet, node, native_compiler, missing):
    """All engines that can run, wasmjet first; `missing` gets a line for each that ought to and cannot."""
    found = []
    version = first_line([wasmjet, "--version"]) if os.path.exists(wasmjet) else None
    if version is None:
        missing.append(f"wasmjet: {wasmjet} is not built or does not run")
    else:
        found.append(Engine("wasmjet", [wasmjet, "run", "--tier", "jit"], version))
    found += find_node(node, missing)
    if native_compiler:
        found.append(Engine("native", [], f"{first_line([native_compiler, '--version'])}, -O2 -ffp-contract=off"))
    else:
        missing.append("native: no gcc on the PATH")
    for name, (prefix, ask) in PEERS.items():
        if shutil.which(prefix[0]):
            separator = ["--"] if name == "wasmer" else []
            found.append(Engine(name, prefix, first_line(ask) or "unknown version", separator))
    return found
