#pragma once

/// What the handlers pass from one to the next in machine registers, and which operands are among it.

#include <bit>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "runtime/interpreter/side_table.hpp"

namespace wasmjet::interpreter {

/// A vector register; floats are its first lane, so that they move between handlers for nothing.
using Vector = float __attribute__((vector_size(16)));
using DoubleVector = double __attribute__((vector_size(16)));
using SlotVector = std::uint64_t __attribute__((vector_size(16)));

/// Where the topmost operands are. All below them lie in the frame, under `sp`. A handler exists once for
/// each of these states and knows by its own type what it finds, so most operands never go through memory.
enum class Cache : std::uint8_t {
  none,  ///< nothing in registers
  a,     ///< the topmost operand in `a`
  ab,    ///< the second in `a`, the topmost in `b`
  x,     ///< the topmost in `x`
  xa,    ///< the second in `x`, the topmost in `a`
  ax,    ///< the second in `a`, the topmost in `x`
};
inline constexpr std::size_t kCacheStates = 6;

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
[[gnu::always_inline]] inline T from_vector(Vector x) {
  if constexpr (std::is_same_v<T, float>) {
    return x[0];
  } else if constexpr (std::is_same_v<T, double>) {
    return reinterpret_cast<DoubleVector>(x)[0];
  } else {
    return from_slot<T>(reinterpret_cast<SlotVector>(x)[0]);
  }
}

[[gnu::always_inline]] inline Vector to_vector(float value) { return Vector{value, 0, 0, 0}; }
[[gnu::always_inline]] inline Vector to_vector(double value) {
  return reinterpret_cast<Vector>(DoubleVector{value, 0});
}

/// The state without its topmost operand.
consteval Cache popped(Cache cache) {
  switch (cache) {
    case Cache::ab:
    case Cache::ax:
      return Cache::a;
    case Cache::xa:
      return Cache::x;
    default:
      return Cache::none;
  }
}
consteval Cache popped(Cache cache, int operands) {
  for (; operands > 0; --operands) cache = popped(cache);
  return cache;
}

consteval bool top_is_vector(Cache cache) { return cache == Cache::x || cache == Cache::ax; }

/// The state with one more operand of type T; what does not fit goes to the frame.
template <class T>
consteval Cache pushed(Cache cache) {
  if (std::is_floating_point_v<T>) {
    return cache == Cache::none || cache == Cache::x || cache == Cache::ax ? Cache::x : Cache::ax;
  }
  switch (cache) {
    case Cache::none:
      return Cache::a;
    case Cache::x:
    case Cache::ax:
      return Cache::xa;
    default:
      return Cache::ab;
  }
}

/// Takes the topmost operand.
template <class T, Cache C>
[[gnu::always_inline]] inline T pop(Slot*& sp, Slot a, Slot b, Vector x) {
  if constexpr (C == Cache::none) {
    T value;
    std::memcpy(&value, --sp, sizeof value);
    return value;
  } else if constexpr (C == Cache::ab) {
    return from_slot<T>(b);
  } else if constexpr (top_is_vector(C)) {
    return from_vector<T>(x);
  } else {
    return from_slot<T>(a);
  }
}

[[gnu::always_inline]] inline void store_vector(Slot* place, Vector x) {
  std::memcpy(place, &x, sizeof(Slot));
}

/// Puts an operand on top.
template <Cache C, class T>
[[gnu::always_inline]] inline void push(Slot*& sp, Slot& a, Slot& b, Vector& x, T value) {
  constexpr bool kFloat = std::is_floating_point_v<T>;
  if constexpr (C == Cache::ab) {
    *sp++ = a;
    a = b;
  } else if constexpr (C == Cache::ax) {
    *sp++ = a;
    if constexpr (kFloat) store_vector(sp++, x);
  } else if constexpr (C == Cache::xa || (C == Cache::x && kFloat)) {
    store_vector(sp++, x);
  }
  if constexpr (kFloat) {
    x = to_vector(value);
  } else if constexpr (pushed<T>(C) == Cache::ab) {
    b = to_slot(value);
  } else {
    a = to_slot(value);
  }
}

/// Brings all operands to the frame.
template <Cache C>
[[gnu::always_inline]] inline void spill(Slot*& sp, Slot a, Slot b, Vector x) {
  if constexpr (C == Cache::xa || C == Cache::x) store_vector(sp++, x);
  if constexpr (C != Cache::none && C != Cache::x) *sp++ = a;
  if constexpr (C == Cache::ab) *sp++ = b;
  if constexpr (C == Cache::ax) store_vector(sp++, x);
}

}  // namespace wasmjet::interpreter
