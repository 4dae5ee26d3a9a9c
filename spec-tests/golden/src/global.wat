;; Globals: own, imported, immutable.
(module
  (import "env" "imported" (global $imported (mut i64)))
  (global $i (mut i32) (i32.const 1))
  (global $f (mut f64) (f64.const 1))
  (global $constant i32 (i32.const 42))
  (func $get (export "get") (result i32) (global.get $i))
  (func $increment (export "increment") (global.set $i (i32.add (global.get $i) (i32.const 1))))
  (func $get_float (export "get_float") (result f64) (f64.mul (global.get $f) (global.get $f)))
  (func $immutable (export "immutable") (param i32) (result i32) (i32.add (local.get 0) (global.get $constant)))
  (func $of_another_module (export "of_another_module") (param i64) (global.set $imported (i64.add (global.get $imported) (local.get 0)))))
