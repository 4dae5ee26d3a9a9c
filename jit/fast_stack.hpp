#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <memory>
#include <utility>

namespace wasmjet::jit {

/// A vector whose push_back() is small enough to be inlined everywhere: for what the compiler appends to with
/// most instructions.
template <class T>
class FastStack {
 public:
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T& operator[](std::size_t at) {
    assert(at < size_);
    return values_[at];
  }
  T& back() { return (*this)[size_ - 1]; }
  const T& back() const {
    assert(size_ != 0);
    return values_[size_ - 1];
  }
  T* begin() { return values_.get(); }
  T* end() { return values_.get() + size_; }
  const T* begin() const { return values_.get(); }
  const T* end() const { return values_.get() + size_; }

  [[gnu::always_inline]] void push_back(const T& value) { values_[next()] = value; }
  /// A new value at the end, not yet set to anything.
  [[gnu::always_inline]] T& push() { return values_[next()]; }
  void pop_back() {
    assert(size_ != 0);
    --size_;
  }
  /// Leaves the first `size` values.
  void shrink(std::size_t size) {
    assert(size <= size_);
    size_ = size;
  }
  void clear() { size_ = 0; }

 private:
  [[gnu::always_inline]] std::size_t next() {
    if (size_ == capacity_) [[unlikely]]
      grow();
    return size_++;
  }
  [[gnu::noinline]] void grow() {
    const std::size_t capacity = capacity_ == 0 ? 256 : 2 * capacity_;
    auto values = std::make_unique<T[]>(capacity);
    std::copy(begin(), end(), values.get());
    values_ = std::move(values);
    capacity_ = capacity;
  }

  std::unique_ptr<T[]> values_;
  std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace wasmjet::jit
