#include "spec-tests/differential/oracle.hpp"

#include <fmt/format.h>

#include "spec-tests/differential/soft_float.hpp"

namespace wasmjet::testing {

bool Expected::matches(std::uint64_t result, unsigned width) const {
  const FloatFormat& format = width == 32 ? kSingle : kDouble;
  switch (kind) {
    case Kind::bits:
      return result == bits;
    case Kind::canonical_nan:
      return format.magnitude(result) == format.canonical_nan();
    case Kind::arithmetic_nan:
      return (format.magnitude(result) & format.canonical_nan()) == format.canonical_nan();
    case Kind::trap:
      return false;
  }
  return false;
}

std::string Expected::text() const {
  switch (kind) {
    case Kind::bits:
      return fmt::format("{:#x}", bits);
    case Kind::canonical_nan:
      return "nan:canonical";
    case Kind::arithmetic_nan:
      return "nan:arithmetic";
    case Kind::trap:
      break;
  }
  return fmt::format("trap: {}", to_string(trap));
}

Oracle find_oracle(std::string_view name) {
  for (const auto find : {find_integer_oracle, find_float_oracle, find_conversion_oracle}) {
    if (const Oracle oracle = find(name)) return oracle;
  }
  return nullptr;
}

}  // namespace wasmjet::testing
