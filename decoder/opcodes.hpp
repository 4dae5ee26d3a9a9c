#pragma once

#include <cstdint>
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
};

/// A row of the table without its signature (that is the validator's, see signatures.hpp).
struct OpcodeInfo {
  std::string_view text;
  std::uint8_t prefix;
  std::uint32_t code;
  Immediate immediate;
  LoweringClass lowering;
};

inline constexpr OpcodeInfo kOpcodeInfo[kOpcodeCount] = {
#define OP(id, text, prefix, code, imm, sig, cls) {text, prefix, code, Immediate::imm, LoweringClass::cls},
#include "decoder/opcodes.def"
#undef OP
};

constexpr const OpcodeInfo& info(Opcode op) { return kOpcodeInfo[static_cast<std::size_t>(op)]; }
constexpr std::string_view text_name(Opcode op) { return info(op).text; }

inline constexpr std::uint16_t kNoOpcode = 0xFFFF;

namespace detail {
struct OpcodeByCode {
  std::uint16_t plain[256];
  std::uint16_t fc[32];
};
constexpr OpcodeByCode make_opcode_by_code() {
  OpcodeByCode map{};
  for (auto& entry : map.plain) entry = kNoOpcode;
  for (auto& entry : map.fc) entry = kNoOpcode;
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    const OpcodeInfo& row = kOpcodeInfo[i];
    (row.prefix == 0 ? map.plain[row.code] : map.fc[row.code]) = static_cast<std::uint16_t>(i);
  }
  return map;
}
}  // namespace detail

/// Encoding → row. `kNoOpcode` where the encoding names no instruction.
inline constexpr detail::OpcodeByCode kOpcodeByCode = detail::make_opcode_by_code();

}  // namespace wasmjet
