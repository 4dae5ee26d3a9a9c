#pragma once

#include "jit/function_compiler.hpp"

/// FunctionCompiler: where results go, and locals that are set.
namespace wasmjet::jit {

/// Looks whether the next instruction sets a local that has a home; if so, consumes it.
/// Operands of the present instruction have been popped, but not yet released.
template <class Masm>
[[gnu::always_inline]] inline auto FunctionCompiler<Masm>::destination(ValKind kind) -> Destination {
  if (!next_is(Opcode::local_set) && !next_is(Opcode::local_tee)) return {};
  return Destination::unpacked(local_destination(kind));
}

template <class Masm>
std::uint64_t FunctionCompiler<Masm>::local_destination(ValKind kind) {
  CodeReader ahead = reader_;
  const bool tee = ahead.byte() == info(Opcode::local_tee).code;
  const std::uint32_t local = ahead.u32();
  const std::uint8_t home = homes_.of(local);
  if (home == Homes<Abi>::kNone || lives_in_float(kind) != homes_.reg(home).is_float())
    return Destination{}.packed();
  reader_ = ahead;
  const Destination destination{homes_.reg(home), local, true, tee};
  if (aliases_[local] != 0) [[unlikely]]
    return detached(destination);
  return destination.packed();
}

/// Out of line: who seldom comes here saves no registers for it.
template <class Masm>
std::uint64_t FunctionCompiler<Masm>::detached(Destination destination) {
  detach_aliases(destination.local);
  return destination.packed();
}

/// Where a label or the caller will want the next result; `otherwise` where nobody wants it.
template <class Masm>
[[gnu::always_inline]] inline Reg FunctionCompiler<Masm>::where_wanted(ValKind kind, Reg otherwise) const {
  if (!next_is(Opcode::end) && !next_is(Opcode::return_) && !next_is(Opcode::br)) return otherwise;
  return lives_in_float(kind) ? Abi::kFloatResult : Abi::kIntResult;
}

/// Gives a destination that is no home a register; operands may have been released before.
template <class Masm>
[[gnu::always_inline]] inline Reg FunctionCompiler<Masm>::settle(Destination& destination, ValKind kind,
                                                                 Reg preferred) {
  if (destination.to_local) return destination.reg;
  const bool floating = lives_in_float(kind);
  if (!preferred.valid()) preferred = where_wanted(kind);
  // Rather beside a copy than over it.
  if (preferred.valid() && copies_.has(preferred) && free_.of_class(floating).has_several()) {
    return destination.reg = allocate_beside(preferred);
  }
  return destination.reg = allocate(floating, preferred);
}

template <class Masm>
[[gnu::always_inline]] inline void FunctionCompiler<Masm>::finish(const Destination& destination,
                                                                  ValKind kind, unsigned width) {
  if (!destination.to_local) {
    push_reg(destination.reg, kind, width);
    return;
  }
  const std::uint32_t bit = 1U << homes_.of(destination.local);
  state_.in_reg |= bit;
  state_.in_frame &= ~bit;
  state_.unset &= ~bit;
  if (destination.tee) push_local(destination.local);
}

template <class Masm>
void FunctionCompiler<Masm>::set_in_frame(std::uint32_t local, StackValue& value) {
  if (value.is_const() && Masm::fits_store_immediate(value.bits(), value.kind())) {
    masm_.store_frame_constant(local_offsets_[local], value.bits(), value.kind());
  } else {
    masm_.store_frame(local_offsets_[local], to_reg(value), value.kind());
  }
  if (!context_.options.keep_stale_copies) copies_.changed(local);
  if (value.is_reg()) copies_.mark(value, local);
}

template <class Masm>
void FunctionCompiler<Masm>::set_local(std::uint32_t local, bool tee) {
  StackValue value = pop();
  if (aliases_[local] != 0 && !(value.is_local() && value.index() == local)) detach_aliases(local);
  const std::uint8_t home = homes_.of(local);
  if (value.is_local() && value.index() == local) {
    // Unchanged.
  } else if (home != Homes<Abi>::kNone) {
    const Reg reg = homes_.reg(home);
    if (value.is_const()) {
      masm_.constant(reg, value.bits(), value.kind());
    } else if (value.is_slot()) {
      masm_.load_frame(reg, slot_offset(value.index()), value.kind());
    } else if (value.is_local() && homes_.of(value.index()) == Homes<Abi>::kNone && !take_copy(value)) {
      masm_.load_frame(reg, local_offsets_[value.index()], value.kind());
    } else {
      masm_.move(reg, to_reg(value), value.kind());
    }
    state_.in_reg |= 1U << home;
    state_.in_frame &= ~(1U << home);
    state_.unset &= ~(1U << home);
  } else {
    set_in_frame(local, value);
  }
  if (!tee) {
    release(value);
  } else if (home == Homes<Abi>::kNone && value.is_reg()) {
    push(value);  // still in its register: cheaper than the frame
  } else {
    release(value);
    push_local(local);
  }
}

}  // namespace wasmjet::jit
