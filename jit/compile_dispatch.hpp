#pragma once

#include <cassert>

#include "jit/function_compiler.hpp"

/// FunctionCompiler: br_table, and loops that begin with one.
namespace wasmjet::jit {

/// Where a br_table jumps for the target `depth`: the label, or a stub that moves first. The `arity`
/// values stand in the slots from `first` on, and a single one in the result register as well. `dispatches`:
/// for a Dispatcher.
template <class Masm>
Label FunctionCompiler<Masm>::table_target(std::uint32_t depth, std::uint32_t first, bool dispatches) {
  Frame& frame = frame_at(depth);
  Label& known = frame.table_target;
  if (frame.table == table_count_) return known;
  frame.table = table_count_;
  const EdgeMoves moves = plan_edge(frame, state_);
  frame.dispatched |= dispatches;
  known = target(frame);
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
  const std::uint8_t* const behind_opcode = reader_.position();
  StackValue index = pop();
  Reg reg = to_reg(index);
  const std::uint32_t count = reader_.u32();
  CodeReader ahead = reader_;
  const std::uint32_t arity = label_arity(frame_at(ahead.u32()));
  const auto size = static_cast<std::uint32_t>(stack_.size());
  const std::uint32_t first = size - arity;
  flush_registers(size);
  for (std::uint32_t i = first; i < size; ++i) spill(i, true);
  if (arity == 1) {
    const ValKind kind = stack_.back().kind();
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
  constexpr std::uint32_t kCompareChain = 3;  // up to here, comparing beats an indirect jump
  const bool dispatches = arity == 0 && count > kCompareChain && !dispatchers_.empty() &&
                          dispatchers_.back().header.table + 1 == behind_opcode;
  ++table_count_;
  table_targets_.clear();
  for (std::uint32_t i = 0; i < count; ++i) {
    table_targets_.push_back(table_target(reader_.u32(), first, dispatches));
  }
  const Label otherwise = table_target(reader_.u32(), first, dispatches);
  if (count <= kCompareChain) {
    compare_index(reg, otherwise);
  } else {
    const IndexTable table{masm_.jump_table(table_targets_), count, otherwise};
    if (dispatches) {
      dispatchers_.back().state = state_;
      dispatchers_.back().table = table;
    }
    jump_by_table(reg, temp, table);
  }
  release(temp);
  release(reg);
  if (arity == 1) release(lives_in_float(stack_.back().kind()) ? Abi::kFloatResult : Abi::kIntResult);
  reachable_ = false;
}

template <class Masm>
void FunctionCompiler<Masm>::compare_index(Reg index, Label otherwise) {
  for (std::size_t i = 0; i < table_targets_.size(); ++i) {
    masm_.compare(false, index, Operand::immediate(static_cast<std::int32_t>(i)));
    masm_.jump_if(Cond::eq, table_targets_[i]);
  }
  masm_.jump(otherwise);
}

template <class Masm>
void FunctionCompiler<Masm>::jump_by_table(Reg index, Reg temp, const IndexTable& table) {
  masm_.compare(false, index, Operand::immediate(static_cast<std::int32_t>(table.count)));
  masm_.jump_if(Cond::ge_u, table.otherwise);
  masm_.jump_by_table(index, temp, table.number);
}

template <class Masm>
void FunctionCompiler<Masm>::find_dispatcher(Frame& loop) {
  const std::optional<DispatchHeader> header = dispatch_header(reader_);
  if (!header) return;
  dispatchers_.emplace_back().header = *header;
  loop.dispatcher = static_cast<std::uint32_t>(dispatchers_.size());
}

/// The loop's dispatcher behind its br_table, or null.
template <class Masm>
const Dispatcher* FunctionCompiler<Masm>::dispatcher_of(const Frame& loop) const {
  if (loop.dispatcher == 0 || !dispatchers_[loop.dispatcher - 1].table) return nullptr;
  return &dispatchers_[loop.dispatcher - 1];
}

/// Whether a branch to the start of the loop may be a copy of its header: its operands have slots in the
/// frame, and copies are no more code than the function itself, or little.
template <class Masm>
bool FunctionCompiler<Masm>::may_dispatch(const Dispatcher& dispatcher) const {
  constexpr std::uint32_t kLittle = 4096;
  return control_.back().height + dispatcher.header.operands <= info_->max_stack &&
         repeated_bytes_ < info_->code_end - info_->code_begin + kLittle;
}

/// Compiles the header of a loop again, from the state that the loop begins with. Compiled from the same, it
/// ends in the same: so its br_table can jump by the table that there is.
template <class Masm>
void FunctionCompiler<Masm>::dispatch(const Frame& loop, const Dispatcher& dispatcher) {
  drop_operands(control_.back().height);
  state_ = loop.state;
  copies_.clear();
  const std::uint8_t* body = context_.module.bytes.data() + context_.module.body(info_->function).begin;
  const CodeReader resume = reader_;
  repeated_bytes_ += dispatcher.header.bytes;
  const auto* behind_blocks = dispatcher.header.behind_blocks.data();
  for (reader_ = CodeReader(dispatcher.header.begin); reader_.position() != dispatcher.header.table;) {
    if (next_is(Opcode::block)) {
      reader_ = CodeReader(*behind_blocks++);
      continue;
    }
    masm_.ensure_space(kMostPerInstruction);
    masm_.at_wasm_offset(static_cast<std::uint32_t>(reader_.position() - body));
    straight_instruction(reader_.opcode());
  }
  StackValue index = pop();
  const Reg reg = to_reg(index);
  const Reg temp = allocate(false);
  assert(state_ == dispatcher.state);
  jump_by_table(reg, temp, *dispatcher.table);
  release(temp);
  release(reg);
  reader_ = resume;
}

/// One of those that is_straight() knows.
template <class Masm>
void FunctionCompiler<Masm>::straight_instruction(Opcode op) {
  const LoweringRow& row = kLoweringRows[static_cast<std::size_t>(op)];
  switch (row.visit) {
    case Visit::local_set:
    case Visit::local_tee:
      return set_local(reader_.u32(), op == Opcode::local_tee);
    case Visit::i32_const:
      return push_constant(static_cast<std::uint32_t>(reader_.s32()), ValKind::i32);
    case Visit::i64_const:
      return push_constant(static_cast<std::uint64_t>(reader_.s64()), ValKind::i64);
    case Visit::integer_binary:
      return integer_binary(op);
    case Visit::convert:
      return convert(op, row.operand, row.result);
    case Visit::shift:
      return shift(op);
    case Visit::load:
      return load(op, row.result, row.access_bytes);
    default:
      return push_local(reader_.u32());
  }
}

}  // namespace wasmjet::jit
