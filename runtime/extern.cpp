#include "runtime/extern.hpp"

#include "runtime/store_types.hpp"

namespace wasmjet {
namespace {

std::string describe(const Limits& limits) {
  std::string text = std::to_string(limits.min) + "..";
  return limits.max ? text + std::to_string(*limits.max) : text;
}

std::string describe(const FuncType& type) { return "function " + to_string(type); }
std::string describe(const MemoryType& type) { return "memory " + describe(type.limits); }
std::string describe(const TableType& type) {
  return "table " + describe(type.limits) + " " + to_string(type.element);
}
std::string describe(const GlobalType& type) {
  return std::string(type.is_mutable ? "global mut " : "global ") + to_string(type.type);
}

/// spec 3.4.1: `have` may stand where `want` is declared.
bool limits_match(const Limits& have, const Limits& want) {
  if (have.min < want.min) return false;
  return !want.max || (have.max && *have.max <= *want.max);
}

}  // namespace

std::string describe(const Extern& value) {
  switch (kind_of(value)) {
    case ExternKind::function:
      return describe(std::get<Func>(value).type());
    case ExternKind::table:
      return describe(std::get<TableInstance*>(value)->type());
    case ExternKind::memory:
      return describe(std::get<MemoryInstance*>(value)->type());
    case ExternKind::global:
      return describe(std::get<GlobalInstance*>(value)->type());
    case ExternKind::tag:
      return "tag " + to_string(std::get<TagInstance*>(value)->type);
  }
  return {};
}

std::string describe(const Module& module, const Import& import) {
  switch (import.kind) {
    case ExternKind::function:
      return describe(module.function_type(import.index));
    case ExternKind::table:
      return describe(module.tables[import.index]);
    case ExternKind::memory:
      return describe(module.memories[import.index]);
    case ExternKind::global:
      return describe(module.globals[import.index].type);
    case ExternKind::tag:
      return "tag " + to_string(module.types[module.tags[import.index]]);
  }
  return {};
}

bool matches(const Extern& value, const Module& module, std::span<const std::uint32_t> type_ids,
             const Import& import) {
  if (kind_of(value) != import.kind) return false;
  switch (import.kind) {
    case ExternKind::function:
      return std::get<Func>(value) &&
             std::get<Func>(value).type_id() == type_ids[module.functions[import.index]];
    case ExternKind::table: {
      const TableType have = std::get<TableInstance*>(value)->type();
      const TableType want = outside_type(module.tables[import.index], type_ids);
      return have.element == want.element && limits_match(have.limits, want.limits);
    }
    case ExternKind::memory:
      return limits_match(std::get<MemoryInstance*>(value)->type().limits,
                          module.memories[import.index].limits);
    case ExternKind::global: {
      const GlobalType have = std::get<GlobalInstance*>(value)->type();
      const GlobalType want = outside_type(module.globals[import.index].type, type_ids);
      return have == want || (!have.is_mutable && !want.is_mutable && matches(have.type, want.type));
    }
    case ExternKind::tag:
      return std::get<TagInstance*>(value)->type_id == type_ids[module.tags[import.index]];
  }
  return false;
}

}  // namespace wasmjet
