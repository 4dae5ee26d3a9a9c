#include "jit/output_file.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <system_error>

namespace wasmjet::jit {
namespace {

using testing::HasSubstr;

std::string contents(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class OutputFiles : public testing::Test {
 protected:
  OutputFiles() { folder_ = mkdtemp(pattern_); }
  ~OutputFiles() override {
    for (const char* name : {"out", "other"}) unlink(path(name).c_str());
    rmdir(folder_.c_str());
  }
  std::string path(const std::string& name) const { return folder_ + "/" + name; }

 private:
  char pattern_[64] = "/tmp/wasmjet-output-XXXXXX";
  std::string folder_;
};

TEST_F(OutputFiles, AreAppendedTo) {
  OutputFile file(path("out"));
  file.append(std::string_view("one"));
  file.append(std::string_view(" two"));
  EXPECT_EQ(contents(path("out")), "one two");
  struct stat status{};
  ASSERT_EQ(stat(path("out").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(OutputFiles, ReplaceWhatIsThere) {
  std::ofstream(path("other")) << "as it was";
  ASSERT_EQ(symlink(path("other").c_str(), path("out").c_str()), 0);
  OutputFile(path("out")).append(std::string_view("new"));
  EXPECT_EQ(contents(path("out")), "new");
  EXPECT_EQ(contents(path("other")), "as it was");

  unlink(path("out").c_str());
  ASSERT_EQ(link(path("other").c_str(), path("out").c_str()), 0);
  OutputFile(path("out")).append(std::string_view("new"));
  EXPECT_EQ(contents(path("other")), "as it was");
}

TEST_F(OutputFiles, ThatCannotBeMadeAreErrors) {
  try {
    const OutputFile file(path("absent/out"));
    FAIL();
  } catch (const std::system_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("cannot create " + path("absent/out")));
  }
}

TEST_F(OutputFiles, RememberWhatTheyCouldNotWrite) {
  OutputFile file(path("out"));
  ASSERT_EQ(dup3(open("/dev/full", O_WRONLY | O_CLOEXEC), file.descriptor(), O_CLOEXEC), file.descriptor());
  EXPECT_EQ(file.problem(), "");
  file.append(std::string_view("lost"));
  file.append(std::string_view("lost too"));
  EXPECT_EQ(file.problem(), path("out") + " is incomplete: No space left on device");
}

}  // namespace
}  // namespace wasmjet::jit
