#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "cli/errors.hpp"
#include "cli/inspect.hpp"
#include "cli/io.hpp"
#include "cli/module_file.hpp"
#include "decoder/decoder.hpp"

namespace wasmjet::cli {
namespace {

std::string quoted(const std::string& name) { return "\"" + printable(name) + "\""; }

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
    case ExternKind::tag:
      return to_string(module.types[module.tags[index]]);
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
                                1,
                                module.tags.size() - module.imported_tags};
  return section.id < std::size(counts) ? counts[section.id] : 0;
}

std::string format_sections(const Module& module) {
  std::string out = fmt::format("{:<11} {:>10} {:>10} {:>8}\n", "section", "offset", "bytes", "items");
  for (const SectionInfo& section : module.sections) {
    const std::string items = section.id == 0 ? "" : std::to_string(section_items(module, section));
    out += fmt::format("{:<11} {:>#10x} {:>10} {:>8}", section_name(section.id), section.begin, section.size,
                       items);
    if (section.id == 0) out += " " + quoted(section.name);
    out += '\n';
  }
  return out;
}

/// One line of the lists of imports and exports.
struct Entry {
  ExternKind kind;
  std::string name;
  std::string type;
};

std::string format_entries(std::string_view title, const std::vector<Entry>& entries) {
  constexpr std::size_t kWidest = 80;  // a longer name pushes its own line's type out, not everyone's
  std::size_t width = 0;
  for (const Entry& entry : entries) width = std::max(width, std::min(entry.name.size(), kWidest));
  std::string out = fmt::format("\n{}: {}\n", title, entries.size());
  for (const Entry& entry : entries) {
    out += fmt::format("  {:<8}  {:<{}}  {}\n", to_string(entry.kind), entry.name, width, entry.type);
  }
  return out;
}

std::string format_imports(const Module& module) {
  std::vector<Entry> entries;
  entries.reserve(module.imports.size());
  for (const Import& import : module.imports) {
    entries.push_back({import.kind, quoted(import.module) + " " + quoted(import.name),
                       format_type(module, import.kind, import.index)});
  }
  return format_entries("imports", entries);
}

std::string format_exports(const Module& module) {
  std::vector<Entry> entries;
  entries.reserve(module.exports.size());
  for (const Export& exported : module.exports) {
    entries.push_back(
        {exported.kind, quoted(exported.name), format_type(module, exported.kind, exported.index)});
  }
  return format_entries("exports", entries);
}

}  // namespace

int inspect_sections(const std::string& path) {
  std::string out;
  try {
    const Module module = decode_module(load_module(path));
    out = format_sections(module) + format_imports(module) + format_exports(module);
  } catch (const ModuleError&) {
    throw_module_failure(path);
  }
  return print_output(out);
}

}  // namespace wasmjet::cli
