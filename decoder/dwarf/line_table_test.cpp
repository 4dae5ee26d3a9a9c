#include "decoder/dwarf/line_table.hpp"

#include <deque>
#include <random>

#include "decoder/test_support.hpp"

namespace wasmjet::dwarf::test {
namespace {

using wasmjet::test::bytes;
using wasmjet::test::Bytes;
using wasmjet::test::leb;

constexpr std::uint32_t kCodeSize = 1000;

Bytes little(std::uint64_t value, int size) {
  Bytes out;
  for (; size > 0; --size, value >>= 8) out.push_back(static_cast<std::uint8_t>(value));
  return out;
}
Bytes u32(std::uint64_t value) { return little(value, 4); }
Bytes zero_ended(std::string_view text) { return bytes(Bytes(text.begin(), text.end()), 0); }

// Instructions of line number programs (DWARF 5, section 6.2.5).
Bytes set_address(std::uint32_t address) { return bytes(0, 5, 2, u32(address)); }
Bytes end_sequence() { return bytes(0, 1, 1); }
Bytes advance_pc(std::uint64_t by) { return bytes(2, leb(by)); }
Bytes advance_line(int by) { return bytes(3, by & 0x7F); }  // small ones
Bytes set_file(int file) { return bytes(4, file); }
Bytes set_column(int column) { return bytes(5, leb(static_cast<std::uint64_t>(column))); }
Bytes copy() { return bytes(1); }
/// The special opcode for these steps, with line_base -5 and line_range 14.
Bytes step(int address, int line) { return bytes(13 + 14 * address + line + 5); }

/// What all versions have: no maximum of operations (version 4 on has it), then statements, -5, 14, 13.
Bytes numbers(int version) {
  const Bytes head = version >= 4 ? bytes(1, 1) : bytes(1);
  return bytes(head, 1, -5 & 0xFF, 14, 13, Bytes{0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1});
}

Bytes old_tables() {
  return bytes(zero_ended("include"), 0, zero_ended("a.c"), Bytes{0, 0, 0}, zero_ended("b.h"), Bytes{1, 0, 0},
               0);
}

/// Directories and files of version 5: paths in .debug_line_str and here.
Bytes new_tables() {
  const Bytes directories = bytes(Bytes{1, 1, 0x1F, 2}, u32(0), u32(6));
  const Bytes files = bytes(Bytes{3, 1, 0x08, 2, 0x0B, 5, 0x1E, 2}, zero_ended("a.c"), 0, Bytes(16),
                            zero_ended("b.h"), 1, Bytes(16));
  return bytes(directories, files);
}
const Bytes kLineStrings = bytes(zero_ended("/home"), zero_ended("include"));

Bytes unit(int version, const Bytes& program, const Bytes& tables) {
  const Bytes rest = bytes(numbers(version), tables);
  const Bytes sizes = version >= 5 ? bytes(4, 0) : Bytes{};
  const Bytes all =
      bytes(little(static_cast<std::uint64_t>(version), 2), sizes, u32(rest.size()), rest, program);
  return bytes(u32(all.size()), all);
}

Bytes unit(int version, const Bytes& program) {
  return unit(version, program, version >= 5 ? new_tables() : old_tables());
}

/// 10: a.c:3:7, 14: a.c:4:7, 20: b.h:9:2, up to 30.
Bytes program(int version) {
  const int first = version >= 5 ? 0 : 1;
  return bytes(set_address(10), set_file(first), set_column(7), advance_line(2), copy(), step(4, 1),
               set_file(first + 1), set_column(2), advance_line(5), advance_pc(6), copy(), advance_pc(10),
               end_sequence());
}

LineTable read(Bytes lines) {
  static std::deque<Bytes> kept;  // the table's strings are views into them
  kept.push_back(std::move(lines));
  return read_line_table({kept.back(), kLineStrings, {}}, kCodeSize);
}

/// "directory/name:line:column" of the row for an address.
std::string at(const LineTable& table, std::uint64_t address) {
  const LineRow* row = table.find(address);
  if (row == nullptr) return "nothing";
  if (row->line == 0) return "no line";
  const LineFile& file = table.files[row->file];
  return std::string(file.directory) + "/" + std::string(file.name) + ":" + std::to_string(row->line) + ":" +
         std::to_string(row->column);
}

TEST(LineTable, FindsPlacesInAllVersions) {
  for (int version = 2; version <= 5; ++version) {
    SCOPED_TRACE(version);
    const LineTable table = read(unit(version, program(version)));
    EXPECT_EQ(at(table, 9), "nothing");
    EXPECT_EQ(at(table, 10), "/a.c:3:7");
    EXPECT_EQ(at(table, 13), "/a.c:3:7");
    EXPECT_EQ(at(table, 14), "/a.c:4:7");
    EXPECT_EQ(at(table, 20), "include/b.h:9:2");
    EXPECT_EQ(at(table, 29), "include/b.h:9:2");
    EXPECT_EQ(at(table, 30), "nothing");
  }
}

TEST(LineTable, UnitsFollowEachOther) {
  const Bytes second = bytes(set_address(5), copy(), advance_pc(2), end_sequence());
  const LineTable table = read(bytes(unit(5, program(5)), unit(4, second)));
  EXPECT_EQ(at(table, 20), "include/b.h:9:2");
  EXPECT_EQ(at(table, 6), "/a.c:1:0");
  EXPECT_EQ(table.sequences.size(), 2U);
}

TEST(LineTable, ReadsTheLongForm) {
  const Bytes rest = bytes(numbers(4), old_tables());
  const Bytes all = bytes(little(4, 2), little(rest.size(), 8), rest, program(4));
  EXPECT_EQ(at(read(bytes(u32(0xFFFFFFFF), little(all.size(), 8), all)), 14), "/a.c:4:7");
}

TEST(LineTable, OfRowsWithOneAddressTheLastCounts) {
  const LineTable table =
      read(unit(4, bytes(set_address(10), copy(), step(0, 4), step(0, 1), advance_pc(4), end_sequence())));
  EXPECT_EQ(at(table, 10), "/a.c:6:0");
  EXPECT_EQ(table.rows.size(), 1U);
}

TEST(LineTable, CodeOfNoLine) {
  const LineTable table = read(unit(4, bytes(set_address(10), step(0, -1), advance_pc(4), end_sequence())));
  EXPECT_EQ(at(table, 10), "no line");
}

TEST(LineTable, FilesThatDoNotExistAreNoPlaces) {
  const LineTable table = read(unit(4, bytes(set_address(10), set_file(9), copy(), set_file(0), step(2, 0),
                                             advance_pc(4), end_sequence())));
  EXPECT_EQ(at(table, 10), "no line");
  EXPECT_EQ(at(table, 12), "no line");
}

TEST(LineTable, LeavesOutCodeThatTheLinkerLeftOut) {
  for (const std::uint32_t address : {0U, 0xFFFFFFFFU, 0xFFFFFFFEU, kCodeSize}) {
    const LineTable table = read(unit(4, bytes(set_address(address), copy(), advance_pc(4), end_sequence())));
    EXPECT_TRUE(table.sequences.empty());
    EXPECT_TRUE(table.rows.empty());
  }
}

TEST(LineTable, DropsSequencesThatDoNotAscendOrEnd) {
  EXPECT_TRUE(
      read(unit(4, bytes(set_address(10), copy(), set_address(9), copy(), end_sequence()))).rows.empty());
  EXPECT_TRUE(read(unit(4, bytes(set_address(10), copy(), set_address(9), end_sequence()))).rows.empty());
  EXPECT_TRUE(read(unit(4, bytes(set_address(10), copy(), step(4, 1)))).rows.empty());
  EXPECT_TRUE(
      read(unit(4, bytes(set_address(10), copy(), advance_pc(kCodeSize), end_sequence()))).sequences.empty());
}

TEST(LineTable, ABrokenUnitDoesNotHideTheNext) {
  Bytes broken = unit(4, program(4));
  broken[4] = 77;  // version
  Bytes no_range = unit(4, program(4));
  no_range[4 + 2 + 4 + 4] = 0;
  const Bytes cut = unit(4, bytes(set_address(50), copy(), 0, 100, 2));
  const LineTable table = read(bytes(broken, no_range, cut, unit(4, program(4))));
  EXPECT_EQ(at(table, 14), "/a.c:4:7");
  EXPECT_EQ(table.sequences.size(), 1U);
}

TEST(LineTable, KeepsNoMoreRowsThanCodeCanHave) {
  Bytes many;
  for (int i = 0; i < 100; ++i) {
    wasmjet::test::append(many, set_address(1));
    for (int j = 0; j < 900; ++j) wasmjet::test::append(many, step(1, 1));
    wasmjet::test::append(many, end_sequence());
  }
  EXPECT_LE(read(unit(4, many)).rows.size(), 2 * kCodeSize);
}

TEST(LineTable, RefusesMoreFilesThanItHasBytesFor) {
  const Bytes rest = bytes(numbers(5), Bytes{0}, leb(1), Bytes{0}, leb(std::uint64_t{1} << 40));
  const Bytes all = bytes(little(5, 2), Bytes{4, 0}, u32(rest.size()), rest);
  EXPECT_TRUE(read(bytes(u32(all.size()), all)).files.empty());
}

TEST(LineTable, HasABoundForDirectoriesAndFilesOfOldVersions) {
  const auto times = [](std::size_t count, const Bytes& entry) {
    Bytes out;
    for (; count > 0; --count) out.insert(out.end(), entry.begin(), entry.end());
    return out;
  };
  constexpr std::size_t kMost = 1U << 20;
  const Bytes directory = zero_ended("d"), file = bytes(zero_ended("a.c"), 0, 0, 0);
  const auto place = [](const Bytes& tables) { return at(read(unit(4, program(4), tables)), 10); };
  EXPECT_EQ(place(bytes(times(kMost - 1, directory), 0, file, 0)), "/a.c:3:7");  // one is implied
  EXPECT_EQ(place(bytes(times(kMost, directory), 0, file, 0)), "nothing");
  EXPECT_EQ(place(bytes(0, times(kMost, file), 0)), "/a.c:3:7");
  EXPECT_EQ(place(bytes(0, times(kMost + 1, file), 0)), "nothing");
}

TEST(LineTable, AnythingMayBeBroken) {
  std::mt19937 random(1);
  const Bytes sound = bytes(unit(5, program(5)), unit(4, program(4)), unit(2, program(2)));
  for (int i = 0; i < 20000; ++i) {
    Bytes lines = sound;
    Bytes strings = kLineStrings;
    for (auto n = random() % 6; n > 0; --n)
      lines[random() % lines.size()] = static_cast<std::uint8_t>(random());
    if (random() % 4 == 0) lines.resize(random() % lines.size());
    if (random() % 4 == 0) strings.resize(random() % strings.size());
    lines.shrink_to_fit();  // so that the address sanitizer sees the first byte behind them
    strings.shrink_to_fit();
    const LineTable table = read_line_table({lines, strings, {}}, kCodeSize);
    for (std::uint64_t address = 0; address < kCodeSize; address += 7) at(table, address);
  }
}

}  // namespace
}  // namespace wasmjet::dwarf::test
