#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/counts/coverage.hpp"
#include "cli/io.hpp"

namespace wasmjet::cli::counts {
namespace {

/// Fit for a line of its own.
std::string on_one_line(const std::string& text) {
  const std::string result = printable(text);
  return result.empty() ? "(no name)" : result;
}

/// Where a name ends readers see by a comma.
std::string name_without_commas(const std::string& text) {
  std::string name = on_one_line(text);
  std::ranges::replace(name, ',', ';');
  return name;
}

/// The functions of a file by name. Those of one name and line are one, as an inline function of several
/// units is; other ones of the same name are numbered.
std::map<std::string, CoveredFunction> by_name(const CoveredFile& file) {
  std::map<std::string, CoveredFunction> functions;
  std::map<std::pair<std::string, std::uint32_t>, std::string> known;  // by name and line
  std::map<std::string, std::uint32_t> numbers;
  for (const CoveredFunction& function : file.functions) {
    const std::string name = name_without_commas(function.name);
    const auto [place, is_new] = known.try_emplace({name, function.line});
    if (is_new) {
      place->second = name;
      while (functions.contains(place->second)) {
        place->second = fmt::format("{} #{}", name, ++numbers[name] + 1);
      }
      functions[place->second] = {function.line, place->second, 0};
    }
    functions[place->second].calls += function.calls;
  }
  return functions;
}

std::vector<CoveredFunction> by_line(const std::map<std::string, CoveredFunction>& functions) {
  std::vector<CoveredFunction> sorted;
  sorted.reserve(functions.size());
  for (const auto& [name, function] : functions) sorted.push_back(function);
  std::ranges::sort(sorted, {}, [](const CoveredFunction& function) {
    return std::pair<std::uint32_t, std::string_view>(function.line, function.name);
  });
  return sorted;
}

class Tracefile {
 public:
  std::string make(const Coverage& coverage) {
    for (const auto& [path, file] : coverage.files()) {
      line("TN:");
      line("SF:{}", on_one_line(path));
      functions(by_line(by_name(file)));
      branches(file);
      lines(file);
      line("end_of_record");
    }
    return std::move(out_);
  }

 private:
  template <class... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
    out_ += '\n';
  }
  void functions(const std::vector<CoveredFunction>& functions) {
    for (const CoveredFunction& function : functions) line("FN:{},{}", function.line, function.name);
    for (const CoveredFunction& function : functions) line("FNDA:{},{}", function.calls, function.name);
    line("FNF:{}", functions.size());
    line("FNH:{}",
         std::ranges::count_if(functions, [](const auto& function) { return function.calls != 0; }));
  }
  void branches(const CoveredFile& file) {
    std::uint64_t found = 0, hit = 0;
    for (const auto& [number, blocks] : file.branches) {
      for (std::size_t block = 0; block < blocks.size(); ++block) {
        for (std::size_t way = 0; way < blocks[block].size(); ++way) {
          const auto& taken = blocks[block][way];
          line("BRDA:{},{},{},{}", number, block, way, taken ? std::to_string(*taken) : "-");
          ++found;
          hit += taken.value_or(0) != 0;
        }
      }
    }
    if (found == 0) return;
    line("BRF:{}", found);
    line("BRH:{}", hit);
  }
  void lines(const CoveredFile& file) {
    for (const auto& [number, count] : file.lines) line("DA:{},{}", number, count);
    line("LF:{}", file.lines.size());
    line("LH:{}", std::ranges::count_if(file.lines, [](const auto& entry) { return entry.second != 0; }));
  }

  std::string out_;
};

}  // namespace

std::string tracefile(const Coverage& coverage) { return Tracefile().make(coverage); }

}  // namespace wasmjet::cli::counts
