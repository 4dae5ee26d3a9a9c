#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "runtime/value.hpp"

namespace wasmjet {

/// The values of a call: a range of fixed size that can be read like a std::vector. Few, as nearly all
/// functions have them, stand in the object itself; more are allocated.
class Values {
 public:
  Values() = default;
  /// `size` values: a copy of `first`, which are no more, and zeros.
  Values(std::span<const Value> first, std::size_t size) : size_(size) {
    if (size > kFew) [[unlikely]]
      many_.resize(size);
    Value* const all = data();
    for (std::size_t i = 0; i < size; ++i) all[i] = i < first.size() ? first[i] : Value{.v128 = {}};
  }
  // Moves are copies: no size is left behind of values that have gone.
  Values(const Values&) = default;
  Values& operator=(const Values&) = default;
  ~Values() = default;

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  Value* data() { return many_.empty() ? few_ : many_.data(); }
  const Value* data() const { return many_.empty() ? few_ : many_.data(); }
  Value* begin() { return data(); }
  Value* end() { return data() + size_; }
  const Value* begin() const { return data(); }
  const Value* end() const { return data() + size_; }
  Value& operator[](std::size_t i) { return data()[i]; }
  const Value& operator[](std::size_t i) const { return data()[i]; }

  /// Keeps the first `size` of them, which are no more than there were.
  void truncate(std::size_t size) { size_ = size; }

 private:
  static constexpr std::size_t kFew = 4;

  std::size_t size_ = 0;
  std::vector<Value> many_;  ///< all of them if there were more than kFew, else empty
  Value few_[kFew];
};

}  // namespace wasmjet
