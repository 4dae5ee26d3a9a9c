;; Recursive functions.
(module
  (func $fib (export "fib") (param $n i32) (result i32)
    (if (result i32) (i32.lt_s (local.get $n) (i32.const 2))
      (then (local.get $n))
      (else
        (i32.add
          (call $fib (i32.sub (local.get $n) (i32.const 1)))
          (call $fib (i32.sub (local.get $n) (i32.const 2)))))))
  (func $ackermann (export "ackermann") (param $m i64) (param $n i64) (result i64)
    (if (i64.eqz (local.get $m)) (then (return (i64.add (local.get $n) (i64.const 1)))))
    (if (i64.eqz (local.get $n))
      (then (return (call $ackermann (i64.sub (local.get $m) (i64.const 1)) (i64.const 1)))))
    (call $ackermann
      (i64.sub (local.get $m) (i64.const 1))
      (call $ackermann (local.get $m) (i64.sub (local.get $n) (i64.const 1))))))
