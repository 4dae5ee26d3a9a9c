;; More values than registers; values that wait across blocks and calls.
(module
  (func $deep (export "deep") (param i32) (result i32)
    (i32.xor
      (i32.mul (local.get 0) (local.get 0))
      (i32.xor
        (i32.mul (local.get 0) (i32.const 3))
        (i32.xor
          (i32.mul (local.get 0) (i32.const 5))
          (i32.xor
            (i32.mul (local.get 0) (i32.const 7))
            (i32.xor (i32.mul (local.get 0) (i32.const 9)) (i32.rotl (i32.const 1) (local.get 0))))))))
  (func $across_block (export "across_block") (param i32 i32) (result i32)
    (i32.add
      (i32.mul (local.get 0) (local.get 1))
      (if (result i32) (local.get 0) (then (i32.const 5)) (else (local.get 1)))))
  (func $across_call (export "across_call") (param i32) (result i32)
    (i32.add (i32.mul (local.get 0) (local.get 0)) (call $across_block (local.get 0) (i32.const 1))))
  (func $alias (export "alias") (param i32) (result i32)
    (local.get 0)
    (local.set 0 (i32.const 3))
    (i32.add (local.get 0))))
