#include "cli/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace wasmjet::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// The message of the UsageError that parsing throws, or "" if it throws none.
std::string run_error(const Arguments& arguments) {
  try {
    parse_run_options(arguments);
  } catch (const UsageError& error) {
    return error.message;
  }
  return "";
}

TEST(RunOptions, ModuleEndsTheOptions) {
  const RunOptions options = parse_run_options({"--env", "A=1", "dir/app.wasm", "--env", "B=2", "-h", "--"});
  EXPECT_EQ(options.module, "dir/app.wasm");
  EXPECT_THAT(options.environment, ElementsAre("A=1"));
  EXPECT_THAT(options.guest, ElementsAre("--env", "B=2", "-h", "--"));
  EXPECT_EQ(options.guest_name(), "app.wasm");
}

TEST(RunOptions, NoOptions) {
  const RunOptions options = parse_run_options({"app.wasm", "--env", "B=2", "--"});
  EXPECT_EQ(options.module, "app.wasm");
  EXPECT_THAT(options.guest, ElementsAre("--env", "B=2", "--"));
  EXPECT_THAT(options.environment, IsEmpty());
  EXPECT_EQ(parse_run_options({""}).module, "");
}

TEST(RunOptions, DashDashEndsTheOptions) {
  const RunOptions options = parse_run_options({"--argv0=x", "--", "--odd.wasm", "--", "-a"});
  EXPECT_EQ(options.module, "--odd.wasm");
  EXPECT_THAT(options.guest, ElementsAre("--", "-a"));
  EXPECT_EQ(options.guest_name(), "x");
}

TEST(RunOptions, StandardInputIsAModule) {
  const RunOptions options = parse_run_options({"-", "x"});
  EXPECT_EQ(options.module, "-");
  EXPECT_THAT(options.guest, ElementsAre("x"));
}

TEST(RunOptions, ValuesBehindSpaceOrEquals) {
  const RunOptions options = parse_run_options(
      {"--timeout=300ms", "--max-memory", "512MiB", "--max-stack=1MiB", "--env=K=V=W", "m"});
  EXPECT_EQ(options.timeout, std::chrono::milliseconds(300));
  EXPECT_EQ(options.max_memory, 512U << 20);
  EXPECT_EQ(options.max_stack, 1U << 20);
  EXPECT_THAT(options.environment, ElementsAre("K=V=W"));
}

TEST(RunOptions, ToolsForCompiledCode) {
  EXPECT_EQ(parse_run_options({"m"}).perf, PerfMode::off);
  EXPECT_FALSE(parse_run_options({"m"}).gdb);
  EXPECT_EQ(parse_run_options({"--perf", "map", "m"}).perf, PerfMode::map);
  EXPECT_EQ(parse_run_options({"--perf=jitdump", "--gdb", "m"}).perf, PerfMode::jitdump);
  EXPECT_TRUE(parse_run_options({"--perf=jitdump", "--gdb", "m"}).gdb);
  EXPECT_THAT(run_error({"--perf", "x", "m"}), HasSubstr("--perf: 'x' is not map or jitdump"));
  EXPECT_THAT(run_error({"--perf", "map", "--tier", "interp", "m"}), HasSubstr("--tier interp makes none"));
  EXPECT_THAT(run_error({"--gdb", "--tier", "interp", "m"}), HasSubstr("--tier interp makes none"));
}

TEST(RunOptions, RepeatableOptionsTakeOneValueEach) {
  const RunOptions options = parse_run_options({"--dir", "a", "--dir-ro", "[b]::/b", "--dir=c::d", "m", "x"});
  ASSERT_EQ(options.directories.size(), 3U);
  EXPECT_EQ(options.directories[0].host, "a");
  EXPECT_EQ(options.directories[0].guest, "a");
  EXPECT_FALSE(options.directories[0].read_only);
  EXPECT_EQ(options.directories[1].host, "[b]");
  EXPECT_EQ(options.directories[1].guest, "/b");
  EXPECT_TRUE(options.directories[1].read_only);
  EXPECT_EQ(options.directories[2].host, "c");
  EXPECT_EQ(options.directories[2].guest, "d");
  EXPECT_EQ(options.module, "m");
  EXPECT_THAT(options.guest, ElementsAre("x"));
}

TEST(RunOptions, PreloadsInOrder) {
  const RunOptions options = parse_run_options({"--preload", "a=x.wasm", "--preload=b=y=z.wasm", "m"});
  ASSERT_EQ(options.preloads.size(), 2U);
  EXPECT_EQ(options.preloads[0].name, "a");
  EXPECT_EQ(options.preloads[1].name, "b");
  EXPECT_EQ(options.preloads[1].file, "y=z.wasm");
}

