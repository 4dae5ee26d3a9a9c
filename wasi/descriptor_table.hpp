#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "wasi/result.hpp"
#include "wasi/unique_fd.hpp"

namespace wasmjet::wasi {

/// What stands behind one of the guest's file descriptors.
struct Descriptor {
  UniqueFd host;
  FileType type = FileType::unknown;
  Rights base = 0;
  Rights inheriting = 0;
  bool is_tty = false;
  /// Under a `read_only` preopen: whatever would change the file system answers ROFS.
  bool read_only = false;
  /// A stream shared with the host process: its status flags are not the guest's to change, so what it sets
  /// `nonblocking` to is imitated with poll(), either way.
  bool shared = false;
  bool nonblocking = false;                 ///< for `shared` only; at first as the host has it
  std::optional<std::string> preopen_name;  ///< of preopened directories

  bool has(Rights needed) const { return (base & needed) == needed; }
};

/// The guest's file descriptors. Numbers are small; one that is not a standard stream is never below 3,
/// so that a program that closes its stdout does not write into the next file it opens.
class DescriptorTable {
 public:
  /// The lowest free number from 3 on.
  std::uint32_t insert(Descriptor descriptor);
  /// Takes `number`, which must be free.
  void insert_at(std::uint32_t number, Descriptor descriptor);
  /// BADF if there is none.
  Errno close(std::uint32_t number);
  /// Moves `from` to `to`, whose descriptor is closed. Both must exist.
  Errno renumber(std::uint32_t from, std::uint32_t to);

  /// Null if there is none.
  Descriptor* find(std::uint32_t number);
  /// One that has all of `needed`: BADF, NOTCAPABLE.
  Result<Descriptor*> get(std::uint32_t number, Rights needed = 0);
  /// The same of one that is not a directory: else ISDIR.
  Result<Descriptor*> get_file(std::uint32_t number, Rights needed);
  /// The same of a directory: else NOTDIR.
  Result<Descriptor*> get_directory(std::uint32_t number, Rights needed);

 private:
  std::vector<std::optional<Descriptor>> entries_{3};
};

/// Describes an open host descriptor by its file type, with all rights that mean something for the type
/// and that the mode it was opened in allows.
Result<Descriptor> describe_host_fd(UniqueFd fd);

}  // namespace wasmjet::wasi
