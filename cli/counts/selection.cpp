#include "cli/counts/selection.hpp"

#include <algorithm>
#include <string_view>

namespace wasmjet::cli::counts {
namespace {

struct Row {
  std::string_view name;
  bool CountSelection::* member;
};
constexpr Row kRows[] = {{"calls", &CountSelection::calls},
                         {"loops", &CountSelection::loops},
                         {"opcodes", &CountSelection::opcodes},
                         {"branches", &CountSelection::branches},
                         {"memory", &CountSelection::memory}};

}  // namespace

CountSelection parse_selection(const std::string& list) {
  CountSelection selection;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    const std::string_view name = std::string_view(list).substr(begin, end - begin);
    bool known = false;
    for (const Row& row : kRows) {
      if (row.name != name) continue;
      selection.*row.member = known = true;
    }
    if (!known) {
      throw UsageError{"--count: '" + std::string(name) +
                       "' is not calls, loops, opcodes, branches or memory"};
    }
    begin = end + 1;
  }
  return selection;
}

void settle_options(ProfileOptions& options, const Misplaced& given) {
  if (options.run.tier == Tier::jit) {
    throw UsageError{
        "--count and --coverage count in the interpreter, compiled code counts nothing: leave --tier jit "
        "out"};
  }
  if (given.rate || options.flame_graph || !options.annotate.empty()) {
    throw UsageError{
        "--rate, --flamegraph and --annotate are for samples, which --count and --coverage do not take"};
  }
  if (options.format != ProfileFormat::text && options.format != ProfileFormat::json) {
    throw UsageError{"--format: counts are written as text or json"};
  }
  if (!options.count.any() && (options.output || given.format || given.top)) {
    throw UsageError{"-o, --format and --top are for a report, which --coverage does not write: add --count"};
  }
  options.run.tier = Tier::counting;
}

}  // namespace wasmjet::cli::counts
