#include "decoder/text/printer/print_module.hpp"

#include "decoder/test_support.hpp"
#include "decoder/text/assemble.hpp"

namespace wasmjet::text {
namespace {

using test::bytes;
using test::Bytes;
using test::TestModule;

constexpr Features kAllFeatures{.threads = true, .custom_page_sizes = true};

std::string printed(const Bytes& module_bytes) {
  const Module module = decode_module(module_bytes, nullptr, kAllFeatures);
  validate_functions(module);
  std::string text;
  print_module(module, [&text](std::string_view piece) { text += piece; });
  return text;
}

/// The text that the assembled `source` is printed as, having checked that it assembles to the same bytes.
std::string reprinted(std::string_view source) {
  const Bytes binary = assemble(source);
  const std::string text = printed(binary);
  EXPECT_EQ(assemble(text), binary) << text;
  return text;
}

TEST(PrintModule, Empty) {
  EXPECT_EQ(reprinted("(module)"), "(module)\n");
  EXPECT_EQ(printed(bytes(TestModule{}.build(), test::section(1, {0}))), "(module)\n");
}

TEST(PrintModule, Fields) {
  EXPECT_EQ(reprinted(R"((type (func)) (import "m" "f" (func (param i32 i64) (result f32)))
                          (import "m" "g" (global (mut i32)))
                          (table 1 2 funcref) (memory i64 3) (global i64 (i64.const -5))
                          (func (export "e") (param i32)) (start 2) (func (type 0)))"),
            R"((module
  (type (;0;) (func))
  (type (;1;) (func (param i32 i64) (result f32)))
  (type (;2;) (func (param i32)))
  (import "m" "f" (func (;0;) (type 1) (param i32 i64) (result f32)))
  (import "m" "g" (global (;0;) (mut i32)))
  (table (;0;) 1 2 funcref)
  (memory (;0;) i64 3)
  (global (;1;) i64 (i64.const -5))
  (export "e" (func 1))
  (start 2)
  (func (;1;) (type 2) (param i32))
  (func (;2;) (type 0))
)
)");
}

TEST(PrintModule, InstructionsAreIndentedByDepth) {
  EXPECT_EQ(reprinted(R"((func (param i32) (local i64 i64 f32)
      (block (loop (br_if 1 (local.get 0)) (br 0)) (if (result i64) (local.get 0) (then (i64.const 7)) (else return))
        drop)))"),
            R"((module
  (type (;0;) (func (param i32)))
  (func (;0;) (type 0) (param i32)
    (local i64 i64 f32)
    block  ;; label = @1
      loop  ;; label = @2
        local.get 0
        br_if 1 (;@1;)
        br 0 (;@2;)
      end
      local.get 0
      if (result i64)  ;; label = @2
        i64.const 7
      else
        return
      end
      drop
    end
  )
)
)");
}

TEST(PrintModule, Segments) {
  constexpr std::string_view kTables =
      "(table 9 funcref) (table 9 funcref) (table 9 externref) (func) (memory 1)";
  const auto last_field = [&](std::string_view source) {
    const std::string text = reprinted(std::string(kTables) + std::string(source));
    const std::size_t elem = text.find("  (elem");
    const std::size_t begin = elem != std::string::npos ? elem : text.find("  (data");
    return text.substr(begin + 2, text.find('\n', begin) - begin - 2);
  };
  for (const std::string_view segment :
       {"(elem (;0;) (i32.const 1) func 0)", "(elem (;0;) func 0 0)", "(elem (;0;) declare func 0)",
        "(elem (;0;) (table 1) (i32.const 1) func 0)",
        "(elem (;0;) (i32.const 1) funcref (ref.func 0) (ref.null func))",
        "(elem (;0;) (table 2) (i32.const 1) externref (ref.null extern))", "(elem (;0;) externref)",
        "(elem (;0;) declare funcref (ref.func 0))",
        "(elem (;0;) (offset i32.const 1 i32.const 2 i32.add) func)",
        R"((data (;0;) (i32.const 8) "a\00\ff\"\\"))", R"((data (;0;) "passive"))"}) {
    EXPECT_EQ(last_field(segment), segment);
  }
}

