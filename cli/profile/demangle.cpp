#include "cli/profile/demangle.hpp"

#include <libiberty/demangle.h>

#include <csetjmp>
#include <cstddef>

namespace wasmjet::cli::profile {
namespace {

constexpr std::size_t kLongest = 4096;

/// What the demangler writes to. A short name can stand for a text of exponential size, and the demangler can
/// only be stopped from within.
struct Output {
  std::string text;
  std::jmp_buf too_long;
};

void append(const char* piece, std::size_t size, void* opaque) {
  auto& output = *static_cast<Output*>(opaque);
  // Only functions of the C library are left, which own nothing.
  if (output.text.size() + size > kLongest) std::longjmp(output.too_long, 1);  // NOLINT(cert-err52-cpp)
  output.text.append(piece, size);
}

}  // namespace

std::string demangle(const std::string& name) {
  if (name.size() < 3 || name.size() > kLongest || name[0] != '_' || (name[1] != 'Z' && name[1] != 'R')) {
    return name;
  }
  Output output;
  output.text.reserve(kLongest);
  if (setjmp(output.too_long) != 0) return name;  // NOLINT(cert-err52-cpp)
  // Rust first: the older of its two schemes is also valid in C++'s.
  if (rust_demangle_callback(name.c_str(), DMGL_PARAMS, append, &output) != 0) return output.text;
  output.text.clear();
  if (cplus_demangle_v3_callback(name.c_str(), DMGL_PARAMS | DMGL_ANSI, append, &output) != 0) {
    return output.text;
  }
  return name;
}

}  // namespace wasmjet::cli::profile
