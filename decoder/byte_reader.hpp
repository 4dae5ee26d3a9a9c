#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "decoder/error.hpp"
#include "decoder/leb128.hpp"
#include "decoder/types.hpp"

namespace wasmjet {

/// Reads bytes that nobody has checked yet. Every read is bounds-checked; what is not in the grammar throws
/// ModuleError{malformed} with the offset of the first wrong byte.
class ByteReader {
 public:
  /// Reads `base[begin, end)`; offsets count from `base`, the start of the module.
  ByteReader(const std::uint8_t* base, std::size_t begin, std::size_t end)
      : base_(base), p_(base + begin), end_(base + end) {}

  const std::uint8_t* position() const { return p_; }
  const std::uint8_t* end() const { return end_; }
  void seek(const std::uint8_t* position) { p_ = position; }
  std::size_t offset() const { return offset_of(p_); }
  std::size_t offset_of(const std::uint8_t* position) const {
    return static_cast<std::size_t>(position - base_);
  }
  std::size_t remaining() const { return static_cast<std::size_t>(end_ - p_); }
  bool at_end() const { return p_ == end_; }

  std::uint8_t byte() {
    if (p_ == end_) [[unlikely]]
      fail_end();
    return *p_++;
  }
  std::uint8_t peek() const {
    if (p_ == end_) [[unlikely]]
      fail_end();
    return *p_;
  }
  std::uint32_t u32() {
    if (remaining() >= 2) [[likely]] {  // almost all have one or two bytes
      const std::uint32_t first = p_[0];
      if (first < 0x80) {
        ++p_;
        return first;
      }
      const std::uint32_t second = p_[1];
      if (second < 0x80) {
        p_ += 2;
        return (first & 0x7F) | second << 7;
      }
    }
    return leb<std::uint32_t>();
  }
  std::uint64_t u64() {
    if (p_ != end_ && *p_ < 0x80) [[likely]]
      return *p_++;
    return leb<std::uint64_t>();
  }
  std::int32_t s32() { return leb<std::int32_t>(); }
  std::int64_t s64() { return leb<std::int64_t>(); }
  std::int64_t s33() { return leb<std::int64_t, 33>(); }
  std::uint32_t f32_bits() { return fixed<std::uint32_t>(); }
  std::uint64_t f64_bits() { return fixed<std::uint64_t>(); }

  /// Number of elements of a vector (spec 5.1.3) whose elements take at least `min_bytes` each. A count that
  /// the remaining bytes cannot hold is malformed at once, one above `limit` is unsupported.
  std::uint32_t count(std::string_view what, std::uint32_t limit, std::size_t min_bytes = 1);
  std::span<const std::uint8_t> bytes(std::size_t size);
  /// A name (spec 5.2.4); the view lives as long as the module's bytes.
  std::string_view name();

  ValType val_type();
  ValType ref_type();
  /// A heap type (spec 5.3.4), as a reference to it.
  ValType heap_type(bool nullable = true);
  /// A value type if the next byte begins one.
  std::optional<ValType> try_val_type();
  /// How many types there are that heap types may name: a greater index is invalid.
  void set_type_count(std::size_t count) { type_count_ = static_cast<std::uint32_t>(count); }

  [[noreturn]] void fail(ModuleErrorKind kind, std::size_t at, const std::string& reason) const {
    throw ModuleError(kind, at, reason);
  }
  [[noreturn]] void malformed(std::size_t at, const std::string& reason) const {
    fail(ModuleErrorKind::malformed, at, reason);
  }
  [[noreturn]] void invalid(std::size_t at, const std::string& reason) const {
    fail(ModuleErrorKind::invalid, at, reason);
  }
  [[noreturn]] void unsupported(std::size_t at, const std::string& reason) const {
    fail(ModuleErrorKind::unsupported, at, reason);
  }
  [[noreturn]] void fail_end() const;
  /// An index beyond its index space: "unknown WHAT INDEX".
  [[noreturn]] void unknown(std::size_t at, std::string_view what, std::uint32_t index,
                            std::size_t size) const;

 private:
  template <class T, unsigned kBits = sizeof(T) * 8>
  T leb() {
    const auto result = read_leb128<T, kBits>(p_, end_);
    if (result.error != LebError::none) [[unlikely]]
      fail_leb(result.error, result.position, kBits);
    p_ = result.position;
    return result.value;
  }
  template <class T>
  T fixed() {
    if (remaining() < sizeof(T)) [[unlikely]]
      fail_end();
    T value;
    std::memcpy(&value, p_, sizeof value);
    p_ += sizeof value;
    return value;
  }
  [[noreturn]] void fail_leb(LebError error, const std::uint8_t* at, unsigned bits) const;

  const std::uint8_t* base_;
  const std::uint8_t* p_;
  const std::uint8_t* end_;
  std::uint32_t type_count_ = 0;
};

/// "0x2a", for error messages.
std::string hex(std::uint64_t value);
/// "2a", as the spec testsuite names opcodes.
std::string bare_hex(std::uint64_t value);

}  // namespace wasmjet
