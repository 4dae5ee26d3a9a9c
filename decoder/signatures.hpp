#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "decoder/opcodes.hpp"
#include "decoder/stack_type.hpp"

namespace wasmjet {

/// The type of an instruction whose operands and result depend on nothing but its opcode. Its name in the
/// table's signature column is its definition: `i32_i64_to_none` pops an i64, then an i32, pushes nothing.
struct Signature {
  static constexpr std::size_t kMaxPops = 3;

  bool special = false;  ///< the type depends on immediates or context: the validator has code for it
  bool well_formed = false;
  std::uint8_t pops = 0;
  std::uint8_t pushes = 0;
  StackType pop[kMaxPops] = {};  ///< in the order they were pushed
  StackType push = StackType::bottom;
};

namespace detail {

constexpr StackType stack_type_named(std::string_view name) {
  if (name == "i32") return StackType::i32;
  if (name == "i64") return StackType::i64;
  if (name == "f32") return StackType::f32;
  if (name == "f64") return StackType::f64;
  if (name == "v128") return StackType::v128;
  return StackType::bottom;
}

constexpr Signature parse_signature(std::string_view name) {
  Signature result;
  if (name == "special") {
    result.special = result.well_formed = true;
    return result;
  }
  const std::size_t arrow = name.find("_to_");
  if (arrow == std::string_view::npos) return result;
  std::string_view operands = name.substr(0, arrow);
  const std::string_view pushed = name.substr(arrow + 4);
  while (operands != "none" && !operands.empty()) {
    const std::size_t size = std::min(operands.find('_'), operands.size());
    const StackType type = stack_type_named(operands.substr(0, size));
    if (type == StackType::bottom || result.pops == Signature::kMaxPops) return result;
    result.pop[result.pops++] = type;
    operands = operands.substr(std::min(size + 1, operands.size()));
  }
  result.push = stack_type_named(pushed);
  result.pushes = result.push != StackType::bottom;
  result.well_formed = result.pushes == 1 || pushed == "none";
  return result;
}

}  // namespace detail

/// Signature of every opcode, in table order.
inline constexpr Signature kSignatures[kOpcodeCount] = {
#define OP(id, text, prefix, code, imm, sig, cls) detail::parse_signature(#sig),
#include "decoder/opcodes.def"
#undef OP
};

constexpr const Signature& signature(Opcode op) { return kSignatures[static_cast<std::size_t>(op)]; }

/// Bytes that a memory access touches, by its immediate's kind; 0 where it is no memory access.
constexpr unsigned access_size(Immediate immediate) {
  switch (immediate) {
    case Immediate::memarg1:
    case Immediate::memarg1_lane:
      return 1;
    case Immediate::memarg2:
    case Immediate::memarg2_lane:
      return 2;
    case Immediate::memarg4:
    case Immediate::memarg4_lane:
      return 4;
    case Immediate::memarg8:
    case Immediate::memarg8_lane:
      return 8;
    case Immediate::memarg16:
      return 16;
    default:
      return 0;
  }
}

// What follows proves the table: a slip in a row does not compile.
namespace detail {

constexpr std::string_view kIdentifiers[kOpcodeCount] = {
#define OP(id, text, prefix, code, imm, sig, cls) #id,
#include "decoder/opcodes.def"
#undef OP
};

/// The identifier is the text name with '_' for '.', and perhaps a suffix where C++ needs one.
constexpr bool identifier_fits(std::string_view id, std::string_view text) {
  if (id.size() < text.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (id[i] != (text[i] == '.' ? '_' : text[i])) return false;
  }
  const std::string_view suffix = id.substr(text.size());
  return suffix.empty() || suffix == "_" || id == "select_t" || suffix == "_null";
}

constexpr StackType result_type_in_name(std::string_view text) { return stack_type_named(text.substr(0, 3)); }

/// The operand type of a conversion is the first number type after the dot: "i64.extend_i32_s".
/// "i32.extend8_s" has none: it stays within its type.
constexpr StackType operand_type_in_name(std::string_view text) {
  for (std::size_t i = 4; i + 3 <= text.size(); ++i) {
    const StackType type = stack_type_named(text.substr(i, 3));
    if (type != StackType::bottom) return type;
  }
  return result_type_in_name(text);
}

constexpr bool is(const Signature& s, std::initializer_list<StackType> pops, StackType push) {
  if (s.special || s.pops != pops.size() || s.push != push) return false;
  std::size_t i = 0;
  for (const StackType type : pops) {
    if (s.pop[i++] != type) return false;
  }
  return true;
}

/// Width in bytes of a memory access by its name: "i64.load32_u" → 4, "f64.store" → 8.
constexpr unsigned access_size(std::string_view text) {
  // Looked for from behind: find() is no constant expression under GCC's UBSan, where the text is within
  // another.
  const std::string_view behind_type = text.substr(4);
  if (behind_type.rfind('8') != std::string_view::npos) return 1;
  if (behind_type.rfind("16") != std::string_view::npos) return 2;
  if (behind_type.rfind("32") != std::string_view::npos) return 4;
  return text[1] == '3' ? 4 : 8;
}

/// Lanes of the vector that the immediate chooses one of; 0 if it has no lane.
constexpr unsigned lane_count(Immediate immediate) {
  switch (immediate) {
    case Immediate::lane2:
      return 2;
    case Immediate::lane4:
      return 4;
    case Immediate::lane8:
      return 8;
    case Immediate::lane16:
      return 16;
    case Immediate::memarg1_lane:
    case Immediate::memarg2_lane:
    case Immediate::memarg4_lane:
    case Immediate::memarg8_lane:
      return 16 / access_size(immediate);
    default:
      return 0;
  }
}

constexpr bool vector_signature_fits(const OpcodeInfo& row, const Signature& s) {
  constexpr StackType kVector = StackType::v128;
  constexpr StackType kWord = StackType::i32;
  switch (row.lowering) {
    case LoweringClass::vector_load:
      return is(s, {kWord}, kVector) && access_size(row.immediate) != 0;
    case LoweringClass::vector_store:
      return is(s, {kWord, kVector}, StackType::bottom) && access_size(row.immediate) == 16;
    case LoweringClass::vector_load_lane:
      return is(s, {kWord, kVector}, kVector) && lane_count(row.immediate) != 0;
    case LoweringClass::vector_store_lane:
      return is(s, {kWord, kVector}, StackType::bottom) && lane_count(row.immediate) != 0;
    case LoweringClass::vector_unary:
    case LoweringClass::vector_convert:
      return is(s, {kVector}, kVector);
    case LoweringClass::vector_shuffle:
    case LoweringClass::vector_binary:
    case LoweringClass::vector_compare:
      return is(s, {kVector, kVector}, kVector);
    case LoweringClass::vector_ternary:
      return is(s, {kVector, kVector, kVector}, kVector);
    case LoweringClass::vector_shift:
      return is(s, {kVector, kWord}, kVector);
    case LoweringClass::vector_test:
      return is(s, {kVector}, kWord);
    default:
      return true;
  }
}

/// The signature agrees with what name and lowering class say about the instruction.
constexpr bool signature_fits(const OpcodeInfo& row, const Signature& s) {
  const StackType t = result_type_in_name(row.text());
  constexpr StackType kWord = StackType::i32;
  switch (row.lowering) {
    case LoweringClass::load:
      return is(s, {kWord}, t) && access_size(row.immediate) == access_size(row.text());
    case LoweringClass::store:
      return is(s, {kWord, t}, StackType::bottom) && access_size(row.immediate) == access_size(row.text());
    case LoweringClass::constant:
      return is(s, {}, t);
    case LoweringClass::test:
      return is(s, {t}, kWord);
    case LoweringClass::compare:
      return is(s, {t, t}, kWord);
    case LoweringClass::unary:
      return is(s, {t}, t);
    case LoweringClass::binary:
    case LoweringClass::divide:
    case LoweringClass::shift:
      return is(s, {t, t}, t);
    case LoweringClass::convert:
      return is(s, {operand_type_in_name(row.text())}, t);
    default:
      return vector_signature_fits(row, s);
  }
}

constexpr bool encodings_are_unique() {
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    const OpcodeInfo& row = kOpcodeInfo[i];
    if (kOpcodeByCode.row(row.prefix, row.code) != i) return false;
  }
  return true;
}

constexpr bool all_rows_fit() {
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    if (!kSignatures[i].well_formed) return false;
    if (!identifier_fits(kIdentifiers[i], kOpcodeInfo[i].text())) return false;
    if (!signature_fits(kOpcodeInfo[i], kSignatures[i])) return false;
  }
  return true;
}

static_assert(encodings_are_unique(), "two rows of opcodes.def share an encoding, or a prefix is unknown");
static_assert(all_rows_fit(), "a row's identifier or signature contradicts its name or lowering class");

}  // namespace detail
}  // namespace wasmjet
