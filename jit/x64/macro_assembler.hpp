#pragma once

#include <asmjit/x86.h>

#include <cstdint>
#include <span>
#include <vector>

#include "decoder/fast_stack.hpp"
#include "decoder/opcodes.hpp"
#include "jit/code_emission.hpp"
#include "jit/code_region.hpp"
#include "jit/frame_shape.hpp"
#include "jit/jit.hpp"
#include "jit/stack_value.hpp"
#include "jit/x64/abi.hpp"
#include "jit/x64/cpu_features.hpp"
#include "jit/x64/quick_assembler.hpp"
#include "jit/x64/rows.hpp"
#include "runtime/layout.hpp"

namespace wasmjet::jit::x64 {

namespace Inst = asmjit::x86::Inst;

/// x86-64's half of the compiler: every instruction that compiled functions consist of is emitted
/// here. The other half (FunctionCompiler) knows no x86.
///
/// Invariant: an i32 in a register is zero-extended to 64 bits. Every method that produces an i32 keeps
/// it, so a register can serve as the index of a MemoryOperand as it is.
///
/// Unless a comment says otherwise, a destination may be the same register as any source.
class MacroAssembler : private QuickAssembler {
 public:
  using Abi = x64::Abi;
  // What FunctionCompiler should know of the architecture; the same names stand in every macro-assembler.
  static constexpr bool kHasMemoryOperands = true;  ///< the right-hand side may stand in memory
  static constexpr bool kFoldsAnyOffset = false;    ///< a MemoryOperand takes offsets above INT32_MAX
  static constexpr bool kFoldsAnyShift = false;     ///< see binary_shifted() of AArch64; else scaled_add()
  static constexpr bool kFusesArithmetic = false;   ///< multiply_add(), insert_field(), extract_field()
  static constexpr bool kFixedRegisters = true;     ///< divisions and some shifts demand certain registers
  static constexpr bool kSelectsFromTwo = false;    ///< select() has a destination of its own
  static constexpr bool kFloatEqualityIsOneFlag = false;
  static constexpr bool kHasLesserOfFloats = true;  ///< lesser()
  static constexpr bool kBooleansTakeTest =
      true;                                    ///< to jump by one; set_if() and moves leave the flags alone
  static constexpr bool kSetsBytes = true;     ///< set_if() sets a byte
  static constexpr bool kHasLowestBit = true;  ///< lowest_bit(), with has_bit_instructions()
  static constexpr bool kKeepsConstants = false;        ///< constant_operand()
  static constexpr bool kHasNearJumps = true;           ///< Label::near(); all others reach
  static constexpr std::size_t kNearCode = 0x7FFF0000;  ///< of a module whose calls have the short form
  static constexpr std::size_t kMostCode = kNearCode;   ///< of a module: displacements are 32 bits
  static constexpr unsigned kFunctionAlignment = 16;
  static constexpr unsigned kRecursionAlignment = 64;
  static constexpr unsigned kDispatchAlignment = 64;  ///< of interpreters' loops, and of their cases
  static constexpr unsigned kLoopAlignment = 32;
  static constexpr unsigned kOuterLoopAlignment = 16;
  static constexpr unsigned kCallingLoopAlignment = 32;
  static constexpr unsigned kMaxScale = 3;  ///< greatest shift that scaled_add() takes

  MacroAssembler(CodeRegion& region, Emission& emission, CpuFeatures features, JitOptions options);

  // Positions. ------------------------------------------------------------------------------------

