#pragma once

#include "jit/function_compiler.hpp"

/// FunctionCompiler: comparisons, and who consumes them.
namespace wasmjet::jit {

/// The condition of an integer comparison; rows of i32 and i64 stand in the same order in the table.
constexpr Cond integer_condition(Opcode op) {
  constexpr Cond kConds[] = {Cond::eq,   Cond::ne,   Cond::lt_s, Cond::lt_u, Cond::gt_s,
                             Cond::gt_u, Cond::le_s, Cond::le_u, Cond::ge_s, Cond::ge_u};
  const auto first = op >= Opcode::i64_eq ? Opcode::i64_eq : Opcode::i32_eq;
  return kConds[static_cast<std::size_t>(op) - static_cast<std::size_t>(first)];
}

/// Of values without a sign, a comparison that heeds signs is one that does not.
constexpr Cond without_sign(Cond cond) {
  switch (cond) {
    case Cond::lt_s:
      return Cond::lt_u;
    case Cond::ge_s:
      return Cond::ge_u;
    case Cond::gt_s:
      return Cond::gt_u;
    case Cond::le_s:
      return Cond::le_u;
    default:
      return cond;
  }
}

/// The condition that holds for (b, a) where `cond` holds for (a, b).
constexpr Cond mirror(Cond cond) {
  switch (cond) {
    case Cond::lt_s:
      return Cond::gt_s;
    case Cond::gt_s:
      return Cond::lt_s;
    case Cond::le_s:
      return Cond::ge_s;
    case Cond::ge_s:
      return Cond::le_s;
    case Cond::lt_u:
      return Cond::gt_u;
    case Cond::gt_u:
      return Cond::lt_u;
    case Cond::le_u:
      return Cond::ge_u;
    case Cond::ge_u:
      return Cond::le_u;
    default:
      return cond;
  }
}

/// True if the next instruction consumes a boolean as a condition. Chains of i32.eqz before it are
/// consumed and counted into `inverted`.
template <class Masm>
bool FunctionCompiler<Masm>::condition_follows(bool& inverted) {
  while (next_is(Opcode::i32_eqz)) {
    reader_.opcode();
    inverted = !inverted;
  }
  return next_is(Opcode::br_if) || next_is(Opcode::if_) || next_is(Opcode::select) ||
         next_is(Opcode::select_t);
}

/// Compiles the branch, if or select that follows, given that the flags hold `cond`.
template <class Masm>
void FunctionCompiler<Masm>::consume_condition(Cond cond) {
  const Opcode op = reader_.opcode();
  if (op == Opcode::br_if) {
    branch_if(cond, reader_.u32());
  } else if (op == Opcode::if_) {
    begin_if(cond);
  } else {
    if (op == Opcode::select_t) reader_.skip_immediates(op);
    select(cond);
  }
}

/// Sets the flags by the boolean on the stack.
template <class Masm>
Cond FunctionCompiler<Masm>::test_condition() {
  StackValue value = pop();
  const Reg reg = to_reg(value);
  masm_.test(false, reg, Operand::of(reg));
  release(value);
  return Cond::ne;
}

template <class Masm>
void FunctionCompiler<Masm>::integer_compare(Opcode op) {
  StackValue right = pop(), left = pop();
  // What an allocator's checks leave when they are turned off.
  if (next_is(Opcode::drop)) {
    reader_.opcode();
    release(left);
    release(right);
    return;
  }
  Cond cond = integer_condition(op);
  const bool wide = op >= Opcode::i64_eq;
  if (left.is_const() && !right.is_const()) {
    std::swap(left, right);
    cond = mirror(cond);
  }
  const Reg reg = to_reg(left);
  const bool with_zero = right.is_const() && right.bits() == 0 && (cond == Cond::eq || cond == Cond::ne);
  const Operand operand = with_zero ? Operand::of(reg) : to_operand(right);
  RegSet operands(reg);
  if (operand.is_reg()) operands.add(operand.reg());
  compare(cond, operands, [&] {
    // The flags may tell already whether it is zero.
    with_zero ? masm_.test(wide, reg, operand) : masm_.compare(wide, reg, operand);
    release(left);
    release(right);
  });
}

/// `set_flags` emits a comparison of `operands` and releases them; then `cond` tells its outcome.
template <class Masm>
template <class SetFlags>
[[gnu::always_inline]] inline void FunctionCompiler<Masm>::compare(Cond cond, RegSet operands,
                                                                   const SetFlags& set_flags) {
  bool inverted = false;
  const bool fused = condition_follows(inverted);
  if (inverted) cond = negate(cond);
  const Boolean boolean = fused ? Boolean{} : place_boolean(operands);
  set_flags();
  fused ? consume_condition(cond) : set_boolean(cond, boolean);
}

/// The flags hold `cond`: a branch, if or select takes them as they are; else a boolean is made.
template <class Masm>
void FunctionCompiler<Masm>::finish_compare(Cond cond) {
  bool inverted = false;
  const bool fused = condition_follows(inverted);
  if (inverted) cond = negate(cond);
  fused ? consume_condition(cond) : set_boolean(cond, {destination(ValKind::i32)});
}

/// Before a comparison of `operands`: where its boolean goes, if that is to be known, and cleared, before the
/// flags are set. Setting a byte then neither waits for what the register held, nor has to be extended.
template <class Masm>
auto FunctionCompiler<Masm>::place_boolean(RegSet operands) -> Boolean {
  Boolean boolean{destination(ValKind::i32)};
  if constexpr (Masm::kSetsBytes) {
    Destination& to = boolean.to;
    if (!to.to_local && !free_.of_class(false).empty()) settle(to, ValKind::i32);
    boolean.cleared = to.reg.valid() && !operands.has(to.reg);
    if (boolean.cleared) masm_.constant(to.reg, 0, ValKind::i32);
  }
  return boolean;
}

/// The flags hold `cond`.
template <class Masm>
void FunctionCompiler<Masm>::set_boolean(Cond cond, Boolean boolean) {
  Destination& to = boolean.to;
  if (!to.reg.valid()) settle(to, ValKind::i32);
  masm_.set_if(cond, to.reg, boolean.cleared);
  finish(to, ValKind::i32);
  if constexpr (Masm::kBooleansTakeTest) {
    if (to.to_local) consume_kept_condition(cond, to);
  }
}

/// The boolean has gone to a local, and the flags still hold it: if the next instruction branches by that
/// local, it takes them as they are. LLVM ends many loops so, with the loop's counters set in between, which
/// is done without the flags.
template <class Masm>
void FunctionCompiler<Masm>::consume_kept_condition(Cond cond, const Destination& boolean) {
  constexpr int kMostCounters = 4;
  CodeReader ahead = reader_;
  int counters = 0;
  if (!boolean.tee) {
    for (;;) {
      if (ahead.opcode() != Opcode::local_get) return;
      if (CodeReader local = ahead; local.u32() == boolean.local) break;
      if (++counters > kMostCounters || !skip_counter(ahead, boolean.local)) return;
    }
    ahead.u32();
  }
  bool inverted = false;
  Opcode op{};
  CodeReader consumer = ahead;
  while ((op = consumer.opcode()) == Opcode::i32_eqz) {
    inverted = !inverted;
    ahead = consumer;
  }
  if (op != Opcode::br_if && op != Opcode::if_ && !(boolean.tee && op == Opcode::select)) return;
  if (boolean.tee) pop();
  for (; counters > 0; --counters) set_counter();
  reader_ = ahead;
  consume_condition(inverted ? negate(cond) : cond);
}

/// Passes over the rest of `local.get a; local.set b` or `local.get a; const c; add; local.set b`, if both
/// locals are in their registers and neither is `boolean`.
template <class Masm>
bool FunctionCompiler<Masm>::skip_counter(CodeReader& reader, std::uint32_t boolean) const {
  const auto in_home = [&](std::uint32_t local) {
    const std::uint8_t home = homes_.of(local);
    return home != Homes<Abi>::kNone && (state_.in_reg >> home & 1) != 0;
  };
  if (!in_home(reader.u32())) return false;
  Opcode op = reader.opcode();
  if (op == Opcode::i32_const || op == Opcode::i64_const) {
    const bool wide = op == Opcode::i64_const;
    const std::int64_t constant = reader.s64();
    if (constant != static_cast<std::int32_t>(constant)) return false;
    if (reader.opcode() != (wide ? Opcode::i64_add : Opcode::i32_add)) return false;
    op = reader.opcode();
  }
  if (op != Opcode::local_set) return false;
  const std::uint32_t to = reader.u32();
  return to != boolean && in_home(to);
}

/// Compiles what skip_counter() passes over, `local.get` included, without touching the flags.
template <class Masm>
void FunctionCompiler<Masm>::set_counter() {
  reader_.opcode();
  push_local(reader_.u32());
  if (next_is(Opcode::local_set)) {
    reader_.opcode();
    return set_local(reader_.u32(), false);
  }
  const bool wide = reader_.opcode() == Opcode::i64_const;
  const auto constant = static_cast<std::int32_t>(reader_.s64());
  const ValKind kind = wide ? ValKind::i64 : ValKind::i32;
  reader_.opcode();
  const StackValue from = pop();
  const Destination to = destination(kind);
  masm_.add_keeping_flags(wide, to.reg, homes_.reg(homes_.of(from.index())), constant);
  finish(to, kind);
}

template <class Masm>
void FunctionCompiler<Masm>::eqz(Opcode op) {
  StackValue value = pop();
  const Reg reg = to_reg(value);
  compare(Cond::eq, RegSet(reg), [&] {
    masm_.test(op == Opcode::i64_eqz, reg, Operand::of(reg));
    release(value);
  });
}

template <class Masm>
void FunctionCompiler<Masm>::float_compare(Opcode op) {
  StackValue right = pop(), left = pop();
  if constexpr (Masm::kHasLesserOfFloats) {
    if (next_is(Opcode::select) && select_lesser(op, left, right)) return;
  }
  const Reg l = to_reg(left), r = to_reg(right);
  bool inverted = false;
  const bool fused = condition_follows(inverted);
  const bool equality =
      op == Opcode::f32_eq || op == Opcode::f32_ne || op == Opcode::f64_eq || op == Opcode::f64_ne;
  if constexpr (!Masm::kFloatEqualityIsOneFlag) {
    if (!fused && equality) {  // needs two flags: made without
      if (inverted) {
        const bool wide = op >= Opcode::f64_eq;
        const bool equal = op == Opcode::f32_eq || op == Opcode::f64_eq;
        op = wide ? (equal ? Opcode::f64_ne : Opcode::f64_eq) : (equal ? Opcode::f32_ne : Opcode::f32_eq);
      }
      Destination to = destination(ValKind::i32);
      masm_.set_float_equality(op, settle(to, ValKind::i32), l, r);
      release(left);
      release(right);
      finish(to, ValKind::i32);
      return;
    }
  }
  const Boolean boolean = fused ? Boolean{} : place_boolean(RegSet());
  Cond cond = masm_.compare_float(op, l, r);
  if (inverted) cond = negate(cond);
  release(left);
  release(right);
  fused ? consume_condition(cond) : set_boolean(cond, boolean);
}

/// Condition on the flags or, where operands are compared with zero, on a popped boolean.
template <class Masm>
void FunctionCompiler<Masm>::select(Cond cond) {
  if constexpr (Masm::kSelectsFromTwo) {
    select_from_two(cond);
    return;
  } else {
    StackValue otherwise = pop();
    StackValue value = pop();
    const ValKind kind = value.kind();
    // Moves and loads only: the flags wait.
    const Reg other = to_reg(otherwise, true);
    Destination to = destination(kind);
    const bool in_place = !to.to_local && value.is_reg();
    if (to.to_local && to.reg == other) {
      // The home already holds the alternative: keep it where the condition fails.
      const Reg first = to_reg(value, true);
      masm_.select(negate(cond), to.reg, first, kind);
      release(value);
      release(otherwise);
      finish(to, kind);
      return;
    }
    if (in_place) {
      to.reg = value.reg();
    } else {
      if (!to.to_local) settle(to, kind);
      if (value.is_const()) {
        masm_.constant(to.reg, value.bits(), kind, true);
      } else {
        masm_.move(to.reg, to_reg(value, true), kind);
        release(value);
      }
    }
    masm_.select(cond, to.reg, other, kind);
    release(otherwise);
    finish(to, kind);
  }
}

/// `a < b ? a : b` and its like, of two floats that are compared and selected from, are one instruction.
template <class Masm>
bool FunctionCompiler<Masm>::select_lesser(Opcode op, StackValue& left, StackValue& right) {
  const bool less = op == Opcode::f32_lt || op == Opcode::f64_lt;
  if (!less && op != Opcode::f32_gt && op != Opcode::f64_gt) return false;
  if (stack_.size() < control_.back().height + 2) return false;
  const auto same = [](const StackValue& a, const StackValue& b) {
    if (a.is_local()) return b.is_local() && a.index() == b.index();
    return a.is_const() && b.is_const() && a.kind() == b.kind() && a.bits() == b.bits();
  };
  const StackValue &otherwise = stack_.back(), &value = stack_[stack_.size() - 2];
  const bool as_compared = same(value, left) && same(otherwise, right);
  if (!as_compared && !(same(value, right) && same(otherwise, left))) return false;
  reader_.opcode();
  pop();
  pop();
  if (!as_compared) std::swap(left, right);
  const ValKind kind = op < Opcode::f64_eq ? ValKind::f32 : ValKind::f64;
  const Reg first = to_reg(left), second = to_reg(right);
  Destination to = destination(kind);
  release(left);
  release(right);
  settle(to, kind, left.is_reg() ? first : Reg{});
  masm_.lesser(less == as_compared, kind, to.reg, first, second);
  finish(to, kind);
  return true;
}

template <class Masm>
void FunctionCompiler<Masm>::select_from_two(Cond cond) {
  StackValue otherwise = pop(), value = pop();
  const ValKind kind = value.kind();
  // Moves and loads only: the flags wait.
  const Reg second = to_reg(otherwise, true), first = to_reg(value, true);
  Destination to = destination(kind);
  release(value);
  release(otherwise);
  settle(to, kind, value.is_reg() ? first : otherwise.is_reg() ? second : Reg{});
  masm_.select(cond, to.reg, first, second, kind);
  finish(to, kind);
}

}  // namespace wasmjet::jit
