(module $m
  (type $pair (func (param i32 i64) (result f32 f64)))
  (import "env" "host" (func $host (param externref) (result funcref)))
  (import "env" "mem" (memory $mem 1 4))
  (table $t 4 8 funcref)
  (table $x externref (elem (ref.null extern)))
  (global $g (mut i64) (i64.const -0x7fff_ffff))
  (global $h (export "h") f64 (f64.const nan:0x4_0000))
  (func $add (export "add") (export "plus") (param $a i32) (param $b i32) (result i32) (local $t i64)
    (local.set $t (i64.extend_i32_u (local.get $a)))
    (i32.add (local.get $a) (i32.wrap_i64 (local.get $t))))
  (func $flow (param i32) (result i32)
    (block $out (result i32)
      (loop $again (param) (result)
        (br_if $again (i32.eqz (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
        (if (local.get 0) (then nop) (else (br $out (i32.const 7)))))
      (br_table $out 0 $out (i32.const 1) (i32.const 2))))
  (func (type $pair) (param $p i32) (param $q i64) (result f32 f64)
    f32.const 0x1.8p-3
    f64.const -inf
    local.get $p
    if $l (param f32 f64) (result f32 f64)
      call_indirect $t (type $pair) (param i32 i64) (result f32 f64)
      return
    else $l
      unreachable
    end $l)
  (func $mem_ops
    (i32.store8 offset=4 align=1 (i32.const 0) (i32.load16_s offset=2 (i32.const 8)))
    (memory.fill (i32.const 0) (i32.const 1) (memory.size))
    (memory.copy (i32.const 0) (i32.const 1) (i32.const 2))
    (memory.init $d (i32.const 0) (i32.const 1) (i32.const 2))
    (data.drop $d) (drop (memory.grow (i32.const 1)))
    (table.init $t $e (i32.const 0) (i32.const 0) (i32.const 1)) (elem.drop $e)
    (table.set $t (i32.const 0) (ref.func $add)) (drop (table.grow $x (ref.null extern) (i32.const 1)))
    (drop (select (result funcref) (ref.null func) (table.get (i32.const 0)) (i32.const 1))))
  (elem $e func $add $flow)
  (elem (table $t) (offset (i32.const 0)) funcref (ref.func $add) (item (ref.null func)))
  (elem declare func $mem_ops)
  (data $d "abc\00\ff\u{1F600}\t\n\'\"\\")
  (data (memory $mem) (i32.const 16) "x" "y")
  (start $mem_ops))
