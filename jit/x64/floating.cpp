#include "jit/x64/macro_assembler.hpp"
#include "jit/x64/rows.hpp"

namespace wasmjet::jit::x64 {

namespace x86 = asmjit::x86;

namespace {
constexpr unsigned kAbs32 = 0, kSign32 = 1, kAbs64 = 2, kSign64 = 3;
}  // namespace

/// A three-operand operation, also where the CPU has only the two-operand form. `right` is a register
/// or a memory operand that is not a function of `to`.
void MacroAssembler::float_op(asmjit::InstId vex, asmjit::InstId legacy, bool commutes, Reg to, Reg left,
                              const asmjit::Operand& right) {
  if (features_.avx) {
    emit(vex, fp(to), fp(left), right);
    return;
  }
  if (to != left && right == fp(to)) {
    if (commutes) {
      emit(legacy, fp(to), fp(left));
      return;
    }
    move_float(Abi::kFloatTemp, to);
    move_float(to, left);
    emit(legacy, fp(to), fp(Abi::kFloatTemp));
    return;
  }
  if (to != left) move_float(to, left);
  emit(legacy, fp(to), right);
}

void MacroAssembler::float_binary(Opcode op, Reg to, Reg left, Reg right) {
  const FloatRow& row = row_of<float_row>(op);
  if (row.form == FloatRow::Form::arithmetic && features_.avx) {
    return vector_registers(row.wide ? kF2 : kF3, row.opcode, to.number(), left.number(), right.number());
  }
  switch (row.form) {
    case FloatRow::Form::minimum:
    case FloatRow::Form::maximum:
      return float_min_max(row.vex, row.legacy, row.wide, row.form == FloatRow::Form::minimum, to, left,
                           right);
    case FloatRow::Form::copysign:
      return float_copysign(row.wide, to, left, right);
    default:
      return float_op(row.vex, row.legacy, row.commutes, to, left, fp(right));
  }
}

void MacroAssembler::lesser(bool less, ValKind kind, Reg to, Reg left, Reg right) {
  const bool wide = kind == ValKind::f64;
  // They return the second operand where neither is less, as of zeros and NaNs.
  const FloatRow& row = row_of<float_row>(less ? (wide ? Opcode::f64_min : Opcode::f32_min)
                                               : (wide ? Opcode::f64_max : Opcode::f32_max));
  float_op(row.vex, row.legacy, false, to, left, fp(right));
}

void MacroAssembler::float_binary_constant(Opcode op, Reg to, Reg left, std::uint64_t bits) {
  const FloatRow row = row_of<float_row>(op);
  float_op(row.vex, row.legacy, row.commutes, to, left, rip_operand(row.wide ? 8 : 4));
  link_pool_constant(bits);
}

void MacroAssembler::float_min_max(asmjit::InstId vex, asmjit::InstId legacy, bool wide, bool min, Reg to,
                                   Reg left, Reg right) {
  const Label differ = new_label(), unordered = new_label(), done = new_label();
  const auto apply = [&](asmjit::InstId with_vex, asmjit::InstId without) {
    float_op(with_vex, without, false, to, left, fp(right));
  };
  wide ? ucomisd(fp(left), fp(right)) : ucomiss(fp(left), fp(right));
  jump_if(Cond::ne, differ);
  jump_on(kIfUnordered, unordered);
  // Equal: only the signs of zeros can differ.
  min ? apply(Inst::kIdVorps, Inst::kIdOrps) : apply(Inst::kIdVandps, Inst::kIdAndps);
  jump(done);
  bind(unordered);  // the sum is a quiet NaN made of the operands'
  wide ? apply(Inst::kIdVaddsd, Inst::kIdAddsd) : apply(Inst::kIdVaddss, Inst::kIdAddss);
  jump(done);
  bind(differ);
  apply(vex, legacy);
  bind(done);
}

void MacroAssembler::float_copysign(bool wide, Reg to, Reg left, Reg right) {
  const Reg sign = Abi::kFloatTemp;
  move_float(sign, right);
  andps(fp(sign), rip_operand(16));
  link_mask(wide ? kSign64 : kSign32);
  move_float(to, left);
  andps(fp(to), rip_operand(16));
  link_mask(wide ? kAbs64 : kAbs32);
  orps(fp(to), fp(sign));
}

void MacroAssembler::float_unary(Opcode op, Reg to, Reg from) {
  const auto with_mask = [&](asmjit::InstId vex, asmjit::InstId legacy, unsigned mask) {
    if (features_.avx) {
      emit(vex, fp(to), fp(from), rip_operand(16));
    } else {
      if (to != from) move_float(to, from);
      emit(legacy, fp(to), rip_operand(16));
    }
    link_mask(mask);
  };
  const auto with_immediate = [&](bool wide, unsigned mode) {
    constexpr unsigned kNoPrecisionException = 8;
    const asmjit::InstId vex = wide ? Inst::kIdVroundsd : Inst::kIdVroundss;
    const asmjit::InstId legacy = wide ? Inst::kIdRoundsd : Inst::kIdRoundss;
    if (features_.avx) {
      emit(vex, fp(to), fp(from), fp(from), mode | kNoPrecisionException);
    } else {
      emit(legacy, fp(to), fp(from), mode | kNoPrecisionException);
    }
  };
  const FloatUnaryRow row = float_unary_row(op);
  switch (row.form) {
    case FloatUnaryRow::Form::absolute:
      return with_mask(Inst::kIdVandps, Inst::kIdAndps, row.wide ? kAbs64 : kAbs32);
    case FloatUnaryRow::Form::negate:
      return with_mask(Inst::kIdVxorps, Inst::kIdXorps, row.wide ? kSign64 : kSign32);
    case FloatUnaryRow::Form::round:
      return with_immediate(row.wide, row.rounding);
    default:
      if (features_.avx) {
        row.wide ? vsqrtsd(fp(to), fp(from), fp(from)) : vsqrtss(fp(to), fp(from), fp(from));
      } else {
        row.wide ? sqrtsd(fp(to), fp(from)) : sqrtss(fp(to), fp(from));
      }
      return;
  }
}

Cond MacroAssembler::compare_float(Opcode op, Reg left, Reg right) {
  const auto compare = [&](bool wide, Reg l, Reg r) {
    if (features_.avx) {
      vector_compare(wide, fp(l), fp(r));
    } else {
      wide ? ucomisd(fp(l), fp(r)) : ucomiss(fp(l), fp(r));
    }
  };
  const bool wide = op >= Opcode::f64_eq;
  switch (op) {
    case Opcode::f32_eq:
    case Opcode::f64_eq:
      compare(wide, left, right);
      return Cond::float_eq;
    case Opcode::f32_ne:
    case Opcode::f64_ne:
      compare(wide, left, right);
      return Cond::float_ne;
    case Opcode::f32_lt:
    case Opcode::f64_lt:
      compare(wide, right, left);
      return Cond::float_above;
    case Opcode::f32_gt:
    case Opcode::f64_gt:
      compare(wide, left, right);
      return Cond::float_above;
    case Opcode::f32_le:
    case Opcode::f64_le:
      compare(wide, right, left);
      return Cond::float_above_equal;
    default:
      compare(wide, left, right);
      return Cond::float_above_equal;
  }
}

void MacroAssembler::set_float_equality(Opcode op, Reg to, Reg left, Reg right) {
  constexpr unsigned kEqual = 0, kNotEqual = 4;
  const bool wide = op == Opcode::f64_eq || op == Opcode::f64_ne;
  const unsigned predicate = op == Opcode::f32_eq || op == Opcode::f64_eq ? kEqual : kNotEqual;
  const x86::Xmm mask = fp(Abi::kFloatTemp);
  move_float(Abi::kFloatTemp, left);
  wide ? cmpsd(mask, fp(right), predicate) : cmpss(mask, fp(right), predicate);
  movd(gp32(to), mask);
  and_(gp32(to), 1);
}

}  // namespace wasmjet::jit::x64
