#include "decoder/names.hpp"

#include <algorithm>

#include "decoder/byte_reader.hpp"

namespace wasmjet {

std::string FunctionNames::name(std::uint32_t function) const {
  std::call_once(loaded_, [this] { load(); });
  const auto entry = std::lower_bound(entries_.begin(), entries_.end(), function,
                                      [](const Entry& e, std::uint32_t f) { return e.function < f; });
  if (entry == entries_.end() || entry->function != function) return "func[" + std::to_string(function) + "]";
  return std::string(entry->name);
}

void FunctionNames::load() const {
  constexpr std::uint8_t kFunctionNames = 1;
  const std::span<const std::uint8_t> section = module_.custom_section("name");
  try {
    ByteReader in(section.data(), 0, section.size());
    while (!in.at_end()) {
      const std::uint8_t id = in.byte();
      const std::span<const std::uint8_t> contents = in.bytes(in.u32());
      if (id != kFunctionNames) continue;
      ByteReader map(contents.data(), 0, contents.size());
      for (std::uint32_t n = map.u32(); n > 0; --n) {
        const std::uint32_t function = map.u32();
        entries_.push_back({function, map.name()});
      }
      break;
    }
  } catch (const ModuleError&) {
    entries_.clear();
  }
  // The indices must ascend; sorting makes the search sound where they do not. The first of equal ones
  // stands.
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    return a.function != b.function ? a.function < b.function : a.name.data() < b.name.data();
  });
}

}  // namespace wasmjet
