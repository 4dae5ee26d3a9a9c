#include "wasi/functions.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace wasmjet::wasi {
namespace {

/// "name: iI" with i for i32 and I for i64; functions without a result end in "!".
std::string describe(const Function& function) {
  const FuncType type = function.type();
  std::string text = std::string(function.name) + ":";
  for (const ValType param : type.params) text += param == kI64 ? 'I' : 'i';
  if (type.results.empty()) text += '!';
  return text;
}

TEST(Functions, AreThoseOfPreview1) {
  std::vector<std::string> all;
  for (const Function& function : functions()) all.push_back(describe(function));
  EXPECT_THAT(
      all,
      testing::ElementsAre(
          "args_get:ii", "args_sizes_get:ii", "clock_res_get:ii", "clock_time_get:iIi", "environ_get:ii",
          "environ_sizes_get:ii", "fd_advise:iIIi", "fd_allocate:iII", "fd_close:i", "fd_datasync:i",
          "fd_fdstat_get:ii", "fd_fdstat_set_flags:ii", "fd_fdstat_set_rights:iII", "fd_filestat_get:ii",
          "fd_filestat_set_size:iI", "fd_filestat_set_times:iIIi", "fd_pread:iiiIi",
          "fd_prestat_dir_name:iii", "fd_prestat_get:ii", "fd_pwrite:iiiIi", "fd_read:iiii",
          "fd_readdir:iiiIi", "fd_renumber:ii", "fd_seek:iIii", "fd_sync:i", "fd_tell:ii", "fd_write:iiii",
          "path_create_directory:iii", "path_filestat_get:iiiii", "path_filestat_set_times:iiiiIIi",
          "path_link:iiiiiii", "path_open:iiiiiIIii", "path_readlink:iiiiii", "path_remove_directory:iii",
          "path_rename:iiiiii", "path_symlink:iiiii", "path_unlink_file:iii", "poll_oneoff:iiii",
          "proc_exit:i!", "proc_raise:i", "random_get:ii", "sched_yield:", "sock_accept:iii",
          "sock_recv:iiiiii", "sock_send:iiiii", "sock_shutdown:ii"));
}

TEST(Functions, HaveOneResult) {
  for (const Function& function : functions()) {
    if (std::string(function.name) == "proc_exit") continue;
    EXPECT_EQ(function.type().results, std::vector<ValType>{kI32}) << function.name;
  }
}

}  // namespace
}  // namespace wasmjet::wasi
