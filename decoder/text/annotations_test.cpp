#include "decoder/text/annotations.hpp"

#include "decoder/text/text_test_support.hpp"

namespace wasmjet::test {
namespace {

/// The sections of the module: their ids, of custom ones the names.
std::vector<std::string> sections(std::string_view source) {
  std::vector<std::string> out;
  for (const SectionInfo& section : decode_module(text::assemble(source)).sections) {
    out.push_back(section.id == 0 ? section.name : std::to_string(section.id));
  }
  return out;
}

/// The contents of a custom section.
Bytes custom(std::string_view source, std::string_view name,
             text::FunctionNaming naming = text::FunctionNaming::annotations) {
  const Module module = decode_module(text::assemble(source, nullptr, naming));
  const auto contents = module.custom_section(name);
  return {contents.begin(), contents.end()};
}

using Names = std::vector<std::string>;

TEST(CustomAnnotations, StandWhereTheySay) {
  EXPECT_EQ(sections("(@custom \"a\") (func) (@custom \"b\") (memory 1)"),
            (Names{"1", "3", "5", "10", "a", "b"}));
  EXPECT_EQ(
      sections(
          "(func) (@custom \"a\" (before first)) (@custom \"b\" (after func)) (@custom \"c\" (after last))"
          "(@custom \"d\" (before code)) (@custom \"e\" (before first))"),
      (Names{"a", "e", "1", "3", "b", "d", "10", "c"}));
  // The place of a section that is not there.
  EXPECT_EQ(sections("(module (func) (@custom \"a\" (before global)) (@custom \"b\" (after memory)))"),
            (Names{"1", "3", "b", "a", "10"}));
}

TEST(CustomAnnotations, HaveBytes) {
  EXPECT_EQ(custom("(@custom \"a\" (before type) \"\\00x\" \"\" \"\\ff\")", "a"), bytes(0, 'x', 0xFF));
  EXPECT_EQ(custom("(@\"custom\" \"a\" \"b\")", "a"), bytes('b'));
  EXPECT_EQ(custom("(@custom \"\" (@x) \"b\")", ""), bytes('b'));
}

TEST(CustomAnnotations, Malformed) {
  EXPECT_THAT("(func)\n  (@custom)", RefusedAt(2, 3, "@custom annotation: missing section name"));
  EXPECT_THAT("(@custom \"a\"\n  (in type))", RefusedAt(2, 4, "@custom annotation: malformed placement"));
  EXPECT_THAT("(@custom \"a\" (before last))", Refused("@custom annotation: malformed section kind"));
  EXPECT_THAT("(@custom \"a\" 1)", Refused("unexpected token '1'"));
  EXPECT_THAT("(@custom \"a\" (after last) (after last))", Refused("unexpected token '('"));
  EXPECT_THAT("(@custom \"\\ff\")", Refused("malformed UTF-8"));
  EXPECT_THAT("(func (@custom \"a\"))", Refused("misplaced @custom annotation"));
  EXPECT_THAT("(func) (func (@custom \"a\")) (func)", Refused("misplaced @custom annotation"));
}

TEST(NameAnnotations, BecomeTheNameSection) {
  EXPECT_EQ(custom("(module $m (@name \"M\"))", "name"), bytes(0, 2, 1, 'M'));
  EXPECT_EQ(custom("(module (func) (func $f (@name \"F\")) (func (@name \"G\")))", "name"),
            bytes(1, 7, 2, 1, 1, 'F', 2, 1, 'G'));
  EXPECT_EQ(
      custom("(func) (func (param i32) (param $x (@name \"X\") i32) (local $l (@name \"L\") i32))", "name"),
      bytes(2, 9, 1, 1, 2, 1, 1, 'X', 2, 1, 'L'));
  EXPECT_EQ(custom("(type $t (@name \"T\") (struct (field i32) (field $f (@name \"F\") i32)))", "name"),
            bytes(4, 4, 1, 0, 1, 'T', 10, 6, 1, 0, 1, 1, 1, 'F'));
  EXPECT_EQ(custom("(table $t (@name \"T\") 1 funcref) (memory $m (@name \"M\") 1)", "name"),
            bytes(5, 4, 1, 0, 1, 'T', 6, 4, 1, 0, 1, 'M'));
}

TEST(NameAnnotations, IdentifiersOfFunctionsInTheirStead) {
  const auto named = [](std::string_view fields) {
    return custom(fields, "name", text::FunctionNaming::identifiers);
  };
  EXPECT_EQ(
      named("(import \"m\" \"n\" (func $b)) (func) (func $a (@name \"A\")) (func $c) (table $t 1 funcref)"),
      bytes(1, 10, 3, 0, 1, 'b', 2, 1, 'A', 3, 1, 'c'));
  EXPECT_EQ(named("(func $a) (func (param $x (@name \"X\") i32))"),
            bytes(1, 4, 1, 0, 1, 'a', 2, 6, 1, 1, 1, 0, 1, 'X'));
  EXPECT_EQ(named("(func) (global $g i32 (i32.const 0))"), bytes());
}

TEST(NameAnnotations, Malformed) {
  EXPECT_THAT("(module (@name \"a\") (@name \"b\"))", Refused("@name annotation: multiple module names"));
  EXPECT_THAT("(func $f (@name \"a\") (@name \"b\"))", Refused("@name annotation: multiple func names"));
  EXPECT_THAT("(module\n (func (nop (@name \"a\"))))", RefusedAt(2, 13, "misplaced @name annotation"));
  EXPECT_THAT("(func (@name a))", Refused("unexpected token 'a'"));
  EXPECT_THAT("(func (@name \"a\" \"b\"))", Refused("unexpected token '\"b\"'"));
}

TEST(BranchHints, BecomeASection) {
  // Offsets count from the local declarations, one byte here: local.get 0, if, end, local.get 0, br_if.
  EXPECT_EQ(custom("(func) (func (param i32) local.get 0 (@metadata.code.branch_hint \"\\01\") if end"
                   " (@metadata.code.branch_hint \"\\00\") (br_if 0 (local.get 0)))",
                   "metadata.code.branch_hint"),
            bytes(1, 1, 2, 3, 1, 1, 8, 1, 0));
  EXPECT_EQ(sections("(func (@metadata.code.branch_hint \"\\01\") (if (i32.const 0) (then)))"),
            (Names{"1", "3", "metadata.code.branch_hint", "10"}));
}

TEST(BranchHints, Malformed) {
  EXPECT_THAT("(@metadata.code.branch_hint \"\\01\") (func)",
              Refused("@metadata.code.branch_hint annotation: not in"));
  EXPECT_THAT("(func) (@metadata.code.branch_hint \"\\01\")",
              Refused("@metadata.code.branch_hint annotation: not in"));
  EXPECT_THAT("(func (i32.const 0) (@metadata.code.branch_hint \"\\02\") (br_if 0))",
              Refused("@metadata.code.branch_hint annotation: malformed hint"));
  EXPECT_THAT(
      "(func (i32.const 0) (@metadata.code.branch_hint \"\\01\") (@metadata.code.branch_hint \"\\01\") br_if "
      "0)",
      Refused("@metadata.code.branch_hint annotation: duplicate annotation"));
  const std::optional<text::TextError> error = refusal("(func (@metadata.code.branch_hint \"\\01\") nop)");
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->kind(), ModuleErrorKind::invalid);
}

TEST(Annotations, OthersMeanNothing) {
  EXPECT_EQ(text::assemble("((@a)module(@names \"x\")(func(@\"b\" (func) ;; )\n)nop))"),
            text::assemble("(func nop)"));
}

TEST(Annotations, MayStandBetweenAnyTokens) {
  EXPECT_EQ(sections("(@custom \"a\")(module(func)(@custom \"b\"))"),
            sections("(module (func) (@custom \"b\"))"));
  EXPECT_EQ(sections("(module (@name \"m\") (@custom \"b\") (func))"), (Names{"1", "3", "10", "b", "name"}));
}

}  // namespace
}  // namespace wasmjet::test
