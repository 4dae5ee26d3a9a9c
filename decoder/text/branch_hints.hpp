#pragma once

#include <cstdint>
#include <vector>

#include "decoder/text/annotations.hpp"

namespace wasmjet::text {

/// Branch hints (the branch hinting proposal): "(@metadata.code.branch_hint "\00")" before `if` or `br_if`
/// says whether the condition is likely to hold. They become a custom section.
class BranchHints {
 public:
  /// Takes over the hints, of those at `positions`, that stand in a function's tokens `range`. Functions come
  /// in order. `sources` tells where the instructions in `code` come from.
  void add_function(const TokenCursor& cursor, const std::vector<std::size_t>& positions, TokenRange range,
                    std::uint32_t function, const Bytes& code, const SourceMap& sources);
  /// Refuses hints that stand outside of functions.
  void write(const TokenCursor& cursor, const std::vector<std::size_t>& positions,
             ModuleWriter& writer) const;

 private:
  Bytes functions_;
  std::uint32_t count_ = 0;
  std::size_t used_ = 0;  ///< of the positions
};

}  // namespace wasmjet::text
