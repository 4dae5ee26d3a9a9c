#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <memory>
#include <utility>

namespace wasmjet {

/// A vector whose push_back() is small enough to be inlined everywhere: for what the validator and the
/// compiler append to with most instructions.
template <class T>
class FastStack {
 public:
  std::size_t size() const { return static_cast<std::size_t>(end_ - begin()); }
  bool empty() const { return end_ == begin(); }
  T& operator[](std::size_t at) {
    assert(at < size());
    return values_[at];
  }
  T& back() {
    assert(!empty());
    return end_[-1];
  }
  const T& back() const {
    assert(!empty());
    return end_[-1];
  }
  /// The one that `depth` others stand upon.
  T& from_top(std::size_t depth) {
    assert(depth < size());
    return end_[-1 - static_cast<std::ptrdiff_t>(depth)];
  }
  T* begin() { return values_.get(); }
  T* end() { return end_; }
  const T* begin() const { return values_.get(); }
  const T* end() const { return end_; }

  [[gnu::always_inline]] void push_back(const T& value) { push() = value; }
  /// A new value at the end, not yet set to anything.
  [[gnu::always_inline]] T& push() {
    if (end_ == limit_) [[unlikely]]
      grow();
    return *end_++;
  }
  void pop_back() {
    assert(!empty());
    --end_;
  }
  /// Leaves the first `size` values.
  void shrink(std::size_t size) {
    assert(size <= this->size());
    end_ = begin() + size;
  }
  void clear() { end_ = begin(); }

 private:
  [[gnu::noinline]] void grow() {
    constexpr std::size_t kLeast = std::max<std::size_t>(16, 2048 / sizeof(T));
    const std::size_t used = size(), capacity = std::max(2 * used, kLeast);
    auto values = std::make_unique<T[]>(capacity);
    std::copy(begin(), end(), values.get());
    values_ = std::move(values);
    end_ = begin() + used;
    limit_ = begin() + capacity;
  }

  std::unique_ptr<T[]> values_;
  T* end_ = nullptr;
  T* limit_ = nullptr;
};

}  // namespace wasmjet
