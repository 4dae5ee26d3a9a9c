#pragma once

#include <bit>

#include "jit/function_compiler.hpp"

/// FunctionCompiler: structured control and merges.
namespace wasmjet::jit {

template <class Masm>
ValKind FunctionCompiler<Masm>::label_kind(const Frame& frame, std::uint32_t i) const {
  if (frame.type == nullptr) return frame.short_result.kind();
  return (frame.kind == Frame::Kind::loop ? frame.type->params : frame.type->results)[i].kind();
}

template <class Masm>
void FunctionCompiler<Masm>::begin_block(Frame::Kind kind) {
  const BlockType block_type = reader_.block_type();
  Frame frame;
  frame.kind = kind;
  if (block_type.form == BlockType::Form::type_index) {
    frame.type = &context_.module.types[block_type.type_index];
    frame.params = static_cast<std::uint32_t>(frame.type->params.size());
    frame.results = static_cast<std::uint32_t>(frame.type->results.size());
  } else if (block_type.form == BlockType::Form::result) {
    frame.short_result = block_type.result;
    frame.results = 1;
  }
  frame.height = static_cast<std::uint32_t>(stack_.size()) - frame.params;
  frame.label = masm_.new_label();
  flush(static_cast<std::uint32_t>(stack_.size()));
  if (kind != Frame::Kind::block) force_constants(frame.height);
  control_.push_back(frame);
}

template <class Masm>
void FunctionCompiler<Masm>::begin_if(Cond cond) {
  begin_block(Frame::Kind::if_);
  Frame& frame = control_.back();
  frame.else_label = masm_.new_label();
  frame.else_state = state_;
  masm_.jump_if(negate(cond), frame.else_label);
}

/// Whether a home's local is never read again: past its last use, in no loop that leads back to one.
template <class Masm>
bool FunctionCompiler<Masm>::is_dead(std::uint32_t home) const {
  const std::uint32_t local = homes_.local(home);
  const std::uint32_t last_use = info_->last_use[local];
  if (aliases_[local] != 0) return false;
  if (outermost_loop_begin_ != 0 && outermost_loop_begin_ <= last_use) return false;
  return reader_.position() - context_.module.bytes.data() >= last_use;
}

template <class Masm>
std::uint32_t FunctionCompiler<Masm>::without_dead(std::uint32_t homes) const {
  for (std::uint32_t left = homes; left != 0; left &= left - 1) {
    const auto home = static_cast<std::uint32_t>(std::countr_zero(left));
    if (is_dead(home)) homes &= ~(1U << home);
  }
  return homes;
}

/// What a loop header promises: homes that the loop uses are in their registers. Their frame slots
/// stay valid only if the loop never writes the local; if the loop calls, those are stored once, here.
template <class Masm>
void FunctionCompiler<Masm>::enter_loop(const LoopInfo& loop) {
  begin_block(Frame::Kind::loop);
  if (outermost_loop_begin_ == 0) {
    outermost_loop_begin_ = static_cast<std::uint32_t>(reader_.position() - context_.module.bytes.data());
    control_.back().outermost_loop = true;
  }
  EdgeMoves moves;
  for (std::uint32_t home = 0; home < homes_.count(); ++home) {
    const std::uint32_t bit = 1U << home;
    const std::uint64_t local = std::uint64_t{1} << (homes_.local(home) % 64);
    const bool writes = (loop.writes & local) != 0;
    const bool uses = writes || (loop.reads & local) != 0;
    const bool clobbered = loop.calls && (homes_.caller_saved() & bit) != 0;
    if (clobbered && !writes && (state_.in_frame & bit) == 0) moves.stores |= bit;
    if (uses && (state_.in_reg & bit) == 0) moves.loads |= bit;
  }
  const EdgeMoves needed{without_dead(moves.loads), without_dead(moves.stores)};
  emit_moves(needed);
  state_.in_reg |= moves.loads;
  state_.in_frame |= moves.stores;
  for (std::uint32_t home = 0; home < homes_.count(); ++home) {
    const std::uint32_t bit = 1U << home;
    const std::uint64_t local = std::uint64_t{1} << (homes_.local(home) % 64);
    const bool writes = (loop.writes & local) != 0;
    const bool uses = writes || (loop.reads & local) != 0;
    if (writes) state_.in_frame &= ~bit;
    if (!uses && loop.calls && (homes_.caller_saved() & bit) != 0) state_.in_reg &= ~bit;
  }
  Frame& frame = control_.back();
  frame.state = state_;
  frame.label_used = true;
  constexpr unsigned kLoopAlignment = 64;
  masm_.align_code(kLoopAlignment);
  masm_.bind(frame.label);
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
  std::uint32_t missing_in_reg = to.in_reg & ~from.in_reg;
  std::uint32_t missing_in_frame = to.in_frame & ~from.in_frame;
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
void FunctionCompiler<Masm>::emit_moves(const EdgeMoves& moves) {
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
  const Reg result = lives_in_float(value.kind) ? Abi::kFloatResult : Abi::kIntResult;
  if (value.is_reg() && value.reg == result) return;
  for (std::uint32_t i = flushed_; i < height; ++i) {
    if (stack_[i].is_reg() && stack_[i].reg == result) spill(i);
  }
  switch (value.where) {
    case StackValue::Where::constant:
      masm_.constant(result, value.bits, value.kind, true);
      return;
    case StackValue::Where::reg:
      masm_.move(result, value.reg, value.kind);
      return;
    case StackValue::Where::slot:
      masm_.load_frame(result, slot_offset(value.index), value.kind);
      return;
    case StackValue::Where::local: {
      const std::uint8_t home = homes_.of(value.index);
      if (home != Homes<Abi>::kNone && (state_.in_reg >> home & 1) != 0) {
        masm_.move(result, homes_.reg(home), value.kind);
      } else {
        masm_.load_frame(result, local_offsets_[value.index], value.kind);
      }
      return;
    }
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
  while (stack_.size() > frame.height) release(pop());
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

template <class Masm>
void FunctionCompiler<Masm>::on_else() {
  Frame& frame = control_.back();
  if (reachable_) {
    merge_into(frame);
    masm_.jump(frame.label);
  }
  while (stack_.size() > frame.height) release(pop());
  masm_.bind(frame.else_label);
  frame.kind = Frame::Kind::else_;
  state_ = frame.else_state;
  reachable_ = true;
  for (std::uint32_t i = 0; i < frame.params; ++i) push_slot(frame.type->params[i].kind());
}

/// An `if` without `else`: the jump over its body is one more edge to its label.
template <class Masm>
void FunctionCompiler<Masm>::end_if_without_else(Frame& frame) {
  const EdgeMoves else_moves = plan_edge(frame, frame.else_state);
  if (reachable_) merge_into(frame);
  if (else_moves.empty() && frame.results == 0) {
    masm_.bind(frame.else_label);
    return;
  }
  if (reachable_) masm_.jump(frame.label);
  masm_.bind(frame.else_label);
  if (frame.results == 1) {  // its parameter, which stands in a slot
    const bool floating = lives_in_float(frame.type->results[0].kind());
    masm_.load_frame(floating ? Abi::kFloatResult : Abi::kIntResult, slot_offset(frame.height),
                     frame.type->results[0].kind());
  }
  emit_moves(else_moves);
}

template <class Masm>
void FunctionCompiler<Masm>::on_end() {
  Frame frame = control_.back();
  switch (frame.kind) {
    case Frame::Kind::function:
      end_function_body(frame);
      return;
    case Frame::Kind::loop:
      if (frame.outermost_loop) outermost_loop_begin_ = 0;
      control_.pop_back();
      return;  // results stay where they are
    case Frame::Kind::if_:
      end_if_without_else(frame);
      break;
    default:
      if (frame.label_used && reachable_) merge_into(frame);
      break;
  }
  control_.pop_back();
  if (!frame.label_used) {
    if (!reachable_) {
      while (stack_.size() > frame.height) release(pop());
    }
    return;
  }
  masm_.bind(frame.label);
  state_ = frame.state;
  push_results(frame);
  reachable_ = true;
}

template <class Masm>
void FunctionCompiler<Masm>::end_function_body(Frame& frame) {
  if (reachable_) place_label_values(frame);
  if (frame.label_used) masm_.bind(frame.label);
  if (reachable_ || frame.label_used) leave_function();
  control_.pop_back();
  reachable_ = false;
}

/// Emits the return sequence; results are where place_label_values() has put them.
template <class Masm>
void FunctionCompiler<Masm>::leave_function() {
  const auto& results = type_->results;
  if (results.size() > 1) {
    const Reg area = Abi::kIntTemp;  // homes are dead here
    masm_.load_frame(area, -16, ValKind::i64);
    for (std::uint32_t i = 1; i < results.size(); ++i) {
      masm_.load_frame(Abi::kFloatTemp, slot_offset(i), ValKind::f64);
      masm_.store(area, -8 * static_cast<std::int32_t>(i), Abi::kFloatTemp, ValKind::f64);
    }
    const bool floating = lives_in_float(results[0].kind());
    masm_.load_frame(floating ? Abi::kFloatResult : Abi::kIntResult, slot_offset(0), results[0].kind());
  }
  masm_.epilogue(shape_);
}

template <class Masm>
void FunctionCompiler<Masm>::branch(std::uint32_t depth) {
  Frame& frame = frame_at(depth);
  if (frame.kind == Frame::Kind::function) {
    on_return();
    return;
  }
  merge_into(frame);
  masm_.jump(frame.label);
  reachable_ = false;
}

template <class Masm>
void FunctionCompiler<Masm>::on_return() {
  Frame& frame = control_.front();
  place_label_values(frame);
  if (shape_.callee_saved.empty() && frame.results <= 1) {
    leave_function();
  } else {
    frame.label_used = true;
    masm_.jump(frame.label);
  }
  reachable_ = false;
}

template <class Masm>
void FunctionCompiler<Masm>::branch_if(Cond cond, std::uint32_t depth) {
  Frame& frame = frame_at(depth);
  if (label_in_slots(frame)) {
    // The slots may hold operands that the other path still needs.
    const Label skip = masm_.new_label();
    masm_.jump_if(negate(cond), skip);
    const auto below = static_cast<std::uint32_t>(stack_.size()) - label_arity(frame);
    for (std::uint32_t i = 0; i < label_arity(frame); ++i) store_to_slot(frame.height + i, stack_[below + i]);
    emit_moves(plan_edge(frame, state_));
    masm_.jump(frame.label);
    masm_.bind(skip);
    return;
  }
  if (label_arity(frame) == 1) place_label_values(frame);
  const EdgeMoves moves = plan_edge(frame, state_);
  if (frame.kind == Frame::Kind::loop) {
    apply(moves);  // likely taken
    masm_.jump_if(cond, frame.label);
  } else {
    masm_.jump_if(cond, moves.empty() ? frame.label : stub_for(moves, frame.label));
  }
}

/// Where a br_table jumps for the target `depth`: the label, or a stub that moves first. The `arity`
/// values stand in the slots from `first` on, and a single one in the result register as well.
template <class Masm>
Label FunctionCompiler<Masm>::table_target(std::uint32_t depth, std::uint32_t first) {
  Frame& frame = frame_at(depth);
  Label& known = frame.table_target;
  if (frame.table == table_count_) return known;
  frame.table = table_count_;
  const EdgeMoves moves = plan_edge(frame, state_);
  known = frame.label;
  if (!moves.empty() || label_in_slots(frame)) {
    known = stub_for(moves, frame.label);
    if (label_in_slots(frame)) {
      stubs_.back().from_slot = first;
      stubs_.back().to_slot = frame.height;
      stubs_.back().slots = label_arity(frame);
    }
  }
  return known;
}

template <class Masm>
void FunctionCompiler<Masm>::branch_table() {
  StackValue index = pop();
  Reg reg = to_own_reg(index);
  const std::uint32_t count = reader_.u32();
  CodeReader ahead = reader_;
  const std::uint32_t arity = label_arity(frame_at(ahead.u32()));
  const auto size = static_cast<std::uint32_t>(stack_.size());
  const std::uint32_t first = size - arity;
  flush_registers(size);
  for (std::uint32_t i = first; i < size; ++i) spill(i, true);
  if (arity == 1) {
    const ValKind kind = stack_.back().kind;
    const Reg result = lives_in_float(kind) ? Abi::kFloatResult : Abi::kIntResult;
    if (reg == result) {
      reg = allocate(false);
      masm_.move(reg, result, ValKind::i32);
    } else {
      take(result);
    }
    masm_.load_frame(result, slot_offset(first), kind);
  }
  const Reg temp = allocate(false);
  ++table_count_;
  table_targets_.clear();
  for (std::uint32_t i = 0; i < count; ++i) table_targets_.push_back(table_target(reader_.u32(), first));
  const Label otherwise = table_target(reader_.u32(), first);
  jump_by_index(reg, temp, otherwise);
  release(temp);
  release(reg);
  if (arity == 1) release(lives_in_float(stack_.back().kind) ? Abi::kFloatResult : Abi::kIntResult);
  reachable_ = false;
}

template <class Masm>
void FunctionCompiler<Masm>::jump_by_index(Reg index, Reg temp, Label otherwise) {
  constexpr std::size_t kCompareChain = 3;  // up to here, comparing beats an indirect jump
  const std::size_t count = table_targets_.size();
  if (count <= kCompareChain) {
    for (std::size_t i = 0; i < count; ++i) {
      masm_.compare(false, index, Operand::immediate(static_cast<std::int32_t>(i)));
      masm_.jump_if(Cond::eq, table_targets_[i]);
    }
    masm_.jump(otherwise);
    return;
  }
  masm_.compare(false, index, Operand::immediate(static_cast<std::int32_t>(count)));
  masm_.jump_if(Cond::ge_u, otherwise);
  masm_.jump_table(index, temp, table_targets_);
}

/// Condition on the flags or, where operands are compared with zero, on a popped boolean.
template <class Masm>
void FunctionCompiler<Masm>::select(Cond cond) {
  StackValue otherwise = pop();
  StackValue value = pop();
  const ValKind kind = value.kind;
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
    to.reg = value.reg;
  } else {
    if (!to.to_local) settle(to, kind);
    if (value.is_const()) {
      masm_.constant(to.reg, value.bits, kind, true);
    } else {
      masm_.move(to.reg, to_reg(value, true), kind);
      release(value);
    }
  }
  masm_.select(cond, to.reg, other, kind);
  release(otherwise);
  finish(to, kind);
}

}  // namespace wasmjet::jit