TEST(RunOptions, InheritedVariables) {
  setenv("WASMJET_TEST_SET", "v", 1);
  unsetenv("WASMJET_TEST_UNSET");
  const RunOptions options =
      parse_run_options({"--env", "WASMJET_TEST_SET", "--env", "WASMJET_TEST_UNSET", "m"});
  EXPECT_THAT(options.environment, ElementsAre("WASMJET_TEST_SET=v"));
}

TEST(RunOptions, NothingIsGivenByDefault) {
  const RunOptions options = parse_run_options({"m"});
  EXPECT_THAT(options.environment, IsEmpty());
  EXPECT_THAT(options.directories, IsEmpty());
  EXPECT_EQ(options.timeout, std::nullopt);
}

TEST(RunOptions, SandboxModes) {
  EXPECT_EQ(parse_run_options({"m"}).sandbox, SandboxMode::automatic);
  EXPECT_EQ(parse_run_options({"--sandbox", "auto", "m"}).sandbox, SandboxMode::automatic);
  EXPECT_EQ(parse_run_options({"--sandbox=strict", "m"}).sandbox, SandboxMode::strict);
  EXPECT_EQ(parse_run_options({"--sandbox", "off", "m"}).sandbox, SandboxMode::off);
}

TEST(RunOptions, ListeningSockets) {
  const RunOptions options = parse_run_options({"--tcplisten", "127.0.0.1:80", "--tcplisten=[::1]:0", "m"});
  ASSERT_EQ(options.listens.size(), 2U);
  EXPECT_EQ(options.listens[0].address, "127.0.0.1");
  EXPECT_EQ(options.listens[0].port, 80);
  EXPECT_EQ(options.listens[1].address, "::1");
  EXPECT_EQ(options.listens[1].port, 0);
  for (const char* text : {"", "80", ":80", "localhost:80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
                           "127.0.0.1:-1", "127.0.0.1:80x", "::1:80", "[::1]", "[127.0.0.1]:80", "[::1:80"}) {
    EXPECT_THAT(run_error({"--tcplisten", text, "m"}), HasSubstr("is not ADDR:PORT")) << text;
  }
}

TEST(RunOptions, WrongUsage) {
  EXPECT_THAT(run_error({}), HasSubstr("no module"));
  EXPECT_THAT(run_error({"--"}), HasSubstr("no module"));
  EXPECT_THAT(run_error({"--nonsense", "m"}), HasSubstr("unknown option --nonsense"));
  EXPECT_THAT(run_error({"-x", "m"}), HasSubstr("unknown option -x"));
  EXPECT_THAT(run_error({"--dir"}), HasSubstr("--dir"));
  EXPECT_THAT(run_error({"--timeout", "5", "m"}), HasSubstr("'5' is not a duration"));
  EXPECT_THAT(run_error({"--max-memory=lots", "m"}), HasSubstr("'lots' is not a size"));
  EXPECT_THAT(run_error({"--preload", "x", "m"}), HasSubstr("NAME=FILE"));
  EXPECT_THAT(run_error({"--env", "=x", "m"}), HasSubstr("K=V"));
  EXPECT_THAT(run_error({"--dir", "::x", "m"}), HasSubstr("HOST"));
  EXPECT_THAT(run_error({"--tier", "fast", "m"}), HasSubstr("'fast' is not"));
  EXPECT_THAT(run_error({"--log", "loud", "m"}), HasSubstr("'loud' is not"));
  EXPECT_THAT(run_error({"--sandbox", "on", "m"}), HasSubstr("'on' is not auto, strict or off"));
}

TEST(RunOptions, WhatIsNotAvailableYetSaysSo) {
  EXPECT_THAT(run_error({"--fuel", "100", "m"}), HasSubstr("not available yet"));
}

TEST(RunOptions, Tier) {
  EXPECT_EQ(parse_run_options({"m"}).tier, Tier::automatic);
  EXPECT_EQ(parse_run_options({"--tier", "auto", "m"}).tier, Tier::automatic);
  EXPECT_EQ(parse_run_options({"--tier=jit", "m"}).tier, Tier::jit);
  EXPECT_EQ(parse_run_options({"--tier=interp", "m"}).tier, Tier::interpreter);
  EXPECT_THAT(run_error({"--tier=fast", "m"}), HasSubstr("'fast' is not"));
}

TEST(RunOptions, OptionsOfAnotherRuntimeGetAHint) {
  for (const char* option : {"-W", "-Wmax-memory-size=1", "-S", "-C"}) {
    EXPECT_THAT(run_error({option, "x", "m"}), HasSubstr("--max-memory")) << option;
  }
}

