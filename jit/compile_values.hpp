#pragma once

#include <algorithm>
#include <cassert>
#include <stdexcept>

#include "jit/function_compiler.hpp"

/// FunctionCompiler: the lazy operand stack and the registers.
namespace wasmjet::jit {

/// Most bytes of code that moving one value takes.
inline constexpr std::size_t kMostPerValue = 256;

template <class Masm>
std::int32_t FunctionCompiler<Masm>::slot_offset(std::uint32_t height) {
  if (!shape_.linked) throw NeedsFrame();
  slots_used_ = std::max(slots_used_, height + 1);
  return slots_base_ - 8 * static_cast<std::int32_t>(height + 1);
}

template <class Masm>
[[gnu::always_inline]] inline void FunctionCompiler<Masm>::push(const StackValue& value) {
  if (stack_.is_full()) [[unlikely]]
    make_room();
  if (value.is_local()) ++aliases_[value.index()];
  stack_.push_back(value);
}
template <class Masm>
[[gnu::noinline]] void FunctionCompiler<Masm>::make_room() {
  const auto size = static_cast<std::uint32_t>(stack_.size());
  flush(std::min(stack_.flushed() + OperandStack::kLazyWindow / 2, size));
  if (stack_.is_full()) throw std::logic_error("an operand stack higher than validation found");
}
template <class Masm>
[[gnu::always_inline]] inline void FunctionCompiler<Masm>::push_reg(Reg reg, ValKind kind, unsigned width) {
  push(StackValue::in_reg(reg, kind, width));
}
template <class Masm>
[[gnu::always_inline]] inline void FunctionCompiler<Masm>::push_constant(std::uint64_t bits, ValKind kind) {
  push(StackValue::constant(bits, kind));
}
template <class Masm>
[[gnu::always_inline]] inline void FunctionCompiler<Masm>::push_local(std::uint32_t local) {
  if (stack_.is_full()) [[unlikely]]
    make_room();
  ++aliases_[local];
  stack_.push_back(local_values_[local]);
}
template <class Masm>
void FunctionCompiler<Masm>::push_slot(ValKind kind) {
  const auto height = static_cast<std::uint32_t>(stack_.size());
  slot_offset(height);
  push(StackValue::slot(height, kind));
}

template <class Masm>
[[gnu::always_inline]] inline StackValue FunctionCompiler<Masm>::pop() {
  const StackValue value = stack_.back();
  stack_.pop_back();
  if (value.is_local()) --aliases_[value.index()];
  return value;
}

/// A register of the class that nothing else uses. Takes one from the deepest operand if it must.
/// Emits moves only, so it may stand between a comparison and its consumer.
template <class Masm>
[[gnu::always_inline]] inline Reg FunctionCompiler<Masm>::allocate(bool floating, Reg preferred) {
  if (preferred.valid() && free_.has(preferred)) {
    take(preferred);
    return preferred;
  }
  return allocate_any(floating);
}

/// The first of `kOrder` that is in `free`, or any; without a loop.
template <const auto& kOrder>
Reg first_in_order(RegSet free) {
  Reg reg = free.first();
  const auto look = [&]<std::size_t... kPlaces>(std::index_sequence<kPlaces...>) {
    static_cast<void>(((free.has(kOrder[kPlaces]) && (reg = kOrder[kPlaces], true)) || ...));
  };
  look(std::make_index_sequence<kOrder.size()>());
  return reg;
}

template <class Masm>
Reg FunctionCompiler<Masm>::allocate_any(bool floating) {
  if (free_.of_class(floating).empty()) [[unlikely]]
    evict(floating);
  RegSet free = free_.of_class(floating);
  if (copies_.any()) free = copies_.best_of(free);
  const Reg reg =
      floating ? first_in_order<Abi::kFloatScratch>(free) : first_in_order<Abi::kIntPreference>(free);
  take(reg);
  return reg;
}

/// One that is not `copy`, which is free as well.
template <class Masm>
Reg FunctionCompiler<Masm>::allocate_beside(Reg copy) {
  free_.remove(copy);
  const Reg reg = allocate_any(copy.is_float());
  free_.add(copy);
  return reg;
}

template <class Masm>
[[gnu::always_inline]] inline void FunctionCompiler<Masm>::take(Reg reg) {
  assert(free_.has(reg));
  free_.remove(reg);
  copies_.remove(reg);
}

template <class Masm>
[[gnu::always_inline]] inline void FunctionCompiler<Masm>::release(Reg reg) {
  free_ = free_ | (RegSet(reg) & allocatable_);
}
template <class Masm>
[[gnu::always_inline]] inline void FunctionCompiler<Masm>::release(const StackValue& value) {
  if (!value.is_reg()) return;
  release(value.reg());
  copies_.released(value);
}

template <class Masm>
void FunctionCompiler<Masm>::evict(bool floating) {
  for (std::uint32_t i = stack_.flushed(); i < stack_.size(); ++i) {
    if (stack_[i].is_reg() && stack_[i].reg().is_float() == floating) {
      spill(i);
      return;
    }
  }
  assert(false && "more temporaries than registers");
  __builtin_unreachable();
}

/// Gives up the operands above `height`.
template <class Masm>
void FunctionCompiler<Masm>::drop_operands(std::uint32_t height) {
  while (stack_.size() > height) release(pop());
}

/// Makes `reg` free, unless an operand that was popped already holds it.
template <class Masm>
void FunctionCompiler<Masm>::vacate(Reg reg) {
  if (free_.has(reg)) return;
  for (std::uint32_t i = stack_.flushed(); i < stack_.size(); ++i) {
    StackValue& value = stack_[i];
    if (!value.is_reg() || value.reg() != reg) continue;
    const RegSet others = free_.of_class(reg.is_float());
    if (others.empty()) {
      spill(i);
    } else {
      const Reg other = allocate(reg.is_float());
      masm_.move(other, reg, value.kind());
      value.move_to(other);
      free_.add(reg);
    }
    return;
  }
}

/// The same for two registers. The second one's operand must not move into the first.
template <class Masm>
void FunctionCompiler<Masm>::vacate_both(Reg first, Reg second) {
  vacate(first);
  const bool was_free = free_.has(first);
  free_.remove(first);
  vacate(second);
  if (was_free) free_.add(first);
}

template <class Masm>
[[gnu::always_inline]] inline Reg FunctionCompiler<Masm>::home_in_reg(std::uint32_t home) {
  const Reg reg = homes_.reg(home);
  if ((state_.in_reg >> home & 1) == 0) {
    masm_.load_frame(reg, local_offsets_[homes_.local(home)], homes_.kind(home));
    state_.in_reg |= 1U << home;
  }
  return reg;
}

/// The register that holds a popped value: read only (it may be a local's home).
template <class Masm>
[[gnu::always_inline]] inline Reg FunctionCompiler<Masm>::to_reg(StackValue& value, bool keep_flags) {
  if (value.is_reg()) return value.reg();
  if (value.is_local()) {
    const std::uint8_t home = homes_.of(value.index());
    if (home != Homes<Abi>::kNone) return home_in_reg(home);
  }
  return load_to_reg(value, keep_flags);
}

template <class Masm>
Reg FunctionCompiler<Masm>::load_to_reg(StackValue& value, bool keep_flags) {
  if (value.is_local()) {
    if (take_copy(value, keep_flags)) return value.reg();
    const std::uint32_t local = value.index();
    value.come_to(allocate(lives_in_float(value.kind())));
    masm_.load_frame(value.reg(), local_offsets_[local], value.kind());
    copies_.mark(value, local);
    return value.reg();
  }
  const Reg reg = allocate(lives_in_float(value.kind()));
  if (value.is_const()) {
    masm_.constant(reg, value.bits(), value.kind(), keep_flags);
  } else {
    masm_.load_frame(reg, slot_offset(value.index()), value.kind());
  }
  value.come_to(reg);
  return reg;
}

/// If a register still holds the popped local without home, the value is there. Emits nothing but the check.
template <class Masm>
bool FunctionCompiler<Masm>::take_copy(StackValue& value, bool keep_flags) {
  const std::uint32_t local = value.index();
  const Reg reg = copies_.copy_of(local);
  if (!reg.valid()) return false;
  take(reg);
  value.come_to(reg);
  copies_.mark(value, local);
  if (context_.options.assert_invariants && !keep_flags) {
    masm_.assert_in_frame(reg, local_offsets_[local], value.kind());
  }
  return true;
}

/// Like to_reg(), but a register that may be overwritten.
template <class Masm>
Reg FunctionCompiler<Masm>::to_own_reg(StackValue& value) {
  const Reg reg = to_reg(value);
  if (value.is_reg()) {
    value.come_to(reg);  // as no copy of a local any more
    return reg;
  }
  const Reg own = allocate(reg.is_float());
  masm_.move(own, reg, value.kind());
  value.come_to(own);
  return own;
}

template <class Masm>
bool FunctionCompiler<Masm>::is_in_frame(const StackValue& value) const {
  return value.is_slot() || (value.is_local() && homes_.of(value.index()) == Homes<Abi>::kNone);
}

/// The register that holds the local at present, its home or a copy: to be read at once. Invalid if only the
/// frame does.
template <class Masm>
Reg FunctionCompiler<Masm>::register_of(std::uint32_t local) const {
  const std::uint8_t home = homes_.of(local);
  if (home == Homes<Abi>::kNone) return copies_.copy_of(local);
  return (state_.in_reg >> home & 1) != 0 ? homes_.reg(home) : Reg{};
}

template <class Masm>
Operand FunctionCompiler<Masm>::to_operand(StackValue& value) {
  if (value.is_const()) {
    if (Operand::fits_immediate(value.bits(), value.kind())) {
      return Operand::immediate(static_cast<std::int32_t>(value.bits()));
    }
    if constexpr (Masm::kKeepsConstants) return Operand::of(masm_.constant_operand(value.bits(), true));
  } else if (Masm::kHasMemoryOperands && is_in_frame(value)) {
    if (value.is_local() && take_copy(value)) return Operand::of(value.reg());
    return Operand::frame(value.is_slot() ? slot_offset(value.index()) : local_offsets_[value.index()]);
  }
  return Operand::of(to_reg(value));
}

/// Stores a value to the slot of `height` without needing a register or touching the flags.
template <class Masm>
void FunctionCompiler<Masm>::store_to_slot(std::uint32_t height, const StackValue& value) {
  masm_.ensure_space(kMostPerValue);
  const std::int32_t to = slot_offset(height);
  std::int32_t from = 0;
  switch (value.where()) {
    case StackValue::Where::reg:
      masm_.store_frame(to, value.reg(), value.kind());
      return;
    case StackValue::Where::constant:
      if (Masm::fits_store_immediate(value.bits(), value.kind())) {
        masm_.store_frame_constant(to, value.bits(), value.kind());
      } else {
        masm_.constant(Abi::kFloatTemp, value.bits(), ValKind::f64, true);
        masm_.store_frame(to, Abi::kFloatTemp, ValKind::f64);
      }
      return;
    case StackValue::Where::local:
      if (const Reg reg = register_of(value.index()); reg.valid()) {
        masm_.store_frame(to, reg, value.kind());
        return;
      }
      from = local_offsets_[value.index()];
      break;
    case StackValue::Where::slot:
      if (value.index() == height) return;
      from = slot_offset(value.index());
      break;
  }
  masm_.load_frame(Abi::kFloatTemp, from, is_32_bit(value.kind()) ? ValKind::f32 : ValKind::f64);
  masm_.store_frame(to, Abi::kFloatTemp, is_32_bit(value.kind()) ? ValKind::f32 : ValKind::f64);
}

template <class Masm>
void FunctionCompiler<Masm>::spill(std::uint32_t height, bool constants_too) {
  StackValue& value = stack_[height];
  if (value.is_slot() || (value.is_const() && !constants_too)) return;
  store_to_slot(height, value);
  release(value);
  if (value.is_local()) --aliases_[value.index()];
  value.come_to_slot(height);
}

/// Moves all operands below `below`, constants excepted, to their slots: the state at block entries.
template <class Masm>
void FunctionCompiler<Masm>::flush(std::uint32_t below) {
  const std::uint32_t flushed = stack_.flushed();
  if (flushed >= below) return;
  for (std::uint32_t i = flushed; i < below; ++i) spill(i);
  stack_.set_flushed(below);
}

template <class Masm>
void FunctionCompiler<Masm>::flush_registers(std::uint32_t below) {
  for (std::uint32_t i = stack_.flushed(); i < below; ++i) {
    if (stack_[i].is_reg()) spill(i);
  }
}

template <class Masm>
void FunctionCompiler<Masm>::force_constants(std::uint32_t from) {
  for (std::uint32_t i = from; i < stack_.size(); ++i) spill(i, true);
}

/// Before a local changes: entries that alias it get its present value.
template <class Masm>
void FunctionCompiler<Masm>::detach_aliases(std::uint32_t local) {
  for (std::uint32_t i = stack_.flushed(); aliases_[local] != 0; ++i) {
    StackValue& value = stack_[i];
    if (!value.is_local() || value.index() != local) continue;
    StackValue copy = value;
    // Not to_own_reg(): it may evict, which must not meet this entry half-done.
    const Reg own = allocate(lives_in_float(value.kind()));
    const std::uint8_t home = homes_.of(local);
    if (home != Homes<Abi>::kNone && (state_.in_reg >> home & 1) != 0) {
      masm_.move(own, homes_.reg(home), value.kind());
    } else {
      masm_.load_frame(own, local_offsets_[local], value.kind());
    }
    copy.come_to(own);
    --aliases_[local];
    stack_[i] = copy;
  }
}

}  // namespace wasmjet::jit
