#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

namespace wasmjet::fuzz {

/// Fuzz bytes as a sequence of decisions. Behind the end all of them are 0, which always stands for the
/// simplest choice, so that a short input makes a small module.
class Choices {
 public:
  explicit Choices(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  bool exhausted() const { return bytes_.empty(); }
  std::uint8_t byte() {
    if (bytes_.empty()) return 0;
    const std::uint8_t first = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return first;
  }
  /// 0 <= result < bound. Precondition: 0 < bound <= 65536.
  std::uint32_t below(std::size_t bound) {
    std::uint32_t value = byte();
    if (bound > 256) value = value << 8 | byte();
    return static_cast<std::uint32_t>(value % bound);
  }
  /// True `numerator` times of 16.
  bool chance(unsigned numerator) { return byte() % 16 >= 16 - numerator; }
  std::uint64_t bits(unsigned bytes) {
    std::uint64_t value = 0;
    for (; bytes > 0; --bytes) value = value << 8 | byte();
    return value;
  }
  template <class T>
  const T& pick(const T* items, std::size_t count) {
    return items[below(count)];
  }
  template <class Container>
  auto pick(const Container& items) {
    return items[below(items.size())];
  }
  /// The next 1/`parts` of what is left, to be used apart: a change there moves nothing behind it.
  Choices split(std::size_t parts) {
    const std::size_t size = bytes_.size() / parts;
    const Choices part(bytes_.first(size));
    bytes_ = bytes_.subspan(size);
    return part;
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

}  // namespace wasmjet::fuzz
