#include "cli/profile/report_json.hpp"

#include <nlohmann/json.hpp>

namespace wasmjet::cli::profile {
namespace {

using Json = nlohmann::ordered_json;

const char* name_of(Category category) {
  switch (category) {
    case Category::guest:
      return "guest";
    case Category::host:
      return "host";
    case Category::wasmjet:
      return "wasmjet";
  }
  return "";
}

Json number_or_null(std::uint32_t number) { return number == kNone ? Json(nullptr) : Json(number); }

Json functions(const Profile& profile) {
  std::vector<FunctionTime> times(profile.functions.size());
  for (const FunctionTime& time : function_times(profile)) times[time.function] = time;
  Json list = Json::array();
  for (std::size_t f = 0; f < profile.functions.size(); ++f) {
    const Function& function = profile.functions[f];
    list.push_back({{"name", function.name},
                    {"module", function.module},
                    {"category", name_of(function.category)},
                    {"index", number_or_null(function.index)},
                    {"interpreted", function.interpreted},
                    {"self", times[f].self},
                    {"total", times[f].total},
                    {"blocked", times[f].blocked}});
  }
  return list;
}

Json tree(const Profile& profile) {
  Json list = Json::array();
  for (const Node& node : profile.nodes) {
    list.push_back({{"parent", node.parent},
                    {"function", number_or_null(node.function)},
                    {"self", node.self},
                    {"total", node.total},
                    {"blocked", node.blocked}});
  }
  return list;
}

Json loops(const Profile& profile) {
  Json list = Json::array();
  for (const Loop& loop : profile.loops) {
    list.push_back({{"function", loop.function},
                    {"begin", loop.begin},
                    {"end", loop.end},
                    {"depth", loop.depth},
                    {"self", loop.self},
                    {"total", loop.total}});
  }
  return list;
}

Json places(const Profile& profile) {
  Json list = Json::array();
  for (std::size_t f = 0; f < profile.places.size(); ++f) {
    for (const Place& place : profile.places[f]) {
      list.push_back({{"function", f},
                      {"wasm", place.wasm},
                      {"code", number_or_null(place.code)},
                      {"samples", place.samples},
                      {"blocked", place.blocked}});
    }
  }
  return list;
}

}  // namespace

std::string report_json(const Profile& profile) {
  const Shares parts = shares(profile);
  const Json json{{"schema", "wasmjet-profile-1"},
                  {"command", profile.command},
                  {"tier", profile.tier},
                  {"ended", profile.ended},
                  {"seconds", profile.seconds},
                  {"load_seconds", profile.load_seconds},
                  {"compile_seconds", profile.compile_seconds},
                  {"rate", profile.rate},
                  {"rate_delivered", profile.rate_delivered()},
                  {"samples", profile.samples},
                  {"missed", profile.missed},
                  {"lost", profile.unstored},
                  {"running", profile.running()},
                  {"guest", parts.guest},
                  {"host", parts.host},
                  {"blocked", profile.blocked},
                  {"outside", profile.outside},
                  {"functions", functions(profile)},
                  {"nodes", tree(profile)},
                  {"loops", loops(profile)},
                  {"places", places(profile)}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace wasmjet::cli::profile
