#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wasmjet {

/// The shape of a value as far as storage is concerned (spec section 2.3, "Types").
enum class ValKind : std::uint8_t { i32, i64, f32, f64, v128, ref };

/// What a reference type refers to. Only the two heap types of WebAssembly 2.0 so far.
enum class HeapType : std::uint8_t { none, func, extern_ };

/// A value type. Trivially copyable, compares by value.
class ValType {
 public:
  constexpr ValType() = default;
  constexpr ValType(ValKind kind) : kind_(kind) {}
  static constexpr ValType reference(HeapType heap) { return ValType{ValKind::ref, heap}; }

  constexpr ValKind kind() const { return kind_; }
  constexpr HeapType heap() const { return heap_; }
  constexpr bool is_ref() const { return kind_ == ValKind::ref; }
  constexpr bool is_float() const { return kind_ == ValKind::f32 || kind_ == ValKind::f64; }
  /// True for i32, i64, f32 and f64 (spec: "number types").
  constexpr bool is_num() const { return kind_ <= ValKind::f64; }

  friend constexpr bool operator==(ValType, ValType) = default;

 private:
  constexpr ValType(ValKind kind, HeapType heap) : kind_(kind), heap_(heap) {}
  ValKind kind_ = ValKind::i32;
  HeapType heap_ = HeapType::none;
};

inline constexpr ValType kI32{ValKind::i32};
inline constexpr ValType kI64{ValKind::i64};
inline constexpr ValType kF32{ValKind::f32};
inline constexpr ValType kF64{ValKind::f64};
inline constexpr ValType kV128{ValKind::v128};
inline constexpr ValType kFuncRef = ValType::reference(HeapType::func);
inline constexpr ValType kExternRef = ValType::reference(HeapType::extern_);

/// The spec's text name of a type: "i32", "funcref", ...
std::string to_string(ValType type);

/// Parameters and results of a function (spec section 2.3.6).
struct FuncType {
  std::vector<ValType> params;
  std::vector<ValType> results;

  friend bool operator==(const FuncType&, const FuncType&) = default;
};

/// Text form "(i32, i64) -> (f32)".
std::string to_string(const FuncType& type);

/// Size bounds of a memory (in pages of 64 KiB) or table (in elements).
struct Limits {
  std::uint64_t min = 0;
  std::optional<std::uint64_t> max;
};

/// One page of linear memory, in bytes.
inline constexpr std::uint64_t kPageSize = 65536;

struct MemoryType {
  Limits limits;
};

struct TableType {
  ValType element;
  Limits limits;
};

struct GlobalType {
  ValType type;
  bool is_mutable = false;

  friend bool operator==(const GlobalType&, const GlobalType&) = default;
};

}  // namespace wasmjet
