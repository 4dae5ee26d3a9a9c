#pragma once

#include <cstddef>

namespace wasmjet::fuzz {

/// Ends the process with a message, which libFuzzer takes for a crash and so saves the input.
[[noreturn]] void fail(const char* format, ...) __attribute__((format(printf, 1, 2)));

/// Fails if more memory than a multiple of the input was in use at a time while it lived. Knows of memory
/// only under AddressSanitizer; elsewhere it does nothing. One at a time.
class MemoryMeter {
 public:
  explicit MemoryMeter(std::size_t input_size);
  ~MemoryMeter();
  MemoryMeter(const MemoryMeter&) = delete;
  MemoryMeter& operator=(const MemoryMeter&) = delete;

 private:
  std::size_t input_size_;
};

}  // namespace wasmjet::fuzz
