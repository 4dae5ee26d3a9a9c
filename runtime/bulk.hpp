#pragma once

#include "runtime/instance.hpp"

namespace wasmjet {

// The bulk instructions' meaning (spec 4.4.6, 4.4.7), for compiled code and for active segments. Ranges are
// checked as a whole before anything is written. Indices are valid by validation.

TrapCode memory_fill(Instance& instance, std::uint32_t memory, std::uint64_t dst, std::uint8_t value,
                     std::uint64_t n);
TrapCode memory_copy(Instance& instance, std::uint32_t dst_memory, std::uint32_t src_memory,
                     std::uint64_t dst, std::uint64_t src, std::uint64_t n);
TrapCode memory_init(Instance& instance, std::uint32_t memory, std::uint32_t segment, std::uint64_t dst,
                     std::uint64_t src, std::uint64_t n);
TrapCode table_fill(Instance& instance, std::uint32_t table, std::uint64_t index, void* value,
                    std::uint64_t n);
TrapCode table_copy(Instance& instance, std::uint32_t dst_table, std::uint32_t src_table, std::uint64_t dst,
                    std::uint64_t src, std::uint64_t n);
TrapCode table_init(Instance& instance, std::uint32_t table, std::uint32_t segment, std::uint64_t dst,
                    std::uint64_t src, std::uint64_t n);

}  // namespace wasmjet
