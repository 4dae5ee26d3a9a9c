;; Jump tables.
(module
  (func $switch (export "switch") (param i32) (result i32)
    (block $default
      (block $two
        (block $one
          (block $zero (br_table $zero $one $two $one $default (local.get 0)))
          (return (i32.const 10)))
        (return (i32.const 11)))
      (return (i32.const 12)))
    (i32.const 13))
  (func $with_value (export "with_value") (param i32 i64) (result i64)
    (block $outer (result i64)
      (i64.add
        (block $inner (result i64)
          (br_table $inner $outer $inner (local.get 1) (local.get 0)))
        (i64.const 5)))))
