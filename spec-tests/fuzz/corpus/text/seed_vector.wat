(module
  (memory i64 1 2) (memory $m 1) (table i64 1 funcref) (@annotation (deep "x") y)
  (func (param v128 i64) (result v128)
    (v128.store8_lane $m offset=1 3 (i32.const 0) (local.get 0))
    (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 31 (local.get 0)
      (v128.const f32x4 0x1p3 nan -0 inf))
    (i32x4.replace_lane 3 (i32.const 1)) (i64x2.add (v128.const i64x2 -1 0x10))
    (v128.load64_splat offset=18446744073709551615 (local.get 1)) v128.xor
    (f32x4.relaxed_madd (local.get 0) (local.get 0)))
  (func (result i32) (i8x16.bitmask (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 255))))
