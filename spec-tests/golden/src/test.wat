;; Tests for zero, operands in locals.
(module
  (func $i32.eqz (export "i32.eqz") (param i32) (result i32)
    (i32.eqz (local.get 0)))
  (func $i64.eqz (export "i64.eqz") (param i64) (result i32)
    (i64.eqz (local.get 0)))
)
