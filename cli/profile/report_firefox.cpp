#include <map>
#include <nlohmann/json.hpp>

#include "cli/profile/report_json.hpp"

// The "processed profile" format of version 49: tables of columns, every one with its length.

namespace wasmjet::cli::profile {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kVersion = 49;
/// Numbers of `meta.categories`; the first are those of Category.
enum : int { kGuest, kHost, kWasmjet, kBlocked };

Json categories() {
  const auto category = [](const char* name, const char* color) {
    return Json{{"name", name}, {"color", color}, {"subcategories", {"Other"}}};
  };
  return {category("Guest", "orange"), category("Host", "green"), category("wasmjet", "grey"),
          category("Blocked", "transparent")};
}

/// Names in the order of their numbers.
class Strings {
 public:
  std::size_t number(const std::string& text) {
    const auto [place, is_new] = numbers_.try_emplace(text, list_.size());
    if (is_new) list_.push_back(text);
    return place->second;
  }
  const std::vector<std::string>& list() const { return list_; }

 private:
  std::map<std::string, std::size_t> numbers_;
  std::vector<std::string> list_;
};

template <class T>
Json repeated(std::size_t count, const T& value) {
  return Json(std::vector<Json>(count, Json(value)));
}

class Thread {
 public:
  explicit Thread(const Profile& profile) : profile_(profile) {
    for (const Function& function : profile.functions) {
      add_function(function.name, static_cast<int>(function.category), function.module);
    }
    blocked_function_ = add_function("[blocked]", kBlocked, "");
    outside_function_ = add_function("[loading, compiling]", kWasmjet, "");
    add_stacks();
  }

  Json json();

 private:
  std::size_t add_function(const std::string& name, int category, const std::string& module) {
    names_.push_back(strings_.number(name));
    files_.push_back(module.empty() ? Json(nullptr) : Json(strings_.number(module)));
    categories_.push_back(category);
    return names_.size() - 1;
  }
  std::size_t add_stack(std::size_t function, const Json& prefix) {
    stack_frames_.push_back(function);
    stack_prefixes_.push_back(prefix);
    stack_categories_.push_back(categories_[function]);
    return stack_frames_.size() - 1;
  }
  void add_stacks();
  Json samples() const;
  Json functions() const;
  Json frames() const;

  const Profile& profile_;
  Strings strings_;
  std::vector<std::size_t> names_;
  std::vector<Json> files_;
  std::vector<int> categories_;
  std::vector<std::size_t> stack_frames_;
  std::vector<Json> stack_prefixes_;
  std::vector<int> stack_categories_;
  std::vector<std::size_t> running_stack_;  ///< of each node
  std::vector<std::size_t> blocked_stack_;
  std::size_t blocked_function_ = 0, outside_function_ = 0;
};

void Thread::add_stacks() {
  const std::size_t outside = add_stack(outside_function_, nullptr);
  running_stack_.assign(profile_.nodes.size(), outside);
  blocked_stack_.assign(profile_.nodes.size(), outside);
  for (std::uint32_t n = 1; n < profile_.nodes.size(); ++n) {
    const Node& node = profile_.nodes[n];
    running_stack_[n] =
        add_stack(node.function, node.parent == 0 ? Json(nullptr) : Json(running_stack_[node.parent]));
  }
  for (std::uint32_t n = 1; n < profile_.nodes.size(); ++n) {
    if (profile_.nodes[n].blocked != 0) blocked_stack_[n] = add_stack(blocked_function_, running_stack_[n]);
  }
}

Json Thread::samples() const {
  std::vector<std::size_t> stacks;
  std::vector<double> times;
  for (const Moment& moment : profile_.moments) {
    stacks.push_back((moment.blocked ? blocked_stack_ : running_stack_)[moment.node]);
    times.push_back(moment.milliseconds);
  }
  return {{"weightType", "samples"},
          {"weight", nullptr},
          {"stack", stacks},
          {"time", times},
          {"length", stacks.size()}};
}

Json Thread::functions() const {
  const std::size_t count = names_.size();
  return {{"name", names_},
          {"isJS", repeated(count, false)},
          {"relevantForJS", repeated(count, false)},
          {"resource", repeated(count, -1)},
          {"fileName", files_},
          {"lineNumber", repeated(count, nullptr)},
          {"columnNumber", repeated(count, nullptr)},
          {"length", count}};
}

Json Thread::frames() const {
  const std::size_t count = names_.size();  // one a function
  std::vector<std::size_t> functions(count);
  for (std::size_t f = 0; f < count; ++f) functions[f] = f;
  return {{"address", repeated(count, -1)},
          {"inlineDepth", repeated(count, 0)},
          {"category", categories_},
          {"subcategory", repeated(count, 0)},
          {"func", functions},
          {"nativeSymbol", repeated(count, nullptr)},
          {"innerWindowID", repeated(count, 0)},
          {"implementation", repeated(count, nullptr)},
          {"line", repeated(count, nullptr)},
          {"column", repeated(count, nullptr)},
          {"length", count}};
}

Json Thread::json() {
  const Json none = Json::array();
  return {{"processType", "default"},
          {"processName", "wasmjet"},
          {"processStartupTime", 0},
          {"processShutdownTime", nullptr},
          {"registerTime", 0},
          {"unregisterTime", nullptr},
          {"pausedRanges", none},
          {"name", "guest"},
          {"isMainThread", true},
          {"pid", "1"},
          {"tid", 1},
          {"samples", samples()},
          {"markers",
           {{"data", none},
            {"name", none},
            {"startTime", none},
            {"endTime", none},
            {"phase", none},
            {"category", none},
            {"length", 0}}},
          {"stackTable",
           {{"frame", stack_frames_},
            {"prefix", stack_prefixes_},
            {"category", stack_categories_},
            {"subcategory", repeated(stack_frames_.size(), 0)},
            {"length", stack_frames_.size()}}},
          {"frameTable", frames()},
          {"funcTable", functions()},
          {"resourceTable", {{"lib", none}, {"name", none}, {"host", none}, {"type", none}, {"length", 0}}},
          {"nativeSymbols",
           {{"libIndex", none}, {"address", none}, {"name", none}, {"functionSize", none}, {"length", 0}}},
          {"stringArray", strings_.list()}};
}

}  // namespace

std::string report_firefox(const Profile& profile) {
  const Json none = Json::array();
  const Json meta{{"categories", categories()},
                  {"debug", false},
                  {"extensions", {{"length", 0}, {"baseURL", none}, {"id", none}, {"name", none}}},
                  {"interval", 1000.0 / std::max(profile.rate, 1U)},
                  {"preprocessedProfileVersion", kVersion},
                  {"processType", 0},
                  {"product", "wasmjet: " + profile.command},
                  {"sampleUnits", {{"time", "ms"}, {"eventDelay", "ms"}, {"threadCPUDelta", "µs"}}},
                  {"startTime", 0},
                  {"stackwalk", 1},
                  {"symbolicated", true},
                  {"usesOnlyOneStackType", true},
                  {"sourceCodeIsNotOnSearchfox", true},
                  {"markerSchema", none},
                  {"version", 29}};
  const Json json{{"meta", meta},
                  {"libs", none},
                  {"pages", none},
                  {"counters", none},
                  {"threads", Json::array({Thread(profile).json()})}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace wasmjet::cli::profile
