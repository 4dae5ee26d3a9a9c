;; Branches to where little is left to do before a loop begins again do that themselves.
(module
  (memory 1)
  (func $interpreter (param $pc i32) (result i32) (local $x i32) (local $steps i32)
    (loop $l (result i32)
      (block $next
        (block $c (block $b (block $a
          (br_table $a $b $c $a $c $b (i32.load8_u (local.get $pc))))
          (local.set $x (i32.add (local.get $x) (i32.const 1)))
          (br $next))
          (local.set $x (i32.shl (local.get $x) (i32.const 1)))
          (br $next))
        (return (i32.xor (local.get $x) (local.get $steps))))
      (local.set $steps (i32.add (local.get $steps) (i32.const 1)))
      (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
      (br $l))))
