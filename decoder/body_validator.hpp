#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "decoder/byte_reader.hpp"
#include "decoder/function_info.hpp"
#include "decoder/module.hpp"
#include "decoder/opcodes.hpp"
#include "decoder/stack_type.hpp"

namespace wasmjet::detail {

struct OpcodeRow;

/// Validates one body after the other in a single pass (spec appendix "Validation Algorithm") and gathers
/// FunctionInfo on the way. Two stacks: operand types, one byte each, and control frames. What the current
/// frame says often is cached in members: base_, unreachable_, dead_, weight_, loop_.
class BodyValidator {
 public:
  BodyValidator(const Module& module, const std::atomic<bool>* cancel);
  BodyValidator(const BodyValidator&) = delete;
  BodyValidator& operator=(const BodyValidator&) = delete;

  const FunctionInfo& validate(std::uint32_t function);

 private:
  enum class FrameKind : std::uint8_t { function, block, loop, if_, else_ };

  static constexpr std::uint32_t kNoLoop = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::uint8_t kMaxWeightedDepth = 6;

  class MainLoop;

  struct Frame {
    const FuncType* type;
    std::uint32_t height;  ///< of the operand stack below the parameters
    std::uint32_t loop;    ///< innermost loop, as index into FunctionInfo::loops, or kNoLoop
    FrameKind kind;
    std::uint8_t loop_depth;   ///< saturates at kMaxWeightedDepth
    bool unreachable = false;  ///< operands below are of any number and type
    bool dead_entry;           ///< stands in code that is never reached
    bool skippable = false;    ///< control may reach code behind it without passing all of it
  };

  /// What a local's accesses were so far. Only the first one in byte order decides (see first_set()).
  enum class LocalState : std::uint8_t { untouched, read_first, set_first };

  struct Local {
    std::uint64_t weight;
    StackType type;
    LocalState state;
    std::uint32_t last_use;  ///< see FunctionInfo::last_use
  };

  // body_validator.cpp: set-up, main loop, instructions of fixed signature.
  void decode_locals();
  void begin_locals(const FuncType& type);
  void run();
  void fixed_slow(const OpcodeRow& row);
  void prefixed();
  void finish();
  [[noreturn]] void fail_opcode(std::uint32_t code, bool prefixed) const;

  // Operand stack.
  void push(StackType type) {
    *sp_++ = type;
    if (sp_ > high_) [[unlikely]]
      new_high();
  }
  StackType pop(StackType expected) {
    if (sp_ != base_ && sp_[-1] == expected) [[likely]]
      return *--sp_;
    return pop_slow(expected);
  }
  StackType pop_slow(StackType expected);
  StackType pop(ValType expected) { return pop(to_stack_type(expected)); }
  void push_all(const std::vector<ValType>& types) {
    if (!types.empty()) push_each(types);
  }
  void pop_all(const std::vector<ValType>& types) {
    if (!types.empty()) pop_each(types);
  }
  void push_each(const std::vector<ValType>& types);
  void pop_each(const std::vector<ValType>& types);
  void new_high();
  std::uint32_t height() const { return static_cast<std::uint32_t>(sp_ - stack_.data()) - kPadding; }
  StackType* stack_at(std::uint32_t height) { return stack_.data() + kPadding + height; }
  [[noreturn]] void fail_mismatch(StackType expected, StackType found) const;
  [[noreturn]] void fail_empty(StackType expected) const;

  // body_control.cpp: control stack and control instructions.
  static const FuncType* short_block_types();
  const FuncType* block_type();
  void push_frame(FrameKind kind, const FuncType* type);
  void enter_frame();
  void check_frame_results();
  void set_unreachable();
  Frame& branch_target(std::uint32_t depth, std::size_t at);
  const std::vector<ValType>& label_types(const Frame& frame) const;
  void mark_skippable(Frame& frame);
  void block_like(FrameKind kind);
  void else_();
  void end();
  void br();
  void br_if();
  void br_table();
  void return_();
  void call();
  void call_indirect();

  // body_instructions.cpp: the other instructions whose type depends on immediates or context.
  void special(Opcode op);
  void other_special(Opcode op);
  void select();
  void select_typed();
  void ref_null();
  void ref_is_null();
  void ref_func();
  void global_get();
  void global_set();
  void table_instruction(Opcode op);
  void table_init();
  void table_copy();
  void elem_drop();
  void data_index();
  void memory_index();
  void memarg(std::uint32_t max_align_log2);
  /// Reads and checks what stands behind an opcode of fixed signature.
  void fixed_immediate(const OpcodeRow& row);
  ValType table_element(std::uint32_t& index);
  std::uint32_t checked_index(const char* what, std::size_t size) {
    const std::uint8_t* const at = in_.position();
    const std::uint32_t index = in_.u32();
    if (index >= size) [[unlikely]]
      in_.unknown(in_.offset_of(at), what, index, size);
    return index;
  }
  void count_host_call();

  // Locals.
  void first_get(Local& local);
  void first_set(Local& local);
  LoopInfo& loop_info(std::uint32_t loop) { return loop == kNoLoop ? outside_ : info_.loops[loop]; }

  void poll_cancel() const {
    if (cancel_ != nullptr && cancel_->load(std::memory_order_relaxed)) [[unlikely]]
      fail_cancelled();
  }
  [[noreturn]] void fail_cancelled() const;
  [[noreturn]] void invalid(const std::string& reason) const;

  /// Lets the two topmost operands be looked at even where there are fewer.
  static constexpr std::uint32_t kPadding = 2;

  const Module& module_;
  const std::atomic<bool>* cancel_;
  const FuncType* const short_types_;  ///< types of blocks () -> (T), by StackType; the first is () -> ()
  ByteReader in_{nullptr, 0, 0};
  const std::uint8_t* instruction_ = nullptr;  ///< start of the current instruction
  FunctionInfo info_;

  std::vector<StackType> stack_;
  StackType* sp_ = nullptr;    ///< one past the topmost operand
  StackType* base_ = nullptr;  ///< where the current frame's operands begin
  StackType* high_ = nullptr;  ///< the highest that sp_ has been; at least one slot is free behind it

  std::vector<Frame> frames_;
  bool unreachable_ = false;
  bool dead_ = false;  ///< the code is never reached: unreachable_ here or around an enclosing frame
  std::uint32_t skippable_frames_ = 0;

  std::vector<Local> locals_;
  std::uint64_t weight_ = 1;  ///< of a use of a local here
  LoopInfo* loop_ = nullptr;
  LoopInfo outside_;  ///< stands for the loop of code that is in none
};

}  // namespace wasmjet::detail
