#pragma once

/// WASI preview 1 for embedders: make a WasiContext from a WasiConfig, add it to a Linker, instantiate.

#include <memory>
#include <string>
#include <vector>

namespace wasmjet {
class Linker;
}

namespace wasmjet::wasi {

class DescriptorTable;
class PathResolver;

/// A host directory that the guest may use, and all below it.
struct Preopen {
  std::string host_path;
  std::string guest_name;  ///< what the guest calls it
  bool read_only = false;  ///< attempts to change anything fail with ROFS, as on a read-only mount
};

/// What a guest gets. Nothing is inherited from the host process unless it is named here.
struct WasiConfig {
  std::vector<std::string> args;  ///< the first is the program's name
  std::vector<std::string> env;   ///< "NAME=value"
  std::vector<Preopen> preopens;
  /// Listening host sockets, duplicated for the guest. They have the numbers behind the directories'.
  std::vector<int> sockets;
  /// Host descriptors of the guest's 0, 1 and 2: duplicated, never closed. One that is not open on the
  /// host is not open for the guest.
  int stdin_fd = 0;
  int stdout_fd = 1;
  int stderr_fd = 2;
  /// Resolve paths component by component even where the kernel has openat2(2).
  bool walk_paths = false;
};

/// The state of one guest: its arguments, environment and descriptors.
///
/// Thread safety: used by the thread that runs the guest, one at a time.
class WasiContext {
 public:
  /// Throws std::runtime_error, with a message that names the preopen, if a directory cannot be opened,
  /// for what is no socket, and for arguments or variables that hold a NUL.
  explicit WasiContext(WasiConfig config);
  ~WasiContext();
  WasiContext(WasiContext&&) noexcept;

  const std::vector<std::string>& args() const { return args_; }
  const std::vector<std::string>& env() const { return env_; }
  DescriptorTable& descriptors() { return *descriptors_; }
  const PathResolver& paths() const { return *paths_; }

 private:
  void add_stream(std::uint32_t number, int host_fd);
  void add_preopen(const Preopen& preopen);
  void add_socket(int host_fd);

  std::vector<std::string> args_;
  std::vector<std::string> env_;
  std::unique_ptr<PathResolver> paths_;
  std::unique_ptr<DescriptorTable> descriptors_;
};

/// Defines every function of wasi_snapshot_preview1. `context` must outlive the linker's store.
void add_to_linker(Linker& linker, WasiContext& context);

}  // namespace wasmjet::wasi
