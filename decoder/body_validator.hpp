#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "decoder/byte_reader.hpp"
#include "decoder/fast_stack.hpp"
#include "decoder/function_info.hpp"
#include "decoder/module.hpp"
#include "decoder/opcodes.hpp"
#include "decoder/stack_type.hpp"
#include "decoder/subtyping.hpp"

namespace wasmjet::detail {

struct OpcodeRow;

/// Validates one body after the other in a single pass (spec appendix "Validation Algorithm") and gathers
/// FunctionInfo on the way. Two stacks: operand types, one word each, and control frames. What the current
/// frame says often is cached in members: base_, unreachable_, dead_, weight_, loop_.
class BodyValidator {
 public:
  BodyValidator(const Module& module, const std::atomic<bool>* cancel);
  BodyValidator(const BodyValidator&) = delete;
  BodyValidator& operator=(const BodyValidator&) = delete;

  const FunctionInfo& validate(std::uint32_t function);

 private:
  enum class FrameKind : std::uint8_t { function, block, loop, if_, else_, try_table };

  static constexpr std::uint32_t kNoLoop = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::uint8_t kMaxWeightedDepth = 6;

  static constexpr std::uint64_t kEveryLocal = ~std::uint64_t{0};

  class MainLoop;

  struct Frame {
    const FuncType* type = nullptr;
    std::uint32_t height = 0;      ///< of the operand stack below the parameters
    std::uint32_t inits = 0;       ///< of inits_: locals set since belong to this frame
    std::uint32_t number = 0;      ///< index into FunctionInfo::blocks
    std::uint32_t loop = kNoLoop;  ///< innermost loop, as index into FunctionInfo::loops
    FrameKind kind = FrameKind::function;
    std::uint8_t loop_depth = 0;  ///< saturates at kMaxWeightedDepth
    bool unreachable = false;     ///< operands below are of any number and type
    bool dead_entry = false;      ///< stands in code that is never reached
    bool skippable = false;       ///< control may reach code behind it without passing all of it
    std::uint64_t assigned_at_label = kEveryLocal;  ///< assigned_ on all branches to its end so far
    std::uint64_t assigned_at_else = 0;             ///< of an `if`: assigned_ where it began
  };

  /// What a local's accesses were so far. Of locals from the 65th on, only the first one in byte order
  /// decides whether they need a zero (see first_set()). `unset` is the state of one that has no default
  /// value and may not be read yet (spec 3.1.5).
  enum class LocalState : std::uint8_t { untouched, unset, read_first, set_first };

  struct Local {
    std::uint64_t weight;
    StackType type;
    std::uint32_t last_use;  ///< see FunctionInfo::last_use
    LocalState state;
  };

  // body_validator.cpp: set-up, main loop, instructions of fixed signature.
  void decode_locals();
  void begin_locals(const FuncType& type);
  void run();
  void fixed_slow(const OpcodeRow& row, StackType address = StackType::i32);
  void prefixed();
  void finish();
  [[noreturn]] void fail_opcode(std::uint8_t prefix, std::uint32_t code) const;

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
  bool has_on_top(const std::vector<ValType>& types) const;
  void push_each(const std::vector<ValType>& types);
  void pop_each(const std::vector<ValType>& types);
  void new_high();
  std::uint32_t height() const { return static_cast<std::uint32_t>(sp_ - stack_.data()) - kPadding; }
  StackType* stack_at(std::uint32_t height) { return stack_.data() + kPadding + height; }
  [[noreturn]] void fail_mismatch(StackType expected, StackType found) const;
  [[noreturn]] void fail_empty(StackType expected) const;
  [[noreturn, gnu::noinline]] void fail_label(std::uint32_t depth, std::size_t at) const;
  [[noreturn, gnu::noinline]] void fail_surplus() const;
  [[noreturn, gnu::noinline]] void fail_without_else(const FuncType& type) const;

