#include "cli/sandbox/filter.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <map>

#include "cli/sandbox/syscall_abi.hpp"
#include "wasi/functions.hpp"

namespace wasmjet::cli::sandbox {
namespace {

constexpr std::uint32_t kRefused = SECCOMP_RET_ERRNO | EPERM;

/// What the kernel would do with a system call: the filter run in the kernel's manner.
std::uint32_t run(const std::vector<sock_filter>& filter, const seccomp_data& data) {
  std::uint32_t accumulator = 0;
  for (std::size_t pc = 0; pc < filter.size(); ++pc) {
    const sock_filter& instruction = filter[pc];
    switch (instruction.code) {
      case BPF_LD | BPF_W | BPF_ABS:
        std::memcpy(&accumulator, reinterpret_cast<const char*>(&data) + instruction.k, sizeof accumulator);
        break;
      case BPF_ALU | BPF_AND | BPF_K:
        accumulator &= instruction.k;
        break;
      case BPF_JMP | BPF_JEQ | BPF_K:
        pc += accumulator == instruction.k ? instruction.jt : instruction.jf;
        break;
      case BPF_JMP | BPF_JGE | BPF_K:
        pc += accumulator >= instruction.k ? instruction.jt : instruction.jf;
        break;
      case BPF_RET | BPF_K:
        return instruction.k;
      default:
        ADD_FAILURE() << "unexpected instruction " << instruction.code;
        return 0;
    }
  }
  ADD_FAILURE() << "ran off the end";
  return 0;
}

std::uint32_t decide(const std::vector<sock_filter>& filter, int number,
                     std::vector<std::uint64_t> arguments = {},
                     std::uint32_t architecture = kAuditArchitecture) {
  seccomp_data data = {};
  data.nr = number;
  data.arch = architecture;
  for (std::size_t i = 0; i < arguments.size(); ++i) data.args[i] = arguments[i];
  return run(filter, data);
}

std::vector<sock_filter> filter_for(std::initializer_list<const char*> functions) {
  Needs needs;
  for (const char* function : functions) needs.add_function(function);
  return make_filter(needs.system_calls());
}

constexpr int kNumbers = 1024;  // more than there are

TEST(Filter, AllowsExactlyTheList) {
  const std::vector<Allowance> list = {{7}, {3}, {500}, {4}, {0}, {42}};
  const auto filter = make_filter(list);
  for (int number = -1; number < kNumbers; ++number) {
    const bool listed = std::ranges::find(list, number, &Allowance::number) != list.end();
    if (number == SYS_clone3 || number < 0) continue;
    EXPECT_EQ(decide(filter, number), listed ? SECCOMP_RET_ALLOW : kRefused) << number;
  }
}

TEST(Filter, OfNothingRefusesAll) {
  const auto filter = make_filter({});
  for (int number = 0; number < kNumbers; ++number) {
    EXPECT_EQ(decide(filter, number), number == SYS_clone3 ? SECCOMP_RET_ERRNO | ENOSYS : kRefused) << number;
  }
}

TEST(Filter, LooksAtArguments) {
  const std::vector<Allowance> list = {{5, 1, 10}, {5, 1, 20}, {6, 2, 8, 8}, {9, 0, 1}, {9}};
  const auto filter = make_filter(list);
  EXPECT_EQ(decide(filter, 5, {0, 10}), SECCOMP_RET_ALLOW);
  EXPECT_EQ(decide(filter, 5, {0, 20}), SECCOMP_RET_ALLOW);
  EXPECT_EQ(decide(filter, 5, {10, 11}), kRefused);
  // Arguments of 32 bits: the kernel does not look at the rest either.
  EXPECT_EQ(decide(filter, 5, {0, 0xFFFFFFFF0000000AU}), SECCOMP_RET_ALLOW);
  EXPECT_EQ(decide(filter, 6, {0, 0, 0xFF}), SECCOMP_RET_ALLOW);
  EXPECT_EQ(decide(filter, 6, {0, 0, 0xF7}), kRefused);
  EXPECT_EQ(decide(filter, 9, {2}), SECCOMP_RET_ALLOW);
}

TEST(Filter, OtherAbisEndTheProcess) {
  const auto filter = filter_for({"fd_write"});
  EXPECT_EQ(decide(filter, SYS_writev), SECCOMP_RET_ALLOW);
  EXPECT_EQ(decide(filter, SYS_writev, {}, AUDIT_ARCH_I386), SECCOMP_RET_KILL_PROCESS);
  EXPECT_EQ(decide(filter, SYS_writev, {}, AUDIT_ARCH_ARM), SECCOMP_RET_KILL_PROCESS);
  EXPECT_EQ(decide(filter, SYS_writev | 0x40000000), SECCOMP_RET_KILL_PROCESS);
  EXPECT_EQ(decide(filter, -1), SECCOMP_RET_KILL_PROCESS);
}

/// Files, programs, processes, networks, other processes' memory, the kernel: never, whatever is imported.
TEST(Filter, RefusesWhatNoGuestNeeds) {
  Needs needs;
  for (const wasi::Function& function : wasi::functions()) needs.add_function(function.name);
  const auto filter = make_filter(needs.system_calls());
  EXPECT_EQ(decide(filter, SYS_clone3), SECCOMP_RET_ERRNO | ENOSYS);
  for (const int number : {SYS_clone,
                           SYS_execve,
                           SYS_execveat,
                           SYS_socket,
                           SYS_socketpair,
                           SYS_connect,
                           SYS_bind,
                           SYS_listen,
                           SYS_kill,
                           SYS_tkill,
                           SYS_ptrace,
                           SYS_process_vm_readv,
                           SYS_process_vm_writev,
                           SYS_pidfd_open,
                           SYS_pidfd_getfd,
                           SYS_io_uring_setup,
                           SYS_bpf,
                           SYS_perf_event_open,
                           SYS_userfaultfd,
                           SYS_keyctl,
                           SYS_mount,
                           SYS_umount2,
                           SYS_unshare,
                           SYS_setns,
                           SYS_chroot,
                           SYS_pivot_root,
                           SYS_chdir,
                           SYS_fchdir,
                           SYS_mknodat,
                           SYS_fchmodat,
                           SYS_fchownat,
                           SYS_fchmod,
                           SYS_fchown,
                           SYS_statx,
                           SYS_faccessat,
                           SYS_truncate,
                           SYS_prctl,
                           SYS_seccomp,
                           SYS_open_by_handle_at,
                           SYS_name_to_handle_at,
                           SYS_init_module,
                           SYS_reboot,
                           SYS_setuid,
                           SYS_dup3,
                           SYS_read,
                           SYS_recvmmsg,
                           SYS_sendmmsg,
                           SYS_copy_file_range,
                           SYS_memfd_secret,
                           SYS_prlimit64}) {
    EXPECT_EQ(decide(filter, number), kRefused) << number;
  }
  EXPECT_EQ(decide(filter, SYS_tgkill, {static_cast<std::uint64_t>(getpid())}), SECCOMP_RET_ALLOW);
  EXPECT_EQ(decide(filter, SYS_tgkill, {1}), kRefused);
  EXPECT_EQ(decide(filter, SYS_openat, {5, 0, O_RDONLY}), kRefused);
  EXPECT_EQ(decide(filter, SYS_openat, {5, 0, O_RDONLY | O_NOFOLLOW}), SECCOMP_RET_ALLOW);
  EXPECT_EQ(decide(filter, SYS_fcntl, {5, F_SETFL}), SECCOMP_RET_ALLOW);
  EXPECT_EQ(decide(filter, SYS_fcntl, {5, F_SETOWN}), kRefused);
  EXPECT_EQ(decide(filter, SYS_ioctl, {5, 0x5412}), kRefused);  // TIOCSTI: typing into a terminal
}

/// Each function adds what it needs and nothing else.
TEST(Filter, DependsOnImports) {
  const auto allowed = [](std::initializer_list<const char*> functions) {
    const auto filter = filter_for(functions);
    std::vector<int> numbers;
    for (int number = 0; number < kNumbers; ++number) {
      if (number != SYS_clone3 && decide(filter, number) == SECCOMP_RET_ALLOW) numbers.push_back(number);
    }
    return numbers;
  };
  const auto base = allowed({});
  const auto added = [&](std::initializer_list<const char*> functions) {
    std::vector<int> numbers = allowed(functions);
    std::erase_if(numbers, [&](int number) { return std::ranges::find(base, number) != base.end(); });
    return numbers;
  };
  using testing::UnorderedElementsAre;
  EXPECT_THAT(base, testing::Not(testing::Contains(SYS_openat2)));
  EXPECT_THAT(base, testing::Not(testing::Contains(SYS_writev)));
  EXPECT_THAT(added({"proc_exit", "random_get", "clock_time_get", "args_get", "unknown"}),
              testing::IsEmpty());
  EXPECT_THAT(added({"fd_write"}), UnorderedElementsAre(SYS_writev, SYS_ppoll));
  EXPECT_THAT(added({"sock_recv"}), UnorderedElementsAre(SYS_recvmsg));
  EXPECT_THAT(added({"fd_seek", "fd_sync"}), UnorderedElementsAre(SYS_lseek, SYS_fsync));
  EXPECT_THAT(added({"path_filestat_get"}), UnorderedElementsAre(SYS_openat2, SYS_readlinkat, SYS_fstat));
  EXPECT_THAT(added({"path_unlink_file"}),
              UnorderedElementsAre(SYS_openat2, SYS_readlinkat, SYS_fstat, SYS_unlinkat));
}

}  // namespace
}  // namespace wasmjet::cli::sandbox
