#include "decoder/text/annotations.hpp"

namespace wasmjet::text {
namespace {

std::string_view annotation_text(const TokenCursor& cursor, std::size_t position) {
  return cursor.text(cursor.token_at(position));
}

/// The tokens behind the name of the annotation, at their offsets in the whole text.
std::vector<Token> body_tokens(const TokenCursor& cursor, std::size_t position) {
  const std::string_view text = annotation_text(cursor, position);
  const std::size_t begin = annotation_head(text).length;
  std::vector<Token> tokens = tokenize(text.substr(begin, text.size() - begin - 1));
  const std::uint32_t offset = cursor.token_at(position).offset + static_cast<std::uint32_t>(begin);
  for (Token& token : tokens) token.offset += offset;
  return tokens;
}

}  // namespace

AnnotationPositions find_annotations(const TokenCursor& cursor, TokenRange module) {
  AnnotationPositions found;
  for (std::size_t position = module.begin; position < module.end; ++position) {
    if (cursor.token_at(position).kind != TokenKind::annotation) continue;
    switch (*annotation_head(annotation_text(cursor, position)).kind) {
      case AnnotationKind::name:
        found.names.push_back(position);
        break;
      case AnnotationKind::custom:
        found.customs.push_back(position);
        break;
      case AnnotationKind::branch_hint:
        found.branch_hints.push_back(position);
        break;
    }
  }
  return found;
}

AnnotationBody::AnnotationBody(const TokenCursor& cursor, std::size_t position)
    : tokens_(body_tokens(cursor, position)), cursor_(cursor.source(), tokens_) {}

}  // namespace wasmjet::text
