#include <unistd.h>

#include <chrono>
#include <optional>

#include "cli/commands.hpp"
#include "cli/counts/count_command.hpp"
#include "cli/errors.hpp"
#include "cli/exit_codes.hpp"
#include "cli/profile/annotate.hpp"
#include "cli/profile/flame_graph.hpp"
#include "cli/profile/output_file.hpp"
#include "cli/profile/report_json.hpp"
#include "cli/profile/report_text.hpp"
#include "cli/profile/symbols.hpp"
#include "cli/session.hpp"
#include "runtime/sampler.hpp"

namespace wasmjet::cli {
namespace {

using Clock = std::chrono::steady_clock;

std::string command_line(const RunOptions& options) {
  std::string text = options.module;
  for (const std::string& argument : options.guest) text += " " + argument;
  return text;
}

std::string tier_name(const RunOptions& options) {
  if (options.tier == Tier::interpreter) return "interpreter";
#ifdef WASMJET_JIT
  return options.tier == Tier::jit ? "compiler" : "compiler (interpreter for what it lacks)";
#else
  return "interpreter";
#endif
}

/// Takes samples for as long as a run lasts.
class Profiler final : public RunObserver {
 public:
  explicit Profiler(const ProfileOptions& options) : options_(options) {
    if (options.output) report_.emplace(*options.output);
    on_terminal_ = !report_ && isatty(STDERR_FILENO) == 1;  // the sandbox may not let one ask
    if (options.flame_graph) flame_graph_.emplace(*options.flame_graph);
    if (!options.annotate.empty()) profile::prepare_annotate();
  }

  void began(Session& session) override {
    session.store().map_instructions();
    sampler_.emplace(SamplerOptions{options_.rate});
    begin_ = Clock::now();
    sampler_->start();
  }
  void loaded(const std::vector<LoadedModule>& modules, sandbox::Needs& needs) override {
    load_time_ = Clock::now() - begin_;
    needs.add_sampler();
    profile::begin_output({report_ ? &*report_ : nullptr, flame_graph_ ? &*flame_graph_ : nullptr}, modules,
                          needs);
  }
  void confined() override { sampler_->renew_ticks(); }
  void trapped(const Trap& trap, bool timed_out) override {
    ended_ = timed_out ? "by the timeout" : "by a trap: " + printable(trap.message);
  }
  void ended(Session& session, int exit_code) override {
    sampler_->stop();
    profile::Profile profile = profile::make_profile(*sampler_, session.store());
    profile.command = command_line(options_.run);
    profile.tier = tier_name(options_.run);
    profile.ended = ended_.empty() ? "with exit code " + std::to_string(exit_code) : ended_;
    profile.load_seconds = std::chrono::duration<double>(load_time_).count();
    write_report(profile, session.store(), exit_code);
  }

 private:
  std::string report(const profile::Profile& profile, const Store& store) const {
    switch (options_.format) {
      case ProfileFormat::folded:
        return profile::report_folded(profile);
      case ProfileFormat::speedscope:
        return profile::report_speedscope(profile);
      case ProfileFormat::firefox:
        return profile::report_firefox(profile);
      case ProfileFormat::json:
        return profile::report_json(profile);
      case ProfileFormat::text:
        break;
    }
    const profile::Style style(on_terminal_);
    std::string text = profile::report_text(profile, options_.top, style);
    for (const std::string& function : options_.annotate) {
      text += profile::annotate(profile, store, function, style);
    }
    return text;
  }
  /// An output that cannot be written does not keep the other one from being so.
  void write_report(const profile::Profile& profile, const Store& store, int exit_code) {
    std::optional<CommandError> failure;
    const auto attempt = [&](const auto& write) {
      try {
        write();
      } catch (const CommandError& error) {
        failure = error;
      }
    };
    attempt([&] {
      const std::string text = report(profile, store);
      report_ ? report_->write(text) : profile::write_to_stderr(text, exit_code);
    });
    if (flame_graph_) attempt([&] { flame_graph_->write(profile::flame_graph(profile)); });
    if (failure) throw CommandError(*failure);
  }

  const ProfileOptions& options_;
  std::optional<profile::OutputFile> report_;
  std::optional<profile::OutputFile> flame_graph_;
  bool on_terminal_ = false;
  std::optional<Sampler> sampler_;
  Clock::time_point begin_;
  Clock::duration load_time_{};
  std::string ended_;  ///< if not by an exit code
};

}  // namespace

int profile_command(const ProfileOptions& options, const StandardDescriptors& descriptors) {
  if (options.count.any() || options.coverage) return counts::count_command(options, descriptors);
  Profiler profiler(options);
  return run_command(options.run, descriptors, &profiler);
}

}  // namespace wasmjet::cli
