"""A folder for the files of one test program; it goes when the program ends."""

import os
import tempfile

_folder = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
FOLDER = os.path.realpath(_folder.name)


def path_of(file):
    return os.path.join(FOLDER, file)


def write(content, file="m.wasm"):
    """Writes text, bytes, or a module (wasm_builder.Module) to a file of the folder and returns its path."""
    with open(path_of(file), "wb") as out:
        out.write(content if isinstance(content, bytes) else content.encode())
    return path_of(file)


def read(file):
    with open(path_of(file), encoding="utf-8") as source:
        return source.read()
