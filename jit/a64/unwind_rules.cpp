#include "jit/a64/unwind_rules.hpp"

#include "jit/call_frame.hpp"

namespace wasmjet::jit::a64 {
namespace {

// DWARF's numbers of registers (DWARF for the Arm 64-bit Architecture, section 4.1); d0 is 64.
enum Register : std::uint8_t { kX29 = 29, kX30 = 30, kSp = 31, kD8 = 72 };

// Code advances in steps of 4, offsets from the frame's address count in steps of -8.
constexpr std::uint8_t kInitial[] = {call_frame::kDefineCfa, kSp, 0};
constexpr std::uint8_t kLinked[] = {
    call_frame::advance(1),
    call_frame::kCfaOffset,
    16,  // stp x29, x30, [sp, #-16]!
    call_frame::offset(kX29),
    2,
    call_frame::offset(kX30),
    1,
    call_frame::advance(1),
    call_frame::kCfaRegister,
    kX29,  // mov x29, sp
};
// save_or_restore(): x19 to x28 in pairs from [fp - 32] downwards, d8 to d15 from [fp - 112].
constexpr std::uint8_t kEntry[] = {
    call_frame::offset(19),
    6,
    call_frame::offset(20),
    5,
    call_frame::offset(21),
    8,
    call_frame::offset(22),
    7,
    call_frame::offset(23),
    10,
    call_frame::offset(24),
    9,
    call_frame::offset(25),
    12,
    call_frame::offset(26),
    11,
    call_frame::offset(27),
    14,
    call_frame::offset(28),
    13,
    call_frame::kOffsetExtended,
    kD8 + 0,
    16,
    call_frame::kOffsetExtended,
    kD8 + 1,
    15,
    call_frame::kOffsetExtended,
    kD8 + 2,
    18,
    call_frame::kOffsetExtended,
    kD8 + 3,
    17,
    call_frame::kOffsetExtended,
    kD8 + 4,
    20,
    call_frame::kOffsetExtended,
    kD8 + 5,
    19,
    call_frame::kOffsetExtended,
    kD8 + 6,
    22,
    call_frame::kOffsetExtended,
    kD8 + 7,
    21,
};

}  // namespace

UnwindRules unwind_rules() { return {4, 8, kX30, kInitial, kLinked, kEntry}; }

}  // namespace wasmjet::jit::a64
