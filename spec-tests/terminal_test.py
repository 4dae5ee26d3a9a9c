#!/usr/bin/env python3
"""Interactive use: the Lisp example under a pseudo-terminal, beside its native twin. Arguments: lisp.wasm, lisp_native."""

import os
import pty
import re
import select
import signal
import sys
import tempfile
import time
import unittest

import wasm_builder as w
from command import TIER, WASMJET

MODULE, NATIVE = sys.argv[1:3]
LISP = [WASMJET, "--tier", TIER, MODULE]
I32 = w.I32
CONTROL_C, CONTROL_D, CONTROL_U, ERASE = b"\x03", b"\x04", b"\x15", b"\x7f"
PROMPT = rb"> \Z"


class Terminal:
    """A program under a terminal of its own."""

    def __init__(self, command):
        self.shown = b""
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execv(command[0], command)

    def read(self, seconds):
        if not select.select([self.terminal], [], [], seconds)[0]:
            return False
        try:
            part = os.read(self.terminal, 4096)
        except OSError:  # EIO: the program's side is closed
            return False
        self.shown += part
        return part != b""

    def wait_for(self, pattern, seconds=60):
        end = time.monotonic() + seconds
        while not re.search(pattern, self.shown):
            if not self.read(end - time.monotonic() if time.monotonic() < end else 0):
                raise AssertionError(f"waited for {pattern}, seen: {self.shown}")

    def type(self, keys, until=None):
        """Types; waits until the output since then matches."""
        before, self.shown = self.shown, b""
        os.write(self.terminal, keys)
        if until is not None:
            self.wait_for(until)
        self.shown = before + self.shown

    def end(self):
        """The wait status; what was still shown is taken."""
        while self.read(60):
            pass
        return os.waitpid(self.pid, 0)[1]

    def hang_up(self):
        os.close(self.terminal)
        return os.waitpid(self.pid, 0)[1]


class Repl(unittest.TestCase):
    def same_as_native(self, session):
        """Runs `session(terminal)`, which returns a wait status, on both; what is shown must agree."""
        results = []
        for command in (LISP, [NATIVE]):
            terminal = Terminal(command)
            terminal.wait_for(PROMPT)
            status = session(terminal)
            results.append((terminal.shown, status))
        self.assertEqual(results[0], results[1])
        return results[0]

    def test_lines_and_end_of_input(self):
        def session(terminal):
            terminal.type(b"(+ 1 2)\n", rb"3\r\n> \Z")
            terminal.type(b"(defun square (x) (* x x))\n", PROMPT)
            terminal.type(b"(square 12)\n", rb"144\r\n> \Z")
            terminal.type(CONTROL_D)
            return terminal.end()

        shown, status = self.same_as_native(session)
        self.assertIn(b"144", shown)
        self.assertTrue(os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0, status)

    def test_line_editing(self):
        def session(terminal):
            terminal.type(b"nonsense" + CONTROL_U + b"(+ 1 9" + ERASE + b"5)\n", rb"\r\n6\r\n> \Z")
            terminal.type(CONTROL_D)
            return terminal.end()

        self.same_as_native(session)

    def test_interrupt_at_the_prompt(self):
        def session(terminal):
            terminal.type(CONTROL_C)
            return terminal.end()

        _, status = self.same_as_native(session)
        self.assertEqual(os.WTERMSIG(status), signal.SIGINT)

    def test_interrupt_is_130_for_a_shell(self):
        line = " ".join(f"'{word}'" for word in LISP)
        terminal = Terminal(["/bin/bash", "-c", f"trap : INT; {line}; echo status $?"])
        terminal.wait_for(PROMPT)
        terminal.type(CONTROL_C, rb"status 130\r\n")
        terminal.end()

    def test_interrupt_while_computing(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "loop.wasm")
            body = w.i32_const(1) + w.i32_const(16) + w.i32_const(1) + w.i32_const(24) + w.call(0) + w.DROP
            data = [(16, b"\x00\x01\x00\x00\x06\x00\x00\x00"), (256, b"ready\n")]
            module = w.start_module(body + w.loop(w.br(0)), [("fd_write", [I32] * 4, [I32])], data=data)
            with open(path, "wb") as out:
                out.write(module.encode())
            terminal = Terminal([WASMJET, "--tier", TIER, path])
            terminal.wait_for(rb"ready\r\n")
            terminal.type(CONTROL_C)
            self.assertEqual(os.WTERMSIG(terminal.end()), signal.SIGINT)

    def test_closed_window(self):
        _, status = self.same_as_native(Terminal.hang_up)
        self.assertEqual(os.WTERMSIG(status), signal.SIGHUP)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
