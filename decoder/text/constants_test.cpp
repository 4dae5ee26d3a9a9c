#include "decoder/text/constants.hpp"

#include "decoder/text/text_test_support.hpp"

namespace wasmjet::test {
namespace {

/// The 16 bytes of "v128.const ...".
Bytes vector(std::string_view literal) {
  const std::string source(literal);
  const auto tokens = text::tokenize(source);
  text::TokenCursor cursor(source, tokens);
  Bytes out;
  text::parse_vector_constant(cursor, out);
  return out;
}

std::string in_function(std::string_view literal) { return "(func v128.const " + std::string(literal) + ")"; }

TEST(VectorConstants, OfIntegers) {
  EXPECT_EQ(vector("i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 -128 255"),
            bytes(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0x80, 0xFF));
  EXPECT_EQ(vector("i16x8 0x1234 0 0 0 0 0 -1 65_535"),
            bytes(0x34, 0x12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF));
  EXPECT_EQ(vector("i64x2 1 -2"), vector("i32x4 1 0 0xFFFFFFFE -1"));
}

TEST(VectorConstants, OfFloats) {
  EXPECT_EQ(vector("f32x4 1 -0 inf nan"), vector("i32x4 0x3F800000 0x80000000 0x7F800000 0x7FC00000"));
  EXPECT_EQ(vector("f64x2 0x1p1 nan:0x1"), vector("i64x2 0x4000000000000000 0x7FF0000000000001"));
}

TEST(VectorConstants, Malformed) {
  EXPECT_THAT(in_function("i32x4 1 2 3"), Refused("wrong number of lane literals"));
  EXPECT_THAT(in_function("i32x4 1 2 3 4 5"), Refused("unexpected token '5'"));
  EXPECT_THAT(in_function("i8x16 256 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0"), Refused("i8 constant out of range"));
  EXPECT_THAT(in_function("i32x4 1.0 0 0 0"), Refused("unexpected token"));
  EXPECT_THAT(in_function("0 0 0 0"), Refused("unexpected token '0'"));
  EXPECT_THAT(in_function("i128x1 0"), Refused("unexpected token 'i128x1'"));
}

}  // namespace
}  // namespace wasmjet::test
