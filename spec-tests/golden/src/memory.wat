;; The memory as a whole: bulk instructions call the runtime.
(module
  (memory 1)
  (data $bytes "abc")
  (func $copy (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
  (func $fill (export "fill") (param i32 i32 i32) (memory.fill (local.get 0) (local.get 1) (local.get 2)))
  (func $init (export "init") (param i32) (memory.init $bytes (local.get 0) (i32.const 0) (i32.const 3)))
  (func $drop_data (export "drop_data") (data.drop $bytes))
  (func $size (export "size") (result i32) (memory.size))
  (func $grow (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))
