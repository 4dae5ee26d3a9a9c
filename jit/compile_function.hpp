#pragma once

#include <array>
#include <bit>
#include <cassert>
#include <numeric>
#include <utility>

#include "jit/compile_calls.hpp"
#include "jit/compile_compare.hpp"
#include "jit/compile_control.hpp"
#include "jit/compile_memory.hpp"
#include "jit/compile_merges.hpp"
#include "jit/compile_numeric.hpp"
#include "jit/compile_values.hpp"
#include "jit/early_exit.hpp"
#include "jit/function_compiler.hpp"

/// FunctionCompiler: the frame of a function, and the walk over its instructions.
///
/// Frame, from the frame pointer downwards: [fp - 8] context (if the function calls), [fp - 16] address
/// of the result area (if it has several results), callee-saved registers, locals, operand slots.
namespace wasmjet::jit {

template <class Masm>
void FunctionCompiler<Masm>::compile(const FunctionInfo& info, Hopes hopes) {
  info_ = &info;
  near_bytes_ = hopes.near_jumps ? kNearBytes : 0;
  type_ = &context_.module.function_type(info.function);
  const std::uint8_t* bytes = context_.module.bytes.data();
  reader_ = CodeReader(bytes + info.code_begin);
  stack_.begin_function(std::size_t{info.max_stack} + BlockTail::kLongest);  // see branch_by_tail()
  control_.clear();
  stubs_.clear();
  other_instances_.clear();
  aliases_.assign(info.locals.size(), 0);
  local_values_.clear();
  for (std::uint32_t local = 0; local < info.locals.size(); ++local) {
    local_values_.push_back(StackValue::local(local, info.locals[local].kind()));
  }
  copies_.begin_function(info.locals.size());
  next_block_ = 1;  // behind the function itself
  slots_used_ = calls_met_ = next_loop_ = outermost_loop_begin_ = table_count_ = 0;
  reachable_ = true;
  pending_offset_ = 0;
  state_ = {};

  for (const ValType local : info.locals) {
    if (local.kind() == ValKind::v128) unsupported("a local of type v128");
  }
  masm_.begin_function(info.code_end - info.code_begin, info.calls_itself);
  homes_.assign(info, static_cast<std::uint32_t>(type_->params.size()));
  call_bytes_ = 8 + 4 * static_cast<std::uint32_t>(std::popcount(homes_.caller_saved()));
  allocatable_ = RegSet();
  for (const Reg reg : Abi::kIntScratch) allocatable_.add(reg);
  for (const Reg reg : Abi::kFloatScratch) allocatable_.add(reg);
  for (const Reg reg : Abi::kCallerSavedFloatHomes) {
    if (!homes_.used().has(reg)) allocatable_.add(reg);
  }
  for (const Reg reg : Abi::kCallerSavedHomes) {
    if (!homes_.used().has(reg) && reg != Abi::kIntTemp) allocatable_.add(reg);
  }
  free_ = allocatable_;
  lay_out_frame();
  shape_.linked = !hopes.no_frame || !may_do_without_frame();
  EarlyExit<Masm> early_exit(context_, masm_, info);
  const bool exits_early = early_exit.emit();
  frame_begin_ = masm_.position() - masm_.function_begin();
  enter_function();
  if (exits_early && early_exit.test() != nullptr) pass_early_exit(early_exit);
  run();
  emit_stubs();
  emit_other_instances();
  masm_.end_function();
  if (!shape_.linked) {
    frame_begin_ = masm_.position() - masm_.function_begin();
    return;
  }
  const std::uint32_t below_fp = static_cast<std::uint32_t>(-slots_base_) + slots_used_ * 8;
  assert(below_fp <= shape_.most_bytes);
  masm_.set_frame_size((below_fp + 15U) & ~15U);
}

/// Short functions that call nobody, and whose locals all are in registers that need not be kept, hardly ever
/// need one: only for operands that find no register (slot_offset()).
template <class Masm>
bool FunctionCompiler<Masm>::may_do_without_frame() const {
  constexpr std::uint32_t kLongest = 512;  // bytes of Wasm; a loop has time for a frame
  if (info_->calls || info_->has_loops || info_->code_end - info_->code_begin > kLongest) return false;
  if (shape_.keeps_result_area || shape_.large || shape_.stack_argument_bytes != 0) return false;
  if (!shape_.callee_saved.empty()) return false;
  for (std::uint32_t local = 0; local < info_->locals.size(); ++local) {
    if (info_->local_weight[local] != 0 && homes_.of(local) == Homes<Abi>::kNone) return false;
  }
  return true;
}

/// The locals whose slots are used most get those next to the frame pointer, whose offsets are short; `below`
/// bytes there are taken. A sort by counting, so that time grows with the number of locals alone.
template <class Masm>
void FunctionCompiler<Masm>::order_locals(std::int32_t below) {
  constexpr std::int32_t kShortOffset = 128;  // on x86-64; AArch64's reach twice as far
  const auto locals = static_cast<std::uint32_t>(info_->locals.size());
  slot_order_.resize(locals);
  if (locals * 8U + static_cast<std::uint32_t>(below) <= kShortOffset) {
    std::iota(slot_order_.begin(), slot_order_.end(), 0U);
    return;
  }
  // A home's slot is used around calls, if they clobber it.
  const auto rank_of = [&](std::uint32_t local) -> unsigned {
    const std::uint8_t home = homes_.of(local);
    const bool idle =
        home != Homes<Abi>::kNone && (!info_->calls || (homes_.caller_saved() >> home & 1) == 0);
    return idle ? 32 : static_cast<unsigned>(std::countl_zero(info_->local_weight[local]));
  };
  std::array<std::uint32_t, 33> next{};  // of each rank: how many there are, then the place of the next one
  for (std::uint32_t local = 0; local < locals; ++local) ++next[rank_of(local)];
  for (std::uint32_t sum = 0; std::uint32_t& place : next) sum += std::exchange(place, sum);
  for (std::uint32_t local = 0; local < locals; ++local) slot_order_[next[rank_of(local)]++] = local;
}

template <class Masm>
void FunctionCompiler<Masm>::lay_out_frame() {
  const auto locals = static_cast<std::uint32_t>(info_->locals.size());
  const auto params = static_cast<std::uint32_t>(type_->params.size());
  // Functions with frames below this are covered by the slack that every stack limit keeps.
  constexpr std::uint64_t kSmallFrame = 2048;
  shape_ = {};
  shape_.keeps_result_area = type_->results.size() > 1;
  shape_.saves_context = info_->calls || shape_.keeps_result_area;
  shape_.large = (std::uint64_t{locals} + info_->max_stack + type_->results.size()) * 8 > kSmallFrame;
  shape_.checks_stack = info_->calls || shape_.large;
  shape_.is_short =
      info_->code_end - info_->code_begin + std::uint64_t{info_->blocks[0].calls} * call_bytes_ < near_bytes_;
  shape_.callee_saved = homes_.used() & Abi::kCalleeSaved;
  shape_.stack_argument_bytes = stack_argument_bytes<Abi>(*type_);

  std::int32_t below = shape_.keeps_result_area ? 16 : shape_.saves_context ? 8 : 0;
  shape_.saved_offset = -below - 8;
  for (RegSet left = shape_.callee_saved; !left.empty(); left.remove(left.first())) below += 8;
  local_offsets_.assign(locals, 0);
  ArgumentCursor<Abi> cursor;
  for (std::uint32_t i = 0; i < params; ++i) {
    const ArgumentPlace place = cursor.next(type_->params[i].kind());
    if (!place.reg.valid()) local_offsets_[i] = 16 + static_cast<std::int32_t>(place.stack_offset);
  }
  order_locals(below);
  for (const std::uint32_t local : slot_order_) {
    if (local_offsets_[local] == 0) local_offsets_[local] = -(below += 8);
  }
  slots_base_ = -below;
  shape_.most_bytes =
      static_cast<std::uint64_t>(below) + (std::uint64_t{info_->max_stack} + type_->results.size()) * 8;
}

template <class Masm>
void FunctionCompiler<Masm>::enter_function() {
  masm_.at_wasm_offset(0);
  masm_.prologue(shape_);
  place_parameters();
  zero_locals();
  Frame& frame = control_.push();
  frame = {};
  frame.kind = Frame::Kind::function;
  frame.results = static_cast<std::uint32_t>(type_->results.size());
  frame.type = type_;
  frame.end = context_.module.bytes.data() + info_->code_end;
  frame.calls_until_end = info_->blocks[0].calls;
  frame.label = masm_.new_label();
}

template <class Masm>
void FunctionCompiler<Masm>::place_parameters() {
  ParallelMove moves;
  ArgumentCursor<Abi> cursor;
  for (std::uint32_t param = 0; param < type_->params.size(); ++param) {
    const ValKind kind = type_->params[param].kind();
    const ArgumentPlace place = cursor.next(kind);
    const std::uint8_t home = homes_.of(param);
    if (home != Homes<Abi>::kNone) {
      if (place.reg.valid()) {
        moves.add(homes_.reg(home), place.reg, kind);
        state_.in_reg |= 1U << home;
      } else {
        state_.in_frame |= 1U << home;
      }
    } else if (place.reg.valid() && info_->local_weight[param] != 0) {
      masm_.store_frame(local_offsets_[param], place.reg, kind);
      if (allocatable_.has(place.reg)) copies_.add(place.reg, param);
    }
  }
  moves.emit(masm_);
}

template <class Masm>
void FunctionCompiler<Masm>::zero_locals() {
  const auto params = static_cast<std::uint32_t>(type_->params.size());
  const auto locals = static_cast<std::uint32_t>(info_->locals.size());
  for (std::uint32_t home = 0; home < homes_.count(); ++home) {
    const std::uint32_t local = homes_.local(home);
    if (local < params) continue;
    if (info_->needs_zero[local] != 0) {
      masm_.constant(homes_.reg(home), 0, homes_.kind(home));
    } else {
      state_.unset |= 1U << home;
    }
    state_.in_reg |= 1U << home;
  }
  const auto needs_slot = [&](std::uint32_t local) {
    return local >= params && homes_.of(local) == Homes<Abi>::kNone && info_->local_weight[local] != 0 &&
           info_->needs_zero[local] != 0;
  };
  for (std::uint32_t place = 0; place < locals;) {
    if (!needs_slot(slot_order_[place])) {
      ++place;
      continue;
    }
    const std::uint32_t first = place++;
    while (place < locals && needs_slot(slot_order_[place])) ++place;
    masm_.ensure_space(1024);
    masm_.zero_frame(local_offsets_[slot_order_[place - 1]], place - first, Abi::kIntResult);
    copies_.remove(Abi::kIntResult);
  }
}

template <class Masm>
void FunctionCompiler<Masm>::mark_instruction() {
  if (context_.instruction_map == nullptr) return;
  context_.instruction_map->push_back(
      {masm_.position(), static_cast<std::uint32_t>(reader_.position() - context_.module.bytes.data())});
}

/// The function's begin up to the branch by which it would have exited: that is not taken, or always.
template <class Masm>
void FunctionCompiler<Masm>::pass_early_exit(const EarlyExit<Masm>& early_exit) {
  while (reader_.position() != early_exit.test()) {
    mark_instruction();
    masm_.ensure_space(kMostPerInstruction);
    const Opcode op = reader_.opcode();
    op == Opcode::block ? begin_block(Frame::Kind::block) : simple_instruction(op);
  }
  mark_instruction();
  Opcode op = reader_.opcode();
  release(pop());
  if (op != Opcode::if_ && op != Opcode::br_if) {
    if (!is_zero_test(op)) release(pop());
    op = reader_.opcode();
  }
  if (op == Opcode::if_) {
    open_if();
    reachable_ = false;
    skip_unreachable();
    return;
  }
  const std::uint32_t depth = reader_.u32();
  if (early_exit.exits_if_true()) return;
  masm_.ensure_space(kMostPerInstruction);
  const bool to_end = depth == 0 && control_.back().kind != Frame::Kind::function;
  if (!to_end) branch(depth);
  reachable_ = false;
  skip_unreachable();
  reachable_ = to_end;
}

template <class Masm>
void FunctionCompiler<Masm>::run() {
  const std::uint8_t* begin = context_.module.bytes.data() + context_.module.body(info_->function).begin;
  const bool marks = context_.instruction_map != nullptr;
  std::uint32_t until_poll = 0;
  for (;;) {
    if (marks) mark_instruction();
    while (next_is(Opcode::local_get)) {  // a third of all instructions, and nothing is emitted
      reader_.byte();
      push_local(reader_.u32());
      if (marks) mark_instruction();
    }
    const auto delta = static_cast<std::uint32_t>(reader_.position() - begin);
    masm_.ensure_space(kMostPerInstruction);
    masm_.at_wasm_offset(delta);
    if (++until_poll == 4096) {
      until_poll = 0;
      if (context_.cancel != nullptr && context_.cancel->load(std::memory_order_relaxed)) {
        throw ModuleError(ModuleErrorKind::cancelled, delta, "compilation was interrupted");
      }
    }
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
    case Visit::i32_const:
      push_constant(static_cast<std::uint32_t>(reader_.s32()), ValKind::i32);
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
