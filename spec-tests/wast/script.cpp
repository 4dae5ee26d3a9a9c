#include "spec-tests/wast/script.hpp"

#include <algorithm>

#include "decoder/decoder.hpp"
#include "decoder/text/assemble.hpp"
#include "spec-tests/wast/script_modules.hpp"
#include "spec-tests/wast/script_values.hpp"

namespace wasmjet::wast {

using text::TextError;
using text::TokenCursor;
using text::TokenKind;

namespace {

/// What an action gives: results, or a trap.
struct ActionResult {
  std::vector<TypedValue> values;
  std::optional<Trap> trap;
};

std::string describe(const ActionResult& result) {
  if (result.trap) return "trap: " + result.trap->message;
  std::string out;
  for (const TypedValue& value : result.values) out += (out.empty() ? "" : " ") + describe(value);
  return out.empty() ? "no results" : out;
}

std::string describe(const std::vector<Pattern>& patterns) {
  std::string out;
  for (const Pattern& pattern : patterns) out += (out.empty() ? "" : " ") + pattern.text;
  return out.empty() ? "no results" : out;
}

/// Trap messages of scripts may have more at their end (the element's number), or less.
bool same_message(std::string_view expected, std::string_view actual) {
  return expected.starts_with(actual) || actual.starts_with(expected);
}

class ScriptRunner {
 public:
  ScriptRunner(Engine& engine, TokenCursor& cursor) : cursor_(cursor), modules_(engine) {}

  /// Runs the command that begins here.
  CommandResult run_command();
  static bool is_command(std::string_view keyword);

 private:
  struct CommandRow {
    std::string_view keyword;
    void (ScriptRunner::*run)();
  };
  static const CommandRow kCommands[];
  static const CommandRow* find_command(std::string_view keyword);

  // Each begins behind the command's keyword and throws unless the command passes.
  void module_command();
  void register_command();
  void invoke_command();
  void get_command();
  void assert_return();
  void assert_trap();
  void assert_exhaustion();
  void assert_unlinkable();
  void assert_malformed() { assert_refused(ModuleErrorKind::malformed); }
  void assert_invalid() { assert_refused(ModuleErrorKind::invalid); }
  void unsupported_command() { throw Unsupported("command"); }

  void assert_refused(ModuleErrorKind kind);
  void module_instance();
  bool at_action() const { return cursor_.at_list("invoke") || cursor_.at_list("get"); }
  ActionResult action();
  ActionResult invoke();
  ActionResult get();
  void expect_trap(const std::string& expected, const std::optional<Trap>& trap, const std::string& instead);

  /// The line of the next token, told from that of the last command.
  std::uint32_t next_line();

