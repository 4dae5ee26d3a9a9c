;; Where functions end otherwise than by a result.
(module
  (func $unreachable (export "unreachable") (param i32) (result i32)
    nop
    (if (local.get 0) (then unreachable))
    (i32.const 1))
  (func $early_return (export "early_return") (param i32) (result i32)
    (if (local.get 0) (then (return (i32.const 2))))
    (i32.const 1))
  (func $dead_code (export "dead_code") (result i32)
    (block (result i32) (br 0 (i32.const 3)) (i32.add (i32.const 1) (i32.const 2)))))
