#pragma once

#include <algorithm>
#include <bit>

#include "jit/function_compiler.hpp"
#include "jit/simple_instructions.hpp"

/// FunctionCompiler: structured control and merges.
namespace wasmjet::jit {

template <class Masm>
void FunctionCompiler<Masm>::begin_block(Frame::Kind kind) {
  poll_cancel();
  const BlockType block_type = reader_.block_type();
  Frame& frame = control_.push();
  frame.open(kind);
  if (block_type.form == BlockType::Form::type_index) {
    frame.type = &context_.module.types[block_type.type_index];
    frame.params = static_cast<std::uint32_t>(frame.type->params.size());
    frame.results = static_cast<std::uint32_t>(frame.type->results.size());
  } else if (block_type.form == BlockType::Form::result) {
    frame.short_result = block_type.result;
    frame.results = 1;
  }
  frame.height = static_cast<std::uint32_t>(stack_.size()) - frame.params;
  const BlockExtent extent = info_->blocks[next_block_++];
  frame.end = context_.module.bytes.data() + extent.end;
  frame.tail = extent.tail;
  frame.calls_until_end = calls_met_ + extent.calls;
  frame.label = masm_.new_label();
  flush(static_cast<std::uint32_t>(stack_.size()));
  if (kind != Frame::Kind::block) force_constants(frame.height);
}

template <class Masm>
void FunctionCompiler<Masm>::begin_if(Cond cond) {
  open_if();
  const Frame& frame = control_.back();
  masm_.jump_if(negate(cond), target(frame, frame.else_label));
}

/// An `if`, but for the jump to its `else`.
template <class Masm>
void FunctionCompiler<Masm>::open_if() {
  begin_block(Frame::Kind::if_);
  Frame& frame = control_.back();
  frame.else_label = masm_.new_label();
  frame.else_state = state_;
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
  std::uint32_t writes = 0, uses = 0;
  for (std::uint32_t home = 0; home < homes_.count(); ++home) {
    const std::uint32_t local = homes_.local(home) % 64;
    writes |= static_cast<std::uint32_t>(loop.writes >> local & 1) << home;
    uses |= static_cast<std::uint32_t>((loop.writes | loop.reads) >> local & 1) << home;
  }
  const std::uint32_t clobbered = loop.calls ? homes_.caller_saved() : 0;
  const EdgeMoves moves{.loads = uses & ~state_.in_reg, .stores = clobbered & ~writes & ~state_.in_frame};
  const EdgeMoves needed{without_dead(moves.loads), without_dead(moves.stores)};
  emit_moves(needed);
  state_.in_reg |= moves.loads;
  state_.in_frame |= moves.stores;
  state_.in_frame &= ~writes;
  state_.in_reg &= ~(clobbered & ~uses);
  Frame& frame = control_.back();
  frame.state = state_;
  frame.label_used = true;
  masm_.align_code(loop.dispatches ? Masm::kDispatchAlignment
                   : loop.calls    ? Masm::kCallingLoopAlignment
                   : loop.nests    ? Masm::kOuterLoopAlignment
                                   : Masm::kLoopAlignment);
  masm_.bind(frame.label);
  copies_.clear();
  if (loop.dispatches && frame.params == 0) find_dispatcher(frame);
}

template <class Masm>
void FunctionCompiler<Masm>::on_else() {
  Frame& frame = control_.back();
  if (reachable_) {
    merge_into(frame);
    masm_.jump(target(frame));
  }
  drop_operands(frame.height);
  masm_.bind(frame.else_label);
  copies_.clear();
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
  if (reachable_) masm_.jump(target(frame));
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
  Frame& frame = control_.back();
  control_.pop_back();  // it stays where it is until the next is opened
  switch (frame.kind) {
    case Frame::Kind::function:
      end_function_body(frame);
      return;
    case Frame::Kind::loop:
      if (frame.outermost_loop) outermost_loop_begin_ = 0;
      return;  // results stay where they are
    case Frame::Kind::if_:
      end_if_without_else(frame);
      break;
    default:
      if (frame.label_used && reachable_) merge_into(frame);
      break;
  }
  if (!frame.label_used) {
    if (!reachable_) drop_operands(frame.height);
    return;
  }
  if (frame.dispatched) masm_.align_code(Masm::kDispatchAlignment);
  masm_.bind(frame.label);
  state_ = frame.state;
  push_results(frame);
  copies_.clear();
  reachable_ = true;
}

template <class Masm>
void FunctionCompiler<Masm>::end_function_body(Frame& frame) {
  if (reachable_) place_label_values(frame);
  if (frame.label_used) masm_.bind(frame.label);
  if (reachable_ || frame.label_used) leave_function();
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

/// Compiles what stands behind a block where the branch out of it stands, if that leads straight to a loop's
/// start: each case of an interpreter's switch then ends in one jump instead of two.
template <class Masm>
bool FunctionCompiler<Masm>::branch_by_tail(const Frame& frame, std::uint32_t depth) {
  if (frame.tail == 0 || frame.kind != Frame::Kind::block) return false;
  const CodeReader tail(context_.module.bytes.data() + frame.tail);
  CodeReader ahead = tail;
  std::uint32_t operands = 0, most = 0;
  while (skip_simple(ahead, operands)) most = std::max(most, operands);
  if (operands != 0 || ahead.opcode() != Opcode::br) return false;
  if (control_.back().height + most > info_->max_stack) return false;  // its operands have no slots
  // Counted from outside the block.
  Frame& loop = frame_at(depth + 1 + ahead.u32());
  if (loop.kind != Frame::Kind::loop || loop.params != 0) return false;
  drop_operands(control_.back().height);
  const CodeReader resume = reader_;
  for (reader_ = tail; !next_is(Opcode::br);) {
    masm_.ensure_space(kMostPerInstruction);
    straight_instruction(reader_.opcode());
  }
  start_again(loop);
  reader_ = resume;
  return true;
}

/// Branches to the start of a loop without parameters.
template <class Masm>
void FunctionCompiler<Masm>::start_again(Frame& loop) {
  merge_into(loop);
  const Dispatcher* dispatcher = dispatcher_of(loop);
  if (dispatcher != nullptr && may_dispatch(*dispatcher)) {
    dispatch(loop, *dispatcher);
  } else {
    masm_.jump(loop.label);
  }
  reachable_ = false;
}

template <class Masm>
void FunctionCompiler<Masm>::branch(std::uint32_t depth) {
  Frame& frame = frame_at(depth);
  if (frame.kind == Frame::Kind::function) {
    on_return();
    return;
  }
  if (branch_by_tail(frame, depth)) return;
  if (frame.kind == Frame::Kind::loop && frame.params == 0) {
    // As validation counts: see BlockExtent.
    if (dispatcher_of(frame) != nullptr) ++calls_met_;
    return start_again(frame);
  }
  merge_into(frame);
  masm_.jump(target(frame));
  reachable_ = false;
}

template <class Masm>
void FunctionCompiler<Masm>::on_return() {
  Frame& frame = control_[0];
  place_label_values(frame);
  if (shape_.callee_saved.empty() && frame.results <= 1) {
    leave_function();
  } else {
    frame.label_used = true;
    masm_.jump(target(frame));
  }
  reachable_ = false;
}

template <class Masm>
void FunctionCompiler<Masm>::branch_if(Cond cond, std::uint32_t depth) {
  Frame& frame = frame_at(depth);
  if (label_in_slots(frame)) {
    const auto size = static_cast<std::uint32_t>(stack_.size());
    const std::uint32_t below = size - label_arity(frame);
    // Few are left where they are: the other path seldom wants them in the frame.
    constexpr std::uint32_t kFewValues = 8;
    const bool in_place = below == frame.height && label_arity(frame) > kFewValues;
    // Values that stand at the label's height go to their slots once, for this branch and all later ones: a
    // thousand values and a branch of two bytes would else make a thousand stores, again and again.
    for (std::uint32_t i = below; in_place && i < size; ++i) {
      if (!stack_[i].is_slot()) spill(i, true);
    }
    const Label skip = masm_.new_label();
    masm_.jump_if(negate(cond), skip);
    // Elsewhere the slots may hold operands that the other path still needs.
    for (std::uint32_t i = below; !in_place && i < size; ++i) {
      store_to_slot(frame.height + i - below, stack_[i]);
    }
    emit_moves(plan_edge(frame, state_));
    masm_.jump(target(frame));
    masm_.bind(skip);
    return;
  }
  if (label_arity(frame) == 1) place_label_values(frame);
  const EdgeMoves moves = plan_edge(frame, state_);
  if (frame.kind == Frame::Kind::loop) {
    apply(moves);  // likely taken
    masm_.jump_if(cond, frame.label);
  } else {
    masm_.jump_if(cond, moves.empty() ? target(frame) : stub_for(moves, frame.label));
  }
}

}  // namespace wasmjet::jit