  // body_control.cpp: control stack and control instructions.
  static const FuncType* short_block_types();
  const FuncType* reference_block_type(ValType type);
  /// Block type (spec 5.4.1): 0x40, a value type, or a type index as a positive s33.
  const FuncType* block_type() {
    if (in_.peek() != 0x40) [[unlikely]]
      return long_block_type();
    in_.byte();
    return short_types_;
  }
  const FuncType* long_block_type();
  Frame& open_frame(FrameKind kind, const FuncType* type);
  void push_function_frame(const FuncType* type);
  void push_frame(FrameKind kind, const FuncType* type);
  void enter_frame();
  void return_to_frame(bool closes_loop);
  void check_frame_results();
  void set_unreachable();
  Frame& branch_target(std::uint32_t depth, std::size_t at);
  const std::vector<ValType>& label_types(const Frame& frame) const;
  void mark_skippable(Frame& frame);
  void block_like(FrameKind kind);
  void else_();
  void end();
  void note_tail();
  void br();
  void br_if();
  void br_table();
  void return_();
  void finish_call(const FuncType& type, bool tail);
  void call(bool tail);
  void call_indirect(bool tail);
  void unset_locals(const Frame& frame);

  // body_references.cpp: typed references, casts, exceptions.
  void reference_special(Opcode op);
  ValType pop_ref();
  void call_ref(bool tail);
  void ref_as_non_null();
  void br_on_null();
  void br_on_non_null();
  void br_on_cast(bool fail);
  void ref_test(Opcode op);
  void ref_cast(Opcode op);
  void ref_eq();
  void convert(HeapType from, HeapType to);
  void throw_();
  void throw_ref();
  void try_table();
  void catch_clause();
  std::uint32_t tag_index();

  // body_aggregates.cpp: structures and arrays.
  void aggregate(Opcode op);
  std::uint32_t type_of_form(TypeForm form);
  const FieldType& array_type(std::uint32_t& type);
  void check_mutable(const FieldType& field) const;
  void check_default(const FieldType& field) const;
  void check_packing(const FieldType& field, bool packed) const;
  void struct_new(bool defaults);
  void struct_field(Opcode op);
  void array_new(Opcode op);
  void segment_index(const FieldType& element, bool data, const char* from_elements);
  void array_new_segment(bool data);
  void array_get(Opcode op);
  void array_set();
  void array_fill();
  void array_copy();
  void array_init(bool data);
  void check_data_element(const FieldType& element) const;

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
  std::uint32_t memory_index() { return checked_index("memory", module_.memories.size()); }
  /// Returns the memory's index.
  std::uint32_t memarg(const OpcodeRow& row);
  /// Immediates and operands of an instruction of the slow way.
  void slow_fixed(const OpcodeRow& row);
  void lane(Immediate immediate);
  void memory_instruction(const OpcodeRow& row);
  const TableType& table_type(std::uint32_t& index);
  StackType table_address(const TableType& type) const {
    return type.is_64 ? StackType::i64 : StackType::i32;
  }
  StackType memory_address(std::uint32_t index) const {
    return module_.memories[index].is_64 ? StackType::i64 : StackType::i32;
  }
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
  [[noreturn]] void fail_unset(const Local& local) const;
  bool matches(ValType found, ValType expected) const { return is_subtype(module_, found, expected); }
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

  std::map<std::uint32_t, FuncType> reference_block_types_;  ///< () -> (T), by ValType::code()

  FastStack<Frame> frames_;
  std::vector<std::uint32_t> inits_;  ///< locals without default value that have been set
  bool unreachable_ = false;
  bool dead_ = false;  ///< the code is never reached: unreachable_ here or around an enclosing frame
  std::uint32_t skippable_frames_ = 0;
  std::uint32_t last_block_ = 0;  ///< number of the one that ended last, if it may have a tail; or 0

  std::vector<Local> locals_;
  /// Of the first 64 locals, a bit each: those that have been set on every path to here (all, in dead code),
  /// and those that have been read where they had not.
  std::uint64_t assigned_ = 0, read_unassigned_ = 0;
  std::uint64_t weight_ = 1;  ///< of a use of a local here
  std::uint32_t calls_ = 0;   ///< in all bodies so far
  LoopInfo* loop_ = nullptr;
  LoopInfo outside_;  ///< stands for the loop of code that is in none
};

}  // namespace wasmjet::detail
