#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "decoder/dwarf/dwarf_reader.hpp"
#include "decoder/dwarf/line_table.hpp"

namespace wasmjet::dwarf {

/// The header of one unit of .debug_line (DWARF 5, section 6.2.4; DWARF 2 to 4 differ in little).
struct LineHeader {
  std::uint16_t version = 0;
  std::uint8_t minimum_instruction_length = 1;
  std::int8_t line_base = 0;
  std::uint8_t line_range = 1;
  std::uint8_t opcode_base = 1;
  std::array<std::uint8_t, 255> operand_counts{};  ///< of opcode n at n - 1
  std::vector<LineFile> files;                     ///< the first one is file 1, from DWARF 5 on file 0
};

/// Reads a unit from behind its length, and leaves `in` at the line number program. Throws ModuleError for
/// what is malformed, or of a version or for a machine that Wasm's compilers do not know.
LineHeader read_line_header(DwarfReader& in, bool is_64, const LineSections& sections);

}  // namespace wasmjet::dwarf
