#include "cli/profile/report_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "cli/io.hpp"

namespace wasmjet::cli::profile {
namespace {

/// Longer names (of templates) would hide the table.
constexpr std::size_t kLongestName = 160;
/// Of the call tree: branches of less than this share are left out.
constexpr double kLeastShare = 1.0;
constexpr std::size_t kDeepest = 64;

std::string share(std::uint64_t samples, std::uint64_t of) {
  return fmt::format("{:5.1f} %", percent(samples, of));
}

using Children = std::vector<std::vector<std::uint32_t>>;

/// The same function called by the same chain of functions. Direct recursion is one line, whose callees are
/// those of all depths.
struct TreeLine {
  std::size_t depth = 0;
  std::uint32_t function = kNone;
  std::uint64_t total = 0;
  std::vector<std::uint32_t> nodes;  ///< the outermost ones first
};

class TextReport {
 public:
  TextReport(const Profile& profile, std::size_t top, const Style& style)
      : profile_(profile), top_(top), style_(style), running_(profile.running()) {}

  std::string make() {
    times_ = function_times(profile_);
    header();
    functions();
    blocked();
    tree();
    loops();
    return std::move(out_);
  }

 private:
  template <class... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    out_ += fmt::format(format, std::forward<Args>(args)...);
    out_ += '\n';
  }
  void header();
  std::string host_functions() const;
  void functions();
  void blocked();
  void tree();
  void tree_line(const TreeLine& at, std::uint64_t self, bool recursive);
  std::vector<TreeLine> callees(const TreeLine& of, const Children& children) const;
  void loops();
  std::string name(std::uint32_t function) const { return display_name(profile_.functions[function]); }

