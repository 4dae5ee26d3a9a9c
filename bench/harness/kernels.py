"""The kernels: modules of a folder, and native twins built from their sources."""
import os
import re
import subprocess

NATIVE_FLAGS = ["-O2", "-ffp-contract=off"]
SCALE = re.compile(r"\(argc, argv, (\d+)\)")


class Kernel:
    """A module, its native twin (or None), and the arguments to run both with."""

    def __init__(self, name, module, native, arguments):
        self.name, self.module, self.native, self.arguments = name, module, native, arguments


def newest_source(folder):
    """The time of the last change among the sources: headers are shared."""
    return max(os.path.getmtime(os.path.join(folder, name)) for name in os.listdir(folder))


def build_native(compiler, source, output, notes):
    """Compiles unless the output is newer; the output's path, None if it does not compile."""
    if os.path.exists(output) and os.path.getmtime(output) > newest_source(os.path.dirname(source)):
        return output
    os.makedirs(os.path.dirname(output), exist_ok=True)
    done = subprocess.run([compiler, *NATIVE_FLAGS, source, "-o", output, "-lm"], stderr=subprocess.PIPE, check=False)
    if done.returncode == 0:
        return output
    lines = done.stderr.decode(errors="replace").splitlines()
    notes.append(f"{os.path.basename(source)}: no native twin: {next((l for l in lines if 'error' in l), lines[:1])}")
    return None


def scaled(source, percent):
    """The arguments for a percentage of the standard scale, which stands in the source."""
    if percent == 100:
        return []
    with open(source, encoding="utf-8") as file:
        standard = SCALE.search(file.read())
    return [str(max(1, int(standard.group(1)) * percent // 100))] if standard else []


def find_kernels(folder, sources, cache, compiler, wanted, percent, notes):
    """The modules of `folder`, but `empty`, in order of name."""
    kernels = []
    names = sorted(f[:-5] for f in os.listdir(folder) if f.endswith(".wasm") and f != "empty.wasm")
    for name in [n for n in names if not wanted or n in wanted]:
        source = os.path.join(sources, name + ".c")
        native, arguments = None, []
        if os.path.exists(source):
            arguments = scaled(source, percent)
            if compiler:
                native = build_native(compiler, source, os.path.join(cache, name), notes)
        else:
            notes.append(f"{name}: no source {source}: no native twin, standard scale")
        kernels.append(Kernel(name, os.path.join(folder, name + ".wasm"), native, arguments))
    for name in sorted(set(wanted) - set(names)):
        notes.append(f"{name}: no such kernel in {folder}")
    return kernels
