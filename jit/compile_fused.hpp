#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>

#include "jit/function_compiler.hpp"

/// FunctionCompiler: instructions that become one with those behind them.
namespace wasmjet::jit {

constexpr bool is_i64_arithmetic(Opcode op) { return op >= Opcode::i64_clz && op <= Opcode::i64_rotr; }

constexpr bool commutes(Opcode op) {
  switch (op) {
    case Opcode::i32_add:
    case Opcode::i32_mul:
    case Opcode::i32_and:
    case Opcode::i32_or:
    case Opcode::i32_xor:
    case Opcode::i64_add:
    case Opcode::i64_mul:
    case Opcode::i64_and:
    case Opcode::i64_or:
    case Opcode::i64_xor:
      return true;
    default:
      return false;
  }
}

/// Where a binary operation's result may go when its operands are given up.
template <class Masm>
Reg FunctionCompiler<Masm>::preferred_of(Opcode op, const StackValue& left, const StackValue& right) const {
  const bool any = commutes(op) || !Masm::kFixedRegisters;
  // If any will do, best the one that a label or the caller may want.
  if (any && right.is_reg() && right.reg() == Abi::kIntResult) return right.reg();
  if (left.is_reg()) return left.reg();
  return any && right.is_reg() ? right.reg() : Reg{};
}

/// `x & -x` and `x & (x - 1)` of a local are one instruction on some CPUs.
template <class Masm>
bool FunctionCompiler<Masm>::lowest_bit(Opcode op, const StackValue& left, const StackValue& right) {
  const bool wide = is_i64_arithmetic(op);
  const bool negates =
      op == (wide ? Opcode::i64_sub : Opcode::i32_sub) && left.is_const() && left.bits() == 0;
  const bool decrements = op == (wide ? Opcode::i64_add : Opcode::i32_add) && right.is_const() &&
                          right.bits() == (wide ? UINT64_MAX : UINT32_MAX);
  StackValue value = negates ? right : left;
  if (!(negates || decrements) || !value.is_local()) return false;
  const auto is_same = [&](const StackValue& other) {
    return other.is_local() && other.index() == value.index();
  };
  CodeReader ahead = reader_;
  const bool comes_next = next_is(Opcode::local_get);
  if (comes_next) {
    ahead.opcode();
    if (ahead.u32() != value.index()) return false;
  } else if (stack_.size() == control_.back().height || !is_same(stack_.back())) {
    return false;
  }
  if (ahead.opcode() != (wide ? Opcode::i64_and : Opcode::i32_and)) return false;
  reader_ = ahead;
  if (!comes_next) pop();
  move_field(wide, value, [&](Reg to, Reg from) { masm_.lowest_bit(wide, decrements, to, from); });
  return true;
}

/// `x & ~y`. What x is stands below, or is a local that comes next.
template <class Masm>
bool FunctionCompiler<Masm>::and_not(Opcode op, StackValue& left, const StackValue& right) {
  const bool wide = op == Opcode::i64_xor;
  if ((op != Opcode::i32_xor && !wide) || !right.is_const()) return false;
  if (right.bits() != (wide ? UINT64_MAX : UINT32_MAX)) return false;
  CodeReader ahead = reader_;
  const bool comes_next = next_is(Opcode::local_get);
  if (comes_next) {
    ahead.opcode();
    push_local(ahead.u32());
  }
  const bool is_and = ahead.opcode() == (wide ? Opcode::i64_and : Opcode::i32_and);
  if (!is_and || stack_.size() == control_.back().height || stack_.back().is_const()) {
    if (comes_next) pop();
    return false;
  }
  reader_ = ahead;
  const ValKind kind = wide ? ValKind::i64 : ValKind::i32;
  StackValue value = pop();
  combine(kind, left, value, [&](Reg to, Reg mask, Reg from) { masm_.and_not(wide, to, from, mask); });
  return true;
}

/// `x + y * z` and `x - y * z` are one instruction.
template <class Masm>
bool FunctionCompiler<Masm>::multiply_into_add(Opcode op, StackValue& left, StackValue& right) {
  const bool wide = op == Opcode::i64_mul;
  if (op != Opcode::i32_mul && !wide) return false;
  const bool subtracts = next_is(wide ? Opcode::i64_sub : Opcode::i32_sub);
  if (!subtracts && !next_is(wide ? Opcode::i64_add : Opcode::i32_add)) return false;
  if (left.is_const() || right.is_const() || stack_.back().is_const()) return false;
  reader_.opcode();
  const ValKind kind = wide ? ValKind::i64 : ValKind::i32;
  StackValue base = pop();
  const Reg l = to_reg(left), r = to_reg(right), b = to_reg(base);
  Destination to = destination(kind);
  for (const StackValue* value : {&left, &right, &base}) release(*value);
  settle(to, kind, base.is_reg() ? b : left.is_reg() ? l : right.is_reg() ? r : Reg{});
  masm_.multiply_add(wide, subtracts, to.reg, b, l, r);
  finish(to, kind);
  return true;
}

/// Consumes the test for zero that comes next, if one does: `eqz`, or a constant zero and `eq` or `ne`. The
/// condition under which it holds, of flags that tell whether the operand is zero.
template <class Masm>
std::optional<Cond> FunctionCompiler<Masm>::take_zero_test(bool wide) {
  CodeReader ahead = reader_;
  Opcode op = ahead.opcode();
  if (op == (wide ? Opcode::i64_eqz : Opcode::i32_eqz)) {
    reader_ = ahead;
    return Cond::eq;
  }
  if (op != (wide ? Opcode::i64_const : Opcode::i32_const) || ahead.s64() != 0) return std::nullopt;
  op = ahead.opcode();
  const bool equal = op == (wide ? Opcode::i64_eq : Opcode::i32_eq);
  if (!equal && op != (wide ? Opcode::i64_ne : Opcode::i32_ne)) return std::nullopt;
  reader_ = ahead;
  return equal ? Cond::eq : Cond::ne;
}

/// `and` whose result is only compared with zero.
template <class Masm>
bool FunctionCompiler<Masm>::test_instead_of_and(bool wide, StackValue& left, StackValue& right) {
  std::optional<Cond> cond = take_zero_test(wide);
  if (!cond) {
    const bool selects = Masm::kSelectsFromTwo && next_is(Opcode::select);
    if (wide || !(next_is(Opcode::br_if) || next_is(Opcode::if_) || selects)) return false;
    cond = Cond::ne;
  }
  const Reg l = to_reg(left);
  masm_.test(wide, l, to_operand(right));
  release(left);
  release(right);
  finish_compare(*cond);
  return true;
}

/// A shift whose result is the right operand of the next instruction, where both are one instruction.
template <class Masm>
bool FunctionCompiler<Masm>::fold_shift(Opcode op, StackValue& value, unsigned amount) {
  if constexpr (!Masm::kFoldsAnyShift) {
    return scale_into_add(op, value, amount);
  } else {
    if (amount == 0) return false;
    // Either the other operand lies below, or a local comes next to be the other operand.
    CodeReader ahead = reader_;
    const bool swapped = next_is(Opcode::local_get);
    if (swapped) {
      ahead.opcode();
      push_local(ahead.u32());
    }
    const auto next = static_cast<Opcode>(kOpcodeByCode.plain[*ahead.position()]);
    if (!Masm::folds_shift(op, next) || (swapped ? !commutes(next) : stack_.back().is_const())) {
      if (swapped) pop();
      return false;
    }
    ahead.opcode();
    reader_ = ahead;
    const ValKind kind = value.kind();
    StackValue base = pop();
    const Reg shifted = to_reg(value), other = to_reg(base);
    Destination to = destination(kind);
    release(value);
    release(base);
    settle(to, kind, where_wanted(kind, base.is_reg() ? other : value.is_reg() ? shifted : Reg{}));
    masm_.binary_shifted(next, to.reg, other, shifted, op, amount);
    finish(to, kind);
    return true;
  }
}

/// `(x << k) + c` likewise.
template <class Masm>
bool FunctionCompiler<Masm>::scale_and_add_constant(StackValue& value, unsigned amount) {
  const auto constant = take_constant_and(
      Opcode::i32_add, [](std::uint64_t bits) { return std::optional(static_cast<unsigned>(bits)); });
  if (!constant) return false;
  move_field(false, value, [&](Reg to, Reg index) {
    masm_.scaled_add(false, to, Reg{}, index, amount, static_cast<std::int32_t>(*constant));
  });
  return true;
}

/// `(x + c) + (y << k)`, which is how elements of an array on the stack or within a structure are addressed.
template <class Masm>
bool FunctionCompiler<Masm>::add_constant_and_scaled(StackValue& left, std::uint64_t constant) {
  if constexpr (Masm::kFoldsAnyShift) {
    return false;
  } else {
    if (!next_is(Opcode::local_get)) return false;
    CodeReader ahead = reader_;
    ahead.opcode();
    const std::uint8_t home = homes_.of(ahead.u32());
    if (home == Homes<Abi>::kNone || ahead.opcode() != Opcode::i32_const) return false;
    const std::int32_t amount = ahead.s32();
    if (amount < 1 || amount > static_cast<std::int32_t>(Masm::kMaxScale)) return false;
    if (ahead.opcode() != Opcode::i32_shl || ahead.opcode() != Opcode::i32_add) return false;
    reader_ = ahead;
    const Reg base = to_reg(left), index = home_in_reg(home);
    Destination to = destination(ValKind::i32);
    release(left);
    settle(to, ValKind::i32, where_wanted(ValKind::i32, left.is_reg() ? base : Reg{}));
    masm_.scaled_add(false, to.reg, base, index, static_cast<unsigned>(amount),
                     static_cast<std::int32_t>(constant));
    finish(to, ValKind::i32);
    return true;
  }
}

/// The sum of a constant and a value so small that it cannot wrap, where it is the address of a load: the
/// constant becomes a part of the load's offset.
template <class Masm>
bool FunctionCompiler<Masm>::constant_into_offset(const StackValue& left, std::uint64_t constant) {
  if constexpr (!Masm::kHasMemoryOperands) {
    return false;
  } else {
    if (!left.is_reg() || left.width() >= StackValue::kAnyWidth || constant > INT32_MAX) return false;
    CodeReader ahead = reader_;
    const Opcode next = ahead.opcode();
    if (info(next).lowering != LoweringClass::load) return false;
    if (ahead.memarg().offset + constant > INT32_MAX) return false;
    pending_offset_ = constant;
    push(left);
    return true;
  }
}

/// `x + (y << k)` for small k is one address computation, which wraps as the two would.
template <class Masm>
bool FunctionCompiler<Masm>::scale_into_add(Opcode op, StackValue& value, unsigned amount) {
  const bool wide = op == Opcode::i64_shl;
  if ((op != Opcode::i32_shl && !wide) || amount == 0 || amount > Masm::kMaxScale) return false;
  const bool stays_small = value.is_reg() && value.width() + amount < StackValue::kAnyWidth;
  if (!wide && !stays_small && scale_and_add_constant(value, amount)) return true;
  if (!next_is(wide ? Opcode::i64_add : Opcode::i32_add) || stack_.back().is_const()) return false;
  reader_.opcode();
  const ValKind kind = wide ? ValKind::i64 : ValKind::i32;
  StackValue base = pop();
  combine(kind, value, base,
          [&](Reg to, Reg index, Reg other) { masm_.scaled_add(wide, to, other, index, amount, 0); });
  return true;
}

/// If a constant and then `op` follow, the constant; they are consumed if `fits(constant)`.
template <class Masm>
template <class Fits>
std::optional<unsigned> FunctionCompiler<Masm>::take_constant_and(Opcode op, const Fits& fits) {
  const bool wide = is_i64_arithmetic(op);
  if (!next_is(wide ? Opcode::i64_const : Opcode::i32_const)) return std::nullopt;
  CodeReader ahead = reader_;
  ahead.opcode();
  const auto value = wide ? static_cast<std::uint64_t>(ahead.s64()) : static_cast<std::uint32_t>(ahead.s32());
  if (*ahead.position() != info(op).code) return std::nullopt;
  const std::optional<unsigned> result = fits(value);
  if (!result) return std::nullopt;
  ahead.opcode();
  reader_ = ahead;
  return result;
}

/// The number of ones of a mask of the lowest bits.
constexpr std::optional<unsigned> low_bits(std::uint64_t mask) {
  if (mask == 0 || (mask & (mask + 1)) != 0) return std::nullopt;
  return static_cast<unsigned>(std::popcount(mask));
}

/// `(x & mask) << k` for a mask of the lowest bits moves a bit field.
template <class Masm>
bool FunctionCompiler<Masm>::mask_into_shift(Opcode op, StackValue& left, const StackValue& right) {
  if ((op != Opcode::i32_and && op != Opcode::i64_and) || !right.is_const()) return false;
  const bool wide = op == Opcode::i64_and;
  const std::optional<unsigned> bits = low_bits(right.bits());
  if (!bits) return false;
  const unsigned width = wide ? 64 : 32;
  const auto place = take_constant_and(wide ? Opcode::i64_shl : Opcode::i32_shl, [&](std::uint64_t count) {
    return std::optional(static_cast<unsigned>(count % width));
  });
  if (!place) return false;
  move_field(wide, left, [&](Reg to, Reg from) {
    masm_.insert_field(wide, to, from, *place, std::min(*bits, width - *place));
  });
  return true;
}

/// `(x >> k) & mask`, likewise.
template <class Masm>
bool FunctionCompiler<Masm>::shift_into_mask(Opcode op, StackValue& value, unsigned amount) {
  if (op != Opcode::i32_shr_u && op != Opcode::i64_shr_u) return false;
  const bool wide = op == Opcode::i64_shr_u;
  const std::optional<unsigned> bits = take_constant_and(wide ? Opcode::i64_and : Opcode::i32_and, low_bits);
  if (!bits) return false;
  const unsigned width = wide ? 64 : 32;
  move_field(wide, value, [&](Reg to, Reg from) {
    masm_.extract_field(wide, to, from, amount, std::min(*bits, width - amount));
  });
  return true;
}

/// One instruction of two popped operands, in registers; the result rather takes the first one's.
template <class Masm>
template <class Emit>
void FunctionCompiler<Masm>::combine(ValKind kind, StackValue& first, StackValue& second, const Emit& emit) {
  const Reg a = to_reg(first), b = to_reg(second);
  Destination to = destination(kind);
  release(first);
  release(second);
  settle(to, kind, first.is_reg() ? a : second.is_reg() ? b : Reg{});
  emit(to.reg, a, b);
  finish(to, kind);
}

template <class Masm>
template <class Emit>
void FunctionCompiler<Masm>::move_field(bool wide, StackValue& value, const Emit& emit) {
  const ValKind kind = wide ? ValKind::i64 : ValKind::i32;
  const Reg from = to_reg(value);
  Destination to = destination(kind);
  release(value);
  settle(to, kind, value.is_reg() ? from : Reg{});
  emit(to.reg, from);
  finish(to, kind);
}

}  // namespace wasmjet::jit
