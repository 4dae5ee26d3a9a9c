#include "cli/sandbox/needs.hpp"

#include <asm/ioctls.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cli/sandbox/file_access.hpp"
#include "wasi/abi.hpp"

namespace wasmjet::cli::sandbox {
namespace {

/// isatty() asks with it from glibc 2.41 on.
constexpr std::uint32_t kTcgets2 = 0x802C542A;

constexpr Allowance always(int number) { return {number}; }
constexpr Allowance with(int number, int argument, std::uint32_t value) { return {number, argument, value}; }

/// What wasmjet does on its own account while a guest runs and after it: memory for the guest and for code,
/// signals, locks, its clock, messages to standard output and error. Neither new threads nor programs.
/// Modules are compiled when they are instantiated, behind this wall, so memory may become executable:
/// whoever could make these calls at will executes code of its choice already.
constexpr Allowance kAlways[] = {
    always(SYS_mmap),
    always(SYS_munmap),
    always(SYS_mprotect),
    always(SYS_mremap),
    always(SYS_madvise),
    always(SYS_brk),
    always(SYS_memfd_create),  // trampolines
    always(SYS_membarrier),    // behind newly written code
    always(SYS_ftruncate),
    always(SYS_rt_sigaction),
    always(SYS_rt_sigprocmask),
    always(SYS_rt_sigreturn),
    always(SYS_sigaltstack),
    always(SYS_setitimer),
    always(SYS_restart_syscall),
    always(SYS_futex),
    always(SYS_set_robust_list),  // of the watchdog's thread, which may only just have begun
    always(SYS_rseq),
    always(SYS_sched_yield),
    always(SYS_sched_getaffinity),
    always(SYS_getpid),
    always(SYS_gettid),
    always(SYS_clock_gettime),
    always(SYS_clock_getres),
    always(SYS_clock_nanosleep),
    always(SYS_getrandom),
    with(SYS_write, 0, STDOUT_FILENO),
    with(SYS_write, 0, STDERR_FILENO),
    with(SYS_writev, 0, STDERR_FILENO),  // the C library's own last words
    always(SYS_close),
    always(SYS_exit),
    always(SYS_exit_group),
};

/// Looking up a path, and describing what was opened.
constexpr Allowance kPaths[] = {
    always(SYS_openat2),
    {SYS_openat, 2, O_NOFOLLOW, O_NOFOLLOW},  // the component walk's
    always(SYS_readlinkat),
    always(SYS_fstat),
    with(SYS_fcntl, 1, F_DUPFD_CLOEXEC),
};

struct FunctionNeed {
  std::string_view function;
  Allowance allowance;
};

constexpr FunctionNeed kFunctions[] = {
    {"fd_advise", always(SYS_fadvise64)},
    {"fd_allocate", always(SYS_fallocate)},
    {"fd_datasync", always(SYS_fdatasync)},
    {"fd_fdstat_get", with(SYS_fcntl, 1, F_GETFL)},
    {"fd_fdstat_set_flags", with(SYS_fcntl, 1, F_GETFL)},
    {"fd_fdstat_set_flags", with(SYS_fcntl, 1, F_SETFL)},
    {"fd_filestat_get", always(SYS_fstat)},
    {"fd_filestat_set_times", always(SYS_utimensat)},
    {"fd_pread", always(SYS_preadv)},
    {"fd_pread", always(SYS_ppoll)},
    {"fd_pwrite", always(SYS_pwritev)},
    {"fd_pwrite", always(SYS_ppoll)},
    {"fd_read", always(SYS_readv)},
    {"fd_read", always(SYS_ppoll)},
    {"fd_readdir", always(SYS_fstat)},
    {"fd_readdir", always(SYS_lseek)},
    {"fd_readdir", always(SYS_getdents64)},
    {"fd_readdir", with(SYS_newfstatat, 3, AT_SYMLINK_NOFOLLOW)},  // of an entry whose type is not told
    {"fd_seek", always(SYS_lseek)},
    {"fd_sync", always(SYS_fsync)},
    {"fd_tell", always(SYS_lseek)},
    {"fd_write", always(SYS_writev)},
    {"fd_write", always(SYS_ppoll)},
    {"path_create_directory", always(SYS_mkdirat)},
    {"path_filestat_set_times", always(SYS_utimensat)},
    {"path_link", always(SYS_linkat)},
    {"path_open", with(SYS_fcntl, 1, F_GETFL)},
    {"path_open", with(SYS_ioctl, 1, TCGETS)},
    {"path_open", with(SYS_ioctl, 1, kTcgets2)},
    {"path_remove_directory", always(SYS_unlinkat)},
    {"path_rename", always(SYS_renameat)},
    {"path_rename", always(SYS_renameat2)},
    {"path_symlink", always(SYS_symlinkat)},
    {"path_unlink_file", always(SYS_unlinkat)},
    {"poll_oneoff", always(SYS_ppoll)},
    {"poll_oneoff", always(SYS_fstat)},
    {"poll_oneoff", always(SYS_lseek)},
    {"poll_oneoff", with(SYS_ioctl, 1, FIONREAD)},
    {"sock_accept", always(SYS_accept4)},
    {"sock_accept", always(SYS_fstat)},
    {"sock_accept", always(SYS_getsockopt)},
    {"sock_accept", with(SYS_fcntl, 1, F_GETFL)},
    {"sock_accept", with(SYS_fcntl, 1, F_DUPFD_CLOEXEC)},
    {"sock_recv", always(SYS_recvmsg)},
    {"sock_send", always(SYS_sendmsg)},
    {"sock_shutdown", always(SYS_shutdown)},
};

struct FileNeed {
  std::string_view function;
  std::uint64_t access;
};

constexpr FileNeed kFiles[] = {
    {"path_create_directory", access::kMakeDir},
    {"path_link", access::kMakeAny | access::kRefer},
    {"path_open", access::kReading | access::kWriteFile | access::kMakeReg | access::kTruncate},
    {"path_remove_directory", access::kRemoveDir},
    {"path_rename", access::kMakeAny | access::kRefer | access::kRemoveDir | access::kRemoveFile},
    {"path_symlink", access::kMakeSym},
    {"path_unlink_file", access::kRemoveFile},
};

}  // namespace

Needs::Needs() {
  system_calls_.reserve(std::size(kAlways) + std::size(kFunctions) + std::size(kPaths) + 1);
  system_calls_.assign(std::begin(kAlways), std::end(kAlways));
  // Signals to threads of this process: interrupts, and abort().
  system_calls_.push_back(with(SYS_tgkill, 0, static_cast<std::uint32_t>(getpid())));
}

void Needs::add_imports(const Module& module) {
  for (const Import& import : module.imports) {
    if (import.module == wasi::kModuleName) add_function(import.name);
  }
}

void Needs::add_output(int fd) {
  system_calls_.push_back(with(SYS_write, 0, static_cast<std::uint32_t>(fd)));
}

void Needs::add_sampler() {
  system_calls_.push_back(always(SYS_timer_settime));
  system_calls_.push_back(always(SYS_timer_delete));
  system_calls_.push_back(always(SYS_getrusage));
}

void Needs::add_function(std::string_view name) {
  for (const FunctionNeed& need : kFunctions) {
    if (need.function == name) system_calls_.push_back(need.allowance);
  }
  for (const FileNeed& need : kFiles) {
    if (need.function == name) file_access_ |= need.access;
  }
  if (!has_paths_ && name.starts_with("path_")) {
    system_calls_.insert(system_calls_.end(), std::begin(kPaths), std::end(kPaths));
    has_paths_ = true;
  }
}

}  // namespace wasmjet::cli::sandbox
