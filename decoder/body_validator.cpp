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
  in_.set_type_count(module_.types.size());
  instruction_ = in_.position();
  poll_cancel();

  info_.function = function;
  info_.loops.clear();
  info_.blocks.clear();
  last_block_ = 0;
  info_.max_control = 0;
  info_.calls = info_.calls_itself = info_.has_loops = info_.uses_memory = false;
  begin_locals(type);
  info_.code_begin = static_cast<std::uint32_t>(in_.offset());

  sp_ = high_ = stack_at(0);
  frames_.clear();
  dead_ = false;
  skippable_frames_ = 0;
  outside_ = {};
  push_function_frame(&type);
  run();
  finish();
  return info_;
}

void BodyValidator::begin_locals(const FuncType& type) {
  info_.locals.assign(type.params.begin(), type.params.end());
  decode_locals();
  locals_.clear();
  locals_.reserve(info_.locals.size());
  inits_.clear();
  for (std::size_t i = 0; i < info_.locals.size(); ++i) {
    const ValType local = info_.locals[i];
    const bool is_set = i < type.params.size() || local.is_defaultable();
    locals_.push_back({0, to_stack_type(local), 0, is_set ? LocalState::untouched : LocalState::unset});
  }
  assigned_ = type.params.size() < 64 ? (std::uint64_t{1} << type.params.size()) - 1 : kEveryLocal;
  read_unassigned_ = 0;
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
  info_.last_use.resize(locals_.size());
  for (std::size_t i = 0; i < locals_.size(); ++i) {
    constexpr std::uint64_t kMaxWeight = std::numeric_limits<std::uint32_t>::max();
    info_.local_weight[i] = static_cast<std::uint32_t>(std::min(locals_[i].weight, kMaxWeight));
    info_.last_use[i] = locals_[i].last_use;
    const bool read_zero =
        i < 64 ? (read_unassigned_ >> i & 1) != 0 : locals_[i].state == LocalState::read_first;
    info_.needs_zero[i] = i >= params && read_zero;
  }
}

/// The main loop. It keeps position and stack pointer in registers: the object lives in run() only, and all
/// its functions are in line. What is rare or long works on the validator's members, through call_out().
class BodyValidator::MainLoop {
 public:
  explicit MainLoop(BodyValidator& v)
      : v_(v),
        module_begin_(v.module_.bytes.data()),
        p_(v.in_.position()),
        end_(v.in_.end()),
        module_end_(v.module_.bytes.data() + v.module_.bytes.size()),
        sp_(v.sp_),
        locals_(v.locals_.data()),
        local_count_(v.locals_.size()),
        has_memory32_(!v.module_.memories.empty() && !v.module_.memories[0].is_64) {}

  [[gnu::always_inline]] void run() {
    for (;;) {
      v_.instruction_ = p_;
      if (p_ == end_) [[unlikely]]
        v_.in_.fail_end();
      const std::uint8_t byte = *p_++;
      if (byte == info(Opcode::local_get).code) {  // a third of all instructions
        local_get();
        continue;
      }
      const OpcodeRow& row = kPlainRows[byte];
      switch (row.handler) {
        case Handler::fixed_immediate:
          if (!immediate(row)) break;
          [[fallthrough]];
        case Handler::fixed:
          fixed(row);
          break;
        case Handler::local_set:
          local_set(false);
          break;
        case Handler::local_tee:
          local_set(true);
          break;
        case Handler::special:
          call_out([&] { v_.special(row.opcode); });
          if (v_.frames_.empty()) return;
          break;
        case Handler::prefix:
          call_out([&] { v_.prefixed(); });
          break;
        case Handler::illegal:
          v_.fail_opcode(0, byte);
      }
    }
  }

 private:
  template <class Function>
  [[gnu::always_inline]] void call_out(Function&& function) {
    v_.in_.seek(p_);
    v_.sp_ = sp_;
    function();
    p_ = v_.in_.position();
    sp_ = v_.sp_;
  }

  /// False if the operands too have been dealt with.
  [[gnu::always_inline]] bool immediate(const OpcodeRow& row) {
    const std::uint8_t* next = skip_short(row, p_, module_end_);
    if (next == nullptr) [[unlikely]]
      next = skip_padded(row, p_, module_end_);
    if (next != nullptr && next <= end_ && has_memory32_ >= row.memory) [[likely]] {
      p_ = next;
      v_.info_.uses_memory |= row.memory;
      return true;
    }
    call_out([&] { v_.slow_fixed(row); });
    return false;
  }

  [[gnu::always_inline]] void fixed(const OpcodeRow& row) {
    if (sp_ - v_.base_ < row.pops || operand_mismatch(row, sp_) != 0) [[unlikely]] {
      call_out([&] { v_.fixed_slow(row); });
      return;
    }
    sp_ -= row.pops;
    *sp_ = static_cast<StackType>(row.result);
    sp_ += row.pushes;
    check_high();
  }

  [[gnu::always_inline]] void local_get() {
    const std::uint32_t index = local_index();
    Local& local = locals_[index];
    push(local.type);
    local.weight += v_.weight_;
    local.last_use = static_cast<std::uint32_t>(p_ - module_begin_);
    const std::uint64_t bit = std::uint64_t{1} << (index & 63);
    v_.loop_->reads |= bit;
    v_.read_unassigned_ |= bit & ~v_.assigned_;
    if (local.state <= LocalState::unset) [[unlikely]]
      v_.first_get(local);
  }

