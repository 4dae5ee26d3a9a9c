#include "cli/options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>

#include "cli/counts/selection.hpp"
#include "cli/units.hpp"

namespace wasmjet::cli {
namespace {

/// What `wasmjet run` is called in its help.
constexpr std::string_view kRunName = "wasmjet [run]";
constexpr std::string_view kProfileName = "wasmjet profile";

[[noreturn]] void fail(const std::string& message) { throw UsageError{message}; }

/// An option that may be repeated and takes exactly one value each time.
CLI::Option* add_repeatable(CLI::App& app, const std::string& name, Arguments& values,
                            const std::string& type_name, const std::string& description) {
  return app.add_option(name, values, description)
      ->type_name(type_name)
      ->type_size(1)
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all();
}

/// An option with one value, of which the last counts.
CLI::Option* add_single(CLI::App& app, const std::string& name, std::optional<std::string>& value,
                        const std::string& type_name, const std::string& description) {
  return app.add_option(name, value, description)->type_name(type_name)->take_last();
}

/// Parses `arguments`; returns what stands behind the options, MODULE first.
Arguments parse(CLI::App& app, const Arguments& arguments, const std::string& operands) {
  app.prefix_command();
  app.set_help_flag("-h,--help", "Print this help");
  try {
    app.parse(Arguments(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    std::string text = app.help();
    if (const auto at = text.find("[OPTIONS]"); at != std::string::npos) {
      text.replace(at, 9, "[OPTIONS] " + operands);
    }
    throw HelpRequest{text};
  } catch (const CLI::ParseError& error) {
    fail(error.what());
  }
  Arguments rest = app.remaining();
  if (!rest.empty() && rest.front() == "--") {
    rest.erase(rest.begin());
  } else if (!rest.empty() && rest.front().size() > 1 && rest.front().front() == '-') {
    const std::string& option = rest.front();
    if (option.starts_with("-W") || option.starts_with("-S") || option.starts_with("-C")) {
      fail("unknown option " + option +
           ": wasmjet's own are --dir, --env, --max-memory, --max-stack, --timeout, --tier (see wasmjet run "
           "--help)");
    }
    const bool runs = app.get_name() == kRunName || app.get_name() == kProfileName;
    fail("unknown option " + option + " (see " +
         (app.get_name() == kRunName ? "wasmjet run" : app.get_name()) + " --help" +
         (runs ? "; the guest's options stand behind the module)" : ")"));
  }
  return rest;
}

/// The arguments with the options of `app` (and their values) in front: where no guest's arguments follow,
/// options may stand on either side of the operands.
Arguments options_first(const CLI::App& app, const Arguments& arguments) {
  Arguments options;
  Arguments operands;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const CLI::Option* const option = app.get_option_no_throw(arguments[i]);
    if (option == nullptr) {
      const bool has_value =
          app.get_option_no_throw(arguments[i].substr(0, arguments[i].find('='))) != nullptr;
      (has_value ? options : operands).push_back(arguments[i]);
      continue;
    }
    options.push_back(arguments[i]);
    if (option->get_items_expected_max() == 0) continue;
    if (i + 1 == arguments.size()) fail(arguments[i] + ": a value is missing");
    options.push_back(arguments[++i]);
  }
  options.insert(options.end(), operands.begin(), operands.end());
  return options;
}

DirectoryOption parse_directory(const std::string& text, bool read_only) {
  const auto separator = text.find("::");
  DirectoryOption directory{text.substr(0, separator), text.substr(0, separator), read_only};
  if (separator != std::string::npos) directory.guest = text.substr(separator + 2);
  if (directory.host.empty() || directory.guest.empty()) {
    fail("'" + text + "' is not HOST or HOST::GUEST, two folder names");
  }
  return directory;
}

/// "K=V", or nothing for a "K" that wasmjet's own environment does not have.
std::optional<std::string> parse_variable(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == 0 || text.empty()) fail("--env: '" + text + "' is not K=V or K");
  if (equals != std::string::npos) return text;
  const char* value = std::getenv(text.c_str());
  if (value == nullptr) return std::nullopt;
  return text + "=" + value;
}

ListenOption parse_tcplisten(const std::string& text) {
  const auto option = parse_listen(text);
  if (!option) fail("--tcplisten: '" + text + "' is not ADDR:PORT, such as 127.0.0.1:8080 or [::1]:8080");
  return *option;
}

PreloadOption parse_preload(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    fail("--preload: '" + text + "' is not NAME=FILE");
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

Tier parse_tier(const std::optional<std::string>& tier) {
  if (!tier || *tier == "auto") return Tier::automatic;
  if (*tier == "jit") return Tier::jit;
  if (*tier == "interp") return Tier::interpreter;
  fail("--tier: '" + *tier + "' is not auto, jit or interp");
}

SandboxMode parse_sandbox(const std::optional<std::string>& mode) {
  if (!mode || *mode == "auto") return SandboxMode::automatic;
  if (*mode == "strict") return SandboxMode::strict;
  if (*mode == "off") return SandboxMode::off;
  fail("--sandbox: '" + *mode + "' is not auto, strict or off");
}

PerfMode parse_perf(const std::optional<std::string>& mode) {
  if (!mode) return PerfMode::off;
  if (*mode == "map") return PerfMode::map;
  if (*mode == "jitdump") return PerfMode::jitdump;
  fail("--perf: '" + *mode + "' is not map or jitdump");
}

void check_log_level(const std::optional<std::string>& level) {
  constexpr std::string_view kLevels[] = {"trace", "debug", "info", "warn", "error", "off"};
  if (!level || std::ranges::find(kLevels, *level) != std::end(kLevels)) return;
  fail("--log: '" + *level + "' is not trace, debug, info, warn, error or off");
}

std::optional<std::chrono::nanoseconds> parse_timeout(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  const auto duration = parse_duration(*text);
  if (!duration) fail("--timeout: '" + *text + "' is not a duration such as 300ms or 5s");
  return duration;
}

std::optional<std::uint64_t> parse_limit(const std::string& option, const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  const auto size = parse_size(*text);
  if (!size) fail(option + ": '" + *text + "' is not a size such as 512MiB");
  return size;
}

/// The texts of `run`'s options as CLI11 leaves them.
struct RunTexts {
  Arguments directories, read_only_directories, listens, variables, preloads;
  std::optional<std::string> tier, sandbox, perf, timeout, fuel, max_memory, max_stack;
};

void add_run_options(CLI::App& app, RunOptions& options, RunTexts& texts) {
  add_repeatable(app, "--dir", texts.directories, "HOST[::GUEST]",
                 "Give the guest a folder, named HOST or GUEST");
  add_repeatable(app, "--dir-ro", texts.read_only_directories, "HOST[::GUEST]", "The same, for reading only");
  add_repeatable(app, "--tcplisten", texts.listens, "ADDR:PORT",
                 "Give the guest a listening TCP socket; numbered behind the folders, from 3 on");
  add_repeatable(app, "--env", texts.variables, "K=V|K", "Set an environment variable, or inherit it");
  add_single(app, "--argv0", options.argv0, "NAME", "The guest's argv[0] (default: the file's base name)");
  add_single(app, "--invoke", options.invoke, "NAME",
             "Call this export with the arguments (after _initialize, never _start) and print its results");
  add_repeatable(app, "--preload", texts.preloads, "NAME=FILE",
                 "Instantiate FILE first; its exports can be imported from module NAME");
  add_single(app, "--tier", texts.tier, "auto|jit|interp", "How to run (default: auto)");
  add_single(
      app, "--sandbox", texts.sandbox, "auto|strict|off",
      "Take from the process what the guest does not need: as far as the kernel can, or fail, or not at all");
  add_single(app, "--timeout", texts.timeout, "DURATION", "End the run after this time, e.g. 300ms or 5s");
  add_single(app, "--fuel", texts.fuel, "N", "Not available yet");
  add_single(app, "--max-memory", texts.max_memory, "SIZE",
             "Limit of all linear memories together, e.g. 512MiB");
  add_single(app, "--max-stack", texts.max_stack, "SIZE", "Limit of the guest's stack, e.g. 1MiB");
  add_single(app, "--perf", texts.perf, "map|jitdump",
             "Tell perf what compiled code is: names in /tmp/perf-PID.map, or all in jit-PID.dump for perf "
             "inject");
  app.add_flag("--gdb", options.gdb, "Tell gdb what compiled code is: functions, lines, how to unwind");
  add_single(app, "--log", options.log_level, "LEVEL", "Log to stderr: trace, debug, info, warn, error, off");
}

/// --dir and --dir-ro in the order in which they were given: it is the order of the guest's descriptors.
void collect_directories(const CLI::App& app, const RunTexts& texts, RunOptions& options) {
  std::size_t next = 0;
  std::size_t next_read_only = 0;
  for (const CLI::Option* option : app.parse_order()) {
    if (option->check_name("--dir")) {
      options.directories.push_back(parse_directory(texts.directories[next++], false));
    } else if (option->check_name("--dir-ro")) {
      options.directories.push_back(parse_directory(texts.read_only_directories[next_read_only++], true));
    }
  }
}

/// What stands behind the options: MODULE and the guest's arguments.
void set_command(RunOptions& options, const Arguments& operands) {
  options.module = operands.front();
  options.guest.assign(operands.begin() + 1, operands.end());
}

/// Parses the options of `run` and those that `app` has beside them.
void parse_run(CLI::App& app, const Arguments& arguments, RunOptions& options) {
  RunTexts texts;
  add_run_options(app, options, texts);
  const Arguments rest = parse(app, arguments, "MODULE [args...]");
  if (rest.empty()) fail("no module given (try: wasmjet --help)");

  if (texts.fuel) fail("--fuel is not available yet; use --timeout");
  options.tier = parse_tier(texts.tier);
  options.sandbox = parse_sandbox(texts.sandbox);
  options.perf = parse_perf(texts.perf);
  if (options.tier == Tier::interpreter && (options.perf != PerfMode::off || options.gdb)) {
    fail("--perf and --gdb are for compiled code, --tier interp makes none");
  }
  check_log_level(options.log_level);
  collect_directories(app, texts, options);
  for (const std::string& text : texts.variables) {
    if (auto variable = parse_variable(text)) options.environment.push_back(std::move(*variable));
  }
  for (const std::string& text : texts.listens) options.listens.push_back(parse_tcplisten(text));
  for (const std::string& text : texts.preloads) options.preloads.push_back(parse_preload(text));
  options.timeout = parse_timeout(texts.timeout);
  options.max_memory = parse_limit("--max-memory", texts.max_memory);
  options.max_stack = parse_limit("--max-stack", texts.max_stack);
  set_command(options, rest);
}

ProfileFormat parse_profile_format(const std::optional<std::string>& format) {
  if (!format || *format == "text") return ProfileFormat::text;
  if (*format == "folded") return ProfileFormat::folded;
  if (*format == "speedscope") return ProfileFormat::speedscope;
  if (*format == "firefox") return ProfileFormat::firefox;
  if (*format == "json") return ProfileFormat::json;
  fail("--format: '" + *format + "' is not text, folded, speedscope, firefox or json");
}

/// A whole number from 1 to `most`.
std::uint32_t parse_count(const std::string& option, const std::string& text, std::uint32_t most) {
  const auto count = parse_number(text, most);
  if (!count || *count == 0) {
    fail(option + ": '" + text + "' is not a number from 1 to " + std::to_string(most));
  }
  return static_cast<std::uint32_t>(*count);
}

}  // namespace

std::string RunOptions::guest_name() const {
  if (argv0) return *argv0;
  return module.substr(module.find_last_of('/') + 1);
}

RunOptions parse_run_options(const Arguments& arguments) {
  RunOptions options;
  // Most runs have no options: then declaring them all would be a twentieth of an empty program's time.
  if (!arguments.empty() && !arguments.front().starts_with('-')) {
    set_command(options, arguments);
    return options;
  }
  CLI::App app("Runs a WASI command, or one export of any module with --invoke.", std::string(kRunName));
  parse_run(app, arguments, options);
  return options;
}

ProfileOptions parse_profile_options(const Arguments& arguments) {
  ProfileOptions options;
  std::optional<std::string> rate, top, format, count;
  CLI::App app(
      "Runs a program as 'wasmjet run' does and tells where its time went. Nothing is added to its code. "
      "With "
      "--count or --coverage, counts what runs instead, exactly.",
      std::string(kProfileName));
  add_single(app, "-o,--output", options.output, "FILE", "Write the report to FILE (default: stderr)");
  add_single(
      app, "--format", format, "FORMAT",
      "text (default), folded (for flame graph tools), speedscope, firefox (profiler.firefox.com) or json");
  add_single(app, "--flamegraph", options.flame_graph, "FILE",
             "Also draw a flame graph: an SVG for browsers");
  add_repeatable(app, "--annotate", options.annotate, "FUNC",
                 "Also show the code of this function (index or name) with the samples at each instruction");
  add_single(app, "--rate", rate, "HZ", "Samples a second (default: 1000)");
  add_single(app, "--top", top, "N", "Rows of each table (default: 20)");
  add_single(app, "--count", count, "LIST",
             "Report exact counts, in the interpreter: some of calls,loops,opcodes,branches,memory");
  add_single(app, "--coverage", options.coverage, "FILE",
             "Write how often each line of source ran, for lcov and genhtml; code without lines is listed in "
             "FILE.wat");
  parse_run(app, arguments, options.run);
  options.format = parse_profile_format(format);
  if (rate) options.rate = parse_count("--rate", *rate, 20'000);
  if (top) options.top = parse_count("--top", *top, 1'000'000);
  if (!options.annotate.empty() && options.format != ProfileFormat::text) {
    fail("--annotate is a part of the report as text: leave --format out");
  }
  if (count) options.count = counts::parse_selection(*count);
  if (count || options.coverage) {
    counts::settle_options(options, {rate.has_value(), format.has_value(), top.has_value()});
  }
  return options;
}

ValidateOptions parse_validate_options(const Arguments& arguments) {
  CLI::App app("Validates modules and prints the first error of each with its offset.", "wasmjet validate");
  ValidateOptions options{parse(app, arguments, "FILE...")};
  if (options.files.empty()) fail("validate: no file given");
  return options;
}

InspectOptions parse_inspect_options(const Arguments& arguments) {
  InspectOptions options;
  CLI::App app("Lists a module's sections, imports and exports.", "wasmjet inspect");
  app.add_flag("--stats", options.stats, "Compile all functions and print 'key: value' lines");
  app.add_flag("--wat", options.wat, "Print the module in the text format");
  app.add_flag("--sizes", options.sizes, "List what takes the most bytes of the file");
  app.add_flag("--all", options.all, "With --sizes or --functions: list everything");
  app.add_flag("--callgraph", options.call_graph,
               "Print which function calls which, in Graphviz's language (dot)");
  app.add_flag(
      "--functions", options.functions,
      "List the functions with the most machine code: its bytes, Wasm's, and the time to compile it");
  app.add_flag("--disasm", options.disassemble,
               "Print the machine code of function FUNC (index or name; default: all)");
  add_single(app, "--strip", options.strip, "OUT", "Write the module without its custom sections to OUT");
  app.add_option(
         "--target", options.target,
         "With --disasm or --functions: the architecture to compile for, x64 or a64 (default: this one)")
      ->check(CLI::IsMember({"x64", "a64"}));
  Arguments rest = parse(app, options_first(app, arguments), "MODULE [FUNC]");
  if (rest.empty()) fail("inspect: no module given");
  if (options.stats + options.wat + options.sizes + options.call_graph + options.functions +
          options.disassemble + options.strip.has_value() >
      1) {
    fail(
        "inspect: only one of --stats, --wat, --sizes, --callgraph, --functions, --disasm and --strip at a "
        "time");
  }
  if (options.target && !options.disassemble && !options.functions) {
    fail("inspect: --target is for --disasm and --functions");
  }
  options.module = std::move(rest[0]);
  if (rest.size() > 1 && options.disassemble) options.function = std::move(rest[1]);
  if (rest.size() > (options.disassemble ? 2 : 1)) fail("inspect: unexpected argument '" + rest.back() + "'");
  return options;
}

WastOptions parse_wast_options(const Arguments& arguments) {
  WastOptions options;
  std::optional<std::string> tier, timeout;
  CLI::App app(
      "Runs spec scripts: a summary line a file and in total. Exits with 1 unless every command passes; what "
      "is unsupported does not. Threads and custom page sizes may be used.",
      "wasmjet wast");
  add_single(app, "--tier", tier, "auto|jit|interp", "How to run (default: auto)");
  app.add_flag("--verbose", options.verbose,
               "Print every command that does not pass, and why: expected and actual values");
  add_single(app, "--report", options.report, "FILE",
             "Write a line FILE:LINE KIND STATUS for each command; STATUS is pass, fail or unsupported");
  add_single(app, "--timeout", timeout, "DURATION", "End after this time, all files together, e.g. 30s");
  options.files = parse(app, arguments, "FILE...");
  if (options.files.empty()) fail("wast: no file given");
  options.tier = parse_tier(tier);
  options.timeout = parse_timeout(timeout);
  return options;
}

std::string general_help() {
  return R"(wasmjet runs WebAssembly programs.

Usage:
  wasmjet [run] [options] MODULE [args...]   run a WASI command; MODULE is a .wasm or .wat file or - (stdin)
  wasmjet profile [options] MODULE [args...] run it and tell where its time went, or what ran how often
  wasmjet validate FILE...                   print the first error and where it is
  wasmjet inspect MODULE [options]           sections, imports and exports; --help lists more views
  wasmjet wast [options] FILE...             run spec scripts (.wast)
  wasmjet --version | --help                 'wasmjet run --help' lists the options of run; others likewise

Options stand before MODULE; all that stands behind it belongs to the guest.

Examples:
  wasmjet app.wasm input.txt                 nothing of the host is visible unless it is given:
  wasmjet --dir . app.wasm input.txt         ... the current folder
  wasmjet --dir data::/ --env LANG app.wasm  ... the folder data as /, and a variable
  wasmjet --invoke fib fib.wasm 10           call an export, print its results
  wasmjet --timeout 5s --max-memory 512MiB app.wasm
  wasmjet --preload lib=lib.wasm app.wasm    link app's imports of module lib to lib.wasm

Exit codes: the guest's own; 134 trap; 124 timeout; 125 wasmjet's own failure or wrong usage;
126 malformed, invalid or not linkable; 127 not found or not readable.
)";
}

}  // namespace wasmjet::cli