  std::uint32_t position() const { return static_cast<std::uint32_t>(offset()); }
  /// Throws RegionFull unless `bytes` more fit.
  void ensure_space(std::size_t bytes) const {
    if (remainingSpace() < bytes) throw RegionFull();
  }
  std::size_t space_left() const { return remainingSpace(); }
  void align_code(unsigned bytes);
  /// Starts a function at an aligned place: forgets labels, traps and constants of the previous one.
  /// `wasm_bytes`: size of its body, a measure of how far jumps may go.
  void begin_function(std::uint32_t wasm_bytes, bool recursive);
  /// Emits the out-of-line traps, the constants and jump tables that the function has asked for.
  void end_function();
  std::uint32_t function_begin() const { return function_begin_; }
  /// Gives up what was emitted from `position` on, an unfinished function.
  void take_back(std::uint32_t position) {
    setOffset(position);
    zero_flag_ = {};
  }
  /// Completes a call_function() in `code` once the callee's place there is known.
  static void patch_call(std::uint8_t* code, std::uint32_t at, std::uint32_t target);
  /// Rows made from now on belong to the instruction at `wasm_delta` from the body's start.
  void at_wasm_offset(std::uint32_t wasm_delta) { wasm_delta_ = wasm_delta; }
  std::uint32_t wasm_offset() const { return wasm_delta_; }
  /// The next instruction may fault, with this meaning.
  void may_trap(TrapCode trap, std::uint8_t aux = 0) {
    // A return address has a row of its own: keep the two apart.
    if (!emission_.rows.empty() && emission_.rows.back().code_offset == position()) nop();
    emission_.rows.push_back(CodeRow::make(position(), wasm_delta_, trap, aux));
  }

  // Labels and jumps. -----------------------------------------------------------------------------

  Label new_label();
  void bind(Label label);
  void jump(Label label);
  /// Reads the flags of the last compare(), test() or compare_float(); changes none.
  void jump_if(Cond cond, Label label);
  /// Leaves by `trap` if `cond` holds; the code that does so stands behind the function.
  void trap_if(Cond cond, TrapCode trap);
  void trap(TrapCode trap);
  /// A table of the function's, behind its code; returns its number.
  std::uint32_t jump_table(std::span<const Label> targets);
  /// Jumps to the table's target `index`, which is zero-extended and less than the number of targets.
  /// `temp` is overwritten.
  void jump_by_table(Reg index, Reg temp, std::uint32_t table);

  // Moves; none touches the flags, except constant() without `keep_flags`. ------------------------

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

  // Function frames and calls (frame layout: frame.hpp). ------------------------------------------

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
  void compare_type_id(Reg func_ref, std::uint32_t type_id);

  // Linear memory. --------------------------------------------------------------------------------

  void load_memory(Opcode op, Reg to, const MemoryOperand& address);
  void store_memory(Opcode op, const MemoryOperand& address, Reg from);
  void store_memory_constant(Opcode op, const MemoryOperand& address, std::int32_t value);
  /// `to` = `left` op [address], for binary operations that take a memory operand (see folds_load).
  void binary_memory(Opcode op, Reg to, Reg left, const MemoryOperand& address);
  /// Compares the lower 8, 16, 32 or 64 `bits` of a register with those at the address.
  void compare_memory(unsigned bits, Reg left, const MemoryOperand& address);
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

  /// add, sub, mul, and, or, xor
  void integer_binary(Opcode op, Reg to, Reg left, Operand right);
  bool has_bit_instructions() const { return features_.bmi1; }
  /// `to` = `from` + constant.
  void add_keeping_flags(bool wide, Reg to, Reg from, std::int32_t constant) {
    address_of(wide, to.number(), {from.number(), Address::kNoIndex, 0, constant});
  }
  /// `to` = 0 - `from`
  void negative(bool wide, Reg to, Reg from);
  /// `to` = `value` and not `mask`; if has_bit_instructions().
  void and_not(bool wide, Reg to, Reg value, Reg mask);
  /// `to` = the lowest bit of `from`, or `from` without it; if has_bit_instructions().
  void lowest_bit(bool wide, bool clears, Reg to, Reg from);
  /// `to` = base + (index << shift) + displacement in 32 or 64 bits, wrapping; `base` may be invalid.
  void scaled_add(bool wide, Reg to, Reg base, Reg index, unsigned shift, std::int32_t displacement);
  void shift_constant(Opcode op, Reg to, Reg value, unsigned count);
  bool shifts_in_any_register(Opcode op) const;
  /// `count` is rcx unless shifts_in_any_register(op); `to` is not `count` then.
  void shift(Opcode op, Reg to, Reg value, Reg count);
  /// clz, ctz, popcnt; extensions and wrap
  void integer_unary(Opcode op, Reg to, Reg from);
  /// `high` = the upper half of the product of two of 64 bits; `high` is rdx, `left` is rax, which is
  /// overwritten.
  void multiply_high(bool is_signed, Reg high, Reg left, Reg right);
  /// Dividend in rax, result in rax or rdx (remainders); both are overwritten. Divisor elsewhere.
  void divide(Opcode op, Reg divisor);

