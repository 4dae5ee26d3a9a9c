;; Constants, and what is computed from them at once.
(module
  (func $i32 (export "i32") (result i32) (i32.const 0x12345678))
  (func $zero (export "zero") (result i64) (i64.const 0))
  (func $small_i64 (export "small_i64") (result i64) (i64.const -1))
  (func $great_i64 (export "great_i64") (result i64) (i64.const 0x123456789ABCDEF0))
  (func $f32 (export "f32") (result f32) (f32.const 1.5))
  (func $f64 (export "f64") (result f64) (f64.const 1.5))
  (func $f64_zero (export "f64_zero") (result f64) (f64.const 0))
  (func $f64_operand (export "f64_operand") (param f64) (result f64) (f64.mul (local.get 0) (f64.const 0.5)))
  (func $folded (export "folded") (result i32) (i32.mul (i32.const 6) (i32.const 7)))
  (func $immediate (export "immediate") (param i64) (result i64) (i64.and (local.get 0) (i64.const 0xFF)))
  (func $no_immediate (export "no_immediate") (param i64) (result i64) (i64.and (local.get 0) (i64.const 0xFF00000000))))
