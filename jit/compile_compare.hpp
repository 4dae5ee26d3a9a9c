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
  Cond cond = integer_condition(op);
  const bool wide = op >= Opcode::i64_eq;
  if (left.is_const() && !right.is_const()) {
    std::swap(left, right);
    cond = mirror(cond);
  }
  const Reg reg = to_reg(left);
  masm_.compare(wide, reg, to_operand(right));
  release(left);
  release(right);
  finish_compare(cond);
}

/// The flags hold `cond`: a branch, if or select takes them as they are; else a boolean is made.
template <class Masm>
void FunctionCompiler<Masm>::finish_compare(Cond cond) {
  bool inverted = false;
  const bool fused = condition_follows(inverted);
  if (inverted) cond = negate(cond);
  if (fused) {
    consume_condition(cond);
    return;
  }
  Destination to = destination(ValKind::i32);
  masm_.set_if(cond, settle(to, ValKind::i32));
  finish(to, ValKind::i32);
}

template <class Masm>
void FunctionCompiler<Masm>::eqz(Opcode op) {
  StackValue value = pop();
  const Reg reg = to_reg(value);
  masm_.test(op == Opcode::i64_eqz, reg, Operand::of(reg));
  release(value);
  finish_compare(Cond::eq);
}

template <class Masm>
void FunctionCompiler<Masm>::float_compare(Opcode op) {
  StackValue right = pop(), left = pop();
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
  const Cond cond = masm_.compare_float(op, l, r);
  release(left);
  release(right);
  finish_compare(inverted ? negate(cond) : cond);
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
