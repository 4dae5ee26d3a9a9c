#include "cli/module_file.hpp"

#include <algorithm>

#include "cli/errors.hpp"
#include "cli/exit_codes.hpp"
#include "cli/io.hpp"

namespace wasmjet::cli {
namespace {

/// A binary module begins with a zero byte; a text module has only blanks and comments before its
/// first parenthesis.
bool is_text(const std::string& path, const std::vector<std::uint8_t>& bytes) {
  if (!bytes.empty() && bytes.front() == 0) return false;
  if (path.ends_with(".wat") || path.ends_with(".wast")) return true;
  const auto first = std::ranges::find_if(
      bytes, [](std::uint8_t byte) { return byte != ' ' && byte != '\t' && byte != '\r' && byte != '\n'; });
  return first != bytes.end() && *first == '(';
}

}  // namespace

std::vector<std::uint8_t> load_module(const std::string& path) {
  try {
    std::vector<std::uint8_t> bytes = read_module_file(path);
    if (is_text(path, bytes)) {
      throw CommandError{kExitBadModule, path + ": text modules are not supported yet, only binary ones"};
    }
    return bytes;
  } catch (const FileError&) {
    throw_module_failure(path);
  }
}

std::string base_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

}  // namespace wasmjet::cli
