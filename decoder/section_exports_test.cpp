#include "decoder/test_support.hpp"

// Export and start sections (spec 3.4.9, 3.4.10, 5.5.10, 5.5.11).
namespace wasmjet::test {
namespace {

TestModule with_exports(const std::vector<Bytes>& exports) {
  TestModule m = environment(func_type({}, {}), {}, bytes(Opcode::end));
  m.exports = exports;
  return m;
}

TEST(ExportSection, HoldsAllKinds) {
  const Module module = decode_module(with_exports({bytes(text("f"), 0, 3), bytes(text("t"), 1, 1),
                                                    bytes(text("m"), 2, 0), bytes(text("g"), 3, 2)})
                                          .build());
  ASSERT_EQ(module.exports.size(), 4U);
  EXPECT_EQ(module.exports[0].name, "f");
  EXPECT_EQ(module.exports[3].kind, ExternKind::global);
  EXPECT_EQ(module.exports[3].index, 2U);
  EXPECT_TRUE(module.declared_functions[3]) << "ref.func may name exported functions";
}

TEST(ExportSection, ChecksIndices) {
  EXPECT_THAT(validate(with_exports({bytes(text("x"), 0, 4)})), is_invalid("unknown function 4"));
  EXPECT_THAT(validate(with_exports({bytes(text("x"), 1, 3)})), is_invalid("unknown table 3"));
  EXPECT_THAT(validate(with_exports({bytes(text("x"), 2, 1)})), is_invalid("unknown memory 1"));
  EXPECT_THAT(validate(with_exports({bytes(text("x"), 3, 3)})), is_invalid("unknown global 3"));
  EXPECT_THAT(validate(with_exports({bytes(text("x"), 5, 0)})), is_malformed("malformed export kind"));
}

TEST(ExportSection, RefusesDuplicateNames) {
  const Bytes a = bytes(text("a"), 0, 0);
  const Bytes b = bytes(text("b"), 0, 0);
  EXPECT_THAT(validate(with_exports({a, b})), IsValid());
  const Outcome outcome = validate(with_exports({b, a, bytes(text("b"), 1, 0), bytes(text("a"), 2, 0)}));
  EXPECT_THAT(outcome, is_invalid("duplicate export name \"b\""));
}

TEST(StartSection, NamesAFunctionWithoutParametersAndResults) {
  TestModule m = environment(func_type({}, {}), {}, bytes(Opcode::end));
  m.start = Bytes{1};
  EXPECT_THAT(validate(m), IsValid());
  EXPECT_EQ(decode_module(m.build()).start, 1U);
  m.start = Bytes{2};
  EXPECT_THAT(validate(m), is_invalid("start function"));
  m.start = Bytes{4};
  EXPECT_THAT(validate(m), is_invalid("unknown function 4"));
}

}  // namespace
}  // namespace wasmjet::test
