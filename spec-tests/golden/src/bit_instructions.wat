;; The lowest bit of a local, the local without it; a mask taken out.
(module
  (func $isolate (param i32) (result i32) (i32.and (local.get 0) (i32.sub (i32.const 0) (local.get 0))))
  (func $isolate_behind (param i64) (result i64) (i64.and (i64.sub (i64.const 0) (local.get 0)) (local.get 0)))
  (func $count (param i64) (result i32) (local $n i32)
    (loop $l
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $l (i32.wrap_i64 (local.tee 0 (i64.and (i64.add (local.get 0) (i64.const -1)) (local.get 0))))))
    (local.get $n))
  (func $until_zero (param i32)
    (loop $l
      (br_if $l (local.tee 0 (i32.and (local.get 0) (i32.add (local.get 0) (i32.const -1)))))))
  (func $without (param i64 i64 i64) (result i64)
    (i64.and (i64.add (local.get 0) (local.get 1)) (i64.xor (local.get 2) (i64.const -1))))
  (func $without_behind (param i32 i32) (result i32)
    (if (result i32) (i32.and (i32.xor (local.get 0) (i32.const -1)) (local.get 1))
      (then (i32.const 5)) (else (local.get 0))))
  (func $of_two_locals (param i32 i32) (result i32)
    (i32.and (local.get 1) (i32.sub (i32.const 0) (local.get 0)))))
