#include "decoder/module.hpp"

namespace wasmjet {

std::string_view to_string(ExternKind kind) {
  switch (kind) {
    case ExternKind::function:
      return "function";
    case ExternKind::table:
      return "table";
    case ExternKind::memory:
      return "memory";
    case ExternKind::tag:
      return "tag";
    case ExternKind::global:
      break;
  }
  return "global";
}

std::uint64_t Module::code_size() const {
  std::uint64_t total = 0;
  for (const FunctionBody& function_body : bodies) total += function_body.size;
  return total;
}

std::span<const std::uint8_t> Module::custom_section(std::string_view name) const {
  for (const SectionInfo& section : sections) {
    if (section.id == 0 && section.name == name) {
      return std::span<const std::uint8_t>(bytes).subspan(section.begin, section.size);
    }
  }
  return {};
}

}  // namespace wasmjet
