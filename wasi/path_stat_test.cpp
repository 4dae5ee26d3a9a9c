#include "wasi/path_test_base.hpp"

namespace wasmjet::wasi {
namespace {

namespace fs = std::filesystem;

class PathStat : public PathTest {};

TEST_P(PathStat, DescribesFilesAndLinks) {
  dir_.write("f", "abc");
  fs::create_directory(dir_ / "sub");
  fs::create_symlink("f", dir_ / "link");
  Filestat result;
  ASSERT_EQ(stat("f", result), Errno::success);
  EXPECT_EQ(result.filetype, FileType::regular_file);
  EXPECT_EQ(result.size, 3U);
  ASSERT_EQ(stat("link", result), Errno::success);
  EXPECT_EQ(result.filetype, FileType::symbolic_link);
  ASSERT_EQ(stat("link", result, true), Errno::success);
  EXPECT_EQ(result.filetype, FileType::regular_file);
  ASSERT_EQ(stat("sub/..", result), Errno::success);
  EXPECT_EQ(result.filetype, FileType::directory);
  EXPECT_EQ(stat("missing", result), Errno::noent);
  EXPECT_EQ(stat("../x", result), Errno::notcapable);
  EXPECT_EQ(stat("f/", result), Errno::notdir);
}

TEST_P(PathStat, LinksThatLeadOutAreSeenButNotFollowed) {
  fs::create_symlink("/etc/passwd", dir_ / "link");
  Filestat result;
  EXPECT_EQ(stat("link", result), Errno::success);
  EXPECT_EQ(stat("link", result, true), Errno::notcapable);
  EXPECT_EQ(set_times("link", 0, 0, fstflags::kMtim, true), Errno::notcapable);
  EXPECT_EQ(readlink("link"), "/etc/passwd");
  EXPECT_EQ(readlink("link/"), "error 76");
}

TEST_P(PathStat, SetsTimesOfFilesAndLinks) {
  dir_.write("f", "abc");
  fs::create_symlink("f", dir_ / "link");
  Filestat result;
  ASSERT_EQ(set_times("f", 5, 6, fstflags::kAtim | fstflags::kMtim), Errno::success);
  ASSERT_EQ(stat("f", result), Errno::success);
  EXPECT_EQ(result.atim, 5U);
  EXPECT_EQ(result.mtim, 6U);
  ASSERT_EQ(set_times("link", 7, 8, fstflags::kMtim), Errno::success);
  ASSERT_EQ(stat("link", result), Errno::success);
  EXPECT_EQ(result.mtim, 8U);
  ASSERT_EQ(stat("f", result), Errno::success);
  EXPECT_EQ(result.mtim, 6U);
  ASSERT_EQ(set_times("link", 7, 9, fstflags::kMtim, true), Errno::success);
  ASSERT_EQ(stat("f", result), Errno::success);
  EXPECT_EQ(result.mtim, 9U);
  EXPECT_EQ(set_times("f", 0, 0, fstflags::kMtim | fstflags::kMtimNow), Errno::inval);
  EXPECT_EQ(set_times("missing", 0, 0, fstflags::kMtim), Errno::noent);
}

TEST_P(PathStat, ReadsLinks) {
  dir_.write("f", "");
  fs::create_symlink("target", dir_ / "link");
  EXPECT_EQ(readlink("link"), "target");
  EXPECT_EQ(readlink("link", 4), "targ");
  EXPECT_EQ(readlink("link", 0), "");
  EXPECT_EQ(readlink("f"), "error 28");
  EXPECT_EQ(readlink("missing"), "error 44");
  EXPECT_EQ(readlink("../x"), "error 76");
  EXPECT_EQ(guest_.call("path_readlink", 3, guest_.put("link"), 4, Guest::kMemorySize - 3, 4, 16),
            Errno::fault);
}

INSTANTIATE_TEST_SUITE_P(Ways, PathStat, testing::Bool(), way_name);

}  // namespace
}  // namespace wasmjet::wasi
