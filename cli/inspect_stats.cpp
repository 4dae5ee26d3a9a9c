#include <fmt/format.h>

#include <ctime>
#include <string>

#include "cli/errors.hpp"
#include "cli/executor.hpp"
#include "cli/inspect.hpp"
#include "cli/io.hpp"
#include "cli/module_file.hpp"
#include "decoder/decoder.hpp"
#include "runtime/compiled_module.hpp"
#include "runtime/interpreter/code.hpp"

namespace wasmjet::cli {
namespace {

/// Processor time of the whole process, which has one thread: little disturbed by other processes.
double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

double seconds_of(auto&& work) {
  const double begin = processor_seconds();
  work();
  return processor_seconds() - begin;
}

struct Times {
  double decode = 0;    ///< sections, all of the module but its bodies
  double validate = 0;  ///< bodies alone
  double prepare = 0;   ///< for the interpreter, validation of bodies included
  double compile = 0;   ///< validation of bodies included
};

double rate(std::uint64_t bytes, double seconds) {
  return seconds > 0 ? static_cast<double>(bytes) / 1e6 / seconds : 0;
}

double per_code_byte(std::uint64_t bytes, std::uint64_t code_bytes) {
  return code_bytes == 0 ? 0.0 : static_cast<double>(bytes) / static_cast<double>(code_bytes);
}

std::string format_stats(const CompiledModule& compiled, const ModuleCode& code,
                         std::uint64_t side_table_bytes, const Times& times) {
  const Module& module = compiled.module();
  const std::uint64_t code_bytes = module.code_size();
  const CompileStats& stats = code.stats();
  std::string out;
  const auto line = [&out](std::string_view key, const std::string& value) {
    out += fmt::format("{}: {}\n", key, value);
  };
  line("module bytes", std::to_string(module.bytes.size()));
  line("code bytes", std::to_string(code_bytes));
  line("functions", std::to_string(module.bodies.size()));
  line("interpreted functions", std::to_string(stats.interpreted_functions));
  line("decode time", fmt::format("{:.3f} ms", times.decode * 1e3));
  line("validate time", fmt::format("{:.3f} ms", times.validate * 1e3));
  line("interpreter preparation time", fmt::format("{:.3f} ms", times.prepare * 1e3));
  line("compile time", fmt::format("{:.3f} ms", times.compile * 1e3));
  line("decode MB/s", fmt::format("{:.1f}", rate(code_bytes, times.decode)));
  line("validate MB/s", fmt::format("{:.1f}", rate(code_bytes, times.validate)));
  line("interpreter preparation MB/s", fmt::format("{:.1f}", rate(code_bytes, times.prepare)));
  line("compile MB/s", fmt::format("{:.1f}", rate(code_bytes, times.compile)));
  line("machine code bytes", std::to_string(stats.code_bytes));
  line("machine code bytes per code byte",
       fmt::format("{:.2f}", per_code_byte(stats.code_bytes, code_bytes)));
  line("side table bytes per code byte", fmt::format("{:.2f}", per_code_byte(side_table_bytes, code_bytes)));
  return out;
}

/// Prepares the module for the interpreter, whatever tier runs by default. The side table's size.
std::uint64_t prepare(const std::vector<std::uint8_t>& bytes, Times& times) {
  Engine engine(make_executor(Tier::interpreter));
  const auto compiled = CompiledModule::decode(engine, bytes);
  std::shared_ptr<const ModuleCode> code;
  times.prepare = seconds_of([&] { code = compiled->code(); });
  return static_cast<const interpreter::InterpretedCode&>(*code).side_table_bytes();
}

}  // namespace

int inspect_stats(const std::string& path) {
  // The processor time of two that share a core is not what one takes alone.
  constexpr unsigned kThreads = 1;
  Engine engine(make_executor(Tier::automatic, {}, kThreads));
  std::vector<std::uint8_t> bytes = load_module(path);
  std::string out;
  try {
    Times times;
    const std::uint64_t side_table_bytes = prepare(bytes, times);
    std::shared_ptr<const CompiledModule> compiled;
    std::shared_ptr<const ModuleCode> code;
    times.decode = seconds_of([&] { compiled = CompiledModule::decode(engine, std::move(bytes)); });
    times.validate = seconds_of([&] { validate_functions(compiled->module()); });
    times.compile = seconds_of([&] { code = compiled->code(); });
    out = format_stats(*compiled, *code, side_table_bytes, times);
  } catch (...) {
    throw_module_failure(path);
  }
  return print_output(out);
}

}  // namespace wasmjet::cli
