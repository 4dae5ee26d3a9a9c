#include <fmt/format.h>

#include <iterator>
#include <string>

#include "cli/errors.hpp"
#include "cli/inspect.hpp"
#include "cli/io.hpp"
#include "cli/module_file.hpp"
#include "decoder/decoder.hpp"

namespace wasmjet::cli {
namespace {

std::string_view section_name(const SectionInfo& section) {
  constexpr std::string_view kNames[] = {"custom", "type",   "import",    "function", "table",
                                         "memory", "global", "export",    "start",    "element",
                                         "code",   "data",   "data count"};
  return section.id < std::size(kNames) ? kNames[section.id] : "unknown";
}

std::string format_limits(const Limits& limits) {
  return std::to_string(limits.min) + ".." + (limits.max ? std::to_string(*limits.max) : "");
}

std::string format_type(const Module& module, ExternKind kind, std::uint32_t index) {
  switch (kind) {
    case ExternKind::function:
      return to_string(module.function_type(index));
    case ExternKind::table:
      return format_limits(module.tables[index].limits) + " " + to_string(module.tables[index].element);
    case ExternKind::memory:
      return format_limits(module.memories[index].limits) + " pages";
    case ExternKind::global: {
      const GlobalType& type = module.globals[index].type;
      return (type.is_mutable ? "mut " : "") + to_string(type.type);
    }
  }
  return "";
}

std::size_t section_items(const Module& module, const SectionInfo& section) {
  const std::size_t counts[] = {0,
                                module.types.size(),
                                module.imports.size(),
                                module.bodies.size(),
                                module.tables.size() - module.imported_tables,
                                module.memories.size() - module.imported_memories,
                                module.globals.size() - module.imported_globals,
                                module.exports.size(),
                                1,
                                module.elements.size(),
                                module.bodies.size(),
                                module.data.size(),
                                1};
  return section.id < std::size(counts) ? counts[section.id] : 0;
}

std::string format_sections(const Module& module) {
  std::string out = fmt::format("{:<11} {:>10} {:>10} {:>8}\n", "section", "offset", "bytes", "items");
  for (const SectionInfo& section : module.sections) {
    const std::string items = section.id == 0 ? "" : std::to_string(section_items(module, section));
    out += fmt::format("{:<11} {:>#10x} {:>10} {:>8}", section_name(section), section.begin, section.size,
                       items);
    if (section.id == 0) out += " \"" + printable(section.name) + "\"";
    out += '\n';
  }
  return out;
}

std::string format_imports(const Module& module) {
  std::string out;
  for (const Import& import : module.imports) {
    out += fmt::format("  {:<8} {:<40} {}\n", to_string(import.kind),
                       "\"" + printable(import.module) + "\" \"" + printable(import.name) + "\"",
                       format_type(module, import.kind, import.index));
  }
  return out;
}

std::string format_exports(const Module& module) {
  std::string out;
  for (const Export& exported : module.exports) {
    out +=
        fmt::format("  {:<8} {:<40} {}\n", to_string(exported.kind), "\"" + printable(exported.name) + "\"",
                    format_type(module, exported.kind, exported.index));
  }
  return out;
}

}  // namespace

int inspect_sections(const std::string& path) {
  std::string out;
  try {
    const Module module = decode_module(load_module(path));
    out = format_sections(module);
    out += fmt::format("\nimports: {}\n", module.imports.size()) + format_imports(module);
    out += fmt::format("\nexports: {}\n", module.exports.size()) + format_exports(module);
  } catch (const ModuleError&) {
    throw_module_failure(path);
  }
  return print_output(out);
}

}  // namespace wasmjet::cli
