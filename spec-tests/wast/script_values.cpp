#include "spec-tests/wast/script_values.hpp"

#include <algorithm>
#include <bit>
#include <cstdio>

namespace wasmjet::wast {

using text::Token;
using text::TokenCursor;
using text::TokenKind;

namespace {

struct NumberRow {
  std::string_view keyword;
  ValType type;
  text::NumberResult (*parse)(std::string_view);
};
constexpr NumberRow kNumberRows[] = {
    {"i32.const", kI32, [](std::string_view literal) { return text::parse_integer(literal, 32); }},
    {"i64.const", kI64, [](std::string_view literal) { return text::parse_integer(literal, 64); }},
    {"f32.const", kF32, text::parse_f32},
    {"f64.const", kF64, text::parse_f64},
};

bool is_64_bit(ValType type) { return type == kI64 || type == kF64; }

std::uint64_t bits_of(const TypedValue& value) {
  if (value.type.is_ref()) return std::bit_cast<std::uintptr_t>(value.value.ref);
  return is_64_bit(value.type) ? value.value.u64 : value.value.u32;
}

[[noreturn]] void refuse(const TokenCursor& cursor, const Token& token) {
  cursor.fail_at(token, "value " + std::string(cursor.text(token)), ModuleErrorKind::unsupported);
}

/// Host references are numbered in scripts from 0, which must not become null.
void* host_reference(std::uint64_t number) {
  return std::bit_cast<void*>(static_cast<std::uintptr_t>(number + 1));
}

Token expect_literal(TokenCursor& cursor) {
  if (!cursor.at(TokenKind::number) && !cursor.at(TokenKind::keyword)) cursor.fail_unexpected();
  return cursor.next();
}

/// The part behind "(" and the keyword, if it is one of a number.
bool parse_number(TokenCursor& cursor, std::string_view keyword, bool patterns, Pattern& out) {
  for (const NumberRow& row : kNumberRows) {
    if (row.keyword != keyword) continue;
    out.type = row.type;
    const Token literal = expect_literal(cursor);
    const std::string_view spelled = cursor.text(literal);
    if (patterns && row.type.is_float() && spelled == "nan:canonical") {
      out.kind = Pattern::Kind::canonical_nan;
    } else if (patterns && row.type.is_float() && spelled == "nan:arithmetic") {
      out.kind = Pattern::Kind::arithmetic_nan;
    } else {
      out.value.u64 = cursor.value_of(row.parse(spelled), literal, to_string(row.type));
    }
    return true;
  }
  return false;
}

void parse_null(TokenCursor& cursor, bool patterns, Pattern& out) {
  out.kind = Pattern::Kind::null;
  out.type = kFuncRef;
  if (patterns && cursor.at(TokenKind::close)) return;
  const Token heap = cursor.peek();
  const std::string_view keyword = cursor.expect_keyword();
  if (keyword == "extern") {
    out.type = kExternRef;
  } else if (keyword != "func" && !patterns) {
    refuse(cursor, heap);
  }
}

void parse_reference(TokenCursor& cursor, const Token& keyword, bool patterns, Pattern& out) {
  const std::string_view name = cursor.text(keyword);
  if (name == "ref.null") return parse_null(cursor, patterns, out);
  out.type = kExternRef;
  out.kind = Pattern::Kind::non_null;
  if (name == "ref.extern" || name == "ref.host") {
    if (patterns && cursor.at(TokenKind::close)) return;
    out.kind = Pattern::Kind::exact;
    out.value.ref = host_reference(cursor.expect_unsigned(32));
  } else if (name == "ref.func" && patterns) {
    out.type = kFuncRef;
    if (cursor.at_index()) cursor.next();
  } else {
    refuse(cursor, keyword);
  }
}

/// "(keyword ...)", patterns too or values alone.
Pattern parse_one(TokenCursor& cursor, bool patterns) {
  Pattern out;
  const std::size_t begin = cursor.peek().offset;
  cursor.expect_open();
  const Token keyword = cursor.peek();
  const std::string_view name = cursor.expect_keyword();
  if (!parse_number(cursor, name, patterns, out)) parse_reference(cursor, keyword, patterns, out);
  const std::size_t end = cursor.peek().offset + cursor.peek().length;
  cursor.expect_close();
  out.text = std::string(cursor.source().substr(begin, end - begin));
  return out;
}

bool is_nan(const Pattern& pattern, const TypedValue& actual) {
  const int width = is_64_bit(pattern.type) ? 64 : 32;
  const std::uint64_t quiet_nan = width == 64 ? 0x7FF8000000000000 : 0x7FC00000;
  const std::uint64_t magnitude = bits_of(actual) & ~(std::uint64_t{1} << (width - 1));
  if (pattern.kind == Pattern::Kind::canonical_nan) return magnitude == quiet_nan;
  return (magnitude & quiet_nan) == quiet_nan;
}

}  // namespace

TypedValue parse_value(TokenCursor& cursor) {
  const Pattern pattern = parse_one(cursor, false);
  return {pattern.type, pattern.value};
}

Pattern parse_pattern(TokenCursor& cursor) {
  if (!cursor.accept_list("either")) return parse_one(cursor, true);
  Pattern either;
  either.kind = Pattern::Kind::either;
  either.text = "(either";
  while (!cursor.accept(TokenKind::close)) {
    either.alternatives.push_back(parse_one(cursor, true));
    either.text += " " + either.alternatives.back().text;
  }
  either.text += ")";
  return either;
}

bool matches(const Pattern& pattern, const TypedValue& actual) {
  if (pattern.kind == Pattern::Kind::either) {
    return std::ranges::any_of(pattern.alternatives,
                               [&](const Pattern& alternative) { return matches(alternative, actual); });
  }
  if (pattern.kind == Pattern::Kind::null) return actual.type.is_ref() && actual.value.ref == nullptr;
  if (pattern.type != actual.type) return false;
  switch (pattern.kind) {
    case Pattern::Kind::canonical_nan:
    case Pattern::Kind::arithmetic_nan:
      return is_nan(pattern, actual);
    case Pattern::Kind::non_null:
      return actual.value.ref != nullptr;
    default:
      return bits_of({pattern.type, pattern.value}) == bits_of(actual);
  }
}

std::string describe(const TypedValue& value) {
  char number[64];
  switch (value.type.kind()) {
    case ValKind::i32:
      return "(i32.const " + std::to_string(value.value.i32) + ")";
    case ValKind::i64:
      return "(i64.const " + std::to_string(value.value.i64) + ")";
    case ValKind::f32:
      std::snprintf(number, sizeof number, "(f32.const %.9g ;; 0x%08x)", static_cast<double>(value.value.f32),
                    value.value.u32);
      return number;
    case ValKind::f64:
      std::snprintf(number, sizeof number, "(f64.const %.17g ;; 0x%016llx)", value.value.f64,
                    static_cast<unsigned long long>(value.value.u64));
      return number;
    default:
      break;
  }
  if (value.value.ref == nullptr) return "(ref.null)";
  if (value.type == kFuncRef) return "(ref.func)";
  return "(ref.extern " + std::to_string(bits_of(value) - 1) + ")";
}

}  // namespace wasmjet::wast
