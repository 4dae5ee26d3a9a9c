#include "runtime/interpreter/counters.hpp"

#include <limits>
#include <new>

namespace wasmjet::interpreter {

Counters::Counters(const Module& module) {
  if (!module.bodies.empty()) {
    begin_ = module.bodies.front().begin;
    size_ = std::uint64_t{module.bodies.back().begin} + module.bodies.back().size - begin_;
  }
  if (size_ > std::numeric_limits<std::size_t>::max() / sizeof(std::uint64_t)) throw std::bad_alloc();
  // Large blocks are zero without being touched.
  counts_.reset(
      static_cast<std::uint64_t*>(std::calloc(static_cast<std::size_t>(size_) + 1, sizeof(std::uint64_t))));
  if (counts_ == nullptr) throw std::bad_alloc();
  const auto first = reinterpret_cast<std::uintptr_t>(module.bytes.data()) + begin_;
  base_ = reinterpret_cast<std::uintptr_t>(counts_.get()) - sizeof(std::uint64_t) * first;
}

}  // namespace wasmjet::interpreter
