#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wasmjet::cli {

/// A file that could not be read: `reason` is one line, for example "No such file or directory".
struct FileError {
  std::string path;
  std::string reason;
};

/// The standard descriptors that were closed when the command started. Their numbers are taken by
/// /dev/null from reserve_standard_descriptors() on, so that no file opened later gets them.
struct StandardDescriptors {
  bool open[3] = {true, true, true};
};

/// To be called first of all.
StandardDescriptors reserve_standard_descriptors();

/// All bytes of the file at `path`, or of standard input for "-". Throws FileError, also for a
/// directory and for files beyond 4 GiB (offsets within a module are 32-bit).
std::vector<std::uint8_t> read_module_file(const std::string& path);

/// Writes the command's own output; returns the exit code. A reader that has gone away (EPIPE) is not
/// worth a message, a full disk or a closed descriptor is.
int print_output(std::string_view text);

/// Writes all of `text`; false if it cannot, and errno says why.
bool write_all(int fd, std::string_view text);

/// Writes `text` as it is to standard error; false if it cannot, and errno says why.
bool write_stderr(std::string_view text);

/// Prints "wasmjet: MESSAGE" as one line on standard error. Control characters in `message` (names come
/// from modules) are replaced, so that it stays one line and cannot drive the terminal.
void print_error(std::string_view message);

/// `text` with controls, marks of direction, and what is no UTF-8 as \xNN a byte.
std::string printable(std::string_view text);

}  // namespace wasmjet::cli