  const Profile& profile_;
  std::size_t top_;
  const Style& style_;
  std::uint64_t running_;
  std::vector<FunctionTime> times_;
  std::string out_;
};

void TextReport::header() {
  const Shares parts = shares(profile_);
  line("{}", style_.heading("wasmjet profile: " + printable(profile_.command)));
  line("  tier       {}", profile_.tier);
  line("  ended      {}", profile_.ended);
  line("  duration   {:.3f} s: {:.1f} ms loading, {:.1f} ms compiling, then the program", profile_.seconds,
       profile_.load_seconds * 1e3, profile_.compile_seconds * 1e3);
  line(
      "  samples    {}: {:.1f} a second of {} asked for; {} missed (no processor was free, or samples took "
      "too long)",
      profile_.samples, profile_.rate_delivered(), profile_.rate, profile_.missed);
  line("  lost       {} (stacks for which there was no room)", profile_.unstored);
  line("  guest    {:7} {}", parts.guest, share(parts.guest, running_));
  line("  host     {:7} {}{}", parts.host, share(parts.host, running_), host_functions());
  line("  blocked  {:7}         waiting in calls of the host; not among what shares are of",
       profile_.blocked);
  line("  wasmjet  {:7}         while no Wasm was running: loading, compiling", profile_.outside);
}

/// "  fd_write 3.1 %, ...": the greatest, of all that ran.
std::string TextReport::host_functions() const {
  constexpr std::size_t kMost = 5;
  std::string text;
  std::size_t count = 0;
  for (const FunctionTime& time : times_) {
    const Function& function = profile_.functions[time.function];
    if (function.category != Category::host || time.self == 0) continue;
    if (++count > kMost) return text + ", ...";
    text += fmt::format("{}{} {:.1f} %", count == 1 ? "  " : ", ", printable(function.name),
                        percent(time.self, running_));
  }
  return text;
}

void TextReport::functions() {
  line("\n{}", style_.heading("Hottest functions"));
  line("     self    total  samples  function");
  std::size_t rows = 0;
  for (const FunctionTime& time : times_) {
    if (time.total == 0) continue;
    if (++rows > top_) {
      line("{}", style_.faint("  ... (--top N shows more)"));
      return;
    }
    const std::string row = fmt::format("  {}  {}  {:7}  {}", share(time.self, running_),
                                        share(time.total, running_), time.self, name(time.function));
    line("{}", style_.heat(percent(time.self, running_), row));
  }
}

void TextReport::blocked() {
  if (profile_.blocked == 0) return;
  std::vector<const Node*> nodes;
  for (const Node& node : profile_.nodes) {
    if (node.blocked != 0) nodes.push_back(&node);
  }
  std::ranges::sort(nodes, std::greater{}, [](const Node* node) { return std::pair(node->blocked, node); });
  line("\n{}", style_.heading("Blocked"));
  line("      time  samples  function, caller");
  for (std::size_t i = 0; i < nodes.size() && i < top_; ++i) {
    const Node& node = *nodes[i];
    const double seconds = static_cast<double>(node.blocked) / std::max(profile_.rate, 1U);
    const std::uint32_t caller = profile_.nodes[node.parent].function;
    line("  {:6.3f} s  {:7}  {}{}", seconds, node.blocked, node.function == kNone ? "-" : name(node.function),
         caller == kNone ? "" : " < " + name(caller));
  }
}

void TextReport::tree_line(const TreeLine& at, std::uint64_t self, bool recursive) {
  const std::string row =
      fmt::format("  {}  {}  {}{}{}", share(at.total, running_), share(self, running_),
                  std::string(2 * at.depth, ' '), name(at.function), recursive ? " (recursive)" : "");
  line("{}", style_.heat(percent(at.total, running_), row));
}

/// The lines below `nodes`, the greatest last.
std::vector<TreeLine> TextReport::callees(const TreeLine& of, const Children& children) const {
  std::map<std::uint32_t, TreeLine> by_function;
  for (const std::uint32_t node : of.nodes) {
    for (const std::uint32_t child : children[node]) {
      const std::uint32_t function = profile_.nodes[child].function;
      if (function == of.function) continue;
      TreeLine& below = by_function[function];
      below.depth = of.function == kNone ? 0 : of.depth + 1;
      below.function = function;
      below.total += profile_.nodes[child].total;
      below.nodes.push_back(child);
    }
  }
  std::vector<TreeLine> lines;
  for (auto& [function, below] : by_function) {
    const bool shown = percent(below.total, running_) >= kLeastShare && below.depth < kDeepest;
    if (shown) lines.push_back(std::move(below));
  }
  std::ranges::sort(lines, {}, [](const TreeLine& below) { return std::pair(below.total, below.function); });
  return lines;
}

void TextReport::tree() {
  line("\n{}", style_.heading("Call tree"));
  line("    total     self  function (branches below {} % are left out)", kLeastShare);
  if (profile_.nodes.empty()) return;
  const Children children = children_of(profile_.nodes);
  TreeLine root;
  root.nodes.push_back(0);
  std::vector<TreeLine> steps = callees(root, children);
  while (!steps.empty()) {
    TreeLine at = std::move(steps.back());
    steps.pop_back();
    std::uint64_t self = 0;
    const std::size_t outermost = at.nodes.size();
    for (std::size_t i = 0; i < at.nodes.size(); ++i) {
      self += profile_.nodes[at.nodes[i]].self;
      for (const std::uint32_t child : children[at.nodes[i]]) {
        if (profile_.nodes[child].function == at.function) at.nodes.push_back(child);
      }
    }
    tree_line(at, self, at.nodes.size() > outermost);
    std::ranges::move(callees(at, children), std::back_inserter(steps));
  }
}

void TextReport::loops() {
  line("\n{}", style_.heading("Hottest loops"));
  line("     self    total  samples  bytes of the module    depth  function");
  std::size_t rows = 0;
  for (const Loop& loop : profile_.loops) {
    if (++rows > top_) break;
    const std::string row = fmt::format("  {}  {}  {:7}  {:#08x} to {:#08x}  {:5}  {}",
                                        share(loop.self, running_), share(loop.total, running_), loop.self,
                                        loop.begin, loop.end, loop.depth, name(loop.function));
    line("{}", style_.heat(percent(loop.self, running_), row));
  }
}

}  // namespace

std::string display_name(const Function& function) {
  std::string name = printable(function.name);
  if (name.size() > kLongestName) {
    std::size_t end = kLongestName;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;
    name = name.substr(0, end) + "...";
  }
  if (function.category == Category::host && !function.module.empty()) {
    return printable(function.module) + "." + name;
  }
  return name;
}

std::string report_text(const Profile& profile, std::size_t top, const Style& style) {
  return TextReport(profile, top, style).make();
}

}  // namespace wasmjet::cli::profile
