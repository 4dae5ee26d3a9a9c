#pragma once

#include <asmjit/arm/a64globals.h>
#include <asmjit/core.h>

#include "decoder/opcodes.hpp"
#include "jit/opcode_rows.hpp"

/// AArch64's rows: which instruction a regular opcode becomes. An opcode that stands in the table
/// (decoder/opcodes.def) without a row here does not compile; the error names it.
namespace wasmjet::jit::a64 {

/// Three-operand integer arithmetic.
struct AluRow {
  enum class Form : std::uint8_t { none, add, sub, multiply, logical };
  Form form = Form::none;
  asmjit::InstId id = 0;
  bool wide = false;
};

constexpr AluRow alu_row(Opcode op) {
  using I = asmjit::a64::Inst;
  using Form = AluRow::Form;
  switch (op) {
    case Opcode::i32_add:
      return {Form::add, I::kIdAdd, false};
    case Opcode::i32_sub:
      return {Form::sub, I::kIdSub, false};
    case Opcode::i32_mul:
      return {Form::multiply, I::kIdMul, false};
    case Opcode::i32_and:
      return {Form::logical, I::kIdAnd, false};
    case Opcode::i32_or:
      return {Form::logical, I::kIdOrr, false};
    case Opcode::i32_xor:
      return {Form::logical, I::kIdEor, false};
    case Opcode::i64_add:
      return {Form::add, I::kIdAdd, true};
    case Opcode::i64_sub:
      return {Form::sub, I::kIdSub, true};
    case Opcode::i64_mul:
      return {Form::multiply, I::kIdMul, true};
    case Opcode::i64_and:
      return {Form::logical, I::kIdAnd, true};
    case Opcode::i64_or:
      return {Form::logical, I::kIdOrr, true};
    case Opcode::i64_xor:
      return {Form::logical, I::kIdEor, true};
    default:
      return {};
  }
}

/// Shifts by a register and by a constant; rotations to the left are ones to the right by the negated count.
struct ShiftRow {
  asmjit::InstId id = 0;
  bool wide = false;
  bool rotates_left = false;
};

constexpr ShiftRow shift_row(Opcode op) {
  using I = asmjit::a64::Inst;
  switch (op) {
    case Opcode::i32_shl:
      return {I::kIdLsl, false, false};
    case Opcode::i32_shr_s:
      return {I::kIdAsr, false, false};
    case Opcode::i32_shr_u:
      return {I::kIdLsr, false, false};
    case Opcode::i32_rotl:
      return {I::kIdRor, false, true};
    case Opcode::i32_rotr:
      return {I::kIdRor, false, false};
    case Opcode::i64_shl:
      return {I::kIdLsl, true, false};
    case Opcode::i64_shr_s:
      return {I::kIdAsr, true, false};
    case Opcode::i64_shr_u:
      return {I::kIdLsr, true, false};
    case Opcode::i64_rotl:
      return {I::kIdRor, true, true};
    case Opcode::i64_rotr:
      return {I::kIdRor, true, false};
    default:
      return {};
  }
}

/// Float arithmetic; copysign has a sequence of its own.
struct FloatRow {
  enum class Form : std::uint8_t { none, arithmetic, copysign };
  Form form = Form::none;
  asmjit::InstId id = 0;
  bool wide = false;
};

constexpr FloatRow float_row(Opcode op) {
  using I = asmjit::a64::Inst;
  using Form = FloatRow::Form;
  switch (op) {
    case Opcode::f32_add:
      return {Form::arithmetic, I::kIdFadd_v, false};
    case Opcode::f32_sub:
      return {Form::arithmetic, I::kIdFsub_v, false};
    case Opcode::f32_mul:
      return {Form::arithmetic, I::kIdFmul_v, false};
    case Opcode::f32_div:
      return {Form::arithmetic, I::kIdFdiv_v, false};
    case Opcode::f32_min:
      return {Form::arithmetic, I::kIdFmin_v, false};
    case Opcode::f32_max:
      return {Form::arithmetic, I::kIdFmax_v, false};
    case Opcode::f32_copysign:
      return {Form::copysign, 0, false};
    case Opcode::f64_add:
      return {Form::arithmetic, I::kIdFadd_v, true};
    case Opcode::f64_sub:
      return {Form::arithmetic, I::kIdFsub_v, true};
    case Opcode::f64_mul:
      return {Form::arithmetic, I::kIdFmul_v, true};
    case Opcode::f64_div:
      return {Form::arithmetic, I::kIdFdiv_v, true};
    case Opcode::f64_min:
      return {Form::arithmetic, I::kIdFmin_v, true};
    case Opcode::f64_max:
      return {Form::arithmetic, I::kIdFmax_v, true};
    case Opcode::f64_copysign:
      return {Form::copysign, 0, true};
    default:
      return {};
  }
}

struct FloatUnaryRow {
  asmjit::InstId id = 0;
  bool wide = false;
};

constexpr FloatUnaryRow float_unary_row(Opcode op) {
  using I = asmjit::a64::Inst;
  switch (op) {
    case Opcode::f32_abs:
      return {I::kIdFabs_v, false};
    case Opcode::f32_neg:
      return {I::kIdFneg_v, false};
    case Opcode::f32_ceil:
      return {I::kIdFrintp_v, false};
    case Opcode::f32_floor:
      return {I::kIdFrintm_v, false};
    case Opcode::f32_trunc:
      return {I::kIdFrintz_v, false};
    case Opcode::f32_nearest:
      return {I::kIdFrintn_v, false};
    case Opcode::f32_sqrt:
      return {I::kIdFsqrt_v, false};
    case Opcode::f64_abs:
      return {I::kIdFabs_v, true};
    case Opcode::f64_neg:
      return {I::kIdFneg_v, true};
    case Opcode::f64_ceil:
      return {I::kIdFrintp_v, true};
    case Opcode::f64_floor:
      return {I::kIdFrintm_v, true};
    case Opcode::f64_trunc:
      return {I::kIdFrintz_v, true};
    case Opcode::f64_nearest:
      return {I::kIdFrintn_v, true};
    case Opcode::f64_sqrt:
      return {I::kIdFsqrt_v, true};
    default:
      return {};
  }
}

/// Whether a numeric or memory opcode has its row.
constexpr bool has_row(Opcode op) {
  switch (info(op).lowering) {
    case LoweringClass::binary:
      return alu_row(op).id != 0 || float_row(op).form != FloatRow::Form::none;
    case LoweringClass::shift:
      return shift_row(op).id != 0;
    case LoweringClass::divide:
      return divide_row(op).known;
    case LoweringClass::unary:
      return integer_unary_row(op).form != IntegerUnary::none || float_unary_row(op).id != 0;
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
  static_assert(has_row(Opcode::id), text " has no row for AArch64 (jit/a64/rows.hpp)");
#include "decoder/opcodes.def"
#undef OP

}  // namespace wasmjet::jit::a64
