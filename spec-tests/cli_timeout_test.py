#!/usr/bin/env python3
"""`--timeout` ends a run soon after its time, whatever the guest (or wasmjet itself) is doing."""

import os
import signal
import unittest

import wasm_builder as w
from command import EMULATED, SANITIZED, TestCase, run, seconds_of
from test_folder import FOLDER, write

I32, I64 = w.I32, w.I64
TIMEOUT = 1 if EMULATED else 0.2
# What is tested is that nothing waits for the guest. How soon the process is gone depends on the machine
# and on the memory that the kernel has to take back: the best of a few attempts must be in time.
ATTEMPTS = 20
SLACK = 1.5 if SANITIZED or EMULATED else 0.4


class Timeout(TestCase):
    def check_timeout(self, module, timeout=TIMEOUT, **run_options):
        path = write(module)
        best = None
        for _ in range(ATTEMPTS):
            elapsed, result = seconds_of(
                lambda: run([f"--timeout={int(timeout * 1000)}ms", path], **run_options))
            self.assertEqual(result.returncode, 124, result.stderr)
            self.assertRegex(result.stderr.decode(), r"\Awasmjet: [^\n]*timed out\n")
            self.assertGreaterEqual(elapsed, timeout)
            best = elapsed if best is None else min(best, elapsed)
            if best <= timeout + SLACK:
                return result
        self.fail(f"ended after {best:.3f} s, not within {SLACK} s of {timeout} s")

    def test_empty_loop(self):
        result = self.check_timeout(w.start_module(w.loop(w.br(0))))
        if not EMULATED:  # else the alarm behind the watchdog may be first, which prints none
            self.assertRegex(result.stderr.decode(), r"  0: main \(m\.wasm\+0x[0-9a-f]+\)\n")

    def test_busy_loop_with_calls(self):
        module = w.Module()
        leaf = module.function([I32], [I32], w.local_get(0) + w.i32_const(3) + w.I32_MUL)
        main = module.function([], [], w.loop(w.i32_const(1) + w.call(leaf) + w.DROP + w.br(0)))
        module.export_function("_start", main)
        self.check_timeout(module)

    def test_loop_in_the_start_function(self):
        module = w.start_module(b"")
        module.start(module.function([], [], w.loop(w.br(0))))
        self.check_timeout(module)

    def test_blocked_fd_read(self):
        body = w.i32_const(0) + w.i32_const(16) + w.i32_const(1) + w.i32_const(24) + w.call(0) + w.DROP
        module = w.start_module(body, [("fd_read", [I32] * 4, [I32])], data=[(16, b"\x00\x01\x00\x00\x06\x00\x00\x00")])
        reader, writer = os.pipe()
        try:
            self.check_timeout(module, stdin=reader)
        finally:
            os.close(reader)
            os.close(writer)

    def test_poll_oneoff(self):
        # One subscription: clock 1 (monotonic), relative, 100 s.
        subscription = (b"\0" * 8 + b"\0" * 8 + b"\x01\0\0\0\0\0\0\0" + (100 * 10**9).to_bytes(8, "little") + b"\0" * 16)
        body = w.i32_const(256) + w.i32_const(512) + w.i32_const(1) + w.i32_const(24) + w.call(0) + w.DROP
        self.check_timeout(w.start_module(body, [("poll_oneoff", [I32] * 4, [I32])], data=[(256, subscription)]))

    def test_memory_fill_of_4_gib(self):
        body = w.loop(w.i32_const(0) + w.i32_const(1) + w.i32_const(-1) + w.MEMORY_FILL + w.br(0))
        self.check_timeout(w.start_module(body, pages=65536))

    def test_compilation_of_a_huge_function(self):
        step = w.local_get(0) + w.i32_const(77) + w.I32_MUL + w.i32_const(3) + w.I32_ADD + w.local_set(0)
        module = w.Module()
        main = module.function([], [], step * 690_000, local_types=[I32])
        module.export_function("_start", main)
        self.check_timeout(module, timeout=0.02)  # the largest that is accepted takes little longer

    def test_compilation_of_many_functions(self):
        module = w.Module()
        step = (w.local_get(0) + w.i32_const(77) + w.I32_MUL + w.i32_const(3) + w.I32_ADD + w.local_set(0)) * 50
        for _ in range(120_000):
            module.function([], [], step, local_types=[I32])
        module.export_function("_start", 0)
        self.check_timeout(module)

    def test_module_that_never_arrives(self):
        reader, writer = os.pipe()
        try:
            elapsed, result = seconds_of(lambda: run(["--timeout=100ms", "-"], stdin=reader))
        finally:
            os.close(reader)
            os.close(writer)
        self.check_one_line(result, 124, "timed out")
        self.assertLess(elapsed, 0.1 + SLACK + 0.2)

    def check_full_pipe(self, module, code):
        """Nobody reads stderr, which is full: the process ends all the same."""
        reader, writer = os.pipe()
        try:
            os.set_blocking(writer, False)
            try:
                while os.write(writer, bytes(65536)):
                    pass
            except BlockingIOError:
                os.set_blocking(writer, True)
            timeout = "3s" if EMULATED else "300ms"  # the shorter ones must have trapped before
            result = run([f"--timeout={timeout}", module], stderr=writer, timeout=60)
            self.assertEqual(result.returncode, code)
        finally:
            os.close(reader)
            os.close(writer)

    def test_a_message_that_nobody_reads(self):
        self.check_full_pipe(write(w.start_module(w.loop(w.br(0)))), 124)
        self.check_full_pipe(write(w.start_module(w.UNREACHABLE)), 134)
        self.check_full_pipe(os.path.join(FOLDER, "absent.wasm"), 127)
        # The guest itself waits for the reader.
        body = w.loop(w.i32_const(2) + w.i32_const(0) + w.i32_const(1) + w.i32_const(8) + w.call(0) + w.DROP + w.br(0))
        vector = (16).to_bytes(4, "little") + (60000).to_bytes(4, "little")
        self.check_full_pipe(write(w.start_module(body, [("fd_write", [I32] * 4, [I32])], data=[(0, vector)])), 124)

    def test_an_alarm_that_the_parent_blocks(self):
        fifo = os.path.join(FOLDER, "fifo")
        os.mkfifo(fifo)
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
        try:
            self.check_one_line(run(["--timeout=100ms", fifo], timeout=60), 124, "timed out")
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGALRM])

    def test_giving_memory_back_does_not_count(self):
        """A guest that ends in time has ended in time, and a late one is told so once."""
        touch = w.i32_const(0) + w.i32_const(1) + w.i32_const(1 << 29) + w.MEMORY_FILL
        quick = write(w.start_module(touch + w.i32_const(5) + w.call(0), [("proc_exit", [I32], [])], pages=8192))
        elapsed, result = seconds_of(lambda: run([quick]))
        self.assertEqual(result.returncode, 5)
        for timeout in range(int(elapsed * 600), int(elapsed * 1200), max(1, int(elapsed * 50))):
            result = run([f"--timeout={timeout}ms", quick])
            expected = {5: b"", 124: b"wasmjet: timed out\n"}[result.returncode]
            self.assertEqual(result.stderr.splitlines(True)[:1], [expected] if expected else [])
        late = write(w.start_module(touch + w.loop(w.br(0)), pages=8192))
        result = run([f"--timeout={int(elapsed * 1000) + 200}ms", late])
        self.assertEqual((result.returncode, result.stderr.count(b"timed out")), (124, 1))

    def test_a_run_in_time_is_left_alone(self):
        module = w.start_module(w.i32_const(5) + w.call(0), [("proc_exit", [I32], [])])
        self.check(run(["--timeout", "20s", write(module)]), 5, "", "")


if __name__ == "__main__":
    unittest.main()
