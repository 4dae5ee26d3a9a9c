#include <nlohmann/json.hpp>
#include <span>

#include "cli/profile/report_json.hpp"

namespace wasmjet::cli::profile {
namespace {

using Json = nlohmann::ordered_json;

/// The format repeats a stack each time that it is seen: of longer runs, the order of time is left out.
constexpr std::size_t kMostMoments = 300'000;

/// The chain of functions to a node, outermost first.
Json stack_of(const Profile& profile, std::uint32_t node) {
  std::vector<std::uint32_t> chain;
  for (; node != 0; node = profile.nodes[node].parent) chain.push_back(profile.nodes[node].function);
  return Json(std::vector<std::uint32_t>(chain.rbegin(), chain.rend()));
}

/// Samples in the order of time; equal ones that follow each other are one.
class Timeline {
 public:
  explicit Timeline(const Profile& profile)
      : profile_(profile), period_(1000.0 / std::max(profile.rate, 1U)) {}

  void add(std::uint32_t node, std::uint64_t samples) {
    if (samples == 0) return;
    if (node != last_ || weights_.empty()) {
      samples_.push_back(stack_of(profile_, node));
      weights_.push_back(0);
      last_ = node;
    }
    weights_.back() += static_cast<double>(samples) * period_;
    end_ += static_cast<double>(samples) * period_;
  }
  Json json(const std::string& name) {
    return {{"type", "sampled"},  {"name", name},     {"unit", "milliseconds"},
            {"startValue", 0},    {"endValue", end_}, {"samples", std::move(samples_)},
            {"weights", weights_}};
  }

 private:
  const Profile& profile_;
  double period_;
  double end_ = 0;
  std::uint32_t last_ = 0;
  Json samples_ = Json::array();
  std::vector<double> weights_;
};

Json timeline(const Profile& profile, bool blocked) {
  Timeline line(profile);
  std::vector<std::uint64_t> left;
  left.reserve(profile.nodes.size());
  for (const Node& node : profile.nodes) left.push_back(blocked ? node.blocked : node.self);
  const bool in_order = profile.moments.size() <= kMostMoments;
  for (const Moment& moment : std::span(profile.moments).first(in_order ? profile.moments.size() : 0)) {
    if (moment.node == 0 || moment.blocked != blocked) continue;
    line.add(moment.node, 1);
    if (left[moment.node] != 0) --left[moment.node];
  }
  // What a long run has beside.
  for (std::uint32_t n = 1; n < left.size(); ++n) line.add(n, left[n]);
  return line.json(blocked ? "blocked" : "running");
}

}  // namespace

std::string report_speedscope(const Profile& profile) {
  Json frames = Json::array();
  for (const Function& function : profile.functions) {
    Json frame{{"name", function.name}};
    if (!function.module.empty()) frame["file"] = function.module;
    frames.push_back(std::move(frame));
  }
  Json profiles = Json::array({timeline(profile, false)});
  if (profile.blocked != 0) profiles.push_back(timeline(profile, true));
  const Json json{{"$schema", "https://www.speedscope.app/file-format-schema.json"},
                  {"exporter", "wasmjet"},
                  {"name", profile.command},
                  {"activeProfileIndex", 0},
                  {"shared", {{"frames", std::move(frames)}}},
                  {"profiles", std::move(profiles)}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace wasmjet::cli::profile
