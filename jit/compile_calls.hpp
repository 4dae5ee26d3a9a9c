#pragma once

#include <cstddef>
#include <span>

#include "jit/early_exit.hpp"
#include "jit/function_compiler.hpp"

/// FunctionCompiler: calls of functions and of the runtime.
namespace wasmjet::jit {

/// The home that shares its register with kIntTemp, as a mask: calls read it from the frame.
template <class Masm>
std::uint32_t FunctionCompiler<Masm>::temp_home() const {
  for (std::uint32_t home = 0; home < homes_.count(); ++home) {
    if (homes_.reg(home) == Abi::kIntTemp) return 1U << home;
  }
  return 0;
}

template <class Masm>
void FunctionCompiler<Masm>::forget_caller_saved() {
  state_.in_reg &= ~homes_.caller_saved();
  copies_.clear();
}

/// Before a call: operands below the arguments leave the registers, and locals whose homes the callee
/// may overwrite are saved (lazily reloaded afterwards).
template <class Masm>
void FunctionCompiler<Masm>::prepare_call(std::uint32_t arguments) {
  ++calls_met_;
  flush_registers(static_cast<std::uint32_t>(stack_.size()) - arguments);
  const std::uint32_t unsaved = homes_.caller_saved() & state_.in_reg & ~state_.in_frame;
  // An argument may be the last use of a local: what counts is whether somebody reads it afterwards.
  const std::size_t size = stack_.size();
  for (std::size_t i = size - arguments; i < size; ++i) {
    if (stack_[i].is_local()) --aliases_[stack_[i].index()];
  }
  const std::uint32_t live = without_dead(unsaved);
  for (std::size_t i = size - arguments; i < size; ++i) {
    if (!stack_[i].is_local()) continue;
    ++aliases_[stack_[i].index()];
  }
  emit_moves(EdgeMoves{0, live | (unsaved & temp_home() & ~state_.unset)});
  state_.in_frame |= unsaved;
}

/// Pops the top operands, the last one first, and gives up their registers. They can be looked at until
/// another is pushed.
template <class Masm>
std::span<StackValue> FunctionCompiler<Masm>::pop_arguments(std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) release(pop());
  return {stack_.end(), count};
}

/// Moves the top operands to where the callee expects its arguments; pops them.
template <class Masm>
void FunctionCompiler<Masm>::pass_arguments(const FuncType& type) {
  const std::span<StackValue> arguments = pop_arguments(static_cast<std::uint32_t>(type.params.size()));
  const std::uint32_t stack_bytes = stack_argument_bytes<Abi>(type);
  if (stack_bytes != 0) masm_.grow_stack(stack_bytes);
  ParallelMove moves;
  ArgumentCursor<Abi> cursor;
  bool all_in_registers = true;
  for (StackValue& value : arguments) {
    const ArgumentPlace place = cursor.next(value.kind());
    if (value.is_local()) {
      const Reg held = register_of(value.index());
      if (held.valid() && held != Abi::kIntTemp) value.come_to(held);
    }
    if (!place.reg.valid()) {
      pass_on_stack(value, static_cast<std::int32_t>(place.stack_offset));
    } else if (value.is_reg()) {
      moves.add(place.reg, value.reg(), value.kind());
    } else {
      all_in_registers = false;
    }
  }
  moves.emit(masm_);
  if (all_in_registers) return;
  cursor = {};
  for (const StackValue& value : arguments) {
    const ArgumentPlace place = cursor.next(value.kind());
    if (!place.reg.valid() || value.is_reg()) continue;
    if (value.is_const()) {
      masm_.constant(place.reg, value.bits(), value.kind());
    } else {
      masm_.load_frame(place.reg,
                       value.is_local() ? local_offsets_[value.index()] : slot_offset(value.index()),
                       value.kind());
    }
  }
}

template <class Masm>
void FunctionCompiler<Masm>::pass_on_stack(const StackValue& value, std::int32_t offset) {
  if (value.is_reg()) {
    masm_.store_outgoing(offset, value.reg());
    return;
  }
  const ValKind as_float = is_32_bit(value.kind()) ? ValKind::f32 : ValKind::f64;
  if (value.is_const()) {
    masm_.constant(Abi::kFloatTemp, value.bits(), as_float);
  } else {
    masm_.load_frame(Abi::kFloatTemp,
                     value.is_local() ? local_offsets_[value.index()] : slot_offset(value.index()), as_float);
  }
  masm_.store_outgoing(offset, Abi::kFloatTemp);
}

/// The results' slots are the result area: result i stands where operand i above the present height has
/// its slot.
template <class Masm>
void FunctionCompiler<Masm>::pass_result_area(const FuncType& type) {
  if (type.results.size() < 2) return;
  const auto height = static_cast<std::uint32_t>(stack_.size());
  slot_offset(height + static_cast<std::uint32_t>(type.results.size()) - 1);
  masm_.frame_address(Abi::kResultArea, slot_offset(height));
}

template <class Masm>
void FunctionCompiler<Masm>::take_results(const FuncType& type) {
  for (std::size_t i = 0; i < type.results.size(); ++i) {
    const ValKind kind = type.results[i].kind();
    if (i != 0) {
      push_slot(kind);
      continue;
    }
    const Reg result = lives_in_float(kind) ? Abi::kFloatResult : Abi::kIntResult;
    take(result);
    push_reg(result, kind);
  }
}

