#include "cli/session.hpp"

#include <algorithm>

#include "cli/errors.hpp"
#include "cli/executor.hpp"
#include "cli/module_file.hpp"
#include "wasi/descriptor_table.hpp"

namespace wasmjet::cli {
namespace {

std::vector<wasi::UniqueFd> listen_on_all(const std::vector<ListenOption>& options) {
  std::vector<wasi::UniqueFd> sockets;
  sockets.reserve(options.size());
  for (const ListenOption& option : options) sockets.push_back(listen_on(option));
  return sockets;
}

wasi::WasiConfig wasi_config(const RunOptions& options, const StandardDescriptors& descriptors,
                             const std::vector<wasi::UniqueFd>& listeners) {
  wasi::WasiConfig config;
  config.args.push_back(options.guest_name());
  config.args.insert(config.args.end(), options.guest.begin(), options.guest.end());
  config.env = options.environment;
  for (const DirectoryOption& directory : options.directories) {
    config.preopens.push_back({directory.host, directory.guest, directory.read_only});
  }
  for (const wasi::UniqueFd& listener : listeners) config.sockets.push_back(listener.get());
  config.stdin_fd = descriptors.open[0] ? 0 : -1;
  config.stdout_fd = descriptors.open[1] ? 1 : -1;
  config.stderr_fd = descriptors.open[2] ? 2 : -1;
  return config;
}

StoreLimits store_limits(const RunOptions& options) {
  StoreLimits limits;
  if (options.max_memory) limits.max_memory_bytes = *options.max_memory;
  if (options.max_stack) limits.max_stack_bytes = *options.max_stack;
  return limits;
}

}  // namespace

Session::Session(const RunOptions& options, const StandardDescriptors& descriptors, const Deadline& deadline)
    : deadline_(deadline),
      listeners_(listen_on_all(options.listens)),
      tools_(CodeTools::open(options)),
      engine_(make_executor(options.tier, tools_.observers)),
      wasi_(wasi_config(options, descriptors, listeners_)),
      store_(engine_, store_limits(options)),
      linker_(store_) {
  listeners_.clear();  // the guest has its own, and may close them
  wasi::add_to_linker(linker_, wasi_);
}

std::vector<sandbox::OpenDirectory> Session::directories() {
  std::vector<sandbox::OpenDirectory> result;
  // They have the first numbers behind the standard streams.
  for (std::uint32_t number = 3;; ++number) {
    const wasi::Descriptor* descriptor = wasi_.descriptors().find(number);
    if (descriptor == nullptr || !descriptor->preopen_name) return result;
    result.push_back({descriptor->host.get(), descriptor->read_only});
  }
}

LoadedModule Session::load(const std::string& path) {
  try {
    return {path, CompiledModule::decode(engine_, load_module(path, {}, text::FunctionNaming::identifiers),
                                         base_name(path), deadline_.cancel())};
  } catch (const CommandError&) {
    throw;
  } catch (...) {
    throw_module_failure(path);
  }
}

void Session::start_threads(const std::vector<LoadedModule>& preloads, const LoadedModule& main) {
  constexpr std::size_t kLarge = 128 << 10;  // less takes hardly longer than starting a thread
  const auto is_large = [](const LoadedModule& loaded) {
    return loaded.module->module().code_size() >= kLarge;
  };
  if (is_large(main) || std::ranges::any_of(preloads, is_large)) engine_.executor().start_threads();
}

Instantiated Session::instantiate(const LoadedModule& loaded) {
  try {
    return linker_.instantiate(loaded.module, base_name(loaded.path), deadline_.cancel());
  } catch (const CommandError&) {
    throw;
  } catch (...) {
    throw_module_failure(loaded.path);
  }
}

Instantiated Session::preload(const std::string& name, const LoadedModule& loaded) {
  Instantiated result = instantiate(loaded);
  if (!result.trap) linker_.define_instance(name, *result.instance);
  return result;
}

}  // namespace wasmjet::cli
