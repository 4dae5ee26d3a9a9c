#pragma once

#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>

#include "runtime/host_function.hpp"
#include "wasi/descriptor_table.hpp"
#include "wasi/host_errno.hpp"
#include "wasi/path_resolver.hpp"
#include "wasi/result.hpp"
#include "wasi/wasi.hpp"

namespace wasmjet::wasi {

/// What a WASI function works with.
struct Call {
  Call(WasiContext& context, const Caller& from) : wasi(context), caller(from), memory(from.memory()) {}

  WasiContext& wasi;
  const Caller& caller;
  GuestMemory memory;

  DescriptorTable& descriptors() const { return wasi.descriptors(); }
};

/// How a WASI function ended: with an errno for the guest, or by leaving it.
class Answer {
 public:
  Answer(Errno error) : error_(error) {}
  Answer(HostResult leave) : leave_(std::move(leave)) {}
  static Answer interrupted() { return Answer(HostResult::interrupted()); }

  Errno error() const { return error_; }
  /// Set if the guest is not to go on.
  std::optional<HostResult>& leave() { return leave_; }

 private:
  Errno error_ = Errno::success;
  std::optional<HostResult> leave_;
};

/// Runs `system_call`, which returns -1 and sets errno on failure, again and again while signals end it.
/// Nothing if the run was interrupted. A signal between the test and the call is not lost: Store::interrupt
/// sends it again until the call has ended.
template <class SystemCall>
auto restarting(const Caller& caller, SystemCall system_call) -> std::optional<decltype(system_call())> {
  for (;;) {
    if (caller.interrupted()) return std::nullopt;
    const auto result = system_call();
    if (result != -1 || errno != EINTR) return result;
  }
}

/// The answer of a system call that returns nothing but success or -1.
template <class SystemCall>
Answer answer_of(const Caller& caller, SystemCall system_call) {
  const auto result = restarting(caller, system_call);
  if (!result) return Answer::interrupted();
  return *result == -1 ? last_host_error() : Errno::success;
}

/// A string of the guest's that a system call will take: FAULT, NAMETOOLONG beyond PATH_MAX, INVAL with a
/// NUL.
Result<std::string> read_path(const GuestMemory& memory, std::uint32_t address, std::uint32_t length);

}  // namespace wasmjet::wasi
