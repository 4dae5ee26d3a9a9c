#include <optional>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/errors.hpp"
#include "cli/exit_codes.hpp"
#include "cli/io.hpp"
#include "cli/logging.hpp"
#include "cli/sandbox/sandbox.hpp"
#include "cli/session.hpp"
#include "cli/values.hpp"
#include "runtime/compiled_module.hpp"
#include "runtime/thread_state.hpp"

namespace wasmjet::cli {
namespace {

std::string hex(std::uint64_t number) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  do {
    out.insert(out.begin(), kDigits[number & 15]);
    number >>= 4;
  } while (number != 0);
  return "0x" + out;
}

/// " at src/main.c:12:7", or nothing where the module does not say.
std::string source_of(const TraceFrame& frame) {
  if (frame.code == nullptr) return "";
  const dwarf::SourceLines& lines = frame.code->source_lines();
  const auto place = lines.find(frame.offset);
  return place ? " at " + printable(lines.text(*place)) : "";
}

/// "  0: name (module.wasm+0x1234) at main.c:12:7", innermost first. Of a deep stack, its two ends.
std::string format_backtrace(const Trap& trap) {
  constexpr std::uint64_t kInner = 32;
  constexpr std::uint64_t kOuter = 16;
  std::string out;
  std::uint64_t expected = 0;
  for (const TraceFrame& frame : trap.frames) {
    if (frame.number >= kInner && frame.number + kOuter < trap.depth) continue;
    if (frame.number != expected) out += "  ...\n";
    expected = frame.number + 1;
    const std::string number = std::to_string(frame.number);
    out += std::string(number.size() < 3 ? 3 - number.size() : 0, ' ') + number + ": " +
           printable(frame.name) + " (" + printable(frame.module) + "+" + hex(frame.offset) + ")" +
           source_of(frame) + "\n";
  }
  return out;
}

/// Who else is concerned with how a run ends.
struct Run {
  const Deadline& deadline;
  RunObserver* observer;  ///< may be null
};

/// Prints what there is to say about a trap; returns the exit code that it stands for.
int report_trap(const Trap& trap, const Run& run) {
  if (trap.code == TrapCode::exit) return static_cast<int>(trap.exit_status & 0xFF);
  const bool timed_out = trap.code == TrapCode::interrupted && run.deadline.expired();
  const int exit_code = timed_out ? kExitTimeout : kExitTrap;
  Deadline::settle(exit_code);
  if (run.observer != nullptr) run.observer->trapped(trap, timed_out);
  print_error(timed_out ? "timed out" : "trap: " + trap.message);
  write_stderr(format_backtrace(trap));
  return exit_code;
}

/// Names of exported functions, for messages; at most a few.
std::string exported_functions(const Module& module) {
  constexpr std::size_t kMost = 10;
  std::string out;
  std::size_t count = 0;
  for (const Export& exported : module.exports) {
    if (exported.kind != ExternKind::function) continue;
    if (++count > kMost) return out + ", ...";
    out += (out.empty() ? "" : ", ") + exported.name;
  }
  return out.empty() ? "none" : out;
}

/// The arguments of `--invoke`, parsed by the function's type.
std::vector<Value> parse_arguments(const std::string& name, const FuncType& type, const Arguments& texts) {
  if (texts.size() != type.params.size()) {
    throw UsageError{"--invoke " + name + ": " + std::to_string(texts.size()) +
                     " arguments given, its type is " + to_string(type)};
  }
  std::vector<Value> values;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto value = parse_value(type.params[i], texts[i]);
    if (!value) {
      throw UsageError{"--invoke " + name + ": argument " + std::to_string(i + 1) + ": '" + texts[i] +
                       "' is not of type " + to_string(type.params[i])};
    }
    values.push_back(*value);
  }
  return values;
}

/// Calls `_initialize`, by which a library (a WASI "reactor") sets itself up, if there is one.
std::optional<Trap> initialize(const Instance& instance) {
  const Func function = instance.find_function("_initialize");
  if (!function || function.type() != FuncType{}) return std::nullopt;
  return function.call().trap;
}

