#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "decoder/code_reader.hpp"
#include "decoder/fast_stack.hpp"
#include "decoder/function_info.hpp"
#include "decoder/module.hpp"
#include "jit/control_frame.hpp"
#include "jit/division_magic.hpp"
#include "jit/frame_shape.hpp"
#include "jit/homes.hpp"
#include "jit/jit.hpp"
#include "jit/local_copies.hpp"
#include "jit/lowering_rows.hpp"
#include "jit/operand_stack.hpp"
#include "jit/parallel_move.hpp"
#include "jit/stack_value.hpp"
#include "jit/worker_threads.hpp"
#include "runtime/executor.hpp"

namespace wasmjet::jit {

/// What all functions of a compilation have in common.
struct ModuleContext {
  const Module& module;
  const VmLayout& layout;
  const std::vector<std::uint32_t>& type_ids;
  const std::vector<MemoryBounds>& memories;
  const std::atomic<bool>* cancel = nullptr;
  /// Where each instruction's code begins, if wanted.
  std::vector<InstructionMark>* instruction_map = nullptr;
  bool function_times = false;  ///< CompileOptions::function_times
  JitOptions options = {};
  WorkerThreads* workers = nullptr;  ///< not null
  /// Where the stub of an interpreted function goes on, by its type's index in the module.
  std::function<const void*(std::uint32_t type)> interpreter_stub = {};
};

template <class Masm>
class EarlyExit;

/// Compiles one validated function at a time, in one pass over its bytes. `Masm` is an architecture's
/// macro-assembler. The definitions stand in compile_*.hpp, one subject a file.
///
/// The operand stack is lazy (StackValue); the most used locals live in registers (Homes); at merges
/// both agree by construction: operands below a block stand in their frame slots, homes follow the
/// first branch to the label (plan_edge).
template <class Masm>
class FunctionCompiler {
 public:
  FunctionCompiler(const ModuleContext& context, Masm& masm)
      : context_(context),
        masm_(masm),
        memory_is_guarded_(!context.memories.empty() && context.memories[0] == MemoryBounds::guarded) {}

  /// What most functions fulfil, and better code is made of. Where one does not, NeedsFrame or OutOfReach is
  /// thrown, and it is to be compiled again without that hope.
  struct Hopes {
    bool no_frame = true;    ///< it needs none, where may_do_without_frame()
    bool near_jumps = true;  ///< code of kNearBytes of Wasm can be jumped over by the short form
  };
  void compile(const FunctionInfo& info, Hopes hopes);
  /// Of the function compiled last: how many bytes of its code run before it links a frame (EarlyExit), all
  /// if it has none.
  std::uint32_t frame_begin() const { return frame_begin_; }

 private:
  using Abi = typename Masm::Abi;
  using Frame = ControlFrame;

  /// The register that takes a result: a local's home if the next instruction sets that local.
  struct Destination {
    Reg reg;
    std::uint32_t local = 0;
    bool to_local = false;
    bool tee = false;

    /// All of it in one word, as which it is returned: see StackValue.
    std::uint64_t packed() const {
      return local | std::uint64_t{reg.code()} << 32 | std::uint64_t{to_local} << 40 |
             std::uint64_t{tee} << 41;
    }
    static Destination unpacked(std::uint64_t word) {
      return {Reg::of_code(static_cast<std::uint8_t>(word >> 32)), static_cast<std::uint32_t>(word),
              (word >> 40 & 1) != 0, (word >> 41 & 1) != 0};
    }
  };
  /// Where a comparison's boolean goes; see place_boolean().
  struct Boolean {
    Destination to;
    bool cleared = false;
  };
  struct EdgeMoves {
    std::uint32_t loads = 0;   ///< homes to load from the frame
    std::uint32_t stores = 0;  ///< homes to store to the frame
    bool empty() const { return (loads | stores) == 0; }
  };
  /// Out-of-line code of one edge: moves, then a jump.
  struct EdgeStub {
    Label entry;
    Label target;
    EdgeMoves moves;
    std::uint32_t from_slot = 0, to_slot = 0, slots = 0;
  };

  /// Out-of-line code of an indirect call: of a function of another instance.
  struct OtherInstance {
    Label entry, back;
    std::uint32_t wasm_delta;
  };

