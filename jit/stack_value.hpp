#pragma once

#include <cstdint>

#include "jit/registers.hpp"

namespace wasmjet::jit {

/// Where the value of one operand stack entry is while a function is compiled. "Lazy": nothing is
/// emitted for a constant or a local until somebody consumes it.
///
/// Two words, each written and read as a whole: most values are read right after they were written, and the
/// processor passes on what it has not stored yet only to a load that a single store covers.
class StackValue {
 public:
  enum class Where : std::uint8_t {
    constant,  ///< bits()
    reg,       ///< reg(), owned by this entry alone
    local,     ///< alias: the current value of local index()
    slot,      ///< the entry's own frame slot (its height is its address)
  };
  static constexpr unsigned kAnyWidth = 32;

  StackValue() = default;
  // Those that are made by default copy 16 bytes at once.
  // NOLINTBEGIN(modernize-use-equals-default)
  StackValue(const StackValue& other) : head_(other.head_), bits_(other.bits_) {}
  StackValue& operator=(const StackValue& other) {
    head_ = other.head_;
    bits_ = other.bits_;
    return *this;
  }
  // NOLINTEND(modernize-use-equals-default)
  ~StackValue() = default;

  static StackValue constant(std::uint64_t bits, ValKind kind) {
    return StackValue(head(Where::constant, kind, Reg(), kAnyWidth, 0), bits);
  }
  static StackValue in_reg(Reg reg, ValKind kind, unsigned width = kAnyWidth) {
    return StackValue(head(Where::reg, kind, reg, width, 0), 0);
  }
  static StackValue local(std::uint32_t local, ValKind kind) {
    return StackValue(head(Where::local, kind, Reg(), kAnyWidth, local), 0);
  }
  static StackValue slot(std::uint32_t height, ValKind kind) {
    return StackValue(head(Where::slot, kind, Reg(), kAnyWidth, height), 0);
  }

  Where where() const { return static_cast<Where>(head_ & 0xFF); }
  bool is_const() const { return where() == Where::constant; }
  bool is_reg() const { return where() == Where::reg; }
  bool is_local() const { return where() == Where::local; }
  bool is_slot() const { return where() == Where::slot; }

  ValKind kind() const { return static_cast<ValKind>(head_ >> kKindShift & 0xFF); }
  Reg reg() const { return Reg::of_code(static_cast<std::uint8_t>(head_ >> kRegShift)); }
  /// Of an i32 in a register or a slot: it is less than 2^width.
  unsigned width() const { return static_cast<unsigned>(head_ >> kWidthShift & 0xFF); }
  /// Local: its number; slot: the height it was pushed at; register: see copied_local().
  std::uint32_t index() const { return static_cast<std::uint32_t>(head_ >> kIndexShift); }
  /// Constant: the bit pattern, 32-bit ones zero-extended. Register: see copied_version().
  std::uint64_t bits() const { return bits_; }

  /// The value has come to register `to`, of which the entry is the owner.
  void come_to(Reg to) { head_ = head(Where::reg, kind(), to, width(), 0); }
  /// The same, where what is known of its contents stays true.
  void move_to(Reg to) {
    head_ = (head_ & ~(std::uint64_t{0xFF} << kRegShift)) | std::uint64_t{to.code()} << kRegShift;
  }
  /// The value has been stored to the slot of `height`.
  void come_to_slot(std::uint32_t height) { head_ = head(Where::slot, kind(), Reg(), width(), height); }

  /// Says of a value in a register that it is what a local is now (LocalCopies).
  void mark_copy(std::uint32_t local, std::uint32_t version) {
    head_ = (head_ & 0xFFFFFFFF) | std::uint64_t{local + 1} << kIndexShift;
    bits_ = version;
  }
  bool is_copy() const { return index() != 0; }
  std::uint32_t copied_local() const { return index() - 1; }
  std::uint32_t copied_version() const { return static_cast<std::uint32_t>(bits_); }

 private:
  static constexpr unsigned kKindShift = 8, kRegShift = 16, kWidthShift = 24, kIndexShift = 32;
  static constexpr std::uint64_t head(Where where, ValKind kind, Reg reg, unsigned width,
                                      std::uint32_t index) {
    return static_cast<std::uint64_t>(where) | static_cast<std::uint64_t>(kind) << kKindShift |
           std::uint64_t{reg.code()} << kRegShift | std::uint64_t{width} << kWidthShift |
           std::uint64_t{index} << kIndexShift;
  }
  StackValue(std::uint64_t head, std::uint64_t bits) : head_(head), bits_(bits) {}

  std::uint64_t head_ = head(Where::slot, ValKind::i32, Reg(), kAnyWidth, 0);
  std::uint64_t bits_ = 0;
};

/// The right-hand side of an instruction. One word, for the same reason as StackValue's two.
class Operand {
 public:
  static Operand of(Reg reg) { return Operand(kReg, reg.code()); }
  /// Whether immediate(bits) stands for these bits.
  static bool fits_immediate(std::uint64_t bits, ValKind kind) {
    const auto wide = static_cast<std::int64_t>(bits);
    return is_32_bit(kind) || wide == static_cast<std::int32_t>(wide);
  }
  static Operand immediate(std::int32_t value) {
    return Operand(kImmediate, static_cast<std::uint32_t>(value));
  }
  /// At `offset` from the frame pointer.
  static Operand frame(std::int32_t offset) { return Operand(kFrame, static_cast<std::uint32_t>(offset)); }

  bool is_reg() const { return form() == kReg; }
  bool is_immediate() const { return form() == kImmediate; }
  bool is_frame() const { return form() == kFrame; }
  bool is(Reg r) const { return is_reg() && reg() == r; }

  Reg reg() const { return Reg::of_code(static_cast<std::uint8_t>(word_)); }
  /// Of an immediate, which is sign-extended to the operation's width; or the offset in the frame.
  std::int32_t value() const { return static_cast<std::int32_t>(word_); }

 private:
  enum Form : std::uint8_t { kReg, kImmediate, kFrame };
  Operand(Form form, std::uint32_t low) : word_(std::uint64_t{form} << 32 | low) {}
  Form form() const { return static_cast<Form>(word_ >> 32); }

  std::uint64_t word_;
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
  bool is_near = false;
  bool valid() const { return id != 0xFFFFFFFF; }
  /// As the target of a jump that may have a short form: binding the label further off throws OutOfReach.
  Label near() const { return {id, true}; }
};

}  // namespace wasmjet::jit
