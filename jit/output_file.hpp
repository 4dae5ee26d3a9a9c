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
  /// Appends all of `bytes` in one piece. What cannot be written is logged once, and nothing is written from
  /// then on.
  void append(std::span<const char> bytes);

 private:
  std::string path_;
  int descriptor_;
  std::mutex mutex_;
  bool failed_ = false;
};

}  // namespace wasmjet::jit
