#include <algorithm>
#include <numeric>

#include "decoder/limits.hpp"
#include "decoder/sections.hpp"

// Export and start sections.
namespace wasmjet::detail {

namespace {

std::size_t space_size(const Module& module, ExternKind kind) {
  switch (kind) {
    case ExternKind::function:
      return module.functions.size();
    case ExternKind::table:
      return module.tables.size();
    case ExternKind::memory:
      return module.memories.size();
    case ExternKind::tag:
      return module.tags.size();
    case ExternKind::global:
      break;
  }
  return module.globals.size();
}

Export decode_export(ByteReader& in, Module& module) {
  Export result;
  result.name = in.name();
  const std::size_t kind_at = in.offset();
  const std::uint8_t kind = in.byte();
  if (kind > 4) in.malformed(kind_at, "malformed export kind " + hex(kind));
  result.kind = static_cast<ExternKind>(kind);
  const std::size_t at = in.offset();
  result.index = in.u32();
  const std::size_t size = space_size(module, result.kind);
  if (result.index >= size) in.unknown(at, to_string(result.kind), result.index, size);
  if (result.kind == ExternKind::function) declare_function(module, result.index);
  return result;
}

/// Index of the first export whose name an earlier one has, or the number of exports. By sorting, because
/// a hash table's worst case would be at the mercy of the input.
std::size_t first_duplicate(const std::vector<Export>& exports) {
  std::vector<std::uint32_t> order(exports.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const int names = exports[a].name.compare(exports[b].name);
    return names != 0 ? names < 0 : a < b;
  });
  std::size_t duplicate = exports.size();
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (exports[order[i]].name == exports[order[i - 1]].name) {
      duplicate = std::min<std::size_t>(duplicate, order[i]);
    }
  }
  return duplicate;
}

}  // namespace

void decode_export_section(ByteReader& in, Module& module) {
  const std::uint32_t n = in.count("exports", limits::kExports);
  std::vector<std::size_t> offsets;
  module.exports.reserve(std::min<std::size_t>(n, in.remaining() / 3));
  offsets.reserve(std::min<std::size_t>(n, in.remaining() / 3));
  for (std::uint32_t i = 0; i < n; ++i) {
    offsets.push_back(in.offset());
    module.exports.push_back(decode_export(in, module));
  }
  const std::size_t duplicate = first_duplicate(module.exports);
  if (duplicate != module.exports.size()) {
    in.invalid(offsets[duplicate], "duplicate export name \"" + module.exports[duplicate].name + "\"");
  }
}

void decode_start_section(ByteReader& in, Module& module) {
  const std::size_t at = in.offset();
  const std::uint32_t function = decode_function_index(in, module);
  const FuncType& type = module.function_type(function);
  if (!type.params.empty() || !type.results.empty()) {
    in.invalid(at, "start function: its type must be () -> (), but is " + to_string(type));
  }
  module.start = function;
}

}  // namespace wasmjet::detail
