#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "runtime/backtrace.hpp"

namespace wasmjet {

/// What a node of a SampleTree stands for.
enum class SampleKind : std::uint8_t {
  outside,   ///< root: no Wasm is running; the module is being loaded or compiled, for one
  inside,    ///< root: the outermost frame's caller
  unstored,  ///< root: what there was no room for
  caller,    ///< `pc`: a return address in compiled code
  compiled,  ///< `pc`: an instruction of compiled code
  bytecode,  ///< `pc`: an instruction in Module::bytes
  host,      ///< `pc`: the HostFunction
  left_out,  ///< frames of a deep stack between those around it
};

/// A stack that was seen: a frame and, by `parent`, its callers.
struct SampleNode {
  const void* pc = nullptr;
  const void* context = nullptr;  ///< as in RawFrame
  std::uint32_t parent = 0;
  SampleKind kind = SampleKind::outside;
  std::uint32_t running = 0;  ///< samples whose innermost frame this is
  std::uint32_t blocked = 0;  ///< the same, while the thread waited
};

/// A sample in the order of time.
struct SampleMoment {
  std::uint32_t node = 0;
  std::uint32_t blocked : 1 = 0;
  std::uint32_t microseconds : 31 = 0;  ///< since the one before
};

/// Stacks and how often each was seen. All memory is reserved at the beginning, so that a signal handler can
/// add to it. When there is no room for another stack its samples are counted by the root `unstored`; when
/// there is none for more moments, samples are still counted by their stacks. Not thread-safe.
class SampleTree {
 public:
  static constexpr std::uint32_t kOutside = 0, kInside = 1, kUnstored = 2;

  /// Throws std::bad_alloc.
  SampleTree(std::uint32_t max_nodes, std::size_t max_moments);
  ~SampleTree();
  SampleTree(const SampleTree&) = delete;
  SampleTree& operator=(const SampleTree&) = delete;

  /// The node of a stack, `host` being the function of the host that its innermost frame calls, or null.
  /// Async-signal-safe.
  std::uint32_t find_or_add(const RawBacktrace& stack, const HostFunction* host);
  /// Counts `weight` samples at a node, the first of them `microseconds` after the one before.
  /// Async-signal-safe.
  void count(std::uint32_t node, std::uint32_t weight, bool blocked, std::uint64_t microseconds);

  /// A node's parent stands before it; roots are their own parents.
  std::span<const SampleNode> nodes() const { return {nodes_, node_count_}; }
  std::span<const SampleMoment> moments() const { return {moments_, moment_count_}; }
  /// Samples that are counted but not among the moments.
  std::uint64_t samples_without_moment() const { return without_moment_; }

 private:
  std::uint32_t child(std::uint32_t parent, SampleKind kind, const void* pc, const void* context);

  std::uint32_t max_nodes_;
  std::size_t max_moments_;
  std::size_t index_size_;  ///< a power of two
  std::size_t bytes_ = 0;
  void* memory_ = nullptr;
  SampleNode* nodes_ = nullptr;
  std::uint32_t* index_ = nullptr;  ///< hash table of nodes by what they are; 0: none
  SampleMoment* moments_ = nullptr;
  std::uint32_t node_count_ = 0;
  std::size_t moment_count_ = 0;
  std::uint64_t without_moment_ = 0;
};

}  // namespace wasmjet
