#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/profile/flame_graph.hpp"
#include "cli/profile/report_json.hpp"
#include "cli/profile/report_text.hpp"
#include "cli/profile/test_profile.hpp"

// What the reports say of a small profile, and that names cannot break out of them.

namespace wasmjet::cli::profile {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kHostile[] = "a;b \"<script>&'\x1b[31m\xff\n\\";

Profile hostile_profile() {
  Profile profile = small_profile();
  profile.command = kHostile;
  profile.functions[1].name = kHostile;
  profile.functions[1].module = kHostile;
  return profile;
}

TEST(ReportText, HasEveryPart) {
  const std::string text = report_text(small_profile(), 20, Style(false));
  EXPECT_THAT(text, HasSubstr("wasmjet profile: m.wasm argument\n"));
  EXPECT_THAT(text, HasSubstr("samples    110: 1000.0 a second of 1000 asked for; 0 missed"));
  EXPECT_THAT(text, HasSubstr("host          10  10.0 %  fd_write 10.0 %\n"));
  EXPECT_THAT(text, HasSubstr("\n   80.0 %   88.0 %       80  burn\n"));
  EXPECT_THAT(text, HasSubstr("\n   0.005 s        5  wasi_snapshot_preview1.fd_write < burn\n"));
  EXPECT_THAT(text, HasSubstr("\n   88.0 %   80.0 %    burn (recursive)\n"));
  EXPECT_THAT(text, HasSubstr("\n    8.0 %    8.0 %      wasi_snapshot_preview1.fd_write\n"));
  EXPECT_THAT(text, HasSubstr("0x00001e to 0x000030      1  burn\n"));
}

TEST(ReportText, TablesEndAfterTheRowsAskedFor) {
  const std::string text = report_text(small_profile(), 1, Style(false));
  const std::string functions =
      text.substr(text.find("Hottest functions"), text.find("Blocked") - text.find("Hottest functions"));
  EXPECT_THAT(functions, AllOf(HasSubstr("burn"), Not(HasSubstr("main")), HasSubstr("--top N")));
}

TEST(ReportText, NamesCannotDriveTheTerminal) {
  const std::string text = report_text(hostile_profile(), 20, Style(false));
  EXPECT_THAT(text, AllOf(Not(HasSubstr("\x1b")), Not(HasSubstr("\xff")), HasSubstr("\\x1b[31m\\xff\\x0a")));
}

TEST(ReportText, ColoursOnlyWhereAskedFor) {
  EXPECT_THAT(report_text(small_profile(), 20, Style(true)), HasSubstr("\x1b[1;31m"));
}

TEST(ReportText, NothingRan) {
  EXPECT_THAT(report_text(Profile{}, 20, Style(false)), HasSubstr("guest          0   0.0 %"));
}

TEST(ReportFolded, OneLineAChain) {
  EXPECT_EQ(report_folded(small_profile()),
            "main 10\nmain;burn 60\nmain;burn;burn 20\nmain;burn;burn;fd_write 8\nmain;fd_write 2\n");
  EXPECT_THAT(report_folded(hostile_profile()), HasSubstr("main;a:b \"<script>&'\\x1b[31m\\xff\\x0a\\ 60\n"));
}

TEST(ReportJson, SaysAll) {
  const json report = json::parse(report_json(hostile_profile()));
  EXPECT_EQ(report["running"], 100);
  EXPECT_EQ(report["guest"], 90);
  EXPECT_EQ(report["functions"][1]["self"], 80);
  EXPECT_EQ(report["functions"][2]["index"], nullptr);
  EXPECT_EQ(report["nodes"][4]["blocked"], 5);
  EXPECT_EQ(report["loops"][0]["begin"], 0x1e);
  EXPECT_EQ(report["places"][0]["code"], 7);
}

TEST(ReportSpeedscope, WeightsAreAllSamples) {
  const json report = json::parse(report_speedscope(hostile_profile()));
  ASSERT_EQ(report["profiles"].size(), 2u);
  const json& running = report["profiles"][0];
  EXPECT_EQ(running["samples"][0], (json{0, 1}));  // the moments that are equal are one
  EXPECT_DOUBLE_EQ(running["weights"][0].get<double>(), 60);
  EXPECT_DOUBLE_EQ(running["endValue"].get<double>(), 100);  // with those whose moment is not known
  EXPECT_DOUBLE_EQ(report["profiles"][1]["endValue"].get<double>(), 5);
}

TEST(ReportFirefox, TablesFitTogether) {
  const json report = json::parse(report_firefox(hostile_profile()));
  const json& thread = report["threads"][0];
  EXPECT_EQ(thread["samples"]["length"], 62);
  EXPECT_EQ(thread["samples"]["stack"][61], 0);  // outside
  const auto blocked = thread["samples"]["stack"][60].get<std::size_t>();
  const auto function = thread["stackTable"]["frame"][blocked].get<std::size_t>();
  const auto name = thread["funcTable"]["name"][function].get<std::size_t>();
  EXPECT_EQ(thread["stringArray"][name], "[blocked]");
}

TEST(FlameGraph, NamesStayText) {
  const std::string svg = flame_graph(hostile_profile());
  EXPECT_THAT(svg, HasSubstr("a;b &quot;&lt;script&gt;&amp;'\\x1b[31m\\xff\\x0a\\"));
  EXPECT_THAT(svg, AllOf(Not(HasSubstr("\"<script>&")), Not(HasSubstr("\x1b")), Not(HasSubstr("\xff"))));
}

TEST(FlameGraph, FramesHaveTheirPlace) {
  const std::string svg = flame_graph(small_profile());
  EXPECT_THAT(svg, HasSubstr("data-x=\"0\" data-w=\"100\" data-y=\"1\" data-name=\"main\""));
  EXPECT_THAT(svg, HasSubstr("data-x=\"0\" data-w=\"88\" data-y=\"2\" data-name=\"burn\""));
  EXPECT_THAT(svg, HasSubstr("data-x=\"88\" data-w=\"2\" data-y=\"2\" "
                             "data-name=\"wasi_snapshot_preview1.fd_write\""));
}

TEST(FlameGraph, NoncharactersOfXmlAreLeftOut) {
  Profile profile = small_profile();
  profile.functions[1].name = "x\xEF\xBF\xBFy";
  EXPECT_THAT(flame_graph(profile), Not(HasSubstr("\xEF\xBF\xBF")));
}

TEST(FlameGraph, NothingRan) { EXPECT_THAT(flame_graph(Profile{}), HasSubstr("</svg>")); }

}  // namespace
}  // namespace wasmjet::cli::profile
