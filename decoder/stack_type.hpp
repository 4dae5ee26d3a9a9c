#pragma once

#include <cstdint>
#include <string>

#include "decoder/types.hpp"

namespace wasmjet {

/// A value type as the validator's operand stack holds it: one byte, so that several compare at once.
/// `bottom` is the unknown type that the stack has in unreachable code (spec appendix "Validation
/// Algorithm"); it matches every other.
enum class StackType : std::uint8_t { bottom, i32, i64, f32, f64, v128, funcref, externref };

constexpr StackType to_stack_type(ValType type) {
  if (type.is_ref()) return type.heap() == HeapType::func ? StackType::funcref : StackType::externref;
  return static_cast<StackType>(static_cast<std::uint8_t>(type.kind()) + 1);
}
static_assert(to_stack_type(kI32) == StackType::i32 && to_stack_type(kI64) == StackType::i64);
static_assert(to_stack_type(kF32) == StackType::f32 && to_stack_type(kF64) == StackType::f64);
static_assert(to_stack_type(kV128) == StackType::v128);
static_assert(to_stack_type(kFuncRef) == StackType::funcref);
static_assert(to_stack_type(kExternRef) == StackType::externref);

constexpr bool is_ref(StackType type) { return type >= StackType::funcref; }

constexpr const char* to_string(StackType type) {
  constexpr const char* kNames[] = {"any type", "i32", "i64", "f32", "f64", "v128", "funcref", "externref"};
  return kNames[static_cast<std::size_t>(type)];
}

}  // namespace wasmjet