  [[gnu::always_inline]] void local_set(bool tee) {
    const std::uint32_t index = local_index();
    Local& local = locals_[index];
    if (sp_ != v_.base_ && sp_[-1] == local.type) [[likely]] {
      --sp_;
    } else {
      call_out([&] { v_.pop_slow(local.type); });
    }
    if (tee) push(local.type);
    local.weight += v_.weight_;
    local.last_use = static_cast<std::uint32_t>(p_ - module_begin_);
    const std::uint64_t bit = std::uint64_t{1} << (index & 63);
    v_.loop_->writes |= bit;
    v_.assigned_ |= index < 64 ? bit : 0;
    if (local.state <= LocalState::unset) [[unlikely]]
      v_.first_set(local);
  }

  [[gnu::always_inline]] std::uint32_t local_index() {
    if (p_ != end_ && *p_ < 0x80 && *p_ < local_count_) [[likely]]
      return *p_++;
    std::uint32_t index = 0;
    call_out([&] { index = v_.checked_index("local", local_count_); });
    return index;
  }

  [[gnu::always_inline]] void push(StackType type) {
    *sp_++ = type;
    check_high();
  }

  [[gnu::always_inline]] void check_high() {
    if (sp_ > v_.high_) [[unlikely]]
      call_out([&] { v_.new_high(); });
  }

  BodyValidator& v_;
  const std::uint8_t* const module_begin_;
  const std::uint8_t* p_;
  const std::uint8_t* const end_;
  const std::uint8_t* const module_end_;
  StackType* sp_;
  Local* const locals_;
  const std::size_t local_count_;
  const bool has_memory32_;
};

void BodyValidator::run() { MainLoop(*this).run(); }

/// Operands that do not match as they stand: an error, or unreachable code.
/// `address` is what the first operand of a memory access has to be.
void BodyValidator::fixed_slow(const OpcodeRow& row, StackType address) {
  const Signature& type = signature(row.opcode);
  for (std::size_t i = type.pops; i-- > 0;) pop(i == 0 && row.memory ? address : type.pop[i]);
  if (type.pushes != 0) push(type.push);
}

void BodyValidator::prefixed() {
  const std::uint8_t prefix = *instruction_;
  const std::uint32_t code = in_.u32();
  const OpcodeRow& row = prefixed_row(prefix, code);
  if (row.handler == Handler::illegal) fail_opcode(prefix, code);
  if (info(row.opcode).lowering == LoweringClass::atomic && !module_.features.threads) {
    in_.unsupported(in_.offset_of(instruction_),
                    "threads: not enabled: " + std::string(text_name(row.opcode)));
  }
  if (row.handler == Handler::special) {
    special(row.opcode);
  } else {
    slow_fixed(row);
  }
}

void BodyValidator::fail_opcode(std::uint8_t prefix, std::uint32_t code) const {
  const std::size_t at = in_.offset_of(instruction_);
  if (prefix != 0) in_.malformed(at, "illegal opcode " + bare_hex(prefix) + " " + bare_hex(code));
  const char* feature = foreign_opcode(static_cast<std::uint8_t>(code));
  if (feature != nullptr) in_.unsupported(at, std::string(feature) + ": not supported: opcode " + hex(code));
  in_.malformed(at, "illegal opcode " + bare_hex(code));
}

StackType BodyValidator::pop_slow(StackType expected) {
  if (sp_ == base_) {
    if (unreachable_) return StackType::bottom;
    fail_empty(expected);
  }
  const StackType found = *--sp_;
  if (found == expected || found == StackType::bottom || expected == StackType::bottom) return found;
  if (!matches(to_val_type(found), to_val_type(expected))) fail_mismatch(expected, found);
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
  const std::uint32_t used = height();
  if (used > limits::kOperandStack) {
    in_.unsupported(in_.offset_of(instruction_),
                    "an operand stack of more than " + std::to_string(limits::kOperandStack) + " values");
  }
  if (high_ + 1 < stack_.data() + stack_.size()) return;
  const std::ptrdiff_t base = base_ - stack_.data();
  stack_.resize(stack_.size() * 2);
  base_ = stack_.data() + base;
  sp_ = high_ = stack_at(used);
}

void BodyValidator::first_get(Local& local) {
  if (local.state == LocalState::unset) fail_unset(local);
  if (!dead_) local.state = LocalState::read_first;
}

/// From the 65th on, a local whose first access in byte order is a set needs no zero if no path leads around
/// the set to code behind it. Such a path jumps forward to the end (or `else`) of a frame that encloses the
/// set: so there is none if no enclosing frame is an `if`, and none that is not a loop has been a branch's
/// target so far. (The function's own frame does not count: nothing is read behind it.)
void BodyValidator::first_set(Local& local) {
  if (local.state == LocalState::unset) {
    inits_.push_back(static_cast<std::uint32_t>(&local - locals_.data()));
    local.state = LocalState::set_first;
    return;
  }
  if (dead_) return;
  local.state = skippable_frames_ == 0 ? LocalState::set_first : LocalState::read_first;
}

void BodyValidator::fail_unset(const Local& local) const {
  invalid("uninitialized local " + std::to_string(&local - locals_.data()) + " of type " +
          to_string(local.type));
}

void BodyValidator::invalid(const std::string& reason) const {
  in_.invalid(in_.offset_of(instruction_), reason);
}

namespace {

std::string instruction_name(const std::uint8_t* instruction, const std::uint8_t* end) {
  if (instruction == end) return "instruction";
  std::uint16_t row = kOpcodeByCode.plain[*instruction];
  if (OpcodeByCode::is_prefix(*instruction)) {
    const auto code = read_leb128<std::uint32_t>(instruction + 1, end);
    if (code.error == LebError::none) row = kOpcodeByCode.row(*instruction, code.value);
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
