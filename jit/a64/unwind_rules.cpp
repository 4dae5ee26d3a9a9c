#include "jit/a64/unwind_rules.hpp"

#include <array>

#include "jit/call_frame.hpp"

namespace wasmjet::jit::a64 {
namespace {

// DWARF's numbers of registers (DWARF for the Arm 64-bit Architecture, section 4.1); d0 is 64.
enum Register : std::uint8_t { kX29 = 29, kX30 = 30, kSp = 31, kD8 = 72 };

// Code advances in steps of 4, offsets from the frame's address count in steps of -8.
constexpr std::uint8_t kInitial[] = {call_frame::kDefineCfa, kSp, 0};
// stp x29, x30, [sp, #-16]!; mov x29, sp
constexpr std::uint8_t kLinked[] = {call_frame::advance(1),
                                    call_frame::kCfaOffset,
                                    16,
                                    call_frame::offset(kX29),
                                    2,
                                    call_frame::offset(kX30),
                                    1,
                                    call_frame::advance(1),
                                    call_frame::kCfaRegister,
                                    kX29};
/// What save_or_restore() does: x19 to x28 in pairs from [fp - 32] downwards, d8 to d15 from [fp - 112]. The
/// frame's address is fp + 16.
constexpr auto kEntry = [] {
  constexpr int kIntegers = 10, kFloats = 8;
  std::array<std::uint8_t, kIntegers * 2 + kFloats * 3> code{};
  std::size_t at = 0;
  const auto slot = [](int first, int i) { return static_cast<std::uint8_t>(first + i / 2 * 2 - i % 2); };
  for (int i = 0; i < kIntegers; ++i) {
    code[at++] = call_frame::offset(static_cast<unsigned>(19 + i));
    code[at++] = slot((16 + 32) / 8, i);
  }
  for (int i = 0; i < kFloats; ++i) {
    code[at++] = call_frame::kOffsetExtended;
    code[at++] = static_cast<std::uint8_t>(kD8 + i);
    code[at++] = slot((16 + 112) / 8, i);
  }
  return code;
}();

}  // namespace

UnwindRules unwind_rules() { return {4, 8, kX30, kInitial, kLinked, kEntry}; }

}  // namespace wasmjet::jit::a64
