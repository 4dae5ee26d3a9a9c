#pragma once

#include <bit>
#include <cassert>
#include <stdexcept>

#include "jit/compile_calls.hpp"
#include "jit/compile_compare.hpp"
#include "jit/compile_control.hpp"
#include "jit/compile_dispatch.hpp"
#include "jit/compile_division.hpp"
#include "jit/compile_frame.hpp"
#include "jit/compile_memory.hpp"
#include "jit/compile_merges.hpp"
#include "jit/compile_numeric.hpp"
#include "jit/compile_results.hpp"
#include "jit/compile_values.hpp"
#include "jit/early_exit.hpp"
#include "jit/function_compiler.hpp"

/// FunctionCompiler: the walk over a function's instructions.
namespace wasmjet::jit {

template <class Masm>
void FunctionCompiler<Masm>::compile(const FunctionInfo& info, Hopes hopes) {
  info_ = &info;
  near_bytes_ = hopes.near_jumps ? kNearBytes : 0;
  type_ = &context_.module.function_type(info.function);
  const std::uint8_t* bytes = context_.module.bytes.data();
  reader_ = CodeReader(bytes + info.code_begin);
  stack_.begin_function(info.max_stack);
  control_.clear();
  stubs_.clear();
  other_instances_.clear();
  dispatchers_.clear();
  aliases_.assign(info.locals.size(), 0);
  local_values_.resize(info.locals.size());
  for (std::uint32_t local = 0; local < info.locals.size(); ++local) {
    const ValKind kind = info.locals[local].kind();
    if (kind == ValKind::v128) unsupported("a local of type v128");
    local_values_[local] = StackValue::local(local, kind);
  }
  copies_.begin_function(info.locals.size());
  next_block_ = 1;  // behind the function itself
  slots_used_ = calls_met_ = next_loop_ = outermost_loop_begin_ = table_count_ = repeated_bytes_ = 0;
  reachable_ = true;
  pending_offset_ = 0;
  unchecked_until_ = 0;
  state_ = {};

  masm_.begin_function(info.code_end - info.code_begin, info.calls_itself);
  homes_.assign(info, static_cast<std::uint32_t>(type_->params.size()));
  call_bytes_ = 8 + 4 * static_cast<std::uint32_t>(std::popcount(homes_.caller_saved()));
  constexpr RegSet kScratch = RegSet::of(Abi::kIntScratch) | RegSet::of(Abi::kFloatScratch);
  constexpr RegSet kMayBeHomes = RegSet::of(Abi::kCallerSavedHomes).without(RegSet(Abi::kIntTemp)) |
                                 RegSet::of(Abi::kCallerSavedFloatHomes);
  allocatable_ = kScratch | kMayBeHomes.without(homes_.used());
  free_ = allocatable_;
  lay_out_frame();
  shape_.linked = !hopes.no_frame || !may_do_without_frame();
  EarlyExit<Masm> early_exit(context_, masm_, info);
  const bool exits_early = early_exit.emit();
  frame_begin_ = masm_.position() - masm_.function_begin();
  enter_function();
  if (exits_early && early_exit.test() != nullptr) pass_early_exit(early_exit);
  context_.instruction_map != nullptr ? run<true>() : run<false>();
  emit_stubs();
  emit_other_instances();
  masm_.end_function();
  if (!shape_.linked) {
    frame_begin_ = masm_.position() - masm_.function_begin();
    return;
  }
  const std::uint32_t below_fp = static_cast<std::uint32_t>(-slots_base_) + slots_used_ * 8;
  if (below_fp > shape_.most_bytes) throw std::logic_error("a frame larger than was planned");
  masm_.set_frame_size((below_fp + 15U) & ~15U);
}

template <class Masm>
void FunctionCompiler<Masm>::mark_instruction() {
  if (context_.instruction_map == nullptr) return;
  context_.instruction_map->push_back(
      {masm_.position(), static_cast<std::uint32_t>(reader_.position() - context_.module.bytes.data())});
}

template <class Masm>
void FunctionCompiler<Masm>::fail_cancelled() const {
  throw ModuleError(ModuleErrorKind::cancelled, masm_.wasm_offset(), "compilation was interrupted");
}

/// Before an instruction: the region has room for it, and nobody has interrupted. Both is so for what is
/// emitted up to unchecked_until_.
template <class Masm>
void FunctionCompiler<Masm>::check_progress() {
  constexpr std::size_t kBetweenPolls = 16384;
  masm_.ensure_space(kMostPerInstruction);
  poll_cancel();
  const std::size_t unchecked = std::min(masm_.space_left() - kMostPerInstruction, kBetweenPolls);
  unchecked_until_ = masm_.position() + static_cast<std::uint32_t>(unchecked);
}

template <class Masm>
template <bool kMarks>
void FunctionCompiler<Masm>::run() {
  const std::uint8_t* begin = context_.module.bytes.data() + context_.module.body(info_->function).begin;
  for (;;) {
    if constexpr (kMarks) mark_instruction();
    // Half of all instructions, and nothing is emitted.
    if (next_is(Opcode::local_get)) {
      reader_.byte();
      push_local(reader_.u32());
      continue;
    }
    if (next_is(Opcode::i32_const)) {
      reader_.byte();
      push_constant(static_cast<std::uint32_t>(reader_.s32()), ValKind::i32);
      continue;
    }
    if (masm_.position() >= unchecked_until_) [[unlikely]]
      check_progress();
    masm_.at_wasm_offset(static_cast<std::uint32_t>(reader_.position() - begin));
    assert((state_.in_reg | state_.in_frame) == (homes_.count() == 32 ? ~0U : (1U << homes_.count()) - 1));
    if (instruction()) return;
  }
}

/// Passes over what cannot run, up to the `else` or `end` of the block that it stands in.
template <class Masm>
void FunctionCompiler<Masm>::skip_unreachable() {
  for (std::uint32_t depth = 0;;) {
    CodeReader ahead = reader_;
    const Opcode op = ahead.opcode();
    if (op == Opcode::end) {
      if (depth == 0) return;
      --depth;
    } else if (op == Opcode::else_) {
      if (depth == 0) return;
    } else if (op == Opcode::block || op == Opcode::loop || op == Opcode::if_ || op == Opcode::try_table) {
      if (op == Opcode::loop) ++next_loop_;
      ++next_block_;
      ++depth;
    }
    ahead.skip_immediates(op);
    reader_ = ahead;
  }
}

template <class Masm>
void FunctionCompiler<Masm>::unsupported(std::string_view what) const {
  throw ModuleError(
      ModuleErrorKind::unsupported,
      static_cast<std::size_t>(reader_.position() - context_.module.bytes.data()),
      "function " + std::to_string(info_->function) + ": " + std::string(what) + " is not compiled yet");
}

/// True at the function's end. In line, as control_instruction(): run() then calls what an instruction needs
/// without anything in between.
template <class Masm>
[[gnu::always_inline]] inline bool FunctionCompiler<Masm>::instruction() {
  const LoweringRow* row = &kLoweringRowsByCode[peek()];
  if (row->visit == Visit::prefixed) [[unlikely]] {
    row = &kLoweringRows[static_cast<std::size_t>(reader_.opcode())];
  } else {
    reader_.byte();
  }
  const auto op = static_cast<Opcode>(row->opcode);
  switch (row->visit) {
    case Visit::local_set:
      set_local(reader_.u32(), false);
      return false;
    case Visit::local_tee:
      set_local(reader_.u32(), true);
      return false;
    case Visit::i64_const:
      push_constant(static_cast<std::uint64_t>(reader_.s64()), ValKind::i64);
      return false;
    case Visit::integer_binary:
      integer_binary(op);
      return false;
    case Visit::float_binary:
      float_binary(op);
      return false;
    case Visit::integer_compare:
      integer_compare(op);
      return false;
    case Visit::test:
      eqz(op);
      return false;
    case Visit::shift:
      shift(op);
      return false;
    case Visit::load:
      load(op, row->result, row->access_bytes);
      return false;
    case Visit::store:
      store(op, row->second, row->access_bytes);
      return false;
    case Visit::control:
      control_instruction(op);
      if (reachable_) return false;
      if (control_.empty()) return true;
      skip_unreachable();
      return false;
    case Visit::i32_const:  // never: run() has dealt with it
    case Visit::global_get:
    case Visit::global_set:
    case Visit::f32_const:
    case Visit::f64_const:
    case Visit::integer_unary:
    case Visit::float_unary:
    case Visit::float_compare:
    case Visit::divide:
    case Visit::convert:
    case Visit::drop:
    case Visit::select:
    case Visit::select_t:
    case Visit::ref_null:
    case Visit::ref_func:
    case Visit::ref_is_null:
    case Visit::runtime:
    case Visit::prefixed:
    case Visit::unsupported:
      other_instruction(*row);
      return false;
  }
  __builtin_unreachable();  // the jump needs no look at its index
}

template <class Masm>
void FunctionCompiler<Masm>::other_instruction(const LoweringRow& row) {
  const auto op = static_cast<Opcode>(row.opcode);
  switch (row.visit) {
    case Visit::global_get:
      return global_get();
    case Visit::global_set:
      return global_set();
    case Visit::f32_const:
      return push_constant(reader_.f32_bits(), ValKind::f32);
    case Visit::f64_const:
      return push_constant(reader_.f64_bits(), ValKind::f64);
    case Visit::integer_unary:
      return integer_unary(op, row.result);
    case Visit::float_unary:
      return float_unary(op);
    case Visit::float_compare:
      return float_compare(op);
    case Visit::divide:
      return divide(op);
    case Visit::convert:
      return convert(op, row.operand, row.result);
    case Visit::drop:
      return release(pop());
    case Visit::ref_func:
      return ref_func();
    case Visit::ref_is_null:
      return ref_is_null();
    case Visit::runtime:
      return runtime_instruction(op);
    case Visit::select_t:
      reader_.skip_immediates(op);
      [[fallthrough]];
    case Visit::select: {
      const Cond cond = test_condition();
      return select(cond);
    }
    case Visit::ref_null:
      reader_.skip_immediates(op);
      return push_constant(0, ValKind::ref);
    default:
      unsupported(text_name(op));
  }
}

template <class Masm>
[[gnu::always_inline]] inline void FunctionCompiler<Masm>::control_instruction(Opcode op) {
  switch (op) {
    case Opcode::unreachable:
      masm_.trap(TrapCode::unreachable);
      reachable_ = false;
      return;
    case Opcode::block:
      begin_block(Frame::Kind::block);
      return;
    case Opcode::loop:
      enter_loop(info_->loops[next_loop_++]);
      return;
    case Opcode::if_: {
      const Cond cond = test_condition();
      begin_if(cond);
      return;
    }
    case Opcode::else_:
      on_else();
      return;
    case Opcode::end:
      on_end();
      return;
    case Opcode::br:
      branch(reader_.u32());
      return;
    case Opcode::br_if: {
      const Cond cond = test_condition();
      branch_if(cond, reader_.u32());
      return;
    }
    case Opcode::br_table:
      branch_table();
      return;
    case Opcode::return_:
      on_return();
      return;
    case Opcode::call:
      call(reader_.u32());
      return;
    case Opcode::call_indirect:
      call_indirect();
      return;
    case Opcode::nop:
      return;
    default:
      unsupported(text_name(op));
  }
}

template <class Masm>
void FunctionCompiler<Masm>::runtime_instruction(Opcode op) {
  switch (op) {
    case Opcode::memory_size:
      memory_size();
      return;
    case Opcode::table_get:
      table_get();
      return;
    case Opcode::table_set:
      table_set();
      return;
    case Opcode::table_size:
      table_size();
      return;
    case Opcode::memory_grow:
      call_builtin(Builtin::memory_grow, {reader_.u32()}, 1);
      break;
    case Opcode::memory_fill:
      call_builtin(Builtin::memory_fill, {reader_.u32()}, 3);
      break;
    case Opcode::memory_copy: {
      const std::uint32_t to = reader_.u32(), from = reader_.u32();
      call_builtin(Builtin::memory_copy, {to, from}, 3);
      break;
    }
    case Opcode::memory_init: {
      const std::uint32_t segment = reader_.u32(), memory = reader_.u32();
      call_builtin(Builtin::memory_init, {memory, segment}, 3);
      break;
    }
    case Opcode::data_drop:
      call_builtin(Builtin::data_drop, {reader_.u32()}, 0);
      return;
    case Opcode::elem_drop:
      call_builtin(Builtin::elem_drop, {reader_.u32()}, 0);
      return;
    case Opcode::table_grow:
      call_builtin(Builtin::table_grow, {reader_.u32()}, 2);
      break;
    case Opcode::table_fill:
      call_builtin(Builtin::table_fill, {reader_.u32()}, 3);
      break;
    case Opcode::table_copy: {
      const std::uint32_t to = reader_.u32(), from = reader_.u32();
      call_builtin(Builtin::table_copy, {to, from}, 3);
      break;
    }
    default: {
      const std::uint32_t segment = reader_.u32(), table = reader_.u32();
      call_builtin(Builtin::table_init, {table, segment}, 3);
      break;
    }
  }
  if (op == Opcode::memory_grow || op == Opcode::table_grow) {
    masm_.integer_unary(Opcode::i32_wrap_i64, Abi::kIntResult, Abi::kIntResult);
    take(Abi::kIntResult);
    push_reg(Abi::kIntResult, ValKind::i32);
  } else {
    builtin_may_trap();
  }
}

}  // namespace wasmjet::jit
