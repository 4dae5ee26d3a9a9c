#pragma once

#include <string>
#include <variant>

#include "runtime/func.hpp"
#include "runtime/global_instance.hpp"
#include "runtime/memory_instance.hpp"
#include "runtime/table_instance.hpp"
#include "runtime/tag_instance.hpp"

namespace wasmjet {

/// What can be imported and exported (spec 4.2.13, "external values"). Handles and pointers into a
/// store; the order of alternatives is that of ExternKind.
using Extern = std::variant<Func, TableInstance*, MemoryInstance*, GlobalInstance*, TagInstance*>;

inline ExternKind kind_of(const Extern& value) { return static_cast<ExternKind>(value.index()); }

/// Text form of an external type, for messages: "function (i32) -> (i64)", "memory 1..2",
/// "table 10..20 funcref", "global mut i32".
std::string describe(const Extern& value);
/// The same of an import.
std::string describe(const Module& module, const Import& import);
/// Whether `value` may stand for `import` of `module` (spec 3.4, "import matching"), whose types have the ids
/// `type_ids` in the engine.
bool matches(const Extern& value, const Module& module, std::span<const std::uint32_t> type_ids,
             const Import& import);

}  // namespace wasmjet
