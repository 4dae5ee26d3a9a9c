#include <algorithm>

#include "spec-tests/fuzz/generator/body_generator.hpp"

namespace wasmjet::fuzz {
namespace {

constexpr std::size_t kMaxDepth = 12;

}  // namespace

/// block, loop or if with all that is in it. Its parameters are operands that are there.
void BodyGenerator::block() {
  if (frames_.size() >= kMaxDepth) return;
  constexpr Opcode kKinds[] = {Opcode::block, Opcode::loop, Opcode::if_};
  const Opcode kind = kKinds[choices_.below(3)];
  if (kind == Opcode::if_) {
    condition();
    stack_.pop_back();
  }
  FuncType type;
  const std::size_t params =
      std::min<std::size_t>(choices_.chance(5) ? 1 + choices_.below(3) : 0, available());
  const auto first = stack_.end() - static_cast<std::ptrdiff_t>(params);
  std::transform(first, stack_.end(), std::back_inserter(type.params),
                 [](const Operand& operand) { return operand.type; });
  if (choices_.chance(7)) type.results = choose_types(choices_, choices_.chance(2) ? 8 : 2);
  emit(kind);
  if (type.params.empty() && type.results.size() <= 1) {
    out_.push_back(type.results.empty() ? 0x40 : code_of(type.results[0]));
  } else {
    text::put_signed(out_, shape_.type_index(type));
  }
  const std::size_t height = stack_.size() - params;
  const std::vector<ValType>& label = kind == Opcode::loop ? type.params : type.results;
  frames_.push_back({label, type.results, height});
  if (kind == Opcode::loop) spend_fuel();
  block_body();
  if (kind == Opcode::if_ && (type.params != type.results || choices_.chance(8))) {
    emit(Opcode::else_);
    stack_.resize(height);
    push_all(type.params);
    frames_.back().unreachable = false;
    block_body();
  }
  emit(Opcode::end);
  frames_.pop_back();
  stack_.resize(height);
  push_all(type.results);
}

/// br or br_if.
void BodyGenerator::branch() {
  const auto depth = choices_.below(frames_.size());
  const std::vector<ValType> label = frames_[frames_.size() - 1 - depth].label;
  take(label);
  if (choices_.chance(4)) {
    emit(Opcode::br, depth);
    return set_unreachable();
  }
  if (frames_.back().unreachable)
    leaf(kI32);
  else
    condition();
  // The condition's operands may have come from the label's.
  stack_.pop_back();
  if (!on_top(label.data(), label.size())) {
    push(kI32);
    return;
  }
  emit(Opcode::br_if, depth);
  drop_operands(label.size());
  push_all(label);
}

void BodyGenerator::branch_table() {
  const auto fallback = choices_.below(frames_.size());
  const std::vector<ValType> label = frames_[frames_.size() - 1 - fallback].label;
  std::vector<std::uint32_t> fitting;
  for (std::uint32_t depth = 0; depth < frames_.size(); ++depth) {
    if (frames_[frames_.size() - 1 - depth].label == label) fitting.push_back(depth);
  }
  take(label);
  table_index();
  emit(Opcode::br_table);
  const auto count = choices_.below(choices_.chance(2) ? 40 : 6);
  put(count);
  for (std::uint32_t i = 0; i < count; ++i) put(choices_.pick(fitting));
  put(fallback);
  set_unreachable();
}

/// A loop that begins with a br_table: an interpreter's. Each case spends fuel, as the header does not.
void BodyGenerator::interpreter() {
  constexpr std::size_t kMostCases = 6;
  if (frames_.size() + kMostCases >= kMaxDepth) return;
  const auto cases = 1 + choices_.below(kMostCases);
  const std::size_t height = stack_.size();
  emit(Opcode::loop, 0x40);
  frames_.push_back({{}, {}, height});
  for (std::uint32_t i = 0; i < cases; ++i) {
    if (choices_.chance(6)) header_step();
    emit(Opcode::block, 0x40);
    frames_.push_back({{}, {}, height});
  }
  while (choices_.chance(6)) header_step();
  if (shape_.memories.empty() || choices_.chance(8)) {
    leaf(kI32);
  } else {
    fresh_address();
    emit(Opcode::i32_load8_u, 0);
    put(choices_.below(4));
  }
  i32_constant(choices_.chance(8) ? 7 : 15);
  emit(Opcode::i32_and);
  drop_operands(2);
  emit(Opcode::br_table);
  const auto count = choices_.below(12);
  put(count);
  for (std::uint32_t i = 0; i <= count; ++i) put(choices_.below(cases));
  set_unreachable();
  for (std::uint32_t i = 0; i < cases; ++i) {
    emit(Opcode::end);
    frames_.pop_back();
    frames_.back().unreachable = false;
    spend_fuel();
    block_body();
    if (choices_.chance(12)) {
      emit(Opcode::br, cases - 1 - i);
      set_unreachable();
    }
  }
  emit(Opcode::end);
  frames_.pop_back();
  stack_.resize(height);
}

/// What may stand in the header of such a loop: a local is set to what few instructions compute.
void BodyGenerator::header_step() {
  leaf(kI32);
  constant(kI32);
  constexpr Opcode kOperations[] = {Opcode::i32_add, Opcode::i32_xor, Opcode::i32_shl, Opcode::i32_mul};
  emit(choices_.pick(kOperations, std::size(kOperations)));
  drop_operands(1);
  discard();
}

/// return, or unreachable behind a condition.
void BodyGenerator::leave_block() {
  if (choices_.chance(10)) {
    take(type_.results);
    emit(Opcode::return_);
  } else if (choices_.chance(12)) {
    condition();
    stack_.pop_back();
    emit(Opcode::if_, 0x40);
    emit(Opcode::unreachable);
    emit(Opcode::end);
    return;
  } else {
    emit(Opcode::unreachable);
  }
  set_unreachable();
}

void BodyGenerator::call() {
  if (is_leaf_) return plain();
  const auto function = choices_.below(shape_.functions.size());
  const FuncType type = shape_.function_type(function);
  take(type.params);
  emit(Opcode::call, function);
  drop_operands(type.params.size());
  push_all(type.results);
}

void BodyGenerator::call_indirect() {
  if (is_leaf_) return plain();
  // Mostly a type that some function has.
  const std::uint32_t index = choices_.chance(2)
                                  ? choices_.below(shape_.types.size())
                                  : shape_.functions[choices_.below(shape_.functions.size())].type;
  const FuncType type = shape_.types[index];
  take(type.params);
  table_index();
  emit(Opcode::call_indirect, index);
  put(shape_.tables.size() > 2 && choices_.chance(4) ? 2 : 0);
  drop_operands(1 + type.params.size());
  push_all(type.results);
}

}  // namespace wasmjet::fuzz
