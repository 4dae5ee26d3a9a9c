#include "spec-tests/fuzz/generator/module_shape.hpp"

#include <algorithm>

#include "spec-tests/fuzz/generator/constants.hpp"
#include "spec-tests/fuzz/generator/generator.hpp"

namespace wasmjet::fuzz {
namespace {

std::uint64_t choose_init(Choices& choices, ValType type, std::size_t functions) {
  switch (type.kind()) {
    case ValKind::i32:
      return choose_integer(choices, 32);
    case ValKind::i64:
      return choose_integer(choices, 64);
    case ValKind::f32:
      return choose_float(choices, 32);
    case ValKind::f64:
      return choose_float(choices, 64);
    default:
      return type == kFuncRef ? choices.below(functions + 1) : 0;
  }
}

void choose_functions(ModuleShape& shape, Choices& choices) {
  shape.types.emplace_back();
  for (auto more = 1 + choices.below(6); more > 0; --more) {
    // Now and then more than fit the registers that pass them.
    const std::size_t params = choices.chance(2) ? 16 : 5;
    FuncType type;
    type.params = choose_types(choices, params);
    type.results = choose_types(choices, choices.chance(2) ? 12 : 3);
    shape.type_index(type);
  }
  shape.imported_functions = choices.below(3);
  const auto count = shape.imported_functions + 1 + choices.below(5);
  while (shape.functions.size() < count) {
    const auto type = static_cast<std::uint32_t>(choices.below(shape.types.size()));
    shape.functions.push_back({type, choices.chance(4)});
  }
  shape.has_start = choices.chance(2) && shape.function_type(shape.imported_functions) == FuncType{};
}

void choose_tables(ModuleShape& shape, Choices& choices) {
  for (const ValType type : {kFuncRef, kExternRef, kFuncRef}) {
    TableType table{type, {choices.below(9), std::nullopt}};
    if (choices.chance(8)) table.limits.max = table.limits.min + choices.below(9);
    shape.tables.push_back(table);
    if (type == kExternRef && !choices.chance(6)) break;
  }
  shape.import_table = choices.chance(3);
}

void choose_memory(ModuleShape& shape, Choices& choices) {
  if (choices.chance(2)) return;
  MemoryType memory{.limits = {choices.chance(1) ? 0U : 1 + choices.below(2), std::nullopt}};
  if (choices.chance(8)) memory.limits.max = memory.limits.min + choices.below(3);
  shape.memories.push_back(memory);
  shape.import_memory = choices.chance(3);
}

void choose_globals(ModuleShape& shape, Choices& choices) {
  shape.imported_globals = choices.below(3);
  for (std::uint32_t i = 0; i < shape.imported_globals; ++i) {
    shape.globals.push_back({choose_type(choices), choices.chance(8)});
  }
  shape.fuel = shape.imported_globals;
  shape.globals.push_back({kI32, true});
  for (const ValType type : kValueTypes) shape.globals.push_back({type, true});
  for (auto more = choices.below(4); more > 0; --more) {
    shape.globals.push_back({choose_type(choices), choices.chance(8)});
  }
  for (const GlobalType& global : shape.globals) {
    shape.global_inits.push_back(choose_init(choices, global.type, shape.functions.size()));
  }
  shape.global_inits[shape.fuel] = kFuel;  // for the start function
}

void choose_segments(ModuleShape& shape, Choices& choices) {
  // One declares all functions, so that ref.func may name any.
  ModuleShape::Element all{SegmentMode::declarative, kFuncRef, {}, choices.chance(4)};
  for (std::uint32_t f = 0; f < shape.functions.size(); ++f) all.items.push_back(f);
  shape.elements.push_back(all);
  for (auto more = 1 + choices.below(4); more > 0; --more) {
    ModuleShape::Element element{
        choices.chance(6) ? SegmentMode::passive : SegmentMode::active, kFuncRef, {}};
    if (element.mode == SegmentMode::passive && choices.chance(4)) element.type = kExternRef;
    element.expressions = element.type == kExternRef || choices.chance(5);
    // An active one fits: what fails at instantiation shows little.
    const std::size_t room = element.mode == SegmentMode::active ? shape.tables[0].limits.min : 8;
    for (auto items = choices.below(room + 1); items > 0; --items) {
      element.items.push_back(choices.below(shape.functions.size()));
    }
    shape.elements.push_back(element);
  }
  if (shape.memories.empty()) return;
  for (auto more = choices.below(3); more > 0; --more) {
    ModuleShape::Data data{choices.chance(8) && shape.memories[0].limits.min > 0, {}};
    for (auto bytes = choices.below(24); bytes > 0; --bytes) data.bytes.push_back(choices.byte());
    shape.data.push_back(data);
  }
}

}  // namespace

ValType choose_type(Choices& choices) {
  // Numbers three times as often as references.
  const auto which = choices.below(14);
  return kValueTypes[which < 12 ? which % 4 : which - 8];
}

std::vector<ValType> choose_types(Choices& choices, std::size_t most) {
  std::vector<ValType> types;
  for (auto count = choices.below(most + 1); count > 0; --count) types.push_back(choose_type(choices));
  return types;
}

std::uint32_t ModuleShape::type_index(const FuncType& type) {
  const auto found = std::ranges::find(types, type);
  const auto index = static_cast<std::uint32_t>(found - types.begin());
  if (found == types.end()) types.push_back(type);
  return index;
}

ModuleShape choose_shape(Choices& choices) {
  ModuleShape shape;
  choose_functions(shape, choices);
  choose_tables(shape, choices);
  choose_memory(shape, choices);
  choose_globals(shape, choices);
  choose_segments(shape, choices);
  return shape;
}

}  // namespace wasmjet::fuzz
