#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/deadline.hpp"
#include "cli/errors.hpp"
#include "cli/executor.hpp"
#include "cli/exit_codes.hpp"
#include "cli/io.hpp"
#include "spec-tests/wast/script.hpp"

namespace wasmjet::cli {
namespace {

/// Exit code where a command failed or is unsupported.
constexpr int kExitNotPassed = 1;

/// Commands by wast::Status.
using Counts = std::array<std::size_t, 3>;

std::string format_counts(const Counts& counts) {
  return std::to_string(counts[0]) + " pass, " + std::to_string(counts[1]) + " fail, " +
         std::to_string(counts[2]) + " unsupported";
}

std::string read_script(const std::string& path) {
  try {
    const std::vector<std::uint8_t> bytes = read_module_file(path);
    return {bytes.begin(), bytes.end()};
  } catch (const FileError&) {
    throw_module_failure(path);
  }
}

/// Runs scripts one after the other and keeps the counts and the report.
class ScriptSession {
 public:
  explicit ScriptSession(const WastOptions& options)
      : options_(options), engine_(make_executor(options.tier)) {
    if (!options.report) return;
    report_.open(*options.report, std::ios::trunc);
    check_report();
  }

  void run(const std::string& path) {
    Counts counts{};
    wast::run_script(engine_, read_script(path), [&](const wast::CommandResult& result) {
      ++counts[static_cast<std::size_t>(result.status)];
      record(path, result);
    });
    for (std::size_t i = 0; i < counts.size(); ++i) total_[i] += counts[i];
    print_output(path + ": " + format_counts(counts) + "\n");
  }

  /// Returns the exit code.
  int finish() {
    print_output("total: " + format_counts(total_) + "\n");
    if (options_.report) {
      report_.close();
      check_report();
    }
    return total_[1] + total_[2] == 0 ? kExitSuccess : kExitNotPassed;
  }

 private:
  void record(const std::string& path, const wast::CommandResult& result) {
    const std::string line = path + ":" + std::to_string(result.line) + " " + result.kind + " " +
                             std::string(wast::to_string(result.status));
    if (options_.report) report_ << line << '\n';
    if (options_.verbose && result.status != wast::Status::pass) {
      print_output(line + ": " + printable(result.detail) + "\n");
    }
  }

  void check_report() const {
    if (!report_) throw CommandError{kExitFailure, *options_.report + ": " + std::strerror(errno)};
  }

  const WastOptions& options_;
  Engine engine_;
  std::ofstream report_;
  Counts total_{};
};

}  // namespace

int wast_command(const WastOptions& options) {
  const Deadline deadline(options.timeout);
  ScriptSession session(options);
  int unreadable = kExitSuccess;
  bool any_ran = false;
  for (const std::string& path : options.files) {
    try {
      session.run(path);
      any_ran = true;
    } catch (const CommandError& error) {  // the other files count all the same
      print_error(error.message);
      if (unreadable == kExitSuccess) unreadable = error.exit_code;
    }
  }
  if (!any_ran) return unreadable;
  int exit_code = session.finish();
  if (unreadable != kExitSuccess) exit_code = unreadable;
  Deadline::settle(exit_code);
  return exit_code;
}

}  // namespace wasmjet::cli
