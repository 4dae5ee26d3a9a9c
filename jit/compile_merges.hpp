#pragma once

#include <bit>

#include "jit/function_compiler.hpp"

/// FunctionCompiler: what an edge of the control flow has to move so that all edges to a label agree.
namespace wasmjet::jit {

/// Whether the value of a home's local is never read: it has none yet, or is past its last use, in no loop
/// that leads back to one.
template <class Masm>
bool FunctionCompiler<Masm>::is_dead(std::uint32_t home) const {
  if ((state_.unset >> home & 1) != 0) return true;
  const std::uint32_t local = homes_.local(home);
  const std::uint32_t last_use = info_->last_use[local];
  if (aliases_[local] != 0) return false;
  if (outermost_loop_begin_ != 0 && outermost_loop_begin_ <= last_use) return false;
  return reader_.position() - context_.module.bytes.data() >= last_use;
}

template <class Masm>
std::uint32_t FunctionCompiler<Masm>::live_of(std::uint32_t homes) const {
  for (std::uint32_t left = homes; left != 0; left &= left - 1) {
    const auto home = static_cast<std::uint32_t>(std::countr_zero(left));
    if (is_dead(home)) homes &= ~(1U << home);
  }
  return homes;
}

/// What an edge with state `from` must move to reach the frame's label. The first edge fixes the
/// label's state. Later edges may weaken it where every earlier edge has provided more than is needed;
/// a loop's is fixed.
template <class Masm>
auto FunctionCompiler<Masm>::plan_edge(Frame& frame, const HomeState& from) -> EdgeMoves {
  if (frame.kind == Frame::Kind::function) {
    frame.label_used = true;
    return {};
  }
  if (!frame.label_used) {
    frame.label_used = true;
    frame.state = from;
    return {};
  }
  HomeState& to = frame.state;
  if (frame.kind != Frame::Kind::loop) to.unset |= from.unset;
  std::uint32_t missing_in_reg = to.in_reg & ~from.in_reg & ~to.unset;
  std::uint32_t missing_in_frame = to.in_frame & ~from.in_frame & ~to.unset;
  if (frame.kind != Frame::Kind::loop) {
    const std::uint32_t both = to.in_reg & to.in_frame;
    to.in_reg &= ~(missing_in_reg & both);
    to.in_frame &= ~(missing_in_frame & both);
    missing_in_reg &= ~both;
    missing_in_frame &= ~both;
  }
  return {without_dead(missing_in_reg), without_dead(missing_in_frame)};
}

template <class Masm>
void FunctionCompiler<Masm>::emit_some_moves(const EdgeMoves& moves) {
  for (std::uint32_t left = moves.stores; left != 0; left &= left - 1) {
    const auto home = static_cast<std::uint32_t>(std::countr_zero(left));
    masm_.store_frame(local_offsets_[homes_.local(home)], homes_.reg(home), homes_.kind(home));
  }
  for (std::uint32_t left = moves.loads; left != 0; left &= left - 1) {
    const auto home = static_cast<std::uint32_t>(std::countr_zero(left));
    masm_.load_frame(homes_.reg(home), local_offsets_[homes_.local(home)], homes_.kind(home));
  }
}

template <class Masm>
void FunctionCompiler<Masm>::apply(const EdgeMoves& moves) {
  emit_moves(moves);
  state_.in_frame |= moves.stores;
  state_.in_reg |= moves.loads;
}

template <class Masm>
Label FunctionCompiler<Masm>::stub_for(const EdgeMoves& moves, Label target) {
  stubs_.push_back({masm_.new_label(), target, moves});
  return stubs_.back().entry;
}

template <class Masm>
void FunctionCompiler<Masm>::emit_stubs() {
  for (const EdgeStub& stub : stubs_) {
    masm_.ensure_space(65536 + stub.slots * 16);
    masm_.bind(stub.entry);
    for (std::uint32_t i = 0; i < stub.slots; ++i) {
      masm_.load_frame(Abi::kFloatTemp, slot_offset(stub.from_slot + i), ValKind::f64);
      masm_.store_frame(slot_offset(stub.to_slot + i), Abi::kFloatTemp, ValKind::f64);
    }
    emit_moves(stub.moves);
    masm_.jump(stub.target);
  }
  stubs_.clear();
}

/// Copies `value` to the result register of its class without touching the flags. Who else holds that
/// register is moved away.
template <class Masm>
void FunctionCompiler<Masm>::place_in_result_register(const StackValue& value, std::uint32_t height) {
  const Reg result = lives_in_float(value.kind()) ? Abi::kFloatResult : Abi::kIntResult;
  if (value.is_reg() && value.reg() == result) return;
  for (std::uint32_t i = stack_.flushed(); i < height; ++i) {
    if (stack_[i].is_reg() && stack_[i].reg() == result) spill(i);
  }
  const Reg held = value.is_local() ? register_of(value.index()) : Reg{};
  copies_.remove(result);
  switch (value.where()) {
    case StackValue::Where::constant:
      masm_.constant(result, value.bits(), value.kind(), true);
      return;
    case StackValue::Where::reg:
      masm_.move(result, value.reg(), value.kind());
      return;
    case StackValue::Where::slot:
      masm_.load_frame(result, slot_offset(value.index()), value.kind());
      return;
    case StackValue::Where::local:
      if (held.valid()) {
        masm_.move(result, held, value.kind());
      } else {
        masm_.load_frame(result, local_offsets_[value.index()], value.kind());
      }
      return;
  }
}

/// Brings the top operands to where the label expects its values: one result in the result register;
/// several, or a loop's parameters, in the slots from the frame's height on.
template <class Masm>
void FunctionCompiler<Masm>::place_label_values(const Frame& frame) {
  const std::uint32_t arity = label_arity(frame);
  if (arity == 0) return;
  const auto first = static_cast<std::uint32_t>(stack_.size()) - arity;
  if (!label_in_slots(frame)) {
    place_in_result_register(stack_.back(), first);
    return;
  }
  for (std::uint32_t i = 0; i < arity; ++i) store_to_slot(frame.height + i, stack_[first + i]);
}

template <class Masm>
void FunctionCompiler<Masm>::push_results(const Frame& frame) {
  drop_operands(frame.height);
  if (frame.results == 1) {
    const ValKind kind = frame.type == nullptr ? frame.short_result.kind() : frame.type->results[0].kind();
    const Reg result = lives_in_float(kind) ? Abi::kFloatResult : Abi::kIntResult;
    take(result);
    push_reg(result, kind);
    return;
  }
  for (std::uint32_t i = 0; i < frame.results; ++i) push_slot(frame.type->results[i].kind());
}

/// The reachable end of a frame's body flows into its label.
template <class Masm>
void FunctionCompiler<Masm>::merge_into(Frame& frame) {
  place_label_values(frame);
  apply(plan_edge(frame, state_));
}

}  // namespace wasmjet::jit
