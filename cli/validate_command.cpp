#include "cli/commands.hpp"
#include "cli/errors.hpp"
#include "cli/exit_codes.hpp"
#include "cli/io.hpp"
#include "cli/module_file.hpp"
#include "decoder/decoder.hpp"

namespace wasmjet::cli {
namespace {

void validate_file(const std::string& path) {
  try {
    validate_functions(decode_module(load_module(path)));
  } catch (const ModuleError&) {
    throw_module_failure(path);
  }
}

}  // namespace

int validate_command(const ValidateOptions& options) {
  int exit_code = kExitSuccess;
  for (const std::string& path : options.files) {
    try {
      validate_file(path);
    } catch (const CommandError& error) {
      print_error(error.message);
      if (exit_code == kExitSuccess) exit_code = error.exit_code;
    }
  }
  return exit_code;
}

}  // namespace wasmjet::cli
