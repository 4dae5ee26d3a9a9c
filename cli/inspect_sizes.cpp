#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "cli/errors.hpp"
#include "cli/inspect.hpp"
#include "cli/io.hpp"
#include "cli/module_file.hpp"
#include "decoder/byte_reader.hpp"
#include "decoder/decoder.hpp"
#include "decoder/names.hpp"

namespace wasmjet::cli {
namespace {

constexpr std::size_t kShown = 20;

struct Item {
  std::uint64_t bytes;
  std::string name;
};

std::string_view name_subsection(std::uint8_t id) {
  constexpr std::string_view kNames[] = {"module name", "function names", "local names",  "label names",
                                         "type names",  "table names",    "memory names", "global names",
                                         "elem names",  "data names",     "field names",  "tag names"};
  return id < std::size(kNames) ? kNames[id] : "unknown names";
}

/// Divides a module's file into items, without gap or overlap: what stands in front of an item within its
/// section (the number of its bytes, a segment's offset) belongs to it.
class Division {
 public:
  explicit Division(const Module& module) : module_(module), names_(module) {
    add("module header", 8);
    for (const SectionInfo& section : module.sections) {
      divide(section);
      const std::uint32_t end = section.begin + section.size;
      if (end > position_) take(end, std::string(section_name(section.id)) + " section");
    }
  }

  std::vector<Item> take_items() && { return std::move(items_); }

 private:
  void add(std::string name, std::uint32_t bytes) {
    items_.push_back({bytes, std::move(name)});
    position_ += bytes;
  }
  /// All that is left in front of `end`.
  void take(std::uint32_t end, std::string name) { add(std::move(name), end - position_); }

  void divide(const SectionInfo& section) {
    switch (section.id) {
      case 0:
        return divide_custom(section);
      case 10:
        take(begin_of_items(section), "code section header");
        for (std::uint32_t i = 0; i < module_.bodies.size(); ++i) {
          const std::uint32_t function = module_.imported_functions + i;
          take(module_.bodies[i].begin + module_.bodies[i].size, function_name(function));
        }
        return;
      case 11:
        take(begin_of_items(section), "data section header");
        for (std::size_t i = 0; i < module_.data.size(); ++i) {
          take(module_.data[i].begin + module_.data[i].size, fmt::format("data[{}]", i));
        }
        return;
      default:
        return;
    }
  }

  /// Behind the number of items that a section begins with.
  std::uint32_t begin_of_items(const SectionInfo& section) const {
    ByteReader in = reader(section);
    in.u32();
    return static_cast<std::uint32_t>(in.offset());
  }

  void divide_custom(const SectionInfo& section) {
    if (section.name == "name" && divide_names(section)) return;
    take(section.begin + section.size, "custom section \"" + printable(section.name) + "\"");
  }

  /// False, and nothing divided, if the section is not what it ought to be: that is no error.
  bool divide_names(const SectionInfo& section) {
    std::vector<std::pair<std::uint32_t, std::uint8_t>> subsections;  // end and id
    ByteReader in = reader(section);
    try {
      while (!in.at_end()) {
        const std::uint8_t id = in.byte();
        in.bytes(in.u32());
        subsections.emplace_back(in.offset(), id);
      }
    } catch (const ModuleError&) {
      return false;
    }
    take(section.begin, "name section header");
    for (const auto& [end, id] : subsections) take(end, std::string(name_subsection(id)));
    return true;
  }

  ByteReader reader(const SectionInfo& section) const {
    return {module_.bytes.data(), section.begin, section.begin + section.size};
  }

  std::string function_name(std::uint32_t function) const {
    const std::string name = names_.name(function);
    const std::string index = fmt::format("func[{}]", function);
    return name == index ? index : index + " " + printable(name);
  }

  const Module& module_;
  FunctionNames names_;
  std::vector<Item> items_;
  std::uint32_t position_ = 0;
};

std::string format_sizes(std::vector<Item> items, std::uint64_t file_size, bool all) {
  std::ranges::sort(items, [](const Item& a, const Item& b) {
    return a.bytes != b.bytes ? a.bytes > b.bytes : a.name < b.name;
  });
  const std::size_t shown = all ? items.size() : std::min(items.size(), kShown);
  std::string out = fmt::format("{:>10} {:>7}  {}\n", "bytes", "share", "item");
  const auto line = [&](std::uint64_t bytes, const std::string& name) {
    out += fmt::format("{:>10} {:>6.2f}%  {}\n", bytes,
                       100 * static_cast<double>(bytes) / static_cast<double>(file_size), name);
  };
  std::uint64_t sum = 0, rest = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    sum += items[i].bytes;
    if (i < shown) {
      line(items[i].bytes, items[i].name);
    } else {
      rest += items[i].bytes;
    }
  }
  if (shown < items.size()) line(rest, fmt::format("... and {} more", items.size() - shown));
  line(sum, fmt::format("sum of {} items", items.size()));
  return out;
}

}  // namespace

int inspect_sizes(const std::string& path, bool all) {
  std::string out;
  try {
    const Module module = decode_module(load_module(path));
    out = format_sizes(Division(module).take_items(), module.bytes.size(), all);
  } catch (const ModuleError&) {
    throw_module_failure(path);
  }
  return print_output(out);
}

}  // namespace wasmjet::cli
