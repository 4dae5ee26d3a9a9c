#pragma once

#include <asmjit/arm/a64assembler.h>
#include <asmjit/core.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "decoder/error.hpp"
#include "decoder/opcodes.hpp"
#include "jit/a64/abi.hpp"
#include "jit/a64/rows.hpp"
#include "jit/code_emission.hpp"
#include "jit/code_region.hpp"
#include "jit/frame_shape.hpp"
#include "jit/jit.hpp"
#include "jit/stack_value.hpp"
#include "runtime/layout.hpp"

namespace wasmjet::jit::a64 {

/// Abi::kScratch, as the assembler's.
inline const asmjit::a64::GpX scratch = asmjit::a64::x(Abi::kScratch.number());

/// AArch64's half of the compiler: every instruction that compiled functions consist of is emitted
/// here. The other half (FunctionCompiler) knows no AArch64.
///
/// Invariant: an i32 in a register is zero-extended to 64 bits, and every method that produces an i32 keeps
/// it. Linear memory does not depend on it: an index is always read as `wN, uxtw`.
///
/// Conditions are lazy: a test for zero or of one bit is remembered (Flags) and becomes part of the branch
/// that reads it (cbz, tbz); whoever overwrites the tested register before that makes it flags first.
///
/// Unless a comment says otherwise, a destination may be the same register as any source.
class MacroAssembler : private asmjit::a64::Assembler {
 public:
  using Abi = a64::Abi;
  // What FunctionCompiler should know of the architecture; the same names stand in every macro-assembler.
  static constexpr bool kHasMemoryOperands = false;
  static constexpr bool kFoldsAnyOffset = true;
  static constexpr bool kFoldsAnyShift = true;
  static constexpr bool kFusesArithmetic = true;
  static constexpr bool kFixedRegisters = false;
  static constexpr bool kSelectsFromTwo = true;
  static constexpr bool kHasLesserOfFloats = false;
  static constexpr bool kBooleansTakeTest = false;
  static constexpr bool kFloatEqualityIsOneFlag = true;
  static constexpr bool kSetsBytes = false;
  static constexpr bool kHasLowestBit = false;
  static constexpr bool kKeepsConstants = true;
  static constexpr bool kHasNearJumps = false;
  static constexpr std::size_t kNearCode = 0x7FFF000;   ///< of a module: `bl` reaches 128 MiB
  static constexpr std::size_t kMostCode = 0x7FFF0000;  ///< with longer calls; places are 31 bits
  /// More would make the way into a loop execute a row of nops.
  static constexpr unsigned kDispatchAlignment = 16;
  static constexpr unsigned kLoopAlignment = 16;
  static constexpr unsigned kOuterLoopAlignment = 16;
  static constexpr unsigned kCallingLoopAlignment = 16;

  MacroAssembler(CodeRegion& region, Emission& emission, JitOptions options);

  // Positions. ------------------------------------------------------------------------------------

  std::uint32_t position() const { return static_cast<std::uint32_t>(offset()); }
  /// Throws RegionFull unless `bytes` more fit.
  void ensure_space(std::size_t bytes) const {
    if (remainingSpace() < bytes) throw RegionFull();
  }
  std::size_t space_left() const { return remainingSpace(); }
  void align_code(unsigned bytes);
  /// Starts a function at an aligned place: forgets labels, traps and constants of the previous one.
  /// `wasm_bytes`: size of its body, a measure of how far jumps may go. `recursive`: it calls itself.
  void begin_function(std::uint32_t wasm_bytes, bool recursive);
  /// Emits the out-of-line traps, the constants and jump tables that the function has asked for.
  void end_function();
  std::uint32_t function_begin() const { return function_begin_; }
  /// Gives up what was emitted from `position` on, an unfinished function.
  void take_back(std::uint32_t position) { setOffset(position); }
  /// After OutOfReach: the function that begins next takes longer jumps.
  void reach_further();
  /// Completes a call_function() in `code`, which begins at a page, once the callee's place there is known.
  static void patch_call(std::uint8_t* code, std::uint32_t at, std::uint32_t target);
  /// Rows made from now on belong to the instruction at `wasm_delta` from the body's start.
  void at_wasm_offset(std::uint32_t wasm_delta) { wasm_delta_ = wasm_delta; }
  std::uint32_t wasm_offset() const { return wasm_delta_; }
  /// The next instruction may fault, with this meaning.
  void may_trap(TrapCode trap);

  // Labels and jumps (branches.cpp). --------------------------------------------------------------