  void compare(bool wide, Reg left, Operand right);
  /// Of a register with itself, the flags may tell only whether it is zero.
  void test(bool wide, Reg left, Operand right);
  /// `to` = 1 if `cond`, else 0; all of it but its lowest byte is `cleared` already.
  void set_if(Cond cond, Reg to, bool cleared);
  /// `to` = cond ? `to` : `otherwise`. Reads the flags only.
  void select(Cond cond, Reg to, Reg otherwise, ValKind kind);

  // Floating point. -------------------------------------------------------------------------------

  void float_binary(Opcode op, Reg to, Reg left, Reg right);
  void float_binary_constant(Opcode op, Reg to, Reg left, std::uint64_t bits);
  void float_unary(Opcode op, Reg to, Reg from);
  /// `to` = `left` < `right` ? `left` : `right`; with > unless `less`.
  void lesser(bool less, ValKind kind, Reg to, Reg left, Reg right);
  /// Sets flags for the condition that it returns.
  Cond compare_float(Opcode op, Reg left, Reg right);
  /// Boolean of eq and ne without flags, which need two.
  void set_float_equality(Opcode op, Reg to, Reg left, Reg right);
  /// All of 0xA7…0xBF and the saturating truncations. `temp`: an integer register unlike the others.
  void convert(Opcode op, Reg to, Reg from, Reg temp);

  static bool fits_store_immediate(std::uint64_t bits, ValKind kind);
  const CpuFeatures& features() const { return features_; }

 private:
  struct LabelState {
    std::int32_t position = -1;   ///< bound here, or
    std::int32_t link = -1;       ///< last jump to it; each displacement field holds the one before
    std::int32_t near_link = -1;  ///< last short one; each holds how far before it the next one is, or 0
  };
  struct OutOfLineTrap {
    Label label;
    TrapCode trap;
    std::uint32_t wasm_delta;
  };
  /// What has to be done, out of line, where a conversion's usual instruction does not do; see convert().
  struct RareConversion {
    ConvertRow row;
    Reg to, from, temp;
    Label entry, back;
    std::uint32_t wasm_delta;
  };
  struct JumpTable {
    std::uint32_t first, count;
    std::int32_t link = -1;  ///< the displacements that are to point to it
    std::uint16_t ends = 0;  ///< where jumps by it end, modulo 16: one bit each
  };
  struct PoolConstant {
    std::uint64_t bits;
    std::int32_t link;
  };

  static asmjit::x86::Gp gp32(Reg reg) { return asmjit::x86::gpd(reg.number()); }
  static asmjit::x86::Gp gp64(Reg reg) { return asmjit::x86::gpq(reg.number()); }
  static asmjit::x86::Gp gp(Reg reg, bool wide) { return wide ? gp64(reg) : gp32(reg); }
  static asmjit::x86::Gp gp8(Reg reg) { return asmjit::x86::gpb(reg.number()); }
  static asmjit::x86::Xmm fp(Reg reg) { return asmjit::x86::xmm(reg.number()); }
  static asmjit::x86::Mem frame(std::int32_t offset, unsigned size);
  static asmjit::x86::Mem linear(const MemoryOperand& address, unsigned size);
  static Address frame_place(std::int32_t offset) { return {rbp.number(), Address::kNoIndex, 0, offset}; }
  static Address linear_place(const MemoryOperand& address);

