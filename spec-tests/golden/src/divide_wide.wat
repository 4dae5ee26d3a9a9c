(module
  (func $digit (param $x i64) (result i64) (i64.rem_u (local.get $x) (i64.const 10)))
  (func $tenth (param $x i64) (result i64) (i64.div_u (local.get $x) (i64.const 10)))
  (func $seventh (param $x i64) (result i64) (i64.div_u (local.get $x) (i64.const 7)))
  (func $even (param $x i64) (result i64) (i64.div_u (local.get $x) (i64.const 1000)))
  (func $day (param $x i64) (result i64) (i64.div_s (local.get $x) (i64.const 86400)))
  (func $prime (param $x i64) (result i64) (i64.rem_s (local.get $x) (i64.const 1000000007)))
  (func $narrow (param $x i32) (result i32) (i32.div_u (local.get $x) (i32.const 7))))
