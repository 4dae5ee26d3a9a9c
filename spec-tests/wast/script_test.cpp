#include "spec-tests/wast/script.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "runtime/interpreter/interpreter.hpp"

namespace wasmjet::wast {

// How test failures show a result.
static void PrintTo(const CommandResult& result, std::ostream* out) {
  *out << result.line << " " << result.kind << " " << to_string(result.status) << " (" << result.detail
       << ")";
}

namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;

std::vector<CommandResult> run(std::string_view script) {
  Engine engine(interpreter::make_executor());
  std::vector<CommandResult> results;
  run_script(engine, script, [&](const CommandResult& result) { results.push_back(result); });
  return results;
}

/// The status of one command on a module with a bit of everything.
CommandResult run_on_module(const std::string& command) {
  const std::vector<CommandResult> results =
      run("(module"
          " (memory (export \"memory\") 1) (table (export \"table\") 1 funcref)"
          " (global (export \"g\") i32 (i32.const 7))"
          " (func (export \"id\") (param i32) (result i32) (local.get 0))"
          " (func (export \"f32\") (param i32) (result f32) (f32.reinterpret_i32 (local.get 0)))"
          " (func (export \"f64\") (param i64) (result f64) (f64.reinterpret_i64 (local.get 0)))"
          " (func (export \"pair\") (result i32 i64) (i32.const 1) (i64.const -2))"
          " (func (export \"trap\") unreachable)"
          " (func $loop (export \"loop\") (call $loop))"
          " (func (export \"ref\") (param externref) (result externref) (local.get 0))"
          " (func (export \"fun\") (result funcref) (ref.func $loop)))" +
          command);
  EXPECT_EQ(results.size(), 2U);
  EXPECT_EQ(results.front().status, Status::pass) << results.front().detail;
  return results.back();
}

auto ends_with(Status status) { return Field("status", &CommandResult::status, status); }
auto fails_with(const std::string& detail) {
  return AllOf(ends_with(Status::fail), Field("detail", &CommandResult::detail, HasSubstr(detail)));
}
const auto kPasses = ends_with(Status::pass);
const auto kUnsupported = ends_with(Status::unsupported);

TEST(Script, ReportsLineAndKindOfEachCommand) {
  const std::vector<CommandResult> results =
      run("(module)\n\n(assert_return (invoke \"f\"))\n(get \"g\") (frobnicate)");
  ASSERT_EQ(results.size(), 4U);
  EXPECT_EQ(results[1].line, 3U);
  EXPECT_EQ(results[1].kind, "assert_return");
  EXPECT_THAT(results[1], fails_with("no function \"f\""));
  EXPECT_THAT(results[2], fails_with("no global \"g\""));
  EXPECT_EQ(results[3].line, 4U);
  EXPECT_EQ(results[3].kind, "unknown");
  EXPECT_THAT(results[3], fails_with("unexpected token 'frobnicate'"));
}

TEST(Script, ComparesIntegers) {
  EXPECT_THAT(run_on_module("(assert_return (invoke \"id\" (i32.const -1)) (i32.const 0xffffffff))"),
              kPasses);
  EXPECT_THAT(run_on_module("(assert_return (invoke \"id\" (i32.const 1)) (i32.const 2))"),
              fails_with("expected (i32.const 2), got (i32.const 1)"));
  EXPECT_THAT(run_on_module("(assert_return (invoke \"id\" (i32.const 1)) (i64.const 1))"),
              fails_with("expected"));
  EXPECT_THAT(run_on_module("(assert_return (invoke \"id\" (i32.const 1)))"),
              fails_with("expected no results"));
  EXPECT_THAT(run_on_module("(assert_return (invoke \"pair\") (i32.const 1) (i64.const -2))"), kPasses);
  EXPECT_THAT(run_on_module("(assert_return (invoke \"pair\") (i32.const 1))"), fails_with("expected"));
  EXPECT_THAT(run_on_module("(assert_return (get \"g\") (i32.const 7))"), kPasses);
  EXPECT_THAT(run_on_module("(assert_return (get \"g\") (i32.const 8))"), fails_with("got (i32.const 7)"));
}

TEST(Script, ComparesFloatsByTheirBits) {
  const auto f32 = [](const std::string& bits, const std::string& expected) {
    return run_on_module("(assert_return (invoke \"f32\" (i32.const " + bits + ")) " + expected + ")");
  };
  EXPECT_THAT(f32("0x80000000", "(f32.const -0)"), kPasses);
  EXPECT_THAT(f32("0x80000000", "(f32.const 0)"), fails_with("0x80000000"));
  EXPECT_THAT(f32("0xffc00000", "(f32.const nan:canonical)"), kPasses);
  EXPECT_THAT(f32("0x7fc00001", "(f32.const nan:canonical)"), fails_with("nan:canonical"));
  EXPECT_THAT(f32("0x7fc00001", "(f32.const nan:arithmetic)"), kPasses);
  EXPECT_THAT(f32("0x7f800001", "(f32.const nan:arithmetic)"), fails_with("0x7f800001"));
  EXPECT_THAT(f32("0x7f800001", "(f32.const nan:0x1)"), kPasses);
  EXPECT_THAT(f32("0x3f800000", "(either (f32.const 2) (f32.const 1))"), kPasses);
  EXPECT_THAT(f32("0x3f800000", "(either (f32.const 2) (f32.const 3))"), fails_with("either"));
  const auto f64 = [](const std::string& bits, const std::string& expected) {
    return run_on_module("(assert_return (invoke \"f64\" (i64.const " + bits + ")) " + expected + ")");
  };
  EXPECT_THAT(f64("0x7ff8000000000000", "(f64.const nan:canonical)"), kPasses);
  EXPECT_THAT(f64("0x7ff8000000000001", "(f64.const nan:canonical)"), fails_with("nan:canonical"));
  EXPECT_THAT(f64("0xfff8000000000001", "(f64.const nan:arithmetic)"), kPasses);
  EXPECT_THAT(f64("0x7ff4000000000000", "(f64.const nan:arithmetic)"), fails_with("nan:arithmetic"));
}

TEST(Script, ComparesReferences) {
  const auto ref = [](const std::string& argument, const std::string& expected) {
    return run_on_module("(assert_return (invoke \"ref\" " + argument + ") " + expected + ")");
  };
  EXPECT_THAT(ref("(ref.extern 0)", "(ref.extern 0)"), kPasses);
  EXPECT_THAT(ref("(ref.extern 0)", "(ref.extern)"), kPasses);
  EXPECT_THAT(ref("(ref.extern 0)", "(ref.extern 1)"), fails_with("got (ref.extern 0)"));
  EXPECT_THAT(ref("(ref.extern 0)", "(ref.null extern)"), fails_with("got (ref.extern 0)"));
  EXPECT_THAT(ref("(ref.null extern)", "(ref.null)"), kPasses);
  EXPECT_THAT(ref("(ref.null extern)", "(ref.extern 0)"), fails_with("got (ref.null)"));
  EXPECT_THAT(ref("(ref.null func)", "(ref.null)"), fails_with("arguments do not fit"));
  EXPECT_THAT(run_on_module("(assert_return (invoke \"fun\") (ref.func))"), kPasses);
  EXPECT_THAT(run_on_module("(assert_return (invoke \"fun\") (ref.null))"), fails_with("got (ref.func)"));
}

TEST(Script, ChecksTraps) {
  EXPECT_THAT(run_on_module("(assert_trap (invoke \"trap\") \"unreachable\")"), kPasses);
  EXPECT_THAT(run_on_module("(assert_trap (invoke \"trap\") \"integer overflow\")"),
              fails_with("trap: unreachable"));
  EXPECT_THAT(run_on_module("(assert_trap (invoke \"trap\") \"unreach\")"), kPasses);
  EXPECT_THAT(run_on_module("(assert_trap (invoke \"trap\") \"unreachable 12\")"), kPasses);
  EXPECT_THAT(run_on_module("(assert_trap (invoke \"trap\") \"unreachable code\")"),
              fails_with("trap: unreachable"));
  EXPECT_THAT(run_on_module("(assert_trap (invoke \"loop\") \"call stack exhausted\")"),
              fails_with("got exhaustion: call stack exhausted"));
  EXPECT_THAT(run_on_module("(assert_exhaustion (invoke \"loop\") \"out of memory\")"),
              fails_with("got exhaustion"));
  EXPECT_THAT(run_on_module("(assert_exhaustion (invoke \"pair\") \"call stack exhausted\")"),
              fails_with("got (i32.const 1)"));
  EXPECT_THAT(run_on_module("(assert_exception (invoke \"trap\"))"),
              fails_with("expected an exception, got trap"));
  EXPECT_THAT(run_on_module("(assert_trap (invoke \"pair\") \"unreachable\")"),
              fails_with("got (i32.const 1)"));
  EXPECT_THAT(run_on_module("(assert_return (invoke \"trap\"))"), fails_with("trap: unreachable"));
  EXPECT_THAT(run_on_module("(invoke \"trap\")"), fails_with("trap: unreachable"));
  EXPECT_THAT(run_on_module("(assert_exhaustion (invoke \"loop\") \"call stack exhausted\")"), kPasses);
  EXPECT_THAT(run_on_module("(assert_exhaustion (invoke \"trap\") \"call stack exhausted\")"),
              fails_with("trap"));
  EXPECT_THAT(run_on_module("(assert_trap (module (func unreachable) (start 0)) \"unreachable\")"), kPasses);
  EXPECT_THAT(run_on_module("(assert_trap (module) \"unreachable\")"), fails_with("got no results"));
  EXPECT_THAT(run_on_module("(assert_trap (module (func) (start 0) (func unreachable)) \"unreachable\")"),
              fails_with("got no results"));
}

TEST(Script, TellsWhyModulesAreRefused) {
  EXPECT_THAT(run_on_module("(assert_invalid (module (func (result i32))) \"type mismatch\")"), kPasses);
  EXPECT_THAT(run_on_module("(assert_invalid (module (func)) \"type mismatch\")"),
              fails_with("got a valid module"));
  EXPECT_THAT(run_on_module("(assert_invalid (module quote \"(\") \"x\")"), fails_with("got malformed"));
  EXPECT_THAT(run_on_module("(assert_malformed (module quote \"(func\") \"x\")"), kPasses);
  EXPECT_THAT(run_on_module("(assert_malformed (module binary \"\\00asm\") \"unexpected end\")"), kPasses);
  EXPECT_THAT(run_on_module("(assert_malformed (module quote \"(func (result i32))\") \"x\")"),
              fails_with("got invalid"));
  EXPECT_THAT(run_on_module("(assert_invalid_custom (module (func (result i32))) \"x\")"), kPasses);
  EXPECT_THAT(run_on_module("(assert_malformed_custom (module quote \"(@)\") \"x\")"), kPasses);
  EXPECT_THAT(run_on_module("(assert_malformed_custom (module quote \"(@a)\") \"x\")"),
              fails_with("got a valid module"));
}

TEST(Script, TellsWhatCannotBeLinked) {
  EXPECT_THAT(run_on_module("(assert_unlinkable (module (import \"m\" \"f\" (func))) \"unknown import\")"),
              kPasses);
  EXPECT_THAT(run_on_module("(assert_unlinkable (module) \"unknown import\")"),
              fails_with("expected a link error: unknown import, got an instance"));
  EXPECT_THAT(run_on_module("(assert_unlinkable (module (func unreachable) (start 0)) \"x\")"),
              fails_with("got trap: unreachable"));
  EXPECT_THAT(run_on_module("(assert_unlinkable (module (func (result i32))) \"x\")"),
              fails_with("type mismatch"));
}

TEST(Script, ValidatesAllBeforeItLooksWhatIsSupported) {
  constexpr const char* kUnsupportedFunction = "(memory i64 1) (func (drop (i32.load (i64.const 0))))";
  const std::string module = std::string("(module ") + kUnsupportedFunction;
  EXPECT_THAT(run_on_module(module + ")"), kUnsupported);
  EXPECT_THAT(run_on_module(module + " (func (result i32)))"), fails_with("type mismatch"));
  EXPECT_THAT(run_on_module("(assert_invalid " + module + " (func (result i32))) \"x\")"), kPasses);
  EXPECT_THAT(run_on_module("(assert_invalid " + module + ") \"x\")"), fails_with("got a valid module"));
  EXPECT_THAT(run_on_module("(assert_unlinkable " + module + ") \"x\")"), kUnsupported);
  EXPECT_THAT(run_on_module("(assert_trap " + module + ") \"x\")"), kUnsupported);
}

TEST(Script, NamesAndRegistersModules) {
  EXPECT_THAT(run("(module $a (func (export \"f\") (result i32) (i32.const 1)))"
                  "(register \"a\" $a)"
                  "(module $b (import \"a\" \"f\" (func $f (result i32))) (export \"f\" (func $f)))"
                  "(module (func (export \"f\") (result i32) (i32.const 3)))"
                  "(assert_return (invoke $b \"f\") (i32.const 1))"
                  "(assert_return (invoke \"f\") (i32.const 3))"
                  "(assert_return (invoke $c \"f\") (i32.const 3))"),
              ElementsAre(kPasses, kPasses, kPasses, kPasses, kPasses, kPasses, fails_with("no module $c")));
}

TEST(Script, ANewRegistrationReplacesTheOldOne) {
  EXPECT_THAT(
      run("(module $a (func (export \"f\")) (func (export \"g\")))"
          "(register \"m\")"
          "(module (import \"m\" \"g\" (func)))"
          "(module $b (func (export \"f\")))"
          "(register \"m\")"
          "(module (import \"m\" \"f\" (func)))"
          "(module (import \"m\" \"g\" (func)))"),
      ElementsAre(kPasses, kPasses, kPasses, kPasses, kPasses, kPasses, fails_with("unknown import")));
}

TEST(Script, DefinitionsAreInstantiatedSeveralTimes) {
  EXPECT_THAT(run("(module definition $m (global $g (mut i32) (i32.const 0))"
                  "  (func (export \"next\") (result i32)"
                  "    (global.set $g (i32.add (global.get $g) (i32.const 1))) (global.get $g)))"
                  "(module instance $a $m) (module instance $b $m) (module instance)"
                  "(assert_return (invoke $a \"next\") (i32.const 1))"
                  "(assert_return (invoke $a \"next\") (i32.const 2))"
                  "(assert_return (invoke $b \"next\") (i32.const 1))"
                  "(module instance $c $none)"
                  "(module definition (table 0xffffffff funcref))"
                  "(module definition (func (result i32)))"),
              ElementsAre(kPasses, kPasses, kPasses, kPasses, kPasses, kPasses, kPasses,
                          fails_with("no module $none"), kPasses, fails_with("type mismatch")));
}

TEST(Script, PlainModulesAreDefinitionsToo) {
  EXPECT_THAT(run("(module $m (global (export \"g\") i32 (i32.const 1)))"
                  "(module instance $i $m)"
                  "(assert_return (get $i \"g\") (i32.const 1))"),
              ElementsAre(kPasses, kPasses, kPasses));
}

TEST(Script, WhatDependsOnUnsupportedModulesIsUnsupported) {
  EXPECT_THAT(run("(module $m (memory i64 1) (export \"m\" (memory 0)))"
                  "(register \"m\" $m)"
                  "(assert_return (invoke \"f\"))"
                  "(module (import \"m\" \"m\" (memory 1)))"
                  "(assert_unlinkable (module (import \"m\" \"n\" (memory 1))) \"unknown import\")"
                  "(module definition $d (memory i64 1))"
                  "(module instance $i $d)"
                  "(invoke $i \"f\")"
                  "(assert_exception (invoke $i \"f\"))"),
              ElementsAre(kUnsupported, kUnsupported, kUnsupported, kUnsupported, kUnsupported, kPasses,
                          kUnsupported, kUnsupported, kUnsupported));
}

TEST(Script, NamesTheFeatureThroughoutAChainOfModules) {
  const std::vector<CommandResult> results =
      run("(module (memory i64 1)) (register \"a\") (module (import \"a\" \"f\" (func))) (register \"b\")"
          "(module (import \"b\" \"f\" (func)))");
  EXPECT_THAT(results, Each(Field("detail", &CommandResult::detail, HasSubstr("64-bit memory"))));
}

TEST(Script, WhatDependsOnFailedModulesFails) {
  const auto missing = fails_with("the module is not there");
  EXPECT_THAT(run("(module (func (export \"f\")))"
                  "(module $m (func (result i32)))"
                  "(invoke \"f\") (invoke $m \"f\") (register \"m\")"
                  "(module (import \"m\" \"f\" (func)))"
                  "(assert_unlinkable (module (import \"m\" \"f\" (func))) \"unknown import\")"
                  "(module instance $m)"
                  "(module (func) (fun))"
                  "(invoke \"f\")"),
              ElementsAre(kPasses, fails_with("type mismatch"), missing, missing, missing, missing, missing,
                          missing, fails_with("unexpected token 'fun'"), missing));
}

/// The last module would have written to the memory of the first.
TEST(Script, WhatAnUnsupportedModuleMayHaveChangedIsUnsupported) {
  EXPECT_THAT(
      run("(module $m (memory (export \"m\") 1) (func (export \"get\") (result i32) (i32.load8_u (i32.const "
          "0))))"
          "(register \"m\")"
          "(assert_return (invoke $m \"get\") (i32.const 7))"
          "(module (memory (import \"m\" \"m\") 1) (memory i64 1) (data (memory 0) (i32.const 0) \"\\07\"))"
          "(assert_return (invoke $m \"get\") (i32.const 7))"
          "(assert_return (invoke $m \"get\") (i32.const 0))"),
      ElementsAre(kPasses, kPasses, fails_with("got (i32.const 0)"), kUnsupported, kUnsupported, kPasses));
}

TEST(Script, CommandsOfThreadsAreReportedOneByOne) {
  const std::vector<CommandResult> results =
      run("(module $m (func (export \"f\")))\n"
          "(thread $t (shared (module $m))\n"
          "  (register \"m\" $m)\n"
          "  (thread $u (invoke \"f\")\n"
          "    (assert_invalid (module (func (result i32))) \"\"))\n"
          "  (wait $u))\n"
          "(wait $t)\n"
          "(invoke \"f\")");
  EXPECT_THAT(results, ElementsAre(kPasses, kUnsupported, kUnsupported, kUnsupported, kUnsupported, kPasses,
                                   kUnsupported, kUnsupported, kPasses));
  EXPECT_EQ(results[5].line, 5U);
  EXPECT_EQ(results[5].kind, "assert_invalid");
  EXPECT_THAT(run("(thread $t (shared 1) (invoke \"f\")) (module)"),
              ElementsAre(fails_with("unexpected token '1'"), kPasses));
  EXPECT_THAT(run("(thread $t (shared (module $m)) 1)"), ElementsAre(kUnsupported, fails_with("'1'")));
}

TEST(Script, DeepNestsOfThreadsCostNoStack) {
  constexpr std::size_t kDepth = 50'000;
  std::string script;
  for (std::size_t i = 0; i < kDepth; ++i) script += "(thread ";
  EXPECT_EQ(run(script + std::string(kDepth, ')')).size(), kDepth);
  EXPECT_EQ(run(script).size(), kDepth + 1);  // and one for the end
}

TEST(Script, LinksByWhatTypesAreNotByTheirIndices) {
  constexpr const char* kProvider =
      "(module (type $i (func (param i32))) (type $f (func (param (ref null $i))))"
      "  (func $g (type $i)) (func (export \"f\") (type $f)) (tag (export \"t\") (type $i))"
      "  (table (export \"tab\") 1 (ref $i) (ref.func $g))"
      "  (global (export \"const\") (ref $i) (ref.func $g))"
      "  (global (export \"var\") (mut (ref null $i)) (ref.null $i)))"
      "(register \"m\")";
  const auto link = [](const std::string& import) {
    return run(std::string(kProvider) + "(module (type $other (func)) (type $i (func (param i32)))" + import +
               ")")
        .back();
  };
  EXPECT_THAT(link("(import \"m\" \"f\" (func (param (ref null $i))))"), kPasses);
  EXPECT_THAT(link("(import \"m\" \"f\" (func (param (ref null $other))))"), fails_with("incompatible"));
  EXPECT_THAT(link("(import \"m\" \"f\" (func (param (ref $i))))"), fails_with("incompatible"));
  EXPECT_THAT(link("(import \"m\" \"t\" (tag (param i32)))"), kPasses);
  EXPECT_THAT(link("(import \"m\" \"t\" (tag (param i64)))"),
              fails_with("is imported as tag (i64) -> (), but is tag"));
  EXPECT_THAT(link("(import \"m\" \"t\" (func (param i32)))"), fails_with("incompatible"));
  EXPECT_THAT(link("(import \"m\" \"tab\" (table 1 (ref $i)))"), kPasses);
  EXPECT_THAT(link("(import \"m\" \"tab\" (table 1 (ref null $i)))"), fails_with("incompatible"));
  EXPECT_THAT(link("(import \"m\" \"tab\" (table 1 (ref $other)))"), fails_with("incompatible"));
  EXPECT_THAT(link("(import \"m\" \"const\" (global (ref func)))"), kPasses);
  EXPECT_THAT(link("(import \"m\" \"const\" (global (ref $other)))"), fails_with("incompatible"));
  EXPECT_THAT(link("(import \"m\" \"var\" (global (mut (ref null $i))))"), kPasses);
  EXPECT_THAT(link("(import \"m\" \"var\" (global (mut funcref)))"), fails_with("incompatible"));
  EXPECT_THAT(link("(import \"m\" \"var\" (global (ref null $i)))"), fails_with("incompatible"));
}

TEST(Script, TablesBeginWithTheirInitialValue) {
  EXPECT_THAT(
      run("(module (type $t (func (result i32))) (func $f (type $t) (i32.const 7))"
          "  (table 3 (ref $t) (ref.func $f))"
          "  (func (export \"call\") (param i32) (result i32) (call_indirect (type $t) (local.get 0))))"
          "(assert_return (invoke \"call\" (i32.const 2)) (i32.const 7))"
          "(assert_trap (invoke \"call\" (i32.const 3)) \"undefined element\")"),
      ElementsAre(kPasses, kPasses, kPasses));
}

TEST(Script, HasTheModuleSpectest) {
  EXPECT_THAT(run("(module (import \"spectest\" \"print_f64_f64\" (func (param f64 f64)))"
                  " (import \"spectest\" \"print\" (func $p)) (import \"spectest\" \"memory\" (memory 1 2))"
                  " (import \"spectest\" \"table\" (table 10 20 funcref)) (import \"spectest\" "
                  "\"global_i64\" (global i64))"
                  " (import \"spectest\" \"global_f32\" (global $f f32))"
                  " (export \"f\" (global $f)) (export \"g\" (global 0)) (func (export \"p\") (call $p)))"
                  "(assert_return (get \"f\") (f32.const 666.6)) (assert_return (get \"g\") (i64.const 666))"
                  "(assert_return (invoke \"p\"))"),
              ElementsAre(kPasses, kPasses, kPasses, kPasses));
}

TEST(Script, GoesOnBehindWrongCommands) {
  EXPECT_THAT(
      run("(module (func) (fun)) (assert_return 1) (assert_return (invoke \"f\") (i32.const x)) (module)"),
      ElementsAre(fails_with("unexpected token 'fun'"), fails_with("unexpected token '1'"),
                  fails_with("the module is not there"), kPasses));
  EXPECT_THAT(run("(module (func"), ElementsAre(fails_with("unexpected end")));
  EXPECT_THAT(run("(module) nonsense"), ElementsAre(kPasses, fails_with("unexpected token 'nonsense'")));
  EXPECT_THAT(run("\"unclosed"), ElementsAre(fails_with("unclosed string")));
}

TEST(Script, MayBeTheFieldsOfAModule) {
  EXPECT_THAT(run("(func) (memory 1)"), ElementsAre(kPasses));
  EXPECT_THAT(run("(func (result i32))"), ElementsAre(fails_with("type mismatch")));
}

}  // namespace
}  // namespace wasmjet::wast
