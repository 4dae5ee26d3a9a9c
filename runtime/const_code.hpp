#pragma once

#include "runtime/instance.hpp"

namespace wasmjet {

/// The value of a constant expression of several instructions (spec 3.3.13: "extended constant expressions").
Value evaluate_const_code(const Instance& instance, const ConstExpr& expression);

}  // namespace wasmjet
