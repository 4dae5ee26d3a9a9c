#include "decoder/text/assemble.hpp"

#include "decoder/decoder.hpp"
#include "decoder/text/fields.hpp"
#include "decoder/text/name_section.hpp"

namespace wasmjet::text {
namespace {

/// One row a kind of field: what each pass does with it.
struct FieldRow {
  std::string_view keyword;
  void (FieldParser::*declare)();
  void (FieldParser::*define)();
  bool is_type = false;  ///< these are defined before all others
};

constexpr FieldRow kFieldRows[] = {
    {"type", &FieldParser::declare_type, &FieldParser::define_type, true},
    {"rec", &FieldParser::declare_group, &FieldParser::define_group, true},
    {"import", &FieldParser::declare_import, &FieldParser::define_import},
    {"func", &FieldParser::declare_function, &FieldParser::define_function},
    {"table", &FieldParser::declare_table, &FieldParser::define_table},
    {"memory", &FieldParser::declare_memory, &FieldParser::define_memory},
    {"global", &FieldParser::declare_global, &FieldParser::define_global},
    {"tag", &FieldParser::declare_tag, &FieldParser::define_tag},
    {"export", &FieldParser::declare_nothing, &FieldParser::define_export},
    {"start", &FieldParser::declare_nothing, &FieldParser::define_start},
    {"elem", &FieldParser::declare_element, &FieldParser::define_element},
    {"data", &FieldParser::declare_data, &FieldParser::define_data},
};

struct Field {
  const FieldRow* row;
  std::size_t keyword;  ///< position of its keyword
  TokenRange range;
};

const FieldRow& find_field(const TokenCursor& cursor) {
  for (const FieldRow& row : kFieldRows) {
    if (cursor.at_keyword(row.keyword)) return row;
  }
  cursor.fail_unexpected();
}

/// Assembles the fields up to a ")" or the end, which stays.
class FieldAssembler {
 public:
  explicit FieldAssembler(TokenCursor& cursor, FunctionNaming naming = FunctionNaming::annotations)
      : cursor_(cursor), parser_(cursor, module_) {
    module_.naming = naming;
  }

  Bytes run(SourceMap* map) {
    const TokenRange of_module{cursor_.first_annotation(), cursor_.position()};
    declare();
    const std::size_t end = cursor_.position();
    module_.annotations = find_annotations(cursor_, {of_module.begin, end});
    for (const bool types : {true, false}) {
      for (const Field& field : fields_) {
        if (field.row->is_type == types) define(field);
      }
    }
    cursor_.seek(end);
    write_annotations(of_module);
    return module_.writer.finish(map);
  }

 private:
  void declare() {
    while (!cursor_.at(TokenKind::close) && !cursor_.at(TokenKind::end)) {
      const std::size_t begin = cursor_.position();
      cursor_.expect_open();
      const std::size_t keyword = cursor_.position();
      const FieldRow& row = find_field(cursor_);
      cursor_.next();
      (parser_.*row.declare)();
      cursor_.skip_to_close();
      fields_.push_back({&row, keyword, {begin, cursor_.first_annotation()}});
    }
  }

  void define(const Field& field) {
    cursor_.seek(field.keyword);
    module_.writer.set_source(cursor_.next().offset);
    (parser_.*field.row->define)();
    cursor_.expect_close();
  }

  void write_annotations(TokenRange of_module) {
    std::vector<TokenRange> ranges;
    if (!module_.annotations.customs.empty()) {
      for (const Field& field : fields_) ranges.push_back(field.range);
    }
    write_custom_annotations(cursor_, module_.annotations.customs, ranges, module_.writer);
    module_.branch_hints.write(cursor_, module_.annotations.branch_hints, module_.writer);
    write_name_section(cursor_, of_module, module_);
  }

  TokenCursor& cursor_;
  ModuleContext module_;
  FieldParser parser_;
  std::vector<Field> fields_;
};

std::string expect_strings(TokenCursor& cursor) {
  std::string bytes;
  while (!cursor.accept(TokenKind::close)) bytes += cursor.expect_string();
  return bytes;
}

Bytes assemble_fields(TokenCursor& cursor, SourceMap* map, FunctionNaming naming);

/// All of a text. What is quoted is a module in the text format proper: a quote in it would take memory for
/// each level of nesting.
Bytes assemble_whole(std::string_view text, SourceMap* map, FunctionNaming naming, bool quoted) {
  const std::vector<Token> tokens = tokenize(text);
  TokenCursor cursor(text, tokens);
  Bytes bytes;
  if (cursor.accept_list("module")) {
    cursor.accept_keyword("definition");
    cursor.accept_id();
    if (quoted && cursor.at(TokenKind::keyword)) cursor.fail_unexpected();
    bytes = assemble_fields(cursor, map, naming);
  } else {
    bytes = FieldAssembler(cursor, naming).run(map);
  }
  if (!cursor.at(TokenKind::end)) cursor.fail_unexpected();
  return bytes;
}

/// The rest of "(module $id?", in any of its forms.
Bytes assemble_fields(TokenCursor& cursor, SourceMap* map, FunctionNaming naming) {
  if (cursor.accept_keyword("binary")) {
    const std::string bytes = expect_strings(cursor);
    return {bytes.begin(), bytes.end()};
  }
  if (cursor.accept_keyword("quote")) return assemble_whole(expect_strings(cursor), nullptr, naming, true);
  Bytes bytes = FieldAssembler(cursor, naming).run(map);
  cursor.expect_close();
  return bytes;
}

}  // namespace

std::vector<std::uint8_t> assemble_rest(TokenCursor& cursor, SourceMap* map) {
  return assemble_fields(cursor, map, FunctionNaming::annotations);
}

std::vector<std::uint8_t> assemble(std::string_view text, SourceMap* map, FunctionNaming naming) {
  return assemble_whole(text, map, naming, false);
}

std::vector<std::uint8_t> assemble_valid(std::string_view text, const Features& features,
                                         FunctionNaming naming) {
  SourceMap map;
  std::vector<std::uint8_t> bytes = assemble(text, &map, naming);
  try {
    validate_functions(decode_module(bytes, nullptr, features));
  } catch (const ModuleError& error) {
    const std::optional<std::uint32_t> source = find_source(map, error.offset());
    if (!source) throw;
    throw TextError(error.kind(), text, *source, error.what());
  }
  return bytes;
}

bool looks_like_text(std::span<const std::uint8_t> bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    switch (bytes[i]) {
      case ' ':
      case '\t':
      case '\r':
      case '\n':
        break;
      case ';':
        return i + 1 < bytes.size() && bytes[i + 1] == ';';
      default:
        return bytes[i] == '(';
    }
  }
  return false;
}

}  // namespace wasmjet::text
