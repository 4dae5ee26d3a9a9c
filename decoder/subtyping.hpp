#pragma once

#include <vector>

#include "decoder/module.hpp"

/// Relations between types of one module (spec 3.1, 3.3). They look through type indices: equal types have
/// equal TypeDef::canonical.
namespace wasmjet {

/// `sub` may stand where `super` is wanted (spec 3.3.5).
bool is_subtype(const Module& module, ValType sub, ValType super);
/// Each of the other (spec 3.1.1).
bool are_equal(const Module& module, ValType a, ValType b);
/// Likewise of heap types alone; both are references, nullable or not.
bool is_heap_subtype(const Module& module, ValType sub, ValType super);
/// Element by element.
bool are_subtypes(const Module& module, const std::vector<ValType>& sub, const std::vector<ValType>& super);
/// spec 3.3.9: storage types and mutability.
bool is_field_subtype(const Module& module, const FieldType& sub, const FieldType& super);
/// The greatest type of the hierarchy that `type` belongs to: any, func, extern or exn; nullable.
ValType top_of(const Module& module, ValType type);
/// Likewise of an abstract heap type.
HeapType top_of_heap(HeapType heap);

namespace detail {

/// Whether type `sub` agrees with what type `super` declares (spec 3.3.8): function, structure or array.
bool composite_matches(const Module& module, std::uint32_t sub, std::uint32_t super);

}  // namespace detail
}  // namespace wasmjet
