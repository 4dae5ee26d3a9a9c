#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "decoder/text/cursor.hpp"
#include "decoder/text/module_writer.hpp"

// What a text says in annotations becomes custom sections (spec appendix "Custom Sections and Annotations").
namespace wasmjet::text {

/// Tokens [begin, end) of a module or field, annotations included.
struct TokenRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// Positions of a module's annotations by kind, in order.
struct AnnotationPositions {
  std::vector<std::size_t> names;
  std::vector<std::size_t> customs;
  std::vector<std::size_t> branch_hints;
};
AnnotationPositions find_annotations(const TokenCursor& cursor, TokenRange module);

/// What stands in an annotation behind its name; errors are at its place in the whole text.
class AnnotationBody {
 public:
  /// `cursor` walks over the whole text and outlives this; the annotation is at `position`.
  AnnotationBody(const TokenCursor& cursor, std::size_t position);
  AnnotationBody(const AnnotationBody&) = delete;
  AnnotationBody& operator=(const AnnotationBody&) = delete;

  TokenCursor& cursor() { return cursor_; }

 private:
  std::vector<Token> tokens_;
  TokenCursor cursor_;
};

/// "(@custom "name" (before|after section)? "bytes"*)" between fields: a custom section each. `fields` are
/// all of the module's, in order.
void write_custom_annotations(const TokenCursor& cursor, const std::vector<std::size_t>& customs,
                              const std::vector<TokenRange>& fields, ModuleWriter& writer);

}  // namespace wasmjet::text
