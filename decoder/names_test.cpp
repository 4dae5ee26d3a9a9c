#include "decoder/names.hpp"

#include "decoder/test_support.hpp"

namespace wasmjet::test {
namespace {

Module module_with_names(const Bytes& contents) {
  return decode_module(bytes(TestModule{}.build(), section(0, bytes(text("name"), contents))));
}

Bytes function_names(const std::vector<Bytes>& entries) { return section(1, list(entries)); }

TEST(FunctionNames, AreFound) {
  const Module module = module_with_names(bytes(
      section(0, text("module")), function_names({bytes(3, text("three")), bytes(leb(300), text("x"))})));
  const FunctionNames names(module);
  EXPECT_EQ(names.name(3), "three");
  EXPECT_EQ(names.name(300), "x");
}

TEST(FunctionNames, FallBackToTheIndex) {
  const Module module = module_with_names(function_names({bytes(3, text("three"))}));
  EXPECT_EQ(FunctionNames(module).name(4), "func[4]");
  const Module nameless = decode_module(TestModule{}.build());
  EXPECT_EQ(FunctionNames(nameless).name(0), "func[0]");
}

TEST(FunctionNames, IgnoreABrokenSection) {
  const Module cut = module_with_names(bytes(1, 100, 1, 0, text("f")));
  EXPECT_EQ(FunctionNames(cut).name(0), "func[0]");
  const Module huge_count = module_with_names(section(1, bytes(0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0, text("f"))));
  EXPECT_EQ(FunctionNames(huge_count).name(0), "func[0]");
  const Module not_utf8 = module_with_names(section(1, bytes(1, 0, 1, 0xFF)));
  EXPECT_EQ(FunctionNames(not_utf8).name(0), "func[0]");
}

TEST(FunctionNames, AreFoundOutOfOrder) {
  const Module module = module_with_names(function_names({bytes(5, text("five")), bytes(2, text("two"))}));
  const FunctionNames names(module);
  EXPECT_EQ(names.name(2), "two");
  EXPECT_EQ(names.name(5), "five");
}

}  // namespace
}  // namespace wasmjet::test
