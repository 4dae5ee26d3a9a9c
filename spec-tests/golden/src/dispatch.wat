;; Interpreters' loops: where a case goes back to the loop, the header up to its jump by table is compiled again.
(module
  (memory 1)
  (func $interpreter (param $pc i32) (result i32) (local $x i32) (local $opcode i32)
    (loop $l
      (block $end
        (block $d (block $c (block $b
          (local.set $opcode (i32.load8_u (local.get $pc)))
          (block $a
            (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
            (br_table $a $b $c $d $b $end (local.get $opcode)))
          (local.set $x (i32.add (local.get $x) (i32.const 1)))
          (br $l))
          (br_if $l (i32.and (local.get $x) (i32.const 1)))
          (local.set $x (i32.shl (local.get $x) (i32.const 1)))
          (br $l))
          (if (local.get $x)
            (then
              (i32.store8 (local.get $pc) (local.get $x))
              (br $l)))
          (unreachable))
        (local.set $x (i32.load8_u offset=1 (local.get $pc)))
        (local.get $x) (local.get $opcode) (br $l))
      (return (local.get $x)))
    (unreachable))

  ;; The header takes its last local from the frame, where a call leaves it.
  (func $calls (param $pc i32) (local $count i32)
    (loop $l
      (block $c (block $b (block $a
        (br_table $a $b $a $b $c (i32.load16_s offset=8 (i32.shl (local.get $pc) (i32.const 1)))))
        (call $calls (local.get $count))
        (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
        (br $l))
        (local.set $count (i32.add (local.get $count) (local.get $pc)))
        (local.set $pc (i32.const 0))
        (br $l))))

  ;; No header: a condition.
  (func $conditional (param $pc i32) (result i32)
    (loop $l
      (block $end
        (block $b (block $a
          (br_if $end (i32.eqz (local.get $pc)))
          (br_table $a $b $a $b $a (i32.load8_u (local.get $pc))))
          (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
          (br $l))
        (local.set $pc (i32.add (local.get $pc) (i32.const 2)))
        (br $l)))
    (local.get $pc)))
