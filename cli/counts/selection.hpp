#pragma once

#include <string>

#include "cli/options.hpp"

namespace wasmjet::cli::counts {

/// Parses what stands behind `--count`: "calls,loops". Throws UsageError.
CountSelection parse_selection(const std::string& list);

/// Options of the sampling profiler that were given beside --count and --coverage.
struct Misplaced {
  bool rate = false;
  bool format = false;
  bool top = false;
};

/// To be called where anything is to be counted: makes the tier the one that counts, and refuses what does
/// not go together. Throws UsageError.
void settle_options(ProfileOptions& options, const Misplaced& given);

}  // namespace wasmjet::cli::counts