  // compile_function.hpp
  bool may_do_without_frame() const;
  void order_locals(std::int32_t below);
  void lay_out_frame();
  void enter_function();
  void place_parameters();
  void zero_locals();
  void mark_instruction();
  void pass_early_exit(const EarlyExit<Masm>& early_exit);
  template <bool kMarks>
  void run();
  void poll_cancel() const {
    if (context_.cancel != nullptr && context_.cancel->load(std::memory_order_relaxed)) [[unlikely]]
      fail_cancelled();
  }
  [[noreturn, gnu::noinline]] void fail_cancelled() const;
  [[gnu::noinline]] void check_progress();
  [[noreturn]] void unsupported(std::string_view what) const;
  bool instruction();
  void other_instruction(const LoweringRow& row);
  void control_instruction(Opcode op);
  void runtime_instruction(Opcode op);
  void skip_unreachable();

  // compile_values.hpp: operand stack and registers
  std::int32_t slot_offset(std::uint32_t height);
  void push(const StackValue& value);
  void make_room();
  void push_reg(Reg reg, ValKind kind, unsigned width = StackValue::kAnyWidth);
  void push_constant(std::uint64_t bits, ValKind kind);
  void push_local(std::uint32_t local);
  void push_slot(ValKind kind);
  StackValue pop();
  void drop_operands(std::uint32_t height);
  Reg allocate(bool floating, Reg preferred = {});
  Reg allocate_any(bool floating);
  Reg allocate_beside(Reg copy);
  void take(Reg reg);
  void release(const StackValue& value);
  void release(Reg reg);
  void evict(bool floating);
  void vacate(Reg reg);
  void vacate_both(Reg first, Reg second);
  Reg to_reg(StackValue& value, bool keep_flags = false);
  Reg load_to_reg(StackValue& value, bool keep_flags);
  Reg to_own_reg(StackValue& value);
  bool take_copy(StackValue& value, bool keep_flags = false);
  Operand to_operand(StackValue& value);
  bool is_in_frame(const StackValue& value) const;
  Reg register_of(std::uint32_t local) const;
  Reg home_in_reg(std::uint32_t home);
  void store_to_slot(std::uint32_t height, const StackValue& value);
  void spill(std::uint32_t height, bool constants_too = false);
  void flush(std::uint32_t below);
  void flush_registers(std::uint32_t below);
  void force_constants(std::uint32_t from);
  void detach_aliases(std::uint32_t local);
  Destination destination(ValKind kind);
  std::uint64_t local_destination(ValKind kind);
  [[gnu::noinline]] std::uint64_t detached(Destination destination);
  Reg where_wanted(ValKind kind, Reg otherwise = {}) const;
  Reg settle(Destination& destination, ValKind kind, Reg preferred = {});
  /// `width`: see StackValue.
  void finish(const Destination& destination, ValKind kind, unsigned width = StackValue::kAnyWidth);
  void set_in_frame(std::uint32_t local, StackValue& value);
  void set_local(std::uint32_t local, bool tee);
  std::uint8_t peek() const { return *reader_.position(); }
  bool next_is(Opcode op) const { return peek() == info(op).code; }

  // compile_control.hpp
  void begin_block(Frame::Kind kind);
  void begin_if(Cond cond);
  void open_if();
  void enter_loop(const LoopInfo& loop);
  void on_else();
  void on_end();
  void end_if_without_else(Frame& frame);
  void end_function_body(Frame& frame);
  void branch(std::uint32_t depth);
  bool branch_by_tail(const Frame& frame, std::uint32_t depth);
  void start_again(Frame& loop);
  void branch_if(Cond cond, std::uint32_t depth);
  void on_return();
  /// Whether a short jump leads over so much Wasm, as far as can be guessed: see Hopes.
  bool is_near(std::size_t bytes, std::uint32_t calls) const {
    return bytes + std::size_t{calls} * call_bytes_ < near_bytes_;
  }
  /// The label of an open frame as the target of a jump from here.
  Label target(const Frame& frame, Label label) const {
    return {label.id, !frame.dispatched && is_near(static_cast<std::size_t>(frame.end - reader_.position()),
                                                   frame.calls_until_end - calls_met_)};
  }
  Label target(const Frame& frame) const { return target(frame, frame.label); }
  Frame& frame_at(std::uint32_t depth) { return control_.from_top(depth); }
  static std::uint32_t label_arity(const Frame& frame) {
    return frame.kind == Frame::Kind::loop ? frame.params : frame.results;
  }
  bool label_in_slots(const Frame& frame) const {
    return label_arity(frame) > 1 || (frame.kind == Frame::Kind::loop && frame.params != 0);
  }
  void leave_function();