TEST(PrintModule, FirstTableAndMemoryNeedNotBeNamed) {
  // The binary names table 0 and memory 0 though it need not.
  TestModule module = test::environment(test::func_type({}, {}), {}, bytes(Opcode::end));
  using enum Opcode;
  module.elements = {bytes(2, 0, i32_const, 0, Opcode::end, 0, 1, 0)};
  module.data_count.reset();
  module.data = {bytes(2, 0, i32_const, 0, Opcode::end, test::text("d"))};
  const std::string text = printed(module.build());
  EXPECT_THAT(text, testing::HasSubstr("(elem (;0;) (i32.const 0) func 0)"));
  EXPECT_THAT(text, testing::HasSubstr("(data (;0;) (i32.const 0) \"d\")"));
  EXPECT_EQ(printed(assemble(text)), text);
}

TEST(PrintModule, NamesBecomeIdentifiers) {
  const Bytes body = bytes(Opcode::block, test::kNoResult, Opcode::local_get, 1, Opcode::br_if, 0,
                           Opcode::call, 0, Opcode::end, Opcode::end);
  const TestModule module = test::environment(test::func_type({test::kTypeI32, test::kTypeI32}, {}),
                                              {bytes(1, test::kTypeI64)}, body);
  const auto entry = [](int index, std::string_view name) { return bytes(index, test::text(name)); };
  const auto part = [](int id, const Bytes& contents) {
    return bytes(id, test::leb(contents.size()), contents);
  };
  const Bytes names = bytes(test::text("name"), part(0, test::text("mod")),
                            part(1, test::list({entry(0, "imported"), entry(1, "a function")})),
                            part(2, test::list({bytes(1, test::list({entry(1, "second"), entry(2, "l")}))})),
                            part(3, test::list({bytes(1, test::list({entry(0, "out")}))})),
                            part(7, test::list({entry(1, "g")})));
  const std::string text = printed(bytes(module.build(), test::section(0, names)));
  EXPECT_THAT(text, testing::StartsWith("(module $mod\n"));
  EXPECT_THAT(text, testing::HasSubstr("(import \"m\" \"f\" (func $imported (;0;) (type 1)))"));
  EXPECT_THAT(text, testing::HasSubstr("(global $g (;1;) (mut i64) (i64.const 0))"));
  EXPECT_THAT(text, testing::HasSubstr(R"(  (func $"a function" (;1;) (type 0) (param i32) (param $second i32)
    (local $l i64)
    block $out  ;; label = @1
      local.get $second
      br_if $out
      call $imported
    end
  )
)"));
}

TEST(PrintModule, CustomSectionsStandWhereTheyStood) {
  const auto custom = [](std::string_view name) {
    return test::section(0, bytes(test::text(name), Bytes{'x', 0}));
  };
  const Bytes type = test::section(1, test::list({test::func_type({}, {})}));
  const Bytes module = bytes(TestModule{}.build(), custom("a"), type, custom("b\n"), custom("c"));
  EXPECT_EQ(printed(module), R"((module
  (@custom "a" (before first) "x\00")
  (type (;0;) (func))
  (@custom "b\0a" (after type) "x\00")
  (@custom "c" (after type) "x\00")
)
)");
}

TEST(PrintModule, TypesOfGroups) {
  const Bytes array = bytes(0x5E, 0x78, 1);
  const Bytes types = test::section(1, bytes(3, 0x4E, 2, 0x50, 0, 0x5F, 2, 0x63, 1, 0, 0x77, 1, 0x4F, 1, 0,
                                             0x5F, 2, 0x63, 1, 0, 0x77, 1,  //
                                             array, 0x4E, 0));
  EXPECT_EQ(printed(bytes(TestModule{}.build(), types)), R"((module
  (rec
    (type (;0;) (sub (struct (field (ref null 1)) (field (mut i16)))))
    (type (;1;) (sub final 0 (struct (field (ref null 1)) (field (mut i16))))))
  (type (;2;) (array (mut i8)))
  (rec)
)
)");
}

TEST(PrintModule, DeepNestingPrintsInLinearSpace) {
  constexpr int kDepth = 100'000;
  Bytes body;
  for (int i = 0; i < kDepth; ++i) test::append(body, bytes(Opcode::block, test::kNoResult));
  for (int i = 0; i <= kDepth; ++i) test::append(body, Opcode::end);
  const std::string text = printed(test::environment(test::func_type({}, {}), {}, body).build());
  EXPECT_LT(text.size(), std::size_t{kDepth} * 250);
  EXPECT_THAT(text, testing::HasSubstr("block  ;; label = @100000\n"));
}

}  // namespace
}  // namespace wasmjet::text
