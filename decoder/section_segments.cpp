#include <algorithm>

#include "decoder/limits.hpp"
#include "decoder/sections.hpp"
#include "decoder/subtyping.hpp"

// Element, data count, code and data sections.
namespace wasmjet::detail {

namespace {

/// Flag bits of an element segment (spec 5.5.12).
constexpr std::uint32_t kNotActive = 1;
constexpr std::uint32_t kExplicit = 2;  // active: a table index; else: declarative
constexpr std::uint32_t kExpressions = 4;

void decode_active_element(ByteReader& in, Module& module, std::uint32_t flags, ElementSegment& segment) {
  const std::size_t at = in.offset();
  segment.table = (flags & kExplicit) != 0 ? in.u32() : 0;
  if (segment.table >= module.tables.size()) in.unknown(at, "table", segment.table, module.tables.size());
  segment.offset = decode_const_expr(in, module, module.tables[segment.table].is_64 ? kI64 : kI32);
}

ValType decode_element_type(ByteReader& in, std::uint32_t flags) {
  constexpr ValType kFunction = ValType::reference(HeapType::func, false);
  const bool expressions = (flags & kExpressions) != 0;
  if ((flags & (kNotActive | kExplicit)) == 0) return expressions ? kFuncRef : kFunction;
  if (expressions) return in.ref_type();
  const std::size_t at = in.offset();
  const std::uint8_t kind = in.byte();
  if (kind != 0) in.malformed(at, "malformed element kind " + hex(kind));
  return kFunction;
}

/// `left` is what remains of the module's limit.
void decode_items(ByteReader& in, Module& module, std::uint32_t flags, std::uint32_t& left,
                  ElementSegment& segment) {
  const bool expressions = (flags & kExpressions) != 0;
  const std::uint32_t n = in.count("elements", left, expressions ? 2 : 1);
  left -= n;
  segment.items.reserve(n);
  for (std::uint32_t i = 0; i < n; ++i) {
    if (expressions) {
      segment.items.push_back(decode_const_expr(in, module, segment.type));
    } else {
      const std::uint32_t function = decode_function_index(in, module);
      declare_function(module, function);
      segment.items.push_back({ConstExpr::Kind::ref_func, kFuncRef, 0, function});
    }
  }
}

ElementSegment decode_element(ByteReader& in, Module& module, std::uint32_t& left) {
  const std::size_t at = in.offset();
  const std::uint32_t flags = in.u32();
  if (flags > 7) in.malformed(at, "malformed elements segment kind " + std::to_string(flags));
  ElementSegment segment;
  if ((flags & kNotActive) == 0) {
    segment.mode = SegmentMode::active;
    decode_active_element(in, module, flags, segment);
  } else if ((flags & kExplicit) != 0) {
    segment.mode = SegmentMode::declarative;
  }
  segment.type = decode_element_type(in, flags);
  decode_items(in, module, flags, left, segment);
  if (segment.mode == SegmentMode::active &&
      !is_subtype(module, segment.type, module.tables[segment.table].element)) {
    in.invalid(at, "type mismatch: a segment of " + to_string(segment.type) + " for a table of " +
                       to_string(module.tables[segment.table].element));
  }
  return segment;
}

DataSegment decode_data(ByteReader& in, Module& module) {
  const std::size_t at = in.offset();
  const std::uint32_t flags = in.u32();
  if (flags > 2) in.malformed(at, "malformed data segment kind " + std::to_string(flags));
  DataSegment segment;
  if (flags != 1) {
    segment.mode = SegmentMode::active;
    const std::size_t memory_at = in.offset();
    segment.memory = flags == 2 ? in.u32() : 0;
    if (segment.memory >= module.memories.size()) {
      in.unknown(memory_at, "memory", segment.memory, module.memories.size());
    }
    segment.offset = decode_const_expr(in, module, module.memories[segment.memory].is_64 ? kI64 : kI32);
  }
  segment.size = in.u32();
  segment.begin = static_cast<std::uint32_t>(in.offset());
  in.bytes(segment.size);
  return segment;
}

}  // namespace

void decode_element_section(ByteReader& in, Module& module) {
  const std::uint32_t n = in.count("element segments", limits::kElementSegments);
  module.elements.reserve(std::min<std::size_t>(n, in.remaining() / 3));
  std::uint32_t left = limits::kElementItems;
  for (std::uint32_t i = 0; i < n; ++i) module.elements.push_back(decode_element(in, module, left));
}

void decode_data_count_section(ByteReader& in, Module& module) {
  const std::size_t at = in.offset();
  const std::uint32_t n = in.u32();
  if (n > limits::kDataSegments) in.unsupported(at, std::to_string(n) + " data segments");
  module.data_count = n;
}

void decode_code_section(ByteReader& in, Module& module) {
  const std::size_t at = in.offset();
  const std::uint32_t n = in.u32();
  const std::size_t declared = module.functions.size() - module.imported_functions;
  if (n != declared) {
    in.malformed(at, "function and code section have inconsistent lengths: " + std::to_string(declared) +
                         " and " + std::to_string(n));
  }
  module.bodies.reserve(std::min<std::size_t>(n, in.remaining() / 2));
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::size_t size_at = in.offset();
    const std::uint32_t size = in.u32();
    const std::size_t begin = in.offset();
    if (size > in.remaining()) in.fail_end();
    if (size > limits::kFunctionSize) {
      in.unsupported(size_at, "a function of " + std::to_string(size) + " bytes, the limit is " +
                                  std::to_string(limits::kFunctionSize));
    }
    in.bytes(size);
    module.bodies.push_back({static_cast<std::uint32_t>(begin), size});
  }
}

void decode_data_section(ByteReader& in, Module& module) {
  const std::size_t at = in.offset();
  const std::uint32_t n = in.count("data segments", limits::kDataSegments);
  if (module.data_count && *module.data_count != n) {
    in.malformed(at, "data count and data section have inconsistent lengths: " +
                         std::to_string(*module.data_count) + " and " + std::to_string(n));
  }
  module.data.reserve(std::min<std::size_t>(n, in.remaining() / 2));
  for (std::uint32_t i = 0; i < n; ++i) module.data.push_back(decode_data(in, module));
}

}  // namespace wasmjet::detail
