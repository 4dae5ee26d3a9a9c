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
# The peers' commands, and their arguments up to the module's name.
PEERS = {
    "wasmtime": ["run"],
    "wasmer": ["run"],
    "iwasm": [],
    "wasm3": [],
    "wizeng": ["-mode=int"],
}
# What does not compile (iwasm: built without its compilers).
INTERPRETERS = ["wasmjet-interp", "wasm3", "iwasm", "wizeng"]


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


def find_wasmjet(wasmjet, missing):
    """wasmjet by tier; says in `missing` if it is not there."""
    version = first_line([wasmjet, "--version"]) if os.path.exists(wasmjet) else None
    if version is None:
        missing.append(f"wasmjet: {wasmjet} is not built or does not run")
        return []
    return [Engine("wasmjet", [wasmjet, "run", "--tier", "jit"], version),
            Engine("wasmjet-interp", [wasmjet, "run", "--tier", "interp"], f"{version}, interpreter")]


def find_peers(paths, missing):
    """Other engines, at the paths given by name or else on the PATH; says in `missing` what was given and does not run."""
    found = []
    for name in sorted(set(paths) - set(PEERS)):
        missing.append(f"{name}: not an engine that is known here: {', '.join(PEERS)}")
    for name, arguments in PEERS.items():
        path = paths.get(name) or shutil.which(name)
        version = first_line([path, "--version"]) if path else None
        if path and (version or name not in paths):
            separator = ["--"] if name == "wasmer" else []
            found.append(Engine(name, [path, *arguments], version or "unknown version", separator))
        elif path:
            missing.append(f"{name}: {path} does not run")
    return found


def find_engines(wasmjet, node, native_compiler, peers, missing):
    """All engines that can run, wasmjet first; `missing` gets a line for each that ought to and cannot."""
    found = find_wasmjet(wasmjet, missing) + find_node(node, missing)
    if native_compiler:
        found.append(Engine("native", [], f"{first_line([native_compiler, '--version'])}, -O2 -ffp-contract=off"))
    else:
        missing.append("native: no gcc on the PATH")
    return found + find_peers(peers, missing)


def find_interpreters(wasmjet, peers, missing):
    """The interpreters among the engines; one to compare with ought to be there."""
    found = [e for e in find_wasmjet(wasmjet, missing) + find_peers(peers, missing) if e.name in INTERPRETERS]
    if not any(e.name in PEERS for e in found):
        missing.append("wasm3, iwasm or wizeng: none on the PATH: give --peer NAME=PATH")
    return found
