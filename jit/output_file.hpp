#pragma once

#include <cstdint>
#include <mutex>
#include <span>
#include <string>

namespace wasmjet::jit {

/// A new file, only appended to. Thread-safe.
class OutputFile {
 public:
  /// Replaces what is at `path`: neither a file that another user has put there nor what a link points to is
  /// written to. Throws std::system_error that names it.
  explicit OutputFile(const std::string& path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  int descriptor() const { return descriptor_; }
  /// Appends all of `bytes` in one piece. If they cannot be written, nothing is from then on.
  void append(std::span<const char> bytes);
  /// What could not be written, and why, as one line; "" if nothing failed.
  std::string problem() const;

 private:
  std::string path_;
  int descriptor_;
  mutable std::mutex mutex_;
  int error_ = 0;
};

}  // namespace wasmjet::jit
