#include "cli/dynamic_command.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>

#include "cli/errors.hpp"
#include "cli/exit_codes.hpp"
#include "cli/io.hpp"

namespace wasmjet::cli {
namespace {

/// Why it could not be executed. What others have put where a copy of the command looks is not.
std::error_code execute(const std::filesystem::path& program, const std::filesystem::path& command,
                        char** argv) {
  struct stat found{}, own{};
  if (stat(program.c_str(), &found) != 0 || stat(command.c_str(), &own) != 0) {
    return {errno, std::generic_category()};
  }
  if (found.st_uid != 0 && found.st_uid != geteuid() && found.st_uid != own.st_uid) {
    return {EPERM, std::generic_category()};
  }
  execv(program.c_str(), argv);
  return {errno, std::generic_category()};
}

}  // namespace

void continue_as_dynamic_command(const char* installed, const char* built, char** argv) {
  std::error_code error;
  const std::filesystem::path command = std::filesystem::read_symlink("/proc/self/exe", error);
  const auto beside = [&command](const char* path) {
    return (command.parent_path() / path).lexically_normal();
  };
  for (const char* path : {installed, built}) {
    const std::error_code failure = execute(beside(path), command, argv);
    if (!error) error = failure;
  }
  const std::string program = printable(beside(installed).string());
  throw CommandError{kExitFailure, "cannot disassemble without " + program + ": " + error.message() +
                                       " (cmake --install puts it there)"};
}

}  // namespace wasmjet::cli
