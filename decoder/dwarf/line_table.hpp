#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace wasmjet::dwarf {

/// From `address` on, up to the next row of its sequence, code comes from this place.
struct LineRow {
  std::uint32_t address = 0;  ///< from the start of the code section's contents
  std::uint32_t file = 0;     ///< index in LineTable::files
  std::uint32_t line = 0;     ///< 0: of no line in particular
  std::uint16_t column = 0;   ///< 0: unknown
};

/// Consecutive code with ascending rows: [begin, end).
struct LineSequence {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t first_row = 0;
  std::uint32_t rows = 0;
};

/// A file as the compiler was told of it: `directory` is empty for the folder that it ran in.
struct LineFile {
  std::string_view directory;
  std::string_view name;
};

/// The sections that say where code comes from. Empty where absent.
struct LineSections {
  std::span<const std::uint8_t> lines;         ///< .debug_line
  std::span<const std::uint8_t> line_strings;  ///< .debug_line_str
  std::span<const std::uint8_t> strings;       ///< .debug_str
};

/// What .debug_line says (DWARF 2 to 5, section 6.2), of all its units together. Its strings are views into
/// the sections.
struct LineTable {
  std::vector<LineFile> files;
  std::vector<LineRow> rows;
  std::vector<LineSequence> sequences;  ///< by ascending begin

  /// The row for the code at `address`; null where there is none.
  const LineRow* find(std::uint64_t address) const;
};

/// Reads all units. Nothing in the sections is trusted: a unit that is broken ends where it is, sequences of
/// code that was left out (the linker puts them at 0 or beyond `code_size`) or that do not ascend are
/// dropped, and what is kept takes time in proportion to the sections, and memory to the sections and
/// `code_size`.
LineTable read_line_table(const LineSections& sections, std::uint32_t code_size);

}  // namespace wasmjet::dwarf
