#include <string>
#include <utility>

#include "cli/errors.hpp"
#include "cli/exit_codes.hpp"
#include "cli/inspect.hpp"
#include "cli/io.hpp"
#include "cli/module_file.hpp"
#include "decoder/decoder.hpp"
#include "decoder/text/printer/print_module.hpp"

namespace wasmjet::cli {
namespace {

/// Standard output takes no more; print_output() has said why.
struct OutputClosed {
  int exit_code;
};

/// Validates all of it first, so that a module that is refused prints nothing.
Module load_valid_module(const std::string& path) {
  constexpr Features kAll{.threads = true, .custom_page_sizes = true};
  std::vector<std::uint8_t> bytes = load_module(path, kAll);
  try {
    Module module = decode_module(std::move(bytes), nullptr, kAll);
    validate_functions(module);
    return module;
  } catch (const ModuleError&) {
    throw_module_failure(path);
  }
}

}  // namespace

int inspect_wat(const std::string& path) {
  const Module module = load_valid_module(path);
  try {
    text::print_module(module, [](std::string_view piece) {
      if (const int exit_code = print_output(piece); exit_code != kExitSuccess) throw OutputClosed{exit_code};
    });
  } catch (const OutputClosed& closed) {
    return closed.exit_code;
  }
  return kExitSuccess;
}

}  // namespace wasmjet::cli
