#pragma once

#include <cstdint>
#include <vector>

#include "decoder/module.hpp"
#include "decoder/text/module_writer.hpp"
#include "spec-tests/fuzz/generator/choices.hpp"

namespace wasmjet::fuzz {

using text::Bytes;

/// The types that generated values have.
inline constexpr ValType kValueTypes[] = {kI32, kI64, kF32, kF64, kFuncRef, kExternRef};

ValType choose_type(Choices& choices);
/// Up to `most` of them.
std::vector<ValType> choose_types(Choices& choices, std::size_t most);

/// All of a generated module but the bodies of its functions. In each index space imports come first.
struct ModuleShape {
  struct Function {
    std::uint32_t type;
    bool is_leaf = false;  ///< calls nothing, so it need not count its calls
  };
  struct Element {
    SegmentMode mode;
    ValType type;
    std::vector<std::uint32_t> items;  ///< functions; of externref, nulls
    bool expressions = false;          ///< written as such, not as function indices
  };
  struct Data {
    bool is_active;
    Bytes bytes;
  };

  std::vector<FuncType> types;
  std::vector<Function> functions;
  std::uint32_t imported_functions = 0;
  std::vector<TableType> tables;
  bool import_table = false;
  std::vector<MemoryType> memories;
  bool import_memory = false;
  std::vector<GlobalType> globals;
  std::vector<std::uint64_t> global_inits;  ///< bits; for references: 0 null, else a function's index plus 1
  std::uint32_t imported_globals = 0;
  std::uint32_t fuel = 0;  ///< index of the global that bounds the work of a call
  std::vector<Element> elements;
  std::vector<Data> data;
  bool has_start = false;

  /// The index of a type, which is added if it is new.
  std::uint32_t type_index(const FuncType& type);
  const FuncType& function_type(std::uint32_t function) const { return types[functions[function].type]; }
};

ModuleShape choose_shape(Choices& choices);

/// Everything but code goes to the writer. All defined functions are exported, as f0, f1, ..., and the fuel.
void write_shape(const ModuleShape& shape, text::ModuleWriter& writer);

std::uint8_t code_of(ValType type);

}  // namespace wasmjet::fuzz
