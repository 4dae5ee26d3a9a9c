#pragma once

#include <cstdint>

#include "jit/registers.hpp"

namespace wasmjet::jit {

/// Where the value of one operand stack entry is while a function is compiled. "Lazy": nothing is
/// emitted for a constant or a local until somebody consumes it.
struct StackValue {
  enum class Where : std::uint8_t {
    constant,  ///< `bits`
    reg,       ///< `reg`, owned by this entry alone
    local,     ///< alias: the current value of local `local`
    slot,      ///< the entry's own frame slot (its height is its address)
  };
  static constexpr std::uint8_t kAnyWidth = 32;

  Where where = Where::slot;
  ValKind kind = ValKind::i32;
  Reg reg = {};
  std::uint8_t width = kAnyWidth;  ///< of an i32 in `reg` or a slot: it is less than 2^width
  /// Local: its number; slot: the height it was pushed at; register: see LocalCopies::mark(), or 0.
  std::uint32_t index = 0;
  std::uint64_t bits = 0;  ///< constant: the bit pattern, 32-bit ones zero-extended

  bool is_const() const { return where == Where::constant; }
  bool is_reg() const { return where == Where::reg; }
  bool is_local() const { return where == Where::local; }
  bool is_slot() const { return where == Where::slot; }

  /// The value has come to register `to`, of which the entry is the owner.
  void come_to(Reg to) {
    where = Where::reg;
    reg = to;
    index = 0;
  }
};

/// The right-hand side of an instruction.
struct Operand {
  enum class Form : std::uint8_t { reg, immediate, frame };
  Form form = Form::reg;
  Reg reg = {};
  std::int32_t value = 0;  ///< immediate, sign-extended to the operation's width; frame offset

  static Operand of(Reg reg) { return {Form::reg, reg, 0}; }
  /// Whether immediate(bits) stands for these bits.
  static bool fits_immediate(std::uint64_t bits, ValKind kind) {
    const auto wide = static_cast<std::int64_t>(bits);
    return is_32_bit(kind) || wide == static_cast<std::int32_t>(wide);
  }
  static Operand immediate(std::int32_t value) { return {Form::immediate, {}, value}; }
  static Operand frame(std::int32_t offset) { return {Form::frame, {}, offset}; }
  bool is_reg() const { return form == Form::reg; }
  bool is_immediate() const { return form == Form::immediate; }
  bool is(Reg r) const { return form == Form::reg && reg == r; }
};

/// Linear-memory address: memory base + zero-extended 32-bit `index` (if valid) + `offset`.
/// The one shape in which compiled code may touch linear memory; see docs/architecture.md,
/// "The sandbox invariant".
struct MemoryOperand {
  Reg index;
  std::uint64_t offset = 0;
  /// Base of another memory than memory 0; invalid for memory 0.
  Reg base;
  bool checked = false;  ///< its bounds have been compared explicitly
};

/// Conditions of integer comparisons, and of float ones (which are false on NaN except `float_ne`).
enum class Cond : std::uint8_t {
  eq,
  ne,
  lt_s,
  ge_s,
  lt_u,
  ge_u,
  gt_s,
  le_s,
  gt_u,
  le_u,
  float_eq,
  float_ne,
  float_above,
  float_not_above,
  float_above_equal,
  float_not_above_equal,
};
/// Conditions stand in pairs that negate each other.
constexpr Cond negate(Cond cond) { return static_cast<Cond>(static_cast<std::uint8_t>(cond) ^ 1U); }

/// A place in the code of the function being compiled; an index into the assembler's label pool.
struct Label {
  std::uint32_t id = 0xFFFFFFFF;
  bool valid() const { return id != 0xFFFFFFFF; }
};

}  // namespace wasmjet::jit
