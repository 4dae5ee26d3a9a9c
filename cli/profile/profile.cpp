#include "cli/profile/profile.hpp"

#include <algorithm>
#include <functional>
#include <tuple>

namespace wasmjet::cli::profile {

void add_totals(std::vector<Node>& nodes) {
  for (Node& node : nodes) node.total = node.self;
  for (std::size_t i = nodes.size(); i-- > 1;) nodes[nodes[i].parent].total += nodes[i].total;
}

std::vector<FunctionTime> function_times(const Profile& profile) {
  std::vector<FunctionTime> times(profile.functions.size());
  for (std::uint32_t f = 0; f < times.size(); ++f) times[f].function = f;
  // A node counts for the total unless a caller of its is the same function: known once the walk from the
  // root enters it, so a node remembers how often its function was open above.
  const auto children = children_of(profile.nodes);
  std::vector<std::uint32_t> open(profile.functions.size());
  struct Step {
    std::uint32_t node;
    bool leaves;
  };
  std::vector<Step> steps;
  if (!profile.nodes.empty()) steps.push_back({0, false});
  while (!steps.empty()) {
    const auto [n, leaves] = steps.back();
    steps.pop_back();
    const Node& node = profile.nodes[n];
    const bool is_function = node.function != kNone;
    if (leaves) {
      if (is_function) --open[node.function];
      continue;
    }
    if (is_function) {
      FunctionTime& time = times[node.function];
      time.self += node.self;
      time.blocked += node.blocked;
      if (open[node.function]++ == 0) time.total += node.total;
    }
    steps.push_back({n, true});
    for (const std::uint32_t child : children[n]) steps.push_back({child, false});
  }
  std::ranges::sort(times, std::greater{}, [](const FunctionTime& time) {
    return std::tuple(time.self, time.total, UINT32_MAX - time.function);
  });
  return times;
}

Shares shares(const Profile& profile) {
  Shares result;
  for (const Node& node : profile.nodes) {
    if (node.function == kNone) continue;
    const bool host = profile.functions[node.function].category == Category::host;
    (host ? result.host : result.guest) += node.self;
  }
  return result;
}

double percent(std::uint64_t samples, std::uint64_t of) {
  return of == 0 ? 0 : 100.0 * static_cast<double>(samples) / static_cast<double>(of);
}

std::vector<std::vector<std::uint32_t>> children_of(const std::vector<Node>& nodes) {
  std::vector<std::vector<std::uint32_t>> children(nodes.size());
  for (std::uint32_t n = 1; n < nodes.size(); ++n) children[nodes[n].parent].push_back(n);
  for (auto& list : children) {
    std::ranges::sort(list, std::greater{},
                      [&](std::uint32_t n) { return std::pair(nodes[n].total, UINT32_MAX - n); });
  }
  return children;
}

}  // namespace wasmjet::cli::profile