  TokenCursor& cursor_;
  ScriptModules modules_;
  std::size_t counted_ = 0;  ///< bytes of the text whose lines line_ holds
  std::uint32_t line_ = 1;
};

const ScriptRunner::CommandRow ScriptRunner::kCommands[] = {
    {"module", &ScriptRunner::module_command},
    {"register", &ScriptRunner::register_command},
    {"invoke", &ScriptRunner::invoke_command},
    {"get", &ScriptRunner::get_command},
    {"assert_return", &ScriptRunner::assert_return},
    {"assert_trap", &ScriptRunner::assert_trap},
    {"assert_exhaustion", &ScriptRunner::assert_exhaustion},
    {"assert_unlinkable", &ScriptRunner::assert_unlinkable},
    {"assert_malformed", &ScriptRunner::assert_malformed},
    {"assert_invalid", &ScriptRunner::assert_invalid},
    {"assert_malformed_custom", &ScriptRunner::unsupported_command},
    {"assert_invalid_custom", &ScriptRunner::unsupported_command},
    {"assert_exception", &ScriptRunner::unsupported_command},
    {"assert_suspension", &ScriptRunner::unsupported_command},
    {"thread", &ScriptRunner::unsupported_command},
    {"wait", &ScriptRunner::unsupported_command},
};

const ScriptRunner::CommandRow* ScriptRunner::find_command(std::string_view keyword) {
  const auto* const row = std::ranges::find(kCommands, keyword, &CommandRow::keyword);
  return row == std::end(kCommands) ? nullptr : row;
}

bool ScriptRunner::is_command(std::string_view keyword) { return find_command(keyword) != nullptr; }

CommandResult ScriptRunner::run_command() {
  CommandResult result;
  const std::size_t begin = cursor_.position();
  result.line = next_line();
  const auto end_with = [&result](Status status, const std::string& detail) {
    result.status = status;
    result.detail = detail;
  };
  const auto is_unsupported = [](const ModuleError& error) {
    return error.kind() == ModuleErrorKind::unsupported;
  };
  try {
    cursor_.expect_open();
    const CommandRow* const row =
        cursor_.at(TokenKind::keyword) ? find_command(cursor_.peek_text()) : nullptr;
    result.kind = row == nullptr ? "unknown" : std::string(row->keyword);
    if (row == nullptr) cursor_.fail_unexpected();
    cursor_.next();
    (this->*row->run)();
    cursor_.expect_close();
  } catch (const Unsupported& error) {
    end_with(Status::unsupported, error.what());
  } catch (const TextError& error) {
    end_with(is_unsupported(error) ? Status::unsupported : Status::fail, error.text_message());
  } catch (const ModuleError& error) {
    end_with(is_unsupported(error) ? Status::unsupported : Status::fail, error.message());
  } catch (const std::runtime_error& error) {  // Failure, LinkError, ResourceError
    end_with(Status::fail, error.what());
  }
  // Whatever was read of it: the next command is behind this one's parenthesis.
  cursor_.seek(begin);
  if (cursor_.accept(TokenKind::open)) cursor_.skip_to_close();
  return result;
}

std::uint32_t ScriptRunner::next_line() {
  const std::size_t offset = cursor_.peek().offset;
  const std::string_view passed = cursor_.source().substr(counted_, offset - counted_);
  line_ += static_cast<std::uint32_t>(std::ranges::count(passed, '\n'));
  counted_ = offset;
  return line_;
}

void ScriptRunner::module_command() {
  if (cursor_.accept_keyword("instance")) return module_instance();
  TokenCursor ahead = cursor_;
  const bool definition = ahead.accept_keyword("definition");
  const std::optional<std::string> id = ahead.accept_id();
  ModuleText module;
  try {
    module = parse_module(cursor_);
  } catch (const ModuleError& error) {
    if (error.kind() != ModuleErrorKind::unsupported) throw;
    if (definition) {
      modules_.add_unsupported_definition(id, error.what());
    } else {
      modules_.add_unsupported(id, error.what());
    }
    throw;
  }
  cursor_.seek(cursor_.position() - 1);  // parse_module takes the ")" too
  if (module.definition) {
    modules_.add_definition(module.id, std::move(module.bytes));
  } else {
    modules_.add_instance(module.id, std::move(module.bytes));
  }
}

void ScriptRunner::module_instance() {
  const std::optional<std::string> id = cursor_.accept_id();
  const std::optional<std::string> definition = cursor_.accept_id();
  modules_.add_instance_of(id, definition);
}

void ScriptRunner::register_command() {
  const std::string name = cursor_.expect_name();
  modules_.register_instance(name, cursor_.accept_id());
}

void ScriptRunner::invoke_command() {
  const ActionResult result = invoke();
  if (result.trap) throw Failure(describe(result));
}

void ScriptRunner::get_command() { get(); }

ActionResult ScriptRunner::action() {
  ActionResult result;
  if (cursor_.accept_list("invoke")) {
    result = invoke();
  } else if (cursor_.accept_list("get")) {
    result = get();
  } else {
    cursor_.fail_unexpected();
  }
  cursor_.expect_close();
  return result;
}

ActionResult ScriptRunner::invoke() {
  const std::optional<std::string> id = cursor_.accept_id();
  const std::string name = cursor_.expect_name();
  const Instance& instance = modules_.find(id);
  std::vector<Value> arguments;
  std::vector<ValType> types;
  while (!cursor_.at(TokenKind::close)) {
    const TypedValue value = parse_value(cursor_);
    arguments.push_back(value.value);
    types.push_back(value.type);
  }
  const Func function = instance.find_function(name);
  if (!function) throw Failure("no function \"" + name + "\" is exported");
  if (types != function.type().params) throw Failure("arguments do not fit " + to_string(function.type()));
  Outcome outcome = function.call(arguments);
  ActionResult result;
  for (std::size_t i = 0; i < outcome.values.size(); ++i) {
    result.values.push_back({function.type().results[i], outcome.values[i]});
  }
  result.trap = std::move(outcome.trap);
  return result;
}

ActionResult ScriptRunner::get() {
  const std::optional<std::string> id = cursor_.accept_id();
  const std::string name = cursor_.expect_name();
  const GlobalInstance* const global = modules_.find(id).find_global(name);
  if (global == nullptr) throw Failure("no global \"" + name + "\" is exported");
  return {{{global->type().type, global->get()}}, std::nullopt};
}

void ScriptRunner::assert_return() {
  const ActionResult result = action();
  std::vector<Pattern> expected;
  while (!cursor_.at(TokenKind::close)) expected.push_back(parse_pattern(cursor_));
  const bool holds =
      !result.trap && std::ranges::equal(expected, result.values,
                                         [](const Pattern& a, const TypedValue& b) { return matches(a, b); });
  if (!holds) throw Failure("expected " + describe(expected) + ", got " + describe(result));
}

void ScriptRunner::expect_trap(const std::string& expected, const std::optional<Trap>& trap,
                               const std::string& instead) {
  if (!trap) throw Failure("expected trap: " + expected + ", got " + instead);
  if (!same_message(expected, trap->message)) {
    throw Failure("expected trap: " + expected + ", got trap: " + trap->message);
  }
}

void ScriptRunner::assert_trap() {
  if (at_action()) {
    const ActionResult result = action();
    return expect_trap(cursor_.expect_string(), result.trap, describe(result));
  }
  if (!cursor_.accept_list("module")) cursor_.fail_unexpected();
  const Instantiated result = modules_.instantiate(parse_module(cursor_).bytes);
  expect_trap(cursor_.expect_string(), result.trap, "an instance");
}

void ScriptRunner::assert_exhaustion() {
  const ActionResult result = action();
  cursor_.expect_string();
  if (!result.trap || result.trap->code != TrapCode::stack_overflow) {
    throw Failure("expected exhaustion of the stack, got " + describe(result));
  }
}

void ScriptRunner::assert_unlinkable() {
  if (!cursor_.accept_list("module")) cursor_.fail_unexpected();
  ModuleText module = parse_module(cursor_);
  const std::string expected = cursor_.expect_string();
  try {
    modules_.instantiate(std::move(module.bytes));
  } catch (const LinkError&) {
    return;
  }
  throw Failure("expected a link error: " + expected);
}

void ScriptRunner::assert_refused(ModuleErrorKind kind) {
  if (!cursor_.at_list("module")) cursor_.fail_unexpected();
  TokenCursor behind = cursor_;
  behind.next();
  behind.skip_to_close();
  const std::string expected = behind.expect_string();
  try {
    cursor_.accept_list("module");
    validate_functions(decode_module(parse_module(cursor_).bytes));
  } catch (const ModuleError& error) {
    if (error.kind() == ModuleErrorKind::unsupported) throw;
    if (error.kind() != kind) {
      throw Failure("expected " + std::string(to_string(kind)) + ": " + expected + ", got " +
                    error.message());
    }
    cursor_ = behind;
    return;
  }
  throw Failure("expected " + std::string(to_string(kind)) + ": " + expected + ", got a valid module");
}

/// A text that has no commands but is a module by itself.
CommandResult run_bare_module(Engine& engine, std::string_view text) {
  CommandResult result{1, "module", Status::pass, {}};
  try {
    ScriptModules(engine).add_instance(std::nullopt, text::assemble(text));
  } catch (const ModuleError& error) {
    result.status = error.kind() == ModuleErrorKind::unsupported ? Status::unsupported : Status::fail;
    result.detail = error.message();
  } catch (const std::runtime_error& error) {
    result.status = Status::fail;
    result.detail = error.what();
  }
  return result;
}

}  // namespace

std::string_view to_string(Status status) {
  switch (status) {
    case Status::pass:
      return "pass";
    case Status::fail:
      return "fail";
    case Status::unsupported:
      break;
  }
  return "unsupported";
}

std::vector<CommandResult> run_script(Engine& engine, std::string_view text) {
  std::vector<CommandResult> results;
  try {
    const std::vector<text::Token> tokens = text::tokenize(text);
    TokenCursor cursor(text, tokens);
    const bool is_list = cursor.at(TokenKind::open) && cursor.peek(1).kind == TokenKind::keyword;
    if (is_list && !ScriptRunner::is_command(cursor.peek_text(1))) return {run_bare_module(engine, text)};
    ScriptRunner runner(engine, cursor);
    while (cursor.at(TokenKind::open)) results.push_back(runner.run_command());
    if (!cursor.at(TokenKind::end)) cursor.fail_unexpected();
  } catch (const TextError& error) {
    results.push_back({error.line(), "script", Status::fail, error.text_message()});
  }
  return results;
}

}  // namespace wasmjet::wast
