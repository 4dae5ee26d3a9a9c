#include "wasi/path_resolver.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include "wasi/test_guest.hpp"

namespace wasmjet::wasi {
namespace {

namespace fs = std::filesystem;

/// root/{dir/nested/file, file}, and beside the root: secret. Both ways to resolve must agree.
class PathResolverTest : public testing::TestWithParam<bool> {
 protected:
  PathResolverTest() : resolver_(GetParam() ? PathResolver::walking() : PathResolver()) {
    fs::create_directories(outside_ / "root/dir/nested");
    outside_.write("secret", "secret");
    outside_.write("root/file", "file");
    outside_.write("root/dir/nested/file", "nested");
    root_ = UniqueFd(::open((outside_ / "root").c_str(), O_RDONLY | O_DIRECTORY));
  }

  TempDir outside_;
  UniqueFd root_;
  PathResolver resolver_;

  Errno open(const std::string& path, int flags = O_RDONLY) {
    return resolver_.open(root_.get(), path, flags, 0666).error();
  }
  std::string contents(const std::string& path) {
    Result<UniqueFd> fd = resolver_.open(root_.get(), path, O_RDONLY);
    if (!fd) return "error " + std::to_string(static_cast<int>(fd.error()));
    char buffer[100];
    const ssize_t size = read((*fd).get(), buffer, sizeof buffer);
    return size < 0 ? "unreadable" : std::string(buffer, static_cast<std::size_t>(size));
  }
  void link(const std::string& target, const std::string& name) {
    fs::create_symlink(target, outside_ / ("root/" + name));
  }
};

TEST_P(PathResolverTest, OpensWhatIsInside) {
  EXPECT_EQ(contents("file"), "file");
  EXPECT_EQ(contents("dir/nested/file"), "nested");
  EXPECT_EQ(contents("dir/.//nested/../../dir/nested/../nested///./file"), "nested");
  EXPECT_EQ(contents("./file"), "file");
  EXPECT_EQ(open("."), Errno::success);
  EXPECT_EQ(open("dir/.."), Errno::success);
  EXPECT_EQ(open("dir/nested/"), Errno::success);
  EXPECT_EQ(open("dir/nested///"), Errno::success);
}

TEST_P(PathResolverTest, NeverLeaves) {
  for (const char* path : {"..", "../secret", "/", "/etc/passwd", "dir/../../secret", "dir/nested/../../..",
                           "./../root/file", "//file", "dir/../../root/file"}) {
    EXPECT_EQ(open(path), Errno::notcapable) << path;
    EXPECT_EQ(open(path, O_PATH | O_NOFOLLOW), Errno::notcapable) << path;
  }
}

TEST_P(PathResolverTest, LinksDoNotLeadOut) {
  link("../secret", "up");
  link("/etc/passwd", "absolute");
  link(".", "here");
  link("dir/../..", "dots");
  link("up", "chain");
  link(outside_.string() + "/root/file", "absolute_inside");
  for (const char* path : {"up", "absolute", "here/../secret", "here/up", "dots", "dots/secret", "chain",
                           "absolute_inside", "here/here/../../secret"}) {
    EXPECT_EQ(open(path), Errno::notcapable) << path;
  }
  EXPECT_EQ(open("up", O_CREAT | O_WRONLY), Errno::notcapable);
  EXPECT_EQ(open("dots/made", O_CREAT | O_WRONLY), Errno::notcapable);
  EXPECT_FALSE(fs::exists(outside_ / "made"));
}

TEST_P(PathResolverTest, LinksInsideAreFollowed) {
  link("dir/nested", "short");
  link("../../file", "dir/nested/up");
  link("short/up", "long");
  link("file", "last");
  EXPECT_EQ(contents("short/file"), "nested");
  EXPECT_EQ(contents("short/up"), "file");
  EXPECT_EQ(contents("long"), "file");
  EXPECT_EQ(contents("short/../nested/file"), "nested");
  EXPECT_EQ(open("short/", O_RDONLY | O_DIRECTORY), Errno::success);
  EXPECT_EQ(open("short/", O_RDONLY | O_DIRECTORY | O_NOFOLLOW), Errno::success);
  EXPECT_EQ(open("short", O_RDONLY | O_NOFOLLOW), Errno::loop);
  EXPECT_EQ(open("last", O_RDONLY | O_NOFOLLOW), Errno::loop);
  EXPECT_EQ(open("short/file", O_RDONLY | O_NOFOLLOW), Errno::success);
}

TEST_P(PathResolverTest, HoldsLinksThemselves) {
  link("/etc/passwd", "absolute");
  Result<UniqueFd> fd = resolver_.open(root_.get(), "absolute", O_PATH | O_NOFOLLOW);
  ASSERT_TRUE(fd);
  struct stat status = {};
  ASSERT_EQ(fstat((*fd).get(), &status), 0);
  EXPECT_TRUE(S_ISLNK(status.st_mode));
}

TEST_P(PathResolverTest, LoopsEnd) {
  link("loop", "loop");
  link("b", "a");
  link("a", "b");
  link("deeper/x", "deeper");
  EXPECT_EQ(open("loop"), Errno::loop);
  EXPECT_EQ(open("a/file"), Errno::loop);
  EXPECT_EQ(open("deeper"), Errno::loop);
}

TEST_P(PathResolverTest, Fails) {
  EXPECT_EQ(open(""), Errno::noent);
  EXPECT_EQ(open("missing"), Errno::noent);
  EXPECT_EQ(open("missing/file"), Errno::noent);
  EXPECT_EQ(open("file/x"), Errno::notdir);
  EXPECT_EQ(open("file/"), Errno::notdir);
  EXPECT_EQ(open("file/.."), Errno::notdir);
  EXPECT_EQ(open("file/."), Errno::notdir);
  EXPECT_EQ(open("file", O_RDONLY | O_DIRECTORY), Errno::notdir);
  EXPECT_EQ(open("dir", O_RDWR), Errno::isdir);
  EXPECT_EQ(open(std::string(300, 'x')), Errno::nametoolong);
}

TEST_P(PathResolverTest, Creates) {
  EXPECT_EQ(open("new", O_CREAT | O_WRONLY), Errno::success);
  EXPECT_TRUE(fs::is_regular_file(outside_ / "root/new"));
  EXPECT_EQ(open("new", O_CREAT | O_EXCL | O_WRONLY), Errno::exist);
  EXPECT_EQ(open("dir/../dir/new", O_CREAT | O_WRONLY), Errno::success);
  EXPECT_TRUE(fs::is_regular_file(outside_ / "root/dir/new"));
  EXPECT_EQ(open("missing/new", O_CREAT | O_WRONLY), Errno::noent);
  EXPECT_EQ(open("slash/", O_CREAT | O_WRONLY), Errno::isdir);
  EXPECT_EQ(open(".", O_CREAT | O_WRONLY), Errno::isdir);
  link("dir/made", "dangling");
  EXPECT_EQ(open("dangling", O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY), Errno::exist);
  EXPECT_EQ(open("dangling", O_CREAT | O_WRONLY), Errno::success);
  EXPECT_TRUE(fs::is_regular_file(outside_ / "root/dir/made"));
}

TEST_P(PathResolverTest, FindsParents) {
  const auto name_in = [this](const std::string& path) {
    Result<DirectoryEntry> entry = resolver_.open_parent(root_.get(), path);
    return entry ? entry->name : "error " + std::to_string(static_cast<int>(entry.error()));
  };
  EXPECT_EQ(name_in("a"), "a");
  EXPECT_EQ(name_in("a///"), "a/");
  EXPECT_EQ(name_in("dir/nested/b"), "b");
  EXPECT_EQ(name_in("dir//b/"), "b/");
  EXPECT_EQ(name_in("dir/.."), "");
  EXPECT_EQ(name_in("."), "");
  EXPECT_EQ(name_in(".."), "error 76");
  EXPECT_EQ(name_in("../x"), "error 76");
  EXPECT_EQ(name_in("/x"), "error 76");
  EXPECT_EQ(name_in("dir/../../x"), "error 76");
  EXPECT_EQ(name_in("missing/x"), "error 44");
  EXPECT_EQ(name_in("file/x"), "error 54");
  EXPECT_EQ(name_in(""), "error 44");
}

INSTANTIATE_TEST_SUITE_P(Ways, PathResolverTest, testing::Bool(),
                         [](const auto& way) { return way.param ? "walk" : "kernel"; });

TEST(AboveStandardStreams, MovesLowNumbers) {
  const int saved = dup(0);
  close(0);
  UniqueFd low(::open("/dev/null", O_RDONLY));
  ASSERT_EQ(low.get(), 0);
  low = above_standard_streams(std::move(low));
  EXPECT_GT(low.get(), 2);
  EXPECT_EQ(fcntl(0, F_GETFD), -1);
  dup2(saved, 0);
  close(saved);
}

}  // namespace
}  // namespace wasmjet::wasi
