#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "decoder/opcodes.hpp"
#include "decoder/signatures.hpp"

namespace wasmjet::detail {

/// What the validator's main loop does with an opcode byte.
enum class Handler : std::uint8_t {
  local_tee,
  fixed_immediate,  ///< fixed signature; the immediates are skipped as the row says
  fixed,            ///< fixed signature, no immediate
  special,          ///< in the middle: found with the first comparison
  local_set,
  prefix,
  illegal,
};

/// A row of opcodes.def in the form that the main loop uses. One piece of code without branches on the kind
/// of instruction serves all rows of fixed signature (see BodyValidator::run), because a jump by opcode is
/// what costs most here. The row says what stands behind the opcode as `skip` bytes and then, if
/// `continuation` is not zero, a LEB128 integer; a form that this does not cover goes the slow way.
struct OpcodeRow {
  std::uint64_t continuation = 0;  ///< bit 7 of each byte that the integer may have in its short form
  std::uint8_t no_leb = 1;         ///< 1 if there is no integer
  std::uint8_t skip = 0;
  std::uint8_t max_first = 0xFF;  ///< the immediate's first byte is not greater: a memory access's flags
  bool memory = false;            ///< is a memory access
  std::uint8_t top = 0;           ///< a StackType: those of fixed signatures fit into a byte
  std::uint8_t second = 0;
  std::int8_t top_mask = 0;  ///< -1 if there is such an operand
  std::int8_t second_mask = 0;
  std::uint8_t pops = 0;
  std::uint8_t pushes = 0;
  std::uint8_t result = 0;
  Handler handler = Handler::illegal;
  Opcode opcode{};
  Immediate immediate = Immediate::none;
  std::uint8_t max_align_log2 = 0;
};
static_assert(sizeof(OpcodeRow) == 24);
static_assert(std::endian::native == std::endian::little, "LEB128's first byte is the lowest of a word");

/// OpcodeRow::continuation of the short forms: integers of so few bytes have no unused bits that would have
/// to be checked.
inline constexpr std::uint64_t kShort32 = 0x80808080;
inline constexpr std::uint64_t kShort64 = 0x8080808080808080;

/// Bytes behind the opcode that the loop may look at without further checks.
inline constexpr std::ptrdiff_t kRowLookahead = 16;

/// Where the row's immediates at `p` end, nullptr if they have not the short form (or are too close to the
/// end of the module to look). The caller checks that it is not behind the end of the function.
inline const std::uint8_t* skip_short(const OpcodeRow& row, const std::uint8_t* p,
                                      const std::uint8_t* module_end) {
  if (module_end - p < kRowLookahead) [[unlikely]]
    return nullptr;
  std::uint64_t word;
  std::memcpy(&word, p + row.skip, sizeof word);
  // The marker of a byte that ends an integer is its bit 7, so the marker's position plus one, divided by 8,
  // counts the bytes. Bit 0 stands for "no integer".
  const std::uint64_t markers = (~word & row.continuation) | row.no_leb;
  if (markers == 0 || *p > row.max_first) [[unlikely]]
    return nullptr;
  return p + row.skip + ((static_cast<unsigned>(std::countr_zero(markers)) + 1) >> 3);
}

/// skip_short() for an integer of 32 bits in five bytes, as linkers write addresses: the last one has unused
/// bits.
[[gnu::noinline]] inline const std::uint8_t* skip_padded(const OpcodeRow& row, const std::uint8_t* p,
                                                         const std::uint8_t* module_end) {
  if (row.continuation != kShort32 || module_end - p < kRowLookahead || *p > row.max_first) return nullptr;
  const std::uint8_t* const integer = p + row.skip;
  std::uint32_t first;
  std::memcpy(&first, integer, sizeof first);
  const std::uint8_t last = integer[4];
  // Of an unsigned integer they are 0, of a signed one like its sign.
  const bool fits = row.memory ? last < 0x10 : last < 0x08 || (last >= 0x78 && last < 0x80);
  return (first & kShort32) == kShort32 && fits ? integer + 5 : nullptr;
}

constexpr Handler handler_of(Opcode op) {
  if (op == Opcode::local_set) return Handler::local_set;
  if (op == Opcode::local_tee) return Handler::local_tee;
  if (signature(op).special) return Handler::special;
  return info(op).immediate == Immediate::none ? Handler::fixed : Handler::fixed_immediate;
}

constexpr void set_immediate(OpcodeRow& row) {
  const auto leb = [&row](std::uint64_t continuation) {
    row.continuation = continuation;
    row.no_leb = 0;
  };
  switch (row.immediate) {
    case Immediate::i32:
      return leb(kShort32);
    case Immediate::i64:
      return leb(kShort64);
    case Immediate::f32:
      row.skip = 4;
      return;
    case Immediate::f64:
      row.skip = 8;
      return;
    case Immediate::memarg1:
    case Immediate::memarg2:
    case Immediate::memarg4:
    case Immediate::memarg8:
      for (unsigned bytes = access_size(row.immediate); bytes > 1; bytes /= 2) ++row.max_align_log2;
      row.memory = true;
      row.max_first = row.max_align_log2;
      row.skip = 1;
      return leb(kShort32);
    case Immediate::memarg1_lane:
    case Immediate::memarg2_lane:
    case Immediate::memarg4_lane:
    case Immediate::memarg8_lane:
    case Immediate::memarg16:
      for (unsigned bytes = access_size(row.immediate); bytes > 1; bytes /= 2) ++row.max_align_log2;
      row.memory = true;
      return leb(0);
    case Immediate::none:
      return;
    default:
      return leb(0);  // no short form: always the slow way
  }
}

constexpr OpcodeRow make_row(std::uint16_t index) {
  OpcodeRow row;
  if (index == kNoOpcode) return row;
  row.opcode = static_cast<Opcode>(index);
  row.handler = handler_of(row.opcode);
  row.immediate = info(row.opcode).immediate;
  set_immediate(row);
  const Signature& type = signature(row.opcode);
  row.pops = type.pops;
  row.pushes = type.pushes;
  row.result = static_cast<std::uint8_t>(type.push);
  if (type.pops >= 1) {
    row.top = static_cast<std::uint8_t>(type.pop[type.pops - 1]);
    row.top_mask = -1;
  }
  if (type.pops >= 2) {
    row.second = static_cast<std::uint8_t>(type.pop[type.pops - 2]);
    row.second_mask = -1;
  }
  return row;
}

template <std::size_t N>
constexpr std::array<OpcodeRow, N> make_rows(const std::uint16_t (&opcodes)[N]) {
  std::array<OpcodeRow, N> rows{};
  for (std::size_t i = 0; i < N; ++i) rows[i] = make_row(opcodes[i]);
  return rows;
}

inline constexpr auto kPlainRows = [] {
  auto rows = make_rows(kOpcodeByCode.plain);
  for (std::size_t byte = 0; byte < rows.size(); ++byte) {
    if (OpcodeByCode::is_prefix(static_cast<std::uint8_t>(byte))) rows[byte].handler = Handler::prefix;
  }
  return rows;
}();
inline constexpr auto kFbRows = make_rows(kOpcodeByCode.fb);
inline constexpr auto kFcRows = make_rows(kOpcodeByCode.fc);
inline constexpr auto kFdRows = make_rows(kOpcodeByCode.fd);
inline constexpr auto kFeRows = make_rows(kOpcodeByCode.fe);

/// The row behind a prefix byte; one with Handler::illegal if there is none.
inline const OpcodeRow& prefixed_row(std::uint8_t prefix, std::uint32_t code) {
  static constexpr OpcodeRow kIllegal{};
  const auto in = [code](const auto& rows) -> const OpcodeRow& {
    return code < rows.size() ? rows[code] : kIllegal;
  };
  switch (prefix) {
    case 0xFB:
      return in(kFbRows);
    case 0xFC:
      return in(kFcRows);
    case 0xFD:
      return in(kFdRows);
    default:
      return in(kFeRows);
  }
}

constexpr bool main_loop_sees_all_operands() {
  for (const OpcodeRow& row : kPlainRows) {
    if (row.pops > 2 || row.skip + 8 > kRowLookahead) return false;
  }
  return true;
}
static_assert(main_loop_sees_all_operands());

/// The row's operand types against the topmost two of the stack; 0 if they match. One by one: a
/// wider load would wait for the types just stored.
inline unsigned operand_mismatch(const OpcodeRow& row, const StackType* sp) {
  const auto differs = [](StackType found, std::uint8_t expected, std::int8_t mask) {
    return (static_cast<unsigned>(found) ^ expected) & static_cast<unsigned>(mask);
  };
  return differs(sp[-1], row.top, row.top_mask) | differs(sp[-2], row.second, row.second_mask);
}

}  // namespace wasmjet::detail
