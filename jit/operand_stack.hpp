#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <memory>
#include <utility>

#include "jit/stack_value.hpp"

namespace wasmjet::jit {

/// The operands of the function being compiled, the deepest first. A vector whose push_back() is small enough
/// to be inlined everywhere: it happens for most instructions.
class OperandStack {
 public:
  std::size_t size() const { return size_; }
  StackValue& operator[](std::size_t at) {
    assert(at < size_);
    return values_[at];
  }
  StackValue& back() { return (*this)[size_ - 1]; }
  StackValue* begin() { return values_.get(); }
  StackValue* end() { return values_.get() + size_; }

  [[gnu::always_inline]] void push_back(StackValue value) {
    if (size_ == capacity_) [[unlikely]]
      grow();
    values_[size_++] = value;
  }
  void pop_back() {
    assert(size_ != 0);
    --size_;
  }
  void clear() { size_ = 0; }

 private:
  [[gnu::noinline]] void grow() {
    const std::size_t capacity = capacity_ == 0 ? 256 : 2 * capacity_;
    auto values = std::make_unique<StackValue[]>(capacity);
    std::copy(begin(), end(), values.get());
    values_ = std::move(values);
    capacity_ = capacity;
  }

  std::unique_ptr<StackValue[]> values_;
  std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace wasmjet::jit
