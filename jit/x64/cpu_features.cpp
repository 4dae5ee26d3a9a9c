#include "jit/x64/cpu_features.hpp"

#ifdef __x86_64__
// Of the GNU C library from 2.33 on, and written for C alone: g++ knows this type, too, clang++ does not.
#ifdef __clang__
#define _Bool bool
#endif
#include <sys/platform/x86.h>
#undef _Bool
#endif

#include <stdexcept>

namespace wasmjet::jit::x64 {

CpuFeatures CpuFeatures::detect() {
#ifdef __x86_64__
  // What the C library found out when it was loaded: cpuid is slow on virtual machines, which trap it.
  if (CPU_FEATURE_ACTIVE(SSE4_2) == 0 || CPU_FEATURE_ACTIVE(POPCNT) == 0 || CPU_FEATURE_ACTIVE(SSSE3) == 0) {
    throw std::runtime_error("this CPU lacks x86-64-v2 (SSE4.2 and POPCNT), which compiled code needs");
  }
  return {.avx = CPU_FEATURE_ACTIVE(AVX) != 0,
          .bmi1 = CPU_FEATURE_ACTIVE(BMI1) != 0,
          .bmi2 = CPU_FEATURE_ACTIVE(BMI2) != 0,
          .lzcnt = CPU_FEATURE_ACTIVE(LZCNT) != 0};
#else
  return complete();  // code to be read, not run
#endif
}

}  // namespace wasmjet::jit::x64
