#include "decoder/decoder.hpp"

#include "decoder/test_support.hpp"

// Header, the order and sizes of sections, and what must agree between sections (spec 5.5).
namespace wasmjet::test {
namespace {

using enum Opcode;

const Bytes kHeader = TestModule{}.build();

TEST(Decoder, TakesTheEmptyModule) { EXPECT_THAT(validate(kHeader), IsValid()); }

TEST(Decoder, ChecksMagicAndVersion) {
  EXPECT_THAT(validate(Bytes{}), is_malformed("unexpected end"));
  EXPECT_THAT(validate(Bytes{0x00, 0x61, 0x73}), is_malformed("unexpected end"));
  EXPECT_THAT(validate(Bytes{0x00, 0x61, 0x73, 0x6D, 0x01}), is_malformed("unexpected end"));
  EXPECT_THAT(validate(Bytes{0x00, 0x41, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00}),
              is_malformed("magic header not detected"));
  EXPECT_THAT(validate(Bytes{0x00, 0x61, 0x73, 0x6D, 0x02, 0x00, 0x00, 0x00}),
              is_malformed("unknown binary version"));
}

TEST(Decoder, RefusesUnknownSections) {
  EXPECT_THAT(validate(bytes(kHeader, section(14, {0x00}))), is_malformed("malformed section id"));
  EXPECT_THAT(validate(bytes(kHeader, section(0x7F, {0x00}))), is_malformed("malformed section id"));
}

TEST(Decoder, RefusesSectionsBeyondTheModule) {
  EXPECT_THAT(validate(bytes(kHeader, 1, 5, 0)), is_malformed("length out of bounds"));
  EXPECT_THAT(validate(bytes(kHeader, 1)), is_malformed("unexpected end"));
}

TEST(Decoder, RefusesContentsThatDoNotFillTheSection) {
  const Outcome outcome = validate(bytes(kHeader, section(1, {0x00, 0x00})));
  EXPECT_THAT(outcome, is_malformed("section size mismatch"));
  EXPECT_THAT(outcome, FailsAt(11));
}

TEST(Decoder, RefusesContentsThatEndEarly) {
  const Outcome outcome = validate(bytes(kHeader, section(1, {0x01, 0x60, 0x00})));
  EXPECT_THAT(outcome, is_malformed("unexpected end"));
  EXPECT_THAT(outcome, FailsAt(13));
}

TEST(Decoder, RefusesSectionsTwiceOrOutOfOrder) {
  const std::string reason = "unexpected content after last section";
  EXPECT_THAT(validate(bytes(kHeader, section(1, {0x00}), section(1, {0x00}))), is_malformed(reason));
  EXPECT_THAT(validate(bytes(kHeader, section(2, {0x00}), section(1, {0x00}))), is_malformed(reason));
  EXPECT_THAT(validate(bytes(kHeader, section(12, {0x00}), section(9, {0x00}))), is_malformed(reason));
  EXPECT_THAT(validate(bytes(kHeader, section(10, {0x00}), section(12, {0x00}))), is_malformed(reason));
}

TEST(Decoder, TakesTheDataCountBetweenElementsAndCode) {
  EXPECT_THAT(validate(bytes(kHeader, section(9, {0x00}), section(12, {0x00}), section(10, {0x00}))),
              IsValid());
}

TEST(Decoder, TakesCustomSectionsAnywhere) {
  const Bytes custom = section(0, bytes(text("x"), 1, 2, 3));
  const Bytes all = bytes(kHeader, custom, section(1, {0x00}), custom, custom);
  EXPECT_THAT(validate(all), IsValid());
  const Module module = decode_module(all);
  ASSERT_EQ(module.sections.size(), 4U);
  EXPECT_EQ(module.sections[0].name, "x");
  EXPECT_EQ(module.sections[0].size, 3U);
  EXPECT_THAT(module.custom_section("x"), testing::ElementsAre(1, 2, 3));
  EXPECT_THAT(module.custom_section("y"), testing::IsEmpty());
}

TEST(Decoder, ReadsTheNamesOfCustomSections) {
  EXPECT_THAT(validate(bytes(kHeader, section(0, {}))), is_malformed("unexpected end"));
  EXPECT_THAT(validate(bytes(kHeader, section(0, {5, 'x'}))), is_malformed("length out of bounds"));
  EXPECT_THAT(validate(bytes(kHeader, section(0, {1, 0xFF}))), is_malformed("malformed UTF-8 encoding"));
}

TEST(Decoder, WantsAsManyBodiesAsFunctions) {
  const std::string reason = "function and code section have inconsistent lengths";
  TestModule m = environment(func_type({}, {}), {}, bytes(Opcode::end));
  m.code.pop_back();
  EXPECT_THAT(validate(m), is_malformed(reason));
  m.code.clear();
  EXPECT_THAT(validate(m), is_malformed(reason));
  TestModule without_functions;
  without_functions.code = {code_entry({}, bytes(Opcode::end))};
  EXPECT_THAT(validate(without_functions), is_malformed(reason));
}

TEST(Decoder, WantsAsManyDataSegmentsAsCounted) {
  const std::string reason = "data count and data section have inconsistent lengths";
  TestModule m;
  m.data_count = Bytes{2};
  m.data = {bytes(0x01, text(""))};
  EXPECT_THAT(validate(m), is_malformed(reason));
  m.data.clear();
  EXPECT_THAT(validate(m), is_malformed(reason));
  m.data_count = Bytes{0};
  EXPECT_THAT(validate(m), IsValid());
}

TEST(Decoder, RefusesBodiesBeyondTheSection) {
  TestModule m = environment(func_type({}, {}), {}, bytes(Opcode::end));
  m.code.back() = bytes(100, 0, Opcode::end);
  EXPECT_THAT(validate(m), is_malformed("unexpected end"));
}

TEST(Decoder, CountsBytesOfCode) {
  const Module module = decode_module(environment(func_type({}, {}), {}, bytes(nop, Opcode::end)).build());
  EXPECT_EQ(module.code_size(), 3U + 4U + 2U);
}

TEST(Decoder, NeverReservesMoreThanTheBytesCanHold) {
  // Each section claims 2^32 - 1 entries.
  for (const int id : {1, 2, 3, 4, 5, 6, 7, 9, 10, 11}) {
    EXPECT_THAT(validate(bytes(kHeader, section(id, {0xFF, 0xFF, 0xFF, 0xFF, 0x0F}))),
                testing::Not(IsValid()))
        << "section " << id;
  }
}

TEST(Decoder, CanBeCancelled) {
  const std::atomic<bool> cancel = true;
  try {
    decode_module(environment(func_type({}, {}), {}, bytes(Opcode::end)).build(), &cancel);
    FAIL() << "not cancelled";
  } catch (const ModuleError& error) {
    EXPECT_EQ(error.kind(), ModuleErrorKind::cancelled);
  }
}

TEST(Decoder, RefusesEveryTruncation) {
  const Bytes whole = environment(func_type({}, {}), {}, bytes(nop, Opcode::end)).build();
  std::size_t valid = 0;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    if (!validate(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)))) ++valid;
  }
  // Right behind the header, the types or the imports the rest may be missing.
  EXPECT_EQ(valid, 3U);
}

}  // namespace
}  // namespace wasmjet::test