  Label new_label();
  void bind(Label label);
  void jump(Label label);
  /// Reads the flags of the last compare(), test() or compare_float(), once.
  void jump_if(Cond cond, Label label);
  /// Leaves by `trap` if `cond` holds; the code that does so stands behind the function.
  void trap_if(Cond cond, TrapCode trap);
  void trap(TrapCode trap);
  /// A table of the function's, behind its code; returns its number.
  std::uint32_t jump_table(std::span<const Label> targets);
  /// Jumps to the table's target `index`, which is less than the number of targets. `temp` is overwritten.
  void jump_by_table(Reg index, Reg temp, std::uint32_t table);

  // Moves; none touches the flags. ----------------------------------------------------------------

  void move(Reg to, Reg from, ValKind kind);
  void constant(Reg to, std::uint64_t bits, ValKind kind, bool keep_flags = false);
  void load_frame(Reg to, std::int32_t frame_offset, ValKind kind);
  void store_frame(std::int32_t frame_offset, Reg from, ValKind kind);
  /// Only where fits_store_immediate(bits, kind).
  void store_frame_constant(std::int32_t frame_offset, std::uint64_t bits, ValKind kind);
  /// Stores to the outgoing argument area: `offset` from the stack pointer.
  void store_outgoing(std::int32_t offset, Reg from);
  void exchange(Reg a, Reg b);
  void frame_address(Reg to, std::int32_t frame_offset);
  void zero_frame(std::int32_t lowest_offset, std::uint32_t slots, Reg temp);
  /// Pointer-sized or 32-bit loads and stores at `base + offset`, for VM state.
  void load(Reg to, Reg base, std::int32_t offset, ValKind kind);
  void store(Reg base, std::int32_t offset, Reg from, ValKind kind);
  void load_table_element(Reg to, Reg elements, Reg index);
  void store_table_element(Reg elements, Reg index, Reg from);

  // Function frames and calls. --------------------------------------------------------------------

  void prologue(const FrameShape& shape);
  /// Patches the size of the frame below the frame pointer, known only now.
  void set_frame_size(std::uint32_t bytes);
  void epilogue(const FrameShape& shape);
  /// Of a function without arguments on the stack, before its prologue.
  void return_without_frame();
  void grow_stack(std::uint32_t bytes);

  void call_function(std::uint32_t function);
  /// Calls what stands `offset` bytes behind the function's begin, back from here.
  void call_within_function(std::uint32_t offset);
  /// Calls a FuncRef that stands in the context at `offset`; the context register changes.
  void call_func_ref_in_context(std::int32_t offset, Reg temp);
  /// Compares the instance of the FuncRef that `ref` points to with the one that runs: Cond::ne. Then one of
  /// the two calls follows; only the second changes the context register.
  void compare_instance(Reg ref);
  void call_same_instance(Reg ref);
  void call_other_instance(Reg ref);
  void call_builtin(Builtin builtin);
  /// The whole entry of an interpreted function: goes on at `stub`, made by make_interpreter_stub().
  void jump_to_interpreter(const void* function, const void* stub);
  /// After a call that may have changed them: context from the frame, memory base from the context.
  void restore_context(bool memory_base);
  void compare_table_length(Reg index, Reg record, std::int32_t offset);
  /// Its first instruction is the load of the type, which faults where `func_ref` is null.
  void compare_type_id(Reg func_ref, std::uint32_t type_id);

  // Linear memory. --------------------------------------------------------------------------------

  void load_memory(Opcode op, Reg to, const MemoryOperand& address);
  void store_memory(Opcode op, const MemoryOperand& address, Reg from);
  void store_memory_constant(Opcode op, const MemoryOperand& address, std::int32_t value);
  /// `to` = index + offset + size, the end of an access, in 64 bits.
  void access_end(Reg to, const MemoryOperand& address, std::uint32_t size);
  /// Compares `end` (64 bits) with the size in the MemoryRecord that `record` points to.
  void compare_memory_size(Reg end, Reg record);
  void load_memory_pages(Reg to, Reg record);
  /// Aborts the process unless the upper half of `index` is zero: the debug check of the sandbox invariant.
  void assert_zero_extended(Reg index);
  /// The same unless `reg` holds what stands at the place in the frame (LocalCopies). Overwrites the flags.
  void assert_in_frame(Reg reg, std::int32_t frame_offset, ValKind kind);

  // Integer operations. ---------------------------------------------------------------------------

