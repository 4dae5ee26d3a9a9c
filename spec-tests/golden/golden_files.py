"""The golden files: src/NAME.wat, and for each architecture ARCH/NAME.txt, the code for a CPU with every
extension, and ARCH/NAME.baseline.txt, the functions whose code for the baseline differs (if any does)."""

import os
import subprocess

FOLDER = os.path.dirname(os.path.abspath(__file__))
SOURCES = os.path.join(FOLDER, "src")
ARCHITECTURES = ["x64", "a64"]  # of which the tool makes listings
ROOT = os.path.abspath(os.path.join(FOLDER, "..", ".."))


def names():
    return sorted(file[:-4] for file in os.listdir(SOURCES) if file.endswith(".wat"))


def source(name):
    return os.path.join(SOURCES, name + ".wat")


def tool(*arguments):
    listing = os.environ.get("GOLDEN_LISTING",
                             os.path.join(ROOT, "build", "release", "spec-tests", "golden", "golden_listing"))
    return subprocess.run([listing, *arguments], check=True, capture_output=True, text=True, timeout=600).stdout


def expected_files(name):
    """{path: text} of the golden files that the compiler's present code makes for a source."""
    files = {}
    for architecture in ARCHITECTURES:
        complete = tool("complete", architecture, source(name))
        baseline = tool("baseline", architecture, source(name))
        folder = os.path.join(FOLDER, architecture)
        files[os.path.join(folder, name + ".txt")] = complete
        differing = [function for function, other in zip(baseline.split("\n\n"), complete.split("\n\n"))
                     if function.rstrip("\n") != other.rstrip("\n")]
        if differing:
            files[os.path.join(folder, name + ".baseline.txt")] = "\n\n".join(differing).rstrip("\n") + "\n"
    return files


def present_files():
    return {os.path.join(FOLDER, architecture, file)
            for architecture in ARCHITECTURES for file in os.listdir(os.path.join(FOLDER, architecture))}
