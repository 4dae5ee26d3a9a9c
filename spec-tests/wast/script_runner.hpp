#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "decoder/text/cursor.hpp"
#include "spec-tests/wast/script.hpp"
#include "spec-tests/wast/script_modules.hpp"
#include "spec-tests/wast/script_values.hpp"

namespace wasmjet::wast {

/// What an action gives: results, or a trap.
struct ActionResult {
  std::vector<TypedValue> values;
  std::optional<Trap> trap;
  /// Why the result may be another than it should be: ScriptModules::missing_effects().
  std::string missing_effects;
};

/// Runs the commands of one script.
class ScriptRunner {
 public:
  /// The cursor stands before the first command.
  ScriptRunner(Engine& engine, text::TokenCursor& cursor) : cursor_(cursor), modules_(engine) {}

  /// Runs all commands up to the end of the script. Throws TextError where no command begins.
  void run(const ResultSink& sink);
  static bool is_command(std::string_view keyword);

 private:
  struct CommandRow {
    std::string_view keyword;
    void (ScriptRunner::*run)();
    bool needs_instances = true;  ///< looks at what earlier commands have made
  };
  static const CommandRow kCommands[];
  static const CommandRow* find_command(std::string_view keyword);

  CommandResult run_command();
  /// The line of the next token, told from that of the last command.
  std::uint32_t next_line();

  // Each begins behind the command's keyword and throws unless the command passes.
  void module_command();
  void module_instance();
  void register_command();
  void invoke_command();
  void get_command();
  void thread_command();
  void wait_command();
  void assert_return();
  void assert_trap();
  void assert_exhaustion();
  void assert_exception();
  void assert_unlinkable();
  void assert_malformed() { assert_refused(ModuleErrorKind::malformed); }
  void assert_invalid() { assert_refused(ModuleErrorKind::invalid); }
  void unsupported_command() { throw Unsupported("command"); }

  void assert_refused(ModuleErrorKind kind);
  bool at_action() const { return cursor_.at_list("invoke") || cursor_.at_list("get"); }
  ActionResult action();
  ActionResult invoke();
  ActionResult get();
  /// Ends the command: it does not hold, unless what is missing may be the reason.
  [[noreturn]] static void fail(const ActionResult& result, const std::string& expected);
  /// A module within an assertion, up to and with its ")".
  ModulePointer module_argument();

  text::TokenCursor& cursor_;
  ScriptModules modules_;
  std::size_t counted_ = 0;  ///< bytes of the text whose lines line_ holds
  std::uint32_t line_ = 1;
  std::size_t thread_depth_ = 0;             ///< of `thread` commands that are open here
  std::optional<std::size_t> thread_begin_;  ///< where the commands of the current one begin
};

}  // namespace wasmjet::wast
