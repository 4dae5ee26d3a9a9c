#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "decoder/module.hpp"

namespace wasmjet::cli::sandbox {

/// A system call that may be made: always, or if `mask` of the low half of argument `argument` is `value`.
struct Allowance {
  static constexpr int kAlways = -1;

  int number;
  int argument = kAlways;
  std::uint32_t value = 0;
  std::uint32_t mask = 0xFFFFFFFF;
};

/// What a run may ask of the kernel once its guest begins: what wasmjet itself needs (memory, signals,
/// messages), and what each WASI function needs that a module imports.
class Needs {
 public:
  Needs();

  void add_imports(const Module& module);
  /// A function of wasi_snapshot_preview1; others need nothing.
  void add_function(std::string_view name);
  /// Writing to a descriptor of wasmjet's own.
  void add_output(int descriptor);

  /// A sampler (runtime/sampler.hpp), which exists already.
  void add_sampler();

  const std::vector<Allowance>& system_calls() const { return system_calls_; }
  /// LANDLOCK_ACCESS_FS_* of what lies below the directories that the guest was given.
  std::uint64_t file_access() const { return file_access_; }

 private:
  std::vector<Allowance> system_calls_;
  std::uint64_t file_access_ = 0;
  bool has_paths_ = false;
};

}  // namespace wasmjet::cli::sandbox
