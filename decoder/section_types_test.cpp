#include "decoder/test_support.hpp"

// Types and what is declared with them (spec 3.2, 5.3, 5.5.4 to 5.5.9).
namespace wasmjet::test {
namespace {

using enum Opcode;

Outcome validate_table(const Bytes& table) {
  TestModule m;
  m.tables = {table};
  return validate(m);
}

Outcome validate_memory(const Bytes& memory) {
  TestModule m;
  m.memories = {memory};
  return validate(m);
}

Outcome validate_import(const Bytes& import) {
  TestModule m;
  m.types = {func_type({}, {})};
  m.imports = {import};
  return validate(m);
}

Outcome validate_global(const Bytes& global) {
  TestModule m;
  m.globals = {global};
  return validate(m);
}

TEST(TypeSection, HoldsFunctionTypes) {
  TestModule m;
  m.types = {func_type({kTypeI32, kTypeExternRef}, {kTypeF64, kTypeI64}), func_type({}, {})};
  const Module module = decode_module(m.build());
  ASSERT_EQ(module.types.size(), 2U);
  EXPECT_EQ(to_string(module.types[0]), "(i32, externref) -> (f64, i64)");
  EXPECT_EQ(to_string(module.types[1]), "() -> ()");
}

TEST(TypeSection, RefusesOtherForms) {
  TestModule m;
  m.types = {{0x40, 0, 0}};
  EXPECT_THAT(validate(m), is_malformed("malformed definition type"));
  m.types = {{0x40, 0, 0}};
  EXPECT_THAT(validate(m), is_malformed("malformed definition type"));
  m.types = {func_type({0x20}, {})};
  EXPECT_THAT(validate(m), is_malformed("invalid value type"));
  m.types = {func_type({0x7B}, {})};
  EXPECT_THAT(validate(m), IsValid());
  m.types = {func_type({0x63, kTypeI32}, {})};
  EXPECT_THAT(validate(m), is_malformed("malformed heap type"));
  m.types = {func_type({0x63, 1}, {})};
  EXPECT_THAT(validate(m), is_invalid("unknown type 1"));
}

TEST(TypeSection, LimitsParametersAndResults) {
  TestModule m;
  m.types = {func_type(Bytes(1000, kTypeI32), Bytes(1000, kTypeI32))};
  EXPECT_THAT(validate(m), IsValid());
  m.types = {func_type(Bytes(1001, kTypeI32), {})};
  EXPECT_THAT(validate(m), is_unsupported("1001 parameters"));
  m.types = {func_type({}, Bytes(1001, kTypeI32))};
  EXPECT_THAT(validate(m), is_unsupported("1001 results"));
}

TEST(ImportSection, HoldsAllKinds) {
  TestModule m;
  m.types = {func_type({}, {})};
  m.imports = {bytes(text("m"), text("f"), 0, 0), bytes(text("m"), text("t"), 1, kTypeFuncRef, 1, 2, 3),
               bytes(text("m"), text("m"), 2, 0, 1), bytes(text("m"), text("g"), 3, kTypeI64, 1),
               bytes(text(""), text("f2"), 0, 0)};
  const Module module = decode_module(m.build());
  ASSERT_EQ(module.imports.size(), 5U);
  EXPECT_EQ(module.imports[1].module, "m");
  EXPECT_EQ(module.imports[1].name, "t");
  EXPECT_EQ(module.imports[1].kind, ExternKind::table);
  EXPECT_EQ(module.imports[4].index, 1U);
  EXPECT_EQ(module.imported_functions, 2U);
  EXPECT_EQ(module.tables[0].limits.max, 3U);
  EXPECT_EQ(module.memories[0].limits.min, 1U);
  EXPECT_EQ(module.globals[0].type, (GlobalType{kI64, true}));
}

TEST(ImportSection, ChecksKindTypeAndNames) {
  EXPECT_THAT(validate_import(bytes(text("m"), text("f"), 5, 0)), is_malformed("malformed import kind"));
  EXPECT_THAT(validate_import(bytes(text("m"), text("f"), 4, 0, 0)), IsValid());
  EXPECT_THAT(validate_import(bytes(text("m"), text("f"), 0, 1)), is_invalid("unknown type 1"));
  EXPECT_THAT(validate_import(bytes(1, 0xC0, text("f"), 0, 0)), is_malformed("malformed UTF-8 encoding"));
}

TEST(FunctionSection, ChecksTypes) {
  TestModule m;
  m.functions = {{0}};
  EXPECT_THAT(validate(m), is_invalid("unknown type 0"));
}

TEST(TableSection, ChecksTypeAndLimits) {
  EXPECT_THAT(validate_table({kTypeFuncRef, 0, 5}), IsValid());
  EXPECT_THAT(validate_table({kTypeExternRef, 1, 5, 5}), IsValid());
  EXPECT_THAT(validate_table({kTypeI32, 0, 5}), is_malformed("malformed reference type"));
  EXPECT_THAT(validate_table({kTypeFuncRef, 1, 5, 4}),
              is_invalid("size minimum must not be greater than maximum"));
  EXPECT_THAT(validate_table({kTypeFuncRef, 8, 5}), is_malformed("malformed limits flags"));
  EXPECT_THAT(validate_table({kTypeFuncRef, 4, 5}), IsValid());
  EXPECT_THAT(validate_table(bytes(kTypeFuncRef, 0, leb(0xFFFFFFFF))), IsValid());
  EXPECT_THAT(validate_table(bytes(kTypeFuncRef, 0, leb(0x100000000))), is_invalid("table size"));
  EXPECT_THAT(validate_table(bytes(kTypeFuncRef, 1, 0, leb(0x100000000))), is_invalid("table size"));
  EXPECT_THAT(validate_table(bytes(kTypeFuncRef, 4, leb(0x100000000))), IsValid());
  EXPECT_THAT(validate_table(bytes(kTypeFuncRef, 0, Bytes(9, 0x80), 0x02)),
              is_malformed("integer too large"));
}

TEST(TableSection, LimitsTheirNumber) {
  TestModule m;
  m.tables = std::vector<Bytes>(100, Bytes{kTypeFuncRef, 0, 0});
  EXPECT_THAT(validate(m), IsValid());
  m.tables.push_back(m.tables[0]);
  EXPECT_THAT(validate(m), is_unsupported("more than 100 tables"));
}

TEST(MemorySection, ChecksLimits) {
  EXPECT_THAT(validate_memory(bytes(0x01, leb(0), leb(65536))), IsValid());
  EXPECT_THAT(validate_memory(bytes(0x00, leb(65537))),
              is_invalid("memory size must be at most 65536 pages"));
  EXPECT_THAT(validate_memory(bytes(0x01, leb(0), leb(65537))),
              is_invalid("memory size must be at most 65536 pages"));
  EXPECT_THAT(validate_memory(bytes(0x00, leb(0x100000000))),
              is_invalid("memory size must be at most 65536 pages"));
  EXPECT_THAT(validate_memory(bytes(0x01, 2, 1)),
              is_invalid("size minimum must not be greater than maximum"));
  EXPECT_THAT(validate_memory(bytes(0x03, 1, 2)),
              is_malformed("malformed limits flags 0x03: shared memories"));
}

TEST(MemorySection, PagesOfOneByteMustBeCountable) {
  constexpr Features kPageSizes{.threads = false, .custom_page_sizes = true};
  const auto check = [&](std::uint64_t pages) {
    TestModule m;
    m.memories = {bytes(0x08, leb(pages), 0)};
    return validate(m, kPageSizes);
  };
  EXPECT_THAT(check(0xFFFFFFFF), IsValid());
  EXPECT_THAT(check(0x100000000), is_invalid("memory size must be at most 2**32-1 pages"));
}

TEST(MemorySection, HoldsSeveral) {
  TestModule m;
  m.memories = {{0, 1}, {4, 1}};
  EXPECT_THAT(validate(m), IsValid());
  m.memories = std::vector<Bytes>(101, Bytes{0, 0});
  EXPECT_THAT(validate(m), is_unsupported("more than 100 memories"));
}

TEST(GlobalSection, ChecksMutabilityAndInitializer) {
  EXPECT_THAT(validate_global(bytes(kTypeI32, 1, i32_const, 5, Opcode::end)), IsValid());
  EXPECT_THAT(validate_global(bytes(kTypeI32, 2, i32_const, 5, Opcode::end)),
              is_malformed("malformed mutability"));
  EXPECT_THAT(validate_global(bytes(kTypeI64, 0, i32_const, 5, Opcode::end)), is_invalid("type mismatch"));
}

}  // namespace
}  // namespace wasmjet::test
