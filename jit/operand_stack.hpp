#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "jit/stack_value.hpp"

namespace wasmjet::jit {

/// The operands of the function being compiled, the deepest first. Those below flushed() are slots or
/// constants, so that nobody has to search them; the part above is bounded, so that searching it is not slow
/// for any input.
class OperandStack {
 public:
  static constexpr std::uint32_t kLazyWindow = 64;

  /// Empties it. It will hold at most `most` operands.
  void begin_function(std::size_t most) {
    if (most > capacity_) {
      values_ = std::make_unique<StackValue[]>(most);
      capacity_ = most;
    }
    end_ = values_.get();
    set_flushed(0);
  }

  std::size_t size() const { return static_cast<std::size_t>(end_ - values_.get()); }
  StackValue& operator[](std::size_t at) {
    assert(at < size());
    return values_[at];
  }
  StackValue& back() {
    assert(size() != 0);
    return end_[-1];
  }
  /// One past the topmost. What was popped last still stands here.
  StackValue* end() { return end_; }

  /// Whether some have to be flushed before another is pushed (or begin_function() was told too few).
  bool is_full() const { return end_ >= limit_; }
  /// Only if it is not full.
  [[gnu::always_inline]] void push_back(const StackValue& value) {
    assert(!is_full());
    *end_++ = value;
  }
  [[gnu::always_inline]] void pop_back() {
    assert(size() != 0);
    --end_;
    if (flushed_ > end_) set_flushed(static_cast<std::uint32_t>(size()));
  }

  std::uint32_t flushed() const { return static_cast<std::uint32_t>(flushed_ - values_.get()); }
  void set_flushed(std::uint32_t below) {
    flushed_ = values_.get() + below;
    limit_ = values_.get() + std::min<std::size_t>(below + kLazyWindow, capacity_);
  }

 private:
  std::unique_ptr<StackValue[]> values_;
  StackValue* end_ = nullptr;
  StackValue* flushed_ = nullptr;
  StackValue* limit_ = nullptr;
  std::size_t capacity_ = 0;
};

}  // namespace wasmjet::jit
