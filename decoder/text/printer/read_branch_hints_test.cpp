#include "decoder/text/printer/read_branch_hints.hpp"

#include "decoder/test_support.hpp"
#include "decoder/text/printer/print_module.hpp"

namespace wasmjet::text {
namespace {

using test::bytes;
using test::Bytes;

/// A module with one function and this custom section before (or behind) its code. In the function, `br_if`
/// stands at offset 5 and `if` at 9, counted from the local declarations.
Module with_hints(const Bytes& contents, bool before_code = true) {
  using enum Opcode;
  const Bytes function =
      test::code_entry({}, bytes(block, test::kNoResult, local_get, 0, br_if, 0, local_get, 0, if_,
                                 test::kNoResult, Opcode::end, Opcode::end, Opcode::end));
  const Bytes code = test::section(10, test::list({function}));
  const Bytes custom = test::section(0, bytes(test::text("metadata.code.branch_hint"), contents));
  return decode_module(
      bytes(test::TestModule{}.build(), test::section(1, test::list({test::func_type({test::kTypeI32}, {})})),
            test::section(3, test::list({{0}})), before_code ? bytes(custom, code) : bytes(code, custom)));
}

std::string printed(const Module& module) {
  std::string text;
  print_module(module, [&text](std::string_view piece) { text += piece; });
  return text;
}

const Bytes kHints = {1, 0, 2, 5, 1, 0, 9, 1, 1};

TEST(ReadBranchHints, StandBeforeTheirInstructions) {
  const std::string text = printed(with_hints(kHints));
  EXPECT_THAT(text, testing::HasSubstr("\n      (@metadata.code.branch_hint \"\\00\") br_if 0 (;@1;)\n"));
  EXPECT_THAT(text, testing::HasSubstr("\n      (@metadata.code.branch_hint \"\\01\") if  ;; label = @2\n"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("@custom")));
}

TEST(ReadBranchHints, WhatAnnotationsCannotSayStaysASection) {
  for (const Bytes& contents : std::vector<Bytes>{{},
                                                  {0},
                                                  {1, 0, 0},
                                                  {1, 0, 1, 4, 1, 0},                 // local.get's immediate
                                                  {1, 0, 1, 3, 1, 0},                 // local.get
                                                  {1, 0, 1, 99, 1, 0},                // behind the function
                                                  {1, 0, 1, 5, 1, 2},                 // no hint
                                                  {1, 0, 1, 5, 2, 0, 0},              // two bytes
                                                  {1, 0, 2, 9, 1, 1, 5, 1, 0},        // out of order
                                                  {1, 1, 1, 5, 1, 0},                 // no such function
                                                  {2, 0, 1, 5, 1, 0, 0, 1, 9, 1, 0},  // the function twice
                                                  {1, 0, 1, 5, 1, 0, 0},              // a byte too many
                                                  {1, 0, 2, 5, 1, 0}}) {              // bytes missing
    EXPECT_THAT(printed(with_hints(contents)),
                testing::HasSubstr("(@custom \"metadata.code.branch_hint\" (after func)"));
  }
  EXPECT_THAT(printed(with_hints(kHints, false)),
              testing::HasSubstr("(@custom \"metadata.code.branch_hint\" (after code)"));
}

}  // namespace
}  // namespace wasmjet::text