  /// A register that holds a constant that may not fit an instruction: for the right-hand side of the next
  /// one.
  Reg constant_operand(std::uint64_t bits, bool wide);
  bool has_bit_instructions() const { return true; }
  /// `to` = 0 - `from`
  void negative(bool wide, Reg to, Reg from);
  /// `to` = `value` and not `mask`.
  void and_not(bool wide, Reg to, Reg value, Reg mask);
  /// add, sub, mul, and, or, xor
  void integer_binary(Opcode op, Reg to, Reg left, Operand right);
  /// Whether `shift` by a constant can be part of `op`, whose right operand it makes.
  static bool folds_shift(Opcode shift, Opcode op);
  /// `to` = left op (right shift amount), where folds_shift(shift, op).
  void binary_shifted(Opcode op, Reg to, Reg left, Reg right, Opcode shift, unsigned amount);
  /// `to` = base + left * right, or base - left * right
  void multiply_add(bool wide, bool subtracts, Reg to, Reg base, Reg left, Reg right);
  /// `to` = the lowest `bits` of `from`, shifted to `place`; zeros elsewhere.
  void insert_field(bool wide, Reg to, Reg from, unsigned place, unsigned bits);
  /// `to` = the `bits` of `from` from `place` on.
  void extract_field(bool wide, Reg to, Reg from, unsigned place, unsigned bits);
  void shift_constant(Opcode op, Reg to, Reg value, unsigned count);
  static constexpr bool shifts_in_any_register(Opcode) { return true; }
  void shift(Opcode op, Reg to, Reg value, Reg count);
  /// clz, ctz, popcnt; extensions and wrap
  void integer_unary(Opcode op, Reg to, Reg from);
  /// `high` = the upper half of the product of two of 64 bits.
  void multiply_high(bool is_signed, Reg high, Reg left, Reg right);
  /// Quotient or remainder; tests for zero and overflow unless the divisor is known.
  void divide(Opcode op, Reg to, Reg dividend, Reg divisor, std::optional<std::uint64_t> known_divisor);

  void compare(bool wide, Reg left, Operand right);
  void test(bool wide, Reg left, Operand right);
  void set_if(Cond cond, Reg to, bool cleared);
  /// `to` = cond ? first : second. Reads the flags only.
  void select(Cond cond, Reg to, Reg first, Reg second, ValKind kind);

  // Floating point. -------------------------------------------------------------------------------

  void float_binary(Opcode op, Reg to, Reg left, Reg right);
  void float_unary(Opcode op, Reg to, Reg from);
  /// Sets flags for the condition that it returns.
  Cond compare_float(Opcode op, Reg left, Reg right);
  /// All of 0xA7…0xBF and the saturating truncations. `temp` is not needed.
  void convert(Opcode op, Reg to, Reg from, Reg temp);

  static bool fits_store_immediate(std::uint64_t bits, ValKind kind);

 private:
  /// How far conditional jumps to places not yet known may lead. Chosen by the size of a function's body;
  /// each displacement is checked when it is filled in, and a function that needs more is compiled again.
  enum class Reach : std::uint8_t {
    near,    ///< 32 KiB: tbz and tbnz
    middle,  ///< 1 MiB: b.cond, cbz, literals, adr
    far,     ///< 128 MiB: a jump over a `b`
  };
  struct LabelState {
    std::int32_t position = -1;          ///< bound here, or
    std::uint32_t reference = kNothing;  ///< the last jump to it
  };
  /// A displacement to be filled in once its label is bound, in a list of its label's.
  struct Reference {
    std::uint32_t at, next;
  };
  struct OutOfLineTrap {
    Label label;
    TrapCode trap;
    std::uint32_t wasm_delta;
  };
  struct JumpTable {
    Label label;
    std::uint32_t first, count;
  };
  struct FarTable {
    std::uint32_t at;  ///< of the instructions that make the table's address
    Label table;
  };
  struct PoolConstant {
    std::uint64_t bits;
    Label label;
  };
  /// What the next reader of the flags refers to.
  struct Flags {
    enum class Form : std::uint8_t { none, real, zero, bit };
    Form form = Form::none;
    bool wide = false;
    std::uint8_t bit = 0;
    Reg reg;  ///< of `zero` (compared with 0) and `bit` (the bit compared with 0)
  };
  /// What is known of temporaries and of memory within straight code: see memory.cpp.
  struct Known {
    Reg in_scratch;  ///< kScratch = memory base + this index
    Reg proven;      ///< base + this index + [0, proven_end) is in bounds
    std::uint64_t proven_end = 0;
    std::optional<std::uint64_t> constant;  ///< kIntTemp holds it
  };
  static constexpr std::uint32_t kNothing = 0xFFFFFFFF;