TEST(RunOptions, Help) {
  try {
    parse_run_options({"--help"});
    FAIL() << "no help";
  } catch (const HelpRequest& help) {
    EXPECT_THAT(help.text, HasSubstr("MODULE [args...]"));
    EXPECT_THAT(help.text, HasSubstr("--preload"));
  }
}

TEST(InspectOptions, OptionsOnEitherSideOfTheModule) {
  EXPECT_TRUE(parse_inspect_options({"m", "--stats"}).stats);
  EXPECT_TRUE(parse_inspect_options({"--stats", "m"}).stats);
  const InspectOptions options = parse_inspect_options({"--disasm", "m", "main"});
  EXPECT_TRUE(options.disassemble);
  EXPECT_EQ(options.module, "m");
  EXPECT_EQ(options.function, "main");
  EXPECT_EQ(parse_inspect_options({"m", "--disasm", "3"}).function, "3");
  EXPECT_EQ(parse_inspect_options({"m", "--disasm"}).function, std::nullopt);
  EXPECT_TRUE(parse_inspect_options({"m", "--wat"}).wat);
  EXPECT_FALSE(parse_inspect_options({"m"}).wat);
  EXPECT_EQ(parse_inspect_options({"m", "--strip", "o"}).strip, "o");
  EXPECT_EQ(parse_inspect_options({"--strip=o", "m"}).module, "m");
  EXPECT_THROW(parse_inspect_options({"m", "--strip"}), UsageError);
  EXPECT_THROW(parse_inspect_options({"m", "--wat", "--stats"}), UsageError);
  EXPECT_THROW(parse_inspect_options({"--wat", "m", "x"}), UsageError);
  EXPECT_THROW(parse_inspect_options({"m", "x"}), UsageError);
  EXPECT_THROW(parse_inspect_options({}), UsageError);
}

TEST(ValidateOptions, Files) {
  EXPECT_THAT(parse_validate_options({"a", "b"}).files, ElementsAre("a", "b"));
  EXPECT_THROW(parse_validate_options({}), UsageError);
}

TEST(WastOptions, FilesAndOptions) {
  const WastOptions options = parse_wast_options({"--tier=jit", "--verbose", "--report", "r", "a", "b"});
  EXPECT_THAT(options.files, ElementsAre("a", "b"));
  EXPECT_TRUE(options.verbose);
  EXPECT_EQ(options.report, "r");
  EXPECT_FALSE(parse_wast_options({"a"}).verbose);
  EXPECT_THROW(parse_wast_options({}), UsageError);
  EXPECT_EQ(parse_wast_options({"--tier", "interp", "a"}).tier, Tier::interpreter);
}

TEST(ProfileOptions, AreThoseOfRunAndItsOwn) {
  const ProfileOptions options = parse_profile_options(
      {"--rate", "250", "--dir=data", "-o", "report", "--annotate", "f", "--annotate=g", "--timeout", "5s",
       "--top=3", "--flamegraph", "f.svg", "app.wasm", "--rate", "1"});
  EXPECT_EQ(options.rate, 250u);
  EXPECT_EQ(options.top, 3u);
  EXPECT_EQ(options.output, "report");
  EXPECT_EQ(options.flame_graph, "f.svg");
  EXPECT_EQ(options.annotate, (Arguments{"f", "g"}));
  EXPECT_EQ(options.format, ProfileFormat::text);
  EXPECT_EQ(options.run.module, "app.wasm");
  EXPECT_EQ(options.run.guest, (Arguments{"--rate", "1"}));
  EXPECT_EQ(options.run.directories.size(), 1u);
  EXPECT_TRUE(options.run.timeout);
}

TEST(ProfileOptions, Formats) {
  EXPECT_EQ(parse_profile_options({"--format=firefox", "m"}).format, ProfileFormat::firefox);
  EXPECT_EQ(parse_profile_options({"--format", "folded", "m"}).format, ProfileFormat::folded);
}

TEST(ProfileOptions, WrongOnesAreRefused) {
  for (const char* option :
       {"--rate=0", "--rate=1e3", "--rate=100000000", "--top=-1", "--format=svg", "--nonsense"}) {
    EXPECT_THROW(parse_profile_options({option, "m"}), UsageError) << option;
  }
  EXPECT_THROW(parse_profile_options({"--annotate", "f", "--format=json", "m"}), UsageError);
  EXPECT_THROW(parse_profile_options({}), UsageError);
}

}  // namespace
}  // namespace wasmjet::cli
