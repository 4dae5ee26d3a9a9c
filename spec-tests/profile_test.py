#!/usr/bin/env python3
"""`wasmjet profile`: shares of programs whose shares are known, every format, whatever way a run ends, and that the
program does not notice."""

import functools
import json
import os
import re
import sys
import threading
import time
import unittest

import profile_modules as modules
from command import EMULATED, SANITIZED, TIER, TestCase, build_c, run
from test_folder import FOLDER, path_of, read, write

# Samples enough that 3 points are more than 4 standard deviations of the greatest share: with n samples, one is
# at most 50 / sqrt(n) points.
RATE, NANOSECONDS = 4000, 1_500_000_000
ENOUGH = 4500
# How long a round takes: long against reading a clock, short against the run.
if TIER == "jit":
    UNIT = 12000
else:
    UNIT = 400 if SANITIZED or EMULATED else 1200
# An emulator translates what it runs, and gives signals between blocks of instructions.
POINTS = 10 if EMULATED else 3
SOURCE = """
__attribute__((noinline)) static unsigned spin(unsigned n) {
  unsigned x = 1;
  while (n--)
    x = x * 1103515245 + 12345;
  return x;
}
int main(int argc, char **argv) { return spin(20000000 + argc) == 1; }
"""


class WrongEnd(Exception):
    """A run that ended otherwise than it should: no measurement that could be repeated."""


class Profile(TestCase):
    def profile(self, *arguments, code=0, report="p.json", options=(), stdout=None, **run_options):
        """Runs it with a report in a file; nothing else is on stderr."""
        result = run(["profile", f"--tier={TIER}", "-o", path_of(report), *options, *arguments], **run_options)
        try:
            self.check(result, code, stdout=stdout, stderr="" if code == 0 else None)
        except AssertionError as error:
            raise WrongEnd(str(error)) from error
        return result

    def json_of(self, *arguments, options=(), **more):
        result = self.profile(*arguments, options=["--format=json", *options], **more)
        return json.loads(read("p.json")), result

    def shares(self, profile):
        """Self and total of each function, in percent."""
        every = profile["running"]
        return ({f["name"]: 100 * f["self"] / every for f in profile["functions"]},
                {f["name"]: 100 * f["total"] / every for f in profile["functions"]})


def with_luck(test):
    """Measures again, twice at most: other programs on the machine can disturb a measurement. Shares that are
    wrong are so each time."""
    @functools.wraps(test)
    def repeated(self):
        for _ in range(2):
            try:
                return test(self)
            except AssertionError as error:
                print(f"{test.__name__}: once more after: {error}", file=sys.stderr)
        return test(self)
    return repeated


