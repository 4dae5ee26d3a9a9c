#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/code_tools.hpp"
#include "cli/deadline.hpp"
#include "cli/io.hpp"
#include "cli/options.hpp"
#include "cli/sandbox/landlock.hpp"
#include "runtime/engine.hpp"
#include "runtime/linker.hpp"
#include "runtime/store.hpp"
#include "wasi/wasi.hpp"

namespace wasmjet::cli {

/// A module that was read and decoded, but not yet compiled or instantiated.
struct LoadedModule {
  std::string path;
  std::shared_ptr<const CompiledModule> module;
};

/// One run of `wasmjet run`: a store with WASI, into which modules are loaded.
class Session {
 public:
  Session(const RunOptions& options, const StandardDescriptors& descriptors, const Deadline& deadline);

  Store& store() { return store_; }
  const CodeTools& tools() const { return tools_; }
  /// The directories that the guest was given.
  std::vector<sandbox::OpenDirectory> directories();
  /// Reads and decodes the module at `path`: what touches files, and runs nothing. Throws CommandError.
  LoadedModule load(const std::string& path);
  /// Before the process gives up starting threads: starts those that compiling these modules is worth.
  void start_threads(const std::vector<LoadedModule>& preloads, const LoadedModule& main);
  /// Compiles and links a module and runs its start function. Throws CommandError.
  Instantiated instantiate(const LoadedModule& loaded);
  /// instantiate(); the exports then serve imports from module `name`. Throws CommandError.
  Instantiated preload(const std::string& name, const LoadedModule& loaded);

 private:
  const Deadline& deadline_;
  std::vector<wasi::UniqueFd> listeners_;
  CodeTools tools_;
  Engine engine_;
  wasi::WasiContext wasi_;
  Store store_;
  Linker linker_;
};

}  // namespace wasmjet::cli
