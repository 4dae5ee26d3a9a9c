#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "decoder/module.hpp"

namespace wasmjet::interpreter {

/// What the counting interpreter has counted of a module's code: 64 bits for each byte from the first body to
/// the last. Bytes that are no opcodes are places for what else is to be known of their instruction, which
/// always has enough of them:
///
/// | byte | counts |
/// |---|---|
/// | a body's first, before its locals | how often the function was entered |
/// | an opcode's first | how often the instruction was begun |
/// | behind `loop` | how often it was begun by a branch back to it |
/// | behind `if`, `br_if` | how often the condition was true |
/// | the n-th behind `br_table` | how often its label n - 1 was chosen, the default being the last |
/// | behind a load or store | how often it trapped |
/// | behind `memory.fill`, `copy`, `init` | how many bytes were written |
/// | behind `memory.grow` | how many pages were added |
///
/// A branch back to a loop begins its `loop` again (spec 4.4.8), so that is how often it was iterated. Memory
/// is taken only for code that runs. Not thread-safe: stores that share a module count in one place.
class Counters {
 public:
  /// Throws std::bad_alloc.
  explicit Counters(const Module& module);
  Counters(const Counters&) = delete;
  Counters& operator=(const Counters&) = delete;

  /// For the byte at `offset` of Module::bytes; 0 for what is not within bodies.
  std::uint64_t at(std::uint64_t offset) const {
    return offset - begin_ < size_ ? counts_[offset - begin_] : 0;
  }
  /// The counter for the byte at address `p` is at base() + 8 * p (modulo 2^64).
  std::uintptr_t base() const { return base_; }

 private:
  struct Free {
    void operator()(std::uint64_t* counts) const { std::free(counts); }
  };

  std::uint64_t begin_ = 0;
  std::uint64_t size_ = 0;
  std::unique_ptr<std::uint64_t[], Free> counts_;
  std::uintptr_t base_ = 0;
};

}  // namespace wasmjet::interpreter
