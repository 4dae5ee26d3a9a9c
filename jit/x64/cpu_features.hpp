#pragma once

namespace wasmjet::jit::x64 {

/// Extensions above x86-64-v2 that lowering makes use of.
struct CpuFeatures {
  bool avx = false;
  bool bmi1 = false;
  bool bmi2 = false;
  bool lzcnt = false;

  /// Of the machine we run on. Throws std::runtime_error where the baseline x86-64-v2 is missing.
  static CpuFeatures detect();
  /// All of them.
  static constexpr CpuFeatures complete() { return {true, true, true, true}; }
};

}  // namespace wasmjet::jit::x64
