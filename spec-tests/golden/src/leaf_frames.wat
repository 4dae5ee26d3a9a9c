(module
  (memory 1)
  ;; None of these calls anybody. The first three link no frame.
  (func $load (param $p i32) (result i32) (i32.load offset=4 (local.get $p)))
  (func $early (param $a i32) (param $b i32) (result i32)
    (if (i32.lt_s (local.get $a) (local.get $b)) (then (return (local.get $b))))
    (local.get $a))
  (func $nothing)
  ;; An operand stands below the block, and needs a place meanwhile.
  (func $below (param $a i32) (result i32)
    (i32.add (i32.mul (local.get $a) (i32.const 10))
             (block (result i32) (i32.div_u (i32.const 7) (local.get $a)))))
  ;; A loop, and results in memory.
  (func $loop (param $n i32) (result i32) (local $x i32)
    (loop $l
      (local.set $x (i32.add (i32.shl (local.get $x) (i32.const 1)) (local.get $n)))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $x))
  (func $two (param $a i32) (result i32 i32) (local.get $a) (local.get $a)))
