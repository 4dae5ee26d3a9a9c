#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "decoder/text/annotations.hpp"

namespace wasmjet::text {
namespace {

struct SectionRow {
  std::string_view keyword;
  SectionId id;
};
constexpr SectionRow kSections[] = {
    {"type", SectionId::type},     {"import", SectionId::import},        {"func", SectionId::function},
    {"table", SectionId::table},   {"memory", SectionId::memory},        {"tag", SectionId::tag},
    {"global", SectionId::global}, {"export", SectionId::export_},       {"start", SectionId::start},
    {"elem", SectionId::element},  {"datacount", SectionId::data_count}, {"code", SectionId::code},
    {"data", SectionId::data},
};

std::optional<SectionId> accept_section(TokenCursor& cursor) {
  for (const SectionRow& row : kSections) {
    if (cursor.accept_keyword(row.keyword)) return row.id;
  }
  return std::nullopt;
}

/// "(before section)" and the like; without it the custom section comes last.
Placement parse_placement(TokenCursor& cursor) {
  if (!cursor.accept(TokenKind::open)) return Placement::last();
  const bool before = cursor.accept_keyword("before");
  if (!before && !cursor.accept_keyword("after")) cursor.fail("@custom annotation: malformed placement");
  Placement placement = Placement::last();
  if (const std::optional<SectionId> id = accept_section(cursor)) {
    placement = before ? Placement::before(*id) : Placement::after(*id);
  } else if (before && cursor.accept_keyword("first")) {
    placement = Placement::first();
  } else if (before || !cursor.accept_keyword("last")) {
    cursor.fail("@custom annotation: malformed section kind");
  }
  cursor.expect_close();
  return placement;
}

/// Whether the token stands in one of the fields.
bool is_within(const std::vector<TokenRange>& fields, std::size_t position) {
  const auto behind = std::ranges::upper_bound(fields, position, {}, &TokenRange::begin);
  return behind != fields.begin() && position < std::prev(behind)->end;
}

}  // namespace

void write_custom_annotations(const TokenCursor& cursor, const std::vector<std::size_t>& customs,
                              const std::vector<TokenRange>& fields, ModuleWriter& writer) {
  for (const std::size_t position : customs) {
    if (is_within(fields, position)) {
      cursor.fail_at(cursor.token_at(position), "misplaced @custom annotation");
    }
    AnnotationBody body(cursor, position);
    TokenCursor& inside = body.cursor();
    if (!inside.at(TokenKind::string)) {
      cursor.fail_at(cursor.token_at(position), "@custom annotation: missing section name");
    }
    Bytes contents;
    put_string(contents, inside.expect_name());
    const Placement placement = parse_placement(inside);
    while (inside.at(TokenKind::string)) {
      const std::string bytes = inside.expect_string();
      contents.insert(contents.end(), bytes.begin(), bytes.end());
    }
    if (!inside.at(TokenKind::end)) inside.fail_unexpected();
    writer.add_custom(placement, std::move(contents));
  }
}

}  // namespace wasmjet::text