class Shares(Profile):
    def measure(self, export):
        module = write(modules.SHARES, "shares.wat")
        nanoseconds = NANOSECONDS
        for _ in range(3):  # a busy machine gives fewer samples than are enough
            profile, _ = self.json_of(module, str(nanoseconds), str(UNIT),
                                      options=[f"--rate={RATE}", "--invoke", export])
            if profile["running"] >= ENOUGH:
                return profile
            nanoseconds *= 2
        self.fail(f"{profile['running']} samples, {profile['missed']} missed")

    def assert_share(self, shares, name, expected):
        self.assertAlmostEqual(shares[name], expected, delta=POINTS, msg=name)

    @with_luck
    def test_two_functions(self):
        profile = self.measure("two")
        own, total = self.shares(profile)
        self.assert_share(own, "burn70", 70)
        self.assert_share(own, "burn30", 30)
        self.assert_share(total, "two", 100)
        self.assertEqual(profile["lost"], 0)
        loops = {profile["functions"][loop["function"]]["name"]: loop for loop in profile["loops"]}
        self.assertAlmostEqual(100 * loops["burn70"]["self"] / profile["running"], 70, delta=POINTS)
        self.assertAlmostEqual(100 * loops["two"]["total"] / profile["running"], 100, delta=POINTS)

    @with_luck
    def test_calls_of_all_kinds(self):
        profile = self.measure("kinds")
        own, total = self.shares(profile)
        self.assert_share(own, "direct50", 50)
        self.assert_share(own, "indirect30", 30)
        self.assert_share(own, "recursion", 20)
        self.assert_share(total, "recursion", 20)  # ten levels deep, and yet counted once
        self.assert_share(total, "kinds", 100)
        # Each level burns as long: what is below level k is (10 - k) tenths.
        names = [f["name"] for f in profile["functions"]]
        nodes = profile["nodes"]
        for node in nodes:
            depth, at = 0, node
            while at["function"] is not None and names[at["function"]] == "recursion":
                depth, at = depth + 1, nodes[at["parent"]]
            if 0 < depth < 11:
                expected = 2 * (11 - depth)
                self.assertAlmostEqual(100 * node["total"] / profile["running"], expected, delta=POINTS)

    @unittest.skipIf(EMULATED, "the emulator's own system calls take longer than the guest can measure")
    @with_luck
    def test_host_and_blocked(self):
        module = write(modules.SHARES, "shares.wat")
        slept, rounds = 1_000_000, 700
        for _ in range(4):
            profile, result = self.json_of(module, str(rounds), str(100 * UNIT), str(slept),
                                           options=[f"--rate={RATE}", "--invoke", "mixed"])
            if profile["running"] >= ENOUGH:
                break
            rounds *= 2
        guest, host = map(int, result.stdout.split())
        own, total = self.shares(profile)
        self.assertGreaterEqual(profile["running"], ENOUGH)
        self.assertAlmostEqual(own["random_get"], 100 * host / (guest + host), delta=POINTS)
        self.assertAlmostEqual(own["direct50"], 100 * guest / (guest + host), delta=POINTS)
        self.assert_share(total, "mixed", 100)
        category = {f["name"]: f["category"] for f in profile["functions"]}
        self.assertEqual(category["random_get"], "host")
        self.assertEqual(category["direct50"], "guest")
        self.assertAlmostEqual(100 * profile["host"] / profile["running"], 100 * host / (guest + host), delta=POINTS)
        # Sleeping takes at least as long as asked for; how much longer is the kernel's business.
        blocked = {f["name"]: f["blocked"] for f in profile["functions"]}
        self.assertEqual(sum(blocked.values()), profile["blocked"])
        self.assertGreater(blocked["poll_oneoff"] / RATE, 0.85 * rounds * slept / 1e9)
        self.assertLess(blocked["poll_oneoff"] / RATE, profile["seconds"] - 0.85 * (guest + host) / 1e9)
        self.assertLess(own["poll_oneoff"], 5)


class Frames(Profile):
    """Every stack is whole, also of samples that come in a prologue, an epilogue, or a stub."""

    def callers(self, export, innermost):
        """For each function: the chains of functions that it was seen to be called by, and their samples, which are
        many of function `innermost`."""
        nanoseconds = 500_000_000
        for _ in range(6):  # a busy machine gives few samples
            chains = self.chains(export, nanoseconds)
            if sum(chains.get(innermost, {}).values()) > (20 if SANITIZED else 100):
                return chains
            nanoseconds *= 2
        self.fail(f"too few samples of {innermost}: {chains}")

    def chains(self, export, nanoseconds):
        profile, _ = self.json_of(write(modules.SHARES, "shares.wat"), str(nanoseconds), str(UNIT),
                                  options=["--rate=8000", "--invoke", export])
        names = [f["name"] for f in profile["functions"]]
        nodes, chains = profile["nodes"], {}
        for node in nodes[1:]:
            chain, at = [], node
            while at["function"] is not None:
                chain.append(names[at["function"]])
                at = nodes[at["parent"]]
            chains.setdefault(chain[0], {})[" < ".join(chain[1:])] = node["total"]
        self.assertEqual(nodes[0]["self"], 0)
        return chains

    @with_luck
    def test_short_functions(self):
        chains = self.callers("short", "leaf")
        self.assertEqual(set(chains["leaf"]), {"middle < outer < short"})
        self.assertEqual(set(chains["middle"]), {"outer < short"})
        self.assertEqual(set(chains["outer"]), {"short"})
        self.assertEqual(set(chains["short"]), {""})

    def test_copies(self):
        chains = self.callers("copied", "copies")
        self.assertEqual(set(chains["copies"]), {"copied"})
        self.assertEqual(set(chains["copied"]), {""})
        self.assertGreater(chains["copies"]["copied"], 0.9 * chains["copied"][""])

    def test_host_calls(self):
        chains = self.callers("hosted", "clock_time_get")
        self.assertEqual(set(chains["clock_time_get"]), {"now < hosted"})
        self.assertEqual(set(chains["now"]), {"hosted"})


