#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "decoder/module.hpp"
#include "decoder/text/instructions.hpp"
#include "decoder/text/module_context.hpp"
#include "decoder/text/text_limits.hpp"

namespace wasmjet::text {

/// Parses module fields (spec 6.6) in two passes: names first, so that all of them are known when types and
/// definitions are parsed.
class FieldParser {
 public:
  FieldParser(TokenCursor& cursor, ModuleContext& module) : cursor_(cursor), module_(module) {}

  // First pass: identifiers and numbers of entities. The cursor stands behind the field's keyword; what is
  // left of the field is skipped afterwards.
  void declare_type() { module_.types.space().define_next(cursor_); }
  void declare_group();
  void declare_import();
  void declare_function() { declare_definition(module_.functions); }
  void declare_table();
  void declare_memory();
  void declare_global() { declare_definition(module_.globals); }
  void declare_tag() { declare_definition(module_.tags); }
  void declare_element() { module_.elements.define_next(cursor_); }
  void declare_data() { module_.data.define_next(cursor_); }
  void declare_nothing() {}

  // Second pass, from behind the keyword to the field's ")".
  void define_type() { module_.types.define_type(cursor_); }
  void define_group() { module_.types.define_group(cursor_); }
  void define_import();
  void define_function();
  void define_table();
  void define_memory();
  void define_global();
  void define_tag();
  void define_export();
  void define_start();
  void define_element();
  void define_data();

 private:
  struct ItemList;

  // fields.cpp
  bool declare_definition(IndexSpace& space);
  std::uint32_t next_index(ExternKind kind) { return defined_[static_cast<std::size_t>(kind)]++; }
  void parse_inline_exports(ExternKind kind, std::uint32_t index);
  bool parse_inline_import(ExternKind kind, std::uint32_t index);
  ExternKind expect_extern_kind();
  IndexSpace& space(ExternKind kind);
  void put_export(const std::string& name, ExternKind kind, std::uint32_t index);
  void parse_import_type(ExternKind kind, std::uint32_t index, Bytes& out);
  void parse_table_type(Bytes& out);
  void parse_global_type(Bytes& out);
  void parse_tag_type(Bytes& out);
  std::vector<TextType> parse_locals(IndexSpace& names);
  void keep_annotated_locals(std::uint32_t function, IndexSpace names);

  // segments.cpp
  void parse_constant_sequence(Bytes& out);
  bool parse_target(std::string_view keyword, const IndexSpace& space, std::uint32_t& index);
  void parse_offset(Bytes& out);
  void parse_item_expressions(ItemList& list);
  void parse_item_indices(ItemList& list);
  void put_element(std::uint32_t mode, std::uint32_t table, const Bytes& offset, const ItemList& list);
  std::string parse_strings();
  void define_inline_elements(std::uint32_t table, TextType type, bool is_64);
  void define_inline_data(std::uint32_t memory, TextLimits limits);

  TokenCursor& cursor_;
  ModuleContext& module_;
  std::array<std::uint32_t, 5> defined_{};  ///< entities seen in the second pass, by ExternKind
  bool any_definition_ = false;             ///< imports may not follow
  bool has_start_ = false;
};

}  // namespace wasmjet::text
