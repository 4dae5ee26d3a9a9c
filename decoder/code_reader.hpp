#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "decoder/opcodes.hpp"
#include "decoder/type_codes.hpp"
#include "decoder/types.hpp"

namespace wasmjet {

/// Alignment exponent and static offset of a memory access (spec 5.4.6).
struct MemArg {
  std::uint32_t align_log2 = 0;
  std::uint32_t memory = 0;
  std::uint64_t offset = 0;
};

/// A block's type (spec 5.4.1): nothing, one result, or an index into the module's types.
struct BlockType {
  enum class Form : std::uint8_t { empty, result, type_index };
  Form form = Form::empty;
  ValType result;
  std::uint32_t type_index = 0;
};

/// br_on_cast and br_on_cast_fail (spec 5.4.1): from which type to which.
struct BrOnCast {
  std::uint32_t label = 0;
  ValType from;
  ValType to;
};

/// One clause of try_table (spec 5.4.1).
struct CatchClause {
  enum class Kind : std::uint8_t { catch_, catch_ref, catch_all, catch_all_ref };
  Kind kind = Kind::catch_;
  std::uint32_t tag = 0;
  std::uint32_t label = 0;

  constexpr bool has_tag() const { return kind == Kind::catch_ || kind == Kind::catch_ref; }
  constexpr bool has_reference() const { return kind == Kind::catch_ref || kind == Kind::catch_all_ref; }
};

/// Reads the instructions of a function body that the validator has accepted; so it checks nothing.
/// Used by the second and later visitors (compiler, interpreter, printer). Copyable: a copy is the way
/// to look ahead.
class CodeReader {
 public:
  explicit CodeReader(const std::uint8_t* position) : p_(position) {}

  const std::uint8_t* position() const { return p_; }

  Opcode opcode() {
    const std::uint8_t byte = *p_++;
    if (!detail::OpcodeByCode::is_prefix(byte)) [[likely]]
      return static_cast<Opcode>(kOpcodeByCode.plain[byte]);
    return static_cast<Opcode>(kOpcodeByCode.row(byte, u32()));
  }

  std::uint32_t u32() {
    const std::uint8_t first = *p_++;
    if (first < 0x80) [[likely]]
      return first;
    return static_cast<std::uint32_t>(rest(first & 0x7F));
  }
  std::uint64_t u64() {
    const std::uint8_t first = *p_++;
    if (first < 0x80) [[likely]]
      return first;
    return rest(first & 0x7F);
  }
  std::int32_t s32() { return static_cast<std::int32_t>(signed_value()); }
  std::int64_t s64() { return signed_value(); }
  std::uint8_t byte() { return *p_++; }
  std::uint32_t f32_bits() { return fixed<std::uint32_t>(); }
  std::uint64_t f64_bits() { return fixed<std::uint64_t>(); }

  MemArg memarg() {
    MemArg arg;
    arg.align_log2 = u32();
    if (arg.align_log2 & 0x40) {  // multiple memories: bit 6 announces a memory index
      arg.align_log2 &= ~0x40U;
      arg.memory = u32();
    }
    arg.offset = u64();
    return arg;
  }

  ValType val_type() {
    switch (*p_) {
      case kNullableReferenceCode:
      case kReferenceCode:
        return heap_type(*p_++ == kNullableReferenceCode);
      default:
        return *type_of_code(*p_++);
    }
  }

  /// A heap type, as a reference to it.
  ValType heap_type(bool nullable = true) {
    if ((*p_ & 0xC0) == 0x40) {  // a negative one-byte s33
      const ValType type = *type_of_code(*p_++);
      return nullable ? type : type.as_non_null();
    }
    return ValType::type_reference(static_cast<std::uint32_t>(signed_value()), nullable);
  }

  std::array<std::uint8_t, 16> vector_bytes() { return fixed<std::array<std::uint8_t, 16>>(); }

  BrOnCast br_on_cast() {
    BrOnCast cast;
    const std::uint8_t flags = byte();
    cast.label = u32();
    cast.from = heap_type((flags & 1) != 0);
    cast.to = heap_type((flags & 2) != 0);
    return cast;
  }

