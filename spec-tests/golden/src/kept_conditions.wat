(module
  ;; A loop with two counters: the comparison reads what they were.
  (func $two_counters (param $i i32) (param $j i32) (result i32) (local $more i32) (local $sum i32)
    (loop $l
      (local.set $sum (i32.add (local.get $sum) (i32.mul (local.get $i) (local.get $j))))
      (local.set $more (i32.lt_s (local.get $i) (local.tee $j (i32.add (local.get $j) (i32.const -1)))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (local.get $more)
      (br_if $l))
    (local.get $sum))
  (func $tee (param $a i64) (param $b i64) (result i32) (local $less i32)
    (if (local.tee $less (i64.lt_u (local.get $a) (local.get $b))) (then (return (i32.const 7))))
    (local.get $less))
  (func $least (param $a f32) (param $b f32) (result f32)
    (select (local.get $a) (local.get $b) (f32.lt (local.get $a) (local.get $b))))
  (func $clamp (param $a f64) (result f64)
    (select (f64.const 1) (local.get $a) (f64.gt (local.get $a) (f64.const 1)))))
