#pragma once

#include <cstdint>
#include <string>

#include "decoder/types.hpp"

namespace wasmjet {

/// A value type as the validator's operand stack holds it: ValType::code(), and `bottom`, the unknown type
/// that the stack has in unreachable code (spec appendix "Validation Algorithm"); it matches every other.
/// References have many more values than those named here.
enum class StackType : std::uint32_t {
  bottom = 0,
  i32 = kI32.code(),
  i64 = kI64.code(),
  f32 = kF32.code(),
  f64 = kF64.code(),
  v128 = kV128.code(),
  funcref = kFuncRef.code(),
  externref = kExternRef.code(),
};

constexpr StackType to_stack_type(ValType type) { return static_cast<StackType>(type.code()); }
/// Of any type but `bottom`.
constexpr ValType to_val_type(StackType type) { return ValType::from_code(static_cast<std::uint32_t>(type)); }

constexpr bool is_ref(StackType type) { return to_val_type(type).is_ref(); }

inline std::string to_string(StackType type) {
  return type == StackType::bottom ? "any type" : to_string(to_val_type(type));
}

}  // namespace wasmjet