  CatchClause catch_clause() {
    CatchClause clause;
    clause.kind = static_cast<CatchClause::Kind>(byte());
    if (clause.has_tag()) clause.tag = u32();
    clause.label = u32();
    return clause;
  }

  /// Moves over what stands behind `op`: for visitors that skip code, unreachable code for instance.
  void skip_immediates(Opcode op);

  BlockType block_type() {
    BlockType type;
    if (*p_ == 0x40) {
      ++p_;
    } else if ((*p_ & 0xC0) == 0x40) {  // a negative one-byte s33: a value type
      type.form = BlockType::Form::result;
      type.result = val_type();
    } else {
      type.form = BlockType::Form::type_index;
      type.type_index = static_cast<std::uint32_t>(signed_value());
    }
    return type;
  }

 private:
  void skip_access_or_vector(Immediate immediate);
  std::uint64_t rest(std::uint64_t value) {
    for (unsigned shift = 7;; shift += 7) {
      const std::uint8_t byte = *p_++;
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
  }
  std::int64_t signed_value() {
    if (*p_ < 0x80) [[likely]]
      return static_cast<std::int8_t>(*p_++ << 1) >> 1;
    std::uint64_t value = 0;
    unsigned shift = 0;
    std::uint8_t byte = 0;
    do {
      byte = *p_++;
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      shift += 7;
    } while (byte >= 0x80);
    if (shift < 64 && (byte & 0x40) != 0) value |= ~std::uint64_t{0} << shift;
    return static_cast<std::int64_t>(value);
  }
  template <class T>
  T fixed() {
    T value;
    std::memcpy(&value, p_, sizeof value);
    p_ += sizeof value;
    return value;
  }

  const std::uint8_t* p_;
};

inline void CodeReader::skip_immediates(Opcode op) {
  switch (info(op).immediate) {
    case Immediate::none:
      return;
    case Immediate::block_type:
      block_type();
      return;
    case Immediate::br_table:
      for (std::uint64_t labels = std::uint64_t{u32()} + 1; labels > 0; --labels) u32();
      return;
    case Immediate::select_types:
      for (std::uint32_t types = u32(); types > 0; --types) val_type();
      return;
    case Immediate::heap_type:
      heap_type();
      return;
    case Immediate::br_on_cast:
      br_on_cast();
      return;
    case Immediate::try_table:
      block_type();
      for (std::uint32_t clauses = u32(); clauses > 0; --clauses) catch_clause();
      return;
    case Immediate::label:
    case Immediate::function:
    case Immediate::local:
    case Immediate::global:
    case Immediate::table:
    case Immediate::elem:
    case Immediate::memory:
    case Immediate::data:
    case Immediate::type:
    case Immediate::tag:
      u32();
      return;
    case Immediate::call_indirect:
    case Immediate::table_init:
    case Immediate::table_copy:
    case Immediate::memory_init:
    case Immediate::memory_copy:
    case Immediate::field:
    case Immediate::array_fixed:
    case Immediate::array_data:
    case Immediate::array_elem:
    case Immediate::array_copy:
      u32();
      u32();
      return;
    case Immediate::i32:
      s32();
      return;
    case Immediate::i64:
      s64();
      return;
    case Immediate::f32:
      f32_bits();
      return;
    case Immediate::f64:
      f64_bits();
      return;
    default:
      skip_access_or_vector(info(op).immediate);
  }
}

inline void CodeReader::skip_access_or_vector(Immediate immediate) {
  switch (immediate) {
    case Immediate::memarg1:
    case Immediate::memarg2:
    case Immediate::memarg4:
    case Immediate::memarg8:
    case Immediate::memarg16:
      memarg();
      return;
    case Immediate::memarg1_lane:
    case Immediate::memarg2_lane:
    case Immediate::memarg4_lane:
    case Immediate::memarg8_lane:
      memarg();
      byte();
      return;
    case Immediate::lane2:
    case Immediate::lane4:
    case Immediate::lane8:
    case Immediate::lane16:
    case Immediate::zero_byte:
      byte();
      return;
    case Immediate::shuffle:
    case Immediate::v128:
      vector_bytes();
      return;
    default:
      return;
  }
}

}  // namespace wasmjet
