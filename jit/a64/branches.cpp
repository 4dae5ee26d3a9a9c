#include <stdexcept>

#include "jit/a64/macro_assembler.hpp"

/// Labels and jumps. Every displacement passes through patch_displacement() or fits(), which refuse what the
/// instruction cannot encode.
namespace wasmjet::jit::a64 {

namespace arm = asmjit::a64;

namespace {

constexpr std::uint32_t kBranch = 0x14000000, kBranchIf = 0x54000000, kAddress = 0x10000000,
                        kCompareBranchZero = 0x34000000, kTestBranchZero = 0x36000000;
constexpr std::uint32_t kOppositeTest = 0x01000000;  ///< between cbz and cbnz, tbz and tbnz

/// Where an instruction has its displacement; in words, but for adr's, which is in bytes.
struct Field {
  unsigned bits = 0;
  unsigned shift = 0;
};

constexpr Field displacement_field(std::uint32_t word) {
  if ((word & 0x7C000000) == kBranch) return {26, 0};             // b, bl
  if ((word & 0xFF000010) == kBranchIf) return {19, 5};           // b.cond
  if ((word & 0x7E000000) == kCompareBranchZero) return {19, 5};  // cbz, cbnz
  if ((word & 0x7E000000) == kTestBranchZero) return {14, 5};     // tbz, tbnz
  if ((word & 0x3B000000) == 0x18000000) return {19, 5};          // ldr (literal)
  return {};
}

constexpr bool fits(std::int64_t value, unsigned bits) {
  return value >= -(std::int64_t{1} << (bits - 1)) && value < std::int64_t{1} << (bits - 1);
}

constexpr std::uint32_t with_displacement(std::uint32_t word, std::int64_t bytes) {
  const Field field = displacement_field(word);
  const std::uint32_t mask = (1U << field.bits) - 1;
  return (word & ~(mask << field.shift)) | (static_cast<std::uint32_t>(bytes / 4) & mask) << field.shift;
}

/// The same jump on the opposite condition.
constexpr std::uint32_t opposite(std::uint32_t word) {
  return (word & 0xFF000010) == kBranchIf ? word ^ 1U : word ^ kOppositeTest;
}

/// The condition field of instructions.
constexpr std::uint32_t condition_code(Cond cond) {
  constexpr std::uint32_t kEq = 0, kNe = 1, kHs = 2, kLo = 3, kHi = 8, kLs = 9, kGe = 10, kLt = 11, kGt = 12,
                          kLe = 13;
  switch (cond) {
    case Cond::eq:
    case Cond::float_eq:
      return kEq;
    case Cond::ne:
    case Cond::float_ne:
      return kNe;
    case Cond::lt_s:
    case Cond::float_not_above_equal:  // less or unordered
      return kLt;
    case Cond::ge_s:
    case Cond::float_above_equal:
      return kGe;
    case Cond::lt_u:
      return kLo;
    case Cond::ge_u:
      return kHs;
    case Cond::gt_s:
    case Cond::float_above:
      return kGt;
    case Cond::le_s:
    case Cond::float_not_above:  // less, equal or unordered
      return kLe;
    case Cond::gt_u:
      return kHi;
    case Cond::le_u:
      return kLs;
  }
  return kEq;
}

arm::CondCode encoder_condition(Cond cond) {
  return static_cast<arm::CondCode>(condition_code(cond) + static_cast<std::uint32_t>(arm::CondCode::kEQ));
}

}  // namespace

Label MacroAssembler::new_label() {
  labels_.emplace_back();
  return Label{static_cast<std::uint32_t>(labels_.size() - 1)};
}

void MacroAssembler::bind(Label label) {
  LabelState& state = labels_[label.id];
  if (state.position >= 0) throw std::logic_error("a label bound twice");
  state.position = static_cast<std::int32_t>(position());
  for (std::uint32_t at = state.reference; at != kNothing; at = references_[at].next) {
    patch_displacement(references_[at].at, position());
  }
  // Who jumps here brings other knowledge.
  flags_ = {};
  drop_known();
}

/// The instruction emitted next refers to the label.
void MacroAssembler::add_reference(Label label) {
  LabelState& state = labels_[label.id];
  references_.push_back({position(), state.reference});
  state.reference = static_cast<std::uint32_t>(references_.size() - 1);
}

void MacroAssembler::patch_displacement(std::uint32_t at, std::uint32_t target) {
  const std::uint32_t word = read32(at);
  const std::int64_t distance = std::int64_t{target} - at;
  if ((word & 0x9F000000) == kAddress) {
    if (!fits(distance, 21)) throw OutOfReach();
    const auto low = static_cast<std::uint32_t>(distance & 3),
               high = static_cast<std::uint32_t>(distance >> 2 & 0x7FFFF);
    write32(at, (word & 0x9F00001F) | low << 29 | high << 5);
    return;
  }
  const Field field = displacement_field(word);
  if (field.bits == 0 || distance % 4 != 0) throw std::logic_error("no jump to be patched");
  if (!fits(distance / 4, field.bits)) throw OutOfReach();
  write32(at, with_displacement(word, distance));
}

void MacroAssembler::emit_branch(std::uint32_t word, Label label) {
  const LabelState& state = labels_[label.id];
  if (state.position < 0) {
    add_reference(label);
    raw(word);
    return;
  }
  const auto at = position();
  raw(word);
  patch_displacement(at, static_cast<std::uint32_t>(state.position));
}

/// A conditional jump, or its opposite over an unconditional one.
void MacroAssembler::emit_conditional(std::uint32_t word, Label label) {
  const LabelState& state = labels_[label.id];
  const bool reaches = state.position < 0 ? reach_ != Reach::far
                                          : fits((std::int64_t{state.position} - position()) / 4,
                                                 displacement_field(word).bits);
  if (reaches) {
    emit_branch(word, label);
    return;
  }
  raw(with_displacement(opposite(word), 8));
  emit_branch(kBranch, label);
}

void MacroAssembler::jump(Label label) { emit_branch(kBranch, label); }

void MacroAssembler::branch_if_zero(bool wide, Reg reg, bool zero, Label label) {
  emit_conditional(kCompareBranchZero | (wide ? 1U << 31 : 0) | (zero ? 0 : kOppositeTest) | reg.number(),
                   label);
}

/// False where tbz might not reach.
bool MacroAssembler::branch_if_bit(Reg reg, unsigned bit, bool set, Label label) {
  const LabelState& state = labels_[label.id];
  const bool reaches =
      state.position < 0 ? reach_ == Reach::near : fits((std::int64_t{state.position} - position()) / 4, 14);
  if (!reaches) return false;
  emit_branch(kTestBranchZero | bit >> 5 << 31 | (bit & 31U) << 19 | (set ? kOppositeTest : 0) | reg.number(),
              label);
  return true;
}

/// True if the condition became part of a jump.
bool MacroAssembler::branch_without_flags(Cond cond, Label label) {
  if (flags_.form == Flags::Form::bit) {
    return (cond == Cond::eq || cond == Cond::ne) &&
           branch_if_bit(flags_.reg, flags_.bit, cond == Cond::ne, label);
  }
  if (flags_.form != Flags::Form::zero) return false;
  switch (cond) {
    case Cond::eq:
    case Cond::le_u:
      branch_if_zero(flags_.wide, flags_.reg, true, label);
      return true;
    case Cond::ne:
    case Cond::gt_u:
      branch_if_zero(flags_.wide, flags_.reg, false, label);
      return true;
    case Cond::lt_s:
    case Cond::ge_s:
      return branch_if_bit(flags_.reg, flags_.wide ? 63 : 31, cond == Cond::lt_s, label);
    default:
      return false;
  }
}

/// Pending tests become flags.
void MacroAssembler::make_flags() {
  const Flags flags = flags_;
  set_flags();
  switch (flags.form) {
    case Flags::Form::zero:
      cmp(gp(flags.reg, flags.wide), 0);
      return;
    case Flags::Form::bit:
      tst(gp(flags.reg, flags.wide), std::uint64_t{1} << flags.bit);
      return;
    case Flags::Form::real:
      return;
    case Flags::Form::none:
      throw std::logic_error("flags read that nobody set");
  }
}

void MacroAssembler::jump_if(Cond cond, Label label) {
  if (branch_without_flags(cond, label)) {
    flags_ = {};
    return;
  }
  make_flags();
  emit_conditional(kBranchIf | condition_code(cond), label);
}

void MacroAssembler::jump_on_overflow(bool set, Label label) {
  constexpr std::uint32_t kVs = 6, kVc = 7;
  emit_conditional(kBranchIf | (set ? kVs : kVc), label);
}

Label MacroAssembler::trap_label(TrapCode trap) {
  if (!traps_.empty() && traps_.back().trap == trap && traps_.back().wasm_delta == wasm_delta_) {
    return traps_.back().label;
  }
  const Label label = new_label();
  traps_.push_back({label, trap, wasm_delta_});
  return label;
}

void MacroAssembler::trap_if(Cond cond, TrapCode trap) { jump_if(cond, trap_label(trap)); }

void MacroAssembler::trap(TrapCode trap) {
  may_trap(trap);
  udf(static_cast<std::uint32_t>(trap));
}

void MacroAssembler::set_if(Cond cond, Reg to, bool) {
  if (flags_.form == Flags::Form::zero && cond == Cond::lt_s) {
    const Flags flags = std::exchange(flags_, {});
    lsr(gp(to, flags.wide), gp(flags.reg, flags.wide), flags.wide ? 63 : 31);
    return;
  }
  if (flags_.form == Flags::Form::bit && cond == Cond::ne) {
    const Flags flags = std::exchange(flags_, {});
    ubfx(gp(to, flags.wide), gp(flags.reg, flags.wide), flags.bit, 1);
    return;
  }
  make_flags();
  cset(gp32(to), encoder_condition(cond));
}

void MacroAssembler::select(Cond cond, Reg to, Reg first, Reg second, ValKind kind) {
  make_flags();
  const bool wide = !is_32_bit(kind);
  if (first == second) {
    move(to, first, kind);
  } else if (to.is_float()) {
    fcsel(fp(to, wide), fp(first, wide), fp(second, wide), encoder_condition(cond));
  } else {
    csel(gp(to, wide), gp(first, wide), gp(second, wide), encoder_condition(cond));
  }
}

std::uint32_t MacroAssembler::jump_table(std::span<const Label> targets) {
  tables_.push_back({new_label(), static_cast<std::uint32_t>(table_targets_.size()),
                     static_cast<std::uint32_t>(targets.size())});
  table_targets_.insert(table_targets_.end(), targets.begin(), targets.end());
  return static_cast<std::uint32_t>(tables_.size() - 1);
}

void MacroAssembler::jump_by_table(Reg index, Reg temp, std::uint32_t table) {
  const Label label = tables_[table].label;
  if (reach_ != Reach::far) {
    add_reference(label);
    raw(kAddress | temp.number());
  } else {  // the distance is filled in by emit_tables()
    far_tables_.push_back({position(), label});
    raw(kAddress | temp.number());
    movz(arm::w(Abi::kScratch.number()), 0);
    movk(arm::w(Abi::kScratch.number()), 0, arm::lsl(16));
    add(gp64(temp), gp64(temp), gp64(Abi::kScratch));
  }
  ldr(gp64(Abi::kScratch), arm::ptr(gp64(temp), gp32(index), arm::uxtw(3)));
  br(gp64(Abi::kScratch));
}

/// Tables stand behind the code, so that it consists of instructions alone.
void MacroAssembler::emit_tables() {
  for (const JumpTable& table : tables_) {
    bind(table.label);
    emission_.tables.push_back({position(), table.count});
    for (std::uint32_t i = 0; i < table.count; ++i) {
      const std::int64_t target = labels_[table_targets_[table.first + i].id].position;
      if (target < 0) throw std::logic_error("a jump table's target was never bound");
      embed(&target, sizeof target);
    }
  }
  for (const FarTable& far : far_tables_) {
    const std::uint32_t distance = static_cast<std::uint32_t>(labels_[far.table.id].position) - far.at;
    write32(far.at + 4, read32(far.at + 4) | (distance & 0xFFFF) << 5);
    write32(far.at + 8, read32(far.at + 8) | distance >> 16 << 5);
  }
}

}  // namespace wasmjet::jit::a64
