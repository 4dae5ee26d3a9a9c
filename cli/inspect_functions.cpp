#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "cli/errors.hpp"
#include "cli/exit_codes.hpp"
#include "cli/inspect.hpp"
#include "cli/io.hpp"
#ifdef WASMJET_JIT
#include "cli/inspect_compiled.hpp"
#endif

namespace wasmjet::cli {

#ifdef WASMJET_JIT
namespace {

constexpr std::size_t kShown = 20;

struct Row {
  std::uint64_t machine_bytes = 0;
  std::uint64_t wasm_bytes = 0;
  double seconds = 0;
  std::uint32_t index = 0;
  std::string name;

  void add(const Row& other) {
    machine_bytes += other.machine_bytes;
    wasm_bytes += other.wasm_bytes;
    seconds += other.seconds;
  }
};

std::string to_line(const Row& row) {
  const double ratio =
      row.wasm_bytes == 0 ? 0 : static_cast<double>(row.machine_bytes) / static_cast<double>(row.wasm_bytes);
  return fmt::format("{:10} {:10} {:7.2f} {:10.1f}  {}\n", row.machine_bytes, row.wasm_bytes, ratio,
                     row.seconds * 1e6, row.name);
}

/// One row a function that was compiled, those with the most code first.
std::vector<Row> rows_of(const CompiledModule& compiled, const ModuleCode& code) {
  const Module& module = compiled.module();
  std::vector<Row> rows;
  rows.reserve(code.map().functions.size());
  for (const CodeFunction& function : code.map().functions) {
    const std::uint32_t index = function.function;
    rows.push_back({function.code_end - function.code_begin, module.body(index).size,
                    code.stats().function_seconds[index - module.imported_functions], index,
                    fmt::format("func[{}] {}", index, printable(compiled.function_name(index)))});
  }
  std::ranges::sort(rows, std::ranges::greater{},
                    [](const Row& row) { return std::pair(row.machine_bytes, UINT32_MAX - row.index); });
  return rows;
}

std::string format(const std::vector<Row>& rows, std::uint32_t interpreted, bool all) {
  std::string out = "   machine       Wasm    ratio compile us  function\n";
  Row sum, rest;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    sum.add(rows[i]);
    if (all || i < kShown) {
      out += to_line(rows[i]);
    } else {
      rest.add(rows[i]);
    }
  }
  if (!all && rows.size() > kShown) {
    rest.name = fmt::format("... and {} more", rows.size() - kShown);
    out += to_line(rest);
  }
  sum.name = fmt::format("sum of {} functions", rows.size());
  out += to_line(sum);
  if (interpreted != 0) out += fmt::format("{} functions are interpreted\n", interpreted);
  return out;
}

}  // namespace

int inspect_functions(const InspectOptions& options) {
  CompileOptions wanted;
  wanted.function_times = true;
  const InspectedCode inspectee(options, wanted);
  const ModuleCode& code = inspectee.code();
  return print_output(
      format(rows_of(inspectee.module(), code), code.stats().interpreted_functions, options.all));
}

#else

int inspect_functions(const InspectOptions&) {
  throw CommandError{kExitFailure, "inspect --functions: this build has no compiler"};
}

#endif

}  // namespace wasmjet::cli
