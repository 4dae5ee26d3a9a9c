#include "cli/sandbox/landlock.hpp"

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "cli/sandbox/file_access.hpp"
#include "wasi/unique_fd.hpp"

namespace wasmjet::cli::sandbox {
namespace {

/// landlock_ruleset_attr as of version 4; older kernels take it while the fields that they do not know are
/// zero.
struct RulesetAttributes {
  std::uint64_t handled_access_fs = 0;
  std::uint64_t handled_access_net = 0;
};

struct [[gnu::packed]] PathBeneath {
  std::uint64_t allowed_access = 0;
  std::int32_t parent_fd = -1;
};

constexpr std::uint32_t kVersionFlag = 1;
constexpr int kPathBeneathRule = 1;
constexpr std::uint64_t kBindAndConnectTcp = 3;

int kernel_abi() {
  const long version = syscall(SYS_landlock_create_ruleset, nullptr, 0, kVersionFlag);
  return version > 0 ? static_cast<int>(version) : 0;
}

/// 0, or the errno.
int restrict_to(int abi, std::uint64_t access, std::span<const OpenDirectory> directories) {
  const std::uint64_t handled = access::known(abi);
  const RulesetAttributes attributes{handled, abi >= 4 ? kBindAndConnectTcp : 0};
  const wasi::UniqueFd ruleset(
      static_cast<int>(syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0)));
  if (!ruleset) return errno;
  for (const OpenDirectory& directory : directories) {
    const std::uint64_t allowed = directory.read_only ? access & access::kReading : access;
    const PathBeneath rule{allowed & handled, directory.fd};
    if (rule.allowed_access == 0) continue;
    if (syscall(SYS_landlock_add_rule, ruleset.get(), kPathBeneathRule, &rule, 0) != 0) return errno;
  }
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
  return syscall(SYS_landlock_restrict_self, ruleset.get(), 0) == 0 ? 0 : errno;
}

}  // namespace

FileRestriction restrict_files(std::uint64_t access, std::span<const OpenDirectory> directories) {
  const int abi = kernel_abi();
  if (abi == 0) return {0, ENOSYS};
  if (abi == 1 && (access & access::kRefer) != 0) return {abi, EOPNOTSUPP};
  return {abi, restrict_to(abi, access, directories)};
}

}  // namespace wasmjet::cli::sandbox