template <class Masm>
void FunctionCompiler<Masm>::call(std::uint32_t function) {
  const FuncType& type = context_.module.function_type(function);
  prepare_call(static_cast<std::uint32_t>(type.params.size()));
  pass_arguments(type);
  pass_result_area(type);
  if (context_.module.is_imported_function(function)) {
    masm_.call_func_ref_in_context(static_cast<std::int32_t>(context_.layout.func_ref(function)),
                                   Abi::kIntTemp);
    masm_.restore_context(!context_.memories.empty());
  } else if (function == info_->function && frame_begin_ != 0) {
    const Label done = masm_.new_label();
    EarlyExit<Masm>(context_, masm_, *info_).emit_before_call(done);
    masm_.call_within_function(frame_begin_);
    masm_.bind(done);
  } else {
    masm_.call_function(function);
  }
  forget_caller_saved();
  take_results(type);
}

/// kIntTemp = the FuncRef at `index`, or a trap. Nothing else is overwritten but free registers.
template <class Masm>
void FunctionCompiler<Masm>::load_callee(std::uint32_t table, StackValue index, std::uint32_t type) {
  const Reg ref = Abi::kIntTemp;
  const Reg at = to_own_reg(index);
  std::int32_t offset = 0;
  Reg record = Abi::kContext;
  if (context_.layout.is_imported_table(table)) {
    masm_.load(ref, Abi::kContext, static_cast<std::int32_t>(context_.layout.table_pointer(table)),
               ValKind::i64);
    record = ref;
  } else {
    offset = static_cast<std::int32_t>(context_.layout.table_record(table));
  }
  masm_.compare_table_length(at, record, offset);
  masm_.trap_if(Cond::ge_u, TrapCode::undefined_element);
  masm_.load(ref, record, offset + static_cast<std::int32_t>(offsetof(TableRecord, elements)), ValKind::i64);
  masm_.load_table_element(ref, ref, at);
  // A null element faults in the comparison.
  masm_.may_trap(TrapCode::uninitialized_element);
  masm_.compare_type_id(ref, context_.type_ids[type]);
  masm_.trap_if(Cond::ne, TrapCode::indirect_call_mismatch);
  release(index);
}

/// Calls the FuncRef in kIntTemp. Most are of the instance that runs: compiled code of an instance returns
/// with context and memory base as they were, so that only for others, out of line, both are set and
/// restored.
template <class Masm>
void FunctionCompiler<Masm>::call_func_ref() {
  const OtherInstance other{masm_.new_label(), masm_.new_label(), masm_.wasm_offset()};
  masm_.compare_instance(Abi::kIntTemp);
  masm_.jump_if(Cond::ne, other.entry);
  masm_.call_same_instance(Abi::kIntTemp);
  masm_.bind(other.back);
  other_instances_.push_back(other);
}

template <class Masm>
void FunctionCompiler<Masm>::emit_other_instances() {
  for (const OtherInstance& other : other_instances_) {
    masm_.ensure_space(256);
    masm_.bind(other.entry);
    masm_.at_wasm_offset(other.wasm_delta);
    masm_.call_other_instance(Abi::kIntTemp);
    masm_.restore_context(!context_.memories.empty());
    masm_.jump(other.back);
  }
}

template <class Masm>
void FunctionCompiler<Masm>::call_indirect() {
  const std::uint32_t type_index = reader_.u32();
  const std::uint32_t table = reader_.u32();
  const FuncType& type = context_.module.types[type_index];
  const StackValue index = pop();
  prepare_call(static_cast<std::uint32_t>(type.params.size()));
  load_callee(table, index, type_index);
  // The home that kIntTemp may be stands in the frame since prepare_call().
  state_.in_reg &= ~temp_home();
  pass_arguments(type);
  pass_result_area(type);
  call_func_ref();
  forget_caller_saved();
  take_results(type);
}

template <class Masm>
void FunctionCompiler<Masm>::call_builtin(Builtin builtin, std::initializer_list<std::uint32_t> indices,
                                          std::uint32_t operands) {
  prepare_call(operands);
  const std::span<StackValue> arguments = pop_arguments(operands);
  ParallelMove moves;
  std::size_t place = 0;
  moves.add(Abi::kIntArguments[place++], Abi::kContext, ValKind::i64);
  place += indices.size();
  for (StackValue& value : arguments) {
    const Reg to = Abi::kIntArguments[place++];
    if (value.is_local()) {
      const std::uint8_t home = homes_.of(value.index());
      if (home != Homes<Abi>::kNone && (state_.in_reg >> home & 1) != 0) value.come_to(homes_.reg(home));
    }
    if (value.is_reg()) moves.add(to, value.reg(), value.kind());
  }
  moves.emit(masm_);
  place = 1;
  for (const std::uint32_t index : indices) masm_.constant(Abi::kIntArguments[place++], index, ValKind::i32);
  for (const StackValue& value : arguments) {
    const Reg to = Abi::kIntArguments[place++];
    if (value.is_reg()) continue;
    if (value.is_const()) {
      masm_.constant(to, value.bits(), value.kind());
    } else {
      masm_.load_frame(to, value.is_local() ? local_offsets_[value.index()] : slot_offset(value.index()),
                       value.kind());
    }
  }
  masm_.call_builtin(builtin);
  forget_caller_saved();
}

/// A builtin that failed has left its TrapCode in EntryRecord::pending.
template <class Masm>
void FunctionCompiler<Masm>::builtin_may_trap() {
  masm_.test(false, Abi::kIntResult, Operand::of(Abi::kIntResult));
  masm_.trap_if(Cond::ne, TrapCode::host);
}

}  // namespace wasmjet::jit