class Reports(Profile):
    def burn(self, *options, **more):
        module = write(modules.SHARES, "shares.wat")
        return self.profile(module, "100000000", str(UNIT), options=["--invoke", "two", *options], **more)

    def test_text(self):
        result = run(["profile", f"--tier={TIER}", "--invoke", "two", write(modules.SHARES, "shares.wat"), "100000000",
                      str(UNIT)])
        self.assertEqual((result.returncode, result.stdout), (0, b""))
        text = result.stderr.decode()
        self.assertTrue(text.startswith("wasmjet profile: "), text)
        for part in (r"\n  duration +\d+\.\d+ s", r"\n  samples +\d+: \d+\.\d a second of 1000 asked for; \d+ missed",
                     r"\n  lost +0 ", r"\n  guest +\d+ +\d", r"\n  host ", r"\n  blocked ", r"\nHottest functions\n",
                     r"\n +\d+\.\d %  +\d+\.\d %  +\d+  burn70\n", r"\nCall tree\n", r"%    burn70\n",
                     r"\nHottest loops\n", r"\n.* 0x[0-9a-f]{6} to 0x[0-9a-f]{6}      1  burn70\n"):
            self.assertRegex(text, part)
        self.assertNotIn("\x1b", text)  # no colours: this is no terminal

    def test_folded(self):
        self.burn("--format=folded", report="p.folded")
        lines = read("p.folded").splitlines()
        self.assertTrue(any(re.fullmatch(r"two;burn70 \d+", line) for line in lines), lines)
        for line in lines:
            self.assertRegex(line, r"\A[^ ][^;]*(;[^;]+)* \d+\Z")

    def test_speedscope(self):
        self.burn("--format=speedscope", report="p.speedscope")
        profile = json.loads(read("p.speedscope"))
        self.assertEqual(profile["$schema"], "https://www.speedscope.app/file-format-schema.json")
        frames = profile["shared"]["frames"]
        self.assertIn("burn70", [frame["name"] for frame in frames])
        for part in profile["profiles"]:
            self.assertEqual((part["type"], part["unit"], part["startValue"]), ("sampled", "milliseconds", 0))
            self.assertEqual(len(part["samples"]), len(part["weights"]))
            self.assertAlmostEqual(sum(part["weights"]), part["endValue"], places=3)
            for stack in part["samples"]:
                self.assertTrue(stack and all(0 <= frame < len(frames) for frame in stack))

    def test_firefox(self):
        self.burn("--format=firefox", report="p.firefox")
        profile = json.loads(read("p.firefox"))
        self.assertIsInstance(profile["meta"]["preprocessedProfileVersion"], int)
        categories = len(profile["meta"]["categories"])
        (thread,) = profile["threads"]
        tables = {name: thread[name] for name in ("samples", "stackTable", "frameTable", "funcTable", "markers")}
        for name, table in tables.items():
            for column, values in table.items():
                if isinstance(values, list):
                    self.assertEqual(len(values), table["length"], f"{name}.{column}")
        stacks, frames, functions = tables["stackTable"], tables["frameTable"], tables["funcTable"]
        for stack, prefix in enumerate(stacks["prefix"]):
            self.assertTrue(prefix is None or prefix < stack)
        self.assertTrue(all(0 <= s < stacks["length"] for s in tables["samples"]["stack"]))
        self.assertTrue(all(0 <= f < frames["length"] for f in stacks["frame"]))
        self.assertTrue(all(0 <= f < functions["length"] for f in frames["func"]))
        self.assertTrue(all(0 <= c < categories for c in frames["category"] + stacks["category"]))
        self.assertIn("burn70", [thread["stringArray"][n] for n in functions["name"]])
        times = tables["samples"]["time"]
        self.assertEqual(times, sorted(times))

    def test_json_adds_up(self):
        profile, _ = self.json_of(write(modules.SHARES, "shares.wat"), "100000000", str(UNIT),
                                  options=["--invoke", "two"])
        self.assertEqual(profile["schema"], "wasmjet-profile-1")
        self.assertEqual(profile["samples"], profile["running"] + profile["blocked"] + profile["outside"])
        self.assertEqual(profile["running"], sum(node["self"] for node in profile["nodes"]))
        self.assertEqual(profile["running"], profile["guest"] + profile["host"] + profile["nodes"][0]["self"])
        for number, node in enumerate(profile["nodes"]):
            self.assertTrue(node["parent"] < number or number == 0)
        by_place = sum(place["samples"] for place in profile["places"])
        self.assertEqual(by_place, sum(f["self"] for f in profile["functions"]))

    def test_annotate(self):
        self.burn("--annotate", "burn70", "--annotate", "nothing", report="p.txt")
        text = read("p.txt")
        listing = text[text.index("func["):]
        self.assertRegex(listing, r"\Afunc\[\d+\] <burn70> of shares.wat\n  \d+ samples in the function itself")
        self.assertRegex(listing, r"\n +0x[0-9a-f]{6}: \|   loop\n")
        self.assertRegex(listing, r"0x[0-9a-f]{6}: \|     i32.const 1103515245\n")
        self.assertIn("--annotate nothing: no function of that name or index was seen; the hottest are: burn70",
                      text)
        marked = [line for line in listing.splitlines() if re.match(r" +\d+ +\d+\.\d ", line)]
        self.assertTrue(marked, listing)
        self.assertAlmostEqual(sum(float(line.split()[1]) for line in marked), 100, delta=2)
        if TIER == "jit":
            self.assertIn("L1:", listing)
            self.assertRegex(listing, r"\n[ \d.#·]*\|? +[0-9a-f]+  (imul|mul|madd) ")

    def test_annotate_shows_lines_of_source(self):
        build_c(SOURCE, path_of("source.wasm"), ("-O1", "-g"))
        self.profile(path_of("source.wasm"), options=["--annotate", "spin"], report="p.txt")
        listing = read("p.txt").split("func[", 1)[1]
        lines = [int(line) for line in re.findall(r"\n +<stdin>:(\d+)\n", listing)]
        self.assertIn(SOURCE.splitlines().index("    x = x * 1103515245 + 12345;") + 1, lines, listing)

    def test_nothing_of_it_is_the_guests(self):
        """The same output and exit code as from `run`, and the options of `run`."""
        module = write(modules.SHARES, "shares.wat")
        arguments = ["--invoke", "mixed", "--max-stack=1MiB", "--sandbox=off", module, "2", "10", "1000"]
        self.assertEqual(len(run([f"--tier={TIER}", *arguments]).stdout.split()), 2)
        result = self.profile(*arguments[:-4], *arguments[-4:], report="p.txt")
        self.assertEqual(len(result.stdout.split()), 2)

    def test_strict_sandbox(self):
        self.burn("--sandbox=auto" if SANITIZED or EMULATED else "--sandbox=strict", "--flamegraph", path_of("p.svg"),
                  "--annotate", "burn70", report="p.txt")
        self.assertIn("burn70", read("p.txt"))
        self.assertIn("</svg>", read("p.svg"))

    def test_outputs_spare_what_they_are_not_for(self):
        module = write(modules.SHARES, "shares.wat")
        self.profile("--invoke", "two", "--flamegraph", module, module, "1", "1", code=125)
        self.assertEqual(read("shares.wat"), modules.SHARES)
        write("earlier", "earlier.txt")
        self.profile(path_of("absent.wasm"), report="earlier.txt", code=127)
        self.assertEqual(read("earlier.txt"), "earlier")
        result = run(["profile", "-o", path_of("one"), "--flamegraph", path_of("one"), "--invoke", "two", module, "1", "1"])
        self.check_one_line(result, 125, "would be overwritten: it is also the output")
        os.mkfifo(path_of("pipe"))  # nobody reads it
        self.profile(module, report="pipe", code=125)
        # What can be written is.
        result = run(["profile", "-o", "/dev/full", "--flamegraph", path_of("p.svg"), "--invoke", "two", module, "1", "1"])
        self.assertEqual(result.returncode, 125)
        self.assertIn("</svg>", read("p.svg"))

    def test_stderr_that_takes_no_report(self):
        """It is no success, unless the guest has failed itself."""
        module = write(modules.SHARES, "shares.wat")
        with open("/dev/full", "wb") as full:
            for streams in ({"stderr": full}, {"stderr": None, "preexec_fn": lambda: os.close(2)}):
                for invoked, code in ((["two", module, "1", "1"], 125), (["burn_then_exit", module, "1"], 3),
                                      (["burn_then_trap", module, "1"], 134)):
                    for what in ([f"--tier={TIER}"], ["--count", "calls"]):
                        result = run(["profile", *what, "--invoke", *invoked], **streams)
                        self.assertEqual((result.returncode, result.stdout), (code, b""), (what, invoked))
                result = run(["profile", "--flamegraph", path_of("p.svg"), "--invoke", "two", module, "1", "1"], **streams)
                self.assertEqual(result.returncode, 125)
                self.assertIn("</svg>", read("p.svg"))
                os.remove(path_of("p.svg"))

    def test_long_names(self):
        name = "n" * 100000
        self.profile("--invoke", "f", "--flamegraph", path_of("p.svg"),
                     write(modules.BURN.format(name=name).join(("(module", f'(export "f" (func ${name})))')), "m.wat"),
                     str(UNIT * 2000), report="p.folded", options=["--format=folded"],
                     stdout=None)
        self.assertLess(os.path.getsize(path_of("p.folded")), 5000)
        self.assertLess(os.path.getsize(path_of("p.svg")), 100000)

    def test_rates_that_deep_stacks_cannot_keep(self):
        """The program goes on all the same."""
        text = """(module (func $deep (export "deep") (param $n i32) (result i32)
          (if (result i32) (local.get $n) (then (i32.add (i32.const 1) (call $deep (i32.sub (local.get $n) (i32.const 1)))))
                                          (else (i32.const 0)))))"""
        for _ in range(30 if not SANITIZED and not EMULATED else 3):
            self.profile("--invoke", "deep", write(text, "deep.wat"), "10000", options=["--rate=20000"], report="p.txt",
                         stdout="10000\n", timeout=60)

    def test_wrong_usage(self):
        module = write(modules.SHARES, "shares.wat")
        for arguments, reason in ((["--format=xml", module], "--format: 'xml' is not text, folded"),
                                  (["--rate=0", module], "--rate: '0' is not a number from 1 to"),
                                  (["--top=many", module], "--top: 'many' is not a number"),
                                  (["--nonsense", module], "unknown option --nonsense .see wasmjet profile --help"),
                                  (["--annotate", "f", "--format=json", module], "--annotate is a part"),
                                  ([], "no module given")):
            self.check_one_line(run(["profile", *arguments]), 125, reason)
        self.check_one_line(run(["profile", "-o", "/nonexistent/p", module]), 125, "/nonexistent/p: cannot be written")


