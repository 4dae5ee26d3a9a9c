#include "cli/module_file.hpp"

#include "cli/errors.hpp"
#include "cli/exit_codes.hpp"
#include "cli/io.hpp"
#include "decoder/error.hpp"

namespace wasmjet::cli {
namespace {

/// A binary module begins with a zero byte, whatever its file is called.
bool is_text(const std::string& path, const std::vector<std::uint8_t>& bytes) {
  if (!bytes.empty() && bytes.front() == 0) return false;
  return path.ends_with(".wat") || text::looks_like_text(bytes);
}

}  // namespace

std::vector<std::uint8_t> load_module(const std::string& path, const Features& features,
                                      text::FunctionNaming naming) {
  try {
    std::vector<std::uint8_t> bytes = read_module_file(path);
    if (is_text(path, bytes)) {
      return text::assemble_valid({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, features,
                                  naming);
    }
    return bytes;
  } catch (const text::TextError& error) {
    throw CommandError{kExitBadModule, path + ":" + error.text_message()};
  } catch (const ModuleError&) {  // of text that has no place to show: quoted or binary
    throw_module_failure(path);
  } catch (const FileError&) {
    throw_module_failure(path);
  }
}

std::string base_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

}  // namespace wasmjet::cli
