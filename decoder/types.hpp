#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wasmjet {

/// The shape of a value as far as storage is concerned (spec section 2.3, "Types").
enum class ValKind : std::uint8_t { i32, i64, f32, f64, v128, ref };

/// What a reference type refers to (spec 2.3.4). `bottom` is below all others: the type of a reference whose
/// type unreachable code leaves open. `type` is a type of the module, named by its index.
enum class HeapType : std::uint8_t {
  bottom,
  func,
  extern_,
  any,
  eq,
  i31,
  struct_,
  array,
  exn,
  none,
  nofunc,
  noextern,
  noexn,
  type,
};

/// A value type. Trivially copyable. Compares as it is written: two indices of equal types make different
/// value types here; see subtyping.hpp for the relations that look through indices.
class ValType {
 public:
  constexpr ValType() = default;
  constexpr ValType(ValKind kind) : code_(static_cast<std::uint32_t>(kind) + 1) {}
  static constexpr ValType reference(HeapType heap, bool nullable = true) {
    return ValType(kRef | static_cast<std::uint32_t>(heap) << kHeapShift | (nullable ? kNullable : 0));
  }
  /// A reference to a type of the module. `index` is below limits::kTypes.
  static constexpr ValType type_reference(std::uint32_t index, bool nullable) {
    return ValType(reference(HeapType::type, nullable).code_ | index << kIndexShift);
  }
  /// The type that code() tells.
  static constexpr ValType from_code(std::uint32_t code) { return ValType(code); }

  constexpr ValKind kind() const { return static_cast<ValKind>((code_ & kKindMask) - 1); }
  constexpr HeapType heap() const { return static_cast<HeapType>(code_ >> kHeapShift & 0xF); }
  /// Of HeapType::type.
  constexpr std::uint32_t type_index() const { return code_ >> kIndexShift; }
  constexpr bool is_ref() const { return (code_ & kKindMask) == kRef; }
  constexpr bool is_nullable() const { return (code_ & kNullable) != 0; }
  constexpr ValType as_nullable() const { return ValType(code_ | kNullable); }
  constexpr ValType as_non_null() const { return ValType(code_ & ~kNullable); }
  constexpr bool is_float() const { return kind() == ValKind::f32 || kind() == ValKind::f64; }
  /// True for i32, i64, f32 and f64 (spec: "number types").
  constexpr bool is_num() const { return kind() <= ValKind::f64; }
  /// Has a default value: all but references that cannot be null (spec 3.2.11).
  constexpr bool is_defaultable() const { return !is_ref() || is_nullable(); }
  /// The type in one word: bits 0 to 3 the kind plus 1 (so 0 is no type), 4 nullable, 5 to 8 the heap type,
  /// from 9 on the type index.
  constexpr std::uint32_t code() const { return code_; }

  friend constexpr bool operator==(ValType, ValType) = default;

 private:
  static constexpr std::uint32_t kKindMask = 0xF;
  static constexpr std::uint32_t kRef = static_cast<std::uint32_t>(ValKind::ref) + 1;
  static constexpr std::uint32_t kNullable = 0x10;
  static constexpr unsigned kHeapShift = 5;
  static constexpr unsigned kIndexShift = 9;

  constexpr explicit ValType(std::uint32_t code) : code_(code) {}
  std::uint32_t code_ = static_cast<std::uint32_t>(ValKind::i32) + 1;
};

inline constexpr ValType kI32{ValKind::i32};
inline constexpr ValType kI64{ValKind::i64};
inline constexpr ValType kF32{ValKind::f32};
inline constexpr ValType kF64{ValKind::f64};
inline constexpr ValType kV128{ValKind::v128};
inline constexpr ValType kFuncRef = ValType::reference(HeapType::func);
inline constexpr ValType kExternRef = ValType::reference(HeapType::extern_);

/// The spec's text name of a type: "i32", "funcref", "(ref null 3)", ...
std::string to_string(ValType type);

/// Parameters and results of a function (spec section 2.3.6).
struct FuncType {
  std::vector<ValType> params;
  std::vector<ValType> results;

  friend bool operator==(const FuncType&, const FuncType&) = default;
};

/// Text form "(i32, i64) -> (f32)".
std::string to_string(const FuncType& type);

/// A field of a structure or the element of an array (spec 2.3.8).
struct FieldType {
  enum class Packing : std::uint8_t { none, i8, i16 };
  ValType type;  ///< as it is on the operand stack: i32 if packed
  Packing packing = Packing::none;
  bool is_mutable = false;

  friend bool operator==(const FieldType&, const FieldType&) = default;
};

enum class TypeForm : std::uint8_t { func, struct_, array };

inline constexpr std::uint32_t kNoType = 0xFFFFFFFF;

/// What the type section says about a type, but for a function's parameters and results (Module::types).
struct TypeDef {
  TypeForm form = TypeForm::func;
  bool is_final = true;
  std::uint8_t depth = 0;         ///< number of its supertypes
  std::uint32_t super = kNoType;  ///< index of the declared supertype
  std::uint32_t group_begin = 0;  ///< its recursion group: the first index, and how many types
  std::uint32_t group_size = 1;
  /// Index of the first type of the module that is equal to this one (spec 3.1.1, "rolled" groups).
  std::uint32_t canonical = 0;
  std::vector<FieldType> fields;  ///< of a structure; an array has one: its element
};

/// Size bounds of a memory (in pages of 64 KiB) or table (in elements).
struct Limits {
  std::uint64_t min = 0;
  std::optional<std::uint64_t> max;
};

/// One page of linear memory, in bytes.
inline constexpr std::uint64_t kPageSize = 65536;

struct MemoryType {
  Limits limits;
  bool is_64 = false;  ///< addresses are i64
  bool is_shared = false;
  std::uint8_t page_size_log2 = 16;  ///< 0 or 16
};

struct TableType {
  ValType element;
  Limits limits;
  bool is_64 = false;  ///< indices are i64
};

struct GlobalType {
  ValType type;
  bool is_mutable = false;

  friend bool operator==(const GlobalType&, const GlobalType&) = default;
};

}  // namespace wasmjet
