#!/usr/bin/env python3
"""`wasmjet profile --count` and `--coverage`: numbers that are known beforehand, whatever way a run ends."""

import json
import os
import re
import shutil
import subprocess
import unittest

import count_modules as modules
from command import TESTDATA, TestCase, build_c, not_run, run
from test_folder import FOLDER, path_of, read, write

EVERYTHING = "calls,loops,opcodes,branches,memory"


class Counting(TestCase):
    def count(self, *arguments, what=EVERYTHING, code=0, options=(), **more):
        """The report of a run, as JSON; `more` is for run()."""
        result = run(["profile", "--count", what, "--format=json", "-o", path_of("counts.json"), *options,
                      *arguments], **more)
        self.check(result, code, stderr="" if code == 0 else None)
        counts = json.loads(read("counts.json"))
        if what == EVERYTHING:
            self.check_sums(counts)
        self.result = result
        return counts

    def check_sums(self, counts):
        """What has to agree in every report."""
        self.assertEqual(counts["schema"], "wasmjet-counts-1")
        self.assertEqual(counts["instructions"], sum(m["instructions"] for m in counts["modules"]))
        self.assertEqual(counts["calls"], sum(m["calls"] for m in counts["modules"]))
        self.assertEqual(counts["host_calls"], sum(f["calls"] for f in counts["host"]))
        for module in counts["modules"]:
            opcodes = module["opcodes"]
            self.assertEqual(module["instructions"], sum(opcodes.values()))
            self.assertEqual(module["instructions"], sum(f["instructions"] for f in module["functions"]))
            self.assertEqual(module["calls"], sum(f["calls"] for f in module["functions"]))
            self.assertEqual(opcodes.get("loop", 0), sum(loop["iterations"] for loop in module["loops"]))
            for name in ("if", "br_if", "br_table"):
                executed = [b for b in module["branches"] if b["instruction"] == name]
                self.assertEqual(opcodes.get(name, 0), sum(b["executed"] for b in executed), name)
                for branch in executed:
                    self.assertEqual(branch["executed"],
                                     sum(branch["labels"] if name == "br_table" else
                                         (branch["taken"], branch["not_taken"])))
            for access in module["memory"]:
                self.assertEqual(access["count"], opcodes[access["instruction"]])

    def calls_of(self, counts, module=0):
        return {f["name"]: f["calls"] for f in counts["modules"][module]["functions"]}


class Calls(Counting):
    def test_fib(self):
        module = write(modules.FIB, "fib.wat")
        counts = self.count("--invoke", "fib", module, "25")
        self.assertEqual(self.result.stdout, b"75025\n")
        self.assertEqual(self.calls_of(counts), {"fib": 242785})
        # A call of fib(n) below 2 is 5 instructions with its `if`, another one 13: local.get, i32.const, i32.lt_u, if,
        # local.get; or the first four and two of (local.get, i32.const, i32.sub, call) and i32.add.
        leaves = (242785 + 1) // 2
        self.assertEqual(counts["instructions"], 5 * leaves + 13 * (242785 - leaves))
        self.assertEqual(counts["modules"][0]["branches"][0]["taken"], leaves)

    def test_fib_as_text(self):
        module = write(modules.FIB, "fib.wat")
        result = run(["profile", "--count", "calls", "--invoke", "fib", module, "25"])
        self.check(result, 0, stdout="75025\n")
        text = result.stderr.decode()
        self.assertRegex(text, r"\Awasmjet profile, exact counts: \S*fib.wat 25\n")
        self.assertRegex(text, r"\n +242785 +\d+  fib\n\Z")

    def test_fib_of_c(self):
        module = path_of("fib_c.wasm")
        build_c(modules.FIB_C, module)
        counts = self.count(module)
        self.assertEqual(self.result.stdout, b"75025\n")
        self.assertEqual(self.calls_of(counts)["fib"], 242785)
        self.assertEqual({f["name"]: f["calls"] for f in counts["host"]}["fd_write"], 1)

    def test_every_module(self):
        library, user = write(modules.LIBRARY, "lib.wat"), write(modules.USER, "user.wat")
        counts = self.count(f"--preload=lib={library}", "--invoke", "main", user)
        self.assertEqual([m["name"] for m in counts["modules"]], ["lib.wat", "user.wat"])
        self.assertEqual(self.calls_of(counts, 0), {"count": 6, "start": 1})
        self.assertEqual(list(self.calls_of(counts, 1).values()), [1, 1])
        self.assertEqual(counts["modules"][0]["opcodes"],
                         {"global.get": 6, "global.set": 6, "i32.add": 6, "i32.const": 6, "call": 2})
        self.assertEqual(counts["modules"][1]["opcodes"], {"call": 4})
        self.assertEqual((counts["calls"], counts["host_calls"]), (9, 0))
        text = run(["profile", "--count", "calls", f"--preload=lib={library}", "--invoke", "main", user])
        self.assertRegex(text.stderr.decode(), r"\n  module        lib.wat: 26 instructions, 7 calls\n")
        self.assertRegex(text.stderr.decode(), r"\n +6 +24  lib.wat: count\n")


