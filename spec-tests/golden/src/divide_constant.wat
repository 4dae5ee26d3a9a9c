;; Divisors that are known.
(module
  (func $div_u_8 (export "div_u_8") (param i32) (result i32) (i32.div_u (local.get 0) (i32.const 8)))
  (func $rem_u_8 (export "rem_u_8") (param i32) (result i32) (i32.rem_u (local.get 0) (i32.const 8)))
  (func $div_u_10 (export "div_u_10") (param i32) (result i32) (i32.div_u (local.get 0) (i32.const 10)))
  (func $div_s_8 (export "div_s_8") (param i32) (result i32) (i32.div_s (local.get 0) (i32.const 8)))
  (func $rem_s_10 (export "rem_s_10") (param i64) (result i64) (i64.rem_s (local.get 0) (i64.const 10)))
  (func $div_u_wide (export "div_u_wide") (param i64) (result i64) (i64.div_u (local.get 0) (i64.const 0x100000000))))
