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

const FuncType* BodyValidator::long_block_type() {
  const std::size_t at = in_.offset();
  const std::uint8_t first = in_.peek();
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

/// A frame above the operands that there are. It says nothing of loops yet.
[[gnu::always_inline]] inline BodyValidator::Frame& BodyValidator::open_frame(FrameKind kind,
                                                                              const FuncType* type) {
  Frame& frame = frames_.push();
  frame = {.type = type,
           .height = height(),
           .inits = static_cast<std::uint32_t>(inits_.size()),
           .number = static_cast<std::uint32_t>(info_.blocks.size()),
           .kind = kind,
           .dead_entry = dead_};
  info_.blocks.push_back({.calls = calls_});
  info_.max_control = std::max(info_.max_control, static_cast<std::uint32_t>(frames_.size()));
  return frame;
}

void BodyValidator::push_function_frame(const FuncType* type) {
  open_frame(FrameKind::function, type);
  enter_frame();
}

void BodyValidator::push_frame(FrameKind kind, const FuncType* type) {
  const std::uint32_t loop = frames_.back().loop;
  const std::uint8_t loop_depth = frames_.back().loop_depth;
  Frame& frame = open_frame(kind, type);
  if (kind == FrameKind::loop) {
    frame.loop = static_cast<std::uint32_t>(info_.loops.size());
    frame.loop_depth = std::min<std::uint8_t>(loop_depth + 1, kMaxWeightedDepth);
    info_.loops.emplace_back();
    enter_frame();
    return;
  }
  frame.loop = loop;
  frame.loop_depth = loop_depth;
  if (kind == FrameKind::if_) {
    frame.assigned_at_else = assigned_;
    frame.skippable = true;
    ++skippable_frames_;
  }
  // What else is cached of the enclosing frame is true of this one.
  base_ = sp_;
  unreachable_ = false;
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

/// enter_frame() behind the end of an inner one.
void BodyValidator::return_to_frame(bool closes_loop) {
  if (closes_loop || dead_) return enter_frame();
  base_ = stack_at(frames_.back().height);  // who comes out of reachable code was, and is, in such
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
  const std::uint32_t number = frame.number;
  BlockExtent& extent = info_.blocks[number];
  extent.end = static_cast<std::uint32_t>(in_.offset());
  extent.calls = calls_ - extent.calls;
  frames_.pop_back();
  if (frames_.empty()) {
    note_tail();
    return;
  }
  if (is_plain) last_block_ = number;
  return_to_frame(closed_loop != kNoLoop);
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
  Frame& frame = frames_.from_top(depth);
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
  if (last_block_ == 0) return;
  BlockExtent& block = info_.blocks[last_block_];
  if (in_.offset_of(instruction_) - block.end <= BlockExtent::kLongestTail) block.tail = block.end;
  last_block_ = 0;
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
  pop_all(frames_[0].type->results);
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
  const std::vector<ValType>& results = frames_[0].type->results;
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
