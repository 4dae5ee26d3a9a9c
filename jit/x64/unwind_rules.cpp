#include "jit/x64/unwind_rules.hpp"

#include "jit/call_frame.hpp"

namespace wasmjet::jit::x64 {
namespace {

// DWARF's numbers of registers (System V ABI, section 3.6.2).
enum Register : std::uint8_t {
  kRbx = 3,
  kRbp = 6,
  kRsp = 7,
  kR12 = 12,
  kR13 = 13,
  kR14 = 14,
  kR15 = 15,
  kReturn = 16
};

// Offsets from the frame's address count in steps of -8.
constexpr std::uint8_t kInitial[] = {call_frame::kDefineCfa, kRsp, 8, call_frame::offset(kReturn), 1};
constexpr std::uint8_t kLinked[] = {
    call_frame::advance(1),
    call_frame::kCfaOffset,
    16,  // push rbp
    call_frame::offset(kRbp),
    2,
    call_frame::advance(3),
    call_frame::kCfaRegister,
    kRbp,  // mov rbp, rsp
};
// make_entry(): context, then these.
constexpr std::uint8_t kEntry[] = {
    call_frame::offset(kRbx), 4, call_frame::offset(kR12), 5, call_frame::offset(kR13), 6,
    call_frame::offset(kR14), 7, call_frame::offset(kR15), 8,
};

}  // namespace

UnwindRules unwind_rules() { return {1, 4, kReturn, kInitial, kLinked, kEntry}; }

}  // namespace wasmjet::jit::x64
