#pragma once

#include <cstdint>

namespace wasmjet {

/// An untyped value in memory, as trampolines and host functions exchange it. 16 bytes, so that a
/// vector fits; smaller values stand in the low bytes, the others are unspecified.
/// Function references are FuncRef*, external references opaque pointers; null is nullptr for both.
union alignas(16) Value {
  std::int32_t i32;
  std::int64_t i64;
  std::uint32_t u32;
  std::uint64_t u64;
  float f32;
  double f64;
  void* ref;
  std::uint8_t v128[16];
};
static_assert(sizeof(Value) == 16);

}  // namespace wasmjet