  // compile_dispatch.hpp
  void branch_table();
  Label table_target(std::uint32_t depth, std::uint32_t first, bool dispatches);
  void compare_index(Reg index, Label otherwise);
  void jump_by_table(Reg index, Reg temp, const IndexTable& table);
  void find_dispatcher(Frame& loop);
  const Dispatcher* dispatcher_of(const Frame& loop) const;
  bool may_dispatch(const Dispatcher& dispatcher) const;
  void dispatch(const Frame& loop, const Dispatcher& dispatcher);
  void straight_instruction(Opcode op);

  // compile_merges.hpp
  bool is_dead(std::uint32_t home) const;
  /// Those of `homes` that are not dead.
  std::uint32_t without_dead(std::uint32_t homes) const { return homes == 0 ? 0 : live_of(homes); }
  std::uint32_t live_of(std::uint32_t homes) const;
  void place_in_result_register(const StackValue& value, std::uint32_t height);
  void place_label_values(const Frame& frame);
  void push_results(const Frame& frame);
  void merge_into(Frame& frame);
  EdgeMoves plan_edge(Frame& frame, const HomeState& from);
  void apply(const EdgeMoves& moves);
  void emit_moves(const EdgeMoves& moves) {
    if (!moves.empty()) [[unlikely]]
      emit_some_moves(moves);
  }
  void emit_some_moves(const EdgeMoves& moves);
  Label stub_for(const EdgeMoves& moves, Label target);
  void emit_stubs();

  // compile_calls.hpp
  void call(std::uint32_t function);
  void call_indirect();
  void call_func_ref();
  void emit_other_instances();
  void load_callee(std::uint32_t table, StackValue index, std::uint32_t type);
  std::span<StackValue> pop_arguments(std::uint32_t count);
  void pass_arguments(const FuncType& type);
  void pass_on_stack(const StackValue& value, std::int32_t offset);
  void pass_result_area(const FuncType& type);
  void take_results(const FuncType& type);
  void prepare_call(std::uint32_t arguments);
  void forget_caller_saved();
  std::uint32_t temp_home() const;
  /// Calls a runtime function with the context, `indices`, and the top `operands` operands.
  void call_builtin(Builtin builtin, std::initializer_list<std::uint32_t> indices, std::uint32_t operands);
  void builtin_may_trap();

  // compile_numeric.hpp
  bool swap_pays(const StackValue& left, const StackValue& right) const;
  void integer_binary(Opcode op);
  void divide(Opcode op);
  void divide_in_fixed_registers(Opcode op, StackValue& left, StackValue& right);
  bool divide_by_constant(Opcode op, StackValue& left, std::uint64_t divisor);
  bool divide_by_high_half(Opcode op, StackValue& left, std::uint64_t divisor);
  void emit_high_half(const WideDivisionMagic& magic, bool is_signed, Reg from, Reg low, Reg high);
  void finish_quotient(bool is_signed, const DivisionMagic& magic, Reg to, Reg high, Reg other);
  bool divide_by_power_of_two(Opcode op, StackValue& left, std::uint64_t divisor);
  Reg allocate_other_than(Reg a, Reg b);
  void move_elsewhere(StackValue& value, Reg a, Reg b);
  void shift(Opcode op);
  void shift_by_fixed_register(Opcode op, ValKind kind, StackValue& value, StackValue& count);
  void integer_unary(Opcode op, ValKind to);
  void convert(Opcode op, ValKind from, ValKind to);
  void float_binary(Opcode op);
  void float_unary(Opcode op);

  // compile_fused.hpp
  Reg preferred_of(Opcode op, const StackValue& left, const StackValue& right) const;
  bool lowest_bit(Opcode op, const StackValue& left, const StackValue& right);
  bool and_not(Opcode op, StackValue& left, const StackValue& right);
  bool multiply_into_add(Opcode op, StackValue& left, StackValue& right);
  std::optional<Cond> take_zero_test(bool wide);
  bool test_instead_of_and(bool wide, StackValue& left, StackValue& right);
  bool fold_shift(Opcode op, StackValue& value, unsigned amount);
  bool scale_into_add(Opcode op, StackValue& value, unsigned amount);
  bool scale_and_add_constant(StackValue& value, unsigned amount);
  bool add_constant_and_scaled(StackValue& left, std::uint64_t constant);
  bool constant_into_offset(const StackValue& left, std::uint64_t constant);
  bool mask_into_shift(Opcode op, StackValue& left, const StackValue& right);
  bool shift_into_mask(Opcode op, StackValue& value, unsigned amount);
  template <class Fits>
  std::optional<unsigned> take_constant_and(Opcode op, const Fits& fits);
  template <class Emit>
  void combine(ValKind kind, StackValue& first, StackValue& second, const Emit& emit);
  template <class Emit>
  void move_field(bool wide, StackValue& value, const Emit& emit);

