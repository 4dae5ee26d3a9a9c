#pragma once

#include <cstdint>
#include <string_view>

namespace wasmjet {

/// Why Wasm code stopped. The order is part of the code tables (four bits).
enum class TrapCode : std::uint8_t {
  none = 0,
  unreachable,
  memory_out_of_bounds,
  table_out_of_bounds,
  undefined_element,      ///< call_indirect past the end of the table
  uninitialized_element,  ///< call_indirect of a null element
  indirect_call_mismatch,
  integer_overflow,
  integer_divide_by_zero,
  integer_division,  ///< only in code tables: divide_by_zero or overflow, told by the divisor
  invalid_conversion,
  stack_overflow,
  null_reference,
  interrupted,  ///< Store::interrupt (timeout, kill)
  host,         ///< a host function asked for it (its own message)
  exit,         ///< proc_exit: not an error; carries an exit status
};

/// The spec testsuite's wording, for example "out of bounds memory access".
std::string_view to_string(TrapCode code);

}  // namespace wasmjet
