#include "jit/unwind_rules.hpp"

#include "jit/a64/unwind_rules.hpp"
#include "jit/x64/unwind_rules.hpp"

namespace wasmjet::jit {

UnwindRules unwind_rules(Target target) {
  return target == Target::x64 ? x64::unwind_rules() : a64::unwind_rules();
}

}  // namespace wasmjet::jit
