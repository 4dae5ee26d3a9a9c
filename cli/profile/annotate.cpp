#include "cli/profile/annotate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "cli/io.hpp"
#include "cli/profile/demangle.hpp"
#include "cli/profile/report_text.hpp"
#include "cli/profile/wasm_listing.hpp"
#include "cli/units.hpp"
#include "runtime/compiled_module.hpp"
#ifdef WASMJET_JIT
#include "jit/disassembler.hpp"
#endif

namespace wasmjet::cli::profile {
namespace {

/// Deeper blocks are indented no further.
constexpr std::uint32_t kDeepest = 30;

/// A bar for each loop around an instruction.
std::string bars(std::uint32_t loops) {
  std::string text(std::min<std::size_t>(loops, 3), '|');
  return loops > 3 ? std::to_string(loops) + "|" : text;
}

class Annotation {
 public:
  Annotation(const Profile& profile, const Store& store, std::uint32_t function, const Style& style)
      : profile_(profile),
        function_(profile.functions[function]),
        instance_(*store.instances()[function_.instance]),
        places_(profile.places[function]),
        source_(instance_.compiled_module().source_lines()),
        style_(style) {}

  std::string make() {
    count();
    header();
    for (const WasmLine& line : list_wasm(instance_.module(), function_.index)) {
      wasm_lines_.emplace(line.offset, line);
    }
    if (!add_machine_code()) {
      for (const auto& [offset, line] : wasm_lines_) wasm(line, at(by_wasm_, offset));
    }
    return std::move(out_);
  }

 private:
  static std::uint64_t at(const std::map<std::uint32_t, std::uint64_t>& samples, std::uint32_t offset) {
    const auto found = samples.find(offset);
    return found == samples.end() ? 0 : found->second;
  }
  void count();
  void header();
  bool add_machine_code();
  void source_line(std::uint32_t offset);
  void wasm(const WasmLine& line, std::uint64_t samples);
#ifdef WASMJET_JIT
  void machine(std::uint32_t offset, const std::string& text);
#endif
  /// A line with its samples in front, marked by how many of the function's they are.
  void line(std::uint64_t samples, bool counts, const std::string& text);

  const Profile& profile_;
  const Function& function_;
  const Instance& instance_;
  const std::vector<Place>& places_;
  const dwarf::SourceLines& source_;
  const Style& style_;
  std::uint64_t samples_ = 0;
  std::map<std::uint32_t, std::uint64_t> by_wasm_, by_code_;
  std::map<std::uint32_t, WasmLine> wasm_lines_;
  std::optional<dwarf::SourcePlace> last_source_;
#ifdef WASMJET_JIT
  std::uint32_t loops_ = 0;  ///< around the Wasm instruction that machine code is of
#endif
  std::string out_;
};

void Annotation::count() {
  for (const Place& place : places_) {
    samples_ += place.samples;
    by_wasm_[place.wasm] += place.samples;
    if (place.code != kNone) by_code_[place.code] += place.samples;
  }
}

void Annotation::header() {
  out_ += "\n" +
          style_.heading(fmt::format("func[{}] <{}> of {}", function_.index, display_name(function_),
                                     printable(instance_.name()))) +
          "\n";
  out_ += fmt::format("  {} samples in the function itself, {:.1f} % of all{}\n", samples_,
                      percent(samples_, profile_.running()), function_.interpreted ? "; interpreted" : "");
  out_ += "  samples  share    code\n";
}

void Annotation::line(std::uint64_t samples, bool counts, const std::string& text) {
  const double share = percent(samples, samples_);
  if (samples == 0 || !counts) {
    out_ += "                   " + text + "\n";
    return;
  }
  const char* const mark = share >= 20 ? "##" : share >= 5 ? "# " : share >= 1 ? "· " : "  ";
  out_ += style_.heat(share, fmt::format("  {:7} {:5.1f} {} {}", samples, share, mark, text)) + "\n";
}

void Annotation::source_line(std::uint32_t offset) {
  std::optional<dwarf::SourcePlace> place = source_.find(offset);
  if (place) place->column = 0;  // whole lines are shown
  if (!place || place == last_source_) return;
  line(0, false, style_.heading(printable(source_.text(*place))));
  last_source_ = place;
}

void Annotation::wasm(const WasmLine& wasm, std::uint64_t samples) {
  source_line(wasm.offset);
  const std::string indentation(2 * std::size_t{std::min(wasm.depth, kDeepest)}, ' ');
  line(samples, true,
       fmt::format("{:#08x}: {:3} {}{}", wasm.offset, bars(wasm.loops), indentation, printable(wasm.text)));
}

#ifdef WASMJET_JIT

void Annotation::machine(std::uint32_t offset, const std::string& text) {
  const std::uint64_t samples = at(by_code_, offset);
  const std::string shown = fmt::format("          {:3} {:8x}  {}", bars(loops_), offset, text);
  line(samples, true, samples == 0 ? style_.faint(shown) : shown);
}

bool Annotation::add_machine_code() {
  const auto name = [this](std::uint32_t f) {
    return printable(demangle(instance_.compiled_module().function_name(f)));
  };
  const std::vector<jit::ListingLine> lines =
      jit::list_code(instance_.module(), instance_.code(), function_.index, name);
  std::vector<const jit::ListingLine*>
      waiting;  // a label stands before the Wasm instruction that begins at it
  for (const jit::ListingLine& code : lines) {
    if (code.kind == jit::ListingLine::Kind::wasm) {
      waiting.push_back(&code);
    } else if (code.kind == jit::ListingLine::Kind::label) {
      line(0, false, fmt::format("          {}:", code.text));
    } else {
      for (const jit::ListingLine* before : waiting) {
        if (const auto known = wasm_lines_.find(before->offset); known != wasm_lines_.end()) {
          loops_ = known->second.loops;
          wasm(known->second, 0);
        }
      }
      waiting.clear();
      machine(code.offset, code.text);
    }
  }
  return !lines.empty();
}

#else

bool Annotation::add_machine_code() { return false; }

#endif

bool means(const Function& function, const Store& store, const std::string& wanted) {
  if (const auto index = parse_number(wanted, UINT32_MAX)) return function.index == *index;
  if (function.name == wanted) return true;
  return store.instances()[function.instance]->compiled_module().function_name(function.index) == wanted;
}

/// Functions that have samples of their own, for a message.
std::string suggestions(const Profile& profile) {
  constexpr std::size_t kMost = 5;
  std::string text;
  std::size_t count = 0;
  for (const FunctionTime& time : function_times(profile)) {
    const Function& function = profile.functions[time.function];
    if (function.category != Category::guest || time.self == 0) continue;
    if (count++ == kMost) break;
    text += (text.empty() ? "" : ", ") + display_name(function);
  }
  return text.empty() ? "none" : text;
}

}  // namespace

void prepare_annotate() {
#ifdef WASMJET_JIT
  jit::prepare_disassembler();
#endif
}

std::string annotate(const Profile& profile, const Store& store, const std::string& wanted,
                     const Style& style) {
  std::string out;
  for (std::uint32_t f = 0; f < profile.functions.size(); ++f) {
    const Function& function = profile.functions[f];
    if (function.category != Category::guest || !means(function, store, wanted)) continue;
    out += Annotation(profile, store, f, style).make();
  }
  if (!out.empty()) return out;
  return fmt::format("\n--annotate {}: no function of that name or index was seen; the hottest are: {}\n",
                     printable(wanted), suggestions(profile));
}

}  // namespace wasmjet::cli::profile
