;; Loops: locals stay in registers, a counting loop is three instructions.
(module
  (memory 1)
  (func $count (export "count") (param $n i32) (result i32) (local $i i32)
    (loop (br_if 0 (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (local.get $i))
  (func $sum (export "sum") (param $n i32) (result i32) (local $i i32) (local $sum i32)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $n)))
        (local.set $sum (i32.add (local.get $sum) (local.get $i)))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (local.get $sum))
  (func $float_reduction (export "float_reduction") (param $p i32) (param $end i32) (result f64) (local $sum f64)
    (loop $next
      (local.set $sum (f64.add (local.get $sum) (f64.load (local.get $p))))
      (br_if $next (i32.lt_u (local.tee $p (i32.add (local.get $p) (i32.const 8))) (local.get $end))))
    (local.get $sum))
  (func $dot (export "dot") (param $p i32) (param $q i32) (param $end i32) (result f32) (local $sum f32)
    (loop $next
      (local.set $sum
        (f32.add (local.get $sum) (f32.mul (f32.load (local.get $p)) (f32.load (local.get $q)))))
      (local.set $q (i32.add (local.get $q) (i32.const 4)))
      (br_if $next (i32.lt_u (local.tee $p (i32.add (local.get $p) (i32.const 4))) (local.get $end))))
    (local.get $sum))
  (func $swap (export "swap") (param $a i64) (param $b i64) (param $n i32) (result i64) (local $t i64)
    (loop $next
      (local.set $t (local.get $a))
      (local.set $a (i64.add (local.get $a) (local.get $b)))
      (local.set $b (local.get $t))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $a)))
