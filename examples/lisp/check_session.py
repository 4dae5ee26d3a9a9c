#!/usr/bin/env python3
"""Runs the Lisp given as a command line on session.in and on hostile lines, and checks what it prints."""
import os
import subprocess
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))

# (line, what its answer starts with)
HOSTILE = [
    (b"(" * 9000 + b")" * 9000, b"error: call: not a function: NIL"),
    (b"(quote " + b"(" * 9000 + b")" * 9000 + b")", b"(((("),
    (b"(" * 20000, b"error: nested too deeply"),
    (b"'" * 60000 + b"x", b"(QUOTE (QUOTE "),
    (b"(" + b"1 " * 100000 + b")", b"error: line too long"),
    (b"a" * 5000, b"error: name too long"),
    (b'"' + b"s" * 60000 + b'"', b'"sss'),
    (b"9" * 60000, b"error: "),
    (b"\x00", b"error: unexpected character 0x00"),
    (b"\x01\x02(", b"error: unexpected character 0x01"),
    (b"\xff\xfe", b"error: unbound variable"),
    (b"(defun f (x) (g x))", b"F"),
    (b"(defun g (x) (f x))", b"G"),
    (b"(f 1)", b"error: recursion too deep"),
    (b"(f 1)", b"error: recursion too deep"),
    (b"(setq d 1)", b"1"),
    (b"(defun double (n) (while (> n 0) (setq d (cons d d)) (setq n (- n 1))))", b"DOUBLE"),
    (b"(double 60)", b"NIL"),
    (b"d", b"(((("),
    (b"(setq s \"ab\")", b'"ab"'),
    (b"(while t (setq s (concat s s)))", b"error: CONCAT: string too long"),
    (b"(let ((k nil)) (while t (setq k (cons s k))))", b"error: out of memory"),
    (b"(* 4611686018427387903 4611686018427387903)", b"error: integer overflow"),
    (b"(/ -4611686018427387904 -1)", b"error: integer overflow"),
    (b"(+ 1 2)", b"3"),
]


def run(command, data):
    done = subprocess.run(command, input=data, stdout=subprocess.PIPE, timeout=300, check=False)
    if done.returncode != 0:
        sys.exit(f"{command[0]}: exit code {done.returncode}")
    return done.stdout.splitlines()


def check_session(command):
    with open(os.path.join(FOLDER, "session.in"), "rb") as file:
        actual = run(command, file.read())
    with open(os.path.join(FOLDER, "session.out"), "rb") as file:
        expected = file.read().splitlines()
    for number, (want, got) in enumerate(zip(expected, actual), 1):
        if want != got:
            sys.exit(f"session.out line {number}: expected {want[:200]!r}, got {got[:200]!r}")
    if len(expected) != len(actual):
        sys.exit(f"session.out: expected {len(expected)} lines, got {len(actual)}")


def check_hostile(command):
    lines = run(command, b"".join(line + b"\n" for line, _ in HOSTILE))
    for (line, want), got in zip(HOSTILE, lines):
        if not got.startswith(want):
            sys.exit(f"{line[:60]!r}: expected {want!r}, got {got[:200]!r}")
    if len(lines) != len(HOSTILE):
        sys.exit(f"expected {len(HOSTILE)} answers, got {len(lines)}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(f"usage: {sys.argv[0]} COMMAND...")
    check_session(sys.argv[1:])
    check_hostile(sys.argv[1:])
