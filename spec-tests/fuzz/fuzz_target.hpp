#pragma once

#include <cstddef>
#include <cstdint>

// What a fuzz target defines: libFuzzer's interface, which has no header of its own.

/// Runs the target once on `size` bytes. Always 0; a fault ends the process.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

/// Changes `size` bytes in place to at most `max_size`, by `seed`; the new size. A target need not have one.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed);
