"""Programs whose profile is known, as text."""

CLOCK_MONOTONIC, CLOCK_PROCESS = 1, 2

# The same loop in several functions, so that each iteration takes the same time wherever it is.
BURN = """
  (func ${name} (param $n i32) (result i32) (local $x i32)
    (local.set $x (i32.const 1))
    (loop $l
      (local.set $x (i32.add (i32.mul (local.get $x) (i32.const 1103515245)) (i32.const 12345)))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $x))
"""

HEAD = """
(module
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock_time_get (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 4)
  (type $unary (func (param i32) (result i32)))
  (table funcref (elem $indirect30 $middle))
  ;; A round's unit: rounds of one length would keep step with the timer.
  (global $seed (mut i32) (i32.const 1))
  (func $vary (param $unit i32) (result i32)
    (global.set $seed (i32.add (i32.mul (global.get $seed) (i32.const 1664525)) (i32.const 1013904223)))
    (i32.add (i32.const 1) (i32.shr_u (i32.mul (local.get $unit) (i32.shr_u (global.get $seed) (i32.const 24)))
                                      (i32.const 8))))
  (func $now (param $clock i32) (result i64)
    (drop (call $clock_time_get (local.get $clock) (i64.const 0) (i32.const 0)))
    (i64.load (i32.const 0)))
"""

SHARES = HEAD + "".join(BURN.format(name=name) for name in ("burn70", "burn30", "direct50", "indirect30")) + """
  ;; Each returns after `nanoseconds` of the processor's time; a round is short against that.
  (func $two (export "two") (param $nanoseconds i64) (param $most i32)
    (local $end i64) (local $unit i32)
    (local.set $end (i64.add (call $now (i32.const 3)) (local.get $nanoseconds)))
    (loop $l
      (local.set $unit (call $vary (local.get $most)))
      (drop (call $burn70 (i32.mul (local.get $unit) (i32.const 70))))
      (drop (call $burn30 (i32.mul (local.get $unit) (i32.const 30))))
      (br_if $l (i64.lt_u (call $now (i32.const 3)) (local.get $end)))))

  (func $kinds (export "kinds") (param $nanoseconds i64) (param $most i32)
    (local $end i64) (local $unit i32)
    (local.set $end (i64.add (call $now (i32.const 3)) (local.get $nanoseconds)))
    (loop $l
      (local.set $unit (call $vary (local.get $most)))
      (drop (call $direct50 (i32.mul (local.get $unit) (i32.const 50))))
      (drop (call_indirect (type $unary) (i32.mul (local.get $unit) (i32.const 30)) (i32.const 0)))
      (drop (call $recursion (i32.const 10) (i32.mul (local.get $unit) (i32.const 2))))
      (br_if $l (i64.lt_u (call $now (i32.const 3)) (local.get $end)))))

  ;; A twentieth of the round in itself, ten levels deep.
  (func $recursion (param $depth i32) (param $n i32) (result i32) (local $x i32)
    (if (i32.eqz (local.get $depth)) (then (return (i32.const 0))))
    (drop (call $recursion (i32.sub (local.get $depth) (i32.const 1)) (local.get $n)))
    (local.set $x (i32.const 1))
    (loop $l
      (local.set $x (i32.add (i32.mul (local.get $x) (i32.const 1103515245)) (i32.const 12345)))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $x))

  (func $fill (drop (call $random_get (i32.const 1024) (i32.const 65536))))
  (func $sleep (param $nanoseconds i64)
    (memory.fill (i32.const 64) (i32.const 0) (i32.const 48))
    (i32.store (i32.const 80) (i32.const 1))
    (i64.store (i32.const 88) (local.get $nanoseconds))
    (drop (call $poll_oneoff (i32.const 64) (i32.const 128) (i32.const 1) (i32.const 192))))

  ;; Returns how much of the processor's time the guest and the host took.
  (func $mixed (export "mixed") (param $rounds i32) (param $unit i32) (param $slept i64) (result i64 i64)
    (local $begin i64) (local $middle i64) (local $guest i64) (local $host i64) (local $i i32)
    (loop $l
      (local.set $begin (call $now (i32.const 3)))
      (drop (call $direct50 (local.get $unit)))
      (local.set $middle (call $now (i32.const 3)))
      (local.set $guest (i64.add (local.get $guest) (i64.sub (local.get $middle) (local.get $begin))))
      (local.set $i (i32.const 8))
      (loop $host_calls
        (call $fill)
        (br_if $host_calls (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
      (local.set $host (i64.add (local.get $host) (i64.sub (call $now (i32.const 3)) (local.get $middle))))
      (call $sleep (local.get $slept))
      (br_if $l (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1)))))
    (local.get $guest) (local.get $host))

  ;; Calls so short that many samples come while a frame is being made or given up.
  (func $leaf (param $x i32) (result i32) (i32.add (local.get $x) (i32.const 1)))
  (func $middle (param $x i32) (result i32) (call $leaf (call $leaf (local.get $x))))
  (func $outer (param $n i32) (local $x i32)
    (loop $l
      (local.set $x (call $middle (local.get $x)))
      (local.set $x (call_indirect (type $unary) (local.get $x) (i32.const 1)))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
  (func $short (export "short") (param $nanoseconds i64) (param $unit i32) (local $end i64)
    (local.set $end (i64.add (call $now (i32.const 3)) (local.get $nanoseconds)))
    (loop $l
      (call $outer (i32.mul (local.get $unit) (i32.const 10)))
      (br_if $l (i64.lt_u (call $now (i32.const 3)) (local.get $end)))))
  ;; The same with calls of the host.
  (func $hosted (export "hosted") (param $nanoseconds i64) (param $unit i32) (local $end i64)
    (local.set $end (i64.add (call $now (i32.const 3)) (local.get $nanoseconds)))
    (loop $l (br_if $l (i64.lt_u (call $now (i32.const 3)) (local.get $end)))))

  ;; And with copies of few bytes, which are made in thunks without a frame. Many a round: where they are compiled and
  ;; the clock's reader is interpreted, one reading takes as long as hundreds of them.
  (func $copies (param $n i32)
    (loop $l
      (memory.copy (i32.const 4096) (i32.const 4160) (i32.and (local.get $n) (i32.const 127)))
      (memory.fill (i32.const 8192) (local.get $n) (i32.and (local.get $n) (i32.const 127)))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
  (func $copied (export "copied") (param $nanoseconds i64) (param $unit i32) (local $end i64)
    (local.set $end (i64.add (call $now (i32.const 3)) (local.get $nanoseconds)))
    (loop $l
      (call $copies (i32.mul (local.get $unit) (i32.const 100)))
      (br_if $l (i64.lt_u (call $now (i32.const 3)) (local.get $end)))))

  (func $burn_then_trap (export "burn_then_trap") (param $n i32)
    (drop (call $burn70 (local.get $n))) (unreachable))
  (func $burn_then_exit (export "burn_then_exit") (param $n i32)
    (drop (call $burn70 (local.get $n))) (call $proc_exit (i32.const 3)))
  (func $forever (export "forever") (loop $l (br $l)))
)
"""

