#include "decoder/dwarf/source_lines.hpp"

#include "decoder/test_support.hpp"

namespace wasmjet::dwarf::test {
namespace {

using namespace wasmjet::test;

/// Version 4: directory 1 is "src"; files 1 "main.c", 2 "src/a.c", 3 "/usr/b.h". Rows at 3, 5 and 6, up to 7.
const Bytes kLines = [] {
  const Bytes header = {1,   1,   1,   0xFB, 14,  13,  0,   1,   1,   1,   1,   0,   0, 0, 1, 0,   0,   1,
                        's', 'r', 'c', 0,    0,   'm', 'a', 'i', 'n', '.', 'c', 0,   0, 0, 0, 'a', '.', 'c',
                        0,   1,   0,   0,    '/', 'u', 's', 'r', '/', 'b', '.', 'h', 0, 1, 0, 0,   0};
  const Bytes program = bytes(Bytes{0, 5, 2, 3, 0, 0, 0, 3, 11, 5, 7, 1}, Bytes{4, 2, 5, 0, 2, 2, 1},
                              Bytes{4, 3, 2, 1, 1}, Bytes{2, 1, 0, 1, 1});
  const Bytes unit = bytes(4, 0, static_cast<int>(header.size()), 0, 0, 0, header, program);
  return bytes(static_cast<int>(unit.size()), 0, 0, 0, unit);
}();

Module module_with(const std::string& name, const Bytes& contents) {
  TestModule module;
  module.types = {func_type({}, {})};
  module.functions = {{0}};
  module.code = {code_entry({}, bytes(Opcode::nop, Opcode::nop, Opcode::nop, Opcode::nop, Opcode::end))};
  return decode_module(bytes(module.build(), section(0, bytes(text(name), contents))));
}

std::uint32_t code_begin(const Module& module) { return module.bodies.at(0).begin - 2; }

TEST(SourceLines, CountFromTheCodeSection) {
  const Module module = module_with(".debug_line", kLines);
  const SourceLines lines(module);
  const auto at = [&](std::uint32_t address) {
    const auto place = lines.find(code_begin(module) + address);
    return place ? lines.text(*place) : "nothing";
  };
  EXPECT_FALSE(lines.empty());
  EXPECT_EQ(at(2), "nothing");
  EXPECT_EQ(at(3), "main.c:12:7");
  EXPECT_EQ(at(4), "main.c:12:7");
  EXPECT_EQ(at(5), "src/a.c:12");
  EXPECT_EQ(at(6), "/usr/b.h:12");
  EXPECT_EQ(at(7), "nothing");
  EXPECT_EQ(lines.find(0), std::nullopt);
  EXPECT_EQ(lines.find(~std::uint64_t{0}), std::nullopt);
}

TEST(SourceLines, AreEmptyWithoutDwarf) {
  const Module other = module_with("other", kLines);
  EXPECT_TRUE(SourceLines(other).empty());
  const Module broken = module_with(".debug_line", bytes(1, 2, 3));
  EXPECT_TRUE(SourceLines(broken).empty());
  EXPECT_EQ(SourceLines(broken).find(code_begin(broken) + 3), std::nullopt);
  const Module no_code =
      decode_module(bytes(TestModule{}.build(), section(0, bytes(text(".debug_line"), kLines))));
  EXPECT_TRUE(SourceLines(no_code).empty());
}

}  // namespace
}  // namespace wasmjet::dwarf::test
