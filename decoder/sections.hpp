#pragma once

#include <cstdint>

#include "decoder/byte_reader.hpp"
#include "decoder/module.hpp"

// Decoding and validation of the module's sections (spec 5.5), one function each. `in` spans the section's
// contents; what it does not consume is an error of the caller (decoder.cpp).
namespace wasmjet::detail {

void decode_type_section(ByteReader& in, Module& module);
void decode_import_section(ByteReader& in, Module& module);
void decode_function_section(ByteReader& in, Module& module);
void decode_table_section(ByteReader& in, Module& module);
void decode_memory_section(ByteReader& in, Module& module);
void decode_tag_section(ByteReader& in, Module& module);
void decode_global_section(ByteReader& in, Module& module);
void decode_export_section(ByteReader& in, Module& module);
void decode_start_section(ByteReader& in, Module& module);
void decode_element_section(ByteReader& in, Module& module);
void decode_data_count_section(ByteReader& in, Module& module);
void decode_code_section(ByteReader& in, Module& module);
void decode_data_section(ByteReader& in, Module& module);

/// Reads a constant expression (spec 3.3.13) of type `expected`, its `end` included.
ConstExpr decode_const_expr(ByteReader& in, Module& module, ValType expected);

/// Marks `function` as one that ref.func may name (spec 3.4.14: C.refs).
void declare_function(Module& module, std::uint32_t function);

/// Reads a function index and checks that there is such a function.
std::uint32_t decode_function_index(ByteReader& in, const Module& module);

}  // namespace wasmjet::detail
