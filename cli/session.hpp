#pragma once

#include <memory>
#include <string>

#include "cli/deadline.hpp"
#include "cli/io.hpp"
#include "cli/options.hpp"
#include "runtime/engine.hpp"
#include "runtime/linker.hpp"
#include "runtime/store.hpp"
#include "wasi/wasi.hpp"

namespace wasmjet::cli {

/// One run of `wasmjet run`: a store with WASI, into which modules are loaded.
class Session {
 public:
  Session(const RunOptions& options, const StandardDescriptors& descriptors, const Deadline& deadline);

  Store& store() { return store_; }
  /// Reads, compiles, links and instantiates the module at `path`. Throws CommandError.
  Instantiated load(const std::string& path);
  /// load(); the exports then serve imports from module `name`. Throws CommandError.
  Instantiated preload(const std::string& name, const std::string& path);

 private:
  const Deadline& deadline_;
  Engine engine_;
  wasi::WasiContext wasi_;
  Store store_;
  Linker linker_;
};

}  // namespace wasmjet::cli
