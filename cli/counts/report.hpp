#pragma once

#include <cstddef>
#include <string>

#include "cli/counts/counts.hpp"
#include "cli/options.hpp"
#include "cli/profile/style.hpp"

namespace wasmjet::cli::counts {

/// The report for people: the sums, and a table of at most `top` rows for each thing selected, the most
/// frequent first. The same counts make the same text.
std::string report_text(const Counts& counts, const CountSelection& selection, std::size_t top,
                        const profile::Style& style);

/// All that was selected, as JSON; docs/exact-counts.md says what is in it. Names that are no UTF-8 get
/// replacement characters.
std::string report_json(const Counts& counts, const CountSelection& selection);

}  // namespace wasmjet::cli::counts
