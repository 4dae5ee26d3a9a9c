#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "cli/sandbox/needs.hpp"
#include "cli/session.hpp"
#include "wasi/unique_fd.hpp"

namespace wasmjet::cli::profile {

/// Where a report goes: opened while files are still within reach, written when the guest has ended.
class OutputFile {
 public:
  /// Opens or creates the file; what is in it stays. Does not wait for the reader of a pipe. Throws
  /// CommandError.
  explicit OutputFile(const std::string& path);

  int fd() const { return fd_.get(); }
  const std::string& path() const { return path_; }
  /// Throws CommandError.
  void empty() const;
  /// Throws CommandError.
  void write(std::string_view text) const;

 private:
  std::string path_;
  wasi::UniqueFd fd_;
};

/// Writes a report to standard error. Throws CommandError if that cannot be done and the guest's `exit_code`,
/// which would be lost, is that of success.
void write_to_stderr(std::string_view report, int exit_code);

/// Empties the files and asks for leave to write them, once the modules of the run have been read. Throws
/// CommandError if two of them are one file, or one is a module's.
void begin_output(std::initializer_list<const OutputFile*> files, const std::vector<LoadedModule>& modules,
                  sandbox::Needs& needs);

}  // namespace wasmjet::cli::profile
