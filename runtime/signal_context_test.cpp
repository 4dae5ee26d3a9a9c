#include "runtime/signal_context.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <vector>

// Where the sampler finds return addresses, and that it tells system calls: on instructions as they are in
// code.

namespace wasmjet {
namespace {

#if defined(__x86_64__)
using Code = std::vector<std::uint8_t>;

/// Registers with PC at `at` in `code` and these results and stack.
ucontext_t registers_at(const Code& code, std::size_t at, const void* stack, long result = 0) {
  ucontext_t context{};
  context.uc_mcontext.gregs[REG_RIP] = reinterpret_cast<greg_t>(code.data() + at);
  context.uc_mcontext.gregs[REG_RSP] = reinterpret_cast<greg_t>(stack);
  context.uc_mcontext.gregs[REG_RAX] = result;
  return context;
}

// push rbp; mov rbp, rsp; nop; leave; ret; ret 16; push rbp; nop
const Code kFunction{0x55, 0x48, 0x8B, 0xEC, 0x90, 0xC9, 0xC3, 0xC2, 0x10, 0x00, 0x55, 0x90, 0x90, 0x90};
// syscall; nop
const Code kSystemCall{0x90, 0x90, 0x90, 0x90, 0x0F, 0x05, 0x90, 0x90};
constexpr std::size_t kCall = 4, kBehind = 6;

TEST(SignalContext, FindsReturnAddressesOfFramesThatAreNotLinked) {
  const std::array<std::uintptr_t, 2> stack{0x1111, 0x2222};
  const auto return_at = [&](std::size_t at) {
    ucontext_t context = registers_at(kFunction, at, stack.data());
    return reinterpret_cast<std::uintptr_t>(SignalContext(&context).unlinked_return());
  };
  EXPECT_EQ(return_at(0), 0x1111u);  // nothing pushed yet
  EXPECT_EQ(return_at(1), 0x2222u);  // above the frame pointer that was pushed
  EXPECT_EQ(return_at(4), 0u);
  EXPECT_EQ(return_at(5), 0u);  // leave
  EXPECT_EQ(return_at(6), 0x1111u);
  EXPECT_EQ(return_at(7), 0x1111u);
  EXPECT_EQ(return_at(10), 0u);  // a push that begins no frame
}
#elif defined(__aarch64__)
using Code = std::vector<std::uint32_t>;

ucontext_t registers_at(const Code& code, std::size_t at, const void*, long result = 0) {
  ucontext_t context{};
  context.uc_mcontext.pc = reinterpret_cast<std::uintptr_t>(code.data() + at);
  context.uc_mcontext.regs[30] = 0x1111;
  context.uc_mcontext.regs[0] = static_cast<std::uint64_t>(result);
  return context;
}

// stp x29, x30, [sp, #-16]!; mov x29, sp; nop; mov sp, x29; ldp x29, x30, [sp], #16; add sp, sp, #4096;
// add sp, sp, #16; ret; add sp, sp, #16; nop
const Code kFunction{0xA9BF7BFD, 0x910003FD, 0xD503201F, 0x910003BF, 0xA8C17BFD,
                     0x914007FF, 0x910043FF, 0xD65F03C0, 0x910043FF, 0xD503201F};
// svc #0; nop
const Code kSystemCall{0xD503201F, 0xD503201F, 0xD4000001, 0xD503201F, 0xD503201F};
constexpr std::size_t kCall = 2, kBehind = 3;

TEST(SignalContext, FindsReturnAddressesOfFramesThatAreNotLinked) {
  const auto return_at = [&](std::size_t at) {
    ucontext_t context = registers_at(kFunction, at, nullptr);
    return reinterpret_cast<std::uintptr_t>(SignalContext(&context).unlinked_return());
  };
  EXPECT_EQ(return_at(0), 0x1111u);
  EXPECT_EQ(return_at(1), 0x1111u);
  for (const std::size_t linked : {2, 3, 4, 8}) EXPECT_EQ(return_at(linked), 0u) << linked;
  for (const std::size_t unlinked : {5, 6, 7}) EXPECT_EQ(return_at(unlinked), 0x1111u) << unlinked;
}
#endif

TEST(SignalContext, TellsWaitsFromOtherSystemCalls) {
  const auto check = [](std::size_t at, long result, bool at_call, bool waited) {
    ucontext_t context = registers_at(kSystemCall, at, nullptr, result);
    const SignalContext registers(&context);
    EXPECT_EQ(registers.at_system_call(), at_call) << at;
    EXPECT_EQ(registers.has_ended_wait(), waited) << at << ", " << result;
  };
  check(kBehind, -EINTR, true, true);
  check(kBehind, 5, true, false);
  check(kCall, 0, true, true);  // to be made again
  check(kCall - 1, -EINTR, false, false);
}

}  // namespace
}  // namespace wasmjet
