#pragma once

#include <asmjit/x86.h>

#include "decoder/opcodes.hpp"
#include "jit/opcode_rows.hpp"
#include "jit/x64/quick_assembler.hpp"

/// x86-64's rows: which instruction a regular opcode becomes. An opcode that stands in the table
/// (decoder/opcodes.def) without a row here does not compile; the error names it.
namespace wasmjet::jit::x64 {

/// Two-operand integer arithmetic.
struct AluRow {
  enum class Form : std::uint8_t { none, arithmetic, multiply };
  Form form = Form::none;
  QuickAssembler::Arithmetic code{};  ///< of Form::arithmetic
  bool wide = false;
  bool commutes = false;
};

constexpr AluRow alu_row(Opcode op) {
  using Q = QuickAssembler;
  constexpr auto kArithmetic = AluRow::Form::arithmetic, kMultiply = AluRow::Form::multiply;
  switch (op) {
    case Opcode::i32_add:
      return {kArithmetic, Q::kAdd, false, true};
    case Opcode::i32_sub:
      return {kArithmetic, Q::kSub, false, false};
    case Opcode::i32_mul:
      return {kMultiply, {}, false, true};
    case Opcode::i32_and:
      return {kArithmetic, Q::kAnd, false, true};
    case Opcode::i32_or:
      return {kArithmetic, Q::kOr, false, true};
    case Opcode::i32_xor:
      return {kArithmetic, Q::kXor, false, true};
    case Opcode::i64_add:
      return {kArithmetic, Q::kAdd, true, true};
    case Opcode::i64_sub:
      return {kArithmetic, Q::kSub, true, false};
    case Opcode::i64_mul:
      return {kMultiply, {}, true, true};
    case Opcode::i64_and:
      return {kArithmetic, Q::kAnd, true, true};
    case Opcode::i64_or:
      return {kArithmetic, Q::kOr, true, true};
    case Opcode::i64_xor:
      return {kArithmetic, Q::kXor, true, true};
    default:
      return {};
  }
}

/// How the loads and stores of integers are encoded.
constexpr QuickAssembler::MemoryForm load_form(Opcode op) {
  using Form = QuickAssembler::MemoryForm;
  const AccessRow row = access_row(op);
  if (row.bytes == 8) return Form::of(0x8B, true);
  if (row.bytes == 4) return row.sign_extends ? Form::of(0x63, true) : Form::of(0x8B, false);
  const unsigned opcode = (row.sign_extends ? 0xBE : 0xB6) + (row.bytes == 2 ? 1U : 0U);
  return Form::escaped(static_cast<std::uint8_t>(opcode), row.sign_extends && row.wide);
}
constexpr QuickAssembler::MemoryForm store_form(Opcode op) {
  using Form = QuickAssembler::MemoryForm;
  const std::uint8_t bytes = access_row(op).bytes;
  if (bytes == 1) return {.opcode = {0x88}, .byte_registers = 0x40};
  if (bytes == 2) return {.opcode = {0x89}, .prefix = 0x66};
  return Form::of(0x89, bytes == 8);
}

struct ShiftRow {
  asmjit::InstId by_constant = 0;    ///< and by cl
  QuickAssembler::VexPrefix bmi2{};  ///< of the form with the count in any register, or none
  bool wide = false;
};

constexpr ShiftRow shift_row(Opcode op) {
  namespace I = asmjit::x86::Inst;
  switch (op) {
    case Opcode::i32_shl:
      return {I::kIdShl, QuickAssembler::k66, false};
    case Opcode::i32_shr_s:
      return {I::kIdSar, QuickAssembler::kF3, false};
    case Opcode::i32_shr_u:
      return {I::kIdShr, QuickAssembler::kF2, false};
    case Opcode::i32_rotl:
      return {I::kIdRol, QuickAssembler::kNoPrefix, false};
    case Opcode::i32_rotr:
      return {I::kIdRor, QuickAssembler::kNoPrefix, false};
    case Opcode::i64_shl:
      return {I::kIdShl, QuickAssembler::k66, true};
    case Opcode::i64_shr_s:
      return {I::kIdSar, QuickAssembler::kF3, true};
    case Opcode::i64_shr_u:
      return {I::kIdShr, QuickAssembler::kF2, true};
    case Opcode::i64_rotl:
      return {I::kIdRol, QuickAssembler::kNoPrefix, true};
    case Opcode::i64_rotr:
      return {I::kIdRor, QuickAssembler::kNoPrefix, true};
    default:
      return {};
  }
}

/// Float arithmetic with one instruction; minimum, maximum and copysign have sequences of their own.
struct FloatRow {
  enum class Form : std::uint8_t { none, arithmetic, minimum, maximum, copysign };
  Form form = Form::none;
  asmjit::InstId vex = 0, legacy = 0;
  bool wide = false;
  bool commutes = false;
  std::uint8_t opcode = 0;  ///< of Form::arithmetic with VEX
};

constexpr FloatRow float_row(Opcode op) {
  namespace I = asmjit::x86::Inst;
  using Form = FloatRow::Form;
  switch (op) {
    case Opcode::f32_add:
      return {Form::arithmetic, I::kIdVaddss, I::kIdAddss, false, true, 0x58};
    case Opcode::f32_sub:
      return {Form::arithmetic, I::kIdVsubss, I::kIdSubss, false, false, 0x5C};
    case Opcode::f32_mul:
      return {Form::arithmetic, I::kIdVmulss, I::kIdMulss, false, true, 0x59};
    case Opcode::f32_div:
      return {Form::arithmetic, I::kIdVdivss, I::kIdDivss, false, false, 0x5E};
    case Opcode::f32_min:
      return {Form::minimum, I::kIdVminss, I::kIdMinss, false, false};
    case Opcode::f32_max:
      return {Form::maximum, I::kIdVmaxss, I::kIdMaxss, false, false};
    case Opcode::f32_copysign:
      return {Form::copysign, 0, 0, false, false};
    case Opcode::f64_add:
      return {Form::arithmetic, I::kIdVaddsd, I::kIdAddsd, true, true, 0x58};
    case Opcode::f64_sub:
      return {Form::arithmetic, I::kIdVsubsd, I::kIdSubsd, true, false, 0x5C};
    case Opcode::f64_mul:
      return {Form::arithmetic, I::kIdVmulsd, I::kIdMulsd, true, true, 0x59};
    case Opcode::f64_div:
      return {Form::arithmetic, I::kIdVdivsd, I::kIdDivsd, true, false, 0x5E};
    case Opcode::f64_min:
      return {Form::minimum, I::kIdVminsd, I::kIdMinsd, true, false};
    case Opcode::f64_max:
      return {Form::maximum, I::kIdVmaxsd, I::kIdMaxsd, true, false};
    case Opcode::f64_copysign:
      return {Form::copysign, 0, 0, true, false};
    default:
      return {};
  }
}

struct FloatUnaryRow {
  enum class Form : std::uint8_t { none, absolute, negate, round, root };
  Form form = Form::none;
  bool wide = false;
  std::uint8_t rounding = 0;  ///< the mode of roundss
};

constexpr FloatUnaryRow float_unary_row(Opcode op) {
  using Form = FloatUnaryRow::Form;
  constexpr std::uint8_t kNearest = 0, kDown = 1, kUp = 2, kTowardZero = 3;
  switch (op) {
    case Opcode::f32_abs:
      return {Form::absolute, false, 0};
    case Opcode::f32_neg:
      return {Form::negate, false, 0};
    case Opcode::f32_ceil:
      return {Form::round, false, kUp};
    case Opcode::f32_floor:
      return {Form::round, false, kDown};
    case Opcode::f32_trunc:
      return {Form::round, false, kTowardZero};
    case Opcode::f32_nearest:
      return {Form::round, false, kNearest};
    case Opcode::f32_sqrt:
      return {Form::root, false, 0};
    case Opcode::f64_abs:
      return {Form::absolute, true, 0};
    case Opcode::f64_neg:
      return {Form::negate, true, 0};
    case Opcode::f64_ceil:
      return {Form::round, true, kUp};
    case Opcode::f64_floor:
      return {Form::round, true, kDown};
    case Opcode::f64_trunc:
      return {Form::round, true, kTowardZero};
    case Opcode::f64_nearest:
      return {Form::round, true, kNearest};
    case Opcode::f64_sqrt:
      return {Form::root, true, 0};
    default:
      return {};
  }
}

/// Whether a numeric or memory opcode has its row.
constexpr bool has_row(Opcode op) {
  switch (info(op).lowering) {
    case LoweringClass::binary:
      return alu_row(op).form != AluRow::Form::none || float_row(op).form != FloatRow::Form::none;
    case LoweringClass::shift:
      return shift_row(op).by_constant != 0;
    case LoweringClass::divide:
      return divide_row(op).known;
    case LoweringClass::unary:
      return integer_unary_row(op).form != IntegerUnary::none ||
             float_unary_row(op).form != FloatUnaryRow::Form::none;
    case LoweringClass::convert:
      return integer_unary_row(op).form != IntegerUnary::none ||
             convert_row(op).form != ConvertRow::Form::none;
    case LoweringClass::load:
    case LoweringClass::store:
      return access_row(op).bytes != 0;
    default:
      return true;  // compiled by FunctionCompiler from instructions that every back end has
  }
}

#define OP(id, text, prefix, code, imm, sig, cls) \
  static_assert(has_row(Opcode::id), text " has no row for x86-64 (jit/x64/rows.hpp)");
#include "decoder/opcodes.def"
#undef OP

}  // namespace wasmjet::jit::x64
