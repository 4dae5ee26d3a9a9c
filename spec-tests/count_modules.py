"""Programs for count_test.py, whose counts are known."""

FIB = """\
(module
  (func $fib (export "fib") (param $n i32) (result i32)
    (if (result i32) (i32.lt_u (local.get $n) (i32.const 2))
      (then (local.get $n))
      (else (i32.add (call $fib (i32.sub (local.get $n) (i32.const 1)))
                     (call $fib (i32.sub (local.get $n) (i32.const 2))))))))
"""

FIB_C = """\
#include <stdio.h>
__attribute__((noinline, optnone)) static unsigned fib(unsigned n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}
int main(void) { printf("%u\\n", fib(25)); }
"""

# What work(n) does: see Details in count_test.py.
WORK = """\
(module
  (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
  (memory 1)
  (data $bytes "abcdefgh")
  (table funcref (elem $even $yield))
  (type $none-to-i32 (func (result i32)))
  (func $even (result i32) (i32.load16_u offset=2 (i32.const 1000)))
  (func $never (drop (i32.const 1)))
  (func $work (export "work") (param $n i32) (local $i i32)
    (memory.fill (i32.const 500) (i32.const 7) (i32.const 30))
    (memory.copy (i32.const 600) (i32.const 500) (i32.const 12))
    (memory.init $bytes (i32.const 700) (i32.const 2) (i32.const 5))
    (drop (memory.grow (i32.const 3)))
    (drop (memory.grow (i32.const 65536)))
    (block $done
      (loop $each
        (br_if $done (i32.eq (local.get $i) (local.get $n)))
        (if (i32.and (local.get $i) (i32.const 1))
          (then (i64.store (i32.const 64) (i64.const 5)))
          (else (drop (call $even))))
        (block $other (block $two (block $one (block $zero
          (br_table $zero $one $two $other (i32.rem_u (local.get $i) (i32.const 5))))
          (drop (call_indirect (type $none-to-i32) (i32.const 0)))
          (br $other))
          (drop (call_indirect (type $none-to-i32) (i32.const 1)))
          (br $other))
          nop)
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $each))))

  ;; A loop in a loop: the inner one is entered once in each iteration of the outer one.
  (func $nested (export "nested") (param $outer i32) (param $inner i32) (local $left i32)
    (loop $o
      (local.set $left (local.get $inner))
      (loop $i
        (br_if $i (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
      (br_if $o (local.tee $outer (i32.sub (local.get $outer) (i32.const 1))))))

  ;; A loop with a parameter, and a function that begins with a loop.
  (func $sum (export "sum") (param $n i32) (result i32)
    (i32.const 0)
    (loop $l (param i32) (result i32)
      (i32.add (local.get $n))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))
"""

ENDINGS = """\
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (global $zero (mut i32) (i32.const 0))
  (func (export "divide") (drop (i32.div_u (i32.const 1) (global.get $zero))) nop)
  (func (export "load") (drop (i64.load (i32.const 8))) (drop (i64.load (i32.const 65529))) nop)
  (func (export "fill") (memory.fill (i32.const 0) (i32.const 1) (i32.const 10))
    (memory.fill (i32.const 65530) (i32.const 1) (i32.const 10)) nop)
  (func $deep (export "deep") (call $deep) nop)
  (func (export "exit") (call $exit (i32.const 3)) nop)
  (func (export "forever") (loop $l (br $l))))
"""

LIBRARY = """\
(module
  (global $calls (mut i32) (i32.const 0))
  (func $count (export "count") (global.set $calls (i32.add (global.get $calls) (i32.const 1))))
  (func $start (call $count) (call $count))
  (start $start))
"""
USER = """\
(module
  (import "lib" "count" (func $count))
  (func $start (call $count))
  (start $start)
  (func (export "main") (call $count) (call $count) (call $count)))
"""

# Names that could do harm where they are written: a new line, a comma, an escape sequence, a quote.
HOSTILE = r"""
(module
  (global $"\1b[2J\e2\80\ae" i32 (i32.const 1))
  (func $"a\nend_of_record\nSF:/etc/passwd, \1b[2J\"<b>" (export "f")
    (drop (global.get $"\1b[2J\e2\80\ae"))
    (if (i32.const 0) (then (call $"a,b"))))
  (func $"a,b" (export "g"))
  (func $"a;b" (export "h")))
"""

# Without optimization, so that clang and gcc make code of every line. Without functions of the library, so that both
# programs run the same functions.
LINES_C = """\
int total;

static int twice(int x) {
  return x + x;
}

static int collatz(unsigned n) {
  int steps = 0;
  while (n != 1) {
    if (n % 2 == 0)
      n = n / 2;
    else
      n = 3 * n + 1;
    steps++;
  }
  return steps;
}

static int unused(int x) {
  return x - 1;
}

static int choose(int x) {
  int result = -1;
  if (x % 4 == 0)
    result = 10;
  else if (x % 4 == 1)
    result = twice(x);
  return result;
}

int main(int argc, char **argv) {
  for (int i = 1; i < 30; i++) {
    total += collatz(i);
    total += choose(i);
  }
  if (argc > 1000)
    total += unused(total);
  return total & 63;
}
"""
