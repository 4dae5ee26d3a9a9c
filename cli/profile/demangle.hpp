#pragma once

#include <string>

namespace wasmjet::cli::profile {

/// What a C++ or Rust compiler called `name`, if it is a mangled name (Itanium's scheme, or either of Rust's,
/// its hash left out); else `name` itself. Names are hostile: what is too long, too deep, or would become
/// more than a few thousand characters stays as it is.
std::string demangle(const std::string& name);

}  // namespace wasmjet::cli::profile
