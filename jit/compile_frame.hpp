#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <numeric>
#include <utility>

#include "jit/early_exit.hpp"
#include "jit/function_compiler.hpp"
#include "jit/parallel_move.hpp"

/// FunctionCompiler: the frame of a function, and what stands in it and in registers when it begins.
///
/// From the frame pointer downwards: [fp - 8] context (if the function calls), [fp - 16] address of the
/// result area (if it has several results), callee-saved registers, locals, operand slots.
namespace wasmjet::jit {

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
  shape_.is_short = is_near(info_->code_end - info_->code_begin, info_->blocks[0].calls);
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
  frame.open(Frame::Kind::function);
  frame.height = 0;
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

/// The function's begin up to the branch by which it would have exited: that is not taken, or always.
template <class Masm>
void FunctionCompiler<Masm>::pass_early_exit(const EarlyExit<Masm>& early_exit) {
  while (reader_.position() != early_exit.test()) {
    mark_instruction();
    masm_.ensure_space(kMostPerInstruction);
    const Opcode op = reader_.opcode();
    op == Opcode::block ? begin_block(Frame::Kind::block) : straight_instruction(op);
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

}  // namespace wasmjet::jit
