#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

namespace wasmjet {

/// Every instruction, in table order. The value is the row number, not the encoding.
enum class Opcode : std::uint16_t {
#define OP(id, text, prefix, code, imm, sig, cls) id,
#include "decoder/opcodes.def"
#undef OP
};

inline constexpr std::size_t kOpcodeCount = 0
#define OP(id, text, prefix, code, imm, sig, cls) +1
#include "decoder/opcodes.def"
#undef OP
    ;

/// What stands behind the opcode's bytes (spec chapter 5.4).
enum class Immediate : std::uint8_t {
  none,
  block_type,
  label,
  br_table,
  function,
  call_indirect,  ///< type index, table index
  heap_type,
  select_types,
  local,
  global,
  table,
  table_init,  ///< element segment index, table index
  elem,
  table_copy,  ///< destination table, source table
  memarg1,     ///< alignment and offset of an access of 1 byte; likewise 2, 4, 8
  memarg2,
  memarg4,
  memarg8,
  memory,
  memory_init,  ///< data segment index, memory index
  data,
  memory_copy,  ///< destination memory, source memory
  i32,
  i64,
  f32,
  f64,
  type,
  field,        ///< type index, field index
  array_fixed,  ///< type index, number of elements
  array_data,   ///< type index, data segment index
  array_elem,   ///< type index, element segment index
  array_copy,   ///< destination type, source type
  br_on_cast,   ///< flags (bit 0 and 1: the types are nullable), label, two heap types
  tag,
  try_table,  ///< block type, catch clauses
  memarg16,
  memarg1_lane,  ///< like memarg1, then the lane
  memarg2_lane,
  memarg4_lane,
  memarg8_lane,
  lane2,  ///< lane of a vector of two, and so on
  lane4,
  lane8,
  lane16,
  shuffle,  ///< 16 lanes of two vectors
  v128,     ///< 16 bytes
  zero_byte,
};

/// What the compiler does with an opcode; one lowering routine per class where the class is regular.
enum class LoweringClass : std::uint8_t {
  control,
  reference,
  parametric,
  variable,
  table,
  load,
  store,
  memory,
  constant,
  test,
  compare,
  unary,
  binary,
  divide,
  shift,
  convert,
  aggregate,  ///< structures, arrays, i31, casts
  atomic,     ///< accesses need exactly the natural alignment
  vector_load,
  vector_store,
  vector_load_lane,
  vector_store_lane,
  vector_constant,
  vector_shuffle,
  vector_lane,  ///< extract_lane, replace_lane
  vector_splat,
  vector_unary,
  vector_binary,
  vector_ternary,
  vector_compare,
  vector_shift,
  vector_test,     ///< any_true, all_true, bitmask
  vector_convert,  ///< lanes change their type
};

namespace detail {
/// All texts, one behind the other: pointers to them would have to be relocated whenever a program starts.
inline constexpr char kOpcodeTexts[] =
#define OP(id, text, prefix, code, imm, sig, cls) text
#include "decoder/opcodes.def"
#undef OP
    ;
}  // namespace detail

/// A row of the table without its signature (that is the validator's, see signatures.hpp).
struct OpcodeInfo {
  std::uint16_t text_begin;  ///< in kOpcodeTexts
  std::uint8_t text_size;
  std::uint8_t prefix;
  std::uint32_t code;
  Immediate immediate;
  LoweringClass lowering;

  constexpr std::string_view text() const { return {detail::kOpcodeTexts + text_begin, text_size}; }
};

inline constexpr std::array<OpcodeInfo, kOpcodeCount> kOpcodeInfo = [] {
  std::array<OpcodeInfo, kOpcodeCount> rows{{
#define OP(id, text, prefix, code, imm, sig, cls) \
  {0, sizeof(text) - 1, prefix, code, Immediate::imm, LoweringClass::cls},
#include "decoder/opcodes.def"
#undef OP
  }};
  std::uint16_t begin = 0;
  for (OpcodeInfo& row : rows) {
    row.text_begin = begin;
    begin = static_cast<std::uint16_t>(begin + row.text_size);
  }
  return rows;
}();
static_assert(sizeof detail::kOpcodeTexts <= UINT16_MAX);

constexpr const OpcodeInfo& info(Opcode op) { return kOpcodeInfo[static_cast<std::size_t>(op)]; }
constexpr std::string_view text_name(Opcode op) { return info(op).text(); }

inline constexpr std::uint16_t kNoOpcode = 0xFFFF;

namespace detail {
struct OpcodeByCode {
  std::uint16_t plain[256];
  std::uint16_t fb[32];
  std::uint16_t fc[32];
  std::uint16_t fd[288];
  std::uint16_t fe[80];

  static constexpr bool is_prefix(std::uint8_t byte) { return byte >= 0xFB && byte <= 0xFE; }
  /// The row behind `prefix` (0 for none), `kNoOpcode` if there is none.
  constexpr std::uint16_t row(std::uint8_t prefix, std::uint32_t code) const {
    switch (prefix) {
      case 0x00:
        return code < std::size(plain) ? plain[code] : kNoOpcode;
      case 0xFB:
        return code < std::size(fb) ? fb[code] : kNoOpcode;
      case 0xFC:
        return code < std::size(fc) ? fc[code] : kNoOpcode;
      case 0xFD:
        return code < std::size(fd) ? fd[code] : kNoOpcode;
      case 0xFE:
        return code < std::size(fe) ? fe[code] : kNoOpcode;
      default:
        return kNoOpcode;
    }
  }
  constexpr std::uint16_t* rows_of(std::uint8_t prefix) {
    return prefix == 0xFB ? fb : prefix == 0xFC ? fc : prefix == 0xFD ? fd : prefix == 0xFE ? fe : plain;
  }
};
constexpr OpcodeByCode make_opcode_by_code() {
  OpcodeByCode map{};
  for (auto& entry : map.plain) entry = kNoOpcode;
  for (auto& entry : map.fb) entry = kNoOpcode;
  for (auto& entry : map.fc) entry = kNoOpcode;
  for (auto& entry : map.fd) entry = kNoOpcode;
  for (auto& entry : map.fe) entry = kNoOpcode;
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    map.rows_of(kOpcodeInfo[i].prefix)[kOpcodeInfo[i].code] = static_cast<std::uint16_t>(i);
  }
  return map;
}
}  // namespace detail

/// Encoding → row. `kNoOpcode` where the encoding names no instruction.
inline constexpr detail::OpcodeByCode kOpcodeByCode = detail::make_opcode_by_code();

}  // namespace wasmjet
