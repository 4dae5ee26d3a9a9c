#pragma once

#include <cstdint>

// For trap_handler_test.cpp: a trampoline and a few functions in assembly that keep the frame layout and the
// entry protocol of layout.hpp. test_divide's divisor is in the register of machine code's number 6.

#if defined(__x86_64__)
#include "runtime/test_code_x64.hpp"
#elif defined(__aarch64__)
#include "runtime/test_code_a64.hpp"
#endif

// Hidden: AArch64's assembler and linker lose which local label an entry of the global offset table is for.
#define SYMBOL(name) extern "C" [[gnu::visibility("hidden")]] const std::uint8_t name[] asm(#name)
SYMBOL(test_code_begin);
SYMBOL(test_enter);
SYMBOL(test_host_stub);
SYMBOL(test_host_trap);
SYMBOL(test_unreachable);
SYMBOL(test_unreachable_trap);
SYMBOL(test_calls);
SYMBOL(test_calls_return);
SYMBOL(test_spin);
SYMBOL(test_divide);
SYMBOL(test_divide_trap);
SYMBOL(test_load);
SYMBOL(test_load_trap);
SYMBOL(test_recurse);
SYMBOL(test_recurse_trap);
SYMBOL(test_recurse_return);
SYMBOL(test_overrun);
SYMBOL(test_overrun_return);
SYMBOL(test_call_host);
SYMBOL(test_call_host_return);
SYMBOL(test_code_end);
#undef SYMBOL
