#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "jit/registers.hpp"
#include "jit/stack_value.hpp"

namespace wasmjet::jit {

/// Which registers that nobody owns still hold the present value of a local that lives in the frame: its next
/// use need not load it. Straight-line code only: where paths meet and behind calls nothing is known.
///
/// An operand in a register says by mark() that it is such a value; when it is released, the register becomes
/// a copy until it is handed out again.
class LocalCopies {
 public:
  void begin_function(std::size_t locals) {
    locals_.assign(locals, {});
    regs_ = RegSet();
    time_ = 0;
  }

  /// `value`, in a register, is what `local` is now.
  void mark(StackValue& value, std::uint32_t local) const { value.mark_copy(local, locals_[local].version); }
  /// `value`'s register has become free, its contents as they were.
  [[gnu::always_inline]] void released(const StackValue& value) {
    if (value.is_copy() && locals_[value.copied_local()].version == value.copied_version()) [[unlikely]]
      add(value.reg(), value.copied_local());
  }
  /// `reg`, which is free, holds what the local is.
  void add(Reg reg, std::uint32_t local) {
    remove(copy_of(local));
    locals_[local].reg = reg;
    held_[reg.code()] = {local, ++time_};
    regs_.add(reg);
  }
  /// The local has been set.
  void changed(std::uint32_t local) {
    ++locals_[local].version;
    remove(copy_of(local));
  }
  /// The register that holds the local's value and is free; or none.
  Reg copy_of(std::uint32_t local) const {
    const Reg reg = locals_[local].reg;
    return reg.valid() && regs_.has(reg) && held_[reg.code()].local == local ? reg : Reg{};
  }
  /// `reg` gets another value or an owner.
  [[gnu::always_inline]] void remove(Reg reg) {
    if (reg.valid()) regs_.remove(reg);
  }
  void clear() { regs_ = RegSet(); }

  /// Of the registers `free`, those that hold nothing; if there are none, the one that has held its copy
  /// longest.
  RegSet best_of(RegSet free) const {
    const RegSet empty = free.without(regs_);
    return empty.empty() ? RegSet(oldest(free)) : empty;
  }
  bool any() const { return !regs_.empty(); }
  bool has(Reg reg) const { return regs_.has(reg); }

 private:
  struct Local {
    std::uint32_t version = 0;  ///< how often it has been set so far
    Reg reg;                    ///< its last copy
  };
  struct Held {
    std::uint32_t local = 0;
    std::uint32_t since = 0;
  };

  Reg oldest(RegSet free) const {
    Reg result = free.first();
    for (RegSet left = free; !left.empty(); left.remove(left.first())) {
      if (held_[left.first().code()].since < held_[result.code()].since) result = left.first();
    }
    return result;
  }

  std::vector<Local> locals_;
  std::array<Held, 64> held_{};  ///< by register
  RegSet regs_;                  ///< those that hold a copy
  std::uint32_t time_ = 0;
};

}  // namespace wasmjet::jit
