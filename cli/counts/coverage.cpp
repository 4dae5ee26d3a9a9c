#include "cli/counts/coverage.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/counts/body.hpp"
#include "cli/counts/counts.hpp"
#include "cli/io.hpp"
#include "cli/profile/demangle.hpp"
#include "cli/profile/wasm_listing.hpp"
#include "runtime/interpreter/counters.hpp"

namespace wasmjet::cli::counts {
namespace {

using interpreter::Counters;
using Ways = std::vector<std::optional<std::uint64_t>>;

/// Whether it is known where a function begins or ends: to be seen without its instructions, which are not
/// validated when this is first asked.
bool has_lines(const dwarf::SourceLines& lines, const FunctionBody& body) {
  return lines.find(body.begin) || lines.find(std::uint64_t{body.begin} + body.size - 1);
}

/// How often a branch went each way; nothing for other instructions.
std::optional<Ways> ways_of(const Counters& counters, std::uint32_t offset, Opcode op,
                            const CodeReader& immediates) {
  const bool is_table = op == Opcode::br_table;
  if (!is_table && op != Opcode::if_ && op != Opcode::br_if) return std::nullopt;
  const std::uint64_t executed = counters.at(offset);
  Ways ways(is_table ? label_count(immediates) : 2);
  if (executed == 0) return ways;
  for (std::uint64_t way = 0; way < ways.size(); ++way) ways[way] = counters.at(offset + 1 + way);
  if (!is_table) ways[1] = executed - *ways[0];
  return ways;
}

/// Adds the functions of one module that have lines to the files that they come from.
class LineCollector {
 public:
  LineCollector(const CompiledModule& compiled, const Counters& counters,
                std::map<std::string, CoveredFile>& files)
      : module_(compiled.module()), lines_(compiled.source_lines()), counters_(counters), files_(files) {}

  void add(std::uint32_t index, std::string name) {
    const FunctionBody& body = module_.body(index);
    std::optional<dwarf::SourcePlace> begin = lines_.find(body.begin);
    // Inlined or expanded from a macro, one line's code stands in several places of a function: the most
    // frequent counts. In several functions, as inlined code and templates are, all of them do.
    std::map<std::pair<CoveredFile*, std::uint32_t>, std::uint64_t> most;
    for_each_instruction(module_, index, [&](std::uint32_t offset, Opcode op, const CodeReader& immediates) {
      const auto place = lines_.find(offset);
      if (!place) return;
      if (!begin) begin = place;
      CoveredFile& file = file_of(*place);
      std::uint64_t& count = most[{&file, place->line}];
      count = std::max(count, counters_.at(offset));
      if (auto ways = ways_of(counters_, offset, op, immediates)) {
        file.branches[place->line].push_back(std::move(*ways));
      }
    });
    for (const auto& [place, count] : most) place.first->lines[place.second] += count;
    if (begin) file_of(*begin).functions.push_back({begin->line, std::move(name), counters_.at(body.begin)});
  }

 private:
  CoveredFile& file_of(const dwarf::SourcePlace& place) {
    CoveredFile*& file = known_[place.file];
    if (file == nullptr) {
      std::string path = lines_.file(place.file);
      path_bytes_ += path.size();
      file = &files_[path_bytes_ <= kMostPathBytes ? std::move(path) : "(further files)"];
    }
    return *file;
  }

  /// A module can name many files in few bytes.
  static constexpr std::size_t kMostPathBytes = 16U << 20;

  const Module& module_;
  const dwarf::SourceLines& lines_;
  const Counters& counters_;
  std::map<std::string, CoveredFile>& files_;
  std::map<std::uint32_t, CoveredFile*> known_;  ///< by number in the module
  std::size_t path_bytes_ = 0;                   ///< of all files asked for
};

/// Writes functions as text, an instruction a line, and counts those lines.
class Listing {
 public:
  explicit Listing(const std::function<void(std::string_view)>& write) : write_(write) {
    line(";; Functions of which their module does not say from which lines of source text they come, an");
    line(";; instruction a line, with its place in the module: what 'wasmjet profile --coverage' refers to.");
  }

  void add_module(const std::string& name) {
    line("");
    line(";; " + printable(name));
  }
  void add(const Module& module, const Counters& counters, std::uint32_t index, const std::string& name) {
    line("");
    line(fmt::format("func[{}] <{}>", index, printable(name)));
    file_.functions.push_back({lines_, name, counters.at(module.body(index).begin)});
    for (const profile::WasmLine& at : profile::list_wasm(module, index)) {
      const std::size_t indent = 2 * std::min<std::size_t>(at.depth + 1, 40);
      line(fmt::format("  {:#08x}{:{}}{}", at.offset, "", indent, at.text));
      CodeReader reader(module.bytes.data() + at.offset);
      const Opcode op = reader.opcode();
      if (!is_instruction(op)) continue;
      file_.lines[lines_] = counters.at(at.offset);
      if (auto ways = ways_of(counters, at.offset, op, reader)) {
        file_.branches[lines_].push_back(std::move(*ways));
      }
    }
    flush();
  }

  CoveredFile& file() { return file_; }

 private:
  void line(std::string_view text) {
    ++lines_;
    text_ += text;
    text_ += '\n';
  }
  void flush() {
    write_(text_);
    text_.clear();
  }

  const std::function<void(std::string_view)>& write_;
  std::uint32_t lines_ = 0;  ///< so far; the number of the last one
  std::string text_;         ///< not yet written
  CoveredFile file_;
};

}  // namespace

bool Coverage::needs_listing(const CompiledModule& module) {
  return !std::ranges::all_of(module.module().bodies, [&](const FunctionBody& body) {
    return has_lines(module.source_lines(), body);
  });
}

Coverage::Coverage(const Store& store, const std::string& listing,
                   const std::function<void(std::string_view)>& write_listing) {
  Listing unknown(write_listing);
  for (const auto& [instance, counters] : counted_modules(store)) {
    const Module& module = instance->module();
    const CompiledModule& compiled = instance->compiled_module();
    LineCollector by_lines(compiled, *counters, files_);
    bool listed = false;
    for (std::uint32_t i = 0; i < module.bodies.size(); ++i) {
      const std::uint32_t index = module.imported_functions + i;
      std::string name = profile::demangle(compiled.function_name(index));
      if (has_lines(compiled.source_lines(), module.bodies[i])) {
        by_lines.add(index, std::move(name));
      } else {
        if (!listed) unknown.add_module(instance->name());
        listed = true;
        unknown.add(module, *counters, index, name);
      }
    }
  }
  if (!unknown.file().functions.empty()) files_[listing] = std::move(unknown.file());
}

}  // namespace wasmjet::cli::counts
