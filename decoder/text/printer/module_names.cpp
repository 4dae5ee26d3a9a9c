#include "decoder/text/printer/module_names.hpp"

#include <algorithm>

#include "decoder/byte_reader.hpp"

namespace wasmjet::text {
namespace {

ByteReader reader_of(std::span<const std::uint8_t> bytes) { return {bytes.data(), 0, bytes.size()}; }

/// Passes over a map.
void skip_map(ByteReader& in) {
  for (std::uint32_t n = in.u32(); n > 0; --n) {
    in.u32();
    in.name();
  }
}

/// Indices must ascend; an entry that does not is left out.
NameMap read_map(std::span<const std::uint8_t> bytes) {
  NameMap map;
  ByteReader in = reader_of(bytes);
  for (std::uint32_t n = in.u32(); n > 0; --n) {
    const std::uint32_t index = in.u32();
    const std::string_view name = in.name();
    if (map.empty() || map.back().index < index) map.push_back({index, name});
  }
  return map;
}

constexpr bool is_nested(ModuleNames::Kind kind) {
  return kind == ModuleNames::Kind::local || kind == ModuleNames::Kind::label ||
         kind == ModuleNames::Kind::field;
}

}  // namespace

ModuleNames::ModuleNames(const Module& module) {
  const std::span<const std::uint8_t> section = module.custom_section("name");
  ByteReader in = reader_of(section);
  try {
    while (!in.at_end()) {
      const std::uint8_t id = in.byte();
      const std::span<const std::uint8_t> contents = in.bytes(in.u32());
      if (id < kKinds) read_subsection(static_cast<Kind>(id), contents);
    }
  } catch (const ModuleError&) {
    return;  // what was read up to here stands
  }
}

void ModuleNames::read_subsection(Kind kind, std::span<const std::uint8_t> contents) {
  const auto number = static_cast<std::size_t>(kind);
  ByteReader in = reader_of(contents);
  if (kind == Kind::module) {
    module_name_ = in.name();
  } else if (is_nested(kind)) {
    std::vector<InnerMap>& maps = inner_maps_[number];
    maps.clear();
    for (std::uint32_t n = in.u32(); n > 0; --n) {
      const std::uint32_t outer = in.u32();
      const std::size_t begin = in.offset();
      skip_map(in);
      if (!maps.empty() && maps.back().outer >= outer) continue;
      maps.push_back({outer, contents.subspan(begin, in.offset() - begin)});
    }
  } else {
    maps_[number] = read_map(contents);
  }
}

NameMap ModuleNames::inner_names(Kind kind, std::uint32_t outer) const {
  const std::vector<InnerMap>& maps = inner_maps_[static_cast<std::size_t>(kind)];
  const auto found = std::ranges::lower_bound(maps, outer, {}, &InnerMap::outer);
  if (found == maps.end() || found->outer != outer) return {};
  return read_map(found->bytes);  // has been read before, so it is in order
}

}  // namespace wasmjet::text
