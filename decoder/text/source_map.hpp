#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace wasmjet::text {

/// From this byte of the binary on, the text at offset `text` is meant.
struct SourceRow {
  std::size_t binary = 0;
  std::uint32_t text = 0;
};

/// Where in the text the parts of an assembled module come from: rows in the order of the binary.
using SourceMap = std::vector<SourceRow>;

/// Nothing for what stands before the first row.
inline std::optional<std::uint32_t> find_source(const SourceMap& map, std::size_t binary) {
  const auto behind = std::ranges::upper_bound(map, binary, {}, &SourceRow::binary);
  if (behind == map.begin()) return std::nullopt;
  return std::prev(behind)->text;
}

}  // namespace wasmjet::text
