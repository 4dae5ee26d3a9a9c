#include "wasi/path_test_base.hpp"

namespace wasmjet::wasi {
namespace {

namespace fs = std::filesystem;

class PathModify : public PathTest {};

TEST_P(PathModify, CreatesAndRemovesDirectories) {
  EXPECT_EQ(at("path_create_directory", "sub"), Errno::success);
  EXPECT_EQ(at("path_create_directory", "sub"), Errno::exist);
  EXPECT_EQ(at("path_create_directory", "sub/nested/"), Errno::success);
  EXPECT_EQ(at("path_create_directory", "missing/x"), Errno::noent);
  EXPECT_EQ(at("path_create_directory", "."), Errno::exist);
  EXPECT_EQ(at("path_create_directory", "sub/.."), Errno::exist);
  EXPECT_EQ(at("path_create_directory", ".."), Errno::notcapable);
  EXPECT_EQ(at("path_create_directory", "../x"), Errno::notcapable);
  EXPECT_EQ(at("path_create_directory", "/tmp/x"), Errno::notcapable);
  EXPECT_EQ(at("path_remove_directory", "sub"), Errno::notempty);
  EXPECT_EQ(at("path_remove_directory", "sub/."), Errno::inval);
  EXPECT_EQ(at("path_remove_directory", "sub/nested/.."), Errno::notempty);
  EXPECT_EQ(at("path_remove_directory", "sub/nested/"), Errno::success);
  EXPECT_EQ(at("path_remove_directory", "sub"), Errno::success);
  EXPECT_EQ(at("path_remove_directory", "sub"), Errno::noent);
  dir_.write("f", "");
  EXPECT_EQ(at("path_remove_directory", "f"), Errno::notdir);
  EXPECT_EQ(at("path_remove_directory", "f/"), Errno::notdir);
}

TEST_P(PathModify, UnlinksFiles) {
  dir_.write("f", "");
  fs::create_directory(dir_ / "sub");
  fs::create_symlink("sub", dir_ / "link");
  EXPECT_EQ(at("path_unlink_file", "f/"), Errno::notdir);
  EXPECT_EQ(at("path_unlink_file", "f"), Errno::success);
  EXPECT_EQ(at("path_unlink_file", "f"), Errno::noent);
  EXPECT_EQ(at("path_unlink_file", "sub"), Errno::isdir);
  EXPECT_EQ(at("path_unlink_file", "sub/"), Errno::isdir);
  EXPECT_EQ(at("path_unlink_file", "."), Errno::isdir);
  EXPECT_EQ(at("path_unlink_file", "link/"), Errno::notdir);
  EXPECT_EQ(at("path_unlink_file", "link"), Errno::success);
  EXPECT_TRUE(exists("sub"));
}

TEST_P(PathModify, Renames) {
  dir_.write("f", "f");
  dir_.write("g", "g");
  fs::create_directory(dir_ / "sub");
  EXPECT_EQ(rename("f", "g"), Errno::success);
  EXPECT_EQ(dir_.read("g"), "f");
  EXPECT_EQ(rename("g", "sub"), Errno::isdir);
  EXPECT_EQ(rename("sub", "g"), Errno::notdir);
  EXPECT_EQ(rename("g", "sub/h"), Errno::success);
  EXPECT_EQ(rename("sub/h/", "x"), Errno::notdir);
  EXPECT_EQ(rename("sub/", "dub/"), Errno::success);
  EXPECT_EQ(rename("dub/h", "../h"), Errno::notcapable);
  EXPECT_EQ(rename("dub/h", "/h"), Errno::notcapable);
  EXPECT_EQ(rename("dub/.", "x"), Errno::busy);
  EXPECT_EQ(rename("dub", "dub/.."), Errno::busy);
  EXPECT_EQ(rename("missing", "x"), Errno::noent);
  EXPECT_EQ(dir_.read("dub/h"), "f");
}

TEST_P(PathModify, MakesSymbolicLinks) {
  EXPECT_EQ(symlink("target", "link"), Errno::success);
  EXPECT_EQ(fs::read_symlink(dir_ / "link"), "target");
  EXPECT_EQ(symlink("target", "link"), Errno::exist);
  EXPECT_EQ(symlink("target", "new/"), Errno::noent);
  EXPECT_EQ(symlink("/target", "absolute"), Errno::notcapable);
  EXPECT_EQ(symlink("", "empty"), Errno::noent);
  EXPECT_EQ(symlink("x", "../link"), Errno::notcapable);
  EXPECT_EQ(symlink("x", "."), Errno::exist);
  fs::create_directory(dir_ / "sub");
  EXPECT_EQ(symlink("target", "sub/"), Errno::exist);
}

TEST_P(PathModify, MakesHardLinks) {
  dir_.write("f", "f");
  fs::create_directory(dir_ / "sub");
  fs::create_symlink("f", dir_ / "link");
  EXPECT_EQ(link("f", "sub/g"), Errno::success);
  EXPECT_EQ(dir_.read("sub/g"), "f");
  EXPECT_EQ(link("f", "sub/g"), Errno::exist);
  EXPECT_EQ(link("f", "f"), Errno::exist);
  EXPECT_EQ(link("f", "new/"), Errno::noent);
  EXPECT_EQ(link("sub", "new"), Errno::perm);
  EXPECT_EQ(link("sub/", "new"), Errno::perm);
  EXPECT_EQ(link("f/", "new"), Errno::notdir);
  EXPECT_EQ(link("link", "copy"), Errno::success);
  EXPECT_TRUE(fs::is_symlink(dir_ / "copy"));
  EXPECT_EQ(link("link", "followed", kSymlinkFollow), Errno::inval);
  EXPECT_EQ(link("f", "../g"), Errno::notcapable);
  EXPECT_EQ(link("../f", "g"), Errno::notcapable);
}

/// Links are not followed by operations on names, slash or no slash.
TEST_P(PathModify, LinksDoNotLeadOut) {
  TempDir outside;
  outside.write("file", "outside");
  fs::create_directory(outside / "sub");
  fs::create_symlink(outside.string(), dir_ / "out");
  fs::create_symlink((outside / "file").string(), dir_ / "file");
  EXPECT_EQ(at("path_create_directory", "out/new"), Errno::notcapable);
  EXPECT_EQ(at("path_create_directory", "out/"), Errno::exist);
  EXPECT_EQ(at("path_remove_directory", "out/sub"), Errno::notcapable);
  EXPECT_EQ(at("path_remove_directory", "out/"), Errno::notdir);
  EXPECT_EQ(at("path_unlink_file", "out/file"), Errno::notcapable);
  EXPECT_EQ(rename("out/file", "x"), Errno::notcapable);
  EXPECT_EQ(rename("out/", "x"), Errno::notdir);
  EXPECT_EQ(link("out/file", "x"), Errno::notcapable);
  EXPECT_EQ(link("file/", "x"), Errno::notcapable);
  EXPECT_EQ(link("out/", "x"), Errno::notcapable);
  EXPECT_EQ(symlink("x", "out/new"), Errno::notcapable);
  EXPECT_EQ(outside.read("file"), "outside");
  EXPECT_TRUE(fs::exists(outside / "sub"));
  EXPECT_FALSE(fs::exists(outside / "new"));
}

TEST_P(PathModify, NeedsDirectoriesAndMemory) {
  dir_.write("f", "");
  const int file = guest_.open("f");
  EXPECT_EQ(at("path_create_directory", "x", static_cast<std::uint32_t>(file)), Errno::notdir);
  EXPECT_EQ(at("path_create_directory", "x", 99), Errno::badf);
  EXPECT_EQ(guest_.call("path_unlink_file", 3, Guest::kMemorySize - 1, 2), Errno::fault);
  EXPECT_EQ(guest_.call("path_unlink_file", 3, 0, 0), Errno::noent);
}

INSTANTIATE_TEST_SUITE_P(Ways, PathModify, testing::Bool(), way_name);

}  // namespace
}  // namespace wasmjet::wasi
