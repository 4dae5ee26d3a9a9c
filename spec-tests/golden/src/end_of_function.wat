;; Behind what cannot be reached there is an end without code: it is not the next function's.
(module
  (func (result i32) (unreachable))
  (func (param i32) (result i32) (local i64 f32) (local.get 0)))
