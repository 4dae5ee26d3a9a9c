#include "cli/sandbox/filter.hpp"

#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <stdexcept>
#include <utility>

#include "cli/sandbox/syscall_abi.hpp"

namespace wasmjet::cli::sandbox {
namespace {

/// Numbers that are compared one after the other at the end of the binary search.
constexpr std::size_t kLeaf = 4;

/// All allowances of one system call.
using Group = std::span<const Allowance>;

/// The low half of an argument; both architectures are little-endian.
std::size_t argument_offset(int argument) {
  return offsetof(seccomp_data, args) + static_cast<std::size_t>(argument) * sizeof(std::uint64_t);
}

/// Where a comparison leads.
enum class To : std::uint8_t { next, allow, refuse };

class Assembler {
 public:
  explicit Assembler(std::size_t groups) {
    code_.reserve(16 + 8 * groups);
    ends_.reserve(code_.capacity());
  }

  void load(std::size_t offset) { emit(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<__u32>(offset))); }
  void mask(std::uint32_t bits) { emit(BPF_STMT(BPF_ALU | BPF_AND | BPF_K, bits)); }
  void answer(std::uint32_t action) { emit(BPF_STMT(BPF_RET | BPF_K, action)); }
  /// Compares the accumulator; returns the place for skip_from().
  std::size_t compare(int how, std::uint32_t value, To yes, To no) {
    emit(BPF_JUMP(static_cast<__u16>(BPF_JMP | how | BPF_K), value, 0, 0), yes, no);
    return code_.size() - 1;
  }
  /// The comparison at `place` leads here if it does not hold, or (`if_true`) if it does.
  void skip_from(std::size_t place, bool if_true = false) {
    (if_true ? code_[place].jt : code_[place].jf) = distance(place, code_.size());
  }

  /// Goes through a binary search: the kernel runs the filter once for every number there is when it is
  /// installed, to know which calls it need not be asked about.
  void search(std::span<const Group> groups);
  std::vector<sock_filter> finish();

 private:
  void emit(sock_filter instruction, To yes = To::next, To no = To::next) {
    code_.push_back(instruction);
    ends_.push_back({yes, no});
  }
  static __u8 distance(std::size_t from, std::size_t to) {
    if (to - from - 1 > 255) throw std::logic_error("system call filter too long");
    return static_cast<__u8>(to - from - 1);
  }
  void decide(Group group, To otherwise);

  std::vector<sock_filter> code_;
  std::vector<std::pair<To, To>> ends_;
};

/// Compares the number with `group`'s, and arguments; goes on to `otherwise` if it is another.
void Assembler::decide(Group group, To otherwise) {
  const auto number = static_cast<std::uint32_t>(group.front().number);
  if (std::ranges::find(group, Allowance::kAlways, &Allowance::argument) != group.end()) {
    compare(BPF_JEQ, number, To::allow, otherwise);
    return;
  }
  const std::size_t other = compare(BPF_JEQ, number, To::next, otherwise);
  for (const Allowance& allowance : group) {
    load(argument_offset(allowance.argument));
    if (allowance.mask != 0xFFFFFFFF) mask(allowance.mask);
    compare(BPF_JEQ, allowance.value, To::allow, &allowance == &group.back() ? To::refuse : To::next);
  }
  if (otherwise == To::next) skip_from(other);
}

void Assembler::search(std::span<const Group> groups) {
  if (groups.size() > kLeaf) {
    const std::size_t middle = groups.size() / 2;
    const auto first_of_high = static_cast<std::uint32_t>(groups[middle].front().number);
    const std::size_t branch = compare(BPF_JGE, first_of_high, To::next, To::next);
    search(groups.first(middle));
    skip_from(branch, true);
    search(groups.subspan(middle));
    return;
  }
  for (const Group& group : groups) decide(group, &group == &groups.back() ? To::refuse : To::next);
}

std::vector<sock_filter> Assembler::finish() {
  const std::size_t allow = code_.size();
  answer(SECCOMP_RET_ALLOW);
  answer(SECCOMP_RET_ERRNO | EPERM);
  for (std::size_t i = 0; i < allow; ++i) {
    const auto [yes, no] = ends_[i];
    if (yes != To::next) code_[i].jt = distance(i, yes == To::allow ? allow : allow + 1);
    if (no != To::next) code_[i].jf = distance(i, no == To::allow ? allow : allow + 1);
  }
  return std::move(code_);
}

}  // namespace

std::vector<sock_filter> make_filter(std::span<const Allowance> allowed) {
  std::vector<Allowance> sorted(allowed.begin(), allowed.end());
  std::ranges::sort(sorted, {}, &Allowance::number);
  std::vector<Group> groups;
  groups.reserve(sorted.size());
  for (std::size_t begin = 0, end = 0; begin < sorted.size(); begin = end) {
    while (end < sorted.size() && sorted[end].number == sorted[begin].number) ++end;
    groups.push_back(std::span<const Allowance>(sorted).subspan(begin, end - begin));
  }

  Assembler program(groups.size());
  program.load(offsetof(seccomp_data, arch));
  const std::size_t other_architecture = program.compare(BPF_JEQ, kAuditArchitecture, To::next, To::next);
  program.load(offsetof(seccomp_data, nr));
  const std::size_t native = program.compare(BPF_JGE, kFirstForeignNumber, To::next, To::next);
  program.skip_from(other_architecture);
  program.answer(SECCOMP_RET_KILL_PROCESS);
  program.skip_from(native);
  const std::size_t known =
      program.compare(BPF_JEQ, SYS_clone3, To::next, groups.empty() ? To::refuse : To::next);
  program.answer(SECCOMP_RET_ERRNO | ENOSYS);
  if (!groups.empty()) program.skip_from(known);
  program.search(groups);
  return program.finish();
}

int install_filter(std::span<const sock_filter> filter) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
  const sock_fprog program = {static_cast<unsigned short>(filter.size()),
                              const_cast<sock_filter*>(filter.data())};
  const long result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program);
  // A positive number is the thread that cannot take the filter.
  if (result > 0) return ESRCH;
  return result == 0 ? 0 : errno;
}

}  // namespace wasmjet::cli::sandbox
