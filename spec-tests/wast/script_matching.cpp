#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstring>

#include "decoder/subtyping.hpp"
#include "spec-tests/wast/script_errors.hpp"
#include "spec-tests/wast/script_values.hpp"

namespace wasmjet::wast {
namespace {

/// The lane `index` of a number or vector; on hosts of either byte order little-endian, as linear memory is.
std::uint64_t lane_of(const Value& value, std::size_t index, unsigned bits) {
  std::uint64_t lane = 0;
  std::memcpy(&lane, value.v128 + index * (bits / 8), bits / 8);
  return lane;
}

bool matches_lane(const LanePattern& pattern, std::uint64_t actual, unsigned bits) {
  if (pattern.kind == LanePattern::Kind::exact) return pattern.bits == actual;
  const std::uint64_t quiet_nan = bits == 64 ? 0x7FF8000000000000 : 0x7FC00000;
  const std::uint64_t magnitude = actual & ~(std::uint64_t{1} << (bits - 1));
  if (pattern.kind == LanePattern::Kind::canonical_nan) return magnitude == quiet_nan;
  return (magnitude & quiet_nan) == quiet_nan;
}

bool matches_lanes(const Pattern& pattern, const TypedValue& actual) {
  if (pattern.type != actual.type) return false;
  for (std::size_t i = 0; i < pattern.lanes.size(); ++i) {
    const std::uint64_t lane = lane_of(actual.value, i, pattern.lane_bits);
    if (!matches_lane(pattern.lanes[i], lane, pattern.lane_bits)) return false;
  }
  return true;
}

/// The hierarchy of references that a heap type belongs to (spec 3.3.3), by its top. What a module's own
/// type is, is not known here: it belongs to each.
bool share_hierarchy(ValType a, ValType b) {
  if (a.heap() == HeapType::type || b.heap() == HeapType::type) return true;
  return top_of_heap(a.heap()) == top_of_heap(b.heap());
}

/// A reference that is not null, by its static type: the runtime does not tell what an object is.
bool matches_object(HeapType wanted, ValType actual) {
  if (!share_hierarchy(ValType::reference(wanted), actual)) return false;
  switch (wanted) {
    case HeapType::func:
    case HeapType::extern_:
    case HeapType::exn:
    case HeapType::any:
      return true;
    default:
      if (actual.heap() == wanted) return true;
      throw Unsupported("garbage collection: what a " + to_string(actual) + " refers to");
  }
}

}  // namespace

bool fits(const TypedValue& argument, ValType parameter) {
  if (!argument.type.is_ref() || !parameter.is_ref()) return argument.type == parameter;
  if (argument.value.ref == nullptr) {
    return parameter.is_nullable() && share_hierarchy(argument.type, parameter);
  }
  return argument.type.heap() == parameter.heap();
}

bool matches(const Pattern& pattern, const TypedValue& actual) {
  const bool is_null = actual.type.is_ref() && actual.value.ref == nullptr;
  switch (pattern.kind) {
    case Pattern::Kind::lanes:
      return matches_lanes(pattern, actual);
    case Pattern::Kind::any_null:
      return is_null;
    case Pattern::Kind::null:
      return is_null && share_hierarchy(pattern.type, actual.type);
    case Pattern::Kind::host:
      return actual.type.is_ref() && share_hierarchy(pattern.type, actual.type) &&
             pattern.value.ref == actual.value.ref;
    case Pattern::Kind::reference:
      return actual.type.is_ref() && !is_null && matches_object(pattern.type.heap(), actual.type);
    case Pattern::Kind::either:
      break;
  }
  return std::ranges::any_of(pattern.alternatives,
                             [&](const Pattern& alternative) { return matches(alternative, actual); });
}

std::string describe(const TypedValue& value) {
  char number[64];
  switch (value.type.kind()) {
    case ValKind::i32:
      return "(i32.const " + std::to_string(value.value.i32) + ")";
    case ValKind::i64:
      return "(i64.const " + std::to_string(value.value.i64) + ")";
    case ValKind::f32:
      std::snprintf(number, sizeof number, "(f32.const %.9g ;; 0x%08x)", static_cast<double>(value.value.f32),
                    value.value.u32);
      return number;
    case ValKind::f64:
      std::snprintf(number, sizeof number, "(f64.const %.17g ;; 0x%016llx)", value.value.f64,
                    static_cast<unsigned long long>(value.value.u64));
      return number;
    case ValKind::v128:
      std::snprintf(number, sizeof number, "(v128.const i64x2 0x%016llx 0x%016llx)",
                    static_cast<unsigned long long>(lane_of(value.value, 0, 64)),
                    static_cast<unsigned long long>(lane_of(value.value, 1, 64)));
      return number;
    case ValKind::ref:
      break;
  }
  if (value.value.ref == nullptr) return "(ref.null)";
  if (value.type.heap() == HeapType::extern_) {
    return "(ref.extern " + std::to_string(std::bit_cast<std::uintptr_t>(value.value.ref) - 1) + ")";
  }
  return value.type.heap() == HeapType::func ? "(ref.func)" : "(a " + to_string(value.type) + ")";
}

}  // namespace wasmjet::wast
