#include "decoder/body_validator.hpp"

#include <algorithm>
#include <cstring>

#include "decoder/decoder.hpp"
#include "decoder/later_features.hpp"
#include "decoder/limits.hpp"
#include "decoder/opcode_rows.hpp"

namespace wasmjet::detail {

BodyValidator::BodyValidator(const Module& module, const std::atomic<bool>* cancel)
    : module_(module), cancel_(cancel), short_types_(short_block_types()), stack_(1024) {}

const FunctionInfo& BodyValidator::validate(std::uint32_t function) {
  const FunctionBody& body = module_.body(function);
  const FuncType& type = module_.function_type(function);
  in_ = ByteReader(module_.bytes.data(), body.begin, std::size_t{body.begin} + body.size);
  instruction_ = in_.position();
  poll_cancel();

  info_.function = function;
  info_.loops.clear();
  info_.max_control = 0;
  info_.calls = info_.has_loops = info_.uses_memory = false;
  begin_locals(type);
  info_.code_begin = static_cast<std::uint32_t>(in_.offset());

  sp_ = high_ = stack_at(0);
  frames_.clear();
  dead_ = false;
  skippable_frames_ = 0;
  outside_ = {};
  push_frame(FrameKind::function, &type);
  run();
  finish();
  return info_;
}

void BodyValidator::begin_locals(const FuncType& type) {
  info_.locals.assign(type.params.begin(), type.params.end());
  decode_locals();
  locals_.clear();
  locals_.reserve(info_.locals.size());
  for (const ValType local : info_.locals)
    locals_.push_back({0, to_stack_type(local), LocalState::untouched});
}

void BodyValidator::decode_locals() {
  const std::size_t at = in_.offset();
  const std::uint32_t groups = in_.count("local declarations", std::numeric_limits<std::uint32_t>::max(), 2);
  std::uint64_t total = info_.locals.size();
  for (std::uint32_t i = 0; i < groups; ++i) {
    const std::size_t group_at = in_.offset();
    const std::uint32_t n = in_.u32();
    const ValType type = in_.val_type();
    total += n;
    if (total > std::numeric_limits<std::uint32_t>::max()) in_.malformed(group_at, "too many locals");
    if (total <= limits::kLocals) info_.locals.resize(static_cast<std::size_t>(total), type);
  }
  if (total > limits::kLocals) {
    in_.unsupported(at, "too many locals: " + std::to_string(total) + ", the limit is " +
                            std::to_string(limits::kLocals));
  }
}

void BodyValidator::finish() {
  if (!in_.at_end()) {
    in_.malformed(in_.offset(), "section size mismatch: " + std::to_string(in_.remaining()) +
                                    " bytes behind the function's final end");
  }
  info_.code_end = static_cast<std::uint32_t>(in_.offset());
  info_.max_stack = static_cast<std::uint32_t>(high_ - stack_at(0));
  info_.has_loops = !info_.loops.empty();
  const std::size_t params = module_.function_type(info_.function).params.size();
  info_.needs_zero.resize(locals_.size());
  info_.local_weight.resize(locals_.size());
  for (std::size_t i = 0; i < locals_.size(); ++i) {
    constexpr std::uint64_t kMaxWeight = std::numeric_limits<std::uint32_t>::max();
    info_.local_weight[i] = static_cast<std::uint32_t>(std::min(locals_[i].weight, kMaxWeight));
    info_.needs_zero[i] = i >= params && locals_[i].state == LocalState::read_first;
  }
}

/// The hot loop keeps position and stack pointer in registers; what is not in line here works on the members.
void BodyValidator::run() {
  const std::uint8_t* p = in_.position();
  const std::uint8_t* const end = in_.end();
  const std::uint8_t* const module_end = module_.bytes.data() + module_.bytes.size();
  StackType* sp = sp_;
  Local* const locals = locals_.data();
  const std::size_t local_count = locals_.size();
  const bool has_memory = !module_.memories.empty();
  const auto call_out = [&](auto&& function) {
    in_.seek(p);
    sp_ = sp;
    function();
    p = in_.position();
    sp = sp_;
  };
  const auto local_index = [&]() -> std::uint32_t {
    if (p != end && *p < 0x80 && *p < local_count) [[likely]]
      return *p++;
    std::uint32_t index = 0;
    call_out([&] { index = checked_index("local", local_count); });
    return index;
  };
  const auto push_one = [&](StackType type) {
    *sp++ = type;
    if (sp > high_) [[unlikely]]
      call_out([this] { new_high(); });
  };
  const auto pop_one = [&](StackType expected) {
    if (sp != base_ && sp[-1] == expected) [[likely]] {
      --sp;
    } else {
      call_out([this, expected] { pop_slow(expected); });
    }
  };
  while (!frames_.empty()) {
    instruction_ = p;
    if (p == end) [[unlikely]]
      in_.fail_end();
    const OpcodeRow& row = kPlainRows[*p++];
    switch (row.handler) {
      case Handler::fixed_immediate:
        if (const std::uint8_t* const next = skip_short(row, p, module_end);
            next != nullptr && next <= end && has_memory >= row.memory) [[likely]] {
          p = next;
          info_.uses_memory |= row.memory;
        } else {
          call_out([this, &row] { fixed_immediate(row); });
        }
        [[fallthrough]];
      case Handler::fixed:
        if (sp - base_ < row.pops || operand_mismatch(row, sp) != 0) [[unlikely]] {
          call_out([this, &row] { fixed_slow(row); });
          continue;
        }
        sp -= row.pops;
        *sp = row.result;
        sp += row.pushes;
        if (sp > high_) [[unlikely]]
          call_out([this] { new_high(); });
        continue;
      case Handler::local_get: {
        const std::uint32_t index = local_index();
        Local& local = locals[index];
        push_one(local.type);
        local.weight += weight_;
        loop_->reads |= std::uint64_t{1} << (index & 63);
        if (local.state == LocalState::untouched) [[unlikely]]
          first_get(local);
        continue;
      }
      case Handler::local_set:
      case Handler::local_tee: {
        const std::uint32_t index = local_index();
        Local& local = locals[index];
        pop_one(local.type);
        if (row.handler == Handler::local_tee) push_one(local.type);
        local.weight += weight_;
        loop_->writes |= std::uint64_t{1} << (index & 63);
        if (local.state == LocalState::untouched) [[unlikely]]
          first_set(local);
        continue;
      }
      case Handler::special:
        call_out([this, &row] { special(row.opcode); });
        continue;
      case Handler::prefix:
        call_out([this] { prefixed(); });
        continue;
      case Handler::illegal:
        fail_opcode(p[-1], false);
    }
  }
  in_.seek(p);
}

/// Operands that do not match as they stand: an error, or unreachable code.
void BodyValidator::fixed_slow(const OpcodeRow& row) {
  const Signature& type = signature(row.opcode);
  for (std::size_t i = type.pops; i-- > 0;) pop(type.pop[i]);
  if (type.pushes != 0) push(type.push);
}

void BodyValidator::prefixed() {
  const std::uint32_t code = in_.u32();
  if (code >= kFcRows.size() || kFcRows[code].handler == Handler::illegal) fail_opcode(code, true);
  const OpcodeRow& row = kFcRows[code];
  if (row.handler == Handler::special) {
    special(row.opcode);
  } else {
    fixed_immediate(row);
    fixed_slow(row);
  }
}

void BodyValidator::fail_opcode(std::uint32_t code, bool prefixed) const {
  const std::size_t at = in_.offset_of(instruction_);
  if (prefixed) in_.malformed(at, "illegal opcode fc " + bare_hex(code));
  const char* feature = feature_of_opcode(static_cast<std::uint8_t>(code));
  if (feature != nullptr) in_.unsupported(at, std::string(feature) + ": not supported: opcode " + hex(code));
  in_.malformed(at, "illegal opcode " + bare_hex(code));
}

StackType BodyValidator::pop_slow(StackType expected) {
  if (sp_ == base_) {
    if (unreachable_) return StackType::bottom;
    fail_empty(expected);
  }
  const StackType found = *--sp_;
  if (found != expected && found != StackType::bottom && expected != StackType::bottom) [[unlikely]] {
    fail_mismatch(expected, found);
  }
  return found;
}

void BodyValidator::push_each(const std::vector<ValType>& types) {
  for (const ValType type : types) push(to_stack_type(type));
}

void BodyValidator::pop_each(const std::vector<ValType>& types) {
  for (std::size_t i = types.size(); i-- > 0;) pop(types[i]);
}

void BodyValidator::new_high() {
  high_ = sp_;
  if (high_ + 1 < stack_.data() + stack_.size()) return;
  const std::uint32_t used = height();
  if (used >= limits::kOperandStack) {
    in_.unsupported(in_.offset_of(instruction_),
                    "an operand stack of more than " + std::to_string(limits::kOperandStack) + " values");
  }
  const std::ptrdiff_t base = base_ - stack_.data();
  stack_.resize(stack_.size() * 2);
  base_ = stack_.data() + base;
  sp_ = high_ = stack_at(used);
}

void BodyValidator::first_get(Local& local) {
  if (!dead_) local.state = LocalState::read_first;
}

/// A local whose first access in byte order is a set needs no zero if no path leads around the set to code
/// behind it. Such a path jumps forward to the end (or `else`) of a frame that encloses the set: so there is
/// none if no enclosing frame is an `if`, and none that is not a loop has been a branch's target so far.
/// (The function's own frame does not count: nothing is read behind it.)
void BodyValidator::first_set(Local& local) {
  if (dead_) return;
  local.state = skippable_frames_ == 0 ? LocalState::set_first : LocalState::read_first;
}

void BodyValidator::invalid(const std::string& reason) const {
  in_.invalid(in_.offset_of(instruction_), reason);
}

namespace {

std::string instruction_name(const std::uint8_t* instruction, const std::uint8_t* end) {
  if (instruction == end) return "instruction";
  std::uint16_t row = kOpcodeByCode.plain[*instruction];
  if (*instruction == 0xFC) {
    const auto code = read_leb128<std::uint32_t>(instruction + 1, end);
    if (code.error == LebError::none && code.value < kFcRows.size()) row = kOpcodeByCode.fc[code.value];
  }
  return row == kNoOpcode ? "instruction" : std::string(text_name(static_cast<Opcode>(row)));
}

}  // namespace

void BodyValidator::fail_mismatch(StackType expected, StackType found) const {
  invalid("type mismatch: " + instruction_name(instruction_, in_.end()) + " expects " + to_string(expected) +
          " but the stack has " + to_string(found));
}

void BodyValidator::fail_empty(StackType expected) const {
  invalid("type mismatch: " + instruction_name(instruction_, in_.end()) + " expects " + to_string(expected) +
          " but the stack is empty");
}

}  // namespace wasmjet::detail

namespace wasmjet {

struct FunctionValidator::State : detail::BodyValidator {
  using BodyValidator::BodyValidator;
};

FunctionValidator::FunctionValidator(const Module& module, const std::atomic<bool>* cancel)
    : state_(new State(module, cancel)) {}

FunctionValidator::~FunctionValidator() { delete state_; }

const FunctionInfo& FunctionValidator::validate(std::uint32_t function) { return state_->validate(function); }

}  // namespace wasmjet
