;; Explicit bounds: accesses to a memory without a reservation behind it.
(module
  (memory 1)
  (func $load (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func $offset (export "offset") (param i32) (result i64) (i64.load16_s offset=100 (local.get 0)))
  (func $constant_address (export "constant_address") (result i32) (i32.load offset=4 (i32.const 1024)))
  (func $great_offset (export "great_offset") (param i32) (result f64) (f64.load offset=0xFFFFFFFF (local.get 0)))
  (func $store (export "store") (param i32 i64) (i64.store8 (local.get 0) (local.get 1)))
  (func $load_as_operand (export "load_as_operand") (param i32 i32) (result i32)
    (i32.add (local.get 1) (i32.load (local.get 0)))))
