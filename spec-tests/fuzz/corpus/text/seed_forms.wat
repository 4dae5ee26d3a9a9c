;; fields without a module, (; nested (; comments ;) ;)
(func $"quoted name" (export "\u{e9}") (import "m" "n") (param i32))
(memory (export "m") (data "a" "b"))
(table (export "t") funcref (elem $"quoted name"))
(global (import "m" "g") (mut funcref))
(func (local i32 i64) (local $z f32) i32.const 0x0_1 i32.const -1 i32.add drop f64.const 1.5e+3 drop
  f32.const 0x1.fffffep127 drop f64.const nan drop block $a loop $b br $a end end)
