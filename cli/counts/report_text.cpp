#include "cli/profile/report_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "cli/counts/report.hpp"
#include "cli/io.hpp"

namespace wasmjet::cli::counts {
namespace {

/// A part of a module, for a table over all modules.
template <class T>
struct Row {
  const ModuleCounts* module;
  const T* item;
};

class TextReport {
 public:
  TextReport(const Counts& counts, const CountSelection& selection, std::size_t top,
             const profile::Style& style)
      : counts_(counts), selection_(selection), top_(top), style_(style) {}

  std::string make() {
    header();
    if (selection_.calls) calls();
    if (selection_.calls) host_calls();
    if (selection_.loops) loops();
    if (selection_.opcodes) opcodes();
    if (selection_.branches) branches();
    if (selection_.memory) memory();
    return std::move(out_);
  }

 private:
  template <class... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    out_ += fmt::format(format, std::forward<Args>(args)...);
    out_ += '\n';
  }
  void heading(std::string_view text) { line("\n{}", style_.heading(text)); }
  void header();
  void calls();
  void host_calls();
  void loops();
  void opcodes();
  void branches();
  void branch(const Row<BranchCount>& row);
  void memory();
  void memory_sum(std::string_view name, bool (*belongs)(Opcode));

  /// The items of all modules, the greatest first; equal ones in the order of modules and places.
  template <class T, class Key>
  std::vector<Row<T>> sorted(std::vector<T> ModuleCounts::* items, Key T::* key) const {
    std::vector<Row<T>> rows;
    for (const ModuleCounts& module : counts_.modules) {
      for (const T& item : module.*items) rows.push_back({&module, &item});
    }
    std::ranges::sort(rows, [key](const Row<T>& a, const Row<T>& b) {
      if (a.item->*key != b.item->*key) return a.item->*key > b.item->*key;
      return std::pair(a.module, a.item) < std::pair(b.module, b.item);
    });
    return rows;
  }
  std::vector<InstructionCount> instructions(bool memory_alone) const;
  /// Says what the rows from the `top`th on amount to.
  template <class Rows, class Sum>
  void rest(const Rows& rows, const char* of, Sum sum) {
    if (rows.empty()) line("{}", style_.faint("  none ran"));
    if (rows.size() <= top_) return;
    std::uint64_t total = 0;
    for (std::size_t i = top_; i < rows.size(); ++i) total += sum(rows[i]);
    line("{}", style_.faint(fmt::format("  ... and {} more: {} {}", rows.size() - top_, total, of)));
  }
  /// "name", where there are several modules with the module's name before it.
  std::string name(const ModuleCounts& module, const std::string& function) const {
    profile::Function named;
    named.name = function;
    const std::string text = profile::display_name(named);
    return counts_.modules.size() > 1 ? printable(module.name) + ": " + text : text;
  }