class Details(Counting):
    """The program WORK, its numbers by formula."""

    N = 23

    def work(self):
        module = write(modules.WORK, "work.wat")
        return self.count("--invoke", "work", module, str(self.N)), module

    def test_calls(self):
        counts, _ = self.work()
        even = (self.N + 1) // 2
        by_table = [sum(i % 5 == label for i in range(self.N)) for label in range(3)]
        self.assertEqual(self.calls_of(counts), {"even": even + by_table[0], "never": 0, "work": 1, "nested": 0, "sum": 0})
        self.assertEqual(counts["host"],
                         [{"module": "wasi_snapshot_preview1", "name": "sched_yield", "calls": by_table[1]}])

    def test_opcodes(self):
        counts, _ = self.work()
        n, even, odd = self.N, (self.N + 1) // 2, self.N // 2
        zero, one, two = [sum(i % 5 == label for i in range(n)) for label in range(3)]
        called = even + zero
        expected = {
            "memory.fill": 1, "memory.copy": 1, "memory.init": 1, "memory.grow": 2,
            # block $done, and four in each iteration
            "block": 1 + 4 * n, "loop": n + 1, "br_if": n + 1, "i32.eq": n + 1, "if": n, "i32.and": n,
            "i64.store": odd, "i64.const": odd, "call": even, "i32.load16_u": called, "br_table": n,
            "i32.rem_u": n, "call_indirect": zero + one, "nop": two, "br": zero + one + n, "local.set": n,
            "i32.add": n, "drop": 2 + even + zero + one, "local.get": 2 * (n + 1) + 3 * n,
            # 9 + 2 before the loop; in it `and`, the address of the store, `rem_u`, the table's indices, `add`
            "i32.const": 11 + n + odd + n + zero + one + n + called}
        self.assertEqual(counts["modules"][0]["opcodes"], expected)
        self.assertEqual(list(counts["modules"][0]["opcodes"].values()),
                         sorted(expected.values(), reverse=True))

    def test_branches(self):
        counts, _ = self.work()
        n, even, odd = self.N, (self.N + 1) // 2, self.N // 2
        leave, parity, table = counts["modules"][0]["branches"]
        self.assertEqual((leave["taken"], leave["not_taken"]), (1, n))
        self.assertEqual((parity["taken"], parity["not_taken"]), (odd, even))
        labels = [sum(i % 5 == label for i in range(n)) for label in range(3)]
        self.assertEqual(table["labels"], [*labels, n - sum(labels)])

    def test_memory(self):
        counts, _ = self.work()
        even = (self.N + 1) // 2 + sum(i % 5 == 0 for i in range(self.N))
        memory = {m["instruction"]: (m["kind"], m["count"], m["bytes"], m["trapped"])
                  for m in counts["modules"][0]["memory"]}
        self.assertEqual(memory, {"memory.fill": ("other", 1, 30, 0), "memory.copy": ("other", 1, 12, 0),
                                  "memory.init": ("other", 1, 5, 0),
                                  "memory.grow": ("other", 2, 3 * 65536, 0),  # the second one failed
                                  "i64.store": ("store", self.N // 2, self.N // 2 * 8, 0),
                                  "i32.load16_u": ("load", even, even * 2, 0)})

    def test_loops(self):
        module = write(modules.WORK, "work.wat")
        counts = self.count("--invoke", "nested", module, "7", "11")
        self.assertEqual([(l["depth"], l["entries"], l["iterations"]) for l in counts["modules"][0]["loops"]],
                         [(1, 1, 7), (2, 7, 77)])
        outer, inner = counts["modules"][0]["loops"]
        self.assertTrue(outer["begin"] < inner["begin"] < inner["end"] < outer["end"])
        self.assertEqual([(b["taken"], b["not_taken"]) for b in counts["modules"][0]["branches"]],
                         [(70, 7), (6, 1)])
        counts = self.count("--invoke", "sum", module, "100")
        self.assertEqual(self.result.stdout, b"5050\n")
        self.assertEqual([(l["entries"], l["iterations"]) for l in counts["modules"][0]["loops"]], [(1, 100)])

    def test_text(self):
        """The same numbers, in tables; what is left out is summed up."""
        counts, module = self.work()
        result = run(["profile", "--count", EVERYTHING, "--top=2", "--invoke", "work", module, str(self.N)])
        text = result.stderr.decode()
        rest = list(counts["modules"][0]["opcodes"].values())[2:]
        self.assertIn(f"\n  ... and {len(rest)} more: {sum(rest)} instructions\n", text)
        self.assertIn("\n  3 of 5 functions were never called\n", text)
        self.assertRegex(text, rf"\n +{self.N + 1} +1 +{self.N}  0x[0-9a-f]+  br_if     work\n")
        self.assertRegex(text, rf"\n +{self.N + 1} +1  0x[0-9a-f]+ to 0x[0-9a-f]+      1  work\n")
        labels = next(b for b in counts["modules"][0]["branches"] if "labels" in b)["labels"]
        full = run(["profile", "--count=branches", "--invoke", "work", module, str(self.N)]).stderr.decode()
        self.assertIn("br_table  work; label 0: {} 1: {} 2: {} default: {}\n".format(*labels), full)
        self.assertNotIn("Calls of", full)

    def test_deterministic(self):
        reports = []
        for _ in range(2):
            result = run(["profile", "--count", EVERYTHING, "--coverage", path_of("same.info"), "--invoke", "work",
                          write(modules.WORK, "work.wat"), "100"])
            reports.append((result.stderr, read("same.info"), read("same.info.wat")))
        self.assertEqual(reports[0], reports[1])


class Endings(Counting):
    """Whatever way a run ends, what began was counted and nothing else."""

    def ended(self, export, code, options=()):
        counts = self.count("--invoke", export, write(modules.ENDINGS, "endings.wat"), code=code, options=options)
        (module,) = counts["modules"]
        return counts, module["opcodes"], {m["instruction"]: m for m in module["memory"]}

    def test_trap(self):
        counts, opcodes, _ = self.ended("divide", 134)
        self.assertEqual(counts["ended"], "by a trap: integer divide by zero")
        self.assertEqual(opcodes, {"i32.const": 1, "global.get": 1, "i32.div_u": 1})

    def test_trap_of_a_load(self):
        _, opcodes, memory = self.ended("load", 134)
        self.assertEqual(opcodes, {"i32.const": 2, "i64.load": 2, "drop": 1})
        self.assertEqual((memory["i64.load"]["bytes"], memory["i64.load"]["trapped"]), (8, 1))

    def test_trap_of_a_fill(self):
        _, opcodes, memory = self.ended("fill", 134)
        self.assertEqual(opcodes, {"i32.const": 6, "memory.fill": 2})
        self.assertEqual(memory["memory.fill"]["bytes"], 10)

    def test_stack_overflow(self):
        """The call that there was no room for began, but its callee did not."""
        counts, opcodes, _ = self.ended("deep", 134, options=["--max-stack=64KiB"])
        self.assertEqual(opcodes, {"call": counts["calls"]})
        self.assertGreater(counts["calls"], 100)

    def test_start_function(self):
        module = write("(module (func $start nop unreachable) (start $start))", "start.wat")
        counts = self.count(module, code=134)
        self.assertEqual(counts["modules"][0]["opcodes"], {"nop": 1, "unreachable": 1})

    def test_no_report_of_what_cannot_run(self):
        module = write('(module (import "nowhere" "f" (func)))', "link.wat")
        result = run(["profile", "--count=calls", "-o", path_of("none"), module])
        self.check_one_line(result, 126, "nowhere")
        self.assertEqual(read("none"), "")

    def test_exit(self):
        counts, opcodes, _ = self.ended("exit", 3)
        self.assertEqual(counts["ended"], "with exit code 3")
        self.assertEqual(opcodes, {"i32.const": 1, "call": 1})
        self.assertEqual(counts["host_calls"], 1)

    def test_timeout(self):
        counts, opcodes, _ = self.ended("forever", 124, options=["--timeout=300ms"])
        self.assertEqual(counts["ended"], "by the timeout")
        (loop,) = counts["modules"][0]["loops"]
        self.assertEqual((loop["entries"], loop["iterations"]), (1, opcodes["loop"]))
        self.assertEqual(opcodes["br"], opcodes["loop"])  # it is left by a branch that has begun
        self.assertGreater(opcodes["loop"], 1000)


class Programs(Counting):
    """A whole program does the same, and its report adds up."""

    def program(self, name):
        path = os.path.join(TESTDATA, "programs", name)
        if not os.path.exists(path):
            not_run(f"no {path}")
        return path

    def test_output(self):
        module = self.program("minigzip.wasm")
        with open(self.program("corpus.txt"), "rb") as corpus, open(path_of("corpus"), "wb") as part:
            part.write(corpus.read(20000))

        def with_input(command):
            with open(path_of("corpus"), "rb") as text:  # a pipe would give it in pieces of any size
                return command(module, "-c", stdin=text)

        plain = with_input(lambda *arguments, **more: run(list(arguments), **more))
        self.assertGreater(len(plain.stdout), 100)
        counts = with_input(self.count)
        self.assertEqual(self.result.stdout, plain.stdout)
        self.assertEqual((self.result.returncode, self.result.stderr), (plain.returncode, plain.stderr))
        self.assertEqual(with_input(self.count), counts)

    def test_sandbox(self):
        """The report is written by a process that has given up everything else."""
        module = write(modules.FIB, "fib.wat")
        self.count("--invoke", "fib", module, "5",
                   options=["--sandbox=auto", "--coverage", path_of("sandbox.info")])
        self.assertIn("FNDA:15,fib\n", read("sandbox.info"))


class Tracefile:
    """What is in a tracefile, by the format's description in geninfo(1)."""

    def __init__(self, text):
        self.files = {}
        record = None
        for line in text.splitlines():
            kind, _, rest = line.partition(":")
            if kind == "SF":
                assert record is None and rest not in self.files, line
                record = self.files[rest] = {"functions": {}, "calls": {}, "lines": {}, "branches": [], "sums": {}}
            elif kind == "FN":
                number, name = rest.split(",")
                record["functions"][name] = int(number)
            elif kind == "FNDA":
                number, name = rest.split(",")
                record["calls"][name] = int(number)
            elif kind == "DA":
                number, count = map(int, rest.split(","))
                assert number not in record["lines"], line
                record["lines"][number] = count
            elif kind == "BRDA":
                number, block, branch, taken = rest.split(",")
                record["branches"].append((int(number), int(block), int(branch),
                                           None if taken == "-" else int(taken)))
            elif kind in ("FNF", "FNH", "LF", "LH", "BRF", "BRH"):
                record["sums"][kind] = int(rest)
            elif kind == "end_of_record":
                record = None
            else:
                assert line == "TN:", line
        assert record is None
        for record in self.files.values():
            assert set(record["functions"]) == set(record["calls"])
            taken = [branch[3] for branch in record["branches"]]
            expected = {"FNF": len(record["calls"]), "FNH": sum(c > 0 for c in record["calls"].values()),
                        "LF": len(record["lines"]), "LH": sum(c > 0 for c in record["lines"].values())}
            if taken:
                expected.update(BRF=len(taken), BRH=sum(bool(t) for t in taken))
            assert record["sums"] == expected, (record["sums"], expected)


class Coverage(Counting):
    def cover(self, *arguments, code=0, file="cover.info"):
        result = run(["profile", "--coverage", path_of(file), *arguments])
        self.check(result, code, stderr="" if code == 0 else None)
        return Tracefile(read(file)).files

    def build_lines(self, version):
        """The module of LINES_C, with DWARF of this version."""
        source = write(modules.LINES_C, "lines.c")
        module = path_of(f"lines{version}.wasm")
        subprocess.run(["clang-19", "--target=wasm32-wasi", "-O0", f"-gdwarf-{version}", source, "-o", module], check=True)
        return module

    def gcov_of(self, source):
        """What gcc and gcov count of the same program, run natively: ({line: count}, {function: calls}, exit code)."""
        program = path_of("lines")
        subprocess.run(["gcc", "-O0", "--coverage", source, "-o", program], check=True, cwd=FOLDER)
        code = subprocess.run([program], check=False, cwd=FOLDER).returncode
        notes = next(file for file in os.listdir(FOLDER) if file.endswith(".gcda"))
        report = json.loads(subprocess.run(["gcov", "--json-format", "--stdout", notes], check=True, cwd=FOLDER,
                                           capture_output=True).stdout)
        (file,) = report["files"]
        return ({line["line_number"]: line["count"] for line in file["lines"]},
                {function["name"]: function["execution_count"] for function in file["functions"]}, code)

    def test_lines_as_gcov(self):
        """Both compilers' code of each line runs equally often."""
        if not (shutil.which("gcc") and shutil.which("gcov") and shutil.which("clang-19")):
            not_run("gcc, gcov or clang-19 is not installed")
        lines, calls, code = self.gcov_of(write(modules.LINES_C, "lines.c"))
        for version in (4, 5):
            module = self.build_lines(version)
            files = self.cover(module, code=code)
            (path,) = [file for file in files if file.endswith("lines.c")]
            record = files[path]
            names = {name if name in calls else "main": count for name, count in record["calls"].items()}
            self.assertEqual(names, calls)  # main alone has another name
            self.assertEqual(record["lines"], lines)

    def test_without_lines(self):
        """An instruction a line, in the listing that is written beside the tracefile."""
        module = write(modules.WORK, "work.wat")
        files = self.cover("--invoke", "work", module, "23")
        counts = self.count("--invoke", "work", module, "23")["modules"][0]
        (path,) = files
        self.assertEqual(path, os.path.abspath(path_of("cover.info.wat")))
        record = files[path]
        self.assertEqual(record["calls"], {f["name"]: f["calls"] for f in counts["functions"]})
        self.assertEqual(sum(record["lines"].values()), counts["instructions"])
        text = read("cover.info.wat").splitlines()
        opcodes = {}
        for number, count in record["lines"].items():
            opcode = re.match(r"  0x[0-9a-f]{6} +(\S+)", text[number - 1]).group(1)
            opcodes[opcode] = opcodes.get(opcode, 0) + count
        self.assertEqual({name: count for name, count in opcodes.items() if count}, counts["opcodes"])
        for name, number in record["functions"].items():
            self.assertRegex(text[number - 1], rf"\Afunc\[\d+\] <{name}>\Z")
        branches = [(number, taken) for number, _, _, taken in record["branches"]]
        (table,) = [b for b in counts["branches"] if "labels" in b]
        line = next(n for n, t in enumerate(text, 1) if "br_table" in t)
        self.assertEqual([taken for number, taken in branches if number == line], table["labels"])
        never = [taken for _, taken in branches if taken is None]
        self.assertEqual(len(never), 3 * 2)  # nested and sum did not run

    def test_names_cannot_leave_their_line(self):
        files = self.cover("--invoke", "f", write(modules.HOSTILE, "hostile.wat"))
        (record,) = files.values()
        self.assertEqual(list(record["calls"].values()).count(0), 2)
        self.assertEqual(len(record["calls"]), 3)
        for name in record["calls"]:
            self.assertNotRegex(name, r"[\x00-\x1f,]")
        report = run(["profile", "--count", EVERYTHING, "--invoke", "f", path_of("hostile.wat")]).stderr.decode()
        for text in (report, read("cover.info.wat")):  # names within instructions, too
            self.assertIn("global.get", text)
            self.assertNotRegex(text, "[\x00-\x09\x0b-\x1f\u202e]|\nSF:")

    def test_paths_cannot_leave_their_line(self):
        module = path_of("hostile.wasm")
        build_c('#line 7 "a\\nend_of_record\\nSF:b.c"\nint main(void) { return 0; }\n', module, ("-O0", "-g"))
        paths = [path for path in self.cover(module) if path.endswith("SF:b.c")]
        self.assertEqual(len(paths), 1)
        self.assertTrue(paths[0].endswith(r"a\x0aend_of_record\x0aSF:b.c"), paths)

    def test_trap(self):
        self.cover("--invoke", "divide", write(modules.ENDINGS, "endings.wat"), code=134, file="trap.info")
        record = next(iter(Tracefile(read("trap.info")).files.values()))
        self.assertEqual(sum(record["lines"].values()), 3)

    def test_genhtml(self):
        """What lcov and genhtml make of it."""
        if shutil.which("genhtml") is None or shutil.which("lcov") is None:
            not_run("lcov is not installed")
        module = self.build_lines(5)
        files = self.cover(module, code=run([module]).returncode)
        summary = subprocess.run(["lcov", "--summary", path_of("cover.info"), "--rc", "lcov_branch_coverage=1"],
                                 check=True, capture_output=True, text=True)
        for what, hit, found in (("lines", "LH", "LF"), ("functions", "FNH", "FNF"), ("branches", "BRH", "BRF")):
            sums = [sum(record["sums"].get(kind, 0) for record in files.values()) for kind in (hit, found)]
            self.assertRegex(summary.stdout + summary.stderr, rf"{what}\.+: +[\d.]+% \({sums[0]} of {sums[1]} ")
        kept = [path for path in files if os.path.exists(os.path.join(FOLDER, path))]
        self.assertTrue(any(path.endswith("lines.c") for path in kept), files)
        subprocess.run(["lcov", "--extract", path_of("cover.info"), "*lines.c", "*.wat", "-o", path_of("kept.info")],
                       check=True, capture_output=True, cwd=FOLDER)
        subprocess.run(["genhtml", "--branch-coverage", "-o", path_of("html"), path_of("kept.info")], check=True,
                       capture_output=True, cwd=FOLDER)
        pages = [os.path.join(folder, file) for folder, _, names in os.walk(path_of("html")) for file in names]
        self.assertTrue(any(page.endswith("lines.c.gcov.html") for page in pages))
        self.assertTrue(any(page.endswith("cover.info.wat.gcov.html") for page in pages))


class Usage(Counting):
    def test_wrong_usage(self):
        module = write(modules.FIB, "fib.wat")
        for options, reason in ((["--count=calls", "--tier=jit"], "compiled code counts nothing: leave --tier jit out"),
                                (["--coverage=x", "--tier=jit"], "leave --tier jit out"),
                                (["--count=calls,nothing"], "--count: 'nothing' is not calls, loops, opcodes"),
                                (["--count=calls,"], "--count: '' is not calls"),
                                (["--count=calls", "--rate=10"], "--rate, --flamegraph and --annotate are for samples"),
                                (["--count=calls", "--format=folded"], "counts are written as text or json"),
                                (["--coverage=x", "-o", path_of("r")], "--coverage does not write: add --count"),
                                (["--count=calls", "-o", "/nonexistent/r"], "/nonexistent/r: cannot be written")):
            self.check_one_line(run(["profile", *options, "--invoke", "fib", module, "5"]), 125, reason)

    def test_tiers(self):
        module = write(modules.FIB, "fib.wat")
        for tier in ("auto", "interp"):
            self.assertEqual(self.count(f"--tier={tier}", "--invoke", "fib", module, "5")["calls"], 15)


if __name__ == "__main__":
    unittest.main()
