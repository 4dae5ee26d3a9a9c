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
    moves_[count_++] = {static_cast<std::uint8_t>(to.code()), static_cast<std::uint8_t>(from.code()), kind};
    destinations_.add(to);
    sources_.add(from);
  }

  template <class Masm>
  void emit(Masm& masm) {
    if ((destinations_ & sources_).empty()) {  // nearly always: in the order in which the loop below would
      if (count_ != 0) move(masm, moves_[0]);
      while (count_ > 1) move(masm, moves_[--count_]);
      count_ = 0;
      return;
    }
    while (count_ != 0) {
      if (emit_unblocked(masm)) continue;
      // Only cycles are left: an exchange fulfils one move and shortens its cycle.
      const Move last = moves_[--count_];
      masm.exchange(Reg::of_code(last.to), Reg::of_code(last.from));
      for (std::uint32_t i = 0; i < count_; ++i) {
        if (moves_[i].from == last.to) moves_[i].from = last.from;
      }
      drop_finished();
    }
  }

 private:
  struct Move {
    std::uint8_t to, from;  ///< codes of registers: an array of those takes time to make
    ValKind kind;
  };

  template <class Masm>
  static void move(Masm& masm, const Move& move) {
    masm.move(Reg::of_code(move.to), Reg::of_code(move.from), move.kind);
  }
  bool is_source(std::uint8_t reg) const {
    for (std::uint32_t i = 0; i < count_; ++i) {
      if (moves_[i].from == reg) return true;
    }
    return false;
  }
  template <class Masm>
  bool emit_unblocked(Masm& masm) {
    for (std::uint32_t i = 0; i < count_; ++i) {
      if (is_source(moves_[i].to)) continue;
      move(masm, moves_[i]);
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
  RegSet destinations_, sources_;  ///< of all that were added
};

}  // namespace wasmjet::jit