class Endings(Profile):
    """There is a report whatever way the guest ends."""

    def ended(self, export, *arguments, code, options=()):
        module = write(modules.SHARES, "shares.wat")
        profile, result = self.json_of(module, *arguments, code=code, options=["--invoke", export, *options])
        self.assertEqual(result.stdout, b"")
        return profile, result.stderr.decode()

    def burnt(self, export, code):
        """The same of one that computes first, long enough to be seen: in a mix of tiers UNIT is an interpreted
        function's, and this one may be compiled."""
        rounds = UNIT * 5000
        for _ in range(3):
            profile, errors = self.ended(export, str(rounds), code=code)
            if profile["running"] >= 5:
                return profile, errors
            rounds *= 16
        self.fail(f"{profile['running']} samples of {rounds // 16} rounds")

    def test_trap(self):
        profile, errors = self.burnt("burn_then_trap", code=134)
        self.assertEqual(profile["ended"], "by a trap: unreachable")
        self.assertRegex(errors, r"\Awasmjet: trap: unreachable\n  0: burn_then_trap [^\n]*\n\Z")
        own, _ = self.shares(profile)
        self.assertEqual(max(own, key=own.get), "burn70", own)

    def test_exit(self):
        profile, errors = self.burnt("burn_then_exit", code=3)
        self.assertEqual((profile["ended"], errors), ("with exit code 3", ""))

    def test_timeout(self):
        profile, errors = self.ended("forever", code=124, options=["--timeout=3s" if EMULATED else "--timeout=300ms"])
        self.assertGreater(profile["running"], 0)
        self.assertEqual(profile["ended"], "by the timeout")
        self.assertRegex(errors, r"\Awasmjet: timed out\n  0: forever ")
        own, _ = self.shares(profile)
        self.assertGreater(own["forever"], 95)


