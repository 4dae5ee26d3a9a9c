#include "spec-tests/wast/script_runner.hpp"

#include <algorithm>

#include "decoder/text/assemble.hpp"
#include "spec-tests/wast/script_errors.hpp"

namespace wasmjet::wast {

using text::TextError;
using text::TokenKind;

namespace {

/// Notes how a command has ended that threw the exception in flight.
void end_in_exception(CommandResult& result) {
  result.status = Status::fail;
  try {
    throw;
  } catch (const Unsupported& error) {
    result.status = Status::unsupported;
    result.detail = error.what();
  } catch (const TextError& error) {
    result.detail = error.text_message();
  } catch (const ModuleError& error) {
    result.detail = error.message();
  } catch (const std::exception& error) {  // Failure, LinkError, ResourceError, out of memory
    result.detail = error.what();
  }
}

/// A text that has no commands but is a module by itself.
CommandResult run_bare_module(Engine& engine, std::string_view text) {
  CommandResult result{1, "module", Status::pass, {}};
  try {
    ScriptModules modules(engine);
    modules.instantiate_whole(supported([&] { return modules.load(text::assemble(text)); }));
  } catch (...) {
    end_in_exception(result);
  }
  return result;
}

}  // namespace

const ScriptRunner::CommandRow ScriptRunner::kCommands[] = {
    {"module", &ScriptRunner::module_command},
    {"register", &ScriptRunner::register_command},
    {"invoke", &ScriptRunner::invoke_command},
    {"get", &ScriptRunner::get_command},
    {"thread", &ScriptRunner::thread_command, false},
    {"wait", &ScriptRunner::wait_command, false},
    {"assert_return", &ScriptRunner::assert_return},
    {"assert_trap", &ScriptRunner::assert_trap},
    {"assert_exhaustion", &ScriptRunner::assert_exhaustion},
    {"assert_exception", &ScriptRunner::assert_exception},
    {"assert_suspension", &ScriptRunner::unsupported_command},
    {"assert_unlinkable", &ScriptRunner::assert_unlinkable},
    {"assert_malformed", &ScriptRunner::assert_malformed, false},
    {"assert_invalid", &ScriptRunner::assert_invalid, false},
    {"assert_malformed_custom", &ScriptRunner::assert_malformed, false},
    {"assert_invalid_custom", &ScriptRunner::assert_invalid, false},
};

const ScriptRunner::CommandRow* ScriptRunner::find_command(std::string_view keyword) {
  const auto* const row = std::ranges::find(kCommands, keyword, &CommandRow::keyword);
  return row == std::end(kCommands) ? nullptr : row;
}

bool ScriptRunner::is_command(std::string_view keyword) { return find_command(keyword) != nullptr; }

void ScriptRunner::run(const ResultSink& sink) {
  for (;;) {
    if (cursor_.at(TokenKind::open)) {
      sink(run_command());
    } else if (thread_depth_ != 0 && cursor_.accept(TokenKind::close)) {
      --thread_depth_;
    } else {
      break;
    }
  }
  if (!cursor_.at(TokenKind::end) || thread_depth_ != 0) cursor_.fail_unexpected();
}

CommandResult ScriptRunner::run_command() {
  CommandResult result;
  const std::size_t begin = cursor_.position();
  result.line = next_line();
  thread_begin_.reset();
  try {
    cursor_.expect_open();
    const CommandRow* const row =
        cursor_.at(TokenKind::keyword) ? find_command(cursor_.peek_text()) : nullptr;
    result.kind = row == nullptr ? "unknown" : std::string(row->keyword);
    if (row == nullptr) cursor_.fail_unexpected();
    cursor_.next();
    if (thread_depth_ != 0 && row->needs_instances) throw Unsupported("threads: command of a thread");
    (this->*row->run)();
    cursor_.expect_close();
  } catch (...) {
    end_in_exception(result);
  }
  if (thread_begin_) {
    ++thread_depth_;
    cursor_.seek(*thread_begin_);
    return result;
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
  const bool definition_only = cursor_.accept_keyword("definition");
  const ScriptModules::Id id = cursor_.accept_id();
  const auto define = [&] { return modules_.define(id, [&] { return module_argument(); }); };
  if (definition_only) {
    define();
  } else {
    modules_.add_instance(id, define);
  }
  cursor_.seek(cursor_.position() - 1);  // module_argument() took this command's ")"
}

void ScriptRunner::module_instance() {
  const ScriptModules::Id id = cursor_.accept_id();
  const ScriptModules::Id definition = cursor_.accept_id();
  modules_.add_instance(id, [&] { return modules_.definition(definition); });
}

ModulePointer ScriptRunner::module_argument() {
  return supported([&] { return modules_.load(text::assemble_rest(cursor_)); });
}

void ScriptRunner::register_command() {
  const std::string name = cursor_.expect_name();
  modules_.register_instance(name, cursor_.accept_id());
}

/// "(thread $T (shared (module $M))* command*)": threads share memories, which no tier executes. The commands
/// are run through all the same: some need no instance, and each has its line in the report.
void ScriptRunner::thread_command() {
  cursor_.accept_id();
  while (cursor_.accept_list("shared")) {
    if (!cursor_.accept_list("module") || !cursor_.accept_id()) cursor_.fail_unexpected();
    cursor_.expect_close();
    cursor_.expect_close();
  }
  thread_begin_ = cursor_.position();
  throw Unsupported("threads: command thread");
}

void ScriptRunner::wait_command() {
  if (!cursor_.accept_id()) cursor_.fail_unexpected();
  throw Unsupported("threads: command wait");
}

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

void run_script(Engine& engine, std::string_view text, const ResultSink& sink) {
  try {
    const std::vector<text::Token> tokens = text::tokenize(text);
    text::TokenCursor cursor(text, tokens);
    const bool is_list = cursor.at(TokenKind::open) && cursor.peek(1).kind == TokenKind::keyword;
    if (is_list && !ScriptRunner::is_command(cursor.peek_text(1))) return sink(run_bare_module(engine, text));
    ScriptRunner(engine, cursor).run(sink);
  } catch (const TextError& error) {
    sink({error.line(), "script", Status::fail, error.text_message()});
  }
}

}  // namespace wasmjet::wast
