#include "runtime/trap.hpp"

namespace wasmjet {

std::string_view to_string(TrapCode code) {
  switch (code) {
    case TrapCode::none:
      return "no trap";
    case TrapCode::unreachable:
      return "unreachable";
    case TrapCode::memory_out_of_bounds:
      return "out of bounds memory access";
    case TrapCode::table_out_of_bounds:
      return "out of bounds table access";
    case TrapCode::undefined_element:
      return "undefined element";
    case TrapCode::uninitialized_element:
      return "uninitialized element";
    case TrapCode::indirect_call_mismatch:
      return "indirect call type mismatch";
    case TrapCode::integer_overflow:
      return "integer overflow";
    case TrapCode::integer_divide_by_zero:
    case TrapCode::integer_division:
      return "integer divide by zero";
    case TrapCode::invalid_conversion:
      return "invalid conversion to integer";
    case TrapCode::stack_overflow:
      return "call stack exhausted";
    case TrapCode::null_reference:
      return "null reference";
    case TrapCode::interrupted:
      return "interrupted";
    case TrapCode::host:
      return "host function failed";
    case TrapCode::exit:
      return "exit";
  }
  return "unknown trap";
}

}  // namespace wasmjet
