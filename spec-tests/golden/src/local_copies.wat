;; More locals than registers: what lives in the frame is used from a register as long as one still holds it.
(module
  (func $two_uses (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
    (local $x i32)
    ;; Those above have a home each as far as there are any: they are used more often.
    (loop $l
      (local.set 0 (i32.add (local.get 0) (local.get 1)))
      (local.set 2 (i32.add (local.get 2) (local.get 3)))
      (local.set 4 (i32.add (local.get 4) (local.get 5)))
      (local.set 6 (i32.add (local.get 6) (local.get 7)))
      (local.set 8 (i32.add (local.get 8) (local.get 9)))
      (br_if $l (local.tee 10 (i32.sub (local.get 10) (local.get 11)))))
    (local.set $x (i32.mul (local.get 0) (local.get 2)))       ;; kept beside the frame
    (i32.store (local.get $x) (local.get 4))                   ;; not loaded
    (i32.xor (local.get $x) (i32.add (local.get $x) (i32.const 1))))
  (memory 1)
  (func $parameter (param i64 i64 i64) (result i64)
    (i64.add (local.get 0) (i64.const 3)))
  (func $argument (param i64) (result i64)
    (call $parameter (local.get 0) (i64.const 1) (local.get 0)))
  (func $forgotten (param i32 f64) (result f64)
    (drop (call $argument (i64.extend_i32_u (local.get 0))))   ;; behind a call and a label nothing is known
    (block (br_if 0 (local.get 0)) (local.set 1 (f64.sqrt (local.get 1))))
    (f64.mul (local.get 1) (local.get 1))))
