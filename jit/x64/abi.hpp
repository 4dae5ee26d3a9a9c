#pragma once

#include <array>

#include "jit/registers.hpp"

/// Who owns which register in compiled code on x86-64 ("The calling convention" in
/// docs/architecture.md).
namespace wasmjet::jit::x64 {

inline constexpr Reg rax = Reg::integer(0), rcx = Reg::integer(1), rdx = Reg::integer(2),
                     rbx = Reg::integer(3), rsp = Reg::integer(4), rbp = Reg::integer(5),
                     rsi = Reg::integer(6), rdi = Reg::integer(7), r8 = Reg::integer(8), r9 = Reg::integer(9),
                     r10 = Reg::integer(10), r11 = Reg::integer(11), r12 = Reg::integer(12),
                     r13 = Reg::integer(13), r14 = Reg::integer(14), r15 = Reg::integer(15);
constexpr Reg xmm(unsigned n) { return Reg::floating(n); }

struct Abi {
  static constexpr Reg kContext = r14;     ///< VmContext of the running instance
  static constexpr Reg kMemoryBase = r15;  ///< base of its memory 0
  static constexpr Reg kIntResult = rax;
  static constexpr Reg kFloatResult = xmm(0);
  /// On entry of a function with several results: where results 1, 2, … go (see call_layout.hpp).
  static constexpr Reg kResultArea = rax;

  /// On entry of the stubs that lead to the interpreter: the function.
  static constexpr Reg kInterpreted = r11;

  static constexpr std::array kIntArguments{rdi, rsi, rdx, rcx, r8, r9};
  static constexpr std::array kFloatArguments{xmm(0), xmm(1), xmm(2), xmm(3), xmm(4), xmm(5), xmm(6), xmm(7)};

  /// Never hold locals; operands and temporaries. In order of preference.
  static constexpr std::array kIntScratch{rdi, rax, rdx, rcx};
  static constexpr std::array kIntPreference = kIntScratch;
  static constexpr std::array kFloatScratch{xmm(0), xmm(1), xmm(2), xmm(3), xmm(4)};
  /// Temporaries of the macro-assembler and of parallel moves; the allocator never hands them out.
  /// kIntTemp is also a caller-saved home: it may be used only where those have been saved.
  static constexpr Reg kFloatTemp = xmm(5);
  static constexpr Reg kIntTemp = r11;

  static constexpr Reg kShiftCount = rcx;  ///< of variable shifts that have no other form
  static constexpr Reg kDividend = rax;    ///< and quotient
  static constexpr Reg kRemainder = rdx;

  static constexpr std::array kCalleeSavedHomes{rbx, r12, r13};
  static constexpr std::array kCallerSavedHomes{rsi, r8, r9, r10, r11};
  static constexpr std::array<Reg, 0> kCalleeSavedFloatHomes{};
  static constexpr std::array kCallerSavedFloatHomes{xmm(6),  xmm(7),  xmm(8),  xmm(9),  xmm(10),
                                                     xmm(11), xmm(12), xmm(13), xmm(14), xmm(15)};
  static constexpr RegSet kCalleeSaved{rbx, r12, r13};
};

}  // namespace wasmjet::jit::x64
