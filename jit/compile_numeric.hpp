#pragma once

#include <algorithm>
#include <bit>
#include <optional>

#include "jit/compile_fused.hpp"
#include "jit/function_compiler.hpp"
#include "jit/integer_folding.hpp"
#include "jit/opcode_rows.hpp"

/// FunctionCompiler: numeric instructions.
namespace wasmjet::jit {

/// Whether the operands of an operation that commutes are better the other way round.
template <class Masm>
bool FunctionCompiler<Masm>::swap_pays(const StackValue& left, const StackValue& right) const {
  if (left.is_const()) return true;
  if (right.is_reg()) return is_in_frame(left);
  if (!left.is_local() || is_in_frame(left) || !is_in_frame(right)) return false;
  // One of the two is copied anyway, unless the result replaces the left one: to load the other from the
  // frame is faster than to have it as an operand there.
  if (!next_is(Opcode::local_set) && !next_is(Opcode::local_tee)) return true;
  CodeReader ahead = reader_;
  ahead.opcode();
  return ahead.u32() != left.index();
}

template <class Masm>
void FunctionCompiler<Masm>::integer_binary(Opcode op) {
  StackValue right = pop(), left = pop();
  const bool wide = is_i64_arithmetic(op);
  const ValKind kind = wide ? ValKind::i64 : ValKind::i32;
  if (left.is_const() && right.is_const()) {
    push_constant(fold_integer_binary(op, left.bits(), right.bits()), kind);
    return;
  }
  if constexpr (Masm::kFusesArithmetic) {
    if (multiply_into_add(op, left, right) || mask_into_shift(op, left, right)) return;
  }
  // 0 - x, x + -1, x ^ -1: what may become part of a bit instruction.
  const std::uint64_t all = wide ? UINT64_MAX : UINT32_MAX;
  if (right.is_const() ? right.bits() == all : left.is_const() && left.bits() == 0) [[unlikely]] {
    if (masm_.has_bit_instructions()) {
      if constexpr (Masm::kHasLowestBit) {
        if (lowest_bit(op, left, right)) return;
      }
      if (and_not(op, left, right)) return;
    }
    if (op == Opcode::i32_sub || op == Opcode::i64_sub) {
      if (left.is_const() && left.bits() == 0) {
        return move_field(wide, right, [&](Reg to, Reg from) { masm_.negative(wide, to, from); });
      }
    }
  }
  if (commutes(op) && swap_pays(left, right)) std::swap(left, right);
  if (op == Opcode::i32_and || op == Opcode::i64_and) {
    if (test_instead_of_and(wide, left, right)) return;
    if (op == Opcode::i64_and && right.is_const() && right.bits() == UINT32_MAX) {
      return move_field(true, left,
                        [&](Reg to, Reg from) { masm_.integer_unary(Opcode::i32_wrap_i64, to, from); });
    }
  }
  if (op == Opcode::i32_add && right.is_const()) {
    // Constants that are added one after the other, as rustc does for the fields of what it copies.
    const auto any = [](std::uint64_t bits) { return std::optional(static_cast<unsigned>(bits)); };
    while (const std::optional<unsigned> more = take_constant_and(Opcode::i32_add, any)) {
      right = StackValue::constant((right.bits() + *more) & UINT32_MAX, ValKind::i32);
    }
    if (constant_into_offset(left, right.bits()) || add_constant_and_scaled(left, right.bits())) return;
  }
  const Reg l = to_reg(left);
  const Operand r = to_operand(right);
  Destination to = destination(kind);
  release(left);
  release(right);
  settle(to, kind, preferred_of(op, left, right));
  // A home that the frame operand does not depend on may be the left operand's: fine, it is read first.
  masm_.integer_binary(op, to.reg, l, r);
  const bool masked = op == Opcode::i32_and && right.is_const();
  finish(to, kind, masked ? static_cast<unsigned>(std::bit_width(right.bits())) : StackValue::kAnyWidth);
}

template <class Masm>
void FunctionCompiler<Masm>::integer_unary(Opcode op, ValKind to_kind) {
  StackValue value = pop();
  const Reg from = to_reg(value);
  const bool counts = op == Opcode::i64_clz || op == Opcode::i64_ctz || op == Opcode::i64_popcnt;
  if (counts && next_is(Opcode::i32_wrap_i64)) {  // of at most 64
    reader_.opcode();
    to_kind = ValKind::i32;
  }
  Destination to = destination(to_kind);
  release(value);
  settle(to, to_kind, value.is_reg() ? from : Reg{});
  masm_.integer_unary(op, to.reg, from);
  finish(to, to_kind);
}

template <class Masm>
void FunctionCompiler<Masm>::shift(Opcode op) {
  StackValue count = pop(), value = pop();
  const bool wide = is_i64_arithmetic(op);
  const ValKind kind = wide ? ValKind::i64 : ValKind::i32;
  if (count.is_const()) {
    if (value.is_const()) {
      push_constant(fold_integer_binary(op, value.bits(), count.bits()), kind);
      return;
    }
    const auto amount = static_cast<unsigned>(count.bits() & (wide ? 63 : 31));
    if (fold_shift(op, value, amount)) return;
    if constexpr (Masm::kFusesArithmetic) {
      if (shift_into_mask(op, value, amount)) return;
    }
    const Reg from = to_reg(value);
    Destination to = destination(kind);
    release(value);
    settle(to, kind, value.is_reg() ? from : Reg{});
    masm_.shift_constant(op, to.reg, from, amount);
    const unsigned width = op == Opcode::i32_shl     ? value.width() + amount
                           : op == Opcode::i32_shr_u ? StackValue::kAnyWidth - amount
                                                     : StackValue::kAnyWidth;
    finish(to, kind, std::min<unsigned>(width, StackValue::kAnyWidth));
    return;
  }
  if (!Masm::kFixedRegisters || masm_.shifts_in_any_register(op)) {
    const Reg from = to_reg(value), by = to_reg(count);
    Destination to = destination(kind);
    release(value);
    release(count);
    settle(to, kind, value.is_reg() ? from : Reg{});
    masm_.shift(op, to.reg, from, by);
    finish(to, kind);
    return;
  }
  if constexpr (Masm::kFixedRegisters) shift_by_fixed_register(op, kind, value, count);
}

template <class Masm>
void FunctionCompiler<Masm>::shift_by_fixed_register(Opcode op, ValKind kind, StackValue& value,
                                                     StackValue& count) {
  constexpr Reg kCount = Abi::kShiftCount;
  vacate(kCount);
  if (value.is_reg() && value.reg() == kCount) {
    const Reg other = allocate(false);
    masm_.move(other, kCount, kind);
    value.move_to(other);
    release(kCount);
  }
  if (!(count.is_reg() && count.reg() == kCount)) {
    take(kCount);
    const Reg by = to_reg(count);
    masm_.move(kCount, by, kind);
    release(count);
    count.come_to(kCount);
  }
  const Reg from = to_reg(value);
  Destination to = destination(kind);
  release(value);
  settle(to, kind, value.is_reg() ? from : Reg{});
  masm_.shift(op, to.reg, from, kCount);
  release(count);
  finish(to, kind);
}

template <class Masm>
void FunctionCompiler<Masm>::float_binary(Opcode op) {
  StackValue right = pop(), left = pop();
  const ValKind kind = right.kind();
  if constexpr (Masm::kHasMemoryOperands) {
    const bool takes_memory = op <= Opcode::f32_div ? true : op >= Opcode::f64_add && op <= Opcode::f64_div;
    if (right.is_const() && right.bits() != 0 && takes_memory) {
      const Reg l = to_reg(left);
      Destination to = destination(kind);
      release(left);
      settle(to, kind, left.is_reg() ? l : Reg{});
      masm_.float_binary_constant(op, to.reg, l, right.bits());
      finish(to, kind);
      return;
    }
  }
  combine(kind, left, right, [&](Reg to, Reg a, Reg b) { masm_.float_binary(op, to, a, b); });
}

template <class Masm>
void FunctionCompiler<Masm>::float_unary(Opcode op) {
  StackValue value = pop();
  const Reg from = to_reg(value);
  Destination to = destination(value.kind());
  release(value);
  settle(to, value.kind(), value.is_reg() ? from : Reg{});
  masm_.float_unary(op, to.reg, from);
  finish(to, value.kind());
}

template <class Masm>
void FunctionCompiler<Masm>::convert(Opcode op, ValKind from_kind, ValKind to_kind) {
  StackValue value = pop();
  const Reg from = to_reg(value);
  const bool same_class = lives_in_float(from_kind) == lives_in_float(to_kind);
  Destination to = destination(to_kind);
  if (same_class) {
    release(value);
    settle(to, to_kind, value.is_reg() ? from : Reg{});
    masm_.convert(op, to.reg, from, Reg{});
  } else {
    settle(to, to_kind);
    const Reg temp = allocate(false);
    masm_.convert(op, to.reg, from, temp);
    release(temp);
    release(value);
  }
  finish(to, to_kind);
}

}  // namespace wasmjet::jit
