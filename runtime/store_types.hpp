#pragma once

#include <cstdint>
#include <span>

#include "decoder/types.hpp"

/// Types that hold outside of a module. A module names a type by its index; outside, `ValType::type_index()`
/// is the type's id in the engine (TypeEntry), which equal types of all modules share (spec 3.1.1, 3.3).
namespace wasmjet {

/// Stands for a type within itself, whose id is not known before the type is: `(type $t (func (param (ref
/// $t))))`.
inline constexpr std::uint32_t kOwnTypeId = (1U << 23) - 1;

/// The type of a module as it is outside; `ids` are those of the module's types. Where `ids` ends, the type
/// is about itself. Throws ModuleError{unsupported} where the engine has more types than a ValType can name.
ValType outside_type(ValType type, std::span<const std::uint32_t> ids);
FuncType outside_type(const FuncType& type, std::span<const std::uint32_t> ids);
TableType outside_type(const TableType& type, std::span<const std::uint32_t> ids);
GlobalType outside_type(const GlobalType& type, std::span<const std::uint32_t> ids);

/// `have` may stand where `want` is declared (spec 3.3.5). Both are outside types, those that they name are
/// functions without declared supertypes.
bool matches(ValType have, ValType want);

}  // namespace wasmjet
