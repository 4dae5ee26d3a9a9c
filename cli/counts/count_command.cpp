#include "cli/counts/count_command.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "cli/commands.hpp"
#include "cli/counts/counts.hpp"
#include "cli/counts/coverage.hpp"
#include "cli/counts/report.hpp"
#include "cli/profile/output_file.hpp"
#include "cli/session.hpp"

namespace wasmjet::cli::counts {
namespace {

using profile::OutputFile;

/// Tells in the end what was counted.
class Counter final : public RunObserver {
 public:
  explicit Counter(const ProfileOptions& options) : options_(options) {
    if (options.output) report_.emplace(*options.output);
    if (options.coverage) tracefile_.emplace(*options.coverage);
  }

  void began(Session&) override {}
  void loaded(const std::vector<LoadedModule>& modules, sandbox::Needs& needs) override {
    if (options_.coverage && std::ranges::any_of(modules, [](const LoadedModule& loaded) {
          return Coverage::needs_listing(*loaded.module);
        })) {
      const std::string path = *options_.coverage + ".wat";
      listing_.emplace(path);
      listing_path_ = std::filesystem::absolute(path).lexically_normal().string();
    }
    const auto pointer = [](const std::optional<OutputFile>& file) { return file ? &*file : nullptr; };
    profile::begin_output({pointer(report_), pointer(tracefile_), pointer(listing_)}, modules, needs);
  }
  void confined() override {}
  void trapped(const Trap& trap, bool timed_out) override {
    ended_ = timed_out ? "by the timeout" : "by a trap: " + trap.message;
  }
  void ended(Session& session, int exit_code) override {
    const Store& store = session.store();
    if (options_.count.any()) {
      if (ended_.empty()) ended_ = "with exit code " + std::to_string(exit_code);
      write_report(store, exit_code);
    }
    if (options_.coverage) {
      const Coverage coverage(store, listing_path_, [this](std::string_view text) {
        if (listing_) listing_->write(text);
      });
      tracefile_->write(tracefile(coverage));
    }
  }

 private:
  void write_report(const Store& store, int exit_code) const {
    Counts counts = collect(store);
    counts.command = options_.run.module;
    for (const std::string& argument : options_.run.guest) counts.command += " " + argument;
    counts.ended = ended_;
    const std::string text = options_.format == ProfileFormat::json
                                 ? report_json(counts, options_.count)
                                 : report_text(counts, options_.count, options_.top, style_);
    report_ ? report_->write(text) : profile::write_to_stderr(text, exit_code);
  }

  const ProfileOptions& options_;
  /// Decided here: nothing is asked of descriptors once the process has given up what the guest does not
  /// need.
  const profile::Style style_{!options_.output && isatty(STDERR_FILENO) == 1};
  std::optional<OutputFile> report_, tracefile_, listing_;
  std::string listing_path_;
  std::string ended_;  ///< if not by an exit code
};

}  // namespace

int count_command(const ProfileOptions& options, const StandardDescriptors& descriptors) {
  Counter counter(options);
  return run_command(options.run, descriptors, &counter);
}

}  // namespace wasmjet::cli::counts
