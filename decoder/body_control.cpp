#include <algorithm>

#include "decoder/body_validator.hpp"

// Control stack and control instructions (spec 3.3.8).
namespace wasmjet::detail {

const FuncType* BodyValidator::short_block_types() {
  static const FuncType kTypes[] = {{{}, {}},     {{}, {kI32}}, {{}, {kI64}},
                                    {{}, {kF32}}, {{}, {kF64}}, {{}, {kV128}}};
  return kTypes;
}

const FuncType* BodyValidator::reference_block_type(ValType type) {
  const auto [entry, is_new] = reference_block_types_.try_emplace(type.code());
  if (is_new) entry->second.results = {type};
  return &entry->second;
}

/// Block type (spec 5.4.1): 0x40, a value type, or a type index as a positive s33.
const FuncType* BodyValidator::block_type() {
  constexpr std::uint8_t kEmpty = 0x40;
  const std::size_t at = in_.offset();
  const std::uint8_t first = in_.peek();
  if (first == kEmpty) {
    in_.byte();
    return short_types_;
  }
  if ((first & 0xC0) == 0x40) {
    const ValType type = in_.val_type();
    return type.is_ref() ? reference_block_type(type) : short_types_ + type.code();
  }
  const std::int64_t index = in_.s33();
  if (index < 0) in_.malformed(at, "malformed block type " + std::to_string(index));
  if (static_cast<std::uint64_t>(index) >= module_.types.size()) {
    in_.unknown(at, "type", static_cast<std::uint32_t>(index), module_.types.size());
  }
  if (module_.type_defs[static_cast<std::size_t>(index)].form != TypeForm::func) {
    in_.invalid(at, "type mismatch: block type " + std::to_string(index) + " is not a function type");
  }
  return &module_.types[static_cast<std::size_t>(index)];
}

void BodyValidator::push_frame(FrameKind kind, const FuncType* type) {
  const std::uint32_t loop = frames_.empty() ? kNoLoop : frames_.back().loop;
  const std::uint8_t loop_depth = frames_.empty() ? 0 : frames_.back().loop_depth;
  Frame& frame = frames_.emplace_back();
  frame.type = type;
  frame.kind = kind;
  frame.height = height();
  frame.inits = static_cast<std::uint32_t>(inits_.size());
  frame.begin = static_cast<std::uint32_t>(in_.offset());
  frame.number = static_cast<std::uint32_t>(info_.blocks.size());
  info_.blocks.push_back({.calls = calls_});
  frame.dead_entry = dead_;
  frame.loop = loop;
  frame.loop_depth = loop_depth;
  if (kind == FrameKind::loop) {
    frame.loop = static_cast<std::uint32_t>(info_.loops.size());
    frame.loop_depth = std::min<std::uint8_t>(loop_depth + 1, kMaxWeightedDepth);
    info_.loops.emplace_back();
  }
  if (kind == FrameKind::if_) {
    frame.assigned_at_else = assigned_;
    frame.skippable = true;
    ++skippable_frames_;
  }
  info_.max_control = std::max(info_.max_control, static_cast<std::uint32_t>(frames_.size()));
  enter_frame();
}

/// Loads what is cached of the topmost frame.
void BodyValidator::enter_frame() {
  const Frame& frame = frames_.back();
  base_ = stack_at(frame.height);
  unreachable_ = frame.unreachable;
  dead_ = frame.dead_entry || frame.unreachable;
  weight_ = dead_ ? 0 : std::uint64_t{1} << (3 * frame.loop_depth);
  loop_ = &loop_info(frame.loop);
}

void BodyValidator::set_unreachable() {
  sp_ = base_;
  unreachable_ = dead_ = frames_.back().unreachable = true;
  assigned_ = kEveryLocal;
  weight_ = 0;
}

void BodyValidator::block_like(FrameKind kind) {
  poll_cancel();
  const FuncType* type = block_type();
  if (kind == FrameKind::if_) pop(StackType::i32);
  pop_all(type->params);
  push_frame(kind, type);
  push_all(type->params);
}

/// The stack holds the results of the frame that ends, and nothing else.
void BodyValidator::check_frame_results() {
  pop_all(frames_.back().type->results);
  if (sp_ != base_) [[unlikely]]
    fail_surplus();
}

void BodyValidator::fail_surplus() const {
  invalid("type mismatch: " + std::to_string(sp_ - base_) + " values too many at the end of a block");
}

void BodyValidator::else_() {
  Frame& frame = frames_.back();
  if (frame.kind != FrameKind::if_) {
    in_.malformed(in_.offset_of(instruction_), "illegal opcode 05: else without if");
  }
  check_frame_results();
  unset_locals(frame);
  frame.assigned_at_label &= assigned_;
  assigned_ = frame.assigned_at_else;
  frame.kind = FrameKind::else_;
  frame.unreachable = false;
  enter_frame();
  push_all(frame.type->params);
}

void BodyValidator::fail_without_else(const FuncType& type) const {
  invalid("type mismatch: an if without else must have equal parameters and results, but its type is " +
          to_string(type));
}

void BodyValidator::end() {
  check_frame_results();
  const Frame& frame = frames_.back();
  const FuncType* const type = frame.type;
  if (frame.kind == FrameKind::if_ && !are_subtypes(module_, type->params, type->results)) [[unlikely]]
    fail_without_else(*type);
  const std::uint32_t closed_loop = frame.kind == FrameKind::loop ? frame.loop : kNoLoop;
  assigned_ &= frame.assigned_at_label;
  if (frame.kind == FrameKind::if_) assigned_ &= frame.assigned_at_else;
  skippable_frames_ -= frame.skippable;
  unset_locals(frame);
  const bool is_if = frame.kind == FrameKind::if_ || frame.kind == FrameKind::else_;
  const bool is_plain =
      is_if || (frame.kind == FrameKind::block && type->params.empty() && type->results.empty());
  const std::uint32_t begin = frame.begin;
  BlockExtent& extent = info_.blocks[frame.number];
  extent = {static_cast<std::uint32_t>(in_.offset()), calls_ - extent.calls};
  frames_.pop_back();
  if (frames_.empty()) {
    note_tail();
    return;
  }
  if (is_plain) last_block_ = {begin, static_cast<std::uint32_t>(in_.offset())};
  enter_frame();
  if (closed_loop != kNoLoop) {
    const LoopInfo& inner = info_.loops[closed_loop];
    loop_->reads |= inner.reads;
    loop_->writes |= inner.writes;
    loop_->calls |= inner.calls;
    loop_->nests = true;
  }
  push_all(type->results);
}

/// Locals without default value that were set in a block are not set behind it (spec 3.3.8.2).
void BodyValidator::unset_locals(const Frame& frame) {
  for (; inits_.size() > frame.inits; inits_.pop_back()) locals_[inits_.back()].state = LocalState::unset;
}

void BodyValidator::fail_label(std::uint32_t depth, std::size_t at) const {
  in_.invalid(at, "unknown label " + std::to_string(depth) + ": " + std::to_string(frames_.size()) +
                      (frames_.size() == 1 ? " label encloses" : " labels enclose") + " it");
}

BodyValidator::Frame& BodyValidator::branch_target(std::uint32_t depth, std::size_t at) {
  if (depth >= frames_.size()) [[unlikely]]
    fail_label(depth, at);
  Frame& frame = frames_[frames_.size() - 1 - depth];
  mark_skippable(frame);
  if (frame.kind != FrameKind::loop) frame.assigned_at_label &= assigned_;
  return frame;
}

const std::vector<ValType>& BodyValidator::label_types(const Frame& frame) const {
  return frame.kind == FrameKind::loop ? frame.type->params : frame.type->results;
}

void BodyValidator::mark_skippable(Frame& frame) {
  if (dead_ || frame.skippable) return;
  if (frame.kind == FrameKind::loop || frame.kind == FrameKind::function) return;
  frame.skippable = true;
  ++skippable_frames_;
}

/// Control leaves here: what came before, since the last block ended, is that block's tail.
void BodyValidator::note_tail() {
  const std::size_t here = in_.offset_of(instruction_);
  if (last_block_.tail != 0 && here - last_block_.tail <= BlockTail::kLongest) {
    info_.block_tails.push_back(last_block_);
  }
  last_block_ = {};
}

void BodyValidator::br() {
  const std::size_t at = in_.offset();
  const Frame& target = branch_target(in_.u32(), at);
  if (target.kind == FrameKind::loop) {
    note_tail();
    calls_ += loop_info(target.loop).dispatches ? 1 : 0;
  }
  pop_all(label_types(target));
  set_unreachable();
}

/// Whether the topmost operands have exactly these types.
bool BodyValidator::has_on_top(const std::vector<ValType>& types) const {
  const auto count = static_cast<std::ptrdiff_t>(types.size());
  return sp_ - base_ >= count &&
         std::equal(types.begin(), types.end(), sp_ - count,
                    [](ValType type, StackType found) { return to_stack_type(type) == found; });
}

void BodyValidator::br_if() {
  const std::size_t at = in_.offset();
  const auto& types = label_types(branch_target(in_.u32(), at));
  pop(StackType::i32);
  if (types.empty() || has_on_top(types)) return;
  pop_all(types);
  push_all(types);
}

/// All labels take as many operands, and the stack fits each of them (in unreachable code their types may
/// differ).
void BodyValidator::br_table() {
  loop_->dispatches = true;
  const std::uint32_t n = in_.count("labels", std::numeric_limits<std::uint32_t>::max());
  pop(StackType::i32);
  std::size_t arity = 0;
  for (std::uint64_t i = 0; i <= n; ++i) {
    if (i % 1024 == 0) poll_cancel();
    const std::size_t at = in_.offset();
    const auto& types = label_types(branch_target(in_.u32(), at));
    if (i == 0) arity = types.size();
    if (types.size() != arity) {
      in_.invalid(at, "type mismatch: br_table's labels take different numbers of operands");
    }
    if (arity == 0) continue;
    StackType* const top = sp_;
    pop_all(types);
    sp_ = top;  // the operands stay what they are: the next label looks at them too
  }
  set_unreachable();
}

void BodyValidator::return_() {
  note_tail();
  pop_all(frames_.front().type->results);
  set_unreachable();
}

/// A tail call's results are those of the function that makes it.
void BodyValidator::finish_call(const FuncType& type, bool tail) {
  poll_cancel();
  pop_all(type.params);
  count_host_call();
  if (!tail) {
    push_all(type.results);
    return;
  }
  const std::vector<ValType>& results = frames_.front().type->results;
  if (!are_subtypes(module_, type.results, results)) {
    invalid("type mismatch: a tail call of a function " + to_string(type) + " in one with other results");
  }
  set_unreachable();
}

void BodyValidator::call(bool tail) {
  const std::uint32_t callee = checked_index("function", module_.functions.size());
  info_.calls_itself |= callee == info_.function;
  finish_call(module_.function_type(callee), tail);
}

void BodyValidator::call_indirect(bool tail) {
  const std::uint32_t type_index = type_of_form(TypeForm::func);
  std::uint32_t table = 0;
  const TableType& type = table_type(table);
  if (!matches(type.element, kFuncRef)) {
    invalid("type mismatch: call_indirect through table " + std::to_string(table) + " of " +
            to_string(type.element));
  }
  pop(table_address(type));
  finish_call(module_.types[type_index], tail);
}

void BodyValidator::count_host_call() {
  info_.calls = loop_->calls = true;
  ++calls_;
}

void BodyValidator::fail_cancelled() const {
  in_.fail(ModuleErrorKind::cancelled, in_.offset(), "validation was interrupted");
}

}  // namespace wasmjet::detail
