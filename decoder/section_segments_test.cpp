#include "decoder/test_support.hpp"

// Element and data segments (spec 3.4.5, 3.4.6, 5.5.12, 5.5.14).
namespace wasmjet::test {
namespace {

using enum Opcode;

const Bytes kOffset = bytes(i32_const, 7, Opcode::end);
const Bytes kNullFunction = bytes(ref_null, kTypeFuncRef, Opcode::end);
const Bytes kNullExtern = bytes(ref_null, kTypeExternRef, Opcode::end);

TestModule with_element(const Bytes& segment) {
  TestModule m = environment(func_type({}, {}), {}, bytes(Opcode::end));
  m.elements = {segment};
  return m;
}
ElementSegment decode_element(const Bytes& segment) {
  return decode_module(with_element(segment).build()).elements[0];
}

TestModule with_data(const Bytes& segment) {
  TestModule m = environment(func_type({}, {}), {}, bytes(Opcode::end));
  m.data = {segment};
  return m;
}

TEST(ElementSection, DecodesAllEightForms) {
  struct Form {
    Bytes segment;
    SegmentMode mode;
    std::uint32_t table;
    ValType type;
    std::size_t items;
  };
  constexpr ValType kFunction = ValType::reference(HeapType::func, false);
  const Form forms[] = {
      {bytes(0, kOffset, list({{1}, {2}})), SegmentMode::active, 0, kFunction, 2},
      {bytes(1, 0, list({{1}})), SegmentMode::passive, 0, kFunction, 1},
      {bytes(2, 2, kOffset, 0, list({{1}})), SegmentMode::active, 2, kFunction, 1},
      {bytes(3, 0, list({{1}})), SegmentMode::declarative, 0, kFunction, 1},
      {bytes(4, kOffset, list({kNullFunction, bytes(ref_func, 1, Opcode::end)})), SegmentMode::active, 0,
       kFuncRef, 2},
      {bytes(5, kTypeExternRef, list({kNullExtern})), SegmentMode::passive, 0, kExternRef, 1},
      {bytes(6, 1, kOffset, kTypeExternRef, list({kNullExtern})), SegmentMode::active, 1, kExternRef, 1},
      {bytes(7, kTypeFuncRef, list({})), SegmentMode::declarative, 0, kFuncRef, 0},
  };
  for (const Form& form : forms) {
    const ElementSegment segment = decode_element(form.segment);
    SCOPED_TRACE("form " + std::to_string(form.segment[0]));
    EXPECT_EQ(segment.mode, form.mode);
    EXPECT_EQ(segment.table, form.table);
    EXPECT_EQ(segment.type, form.type);
    EXPECT_EQ(segment.items.size(), form.items);
    EXPECT_EQ(segment.offset.bits, form.mode == SegmentMode::active ? 7U : 0U);
  }
}

TEST(ElementSection, RefusesOtherFlagsAndKinds) {
  EXPECT_THAT(validate(with_element(bytes(8, kOffset, 0))), is_malformed("malformed elements segment kind"));
  EXPECT_THAT(validate(with_element(bytes(1, 1, 0))), is_malformed("malformed element kind"));
  EXPECT_THAT(validate(with_element(bytes(5, kTypeI32, 0))), is_malformed("malformed reference type"));
}

TEST(ElementSection, ChecksIndicesAndTypes) {
  EXPECT_THAT(validate(with_element(bytes(0, kOffset, list({{4}})))), is_invalid("unknown function 4"));
  EXPECT_THAT(validate(with_element(bytes(2, 3, kOffset, 0, 0))), is_invalid("unknown table 3"));
  EXPECT_THAT(validate(with_element(bytes(2, 1, kOffset, 0, 0))), is_invalid("type mismatch"));
  EXPECT_THAT(validate(with_element(bytes(0, i64_const, 0, Opcode::end, 0))), is_invalid("type mismatch"));
  EXPECT_THAT(validate(with_element(bytes(5, kTypeFuncRef, list({kNullExtern})))),
              is_invalid("type mismatch"));
}

TEST(ElementSection, DeclaresItsFunctions) {
  const Module module = decode_module(with_element(bytes(3, 0, list({{3}}))).build());
  EXPECT_THAT(module.declared_functions, testing::ElementsAre(false, false, false, true));
}

TEST(DataSection, DecodesAllThreeForms) {
  const Module active = decode_module(with_data(bytes(0, kOffset, text("ab"))).build());
  EXPECT_EQ(active.data[0].mode, SegmentMode::active);
  EXPECT_EQ(active.data[0].offset.bits, 7U);
  EXPECT_EQ(active.data[0].size, 2U);
  EXPECT_EQ(active.bytes[active.data[0].begin], 'a');
  const Module passive = decode_module(with_data(bytes(1, text("ab"))).build());
  EXPECT_EQ(passive.data[0].mode, SegmentMode::passive);
  const Module explicit_memory = decode_module(with_data(bytes(2, 0, kOffset, text(""))).build());
  EXPECT_EQ(explicit_memory.data[0].mode, SegmentMode::active);
}

TEST(DataSection, ChecksFlagsMemoryAndSize) {
  EXPECT_THAT(validate(with_data(bytes(3, kOffset, 0))), is_malformed("malformed data segment kind"));
  EXPECT_THAT(validate(with_data(bytes(2, 1, kOffset, 0))), is_invalid("unknown memory 1"));
  EXPECT_THAT(validate(with_data(bytes(1, 5, 'a'))), is_malformed("unexpected end"));
  TestModule without_memory;
  without_memory.data = {bytes(0, kOffset, 0)};
  EXPECT_THAT(validate(without_memory), is_invalid("unknown memory 0"));
}

}  // namespace
}  // namespace wasmjet::test
