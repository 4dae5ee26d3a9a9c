#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "decoder/features.hpp"
#include "decoder/text/assemble.hpp"

namespace wasmjet::cli {

/// Reads the module at `path` ("-": standard input), and assembles it if it is in the text format. Throws
/// CommandError where it cannot be read or its text is no valid module with these features.
std::vector<std::uint8_t> load_module(const std::string& path, const Features& features = {},
                                      text::FunctionNaming naming = text::FunctionNaming::annotations);

/// The last component of a path: what backtraces call the module.
std::string base_name(const std::string& path);

}  // namespace wasmjet::cli
