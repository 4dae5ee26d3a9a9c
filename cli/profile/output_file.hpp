#pragma once

#include <string>
#include <string_view>

#include "wasi/unique_fd.hpp"

namespace wasmjet::cli::profile {

/// Where a report goes: opened while files are still within reach, written when the guest has ended.
class OutputFile {
 public:
  /// Creates or empties the file. Throws CommandError.
  explicit OutputFile(const std::string& path);

  int fd() const { return fd_.get(); }
  /// Throws CommandError.
  void write(std::string_view text) const;

 private:
  std::string path_;
  wasi::UniqueFd fd_;
};

}  // namespace wasmjet::cli::profile
