#pragma once

#include <array>
#include <cassert>
#include <cstdint>

#include "jit/registers.hpp"

namespace wasmjet::jit {

/// Register moves that happen "at once": no source is overwritten before it was read.
/// Destinations are distinct. `Masm` provides move() and exchange(), neither of which touches flags.
class ParallelMove {
 public:
  void add(Reg to, Reg from, ValKind kind) {
    if (to == from) return;
    assert(count_ < moves_.size());
    moves_[count_++] = {to, from, kind};
  }

  template <class Masm>
  void emit(Masm& masm) {
    while (count_ != 0) {
      if (emit_unblocked(masm)) continue;
      // Only cycles are left: an exchange fulfils one move and shortens its cycle.
      const Move move = moves_[--count_];
      masm.exchange(move.to, move.from);
      for (std::uint32_t i = 0; i < count_; ++i) {
        if (moves_[i].from == move.to) moves_[i].from = move.from;
      }
      drop_finished();
    }
  }

 private:
  struct Move {
    Reg to, from;
    ValKind kind;
  };

  bool is_source(Reg reg) const {
    for (std::uint32_t i = 0; i < count_; ++i) {
      if (moves_[i].from == reg) return true;
    }
    return false;
  }
  template <class Masm>
  bool emit_unblocked(Masm& masm) {
    for (std::uint32_t i = 0; i < count_; ++i) {
      const Move move = moves_[i];
      if (is_source(move.to)) continue;
      masm.move(move.to, move.from, move.kind);
      moves_[i] = moves_[--count_];
      return true;
    }
    return false;
  }
  void drop_finished() {
    for (std::uint32_t i = 0; i < count_;) {
      if (moves_[i].to == moves_[i].from) {
        moves_[i] = moves_[--count_];
      } else {
        ++i;
      }
    }
  }

  std::array<Move, 32> moves_;
  std::uint32_t count_ = 0;
};

}  // namespace wasmjet::jit