# Reads all of standard input, in reads of up to 64 KiB; sleeps; writes it in one call, whose result it checks.
ECHO = r"""
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

int main(void) {
  size_t size = 0, room = 1 << 22;
  char *data = malloc(room);
  int reads = 0;
  for (;;) {
    struct pollfd wish = {0, POLLIN, 0};
    int ready = poll(&wish, 1, -1);
    if (ready != 1) { fprintf(stderr, "poll: %d %s\n", ready, strerror(errno)); return 1; }
    ssize_t n = read(0, data + size, room - size);
    if (n < 0) { fprintf(stderr, "read: %s\n", strerror(errno)); return 1; }
    if (n == 0) break;
    size += (size_t)n;
    ++reads;
  }
  struct timespec wanted = {0, 50000000}, left = {0, 0}, begin, end;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  if (nanosleep(&wanted, &left) != 0) { fprintf(stderr, "nanosleep: %s\n", strerror(errno)); return 1; }
  clock_gettime(CLOCK_MONOTONIC, &end);
  long long slept = (end.tv_sec - begin.tv_sec) * 1000000000LL + end.tv_nsec - begin.tv_nsec;
  if (slept < 50000000) { fprintf(stderr, "slept %lld ns only\n", slept); return 1; }
  FILE *file = fopen("copy", "wb");
  if (!file || fwrite(data, 1, size, file) != size || fflush(file) || fsync(fileno(file)) || fclose(file)) {
    fprintf(stderr, "copy: %s\n", strerror(errno));
    return 1;
  }
  struct stat status;
  if (stat("copy", &status) != 0 || (size_t)status.st_size != size) { fprintf(stderr, "stat\n"); return 1; }
  ssize_t written = write(1, data, size);
  if (written != (ssize_t)size) { fprintf(stderr, "write: %zd of %zu\n", written, size); return 1; }
  return 7;
}
"""
