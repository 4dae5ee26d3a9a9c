#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/listen.hpp"

namespace wasmjet::cli {

using Arguments = std::vector<std::string>;

/// Wrong usage: one line that says what is wrong.
struct UsageError {
  std::string message;
};

/// `--help` was asked for: the text to print.
struct HelpRequest {
  std::string text;
};

/// A folder that the guest may use, under the name `guest`.
struct DirectoryOption {
  std::string host;
  std::string guest;
  bool read_only = false;
};

/// `--preload NAME=FILE`.
struct PreloadOption {
  std::string name;
  std::string file;
};

/// What runs the code. `counting` is the interpreter that counts what runs: `profile --count` alone.
enum class Tier : std::uint8_t { automatic, jit, interpreter, counting };

/// What the process gives up before the guest runs: what the kernel can take, all of it or an error, nothing.
enum class SandboxMode : std::uint8_t { automatic, strict, off };

/// What perf is told of compiled code: nothing, names (`perf report`), or code and lines too (`perf inject`).
enum class PerfMode : std::uint8_t { off, map, jitdump };

struct RunOptions {
  std::string module;  ///< path, or "-" for standard input
  Arguments guest;     ///< all that stands behind MODULE
  std::vector<DirectoryOption> directories;
  std::vector<ListenOption> listens;
  Arguments environment;  ///< "K=V"
  std::optional<std::string> argv0;
  std::optional<std::string> invoke;
  std::vector<PreloadOption> preloads;
  std::optional<std::chrono::nanoseconds> timeout;
  std::optional<std::uint64_t> max_memory;
  std::optional<std::uint64_t> max_stack;
  std::optional<std::string> log_level;
  Tier tier = Tier::automatic;
  SandboxMode sandbox = SandboxMode::automatic;
  PerfMode perf = PerfMode::off;
  bool gdb = false;  ///< compiled code is made known to a debugger

  /// The guest's argv[0]: `--argv0`, or the file's base name.
  std::string guest_name() const;
};

/// What a profile is written as.
enum class ProfileFormat : std::uint8_t { text, folded, speedscope, firefox, json };

/// What a report of exact counts is about.
struct CountSelection {
  bool calls = false;
  bool loops = false;
  bool opcodes = false;
  bool branches = false;
  bool memory = false;

  bool any() const { return calls || loops || opcodes || branches || memory; }
};

struct ProfileOptions {
  RunOptions run;
  std::uint32_t rate = 1000;  ///< samples a second
  std::size_t top = 20;       ///< rows of a table
  ProfileFormat format = ProfileFormat::text;
  std::optional<std::string> output;       ///< file of the report; else standard error
  std::optional<std::string> flame_graph;  ///< file of an SVG picture
  Arguments annotate;                      ///< functions whose code to show, by index or name
  CountSelection count;                    ///< with any, or with `coverage`, no samples are taken
  std::optional<std::string> coverage;     ///< file for lcov
};

struct ValidateOptions {
  Arguments files;
};

struct InspectOptions {
  std::string module;
  bool stats = false;
  bool wat = false;
  bool sizes = false;
  bool all = false;  ///< of `sizes`: every item
  bool call_graph = false;
  bool functions = false;
  bool disassemble = false;
  std::optional<std::string> function;  ///< index or name; with `disassemble` only
  std::optional<std::string> strip;     ///< file to write the module to without its custom sections
  std::optional<std::string> target;    ///< x64 or a64; with `disassemble` or `functions` only
};

struct WastOptions {
  Arguments files;
  bool verbose = false;
  Tier tier = Tier::automatic;
  std::optional<std::string> report;  ///< file that gets one line a command
  std::optional<std::chrono::nanoseconds> timeout;
};

/// Each parses what stands behind the subcommand's name. They throw UsageError and HelpRequest.
RunOptions parse_run_options(const Arguments& arguments);
ProfileOptions parse_profile_options(const Arguments& arguments);
ValidateOptions parse_validate_options(const Arguments& arguments);
InspectOptions parse_inspect_options(const Arguments& arguments);
WastOptions parse_wast_options(const Arguments& arguments);

/// What `wasmjet --help` prints.
std::string general_help();

}  // namespace wasmjet::cli
