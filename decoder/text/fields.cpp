#include "decoder/text/fields.hpp"

#include <utility>

namespace wasmjet::text {
namespace {

struct KindRow {
  std::string_view keyword;
  ExternKind kind;
};
constexpr KindRow kExternKinds[] = {{"func", ExternKind::function},
                                    {"table", ExternKind::table},
                                    {"memory", ExternKind::memory},
                                    {"global", ExternKind::global},
                                    {"tag", ExternKind::tag}};

/// Runs of equal types, as the code section has them (spec 5.5.13).
void put_locals(Bytes& out, const std::vector<TextType>& locals) {
  Bytes groups;
  std::uint32_t count = 0;
  for (std::size_t begin = 0, end = 0; begin < locals.size(); begin = end, ++count) {
    while (end < locals.size() && locals[end] == locals[begin]) ++end;
    put_unsigned(groups, end - begin);
    put_type(groups, locals[begin]);
  }
  put_unsigned(out, count);
  put_bytes(out, groups);
}

}  // namespace

IndexSpace& FieldParser::space(ExternKind kind) {
  switch (kind) {
    case ExternKind::function:
      return module_.functions;
    case ExternKind::table:
      return module_.tables;
    case ExternKind::memory:
      return module_.memories;
    case ExternKind::global:
      return module_.globals;
    case ExternKind::tag:
      break;
  }
  return module_.tags;
}

ExternKind FieldParser::expect_extern_kind() {
  for (const KindRow& row : kExternKinds) {
    if (cursor_.accept_keyword(row.keyword)) return row.kind;
  }
  cursor_.fail_unexpected();
}

/// Names an entity of the five kinds. True if it is an inline import; else the cursor stands
/// behind its inline exports.
bool FieldParser::declare_definition(IndexSpace& space) {
  space.define_next(cursor_);
  while (cursor_.accept_list("export")) cursor_.skip_to_close();
  if (!cursor_.at_list("import")) {
    any_definition_ = true;
    return false;
  }
  if (any_definition_) cursor_.fail("import after a definition");
  return true;
}

void FieldParser::declare_group() {
  while (cursor_.accept_list("type")) {
    module_.types.space().define_next(cursor_);
    cursor_.skip_to_close();
  }
}

void FieldParser::declare_import() {
  if (any_definition_) cursor_.fail("import after a definition");
  cursor_.expect_name();
  cursor_.expect_name();
  cursor_.expect_open();
  space(expect_extern_kind()).define_next(cursor_);
  cursor_.skip_to_close();
}

void FieldParser::declare_table() {
  if (declare_definition(module_.tables)) return;
  parse_address_type(cursor_);
  if (at_value_type(cursor_)) module_.elements.add(1);  // (table funcref (elem ...))
}

void FieldParser::declare_memory() {
  if (declare_definition(module_.memories)) return;
  parse_address_type(cursor_);
  parse_page_size(cursor_);
  if (cursor_.at_list("data")) module_.data.add(1);  // (memory (data ...))
}

void FieldParser::put_export(const std::string& name, ExternKind kind, std::uint32_t index) {
  Bytes& out = module_.writer.entry(SectionId::export_);
  put_string(out, name);
  out.push_back(static_cast<std::uint8_t>(kind));
  put_unsigned(out, index);
}

void FieldParser::parse_inline_exports(ExternKind kind, std::uint32_t index) {
  while (cursor_.accept_list("export")) {
    put_export(cursor_.expect_name(), kind, index);
    cursor_.expect_close();
  }
}

/// "(import "m" "n") type", if that follows.
bool FieldParser::parse_inline_import(ExternKind kind, std::uint32_t index) {
  if (!cursor_.accept_list("import")) return false;
  Bytes& out = module_.writer.entry(SectionId::import);
  put_string(out, cursor_.expect_name());
  put_string(out, cursor_.expect_name());
  cursor_.expect_close();
  parse_import_type(kind, index, out);
  return true;
}

void FieldParser::define_import() {
  Bytes& out = module_.writer.entry(SectionId::import);
  put_string(out, cursor_.expect_name());
  put_string(out, cursor_.expect_name());
  cursor_.expect_open();
  const ExternKind kind = expect_extern_kind();
  cursor_.accept_id();
  parse_import_type(kind, next_index(kind), out);
  cursor_.expect_close();
}

void FieldParser::parse_import_type(ExternKind kind, std::uint32_t index, Bytes& out) {
  out.push_back(static_cast<std::uint8_t>(kind));
  switch (kind) {
    case ExternKind::function: {
      IndexSpace names{"param"};
      put_unsigned(out, parse_type_use(cursor_, module_.types, &names));
      return keep_annotated_locals(index, std::move(names));
    }
    case ExternKind::table:
      return parse_table_type(out);
    case ExternKind::memory:
      return put_limits(out, parse_memory_limits(cursor_));
    case ExternKind::global:
      return parse_global_type(out);
    case ExternKind::tag:
      return parse_tag_type(out);
  }
}

/// Text has the limits first, the binary the element type.
void FieldParser::parse_table_type(Bytes& out) {
  const TextLimits limits = parse_table_limits(cursor_);
  put_type(out, parse_value_type(cursor_, module_.types.space()));
  put_limits(out, limits);
}

void FieldParser::parse_global_type(Bytes& out) {
  const bool is_mutable = cursor_.accept_list("mut");
  put_type(out, parse_value_type(cursor_, module_.types.space()));
  out.push_back(is_mutable ? 1 : 0);
  if (is_mutable) cursor_.expect_close();
}

void FieldParser::parse_tag_type(Bytes& out) {
  constexpr std::uint8_t kException = 0;
  out.push_back(kException);
  IndexSpace names{"param"};
  put_unsigned(out, parse_type_use(cursor_, module_.types, &names));
}

void FieldParser::define_function() {
  const std::size_t begin = cursor_.first_annotation();
  const std::uint32_t index = next_index(ExternKind::function);
  cursor_.accept_id();
  parse_inline_exports(ExternKind::function, index);
  if (parse_inline_import(ExternKind::function, index)) return;
  IndexSpace names{"local"};
  put_unsigned(module_.writer.entry(SectionId::function), parse_type_use(cursor_, module_.types, &names));
  Bytes code;
  put_locals(code, parse_locals(names));
  InstructionParser instructions(cursor_, module_, names, code);
  instructions.parse_sequence();
  const SourceRow end{code.size(), cursor_.peek().offset};
  put_opcode(code, Opcode::end);
  Bytes& out = module_.writer.entry(SectionId::code);
  put_unsigned(out, code.size());
  module_.writer.add_sources(SectionId::code, out.size(), instructions.sources());
  module_.writer.add_sources(SectionId::code, out.size(), {end});
  put_bytes(out, code);
  module_.branch_hints.add_function(cursor_, module_.annotations.branch_hints, {begin, cursor_.position()},
                                    index, code, instructions.sources());
  keep_annotated_locals(index, std::move(names));
}

void FieldParser::keep_annotated_locals(std::uint32_t function, IndexSpace names) {
  if (!names.annotated().empty()) module_.annotated_locals.emplace(function, std::move(names));
}

std::vector<TextType> FieldParser::parse_locals(IndexSpace& names) {
  std::vector<TextType> locals;
  while (cursor_.accept_list("local")) {
    if (cursor_.at(TokenKind::id)) {
      names.define_next(cursor_);
      locals.push_back(parse_value_type(cursor_, module_.types.space()));
      cursor_.expect_close();
      continue;
    }
    while (!cursor_.accept(TokenKind::close)) {
      locals.push_back(parse_value_type(cursor_, module_.types.space()));
      names.add(1);
    }
  }
  return locals;
}

void FieldParser::define_table() {
  const std::uint32_t index = next_index(ExternKind::table);
  cursor_.accept_id();
  parse_inline_exports(ExternKind::table, index);
  if (parse_inline_import(ExternKind::table, index)) return;
  const TokenCursor before = cursor_;
  const bool is_64 = parse_address_type(cursor_);
  if (at_value_type(cursor_)) {
    return define_inline_elements(index, parse_value_type(cursor_, module_.types.space()), is_64);
  }
  cursor_ = before;
  Bytes type;
  parse_table_type(type);
  Bytes& out = module_.writer.entry(SectionId::table);
  if (cursor_.at(TokenKind::close)) return put_bytes(out, type);
  put_bytes(out, {0x40, 0x00});  // with an initial value
  put_bytes(out, type);
  parse_constant_sequence(out);
}

void FieldParser::define_memory() {
  const std::uint32_t index = next_index(ExternKind::memory);
  cursor_.accept_id();
  parse_inline_exports(ExternKind::memory, index);
  if (parse_inline_import(ExternKind::memory, index)) return;
  const TokenCursor before = cursor_;
  TextLimits limits;
  limits.is_64 = parse_address_type(cursor_);
  limits.page_size_log2 = parse_page_size(cursor_);
  if (cursor_.at_list("data")) return define_inline_data(index, limits);
  cursor_ = before;
  put_limits(module_.writer.entry(SectionId::memory), parse_memory_limits(cursor_));
}

void FieldParser::define_tag() {
  const std::uint32_t index = next_index(ExternKind::tag);
  cursor_.accept_id();
  parse_inline_exports(ExternKind::tag, index);
  if (parse_inline_import(ExternKind::tag, index)) return;
  parse_tag_type(module_.writer.entry(SectionId::tag));
}

void FieldParser::define_global() {
  const std::uint32_t index = next_index(ExternKind::global);
  cursor_.accept_id();
  parse_inline_exports(ExternKind::global, index);
  if (parse_inline_import(ExternKind::global, index)) return;
  Bytes& out = module_.writer.entry(SectionId::global);
  parse_global_type(out);
  parse_constant_sequence(out);
}

void FieldParser::define_export() {
  const std::string name = cursor_.expect_name();
  cursor_.expect_open();
  const ExternKind kind = expect_extern_kind();
  put_export(name, kind, space(kind).resolve(cursor_));
  cursor_.expect_close();
}

void FieldParser::define_start() {
  if (std::exchange(has_start_, true)) cursor_.fail("multiple start sections");
  put_unsigned(module_.writer.entry(SectionId::start), module_.functions.resolve(cursor_));
}

}  // namespace wasmjet::text
