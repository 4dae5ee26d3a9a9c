#include "decoder/text/printer/identifiers.hpp"

#include <algorithm>

#include "decoder/text/lexer.hpp"

namespace wasmjet::text {
namespace {

constexpr std::size_t kLongestName = 4096;

std::uint32_t size_of(const auto& container) { return static_cast<std::uint32_t>(container.size()); }

}  // namespace

std::string identifier_of(std::string_view name) {
  if (name.empty() || name.size() > kLongestName) return {};
  std::string text = "$";
  if (std::ranges::all_of(name, is_id_character)) return text.append(name);
  TextOutput out([&text](std::string_view piece) { text += piece; });
  out.put_name(name);
  out.flush();
  return text;
}

IdentifierSpace::IdentifierSpace(NameMap names, std::uint32_t size) {
  std::erase_if(names, [size](const NameEntry& entry) {
    return entry.index >= size || entry.name.empty() || entry.name.size() > kLongestName;
  });
  // Sorted by name, equal ones stand together and can be looked up.
  std::ranges::sort(names, [](const NameEntry& a, const NameEntry& b) {
    return a.name != b.name ? a.name < b.name : a.index < b.index;
  });
  std::string_view previous;
  for (const NameEntry& entry : names) {
    std::string name(entry.name);
    if (entry.name == previous) {
      name += '#';
      name += std::to_string(entry.index);
      // No two of these are equal: the number is that of the index.
      while (std::ranges::binary_search(names, std::string_view(name), {}, &NameEntry::name)) name += '_';
    }
    previous = entry.name;
    if (std::string text = identifier_of(name); !text.empty())
      entries_.push_back({entry.index, std::move(text)});
  }
  std::ranges::sort(entries_, {}, &Entry::index);
}

std::string_view IdentifierSpace::find(std::uint32_t index) const {
  const auto found = std::ranges::lower_bound(entries_, index, {}, &Entry::index);
  if (found == entries_.end() || found->index != index) return {};
  return found->text;
}

void put_index(TextOutput& out, const IdentifierSpace& space, std::uint32_t index) {
  const std::string_view identifier = space.find(index);
  if (identifier.empty()) {
    out << index;
  } else {
    out << identifier;
  }
}

void put_definition(TextOutput& out, const IdentifierSpace& space, std::uint32_t index) {
  if (const std::string_view identifier = space.find(index); !identifier.empty()) out << " " << identifier;
  out << " (;" << index << ";)";
}

Identifiers::Identifiers(const Module& module, const ModuleNames& names) {
  using Kind = ModuleNames::Kind;
  const auto space = [&names](Kind kind, std::uint32_t size) {
    return IdentifierSpace(names.names(kind), size);
  };
  types = space(Kind::type, size_of(module.types));
  functions = space(Kind::function, size_of(module.functions));
  tables = space(Kind::table, size_of(module.tables));
  memories = space(Kind::memory, size_of(module.memories));
  globals = space(Kind::global, size_of(module.globals));
  tags = space(Kind::tag, size_of(module.tags));
  elements = space(Kind::element, size_of(module.elements));
  data = space(Kind::data, size_of(module.data));
  for (std::uint32_t type = 0; type < module.types.size(); ++type) {
    if (module.type_defs[type].form != TypeForm::struct_) continue;
    NameMap map = names.inner_names(Kind::field, type);
    if (!map.empty())
      fields.emplace(type, IdentifierSpace(std::move(map), size_of(module.type_defs[type].fields)));
  }
}

void Identifiers::enter_function(const Module& module, const ModuleNames& names, std::uint32_t function) {
  using Kind = ModuleNames::Kind;
  locals = IdentifierSpace(names.inner_names(Kind::local, function), UINT32_MAX);
  // A label takes two bytes at least.
  labels = IdentifierSpace(names.inner_names(Kind::label, function), module.body(function).size);
}

const IdentifierSpace& Identifiers::fields_of(std::uint32_t type) const {
  static const IdentifierSpace kNone;
  const auto found = fields.find(type);
  return found == fields.end() ? kNone : found->second;
}

}  // namespace wasmjet::text
