#include "decoder/text/constants.hpp"

#include <algorithm>

namespace wasmjet::text {
namespace {

struct NumberType {
  std::string_view name;
  unsigned bits;
  bool is_float = false;
};
constexpr NumberType kI8{"i8", 8};
constexpr NumberType kI16{"i16", 16};
constexpr NumberType kI32{"i32", 32};
constexpr NumberType kI64{"i64", 64};
constexpr NumberType kF32{"f32", 32, true};
constexpr NumberType kF64{"f64", 64, true};

struct Shape {
  std::string_view name;
  const NumberType& lane;
};
constexpr Shape kShapes[] = {{"i8x16", kI8},  {"i16x8", kI16}, {"i32x4", kI32},
                             {"i64x2", kI64}, {"f32x4", kF32}, {"f64x2", kF64}};

constexpr unsigned kVectorBits = 128;
constexpr int kShuffledLanes = 16;

bool at_literal(const TokenCursor& cursor) {
  return cursor.at(TokenKind::number) || cursor.at(TokenKind::keyword);
}

std::uint64_t parse_number(TokenCursor& cursor, const NumberType& type) {
  if (!at_literal(cursor)) cursor.fail_unexpected();
  const Token token = cursor.next();
  const std::string_view text = cursor.text(token);
  const NumberResult result = !type.is_float    ? parse_integer(text, type.bits)
                              : type.bits == 32 ? parse_f32(text)
                                                : parse_f64(text);
  return cursor.value_of(result, token, type.name);
}

}  // namespace

void parse_constant(TokenCursor& cursor, Immediate kind, Bytes& out) {
  switch (kind) {
    case Immediate::f32:
      return put_fixed(out, parse_number(cursor, kF32), 4);
    case Immediate::f64:
      return put_fixed(out, parse_number(cursor, kF64), 8);
    case Immediate::i32:
      return put_signed(out, static_cast<std::int32_t>(parse_number(cursor, kI32)));
    default:
      return put_signed(out, static_cast<std::int64_t>(parse_number(cursor, kI64)));
  }
}

void parse_vector_constant(TokenCursor& cursor, Bytes& out) {
  const auto* const shape = std::ranges::find(kShapes, cursor.peek_text(), &Shape::name);
  if (shape == std::end(kShapes)) cursor.fail_unexpected();
  cursor.next();
  for (unsigned lane = 0; lane < kVectorBits / shape->lane.bits; ++lane) {
    if (!at_literal(cursor)) cursor.fail("wrong number of lane literals");
    put_fixed(out, parse_number(cursor, shape->lane), static_cast<int>(shape->lane.bits / 8));
  }
}

void parse_lane(TokenCursor& cursor, Bytes& out) {
  out.push_back(static_cast<std::uint8_t>(cursor.expect_unsigned(8)));
}

void parse_shuffle(TokenCursor& cursor, Bytes& out) {
  for (int lane = 0; lane < kShuffledLanes; ++lane) {
    if (!cursor.at(TokenKind::number)) cursor.fail("invalid lane length: 16 lanes are expected");
    parse_lane(cursor, out);
  }
}

}  // namespace wasmjet::text
