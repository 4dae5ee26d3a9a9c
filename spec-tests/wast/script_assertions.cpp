#include <algorithm>

#include "spec-tests/wast/script_errors.hpp"
#include "spec-tests/wast/script_runner.hpp"

// The actions of scripts and the assertions about them.
namespace wasmjet::wast {
namespace {

std::string describe_trap(const Trap& trap) {
  return (trap.code == TrapCode::stack_overflow ? "exhaustion: " : "trap: ") + trap.message;
}

std::string describe_result(const ActionResult& result) {
  if (result.trap) return describe_trap(*result.trap);
  std::string out;
  for (const TypedValue& value : result.values) out += (out.empty() ? "" : " ") + describe(value);
  return out.empty() ? "no results" : out;
}

std::string describe_expected(const std::vector<Pattern>& patterns) {
  std::string out;
  for (const Pattern& pattern : patterns) out += (out.empty() ? "" : " ") + pattern.text;
  return out.empty() ? "no results" : out;
}

/// Scripts give the beginning of a message, or have the number of an element at its end.
bool same_message(std::string_view expected, std::string_view actual) {
  if (actual.starts_with(expected)) return true;
  return expected.starts_with(actual) && expected[actual.size()] == ' ' &&
         expected.find_first_not_of("0123456789", actual.size() + 1) == std::string_view::npos;
}

}  // namespace

void ScriptRunner::fail(const ActionResult& result, const std::string& expected) {
  if (!result.missing_effects.empty()) throw Unsupported(result.missing_effects);
  throw Failure("expected " + expected + ", got " + describe_result(result));
}

void ScriptRunner::invoke_command() {
  const ActionResult result = invoke();
  if (result.trap) fail(result, "no trap");
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
  const Instance& instance = modules_.instance(id);
  const Func function = instance.find_function(name);
  if (!function) throw Failure("no function \"" + name + "\" is exported");
  const std::vector<ValType>& params = function.type().params;
  std::vector<Value> arguments;
  bool all_fit = true;
  while (!cursor_.at(text::TokenKind::close)) {
    const TypedValue value = parse_value(cursor_);
    all_fit = all_fit && arguments.size() < params.size() && fits(value, params[arguments.size()]);
    arguments.push_back(value.value);
  }
  if (!all_fit || arguments.size() != params.size()) {
    throw Failure("arguments do not fit " + to_string(function.type()));
  }
  Outcome outcome = function.call(arguments);
  ActionResult result;
  for (std::size_t i = 0; i < outcome.values.size(); ++i) {
    result.values.push_back({function.type().results[i], outcome.values[i]});
  }
  result.trap = std::move(outcome.trap);
  result.missing_effects = modules_.missing_effects(instance);
  return result;
}

ActionResult ScriptRunner::get() {
  const std::optional<std::string> id = cursor_.accept_id();
  const std::string name = cursor_.expect_name();
  const Instance& instance = modules_.instance(id);
  const GlobalInstance* const global = instance.find_global(name);
  if (global == nullptr) throw Failure("no global \"" + name + "\" is exported");
  return {{{global->type().type, global->get()}}, std::nullopt, modules_.missing_effects(instance)};
}

void ScriptRunner::assert_return() {
  const ActionResult result = action();
  std::vector<Pattern> expected;
  while (!cursor_.at(text::TokenKind::close)) expected.push_back(parse_pattern(cursor_));
  const bool holds =
      !result.trap && std::ranges::equal(expected, result.values,
                                         [](const Pattern& a, const TypedValue& b) { return matches(a, b); });
  if (!holds) fail(result, describe_expected(expected));
}

void ScriptRunner::assert_trap() {
  ActionResult result;
  if (at_action()) {
    result = action();
  } else if (cursor_.accept_list("module")) {
    result.trap = modules_.instantiate(module_argument()).trap;
  } else {
    cursor_.fail_unexpected();
  }
  const std::string expected = cursor_.expect_string();
  const bool holds = result.trap && result.trap->code != TrapCode::stack_overflow &&
                     same_message(expected, result.trap->message);
  if (!holds) fail(result, "trap: " + expected);
}

void ScriptRunner::assert_exhaustion() {
  const ActionResult result = action();
  const std::string expected = cursor_.expect_string();
  const bool holds = result.trap && result.trap->code == TrapCode::stack_overflow &&
                     same_message(expected, result.trap->message);
  if (!holds) fail(result, "exhaustion: " + expected);
}

void ScriptRunner::assert_exception() { fail(action(), "an exception"); }

void ScriptRunner::assert_unlinkable() {
  if (!cursor_.accept_list("module")) cursor_.fail_unexpected();
  const ModulePointer module = module_argument();
  const std::string expected = cursor_.expect_string();
  std::string actual = "an instance";
  try {
    const Instantiated result = modules_.instantiate(module);
    if (result.trap) actual = describe_trap(*result.trap);
  } catch (const LinkError&) {
    return;
  }
  throw Failure("expected a link error: " + expected + ", got " + actual);
}

void ScriptRunner::assert_refused(ModuleErrorKind kind) {
  if (!cursor_.at_list("module")) cursor_.fail_unexpected();
  text::TokenCursor behind = cursor_;
  behind.next();
  behind.skip_to_close();
  const std::string expected = std::string(to_string(kind)) + ": " + behind.expect_string();
  std::string actual = "a valid module";
  try {
    cursor_.accept_list("module");
    module_argument();
  } catch (const ModuleError& error) {
    actual = error.message();
    if (error.kind() == kind) {
      cursor_ = behind;
      return;
    }
  }
  throw Failure("expected " + expected + ", got " + actual);
}

}  // namespace wasmjet::wast
