#include "runtime/store_types.hpp"

#include "decoder/error.hpp"

namespace wasmjet {
namespace {

/// Of abstract heap types of functions, external references and exceptions, which have a top and a bottom
/// only.
bool matches_heap(HeapType have, HeapType want) {
  if (have == want) return true;
  switch (want) {
    case HeapType::func:
      return have == HeapType::nofunc || have == HeapType::type;
    case HeapType::extern_:
      return have == HeapType::noextern;
    case HeapType::exn:
      return have == HeapType::noexn;
    case HeapType::type:
      return have == HeapType::nofunc;
    default:
      return false;
  }
}

}  // namespace

ValType outside_type(ValType type, std::span<const std::uint32_t> ids) {
  if (!type.is_ref() || type.heap() != HeapType::type) return type;
  const bool is_own = type.type_index() >= ids.size();
  const std::uint32_t id = is_own ? kOwnTypeId : ids[type.type_index()];
  if (!is_own && id >= kOwnTypeId) {
    throw ModuleError(ModuleErrorKind::unsupported, 0, "more types than references can name");
  }
  return ValType::type_reference(id, type.is_nullable());
}

FuncType outside_type(const FuncType& type, std::span<const std::uint32_t> ids) {
  FuncType outside = type;
  for (ValType& param : outside.params) param = outside_type(param, ids);
  for (ValType& result : outside.results) result = outside_type(result, ids);
  return outside;
}

TableType outside_type(const TableType& type, std::span<const std::uint32_t> ids) {
  TableType outside = type;
  outside.element = outside_type(type.element, ids);
  return outside;
}

GlobalType outside_type(const GlobalType& type, std::span<const std::uint32_t> ids) {
  return {outside_type(type.type, ids), type.is_mutable};
}

bool matches(ValType have, ValType want) {
  if (have == want) return true;
  if (!have.is_ref() || !want.is_ref() || (have.is_nullable() && !want.is_nullable())) return false;
  if (have.heap() == HeapType::type && want.heap() == HeapType::type) {
    return have.type_index() == want.type_index();
  }
  return matches_heap(have.heap(), want.heap());
}

}  // namespace wasmjet
