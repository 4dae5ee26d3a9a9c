#pragma once

/// What the handlers of run.cpp are made of.

#include <bit>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "decoder/opcodes.hpp"
#include "decoder/type_codes.hpp"
#include "runtime/instance.hpp"
#include "runtime/interpreter/code.hpp"
#include "runtime/numeric.hpp"

namespace wasmjet::interpreter {

template <class T>
[[gnu::always_inline]] inline T from_slot(Slot slot) {
  if constexpr (sizeof(T) == 4) {
    return std::bit_cast<T>(static_cast<std::uint32_t>(slot));
  } else {
    return std::bit_cast<T>(slot);
  }
}

template <class T>
[[gnu::always_inline]] inline Slot to_slot(T value) {
  if constexpr (sizeof(T) == 4) {
    return std::bit_cast<std::uint32_t>(value);
  } else {
    return std::bit_cast<std::uint64_t>(value);
  }
}

template <class T>
[[gnu::always_inline]] inline TrapCode put(Slot& place, T value) {
  place = to_slot(value);
  return TrapCode::none;
}
template <class T>
[[gnu::always_inline]] inline TrapCode put(Slot& place, numeric::Checked<T> result) {
  place = to_slot(result.value);
  return result.trap;
}

/// Applies a function of runtime/numeric.hpp, given with its type, to the topmost operands.
template <class Result, class A, Result (*kFunction)(A)>
[[gnu::always_inline]] inline TrapCode apply(Slot*& sp) {
  return put(sp[-1], kFunction(from_slot<A>(sp[-1])));
}
template <class Result, class A, class B, Result (*kFunction)(A, B)>
[[gnu::always_inline]] inline TrapCode apply(Slot*& sp) {
  --sp;
  return put(sp[-1], kFunction(from_slot<A>(sp[-1]), from_slot<B>(sp[0])));
}

template <auto kFunction>
struct Numeric;
template <class Result, class A, Result (*kFunction)(A)>
struct Numeric<kFunction> {
  [[gnu::always_inline]] static TrapCode run(Slot*& sp) { return apply<Result, A, kFunction>(sp); }
};
template <class Result, class A, class B, Result (*kFunction)(A, B)>
struct Numeric<kFunction> {
  [[gnu::always_inline]] static TrapCode run(Slot*& sp) { return apply<Result, A, B, kFunction>(sp); }
};

/// An unsigned LEB128 integer of validated code.
[[gnu::always_inline]] inline std::uint64_t unsigned_leb(const std::uint8_t*& p) {
  std::uint64_t value = *p++;
  if (value < 0x80) [[likely]]
    return value;
  value &= 0x7F;
  for (unsigned shift = 7;; shift += 7) {
    const std::uint8_t byte = *p++;
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
}
[[gnu::always_inline]] inline std::uint32_t index_leb(const std::uint8_t*& p) {
  return static_cast<std::uint32_t>(unsigned_leb(p));
}
[[gnu::always_inline]] inline std::int64_t signed_leb(const std::uint8_t*& p) {
  std::uint64_t value = *p++;
  if (value < 0x80) [[likely]]
    return static_cast<std::int64_t>(value << 57) >> 57;
  value &= 0x7F;
  unsigned shift = 7;
  std::uint8_t byte = 0;
  do {
    byte = *p++;
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    shift += 7;
  } while (byte >= 0x80);
  if (shift < 64 && (byte & 0x40) != 0) value |= ~std::uint64_t{0} << shift;
  return static_cast<std::int64_t>(value);
}

/// A value type, a type index or nothing (spec 5.4.1). The one-byte forms are integers too; behind the codes
/// of `(ref …)` stands a heap type.
[[gnu::always_inline]] inline void skip_block_type(const std::uint8_t*& p) {
  const std::uint8_t first = *p;
  signed_leb(p);
  if (first == kReferenceCode || first == kNullableReferenceCode) signed_leb(p);
}

/// Reads alignment, memory index (0, if it is there) and offset; the place of an access of `size` bytes, or
/// null if it is out of bounds.
[[gnu::always_inline]] inline std::uint8_t* access(const std::uint8_t*& p, const MemoryRecord& memory,
                                                   Slot address, std::size_t size) {
  constexpr std::uint64_t kHasMemoryIndex = 0x40;
  if ((unsigned_leb(p) & kHasMemoryIndex) != 0) [[unlikely]]
    unsigned_leb(p);
  const std::uint64_t first = unsigned_leb(p) + static_cast<std::uint32_t>(address);
  if (first + size > memory.byte_size) [[unlikely]]
    return nullptr;
  return memory.base + first;
}

template <class T>
T& at(VmContext* context, std::uint32_t offset) {
  return *reinterpret_cast<T*>(reinterpret_cast<std::uint8_t*>(context) + offset);
}
inline Value& global(const Function* function, VmContext* context, std::uint32_t index) {
  const VmLayout& layout = function->owner->layout();
  return layout.is_imported_global(index) ? *at<Value*>(context, layout.global_pointer(index))
                                          : at<Value>(context, layout.global_value(index));
}
inline TableRecord& table(const Function* function, VmContext* context, std::uint32_t index) {
  const VmLayout& layout = function->owner->layout();
  return layout.is_imported_table(index) ? *at<TableRecord*>(context, layout.table_pointer(index))
                                         : at<TableRecord>(context, layout.table_record(index));
}

}  // namespace wasmjet::interpreter
