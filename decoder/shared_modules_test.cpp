#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "decoder/test_support.hpp"

// Real modules of the test data: what compilers emit must be valid.
namespace wasmjet::test {
namespace {

namespace fs = std::filesystem;

fs::path test_data() {
  const char* const folder = std::getenv("WASMJET_TESTDATA");
  return folder != nullptr ? fs::path(folder) : fs::path(__FILE__).parent_path() / "../../shared";
}

Bytes read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

class SharedModules : public testing::TestWithParam<const char*> {};

TEST_P(SharedModules, AreValid) {
  const fs::path folder = test_data() / GetParam();
  if (!fs::exists(folder)) GTEST_SKIP() << "NOT RUN: no " << folder.string();
  std::size_t modules = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".wasm") continue;
    ++modules;
    const Outcome outcome = validate(read_file(entry.path()));
    EXPECT_THAT(outcome, IsValid()) << entry.path();
  }
  EXPECT_GT(modules, 0U);
}

INSTANTIATE_TEST_SUITE_P(Folders, SharedModules, testing::Values("programs", "bench/wasm", "wasi-testsuite"));

}  // namespace
}  // namespace wasmjet::test