class Interrupted(Profile):
    """A signal a millisecond ends system calls; the program does not notice."""

    def feed(self, pipe, data):
        for at in range(0, len(data), 4096):
            os.write(pipe, data[at:at + 4096])
            time.sleep(0.0005)
        os.close(pipe)

    def echo(self, command):
        """What the program makes of a slow input and of an output whose reader is slow."""
        data = bytes(range(256)) * 2048
        source, feeder = os.pipe()
        threads = [threading.Thread(target=self.feed, args=(feeder, data))]
        sink, out = os.pipe()
        received = []

        def drain():
            while chunk := os.read(sink, 8192):
                received.append(chunk)
                time.sleep(0.0005)

        threads.append(threading.Thread(target=drain))
        for thread in threads:
            thread.start()
        result = run([*command, f"--tier={TIER}", "--dir", FOLDER + "::.", path_of("echo.wasm")], stdin=source, stdout=out)
        os.close(source)
        os.close(out)
        for thread in threads:
            thread.join()
        os.close(sink)
        self.assertEqual(b"".join(received), data, result.stderr)
        with open(path_of("copy"), "rb") as copy:
            self.assertEqual(copy.read(), data)
        return result

    def test_pipes_sleep_and_files(self):
        build_c(modules.ECHO, path_of("echo.wasm"))
        for command in (["run"], ["profile", "-o", path_of("p.json"), "--format=json"],
                        ["profile", "-o", path_of("p.json"), "--format=json", "--rate=10000"]):
            with self.subTest(command):
                self.check(self.echo(command), 7, stderr="")
        profile = json.loads(read("p.json"))
        blocked = {f["name"]: f["blocked"] for f in profile["functions"]}
        # All three have waited, and were woken by signals many times.
        for name in ("poll_oneoff", "fd_write"):
            self.assertGreater(blocked[name], 20, blocked)


if __name__ == "__main__":
    unittest.main()
