#include "cli/profile/frame_resolver.hpp"

#include <algorithm>

#include "cli/profile/demangle.hpp"
#include "runtime/code_registry.hpp"

namespace wasmjet::cli::profile {
namespace {

/// The instruction that machine code at `offset` came from.
std::uint32_t wasm_offset(const ModuleCode& code, const CodeFunction& function, std::uint32_t offset) {
  const std::vector<InstructionMark>& marks = code.instruction_map();
  const auto behind = std::ranges::upper_bound(marks, offset, {}, &InstructionMark::code_offset);
  if (behind == marks.begin() || std::prev(behind)->code_offset < function.code_begin) {
    return function.wasm_begin;  // the prologue
  }
  return std::prev(behind)->wasm_offset;
}

/// The function whose body `offset` is in.
std::uint32_t function_at(const Module& module, std::uint64_t offset) {
  const auto behind = std::ranges::upper_bound(module.bodies, offset, {}, &FunctionBody::begin);
  return module.imported_functions + static_cast<std::uint32_t>(behind - module.bodies.begin()) - 1;
}

/// Names stand in every frame of a report. Cut between characters.
std::string shortened(std::string name) {
  constexpr std::size_t kLongest = 1000;
  if (name.size() <= kLongest) return name;
  std::size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;
  name.resize(end);
  return name + "...";
}

}  // namespace

FrameResolver::FrameResolver(const Store& store) : store_(store) {
  const auto& instances = store.instances();
  for (std::uint32_t i = 0; i < instances.size(); ++i) {
    by_code_.emplace(&instances[i]->code().map(), i);
    by_context_.emplace(instances[i]->context(), i);
  }
}

Resolved FrameResolver::resolve(const SampleNode& node) {
  switch (node.kind) {
    case SampleKind::caller:
    case SampleKind::compiled:
      return resolve_compiled(node);
    case SampleKind::bytecode:
      return resolve_bytecode(node);
    case SampleKind::host:
      return {host_function(node.pc), 0, kNone};
    case SampleKind::left_out:
      return {other_function(nullptr, "", "[frames left out]", Category::wasmjet), 0, kNone};
    default:
      return {};
  }
}

Resolved FrameResolver::resolve_compiled(const SampleNode& node) {
  const auto* const pc =
      static_cast<const std::uint8_t*>(node.pc) - (node.kind == SampleKind::caller ? 1 : 0);
  const CodeMap* const map = CodeRegistry::find(pc);
  const CodeFunction* const function = map == nullptr ? nullptr : map->find_function(pc);
  const auto found = by_code_.find(map);
  if (function == nullptr || found == by_code_.end()) return {};
  const auto offset = static_cast<std::uint32_t>(pc - map->begin);
  return {guest_function(found->second, function->function, false),
          wasm_offset(store_.instances()[found->second]->code(), *function, offset),
          offset - function->code_begin};
}

Resolved FrameResolver::resolve_bytecode(const SampleNode& node) {
  const auto found = by_context_.find(node.context);
  if (found == by_context_.end()) return {};
  const Module& module = store_.instances()[found->second]->module();
  const auto offset = static_cast<const std::uint8_t*>(node.pc) - module.bytes.data();
  if (offset < 0 || offset >= static_cast<std::ptrdiff_t>(module.bytes.size()) || module.bodies.empty()) {
    return {};
  }
  const auto wasm = static_cast<std::uint32_t>(offset);
  return {guest_function(found->second, function_at(module, wasm), true), wasm, kNone};
}

std::uint32_t FrameResolver::guest_function(std::uint32_t instance, std::uint32_t index, bool interpreted) {
  const auto [place, is_new] =
      guests_.try_emplace({instance, index}, static_cast<std::uint32_t>(functions_.size()));
  if (is_new) {
    const Instance& owner = *store_.instances()[instance];
    functions_.push_back({shortened(demangle(owner.compiled_module().function_name(index))),
                          shortened(owner.name()), Category::guest, instance, index, interpreted});
  }
  return place->second;
}

std::uint32_t FrameResolver::other_function(const void* key, const std::string& module,
                                            const std::string& name, Category category) {
  const auto [place, is_new] = others_.try_emplace(key, static_cast<std::uint32_t>(functions_.size()));
  if (is_new) functions_.push_back({shortened(name), shortened(module), category});
  return place->second;
}

/// A host function has no name but that by which somebody imports it.
std::uint32_t FrameResolver::host_function(const void* host) {
  if (const auto known = others_.find(host); known != others_.end()) return known->second;
  for (const auto& instance : store_.instances()) {
    for (const Import& import : instance->module().imports) {
      if (import.kind != ExternKind::function || instance->func_ref(import.index)->context != host) continue;
      return other_function(host, import.module, import.name, Category::host);
    }
  }
  return other_function(host, "", "[host function]", Category::host);
}

}  // namespace wasmjet::cli::profile