  const Counts& counts_;
  const CountSelection& selection_;
  const std::size_t top_;
  const profile::Style& style_;
  std::string out_;
};

void TextReport::header() {
  line("{}", style_.heading("wasmjet profile, exact counts: " + printable(counts_.command)));
  line("  ended         {}", printable(counts_.ended));
  line("  instructions  {}", counts_.instructions);
  line("  calls         {} of functions, {} of functions of the host", counts_.calls, counts_.host_calls);
  if (counts_.modules.size() < 2) return;
  for (const ModuleCounts& module : counts_.modules) {
    line("  module        {}: {} instructions, {} calls", printable(module.name), module.instructions,
         module.calls);
  }
}

void TextReport::calls() {
  heading("Calls of functions");
  line("{:>16} {:>16}  function", "calls", "instructions");
  auto rows = sorted(&ModuleCounts::functions, &FunctionCount::calls);
  const auto never = std::ranges::find(rows, 0U, [](const auto& row) { return row.item->calls; });
  const auto unused = static_cast<std::size_t>(rows.end() - never);
  rows.erase(never, rows.end());
  for (std::size_t i = 0; i < rows.size() && i < top_; ++i) {
    const FunctionCount& function = *rows[i].item;
    line("{:16} {:16}  {}", function.calls, function.instructions, name(*rows[i].module, function.name));
  }
  rest(rows, "calls", [](const auto& row) { return row.item->calls; });
  if (unused != 0) {
    line("{}",
         style_.faint(fmt::format("  {} of {} functions were never called", unused, rows.size() + unused)));
  }
}

void TextReport::host_calls() {
  std::vector<HostCount> rows = counts_.host;
  std::erase_if(rows, [](const HostCount& function) { return function.calls == 0; });
  if (rows.empty()) return;
  heading("Calls of functions of the host");
  line("{:>16}  function", "calls");
  for (std::size_t i = 0; i < rows.size() && i < top_; ++i) {
    const profile::Function named{rows[i].name, rows[i].module, profile::Category::host};
    line("{:16}  {}", rows[i].calls, profile::display_name(named));
  }
  rest(rows, "calls", [](const HostCount& row) { return row.calls; });
}

void TextReport::loops() {
  heading("Loops");
  line("{:>16} {:>16}  bytes of the module    depth  function", "iterations", "entries");
  const auto rows = sorted(&ModuleCounts::loops, &LoopCount::iterations);
  for (std::size_t i = 0; i < rows.size() && i < top_; ++i) {
    const LoopCount& loop = *rows[i].item;
    line("{:16} {:16}  {:#08x} to {:#08x}  {:5}  {}", loop.iterations, loop.entries, loop.begin, loop.end,
         loop.depth, name(*rows[i].module, rows[i].module->functions[loop.function].name));
  }
  rest(rows, "iterations", [](const auto& row) { return row.item->iterations; });
}

/// Of all modules together.
std::vector<InstructionCount> TextReport::instructions(bool memory_alone) const {
  std::vector<InstructionCount> all;
  for (const ModuleCounts& module : counts_.modules) {
    for (const InstructionCount& instruction : module.opcodes) {
      if (!memory_alone || concerns_memory(instruction.opcode)) all.push_back(instruction);
    }
  }
  sort_opcodes(all);
  return all;
}

void TextReport::opcodes() {
  heading("Instructions");
  line("{:>16}  {:>7}  instruction", "count", "share");
  const auto rows = instructions(false);
  for (std::size_t i = 0; i < rows.size() && i < top_; ++i) {
    const double share = 100 * static_cast<double>(rows[i].count) / static_cast<double>(counts_.instructions);
    line("{:16}  {:5.1f} %  {}", rows[i].count, share, text_name(rows[i].opcode));
  }
  rest(rows, "instructions", [](const InstructionCount& row) { return row.count; });
}

void TextReport::branch(const Row<BranchCount>& row) {
  const BranchCount& branch = *row.item;
  std::string taken = "-", not_taken = "-", labels;
  if (branch.opcode == Opcode::br_table) {
    constexpr int kMost = 16;
    int shown = 0;
    for (std::size_t label = 0; label < branch.taken.size() && shown <= kMost; ++label) {
      if (branch.taken[label] == 0) continue;
      const bool is_default = label + 1 == branch.taken.size();
      if (++shown > kMost) {
        labels += " ...";
      } else {
        labels +=
            (is_default ? " default: " : fmt::format(" {}: ", label)) + std::to_string(branch.taken[label]);
      }
    }
  } else {
    taken = std::to_string(branch.taken.front());
    not_taken = std::to_string(branch.executed - branch.taken.front());
  }
  line("{:16} {:>16} {:>16}  {:#08x}  {:8}  {}{}", branch.executed, taken, not_taken, branch.offset,
       text_name(branch.opcode), name(*row.module, row.module->functions[branch.function].name),
       labels.empty() ? "" : "; label" + labels);
}

void TextReport::branches() {
  heading("Branches");
  line("{:>16} {:>16} {:>16}  at byte   kind      function", "executed", "taken", "not taken");
  const auto rows = sorted(&ModuleCounts::branches, &BranchCount::executed);
  for (std::size_t i = 0; i < rows.size() && i < top_; ++i) branch(rows[i]);
  rest(rows, "executed", [](const auto& row) { return row.item->executed; });
}

void TextReport::memory_sum(std::string_view name, bool (*belongs)(Opcode)) {
  std::uint64_t count = 0, bytes = 0;
  for (const ModuleCounts& module : counts_.modules) {
    for (const InstructionCount& instruction : module.opcodes) {
      if (!belongs(instruction.opcode)) continue;
      count += instruction.count;
      bytes += instruction.bytes;
    }
  }
  line("{:16} {:16}  {}", count, bytes, name);
}

void TextReport::memory() {
  heading("Memory");
  line("{:>16} {:>16}  instruction", "count", "bytes");
  memory_sum("all loads", is_load);
  memory_sum("all stores", is_store);
  const auto rows = instructions(true);
  for (std::size_t i = 0; i < rows.size() && i < top_; ++i) {
    const InstructionCount& row = rows[i];
    const std::string trapped = row.trapped == 0 ? "" : fmt::format(" ({} trapped)", row.trapped);
    line("{:16} {:16}  {}{}", row.count, row.bytes, text_name(row.opcode), trapped);
  }
  rest(rows, "instructions", [](const InstructionCount& row) { return row.count; });
}

}  // namespace

std::string report_text(const Counts& counts, const CountSelection& selection, std::size_t top,
                        const profile::Style& style) {
  return TextReport(counts, selection, top, style).make();
}

}  // namespace wasmjet::cli::counts
