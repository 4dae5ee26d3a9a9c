#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "decoder/features.hpp"
#include "decoder/types.hpp"

namespace wasmjet {

enum class ExternKind : std::uint8_t { function = 0, table = 1, memory = 2, global = 3, tag = 4 };
std::string_view to_string(ExternKind kind);

/// An import (spec 2.5.11). `index` is its index within the index space of its kind; the type stands
/// in Module::functions, tables, memories or globals at that index.
struct Import {
  std::string module;
  std::string name;
  ExternKind kind;
  std::uint32_t index;
};

struct Export {
  std::string name;
  ExternKind kind;
  std::uint32_t index;
};

/// A constant expression (spec 3.3.13) in the form that instantiation evaluates.
struct ConstExpr {
  enum class Kind : std::uint8_t { number, global_get, ref_null, ref_func, code };
  Kind kind = Kind::number;
  ValType type;
  std::uint64_t bits = 0;   ///< number: i32/f32 in the low half, zero-extended
  std::uint32_t index = 0;  ///< global_get, ref_func
  /// code: any other expression, as instructions for CodeReader at this offset in Module::bytes, up to `end`.
  std::uint32_t begin = 0;
};

struct Global {
  GlobalType type;
  ConstExpr init;  ///< unused for imported globals
};

enum class SegmentMode : std::uint8_t { passive, active, declarative };

struct ElementSegment {
  SegmentMode mode = SegmentMode::passive;
  ValType type;
  std::uint32_t table = 0;
  ConstExpr offset;  ///< active only
  std::vector<ConstExpr> items;
};

struct DataSegment {
  SegmentMode mode = SegmentMode::passive;
  std::uint32_t memory = 0;
  ConstExpr offset;         ///< active only
  std::uint32_t begin = 0;  ///< bytes: [begin, begin + size) of Module::bytes
  std::uint32_t size = 0;
};

/// Where a function's code entry lies in Module::bytes: from its local declarations to its last `end`.
struct FunctionBody {
  std::uint32_t begin = 0;
  std::uint32_t size = 0;
};

/// A section as it stands in the file, for `inspect`.
struct SectionInfo {
  std::uint8_t id = 0;
  std::string name;         ///< of custom sections
  std::uint32_t begin = 0;  ///< offset of the contents (behind id and size)
  std::uint32_t size = 0;
};

/// A decoded module. Immutable after decode_module(); may be shared between threads.
/// Function bodies are not decoded: they are validated (and compiled) one by one from `bytes`.
struct Module {
  std::vector<std::uint8_t> bytes;
  Features features;               ///< what it was decoded with
  std::vector<FuncType> types;     ///< empty where the type is none of a function
  std::vector<TypeDef> type_defs;  ///< as many as types
  std::vector<Import> imports;
  std::vector<std::uint32_t> functions;  ///< type index of every function, imported ones first
  std::vector<TableType> tables;         ///< imported ones first, as are memories and globals
  std::vector<MemoryType> memories;
  std::vector<Global> globals;
  std::vector<std::uint32_t> tags;                    ///< type index of every tag, imported ones first
  std::vector<std::optional<ConstExpr>> table_inits;  ///< as many as tables: the elements' first value
  std::vector<Export> exports;
  std::optional<std::uint32_t> start;
  std::vector<ElementSegment> elements;
  std::vector<DataSegment> data;
  std::optional<std::uint32_t> data_count;
  std::vector<FunctionBody> bodies;  ///< of defined functions, in order
  std::vector<SectionInfo> sections;
  std::vector<bool> declared_functions;  ///< may be named by ref.func (spec: C.refs)

  std::uint32_t imported_functions = 0;
  std::uint32_t imported_tables = 0;
  std::uint32_t imported_memories = 0;
  std::uint32_t imported_globals = 0;
  std::uint32_t imported_tags = 0;

  const FuncType& function_type(std::uint32_t function) const { return types[functions[function]]; }
  bool is_imported_function(std::uint32_t function) const { return function < imported_functions; }
  const FunctionBody& body(std::uint32_t function) const { return bodies[function - imported_functions]; }
  /// Bytes of the code section's bodies: the denominator of "MB of Wasm code a second".
  std::uint64_t code_size() const;
  /// Bytes of custom section `name`, empty if there is none.
  std::span<const std::uint8_t> custom_section(std::string_view name) const;
};

}  // namespace wasmjet