  /// Conditions as the instruction set numbers them, beside those of Cond.
  static constexpr std::uint8_t kIfOverflow = 0x0, kIfNotEqual = 0x5, kIfSign = 0x8, kIfUnordered = 0xA,
                                kIfOrdered = 0xB;
  void emit_jump(std::uint8_t opcode_short, std::uint8_t prefix, std::uint8_t opcode_near, Label label);
  void jump_on(std::uint8_t condition, Label label);
  void raw8(unsigned byte) { *_bufferPtr++ = static_cast<std::uint8_t>(byte); }
  void raw32(std::int32_t value);
  std::int32_t read32(std::uint32_t at) const;
  void write32(std::uint32_t at, std::int32_t value);
  void point_to(std::uint32_t place, std::int32_t link);
  void spread(JumpTable& table, unsigned bytes);
  Label trap_label(TrapCode trap);
  void float_op(asmjit::InstId vex, asmjit::InstId legacy, bool commutes, Reg to, Reg left,
                const asmjit::Operand& right);
  void float_min_max(asmjit::InstId vex, asmjit::InstId legacy, bool wide, bool min, Reg to, Reg left,
                     Reg right);
  void load_float(Reg to, const asmjit::x86::Mem& from);
  void store_float(const asmjit::x86::Mem& to, Reg from);
  void float_copysign(bool wide, Reg to, Reg left, Reg right);
  void truncate(const ConvertRow& row, Reg to, Reg from, Reg temp);
  void truncate_to_int64(bool wide_source, Reg to, Reg from);
  void truncate_rarely(const RareConversion& rare);
  void truncate_to_limit(const RareConversion& rare);
  void reduce_by_two63(bool wide_source, Reg from);
  void convert_unsigned64(const ConvertRow& row, Reg to, Reg from, Reg temp);
  void convert_above_two63(const RareConversion& rare);
  void compare_floats(bool wide, Reg left, Reg right);
  void rarely(std::uint8_t condition, const ConvertRow& row, Reg to, Reg from, Reg temp);
  void emit_rare_conversions();
  void move_float(Reg to, Reg from);
  /// A rip-relative operand; patch_last_displacement() must follow the instruction that uses it.
  static asmjit::x86::Mem rip_operand(unsigned size) { return asmjit::x86::ptr(asmjit::x86::rip, 0, size); }
  void integer_constant(const AluRow& row, Reg to, Reg left, std::int32_t value);
  void multiply_by(bool wide, Reg to, Reg left, std::int32_t value);
  void link_pool_constant(std::uint64_t bits);
  void link_mask(unsigned mask);
  void emit_tables();

  /// The zero flag tells of `reg`, as long as nothing more is emitted or bound. The other flags do not.
  struct ZeroFlag {
    std::uint32_t position = 0;
    Reg reg;
    bool wide = false;
    bool operator==(const ZeroFlag&) const = default;
  };
  void note_zero_flag(Reg reg, bool wide) { zero_flag_ = {position(), reg, wide}; }

  asmjit::CodeHolder code_;
  Emission& emission_;
  ZeroFlag zero_flag_;
  CpuFeatures features_;
  JitOptions options_;
  std::uint32_t wasm_delta_ = 0;
  std::uint32_t function_begin_ = 0;
  std::uint32_t frame_size_at_ = 0;  ///< of the displacement to patch, 0: none
  std::uint32_t checked_size_at_ = 0;
  std::uint32_t pushed_below_fp_ = 0, pushed_before_check_ = 0;
  bool has_short_frame_size_ = false;
  FastStack<LabelState> labels_;
  std::vector<RareConversion> rare_conversions_;
  std::vector<OutOfLineTrap> traps_;
  std::vector<JumpTable> tables_;
  std::vector<Label> table_targets_;  ///< of all tables of the function
  std::vector<PoolConstant> pool_;
};

}  // namespace wasmjet::jit::x64
