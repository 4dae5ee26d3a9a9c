#pragma once

/// The surroundings of a numeric instruction that make the compiler treat it differently: where its operands
/// are, who takes the result, which registers are occupied.

#include <cstdint>
#include <string>
#include <vector>

#include "decoder/opcodes.hpp"
#include "decoder/signatures.hpp"
#include "spec-tests/differential/code.hpp"
#include "spec-tests/differential/oracle.hpp"
#include "spec-tests/module_builder.hpp"

namespace wasmjet::testing {

enum class Use : std::uint8_t {
  stack,        ///< stays on the operand stack
  local,        ///< set to a local that owns a register
  tee,          ///< the same and used from the stack
  frame_local,  ///< set to a local that owns none
  left,         ///< set to the local that the left operand comes from
  right,        ///< the right operand's
  plus,         ///< added to the left operand's local
  eqz,          ///< compared with zero
  eqz_br_if,    ///< that taken by a branch
  br_if,
  if_,
  select,
};

struct Shape {
  Use use = Use::stack;
  unsigned pressure = 0;  ///< temporaries on the operand stack below
};

/// True of the numeric instructions: no immediate, operands and the one result are numbers.
constexpr bool is_numeric(Opcode op) {
  const Signature& types = signature(op);
  if (types.special || types.pushes != 1 || types.pops == 0 || types.pops > 2) return false;
  for (unsigned i = 0; i < types.pops; ++i) {
    if (types.pop[i] < StackType::i32 || types.pop[i] > StackType::f64) return false;
  }
  return info(op).immediate == Immediate::none && types.push >= StackType::i32 &&
         types.push <= StackType::f64;
}

/// Of a numeric instruction.
struct NumericTypes {
  explicit NumericTypes(Opcode op);
  std::vector<ValType> operands;
  ValType result;
};

/// Every shape that fits the instruction's types.
std::vector<Shape> shapes_of(const NumericTypes& types);

/// The type of what a function with such a use returns.
ValType type_of_use(Use use, const NumericTypes& types);
/// What such a function must return where the instruction alone must yield `expected`.
Expected expected_of_use(Use use, const Expected& expected, std::uint64_t left, ValType type);

/// One function of the module under test: parameters are the operands.
struct NumericFunction {
  Opcode op{};
  std::vector<OperandKind> kinds;
  std::vector<std::size_t> constants;  ///< where the kind is `constant`: which of the values, else 0
  Shape shape;

  std::string text() const;
};

/// Adds it to a module, with the values of its constants. `saved` is a global of the result's type.
std::uint32_t add_function(ModuleBuilder& module, const NumericFunction& function,
                           const std::vector<std::uint64_t>& constants, const NumericTypes& types,
                           std::uint32_t saved);

}  // namespace wasmjet::testing
