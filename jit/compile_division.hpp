#pragma once

#include <bit>
#include <optional>

#include "jit/division_magic.hpp"
#include "jit/function_compiler.hpp"

/// FunctionCompiler: integer division, by constants without a division.
namespace wasmjet::jit {

/// Unsigned division by powers of two. True if it was one.
template <class Masm>
bool FunctionCompiler<Masm>::divide_by_power_of_two(Opcode op, StackValue& left, std::uint64_t divisor) {
  if (!std::has_single_bit(divisor)) return false;
  const bool wide = is_i64_arithmetic(op);
  const ValKind kind = wide ? ValKind::i64 : ValKind::i32;
  const bool quotient = op == Opcode::i32_div_u || op == Opcode::i64_div_u;
  const bool remainder = op == Opcode::i32_rem_u || op == Opcode::i64_rem_u;
  if (!quotient && !(remainder && divisor <= 0x40000000)) return false;
  const Reg from = to_reg(left);
  Destination to = destination(kind);
  release(left);
  settle(to, kind, left.is_reg() ? from : Reg{});
  if (quotient) {
    masm_.shift_constant(wide ? Opcode::i64_shr_u : Opcode::i32_shr_u, to.reg, from,
                         static_cast<unsigned>(std::countr_zero(divisor)));
  } else {
    masm_.integer_binary(wide ? Opcode::i64_and : Opcode::i32_and, to.reg, from,
                         Operand::immediate(static_cast<std::int32_t>(divisor - 1)));
  }
  finish(to, kind);
  return true;
}

/// Of 32 bits, by other divisors: a multiplication. True if it was such a division.
template <class Masm>
bool FunctionCompiler<Masm>::divide_by_constant(Opcode op, StackValue& left, std::uint64_t divisor) {
  const bool is_signed = op == Opcode::i32_div_s || op == Opcode::i32_rem_s;
  const bool remainder = op == Opcode::i32_rem_s || op == Opcode::i32_rem_u;
  if (op < Opcode::i32_div_s || op > Opcode::i32_rem_u) return false;
  if (divisor < 2 || (is_signed && divisor > INT32_MAX)) return false;
  const auto magic = find_division_magic(static_cast<std::uint32_t>(divisor), is_signed);
  if (!magic) return false;
  const Reg from = to_reg(left), quotient = allocate(false);
  const Reg other = is_signed ? allocate(false) : quotient;
  if (is_signed) {
    masm_.integer_unary(Opcode::i64_extend_i32_s, quotient, from);
    masm_.constant(other, magic->multiplier, ValKind::i64);
    masm_.integer_binary(Opcode::i64_mul, quotient, quotient, Operand::of(other));
    masm_.shift_constant(Opcode::i64_shr_s, quotient, quotient, magic->shift);
    masm_.shift_constant(Opcode::i32_shr_u, other, from, 31);
  } else {
    masm_.constant(quotient, magic->multiplier, ValKind::i64);
    masm_.integer_binary(Opcode::i64_mul, quotient, quotient, Operand::of(from));
  }
  if (remainder) {
    finish_quotient(is_signed, *magic, quotient, quotient, other);
    masm_.integer_binary(Opcode::i32_mul, quotient, quotient,
                         Operand::immediate(static_cast<std::int32_t>(divisor)));
  }
  Destination to = destination(ValKind::i32);
  release(quotient);
  release(other);
  release(left);
  settle(to, ValKind::i32, remainder && left.is_reg() ? from : quotient);
  if (remainder) {
    masm_.integer_binary(Opcode::i32_sub, to.reg, from, Operand::of(quotient));
  } else {
    finish_quotient(is_signed, *magic, to.reg, quotient, other);
  }
  finish(to, ValKind::i32);
  return true;
}

/// `to` = the quotient, of the product in `high` and, if signed, of the dividend's sign in `other`.
template <class Masm>
void FunctionCompiler<Masm>::finish_quotient(bool is_signed, const DivisionMagic& magic, Reg to, Reg high,
                                             Reg other) {
  if (is_signed) {
    masm_.integer_binary(Opcode::i32_add, to, high, Operand::of(other));
  } else {
    masm_.shift_constant(Opcode::i64_shr_u, to, high, magic.shift);
  }
}

/// Of 64 bits, or of 32 where the multiplier is too large for divide_by_constant(): by the upper half of a
/// product of 128 bits. True if it was such a division.
template <class Masm>
bool FunctionCompiler<Masm>::divide_by_high_half(Opcode op, StackValue& left, std::uint64_t divisor) {
  const DivideRow row = row_of<divide_row>(op);
  const std::uint64_t most = row.is_signed ? INT64_MAX : UINT64_MAX;
  if (divisor < 2 || divisor > most || (row.is_signed && !row.wide)) return false;
  const auto magic = row.wide ? find_wide_division_magic(divisor, row.is_signed)
                              : std::optional(WideDivisionMagic{UINT64_MAX / divisor + 1});
  if (!magic) return false;
  Reg low, high;
  if constexpr (Masm::kFixedRegisters) {
    low = Abi::kDividend, high = Abi::kRemainder;
    vacate_both(low, high);
    move_elsewhere(left, low, high);
    take(low);
    take(high);
  } else {
    low = allocate(false), high = allocate(false);
  }
  const Reg from = to_reg(left);
  emit_high_half(*magic, row.is_signed, from, low, high);
  const ValKind kind = row.wide ? ValKind::i64 : ValKind::i32;
  const auto multiply = row.wide ? Opcode::i64_mul : Opcode::i32_mul;
  if (row.remainder && Operand::fits_immediate(divisor, kind)) {
    masm_.integer_binary(multiply, high, high, Operand::immediate(static_cast<std::int32_t>(divisor)));
  } else if (row.remainder) {
    masm_.constant(low, divisor, kind);
    masm_.integer_binary(multiply, high, high, Operand::of(low));
  }
  Destination to = destination(kind);
  release(low);
  release(high);
  release(left);
  settle(to, kind, !row.remainder ? high : left.is_reg() ? from : low);
  if (row.remainder) {
    masm_.integer_binary(row.wide ? Opcode::i64_sub : Opcode::i32_sub, to.reg, from, Operand::of(high));
  } else {
    masm_.move(to.reg, high, kind);
  }
  finish(to, kind);
  return true;
}

/// `high` = the quotient. Of two registers that are needed on the way, `low` and `high`, multiplications of
/// some processors use no others. `from` stays as it is.
template <class Masm>
void FunctionCompiler<Masm>::emit_high_half(const WideDivisionMagic& magic, bool is_signed, Reg from, Reg low,
                                            Reg high) {
  if (magic.pre_shift != 0) {
    masm_.shift_constant(Opcode::i64_shr_u, low, from, magic.pre_shift);
    masm_.constant(high, magic.multiplier, ValKind::i64);
    masm_.multiply_high(is_signed, high, low, high);
  } else {
    masm_.constant(low, magic.multiplier, ValKind::i64);
    masm_.multiply_high(is_signed, high, low, from);
  }
  unsigned shift = magic.shift;
  if (magic.adds && is_signed) {
    masm_.integer_binary(Opcode::i64_add, high, high, Operand::of(from));
  } else if (magic.adds) {
    masm_.integer_binary(Opcode::i64_sub, low, from, Operand::of(high));
    masm_.shift_constant(Opcode::i64_shr_u, low, low, 1);
    masm_.integer_binary(Opcode::i64_add, high, high, Operand::of(low));
    --shift;
  }
  if (shift != 0) {
    masm_.shift_constant(is_signed ? Opcode::i64_shr_s : Opcode::i64_shr_u, high, high, shift);
  }
  if (is_signed) {
    masm_.shift_constant(Opcode::i64_shr_u, low, from, 63);
    masm_.integer_binary(Opcode::i64_add, high, high, Operand::of(low));
  }
}

template <class Masm>
void FunctionCompiler<Masm>::divide(Opcode op) {
  StackValue right = pop(), left = pop();
  if (right.is_const() && !left.is_const()) {
    if (divide_by_power_of_two(op, left, right.bits()) || divide_by_constant(op, left, right.bits()) ||
        divide_by_high_half(op, left, right.bits())) {
      return;
    }
  }
  if constexpr (Masm::kFixedRegisters) {
    divide_in_fixed_registers(op, left, right);
  } else {
    const ValKind kind = right.kind();
    const std::optional<std::uint64_t> divisor =
        right.is_const() ? std::optional(right.bits()) : std::nullopt;
    const Reg l = to_reg(left), r = to_reg(right);
    Destination to = destination(kind);
    release(left);
    release(right);
    settle(to, kind, left.is_reg() ? l : right.is_reg() ? r : Reg{});
    masm_.divide(op, to.reg, l, r, divisor);
    finish(to, kind);
  }
}

template <class Masm>
void FunctionCompiler<Masm>::divide_in_fixed_registers(Opcode op, StackValue& left, StackValue& right) {
  const bool wide = is_i64_arithmetic(op);
  const ValKind kind = wide ? ValKind::i64 : ValKind::i32;
  constexpr Reg kLow = Abi::kDividend, kHigh = Abi::kRemainder;
  vacate_both(kLow, kHigh);
  // Both operands away from the two fixed registers, then the dividend into its own.
  if (!(left.is_reg() && left.reg() == kLow)) move_elsewhere(left, kLow, kHigh);
  move_elsewhere(right, kLow, kHigh);
  if (free_.has(kLow)) take(kLow);
  if (free_.has(kHigh)) take(kHigh);
  const Reg divisor = to_reg(right);
  if (!(left.is_reg() && left.reg() == kLow)) {
    if (left.is_const()) {
      masm_.constant(kLow, left.bits(), kind);
    } else {
      masm_.move(kLow, to_reg(left), kind);
      release(left);
    }
  }
  masm_.divide(op, divisor);
  release(right);
  Destination to = destination(kind);
  const bool remainder = op == Opcode::i32_rem_s || op == Opcode::i32_rem_u || op == Opcode::i64_rem_s ||
                         op == Opcode::i64_rem_u;
  const Reg result = remainder ? kHigh : kLow;
  release(remainder ? kLow : kHigh);
  if (to.to_local) {
    masm_.move(to.reg, result, kind);
    release(result);
  } else {
    to.reg = result;
  }
  finish(to, kind);
}

/// Brings a popped value that is in `a` or `b` to another register, and gives up the one that it was in.
template <class Masm>
void FunctionCompiler<Masm>::move_elsewhere(StackValue& value, Reg a, Reg b) {
  if (!value.is_reg() || (value.reg() != a && value.reg() != b)) return;
  const Reg held = value.reg(), other = allocate_other_than(a, b);
  masm_.move(other, held, value.kind());
  value.move_to(other);
  release(held);
}

template <class Masm>
Reg FunctionCompiler<Masm>::allocate_other_than(Reg a, Reg b) {
  const bool had_a = free_.has(a), had_b = free_.has(b);
  free_.remove(a);
  free_.remove(b);
  const Reg reg = allocate(a.is_float());
  if (had_a) free_.add(a);
  if (had_b) free_.add(b);
  return reg;
}

}  // namespace wasmjet::jit