  using Gp = asmjit::a64::Gp;
  using Vec = asmjit::a64::Vec;
  using Mem = asmjit::a64::Mem;
  static Gp gp32(Reg reg) { return asmjit::a64::w(reg.number()); }
  static Gp gp64(Reg reg) { return asmjit::a64::x(reg.number()); }
  static Gp gp(Reg reg, bool wide) { return wide ? gp64(reg) : gp32(reg); }
  static Vec fp(Reg reg, bool wide) {
    return wide ? Vec(asmjit::a64::d(reg.number())) : Vec(asmjit::a64::s(reg.number()));
  }

  /// Every instruction that asmjit encodes passes here: errors do not stay silent, and whatever depends on
  /// the register that it writes is told.
  asmjit::Error _emit(asmjit::InstId id, const asmjit::Operand_& o0, const asmjit::Operand_& o1,
                      const asmjit::Operand_& o2, const asmjit::Operand_* rest) override;
  void before_write(unsigned number);
  void raw(std::uint32_t word);
  std::uint32_t read32(std::uint32_t at) const;
  void write32(std::uint32_t at, std::uint32_t word);

  void emit_branch(std::uint32_t word, Label label);
  void emit_conditional(std::uint32_t word, Label label);
  void add_reference(Label label);
  void patch_displacement(std::uint32_t at, std::uint32_t target);
  void emit_tables();
  Label trap_label(TrapCode trap);
  void branch_if_zero(bool wide, Reg reg, bool zero, Label label);
  bool branch_if_bit(Reg reg, unsigned bit, bool set, Label label);
  bool branch_without_flags(Cond cond, Label label);
  void jump_on_overflow(bool set, Label label);
  void set_flags() { flags_ = {Flags::Form::real, false, 0, {}}; }
  void make_flags();
  void drop_known() { known_ = {}; }

  void load_constant(Reg to, std::uint64_t bits, bool wide);
  Mem place(Reg base, std::int64_t offset, unsigned bytes);
  Mem frame_place(std::int32_t offset, unsigned bytes);
  void load_or_store(bool is_load, Reg reg, const Mem& mem, ValKind kind);
  void add_constant(bool wide, Reg to, Reg from, std::int64_t value);
  void saved_registers(const FrameShape& shape, bool restores);
  void after_call();

  Mem linear(const MemoryOperand& address, unsigned bytes);
  bool is_proven(const MemoryOperand& address, unsigned bytes) const;
  void note_access(const MemoryOperand& address, unsigned bytes);
  void store_memory(const asmjit::a64::Reg& from, unsigned bytes, const MemoryOperand& address);

  void add_number(bool wide, Reg to, Reg left, std::int64_t value);
  void multiply_by(bool wide, Reg to, Reg left, std::int64_t value);
  void logical_by(const AluRow& row, Reg to, Reg left, std::uint64_t value);
  void copysign(bool wide, Reg to, Reg left, Reg right);
  void truncate(const ConvertRow& row, Reg to, Reg from);
  void count_bits(bool wide, Reg to, Reg from);

  asmjit::CodeHolder code_;
  Emission& emission_;
  JitOptions options_;
  std::uint32_t wasm_delta_ = 0;
  std::uint32_t function_begin_ = 0;
  Reach reach_ = Reach::near;
  Reach least_reach_ = Reach::near;
  Flags flags_;
  Known known_;

  /// How a frame's slots are addressed: see prologue().
  enum class FrameSize : std::uint8_t { patched, fixed, patched_large };
  FrameSize frame_size_ = FrameSize::patched;
  std::uint32_t fixed_bytes_ = 0;
  std::uint32_t outgoing_bytes_ = 0;          ///< pushed below a fixed frame
  std::uint32_t frame_size_at_ = 0;           ///< of the instructions to patch
  std::uint32_t checked_size_at_ = kNothing;  ///< also those, before the check of the stack

  std::vector<LabelState> labels_;
  std::vector<Reference> references_;
  std::vector<OutOfLineTrap> traps_;
  std::vector<JumpTable> tables_;
  std::vector<FarTable> far_tables_;
  std::vector<Label> table_targets_;  ///< of all tables of the function
  std::vector<PoolConstant> pool_;
};

}  // namespace wasmjet::jit::a64
