#include "decoder/text/branch_hints.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "decoder/opcodes.hpp"

namespace wasmjet::text {
namespace {

[[noreturn]] void fail(const TokenCursor& cursor, std::size_t position, ModuleErrorKind kind,
                       const std::string& reason) {
  cursor.fail_at(cursor.token_at(position), "@metadata.code.branch_hint annotation: " + reason, kind);
}

/// The hint: 0 or 1.
std::uint8_t parse_hint(const TokenCursor& cursor, std::size_t position) {
  AnnotationBody body(cursor, position);
  const Token token = body.cursor().peek();
  const std::string hint = body.cursor().expect_string();
  if (!body.cursor().at(TokenKind::end)) body.cursor().fail_unexpected();
  if (hint.size() != 1 || (hint[0] != 0 && hint[0] != 1)) {
    body.cursor().fail_at(token, "@metadata.code.branch_hint annotation: malformed hint");
  }
  return static_cast<std::uint8_t>(hint[0]);
}

/// Where the keyword of the instruction behind the annotation stands in the text.
std::uint32_t target_of(const TokenCursor& cursor, std::size_t position) {
  TokenCursor ahead = cursor;
  while (cursor.token_at(position).kind == TokenKind::annotation) ++position;
  ahead.seek(position);
  ahead.accept(TokenKind::open);
  return ahead.peek().offset;
}

bool takes_hint(std::uint8_t code) {
  return code == info(Opcode::if_).code || code == info(Opcode::br_if).code;
}

}  // namespace

void BranchHints::add_function(const TokenCursor& cursor, const std::vector<std::size_t>& positions,
                               TokenRange range, std::uint32_t function, const Bytes& code,
                               const SourceMap& sources) {
  const auto first = positions.begin() + static_cast<std::ptrdiff_t>(used_);
  if (first == positions.end() || *first >= range.end) return;
  if (*first < range.begin) fail(cursor, *first, ModuleErrorKind::malformed, "not in a function");
  SourceMap by_text = sources;
  std::ranges::sort(by_text, {}, &SourceRow::text);
  std::map<std::size_t, std::uint8_t> hints;  // by offset
  for (auto next = first; next != positions.end() && *next < range.end; ++next, ++used_) {
    const std::uint8_t hint = parse_hint(cursor, *next);
    const std::uint32_t target = target_of(cursor, *next);
    const auto row = std::ranges::lower_bound(by_text, target, {}, &SourceRow::text);
    const bool is_instruction = row != by_text.end() && row->text == target;
    if (!is_instruction || !takes_hint(code[row->binary])) {
      fail(cursor, *next, ModuleErrorKind::invalid, "invalid target");
    }
    if (!hints.emplace(row->binary, hint).second) {
      fail(cursor, *next, ModuleErrorKind::malformed, "duplicate annotation");
    }
  }
  ++count_;
  put_unsigned(functions_, function);
  put_unsigned(functions_, hints.size());
  for (const auto& [offset, hint] : hints) {
    constexpr std::uint32_t kHintSize = 1;
    put_unsigned(functions_, offset);
    put_unsigned(functions_, kHintSize);
    functions_.push_back(hint);
  }
}

void BranchHints::write(const TokenCursor& cursor, const std::vector<std::size_t>& positions,
                        ModuleWriter& writer) const {
  if (used_ != positions.size()) {
    fail(cursor, positions[used_], ModuleErrorKind::malformed, "not in a function");
  }
  if (count_ == 0) return;
  Bytes contents;
  put_string(contents, "metadata.code.branch_hint");
  put_unsigned(contents, count_);
  put_bytes(contents, functions_);
  writer.add_custom(Placement::before(SectionId::code), std::move(contents));
}

}  // namespace wasmjet::text
