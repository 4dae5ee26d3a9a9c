#pragma once

#include <array>

#include "jit/registers.hpp"

/// Who owns which register in compiled code on AArch64 ("The calling convention" in
/// docs/architecture.md). x18 belongs to the platform and is never touched.
namespace wasmjet::jit::a64 {

constexpr Reg x(unsigned n) { return Reg::integer(n); }
constexpr Reg v(unsigned n) { return Reg::floating(n); }

/// Register 31 is the stack pointer here; the zero register has no Reg.
inline constexpr Reg kFramePointer = x(29), kLinkRegister = x(30), kStackPointer = x(31);

struct Abi {
  static constexpr Reg kContext = x(28);     ///< VmContext of the running instance
  static constexpr Reg kMemoryBase = x(27);  ///< base of its memory 0
  static constexpr Reg kIntResult = x(0);
  static constexpr Reg kFloatResult = v(0);
  /// On entry of a function with several results: where results 1, 2, … go (see arguments.hpp).
  static constexpr Reg kResultArea = x(8);

  /// On entry of the stubs that lead to the interpreter: the function.
  static constexpr Reg kInterpreted = x(17);

  static constexpr std::array kIntArguments{x(0), x(1), x(2), x(3), x(4), x(5), x(6), x(7)};
  static constexpr std::array kFloatArguments{v(0), v(1), v(2), v(3), v(4), v(5), v(6), v(7)};

  /// Never hold locals; operands and temporaries.
  static constexpr std::array kIntScratch{x(0), x(9), x(10), x(11), x(12), x(13), x(14), x(15)};
  /// The order in which operands take what is free: where arguments go comes first.
  static constexpr std::array kIntPreference{x(0), x(1),  x(2),  x(3),  x(4),  x(5),  x(6), x(7),
                                             x(9), x(10), x(11), x(12), x(13), x(14), x(15)};
  static constexpr std::array kFloatScratch{v(0),  v(1),  v(2),  v(3),  v(4),  v(5),  v(6), v(7),
                                            v(24), v(25), v(26), v(27), v(28), v(29), v(30)};
  /// Temporaries of the macro-assembler and of parallel moves; the allocator never hands them out.
  static constexpr Reg kFloatTemp = v(31);
  static constexpr Reg kIntTemp = x(17);
  /// The macro-assembler's own, overwritten by any of its methods.
  static constexpr Reg kScratch = x(16);

  static constexpr std::array kCalleeSavedHomes{x(19), x(20), x(21), x(22), x(23), x(24), x(25), x(26)};
  /// Where parameters arrive, so that they stay there in functions without calls.
  static constexpr std::array kCallerSavedHomes{x(8), x(7), x(6), x(5), x(4), x(3), x(2), x(1)};
  /// The procedure call standard keeps the lower halves, which is all that a scalar takes.
  static constexpr std::array kCalleeSavedFloatHomes{v(8), v(9), v(10), v(11), v(12), v(13), v(14), v(15)};
  static constexpr std::array kCallerSavedFloatHomes{v(16), v(17), v(18), v(19), v(20), v(21), v(22), v(23)};
  static constexpr RegSet kCalleeSaved{x(19), x(20), x(21), x(22), x(23), x(24), x(25), x(26),
                                       v(8),  v(9),  v(10), v(11), v(12), v(13), v(14), v(15)};
};

}  // namespace wasmjet::jit::a64
