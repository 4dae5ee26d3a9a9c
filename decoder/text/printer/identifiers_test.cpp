#include "decoder/text/printer/identifiers.hpp"

#include <set>

#include "decoder/test_support.hpp"

namespace wasmjet::text {
namespace {

using test::bytes;
using test::Bytes;
using test::leb;
using test::list;
using Kind = ModuleNames::Kind;

Bytes entry(std::uint32_t index, std::string_view name) { return bytes(leb(index), test::text(name)); }
Bytes subsection(Kind kind, const Bytes& contents) {
  return bytes(static_cast<int>(kind), leb(contents.size()), contents);
}

/// An empty module with a name section of these contents.
Module with_names(const Bytes& contents) {
  return decode_module(
      bytes(test::TestModule{}.build(), test::section(0, bytes(test::text("name"), contents))));
}

std::vector<std::string> found(const IdentifierSpace& space, std::uint32_t count) {
  std::vector<std::string> ids;
  ids.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) ids.emplace_back(space.find(i));
  return ids;
}

TEST(Identifier, QuotedWhereItMustBe) {
  EXPECT_EQ(identifier_of("a.b-c#1"), "$a.b-c#1");
  EXPECT_EQ(identifier_of("a b"), "$\"a b\"");
  EXPECT_EQ(identifier_of("f(int)\n"), R"($"f(int)\0a")");
  EXPECT_EQ(identifier_of("\u00e9"), "$\"\u00e9\"");
  EXPECT_EQ(identifier_of(""), "");
  EXPECT_EQ(identifier_of(std::string(5000, 'x')), "");
}

TEST(IdentifierSpace, RepeatedNamesGetTheirNumber) {
  const IdentifierSpace space({{0, "f"}, {1, "g"}, {3, "f"}, {4, "f"}, {9, "beyond"}}, 9);
  EXPECT_EQ(found(space, 10), (std::vector<std::string>{"$f", "$g", "", "$f#3", "$f#4", "", "", "", "", ""}));
}

TEST(IdentifierSpace, NumberedNamesDoNotClashWithGivenOnes) {
  const IdentifierSpace space({{0, "f"}, {1, "f"}, {2, "f#1"}, {3, "f#1_"}, {4, "f#1"}}, 5);
  const std::vector<std::string> ids = found(space, 5);
  EXPECT_EQ(ids[0], "$f");
  EXPECT_EQ(ids[2], "$f#1");
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 5U);
}

TEST(ModuleNames, AllKinds) {
  const Bytes inner = list({bytes(7, list({entry(0, "x"), entry(2, "y")}))});
  const Module module = with_names(
      bytes(subsection(Kind::module, test::text("m")), subsection(Kind::function, list({entry(5, "f")})),
            subsection(Kind::local, inner), subsection(Kind::label, inner), subsection(Kind::field, inner),
            subsection(Kind::tag, list({entry(0, "t")}))));
  const ModuleNames names(module);
  EXPECT_EQ(names.module_name(), "m");
  ASSERT_EQ(names.names(Kind::function).size(), 1U);
  EXPECT_EQ(names.names(Kind::function)[0].index, 5U);
  EXPECT_EQ(names.names(Kind::tag)[0].name, "t");
  EXPECT_TRUE(names.names(Kind::data).empty());
  for (const Kind kind : {Kind::local, Kind::label, Kind::field}) {
    ASSERT_EQ(names.inner_names(kind, 7).size(), 2U);
    EXPECT_EQ(names.inner_names(kind, 7)[1].name, "y");
    EXPECT_TRUE(names.inner_names(kind, 6).empty());
  }
}

TEST(ModuleNames, BrokenPartsAreIgnored) {
  const Bytes good = subsection(Kind::function, list({entry(0, "f")}));
  EXPECT_EQ(ModuleNames(with_names(bytes(good, 0x04, 0xFF))).names(Kind::function).size(), 1U);
  EXPECT_TRUE(
      ModuleNames(with_names(subsection(Kind::type, bytes(leb(0xFFFFFFFF))))).names(Kind::type).empty());
  EXPECT_TRUE(
      ModuleNames(with_names(subsection(Kind::type, bytes(1, 0, 2, 0xC3, 0x28)))).names(Kind::type).empty());
  EXPECT_EQ(ModuleNames(with_names({99, 0})).module_name(), "");
  // Indices that do not ascend.
  const Module module =
      with_names(subsection(Kind::global, list({entry(3, "a"), entry(1, "b"), entry(3, "c")})));
  ASSERT_EQ(ModuleNames(module).names(Kind::global).size(), 1U);
}

}  // namespace
}  // namespace wasmjet::text
