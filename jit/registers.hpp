#pragma once

#include <bit>
#include <cstdint>
#include <span>

#include "decoder/types.hpp"

namespace wasmjet::jit {

/// A machine register by hardware number: 0–31 integer, 32–63 floating point/vector.
class Reg {
 public:
  constexpr Reg() = default;
  static constexpr Reg integer(unsigned number) { return Reg(static_cast<std::uint8_t>(number)); }
  static constexpr Reg floating(unsigned number) { return Reg(static_cast<std::uint8_t>(number + 32)); }
  /// The one whose code() that is.
  static constexpr Reg of_code(std::uint8_t code) { return Reg(code); }

  constexpr bool valid() const { return code_ != kInvalid; }
  constexpr bool is_float() const { return code_ >= 32; }
  /// Hardware number within its class.
  constexpr unsigned number() const { return code_ & 31U; }
  constexpr unsigned code() const { return code_; }
  friend constexpr bool operator==(Reg, Reg) = default;

 private:
  friend class RegSet;
  static constexpr std::uint8_t kInvalid = 255;
  explicit constexpr Reg(std::uint8_t code) : code_(code) {}
  std::uint8_t code_ = kInvalid;
};

/// A set of registers of both classes.
class RegSet {
 public:
  constexpr RegSet() = default;
  constexpr RegSet(std::initializer_list<Reg> regs) {
    for (const Reg reg : regs) add(reg);
  }
  explicit constexpr RegSet(Reg reg) : bits_(bit(reg)) {}
  static constexpr RegSet of(std::span<const Reg> regs) {
    RegSet set;
    for (const Reg reg : regs) set.add(reg);
    return set;
  }
  constexpr void add(Reg reg) { bits_ |= bit(reg); }
  constexpr void remove(Reg reg) { bits_ &= ~bit(reg); }
  constexpr bool has(Reg reg) const { return (bits_ & bit(reg)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr unsigned size() const { return static_cast<unsigned>(std::popcount(bits_)); }
  constexpr bool has_several() const { return (bits_ & (bits_ - 1)) != 0; }
  constexpr Reg first() const { return Reg(static_cast<std::uint8_t>(std::countr_zero(bits_))); }
  /// The members of one class.
  constexpr RegSet of_class(bool floating) const {
    return RegSet(bits_ & (floating ? ~std::uint64_t{0} << 32 : 0xFFFFFFFFU));
  }
  constexpr RegSet operator&(RegSet other) const { return RegSet(bits_ & other.bits_); }
  constexpr RegSet operator|(RegSet other) const { return RegSet(bits_ | other.bits_); }
  constexpr RegSet without(RegSet other) const { return RegSet(bits_ & ~other.bits_); }

 private:
  explicit constexpr RegSet(std::uint64_t bits) : bits_(bits) {}
  static constexpr std::uint64_t bit(Reg reg) { return std::uint64_t{1} << reg.code(); }
  std::uint64_t bits_ = 0;
};

constexpr bool lives_in_float(ValKind kind) {
  return kind == ValKind::f32 || kind == ValKind::f64 || kind == ValKind::v128;
}
/// True for values of 32 bits; references and i64/f64 take 64.
constexpr bool is_32_bit(ValKind kind) { return kind == ValKind::i32 || kind == ValKind::f32; }

}  // namespace wasmjet::jit
