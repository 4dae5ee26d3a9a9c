#include "jit/x64/cpu_features.hpp"

#include <asmjit/core.h>

#include <stdexcept>

namespace wasmjet::jit::x64 {

CpuFeatures CpuFeatures::detect() {
  const auto& cpu = asmjit::CpuInfo::host().features().x86();
  if (!cpu.hasSSE4_2() || !cpu.hasPOPCNT() || !cpu.hasSSSE3()) {
    throw std::runtime_error("this CPU lacks x86-64-v2 (SSE4.2 and POPCNT), which compiled code needs");
  }
  return {.avx = cpu.hasAVX(), .bmi2 = cpu.hasBMI2(), .lzcnt = cpu.hasLZCNT(), .tzcnt = cpu.hasBMI()};
}

}  // namespace wasmjet::jit::x64
