#include "cli/dynamic_command.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "cli/errors.hpp"
#include "cli/exit_codes.hpp"
#include "cli/io.hpp"

namespace wasmjet::cli {

void continue_as_dynamic_command(const char* path, char** argv) {
  std::error_code error;
  const std::filesystem::path command = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::filesystem::path program = (command.parent_path() / path).lexically_normal();
  if (!error) {
    execv(program.c_str(), argv);
    error.assign(errno, std::generic_category());
  }
  throw CommandError{kExitFailure, "cannot disassemble without " + printable(program.string()) + ": " +
                                       error.message() + " (cmake --install puts it beside the command)"};
}

}  // namespace wasmjet::cli
