#include <bit>
#include <cassert>

#include "jit/x64/macro_assembler.hpp"
#include "jit/x64/rows.hpp"

namespace wasmjet::jit::x64 {

namespace x86 = asmjit::x86;

void MacroAssembler::integer_binary(Opcode op, Reg to, Reg left, Operand right) {
  const AluRow& row = row_of<alu_row>(op);
  if (right.is_immediate()) return integer_constant(row, to, left, right.value());
  const unsigned d = to.number(), l = left.number(), r = right.reg().number();
  const bool multiplies = row.form == AluRow::Form::multiply;
  const auto apply = [&](unsigned other) {
    multiplies ? multiply(row.wide, d, other) : arithmetic(row.code, row.wide, d, other);
  };
  if (right.is_frame()) {
    if (to != left) QuickAssembler::move(row.wide, d, l);
    const Address place = frame_place(right.value());
    multiplies ? multiply(row.wide, d, place) : arithmetic(row.code, row.wide, d, place);
  } else if (to == left) {
    apply(r);
  } else if (to == right.reg() && row.commutes) {
    apply(l);
  } else if (!multiplies && row.code == kAdd) {
    address_of(row.wide, d, {l, r, 0, 0});
    return;
  } else if (to == right.reg()) {  // a subtraction
    negate(row.wide, d);
    arithmetic(kAdd, row.wide, d, l);
  } else {
    QuickAssembler::move(row.wide, d, l);
    apply(r);
  }
  if (!multiplies) note_zero_flag(to, row.wide);
}

void MacroAssembler::integer_constant(const AluRow& row, Reg to, Reg left, std::int32_t value) {
  if (row.form == AluRow::Form::multiply) return multiply_by(row.wide, to, left, value);
  const unsigned d = to.number(), l = left.number();
  if (to != left && (row.code == kAdd || (row.code == kSub && value != INT32_MIN))) {
    address_of(row.wide, d, {l, Address::kNoIndex, 0, row.code == kAdd ? value : -value});
  } else if (row.code == kAnd && value == 0xFF) {
    movzx(gp32(to), gp8(left));
  } else if (row.code == kAnd && value == 0xFFFF) {
    movzx(gp32(to), x86::gpw(left.number()));
  } else {
    if (to != left) QuickAssembler::move(row.wide, d, l);
    arithmetic_constant(row.code, row.wide, d, value);
    note_zero_flag(to, row.wide);
  }
}

/// By a power of two, and by that three, five, or nine times: lea and a shift take less time than imul.
void MacroAssembler::multiply_by(bool wide, Reg to, Reg left, std::int32_t value) {
  const x86::Gp d = gp(to, wide);
  const auto bits = static_cast<std::uint32_t>(value);
  const int shift = std::countr_zero(bits);
  const std::uint32_t odd = value > 0 ? bits >> shift : 0;
  if (odd == 1) {
    move(to, left, wide ? ValKind::i64 : ValKind::i32);
  } else if (odd == 3 || odd == 5 || odd == 9) {
    lea(d, x86::ptr(gp64(left), gp64(left), static_cast<std::uint32_t>(std::countr_zero(odd - 1))));
  } else {
    multiply_constant(wide, to.number(), left.number(), value);
    return;
  }
  if (shift != 0) emit(x86::Inst::kIdShl, d, static_cast<unsigned>(shift));
}

void MacroAssembler::and_not(bool wide, Reg to, Reg value, Reg mask) {
  andn(gp(to, wide), gp(mask, wide), gp(value, wide));
  note_zero_flag(to, wide);
}

void MacroAssembler::negative(bool wide, Reg to, Reg from) {
  move(to, from, wide ? ValKind::i64 : ValKind::i32);
  negate(wide, to.number());
  note_zero_flag(to, wide);
}

void MacroAssembler::lowest_bit(bool wide, bool clears, Reg to, Reg from) {
  const x86::Gp d = gp(to, wide), s = gp(from, wide);
  clears ? blsr(d, s) : blsi(d, s);
  note_zero_flag(to, wide);
}

void MacroAssembler::scaled_add(bool wide, Reg to, Reg base, Reg index, unsigned shift,
                                std::int32_t displacement) {
  if (!base.valid()) return scaled_index(wide, to.number(), index.number(), shift, displacement);
  address_of(wide, to.number(), {base.number(), index.number(), shift, displacement});
}

void MacroAssembler::shift_constant(Opcode op, Reg to, Reg value, unsigned count) {
  const ShiftRow row = row_of<shift_row>(op);
  const x86::Gp d = gp(to, row.wide);
  const bool left = row.by_constant == Inst::kIdRol;
  if (to != value && features_.bmi2 && (left || row.by_constant == Inst::kIdRor)) {
    const unsigned width = row.wide ? 64 : 32;
    rorx(d, gp(value, row.wide), left ? (width - count) % width : count);
    return;
  }
  if (to != value && row.by_constant == Inst::kIdShl && count >= 1 && count <= 3) {
    const unsigned v = value.number();
    count == 1 ? address_of(row.wide, to.number(), {v, v, 0, 0})
               : scaled_index(row.wide, to.number(), v, count, 0);
    return;
  }
  move(to, value, row.wide ? ValKind::i64 : ValKind::i32);
  emit(row.by_constant, d, count);
}

bool MacroAssembler::shifts_in_any_register(Opcode op) const {
  return features_.bmi2 && row_of<shift_row>(op).bmi2 != kNoPrefix;
}

void MacroAssembler::shift(Opcode op, Reg to, Reg value, Reg count) {
  const ShiftRow row = row_of<shift_row>(op);
  if (shifts_in_any_register(op)) {
    QuickAssembler::shift(row.bmi2, row.wide, to.number(), value.number(), count.number());
    return;
  }
  move(to, value, row.wide ? ValKind::i64 : ValKind::i32);
  shift_by_cl(row.by_constant, gp(to, row.wide));
}

void MacroAssembler::integer_unary(Opcode op, Reg to, Reg from) {
  const auto count_zeros = [&](bool wide, asmjit::InstId fast, bool has_fast, asmjit::InstId scan,
                               unsigned flip) {
    const x86::Gp d = gp(to, wide), s = gp(from, wide);
    const unsigned width = wide ? 64 : 32;
    if (has_fast) {
      // The destination is an input on some processors: break the dependency.
      if (to != from) xor_(gp32(to), gp32(to));
      emit(fast, d, s);
      return;
    }
    const Label found = new_label();
    emit(scan, d, s);
    jump_if(Cond::ne, found);
    mov(gp32(to), flip != 0 ? 2 * width - 1 : width);
    bind(found);
    if (flip != 0) xor_(gp32(to), flip);
  };
  const IntegerUnaryRow row = row_of<integer_unary_row>(op);
  const x86::Gp d = gp(to, row.wide), s = gp(from, row.wide);
  switch (row.form) {
    case IntegerUnary::clz:
      return count_zeros(row.wide, Inst::kIdLzcnt, features_.lzcnt, Inst::kIdBsr, row.wide ? 63 : 31);
    case IntegerUnary::ctz:
      return count_zeros(row.wide, Inst::kIdTzcnt, features_.bmi1, Inst::kIdBsf, 0);
    case IntegerUnary::popcnt:
      popcnt(d, s);
      return;
    case IntegerUnary::sign_extend_8:
      movsx(d, gp8(from));
      return;
    case IntegerUnary::sign_extend_16:
      movsx(d, x86::gpw(from.number()));
      return;
    case IntegerUnary::sign_extend_32:
      movsxd(d, gp32(from));
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

void MacroAssembler::multiply_high(bool is_signed, [[maybe_unused]] Reg high, [[maybe_unused]] Reg left,
                                   Reg right) {
  assert(high == Abi::kRemainder && left == Abi::kDividend);
  is_signed ? imul(gp64(right)) : mul(gp64(right));
}

void MacroAssembler::divide(Opcode op, Reg divisor) {
  const DivideRow row = row_of<divide_row>(op);
  const auto aux = static_cast<std::uint8_t>(divisor.number());
  if (!row.is_signed) {
    xor_(x86::edx, x86::edx);
    may_trap(TrapCode::integer_division, aux);
    div(gp(divisor, row.wide));
    return;
  }
  const Label done = new_label();
  if (row.remainder) {  // INT_MIN % -1 is 0, but the instruction faults
    const Label regular = new_label();
    cmp(gp(divisor, row.wide), -1);
    jump_if(Cond::ne, regular);
    xor_(x86::edx, x86::edx);
    jump(done);
    bind(regular);
  }
  row.wide ? cqo() : cdq();
  may_trap(TrapCode::integer_division, aux);
  idiv(gp(divisor, row.wide));
  bind(done);
}

void MacroAssembler::compare(bool wide, Reg left, Operand right) {
  const unsigned l = left.number();
  if (right.is_reg()) {
    arithmetic(kCmp, wide, l, right.reg().number());
  } else if (right.is_frame()) {
    arithmetic(kCmp, wide, l, frame_place(right.value()));
  } else if (right.value() == 0) {
    // Not test() below, which leaves flags that tell of zero alone.
    QuickAssembler::test(wide, l, l);
  } else {
    arithmetic_constant(kCmp, wide, l, right.value());
  }
}

void MacroAssembler::test(bool wide, Reg left, Operand right) {
  if (right.is_reg()) {
    const bool known = left == right.reg() && zero_flag_ == ZeroFlag{position(), left, wide};
    if (!known) QuickAssembler::test(wide, left.number(), right.reg().number());
  } else if (right.is_frame()) {
    QuickAssembler::test(frame(right.value(), wide ? 8 : 4), gp(left, wide));
  } else if (right.value() >= 0 && right.value() <= 0x7F) {
    QuickAssembler::test(gp8(left), right.value());
  } else if (right.value() >= 0) {
    QuickAssembler::test(gp32(left), right.value());
  } else {
    QuickAssembler::test(gp(left, wide), right.value());
  }
}

void MacroAssembler::set_if(Cond cond, Reg to, bool cleared) {
  using C = x86::CondCode;
  static constexpr C kCodes[] = {C::kE,   C::kNE, C::kL, C::kNL, C::kB,   C::kNB, C::kNLE, C::kLE,
                                 C::kNBE, C::kBE, C::kE, C::kNE, C::kNBE, C::kBE, C::kNB,  C::kB};
  set(kCodes[static_cast<std::size_t>(cond)], gp8(to));
  if (!cleared) movzx(gp32(to), gp8(to));
}

void MacroAssembler::select(Cond cond, Reg to, Reg otherwise, ValKind kind) {
  if (to == otherwise) return;
  if (to.is_float() || cond == Cond::float_ne) {
    const Label keep = new_label();
    jump_if(cond, keep);
    move(to, otherwise, kind);
    bind(keep);
    return;
  }
  using C = x86::CondCode;
  static constexpr C kNegated[] = {C::kNE, C::kE,   C::kNL, C::kL, C::kNB, C::kB,   C::kLE, C::kNLE,
                                   C::kBE, C::kNBE, C::kNE, C::kE, C::kBE, C::kNBE, C::kB,  C::kNB};
  const bool wide = !is_32_bit(kind);
  move_if(kNegated[static_cast<std::size_t>(cond)], gp(to, wide), gp(otherwise, wide));
  if (cond == Cond::float_eq) cmovp(gp(to, wide), gp(otherwise, wide));
}

}  // namespace wasmjet::jit::x64
