#include "jit/a64/macro_assembler.hpp"

namespace wasmjet::jit::a64 {

namespace arm = asmjit::a64;

/// minimum and maximum mean what Wasm's do: a NaN wins, and -0 is less than 0.
void MacroAssembler::float_binary(Opcode op, Reg to, Reg left, Reg right) {
  const FloatRow row = row_of<float_row>(op);
  if (row.form == FloatRow::Form::copysign) return copysign(row.wide, to, left, right);
  emit(row.id, fp(to, row.wide), fp(left, row.wide), fp(right, row.wide));
}

void MacroAssembler::copysign(bool wide, Reg to, Reg left, Reg right) {
  const unsigned mask = Abi::kFloatTemp.number();
  if (wide) {  // -0.0 is the sign bit
    movi(arm::d(mask), 0);
    fneg(arm::d(mask), arm::d(mask));
  } else {
    movi(arm::v(mask).s2(), 0x80, arm::lsl(24));
  }
  const auto bytes = [](Reg reg) { return arm::v(reg.number()).b8(); };
  if (to == right && to != left) {
    bif(bytes(to), bytes(left), bytes(Abi::kFloatTemp));  // all but the sign
  } else {
    move(to, left, ValKind::f64);
    bit(bytes(to), bytes(right), bytes(Abi::kFloatTemp));  // the sign alone
  }
}

void MacroAssembler::float_unary(Opcode op, Reg to, Reg from) {
  const FloatUnaryRow row = float_unary_row(op);
  emit(row.id, fp(to, row.wide), fp(from, row.wide));
}

Cond MacroAssembler::compare_float(Opcode op, Reg left, Reg right) {
  const bool wide = op >= Opcode::f64_eq;
  const auto compare = [&](Reg l, Reg r) {
    fcmp(fp(l, wide), fp(r, wide));
    set_flags();
  };
  switch (op) {
    case Opcode::f32_eq:
    case Opcode::f64_eq:
      compare(left, right);
      return Cond::float_eq;
    case Opcode::f32_ne:
    case Opcode::f64_ne:
      compare(left, right);
      return Cond::float_ne;
    case Opcode::f32_lt:
    case Opcode::f64_lt:
      compare(right, left);
      return Cond::float_above;
    case Opcode::f32_gt:
    case Opcode::f64_gt:
      compare(left, right);
      return Cond::float_above;
    case Opcode::f32_le:
    case Opcode::f64_le:
      compare(right, left);
      return Cond::float_above_equal;
    default:
      compare(left, right);
      return Cond::float_above_equal;
  }
}

}  // namespace wasmjet::jit::a64
