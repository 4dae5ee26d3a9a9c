#include "cli/profile/flame_graph.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/io.hpp"
#include "cli/profile/report_text.hpp"

namespace wasmjet::cli::profile {
namespace {

constexpr double kWidth = 1200, kTop = 66, kBottom = 10;
constexpr int kRow = 17;
/// Narrower frames cannot be seen, even zoomed in a little, and would make the file large.
constexpr double kNarrowest = 0.1;
/// Of text in the font used.
constexpr double kCharacter = 6.6;

constexpr std::string_view kScript =
#include "cli/profile/flame_graph_script.inc"
    ;

constexpr std::string_view kStyle = R"css(
svg { background: #fcfcfa; font: 11px ui-monospace, "DejaVu Sans Mono", monospace; }
text { fill: #222; pointer-events: none; }
.heading { font-size: 15px; font-weight: bold; }
.small { fill: #666; }
.f { cursor: pointer; }
.f:hover rect { stroke: #222; stroke-width: 1; }
.passed { opacity: 0.5; }
.searching .f rect { fill-opacity: 0.25; }
.searching .f.match rect { fill: #d33bd3; fill-opacity: 1; }
.searching .f.match text { fill: #fff; }
#reset { cursor: pointer; }
#reset text { pointer-events: auto; fill: #06c; }
input { font: inherit; width: 210px; box-sizing: border-box; }
)css";

/// Text as XML, also within quotes. Controls and broken UTF-8 are shown as \xNN.
std::string escaped(std::string_view text) {
  std::string out;
  const std::string shown = printable(text);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const char c = shown[i];
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        // U+FFFE and U+FFFF are no characters of XML.
        if (c == '\xEF' && i + 2 < shown.size() && shown[i + 1] == '\xBF' &&
            static_cast<unsigned char>(shown[i + 2]) >= 0xBE) {
          out += '?';
          i += 2;
        } else {
          out += c;
        }
    }
  }
  return out;
}

/// `name` cut to what fits into `width`, at a character's border.
std::string fitting(const std::string& name, double width) {
  const auto room = static_cast<std::ptrdiff_t>((width - 6) / kCharacter);
  if (room < 3) return "";
  if (static_cast<std::ptrdiff_t>(name.size()) <= room) return name;
  auto end = static_cast<std::size_t>(room - 1);
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;
  return name.substr(0, end) + "…";
}

/// Warm for compiled code, yellow for interpreted, green for the host; a function always has the same shade.
std::string colour(const Function& function) {
  std::uint32_t hash = 2166136261U;
  for (const char c : function.name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  const unsigned shade = hash >> 8 & 31;
  switch (function.category) {
    case Category::host:
      return fmt::format("hsl({},45%,{}%)", 120 + shade, 62 + shade / 4);
    case Category::wasmjet:
      return "#bbb";
    case Category::guest:
      break;
  }
  return function.interpreted ? fmt::format("hsl({},75%,{}%)", 48 + shade / 4, 58 + shade / 2)
                              : fmt::format("hsl({},80%,{}%)", 8 + shade, 60 + shade / 3);
}

class Picture {
 public:
  explicit Picture(const Profile& profile) : profile_(profile), all_(profile.running()) {}

  std::string draw() {
    layout();
    const double height = kTop + (rows_ + 1) * kRow + kBottom;
    out_ = fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" "
        "viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" data-samples=\"{2}\" data-width=\"{0}\">\n",
        kWidth, height, all_);
    out_ += fmt::format("<style>{}</style>\n", kStyle);
    head();
    frame("all", fmt::format("all: {} samples", all_), "#ddd", 0, all_, 0, height);
    for (const Box& box : boxes_) draw_box(box, height);
    out_ += fmt::format("<script><![CDATA[{}]]></script>\n</svg>\n", kScript);
    return std::move(out_);
  }

 private:
  struct Box {
    std::uint32_t node;
    std::uint64_t x;  ///< in samples
    int row;
  };
  void layout();
  void head();
  void draw_box(const Box& box, double height);
  void frame(const std::string& name, const std::string& title, const std::string& fill, std::uint64_t x,
             std::uint64_t samples, int row, double height);
  double width_of(std::uint64_t samples) const {
    return all_ == 0 ? 0 : kWidth * static_cast<double>(samples) / static_cast<double>(all_);
  }

  const Profile& profile_;
  std::uint64_t all_;
  std::vector<Box> boxes_;
  int rows_ = 0;
  std::string out_;
};

/// Callees side by side above their caller, in the order of their names, so that pictures can be compared.
void Picture::layout() {
  auto children = children_of(profile_.nodes);
  if (children.empty()) return;
  std::vector<Box> steps{{0, 0, 0}};
  while (!steps.empty()) {
    const Box at = steps.back();
    steps.pop_back();
    rows_ = std::max(rows_, at.row);
    auto& list = children[at.node];
    std::ranges::sort(list, {}, [&](std::uint32_t n) {
      return std::pair<std::string_view, std::uint32_t>(profile_.functions[profile_.nodes[n].function].name,
                                                        n);
    });
    std::uint64_t x = at.x;
    for (const std::uint32_t child : list) {
      const std::uint64_t total = profile_.nodes[child].total;
      if (width_of(total) >= kNarrowest) {
        boxes_.push_back({child, x, at.row + 1});
        steps.push_back(boxes_.back());
      }
      x += total;
    }
  }
}

void Picture::head() {
  const Shares parts = shares(profile_);
  out_ += fmt::format("<text class=\"heading\" x=\"10\" y=\"22\">{}</text>\n",
                      escaped(fitting("wasmjet profile: " + printable(profile_.command), 900 / 1.4)));
  out_ += fmt::format(
      "<text class=\"small\" x=\"10\" y=\"40\">{} samples in {:.2f} s; guest {:.1f} %, host {:.1f} %; {} "
      "more "
      "while waiting. Click: zoom. /: search. Esc: back.</text>\n",
      all_, profile_.seconds, percent(parts.guest, all_), percent(parts.host, all_), profile_.blocked);
  out_ += "<text id=\"details\" x=\"10\" y=\"57\"></text>\n";
  out_ += "<g id=\"reset\" style=\"display:none\"><text x=\"860\" y=\"22\">reset zoom</text></g>\n";
  out_ +=
      "<foreignObject x=\"970\" y=\"8\" width=\"222\" height=\"24\"><input "
      "xmlns=\"http://www.w3.org/1999/xhtml\" "
      "id=\"search\" type=\"search\" placeholder=\"search (regular expression)\"/></foreignObject>\n";
  out_ += "<text id=\"found\" x=\"1190\" y=\"46\" text-anchor=\"end\"></text>\n";
}

void Picture::draw_box(const Box& box, double height) {
  const Node& node = profile_.nodes[box.node];
  const Function& function = profile_.functions[node.function];
  const std::string name = display_name(function);
  std::string title =
      fmt::format("{} ({}): {:.1f} %, {} samples; itself {:.1f} %", name, printable(function.module),
                  percent(node.total, all_), node.total, percent(node.self, all_));
  if (function.interpreted) title += "; interpreted";
  frame(name, title, colour(function), box.x, node.total, box.row, height);
}

void Picture::frame(const std::string& name, const std::string& title, const std::string& fill,
                    std::uint64_t x, std::uint64_t samples, int row, double height) {
  const double left = width_of(x), width = width_of(samples);
  const double y = height - kBottom - (row + 1) * kRow;
  out_ += fmt::format(
      "<g class=\"f\" data-x=\"{}\" data-w=\"{}\" data-y=\"{}\" data-name=\"{}\"><title>{}</title><rect "
      "x=\"{:.2f}\" y=\"{}\" width=\"{:.2f}\" height=\"{}\" rx=\"1\" fill=\"{}\"/><text x=\"{:.2f}\" "
      "y=\"{}\">{}</text></g>\n",
      x, samples, row, escaped(name), escaped(title), left, y, std::max(width - 0.5, 0.1), kRow - 1, fill,
      left + 3, y + 12, escaped(fitting(name, width)));
}

}  // namespace

std::string flame_graph(const Profile& profile) { return Picture(profile).draw(); }

}  // namespace wasmjet::cli::profile