int invoke_export(const RunOptions& options, const Instance& instance, const Run& run) {
  const std::string& name = *options.invoke;
  const Func function = instance.find_function(name);
  if (!function) {
    throw UsageError{"--invoke " + name + ": " + options.module +
                     " exports no such function; it exports: " + exported_functions(instance.module())};
  }
  const std::vector<Value> arguments = parse_arguments(name, function.type(), options.guest);
  if (name != "_initialize") {
    if (const auto trap = initialize(instance)) return report_trap(*trap, run);
  }
  const Outcome outcome = function.call(arguments);
  if (outcome.trap) return report_trap(*outcome.trap, run);
  std::string text;
  for (std::size_t i = 0; i < outcome.values.size(); ++i) {
    text += format_value(function.type().results[i], outcome.values[i]) + "\n";
  }
  return print_output(text);
}

int run_start(const RunOptions& options, const Instance& instance, const Run& run) {
  const Func start = instance.find_function("_start");
  if (!start || !start.type().params.empty()) {  // results are harmless: some compilers return main's
    throw CommandError{
        kExitBadModule,
        options.module + ": link error: " + (start ? "_start takes parameters" : "no export _start") +
            " (--invoke NAME calls another export; functions: " + exported_functions(instance.module()) +
            ")"};
  }
  const Outcome outcome = start.call();
  return outcome.trap ? report_trap(*outcome.trap, run) : kExitSuccess;
}

/// The last thing before code of a guest may run: everything that touches files has been done.
void give_up_what_guests_do_not_need(const RunOptions& options, Session& session,
                                     const std::vector<LoadedModule>& preloads, const LoadedModule& main,
                                     Deadline& deadline, RunObserver* observer) {
  sandbox::Needs needs;
  if (observer != nullptr) {
    std::vector<LoadedModule> modules = preloads;
    modules.push_back(main);
    observer->loaded(modules, needs);
  }
  for (const LoadedModule& preload : preloads) needs.add_imports(preload.module->module());
  needs.add_imports(main.module->module());
  for (const int descriptor : session.tools().outputs) needs.add_output(descriptor);
  const sandbox::Sandbox sandbox(options.sandbox, std::move(needs));
  prepare_thread();  // reads /proc
  sandbox.restrict_files(session.directories());
  deadline.start_watchdog();
  if (observer != nullptr) observer->confined();
  session.start_threads(preloads, main);
  sandbox.restrict_system_calls();
}

/// Instantiates all modules and calls what the options say; returns the exit code.
int run_guest(const RunOptions& options, Session& session, const std::vector<LoadedModule>& preloads,
              const LoadedModule& main, const Run& run) {
  for (std::size_t i = 0; i < preloads.size(); ++i) {
    const Instantiated loaded = session.preload(options.preloads[i].name, preloads[i]);
    if (loaded.trap) return report_trap(*loaded.trap, run);
    if (const auto trap = initialize(*loaded.instance)) return report_trap(*trap, run);
  }
  const Instantiated loaded = session.instantiate(main);
  if (loaded.trap) return report_trap(*loaded.trap, run);
  return options.invoke ? invoke_export(options, *loaded.instance, run)
                        : run_start(options, *loaded.instance, run);
}

}  // namespace

int run_command(const RunOptions& options, const StandardDescriptors& descriptors, RunObserver* observer) {
  set_up_logging(options.log_level);
  // Whoever observes the run wants to be told how it ended.
  Deadline deadline(options.timeout, observer == nullptr ? Deadline::kGrace : Deadline::kLongGrace);
  Session session(options, descriptors, deadline);
  if (observer != nullptr) observer->began(session);
  std::vector<LoadedModule> preloads;
  preloads.reserve(options.preloads.size());
  for (const PreloadOption& preload : options.preloads) preloads.push_back(session.load(preload.file));
  const LoadedModule main = session.load(options.module);
  give_up_what_guests_do_not_need(options, session, preloads, main, deadline, observer);
  // The watchdog must let go of the store before it is destroyed.
  struct Watch {
    Deadline& deadline;
    Watch(Deadline& d, Store& store) : deadline(d) { deadline.watch(&store); }
    ~Watch() { deadline.watch(nullptr); }
  } const watch(deadline, session.store());

  const int exit_code = run_guest(options, session, preloads, main, {deadline, observer});
  if (observer != nullptr) {
    Deadline::dismiss();
    observer->ended(session, exit_code);
  }
  Deadline::settle(exit_code);  // giving gigabytes back takes a while
  session.tools().report_problems();
  return exit_code;
}

}  // namespace wasmjet::cli
