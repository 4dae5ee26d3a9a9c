;; Functions that begin with a test and may end by it: before their frame is made.
(module
  (import "" "f" (func $f (param i32)))
  ;; The exit is where the branch leads, with a local that is zero.
  (func $branch (param $n i32) (result i32) (local $sum i32)
    (block
      (br_if 0 (i32.lt_u (local.get $n) (i32.const 2)))
      (local.set $sum (call $branch (i32.sub (local.get $n) (i32.const 1)))))
    (i32.add (local.get $n) (local.get $sum)))
  ;; The exit is behind the branch.
  (func $guard (param $pointer i32)
    (block
      (br_if 0 (local.get $pointer))
      (return))
    (call $f (local.get $pointer)))
  (func $if_else (param $n i64) (result i64)
    (if (result i64) (i64.eqz (local.get $n))
      (then (i64.const 1))
      (else (i64.mul (local.get $n) (call $if_else (i64.sub (local.get $n) (i64.const 1)))))))
  (func $float (param $n i32) (param $x f64) (result f64)
    (if (i32.eqz (local.get $n)) (then (return (local.get $x))))
    (call $float (i32.const 0) (f64.sqrt (local.get $x))))
  ;; What may trap is not early.
  (memory 1)
  (func $load (param $p i32) (result i32)
    (if (i32.load (local.get $p)) (then (return (i32.const 1))))
    (call $f (local.get $p))
    (i32.const 0)))