  // compile_compare.hpp
  void integer_compare(Opcode op);
  void eqz(Opcode op);
  void float_compare(Opcode op);
  template <class SetFlags>
  void compare(Cond cond, RegSet operands, const SetFlags& set_flags);
  void finish_compare(Cond cond);
  Boolean place_boolean(RegSet operands);
  void set_boolean(Cond cond, Boolean boolean);
  void consume_kept_condition(Cond cond, const Destination& boolean);
  bool skip_counter(CodeReader& reader, std::uint32_t boolean) const;
  void set_counter();
  bool condition_follows(bool& inverted);
  void consume_condition(Cond cond);
  Cond test_condition();
  void select(Cond cond);
  void select_from_two(Cond cond);
  bool select_lesser(Opcode op, StackValue& left, StackValue& right);

  // compile_memory.hpp: linear memory, tables, globals, references
  MemoryOperand address(StackValue& index, const MemArg& arg, std::uint32_t size);
  MemoryOperand any_address(StackValue& index, const MemArg& arg, std::uint32_t size);
  void check_bounds(const MemoryOperand& operand, std::uint32_t memory, std::uint32_t size);
  Reg memory_record(std::uint32_t memory);
  void load(Opcode op, ValKind kind, std::uint32_t size);
  bool fold_load(const MemoryOperand& operand, Opcode load, ValKind kind, StackValue& index);
  bool fold_load_into_compare(const MemoryOperand& operand, Opcode load, const StackValue& index);
  void store(Opcode op, ValKind kind, std::uint32_t size);
  void memory_size();
  Reg table_record(std::uint32_t table, std::int32_t& offset);
  void table_get();
  void table_set();
  void table_size();
  void global_get();
  void global_set();
  void ref_func();
  void ref_is_null();

  const ModuleContext& context_;
  Masm& masm_;
  const bool memory_is_guarded_;  ///< memory 0
  const FunctionInfo* info_ = nullptr;
  const FuncType* type_ = nullptr;
  CodeReader reader_{nullptr};

  Homes<Abi> homes_;
  HomeState state_;
  OperandStack stack_;
  static constexpr std::size_t kMostPerInstruction = 65536;  ///< bytes of code
  std::uint32_t unchecked_until_ = 0;                        ///< see check_progress()
  std::vector<std::uint32_t> aliases_;    ///< number of stack entries that alias each local
  std::vector<StackValue> local_values_;  ///< each local as an operand
  LocalCopies copies_;
  FastStack<ControlFrame> control_;
  std::vector<EdgeStub> stubs_;
  std::vector<OtherInstance> other_instances_;
  std::vector<Label> table_targets_;
  std::vector<Dispatcher> dispatchers_;
  std::uint32_t table_count_ = 0;     ///< br_tables met so far
  std::uint32_t repeated_bytes_ = 0;  ///< of headers, by dispatch()
  RegSet allocatable_, free_;
  bool reachable_ = true;
  std::uint64_t pending_offset_ = 0;  ///< what the load that comes next has to add to its address
  static constexpr std::uint32_t kNearBytes = 60;
  std::uint32_t near_bytes_ = 0;  ///< a jump over less is short: see is_near()
  std::uint32_t call_bytes_ = 0;  ///< what a call counts for there, beside its own bytes
  std::uint32_t calls_met_ = 0;
  std::uint32_t next_block_ = 0;  ///< in FunctionInfo::blocks
  std::uint32_t next_loop_ = 0;
  std::uint32_t outermost_loop_begin_ = 0;  ///< offset in the module; 0 outside loops

  FrameShape shape_;
  std::uint32_t frame_begin_ = 0;
  std::vector<std::uint32_t> slot_order_;    ///< locals in the order of their frame slots, downwards
  std::vector<std::int32_t> local_offsets_;  ///< of each local's frame slot, from the frame pointer
  std::int32_t slots_base_ = 0;              ///< operand slot i stands at slots_base_ - 8 * (i + 1)
  std::uint32_t slots_used_ = 0;
};

}  // namespace wasmjet::jit
