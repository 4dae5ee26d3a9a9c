#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <thread>

#include "wasi/host_errno.hpp"
#include "wasi/path_resolver.hpp"
#include "wasi/test_guest.hpp"
#include "wasi/unique_fd.hpp"

// An attacker changes the file system while the guest opens paths: it swaps a directory with a link that
// leads out, a file with a link to the secret, and moves a directory out of the root so that its `..` is
// outside.

namespace wasmjet::wasi {
namespace {

namespace fs = std::filesystem;
using Opener = std::function<Result<UniqueFd>(int root, const std::string& path, int flags)>;

/// What a resolver might do that looks before it leaps: each component is tested for being a link, then
/// opened.
Result<UniqueFd> open_naively(int root, const std::string& path, int flags) {
  UniqueFd current(openat(root, ".", O_PATH | O_DIRECTORY));
  int depth = 0;
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string name = path.substr(begin, end - begin);
    begin = end + 1;
    if ((depth += name == ".." ? -1 : 1) < 0) return Errno::notcapable;
    struct stat status = {};
    const bool exists = fstatat(current.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
    if (exists && S_ISLNK(status.st_mode)) return Errno::notcapable;
    current = UniqueFd(
        openat(current.get(), name.c_str(), end == path.size() ? flags : O_PATH | O_DIRECTORY, 0600));
    if (!current) return last_host_error();
  }
  return current;
}

struct Counts {
  int tries = 0;
  int inside = 0;   ///< opened what lies in the root
  int refused = 0;  ///< failed
  int escaped = 0;  ///< opened or made what does not
};

class PathRace : public testing::Test {
 protected:
  static constexpr int kTries = 100'000;

  PathRace() {
    fs::create_directories(outside_ / "root/dir/nested");
    fs::create_directory(outside_ / "moved");
    fs::create_symlink("..", outside_ / "root/link");
    fs::create_symlink("../secret", outside_ / "root/last_link");
    outside_.write("secret", "secret");
    outside_.write("root/dir/secret", "inside");
    outside_.write("root/last", "inside");
    root_ = UniqueFd(::open((outside_ / "root").c_str(), O_RDONLY | O_DIRECTORY));
    above_ = UniqueFd(::open(outside_.string().c_str(), O_RDONLY | O_DIRECTORY));
    attacker_ = std::thread([this] { attack(); });
  }
  ~PathRace() override {
    done_ = true;
    attacker_.join();
  }

  /// Tries `count` times, or until an escape (for the control).
  Counts attempt(const Opener& open, int count, bool until_escape) {
    static constexpr const char* kPaths[] = {"dir/secret", "dir/nested/../secret", "last", "link/secret",
                                             "dir/nested/../../last"};
    Counts counts;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    while (counts.tries < count && !(until_escape && counts.escaped != 0)) {
      if (until_escape && std::chrono::steady_clock::now() > deadline) break;
      const int n = counts.tries++;
      if (n % 6 == 5) {
        count_made(open(root_.get(), "dir/made", O_CREAT | O_WRONLY), counts);
      } else {
        count_read(open(root_.get(), kPaths[n % 6], O_RDONLY), counts);
      }
    }
    return counts;
  }
  static void report(const char* who, const Counts& counts) {
    std::printf("%s: %d tries, %d opened inside, %d refused, %d escaped\n", who, counts.tries, counts.inside,
                counts.refused, counts.escaped);
  }

 private:
  TempDir outside_;
  UniqueFd root_;
  UniqueFd above_;
  std::atomic<bool> done_ = false;
  std::thread attacker_;

  void attack() const {
    const auto swap = [](int at, const char* one, int other_at, const char* other) {
      renameat2(at, one, other_at, other, RENAME_EXCHANGE);
    };
    while (!done_) {
      for (int i = 0; i < 2; ++i) swap(root_.get(), "dir", root_.get(), "link");
      for (int i = 0; i < 2; ++i) swap(root_.get(), "last", root_.get(), "last_link");
      // From root/dir/nested to moved/, whose `..` is not root/dir, and back.
      renameat(root_.get(), "dir/nested", above_.get(), "moved/nested");
      renameat(above_.get(), "moved/nested", root_.get(), "dir/nested");
    }
  }
  static void count_read(Result<UniqueFd> opened, Counts& counts) {
    char text[16] = {};
    if (!opened) {
      ++counts.refused;
    } else if (read((*opened).get(), text, sizeof text - 1) > 0 && std::string_view(text) == "secret") {
      ++counts.escaped;
    } else {
      ++counts.inside;
    }
  }
  void count_made(Result<UniqueFd> opened, Counts& counts) const {
    if (!opened) return void(++counts.refused);
    // Only the naive resolver can have made it there.
    ++(unlinkat(above_.get(), "made", 0) == 0 ? counts.escaped : counts.inside);
  }
};

TEST_F(PathRace, LeadsNeitherResolverOutButANaiveOne) {
  const auto with = [](const PathResolver& resolver) {
    return [&resolver](int root, const std::string& path, int flags) {
      return resolver.open(root, path, flags, 0600);
    };
  };
  const PathResolver kernel;
  const PathResolver walk = PathResolver::walking();
  const Counts naively = attempt(open_naively, 100'000'000, true);
  report("control (naive openat)", naively);
  ASSERT_GT(naively.escaped, 0) << "the attack does not even defeat the control: it proves nothing";

  for (const auto& [name, resolver] : {std::pair{"openat2", &kernel}, std::pair{"walk", &walk}}) {
    const Counts counts = attempt(with(*resolver), kTries, false);
    report(name, counts);
    EXPECT_EQ(counts.tries, kTries);
    EXPECT_EQ(counts.escaped, 0) << name;
    EXPECT_GT(counts.inside, 0) << name;
    EXPECT_GT(counts.refused, 0) << name;
  }
  const Counts again = attempt(open_naively, 100'000'000, true);
  report("control again", again);
  EXPECT_GT(again.escaped, 0) << "the attacker has stopped working";
}

}  // namespace
}  // namespace wasmjet::wasi
