#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "cli/profile/profile.hpp"
#include "runtime/sample_tree.hpp"
#include "runtime/store.hpp"

namespace wasmjet::cli::profile {

/// A frame's function, and where in it.
struct Resolved {
  std::uint32_t function = kNone;  ///< in FrameResolver::functions()
  std::uint32_t wasm = 0;          ///< offset of the instruction in the module
  std::uint32_t code = kNone;      ///< offset of machine code in the function
};

/// Finds out what the frames of a SampleTree are.
class FrameResolver {
 public:
  explicit FrameResolver(const Store& store);

  /// Of any node but a root. No function if its code is none of the store's.
  Resolved resolve(const SampleNode& node);
  /// All that were found.
  std::vector<Function>& functions() { return functions_; }

 private:
  Resolved resolve_compiled(const SampleNode& node);
  Resolved resolve_bytecode(const SampleNode& node);
  std::uint32_t guest_function(std::uint32_t instance, std::uint32_t index, bool interpreted);
  std::uint32_t other_function(const void* key, const std::string& module, const std::string& name,
                               Category category);
  std::uint32_t host_function(const void* host);

  const Store& store_;
  std::vector<Function> functions_;
  std::map<const CodeMap*, std::uint32_t> by_code_;
  std::map<const void*, std::uint32_t> by_context_;
  std::map<std::tuple<std::uint32_t, std::uint32_t>, std::uint32_t> guests_;
  std::map<const void*, std::uint32_t> others_;
};

}  // namespace wasmjet::cli::profile
