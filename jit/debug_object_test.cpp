#include "jit/debug_object.hpp"

#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <string>

namespace wasmjet::jit {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Key;
using testing::Not;

std::uint8_t g_code[256];

NewCode sample() {
  NewCode code;
  code.begin = g_code;
  code.size = sizeof g_code;
  code.files = {"<m.wasm>", "a.c"};
  code.lines = {{0, 1, 10, 0}, {4, 1, 10, 3}, {40, 1, 7, 2}, {64, 0, 100, 0}};
  code.symbols = {{"first", 0, 60, CodeKind::function, 0, 3},
                  {"second", 64, 30, CodeKind::function, 3, 1},
                  {"third[interpreted]", 128, 16, CodeKind::jump, 4, 0},
                  {"enter", 160, 90, CodeKind::entry, 4, 0}};
  return code;
}

/// An ELF file's sections by name.
struct Elf {
  explicit Elf(const std::vector<char>& file) {
    std::memcpy(&header, file.data(), sizeof header);
    std::vector<Elf64_Shdr> table(header.e_shnum);
    std::memcpy(table.data(), file.data() + header.e_shoff, table.size() * sizeof table[0]);
    EXPECT_EQ(header.e_shoff + table.size() * sizeof table[0], file.size());
    const char* names = file.data() + table[header.e_shstrndx].sh_offset;
    for (const Elf64_Shdr& section : table) {
      const std::string name = names + section.sh_name;
      headers[name] = section;
      if (section.sh_type == SHT_NOBITS) continue;
      EXPECT_LE(section.sh_offset + section.sh_size, file.size());
      contents[name].assign(file.data() + section.sh_offset, section.sh_size);
    }
  }
  Elf64_Ehdr header{};
  std::map<std::string, Elf64_Shdr> headers;
  std::map<std::string, std::string> contents;
};

TEST(DebugObject, HasSymbolsAtTheirPlaces) {
  const Elf elf(make_debug_object(sample(), Target::x64));
  EXPECT_EQ(std::memcmp(elf.header.e_ident, ELFMAG, SELFMAG), 0);
  EXPECT_EQ(elf.header.e_machine, EM_X86_64);
  const Elf64_Shdr& text = elf.headers.at(".text");
  EXPECT_EQ(text.sh_addr, reinterpret_cast<std::uintptr_t>(g_code));
  EXPECT_EQ(text.sh_size, sizeof g_code);
  EXPECT_EQ(text.sh_type, Elf64_Word{SHT_NOBITS});

  std::vector<Elf64_Sym> symbols(elf.headers.at(".symtab").sh_size / sizeof(Elf64_Sym));
  std::memcpy(symbols.data(), elf.contents.at(".symtab").data(), symbols.size() * sizeof symbols[0]);
  std::vector<std::string> names;
  names.reserve(symbols.size());
  for (const Elf64_Sym& symbol : symbols)
    names.emplace_back(elf.contents.at(".strtab").data() + symbol.st_name);
  EXPECT_THAT(names, ElementsAre("", "first", "second", "third[interpreted]", "enter"));
  EXPECT_EQ(symbols[2].st_value, text.sh_addr + 64);
  EXPECT_EQ(symbols[2].st_size, 30U);
}

TEST(DebugObject, HasDwarfWhereThereAreLines) {
  const Elf elf(make_debug_object(sample(), Target::x64));
  EXPECT_THAT(elf.headers, IsSupersetOf({Key(".debug_info"), Key(".debug_abbrev"), Key(".debug_line")}));
  EXPECT_THAT(elf.contents.at(".debug_info"), HasSubstr("first"));
  EXPECT_THAT(elf.contents.at(".debug_info"), Not(HasSubstr("third"))) << "code without lines is no function";
  EXPECT_THAT(elf.contents.at(".debug_line"), HasSubstr("a.c"));
  NewCode stub = sample();
  stub.lines.clear();
  for (CodeSymbol& symbol : stub.symbols) symbol.lines = 0;
  EXPECT_THAT(Elf(make_debug_object(stub, Target::x64)).headers, Each(Key(Not(".debug_info"))));
}

/// The call frame instructions of each symbol, without those that do nothing at their end.
std::vector<std::string> frame_instructions(const std::string& section) {
  std::vector<std::string> result;
  for (std::size_t at = 0; at < section.size();) {
    std::uint32_t length = 0;
    std::memcpy(&length, section.data() + at, 4);
    EXPECT_LE(length, section.size() - at - 4);
    std::string body = section.substr(at + 4, length);
    at += 4 + std::size_t{length};
    body.erase(0, result.empty() ? 9 : 4 + 16);  // the common part has a header, others a range
    while (!body.empty() && body.back() == 0) body.pop_back();
    result.push_back(body);
  }
  return result;
}

TEST(DebugObject, SaysHowToUnwind) {
  const auto x64 =
      frame_instructions(Elf(make_debug_object(sample(), Target::x64)).contents.at(".debug_frame"));
  const std::string linked_x64 = "\x41\x0E\x10\x86\x02\x43\x0D\x06";
  ASSERT_EQ(x64.size(), 5U);
  EXPECT_EQ(x64[0], "\x0C\x07\x08\x90\x01");
  EXPECT_EQ(x64[1], linked_x64);
  EXPECT_EQ(x64[3], "");
  EXPECT_EQ(x64[4], linked_x64 + "\x83\x04\x8C\x05\x8D\x06\x8E\x07\x8F\x08");
  const auto a64 =
      frame_instructions(Elf(make_debug_object(sample(), Target::a64)).contents.at(".debug_frame"));
  const std::string linked_a64 = "\x41\x0E\x10\x9D\x02\x9E\x01\x41\x0D\x1D";
  ASSERT_EQ(a64.size(), 5U);
  EXPECT_EQ(a64[0], "\x0C\x1F");
  EXPECT_EQ(a64[1], linked_a64);
  EXPECT_EQ(a64[3], "");
  EXPECT_EQ(a64[4].substr(0, linked_a64.size() + 4), linked_a64 + "\x93\x06\x94\x05");
}

}  // namespace
}  // namespace wasmjet::jit
