#include <algorithm>

#include "cli/io.hpp"
#include "cli/profile/report_json.hpp"

namespace wasmjet::cli::profile {

std::string report_folded(const Profile& profile) {
  std::vector<std::string> names;
  names.reserve(profile.functions.size());
  for (const Function& function : profile.functions) {
    std::string& name = names.emplace_back(printable(function.name));
    std::ranges::replace(name, ';', ':');
  }
  std::string out;
  std::vector<std::uint32_t> chain;
  for (std::uint32_t n = 1; n < profile.nodes.size(); ++n) {
    if (profile.nodes[n].self == 0) continue;
    chain.clear();
    for (std::uint32_t at = n; at != 0; at = profile.nodes[at].parent) chain.push_back(at);
    for (std::size_t i = chain.size(); i-- > 0;) {
      out += names[profile.nodes[chain[i]].function];
      out += i == 0 ? ' ' : ';';
    }
    out += std::to_string(profile.nodes[n].self) + "\n";
  }
  return out;
}

}  // namespace wasmjet::cli::profile
