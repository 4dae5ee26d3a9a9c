#include "decoder/text/name_section.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace wasmjet::text {
namespace {

/// Subsections of the name section.
enum class NameKind : std::uint8_t {
  module = 0,
  function = 1,
  local = 2,
  type = 4,
  table = 5,
  memory = 6,
  global = 7,
  element = 8,
  data = 9,
  field = 10,
  tag = 11,
};

class NameSection {
 public:
  explicit NameSection(const TokenCursor& cursor) : cursor_(cursor) {}

  void put_module(TokenRange range) {
    if (range.begin == range.end) return;
    Bytes contents;
    if (append_name({0, range.begin, range.end}, "module", contents))
      put_subsection(NameKind::module, contents);
  }

  void put_map(NameKind kind, const IndexSpace& space) {
    Bytes contents;
    if (append_map(space, contents)) put_subsection(kind, contents);
  }

  /// Functions that have no annotation are named by their identifiers.
  void put_function_identifiers(const IndexSpace& space) {
    std::map<std::uint32_t, Bytes> names;
    for (const auto& [id, index] : space.names()) put_string(names[index], id);
    for (const Annotated& annotated : space.annotated()) {
      Bytes name;
      if (append_name(annotated, std::string(space.what()), name)) names[annotated.index] = std::move(name);
    }
    if (names.empty()) return;
    Bytes contents;
    put_unsigned(contents, names.size());
    for (const auto& [index, name] : names) {
      put_unsigned(contents, index);
      put_bytes(contents, name);
    }
    put_subsection(NameKind::function, contents);
  }

  /// `spaces`: one by index of what is around them (functions, types).
  void put_indirect_map(NameKind kind, const std::map<std::uint32_t, IndexSpace>& spaces) {
    Bytes maps;
    std::uint32_t count = 0;
    for (const auto& [outer, space] : spaces) {
      Bytes map;
      if (!append_map(space, map)) continue;
      put_unsigned(maps, outer);
      put_bytes(maps, map);
      ++count;
    }
    if (count == 0) return;
    Bytes contents;
    put_unsigned(contents, count);
    put_bytes(contents, maps);
    put_subsection(kind, contents);
  }

  /// Empty if there are no names.
  const Bytes& subsections() const { return subsections_; }

  /// Refuses names that belong to nothing.
  void check_all_taken(const std::vector<std::size_t>& names) {
    std::ranges::sort(taken_);
    for (const std::size_t position : names) {
      if (std::ranges::binary_search(taken_, position)) continue;
      cursor_.fail_at(cursor_.token_at(position), "misplaced @name annotation");
    }
  }

 private:
  void put_subsection(NameKind kind, const Bytes& contents) {
    subsections_.push_back(static_cast<std::uint8_t>(kind));
    put_unsigned(subsections_, contents.size());
    put_bytes(subsections_, contents);
  }

  /// Appends the name that one of the annotations gives. False if none does.
  bool append_name(const Annotated& annotated, const std::string& what, Bytes& out) {
    bool found = false;
    for (std::size_t position = annotated.begin; position < annotated.end; ++position) {
      const Token& token = cursor_.token_at(position);
      if (annotation_head(cursor_.text(token)).kind != AnnotationKind::name) continue;
      if (found) cursor_.fail_at(token, "@name annotation: multiple " + what + " names");
      found = true;
      AnnotationBody body(cursor_, position);
      put_string(out, body.cursor().expect_name());
      if (!body.cursor().at(TokenKind::end)) body.cursor().fail_unexpected();
      taken_.push_back(position);
    }
    return found;
  }

  bool append_map(const IndexSpace& space, Bytes& out) {
    Bytes names;
    std::uint32_t count = 0;
    for (const Annotated& annotated : space.annotated()) {
      Bytes name;
      if (!append_name(annotated, std::string(space.what()), name)) continue;
      put_unsigned(names, annotated.index);
      put_bytes(names, name);
      ++count;
    }
    if (count == 0) return false;
    put_unsigned(out, count);
    put_bytes(out, names);
    return true;
  }

  const TokenCursor& cursor_;
  Bytes subsections_;
  std::vector<std::size_t> taken_;
};

}  // namespace

void write_name_section(const TokenCursor& cursor, TokenRange of_module, ModuleContext& module) {
  const std::vector<std::size_t>& names = module.annotations.names;
  const bool identifiers = module.naming == FunctionNaming::identifiers && module.functions.has_names();
  if (names.empty() && !identifiers) return;
  NameSection section(cursor);
  section.put_module(of_module);
  if (identifiers) {
    section.put_function_identifiers(module.functions);
  } else {
    section.put_map(NameKind::function, module.functions);
  }
  section.put_indirect_map(NameKind::local, module.annotated_locals);
  section.put_map(NameKind::type, module.types.space());
  section.put_map(NameKind::table, module.tables);
  section.put_map(NameKind::memory, module.memories);
  section.put_map(NameKind::global, module.globals);
  section.put_map(NameKind::element, module.elements);
  section.put_map(NameKind::data, module.data);
  section.put_indirect_map(NameKind::field, module.types.fields());
  section.put_map(NameKind::tag, module.tags);
  section.check_all_taken(names);
  Bytes contents;
  put_string(contents, "name");
  put_bytes(contents, section.subsections());
  module.writer.add_custom(Placement::last(), std::move(contents));
}

}  // namespace wasmjet::text
