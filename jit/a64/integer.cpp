#include <asmjit/arm/a64utils.h>

#include <bit>

#include "jit/a64/macro_assembler.hpp"

namespace wasmjet::jit::a64 {

namespace arm = asmjit::a64;
using Inst = asmjit::a64::Inst;

void MacroAssembler::integer_binary(Opcode op, Reg to, Reg left, Operand right) {
  const AluRow row = row_of<alu_row>(op);
  if (right.is_reg()) {
    emit(row.id, gp(to, row.wide), gp(left, row.wide), gp(right.reg(), row.wide));
    return;
  }
  switch (row.form) {
    case AluRow::Form::add:
      return add_number(row.wide, to, left, right.value());
    case AluRow::Form::sub:
      return add_number(row.wide, to, left, -std::int64_t{right.value()});
    case AluRow::Form::multiply:
      return multiply_by(row.wide, to, left, right.value());
    default: {
      const auto value = static_cast<std::uint64_t>(std::int64_t{right.value()});
      return logical_by(row, to, left, row.wide ? value : static_cast<std::uint32_t>(value));
    }
  }
}

void MacroAssembler::add_number(bool wide, Reg to, Reg left, std::int64_t value) {
  constexpr std::int64_t kTwoAdditions = 1 << 24;
  if (value > -kTwoAdditions && value < kTwoAdditions) return add_constant(wide, to, left, value);
  add(gp(to, wide), gp(left, wide), gp(constant_operand(static_cast<std::uint64_t>(value), wide), wide));
}

void MacroAssembler::multiply_by(bool wide, Reg to, Reg left, std::int64_t value) {
  const arm::Gp d = gp(to, wide), s = gp(left, wide);
  const auto bits = static_cast<std::uint64_t>(value);
  if (value > 1 && std::has_single_bit(bits)) {
    lsl(d, s, std::countr_zero(bits));
  } else if (value > 2 && std::has_single_bit(bits - 1)) {
    add(d, s, s, arm::lsl(static_cast<std::uint32_t>(std::countr_zero(bits - 1))));
  } else if (value == -1) {
    neg(d, s);
  } else if (value == 1) {
    move(to, left, wide ? ValKind::i64 : ValKind::i32);
  } else {
    mul(d, s, gp(constant_operand(bits, wide), wide));
  }
}

void MacroAssembler::logical_by(const AluRow& row, Reg to, Reg left, std::uint64_t value) {
  const arm::Gp d = gp(to, row.wide), s = gp(left, row.wide);
  const std::uint64_t all = row.wide ? ~std::uint64_t{0} : 0xFFFFFFFF;
  if (row.id == Inst::kIdEor && value == all) {
    mvn(d, s);
  } else if (value != 0 && value != all && arm::Utils::isLogicalImm(value, row.wide ? 64 : 32)) {
    emit(row.id, d, s, asmjit::imm(value));
  } else {
    emit(row.id, d, s, gp(constant_operand(value, row.wide), row.wide));
  }
}

bool MacroAssembler::folds_shift(Opcode shift, Opcode op) {
  const ShiftRow from = row_of<shift_row>(shift);
  const AluRow into = row_of<alu_row>(op);
  if (from.id == 0 || from.wide != into.wide) return false;
  const bool adds = into.form == AluRow::Form::add || into.form == AluRow::Form::sub;
  return into.form == AluRow::Form::logical || (adds && from.id != Inst::kIdRor);
}

void MacroAssembler::binary_shifted(Opcode op, Reg to, Reg left, Reg right, Opcode shift, unsigned amount) {
  const AluRow row = row_of<alu_row>(op);
  const ShiftRow by = row_of<shift_row>(shift);
  const unsigned width = row.wide ? 64 : 32;
  const asmjit::arm::Shift operand = by.id == Inst::kIdLsl   ? arm::lsl(amount)
                                     : by.id == Inst::kIdLsr ? arm::lsr(amount)
                                     : by.id == Inst::kIdAsr ? arm::asr(amount)
                                     : by.rotates_left       ? arm::ror(width - amount)
                                                             : arm::ror(amount);
  emit(row.id, gp(to, row.wide), gp(left, row.wide), gp(right, row.wide), asmjit::Imm(operand));
}

void MacroAssembler::multiply_add(bool wide, bool subtracts, Reg to, Reg base, Reg left, Reg right) {
  emit(subtracts ? Inst::kIdMsub : Inst::kIdMadd, gp(to, wide), gp(left, wide), gp(right, wide),
       gp(base, wide));
}

void MacroAssembler::and_not(bool wide, Reg to, Reg value, Reg mask) {
  emit(Inst::kIdBic, gp(to, wide), gp(value, wide), gp(mask, wide));
}

void MacroAssembler::negative(bool wide, Reg to, Reg from) { neg(gp(to, wide), gp(from, wide)); }

void MacroAssembler::insert_field(bool wide, Reg to, Reg from, unsigned place, unsigned bits) {
  ubfiz(gp(to, wide), gp(from, wide), place, bits);
}
void MacroAssembler::extract_field(bool wide, Reg to, Reg from, unsigned place, unsigned bits) {
  ubfx(gp(to, wide), gp(from, wide), place, bits);
}

void MacroAssembler::shift_constant(Opcode op, Reg to, Reg value, unsigned count) {
  const ShiftRow row = row_of<shift_row>(op);
  if (count == 0) {
    move(to, value, row.wide ? ValKind::i64 : ValKind::i32);
    return;
  }
  const unsigned width = row.wide ? 64 : 32;
  emit(row.id, gp(to, row.wide), gp(value, row.wide), asmjit::imm(row.rotates_left ? width - count : count));
}

void MacroAssembler::shift(Opcode op, Reg to, Reg value, Reg count) {
  const ShiftRow row = row_of<shift_row>(op);
  arm::Gp by = gp(count, row.wide);
  if (row.rotates_left) {
    neg(gp(Abi::kScratch, row.wide), by);
    by = gp(Abi::kScratch, row.wide);
  }
  emit(row.id, gp(to, row.wide), gp(value, row.wide), by);
}

/// Counted by bytes in a vector register, then summed.
void MacroAssembler::count_bits(bool wide, Reg to, Reg from) {
  const unsigned temp = Abi::kFloatTemp.number();
  fmov(fp(Abi::kFloatTemp, wide), gp(from, wide));
  cnt(arm::v(temp).b8(), arm::v(temp).b8());
  addv(arm::VecB(temp), arm::v(temp).b8());
  fmov(gp32(to), fp(Abi::kFloatTemp, false));
}

void MacroAssembler::integer_unary(Opcode op, Reg to, Reg from) {
  const IntegerUnaryRow row = row_of<integer_unary_row>(op);
  const arm::Gp d = gp(to, row.wide), s = gp(from, row.wide);
  switch (row.form) {
    case IntegerUnary::clz:
      clz(d, s);
      return;
    case IntegerUnary::ctz:
      rbit(d, s);
      clz(d, d);
      return;
    case IntegerUnary::popcnt:
      return count_bits(row.wide, to, from);
    case IntegerUnary::sign_extend_8:
      sxtb(d, gp32(from));
      return;
    case IntegerUnary::sign_extend_16:
      sxth(d, gp32(from));
      return;
    case IntegerUnary::sign_extend_32:
      sxtw(d, gp32(from));
      return;
    case IntegerUnary::zero_extend_32:
      move(to, from, ValKind::i64);
      return;                 // it is already
    case IntegerUnary::wrap:  // clears the upper half, also where both are one register
      mov(gp(to, options_.leave_upper_halves_dirty), gp(from, options_.leave_upper_halves_dirty));
      return;
    case IntegerUnary::none:
      return;
  }
}

void MacroAssembler::multiply_high(bool is_signed, Reg high, Reg left, Reg right) {
  const arm::Gp d = gp(high, true), l = gp(left, true), r = gp(right, true);
  is_signed ? smulh(d, l, r) : umulh(d, l, r);
}

/// Divisions do not trap here: by zero they give 0, and the most negative integer divided by -1 is itself.
void MacroAssembler::divide(Opcode op, Reg to, Reg dividend, Reg divisor,
                            std::optional<std::uint64_t> known_divisor) {
  const DivideRow row = row_of<divide_row>(op);
  const arm::Gp l = gp(dividend, row.wide), r = gp(divisor, row.wide), d = gp(to, row.wide);
  const std::uint64_t minus_one = row.wide ? ~std::uint64_t{0} : 0xFFFFFFFF;
  if (known_divisor.value_or(0) == 0) {
    branch_if_zero(row.wide, divisor, true, trap_label(TrapCode::integer_divide_by_zero));
  }
  if (row.is_signed && !row.remainder && known_divisor.value_or(minus_one) == minus_one) {
    cmn(r, 1);
    // If the divisor is -1: subtracting 1 overflows for the most negative dividend alone. Else: no overflow.
    ccmp(l, 1, 0, arm::CondCode::kEQ);
    jump_on_overflow(true, trap_label(TrapCode::integer_overflow));
  }
  flags_ = {};
  const auto id = row.is_signed ? Inst::kIdSdiv : Inst::kIdUdiv;
  if (!row.remainder) {
    emit(id, d, l, r);
    return;
  }
  const arm::Gp quotient = gp(Abi::kScratch, row.wide);
  emit(id, quotient, l, r);
  msub(d, quotient, r, l);
}

void MacroAssembler::compare(bool wide, Reg left, Operand right) {
  const arm::Gp l = gp(left, wide);
  if (right.is_reg()) {
    cmp(l, gp(right.reg(), wide));
    set_flags();
    return;
  }
  if (right.value() == 0) {
    flags_ = {Flags::Form::zero, wide, 0, left};
    return;
  }
  const std::int64_t value = right.value();
  const std::int64_t size = value < 0 ? -value : value;
  const bool fits = size <= 0xFFF || (size <= 0xFFF000 && size % 0x1000 == 0);
  if (!fits) {
    cmp(l, gp(constant_operand(static_cast<std::uint64_t>(value), wide), wide));
  } else {
    value < 0 ? cmn(l, size) : cmp(l, size);
  }
  set_flags();
}

void MacroAssembler::test(bool wide, Reg left, Operand right) {
  const arm::Gp l = gp(left, wide);
  if (right.is(left)) {
    flags_ = {Flags::Form::zero, wide, 0, left};
    return;
  }
  if (right.is_reg()) {
    tst(l, gp(right.reg(), wide));
    set_flags();
    return;
  }
  const auto extended = static_cast<std::uint64_t>(std::int64_t{right.value()});
  const std::uint64_t value = wide ? extended : static_cast<std::uint32_t>(extended);
  if (std::has_single_bit(value)) {
    flags_ = {Flags::Form::bit, wide, static_cast<std::uint8_t>(std::countr_zero(value)), left};
    return;
  }
  const std::uint64_t all = wide ? ~std::uint64_t{0} : 0xFFFFFFFF;
  if (value != 0 && value != all && arm::Utils::isLogicalImm(value, wide ? 64 : 32)) {
    tst(l, value);
  } else {
    tst(l, gp(constant_operand(value, wide), wide));
  }
  set_flags();
}

}  // namespace wasmjet::jit::a64
