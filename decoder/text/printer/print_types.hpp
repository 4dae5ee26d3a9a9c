#pragma once

#include "decoder/code_reader.hpp"
#include "decoder/module.hpp"
#include "decoder/text/printer/identifiers.hpp"

// Types as text (spec 6.4). Readers stand at a type of a module that decode_module() has accepted.
namespace wasmjet::text {

/// "i32", "funcref", "(ref null $t)".
void put_value_type(TextOutput& out, const Identifiers& ids, ValType type);
/// The heap type of a reference: "func", "$t".
void put_heap_type(TextOutput& out, const Identifiers& ids, ValType reference);
/// " (type N)".
void put_type_use(TextOutput& out, const Identifiers& ids, std::uint32_t type);
/// " (param ...)": parameters one by one where `names` has them, else in one list.
void put_params(TextOutput& out, const Identifiers& ids, const std::vector<ValType>& params,
                const IdentifierSpace& names);
/// " (result ...)", nothing if there is none.
void put_results(TextOutput& out, const Identifiers& ids, const std::vector<ValType>& results);
/// What a function or tag is: " (type N)", its parameters and results.
void put_function_type(TextOutput& out, const Identifiers& ids, const Module& module, std::uint32_t type,
                       const IdentifierSpace& names);

/// " i64 1 2 funcref".
void put_table_type(TextOutput& out, const Identifiers& ids, CodeReader& reader);
/// " i64 1 2 shared (pagesize 1)".
void put_memory_type(TextOutput& out, CodeReader& reader);
/// " (mut i32)".
void put_global_type(TextOutput& out, const Identifiers& ids, CodeReader& reader);
/// The contents of the type section, a field a line.
void put_type_section(TextOutput& out, const Identifiers& ids, CodeReader& reader);

}  // namespace wasmjet::text
