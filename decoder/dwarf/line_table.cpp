#include "decoder/dwarf/line_table.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>

#include "decoder/dwarf/line_header.hpp"
#include "decoder/error.hpp"

namespace wasmjet::dwarf {
namespace {

// DWARF 5, section 7.22.
enum StandardOpcode : std::uint8_t {
  kExtended = 0,
  kCopy = 1,
  kAdvancePc = 2,
  kAdvanceLine = 3,
  kSetFile = 4,
  kSetColumn = 5,
  kConstAddPc = 8,
  kFixedAdvancePc = 9,
};
enum ExtendedOpcode : std::uint8_t { kEndSequence = 1, kSetAddress = 2, kDefineFile = 3 };

/// Runs one unit's line number program (DWARF 5, section 6.2.5).
class LineProgram {
 public:
  LineProgram(const LineHeader& header, std::uint32_t first_file, std::uint32_t code_size, LineTable& out)
      : header_(header), first_file_(first_file), code_size_(code_size), out_(out) {
    begin_sequence();
  }

  void run(DwarfReader& in) {
    while (!in.at_end()) {
      const std::uint8_t opcode = in.u8();
      if (opcode >= header_.opcode_base) {
        special(opcode);
      } else if (opcode == kExtended) {
        extended(in);
      } else {
        standard(opcode, in);
      }
    }
  }

  /// Rows of a sequence without an end say nothing.
  void drop_sequence() { out_.rows.resize(first_row_); }

 private:
  void begin_sequence() {
    address_ = 0;
    file_ = 1;
    line_ = 1;
    column_ = 0;
    good_ = true;
    first_row_ = out_.rows.size();
  }

  void advance(std::uint64_t operations) { address_ += operations * header_.minimum_instruction_length; }

  void special(std::uint8_t opcode) {
    const unsigned adjusted = opcode - unsigned{header_.opcode_base};
    advance(adjusted / header_.line_range);
    line_ += static_cast<std::uint64_t>(header_.line_base + static_cast<int>(adjusted % header_.line_range));
    add_row();
  }

  void standard(std::uint8_t opcode, DwarfReader& in) {
    switch (opcode) {
      case kCopy:
        return add_row();
      case kAdvancePc:
        return advance(in.uleb());
      case kAdvanceLine:
        line_ += static_cast<std::uint64_t>(in.sleb());
        return;
      case kSetFile:
        file_ = in.uleb();
        return;
      case kSetColumn:
        column_ = in.uleb();
        return;
      case kConstAddPc:
        return advance((255U - header_.opcode_base) / header_.line_range);
      case kFixedAdvancePc:
        address_ += in.u16();
        return;
      default:
        for (unsigned n = header_.operand_counts[opcode - 1U]; n > 0; --n) in.uleb();
    }
  }

  void extended(DwarfReader& in) {
    DwarfReader operands(in.bytes(in.uleb()));
    if (operands.at_end()) return;
    switch (operands.u8()) {
      case kEndSequence:
        return end_sequence();
      case kSetAddress:
        address_ = operands.remaining() == 8 ? operands.u64() : operands.u32();
        return;
      case kDefineFile:
        in.fail("a file is defined behind the header");
      default:
        return;  // discriminators, and what vendors define
    }
  }

  void add_row() {
    std::vector<LineRow>& rows = out_.rows;
    const bool follows = rows.size() > first_row_;
    if (address_ >= code_size_ || rows.size() >= most_rows()) good_ = false;
    if (follows && address_ < rows.back().address) good_ = false;
    if (!good_) return;
    if (!follows || rows.back().address != address_)
      rows.emplace_back();  // the last one of an address counts
    LineRow& row = rows.back();
    row.address = static_cast<std::uint32_t>(address_);
    const std::uint64_t index = header_.version >= 5 ? file_ : file_ - 1;
    const bool known = index < header_.files.size();
    row.file = known ? first_file_ + static_cast<std::uint32_t>(index) : 0;
    row.line =
        known && line_ <= std::numeric_limits<std::uint32_t>::max() ? static_cast<std::uint32_t>(line_) : 0;
    row.column =
        column_ <= std::numeric_limits<std::uint16_t>::max() ? static_cast<std::uint16_t>(column_) : 0;
  }

