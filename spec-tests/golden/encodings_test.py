#!/usr/bin/env python3
"""Every AArch64 instruction that the compiler emits, for the golden files' sources and for the real programs and
kernels, is the one that the GNU assembler makes of its disassembly; and every one that touches linear memory has
one of the forms that keep it in the sandbox. GOLDEN_LISTING names the tool."""

import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import golden_files

sys.path.insert(0, os.path.dirname(golden_files.FOLDER))
from command import TESTDATA, not_run  # noqa: E402

ASSEMBLER, OBJCOPY = "aarch64-linux-gnu-as", "aarch64-linux-gnu-objcopy"

# x27 is the base of memory 0, x16 the sum of it and an index, or an index and an offset.
MEMORY_FORMS = [re.compile(form) for form in (
    r"\S+ \S+, \[x27, w\d+, uxtw\]",
    r"\S+ \S+, \[x27(, #-?0x[0-9a-f]+|, #-?\d+)?\]",
    r"\S+ \S+, \[x27, x16\]",
    r"add x16, x27, w\d+, uxtw",
    r"add x16, x27, #(0x[0-9a-f]+|\d+)(, lsl #12)?",
    r"ldr x27, \[x28, #8\]",
)]


def corpus():
    files = [golden_files.source(name) for name in golden_files.names()]
    for folder in ("programs", os.path.join("bench", "wasm")):
        found = glob.glob(os.path.join(TESTDATA, folder, "*.wasm"))
        files += sorted(path for path in found if "simd" not in path)  # vectors are not compiled yet
    return files


def instructions():
    """{word: text} of the whole corpus."""
    words = {}
    for path in corpus():
        for line in golden_files.tool("encodings", path).splitlines():
            word, text = line.split("\t", 1)
            words[word] = text
    return words


class Encodings(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.words = instructions()

    def test_the_gnu_assembler_agrees(self):
        if not shutil.which(ASSEMBLER):
            not_run("there is no " + ASSEMBLER)
        self.assertGreater(len(self.words), 1000)
        with tempfile.TemporaryDirectory() as folder:
            source, objects, flat = (os.path.join(folder, name) for name in ("a.s", "a.o", "a.bin"))
            with open(source, "w", encoding="utf-8") as file:
                file.write("\n".join(self.words.values()) + "\n")
            result = subprocess.run([ASSEMBLER, source, "-o", objects], capture_output=True, text=True, check=False)
            self.assertEqual(result.returncode, 0, result.stderr[:2000])
            subprocess.run([OBJCOPY, "-O", "binary", "-j", ".text", objects, flat], check=True)
            with open(flat, "rb") as file:
                assembled = file.read()
        self.assertEqual(len(assembled), 4 * len(self.words))
        different = []
        for i, (word, text) in enumerate(self.words.items()):
            other = int.from_bytes(assembled[4 * i:4 * i + 4], "little")
            if other != int(word, 16):
                different.append(f"{word} {text}: as makes {other:08x}")
        self.assertEqual(different[:50], [])

    def test_no_other_way_into_memory(self):
        wrong = [text for text in self.words.values()
                 if re.search(r"\bx27\b", text) and not any(form.fullmatch(text) for form in MEMORY_FORMS)]
        self.assertEqual(wrong[:50], [])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
