#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace wasmjet {

/// Function names of the custom section "name" (spec appendix 7.4.1). A broken section is no error: what
/// could be read before the first mistake counts.
struct NameSection {
  std::string module;
  std::map<std::uint32_t, std::string> functions;
};

/// `contents` is the section behind its own name; the strings are made printable (control characters and
/// broken UTF-8 become '?').
NameSection read_name_section(std::span<const std::uint8_t> contents);

}  // namespace wasmjet