  void end_sequence() {
    std::vector<LineRow>& rows = out_.rows;
    const std::size_t count = rows.size() - first_row_;
    // The first byte of the code section counts the functions: what is said to be there was left out.
    if (good_ && count != 0 && rows[first_row_].address != 0 && address_ >= rows.back().address &&
        address_ <= code_size_) {
      out_.sequences.push_back({rows[first_row_].address, static_cast<std::uint32_t>(address_),
                                static_cast<std::uint32_t>(first_row_), static_cast<std::uint32_t>(count)});
    } else {
      rows.resize(first_row_);
    }
    begin_sequence();
  }

  /// In a sound table there are at most as many rows as bytes of code.
  std::size_t most_rows() const {
    return std::min<std::size_t>(2 * std::size_t{code_size_}, std::numeric_limits<std::uint32_t>::max());
  }

  const LineHeader& header_;
  const std::uint32_t first_file_;
  const std::uint32_t code_size_;
  LineTable& out_;
  // The registers of the line number machine.
  std::uint64_t address_ = 0;
  std::uint64_t file_ = 1;
  std::uint64_t line_ = 1;
  std::uint64_t column_ = 0;
  bool good_ = true;  ///< the sequence so far ascends within the code
  std::size_t first_row_ = 0;
};

/// What stands behind a unit's length.
struct Unit {
  std::span<const std::uint8_t> bytes;
  bool is_64 = false;
};

/// Nothing where the section ends, also within a unit: then there is nothing behind it.
std::optional<Unit> next_unit(DwarfReader& in) {
  constexpr std::uint32_t kIs64 = 0xFFFFFFFF;
  if (in.remaining() < 4) return std::nullopt;
  std::uint64_t length = in.u32();
  const bool is_64 = length == kIs64;
  if (is_64 && in.remaining() < 8) return std::nullopt;
  if (is_64) length = in.u64();
  if (length > in.remaining()) return std::nullopt;
  return Unit{in.bytes(length), is_64};
}

void read_unit(const Unit& unit, const LineSections& sections, std::uint32_t code_size, LineTable& out) {
  constexpr std::size_t kMostFiles = 1U << 20;
  DwarfReader in(unit.bytes);
  const LineHeader header = read_line_header(in, unit.is_64, sections);
  if (out.files.size() + header.files.size() > kMostFiles) in.fail("too many files");
  const auto first_file = static_cast<std::uint32_t>(out.files.size());
  out.files.insert(out.files.end(), header.files.begin(), header.files.end());
  LineProgram program(header, first_file, code_size, out);
  try {
    program.run(in);
  } catch (const ModuleError&) {
    program.drop_sequence();
    throw;
  }
  program.drop_sequence();
}

}  // namespace

const LineRow* LineTable::find(std::uint64_t address) const {
  auto sequence = std::upper_bound(sequences.begin(), sequences.end(), address,
                                   [](std::uint64_t a, const LineSequence& s) { return a < s.begin; });
  if (sequence == sequences.begin() || address >= (--sequence)->end) return nullptr;
  const auto first = rows.begin() + sequence->first_row;
  const auto row = std::upper_bound(first, first + sequence->rows, address,
                                    [](std::uint64_t a, const LineRow& r) { return a < r.address; });
  return &*std::prev(row);  // the first row is where the sequence begins
}

LineTable read_line_table(const LineSections& sections, std::uint32_t code_size) {
  constexpr int kMostBrokenUnits = 100;  // then the rest is not worth the time
  LineTable table;
  DwarfReader in(sections.lines);
  for (int broken = 0; broken < kMostBrokenUnits;) {
    const std::optional<Unit> unit = next_unit(in);
    if (!unit) break;
    try {
      read_unit(*unit, sections, code_size, table);
    } catch (const ModuleError&) {
      ++broken;
    }
  }
  std::ranges::sort(table.sequences, {}, [](const LineSequence& sequence) {
    return std::pair(sequence.begin, sequence.first_row);
  });
  return table;
}

}  // namespace wasmjet::dwarf
