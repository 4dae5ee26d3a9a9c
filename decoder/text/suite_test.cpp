#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "decoder/decoder.hpp"
#include "decoder/text/assemble.hpp"
#include "decoder/text/text_test_support.hpp"

// Every module of the official testsuite is judged as the suite does: valid, invalid or malformed, in text,
// quoted and binary form. What running them gives is not looked at here.
namespace wasmjet::test {
namespace {

namespace fs = std::filesystem;
using text::TokenCursor;
using text::TokenKind;

fs::path suite_folder() {
  const char* const data = std::getenv("WASMJET_TESTDATA");
  return (data != nullptr ? fs::path(data) : fs::path(__FILE__).parent_path() / "../../../shared") /
         "spec-testsuite";
}

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

constexpr Features kAllFeatures{.threads = true, .custom_page_sizes = true};

struct Judgement {
  std::optional<ModuleErrorKind> refused;  ///< nothing: valid
  std::string message;
};

/// How the module is judged whose "(module" has been taken; the cursor ends up somewhere within.
Judgement judge(TokenCursor& cursor) {
  try {
    cursor.accept_keyword("definition");
    cursor.accept_id();
    validate_functions(decode_module(text::assemble_rest(cursor), nullptr, kAllFeatures));
    return {};
  } catch (const ModuleError& error) {
    return {error.kind(), error.message()};
  }
}

struct Expectation {
  std::string_view command;
  std::optional<ModuleErrorKind> refused;
};
constexpr Expectation kExpectations[] = {
    {"module", std::nullopt},
    {"assert_unlinkable", std::nullopt},
    {"assert_trap", std::nullopt},
    {"assert_malformed", ModuleErrorKind::malformed},
    {"assert_malformed_custom", ModuleErrorKind::malformed},
    {"assert_invalid", ModuleErrorKind::invalid},
    {"assert_invalid_custom", ModuleErrorKind::invalid},
};

/// Commands that contradict the standard of today: these files of the threads proposal are older than
/// several memories, 64-bit limits and the rule that too large ones are invalid, not malformed.
const std::map<std::string, std::set<std::uint32_t>> kOutdated = {
    {"proposals/threads/imports.wast", {274, 310, 314, 318, 405, 409, 413}},
    {"proposals/threads/memory.wast", {14, 15, 84, 88, 92}}};

class SuiteScript {
 public:
  SuiteScript(std::string name, const std::string& source) : name_(std::move(name)), source_(source) {}

  /// Judges all modules; what is judged wrongly fails the test.
  void run() {
    const auto tokens = text::tokenize(source_);
    TokenCursor cursor(source_, tokens);
    if (name_ == "inline-module.wast") {
      EXPECT_THAT(validate_text(source_), IsValid());
      ++judged_;
    } else {
      run_commands(cursor);
    }
  }

  int judged() const { return judged_; }

 private:
  /// Up to a ")" or the end.
  void run_commands(TokenCursor& cursor) {
    while (cursor.at(TokenKind::open)) {
      TokenCursor inside = cursor;
      inside.next();
      const std::string_view command = inside.expect_keyword();
      if (command == "thread") run_thread(inside);
      for (const Expectation& row : kExpectations) {
        if (row.command == command) expect(inside, row);
      }
      cursor.next();
      cursor.skip_to_close();
    }
  }

  void run_thread(TokenCursor& cursor) {
    cursor.accept_id();
    if (cursor.accept_list("shared")) cursor.skip_to_close();
    run_commands(cursor);
  }

  void expect(TokenCursor& cursor, const Expectation& row) {
    if (row.command == "module" ? cursor.at_keyword("instance") : !cursor.accept_list("module")) return;
    const std::uint32_t offset = cursor.peek().offset;
    const auto line =
        static_cast<std::uint32_t>(1 + std::count(source_.begin(), source_.begin() + offset, '\n'));
    const Judgement judgement = judge(cursor);
    ++judged_;
    const auto outdated = kOutdated.find(name_);
    if (outdated != kOutdated.end() && outdated->second.contains(line)) {
      EXPECT_NE(judgement.refused, row.refused) << name_ << ":" << line << " is not outdated";
      return;
    }
    if (name_.starts_with("legacy/") && judgement.refused == ModuleErrorKind::unsupported) return;
    EXPECT_EQ(judgement.refused, row.refused)
        << name_ << ":" << line << " " << row.command << ": " << judgement.message;
  }

  std::string name_;
  const std::string& source_;
  int judged_ = 0;
};

/// Modules of all files in `folder`, those of its subfolders not included.
int judge_folder(const fs::path& folder) {
  int judged = 0;
  for (const auto& entry : fs::directory_iterator(suite_folder() / folder)) {
    if (entry.path().extension() != ".wast") continue;
    const std::string source = read_text(entry.path());
    SuiteScript script((folder / entry.path().filename()).lexically_normal().string(), source);
    script.run();
    judged += script.judged();
  }
  return judged;
}

struct Group {
  const char* folder;
  int modules;
};

class Suite : public testing::TestWithParam<Group> {};

TEST_P(Suite, EveryModuleIsJudgedRightly) {
  if (!fs::exists(suite_folder())) GTEST_SKIP() << "NOT RUN: no " << suite_folder().string();
  EXPECT_EQ(judge_folder(GetParam().folder), GetParam().modules);
}

INSTANTIATE_TEST_SUITE_P(Folders, Suite,
                         testing::Values(Group{".", 7171}, Group{"custom", 28}, Group{"legacy", 25},
                                         Group{"proposals/custom-page-sizes", 174},
                                         Group{"proposals/threads", 291},
                                         Group{"proposals/threads-main", 148}));

}  // namespace
}  // namespace wasmjet::test
