#include "spec-tests/mutants/worker.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <exception>

#include "cli/commands.hpp"
#include "cli/deadline.hpp"
#include "cli/errors.hpp"
#include "cli/exit_codes.hpp"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif

namespace wasmjet::mutants {
namespace {

constexpr std::uint64_t kMaxMemory = std::uint64_t{64} << 20;
/// What the process may allocate beyond that: the compiler's scratch memory and code.
constexpr std::uint64_t kMaxData = std::uint64_t{1} << 30;

/// The bytes as a file with a path.
class MemoryFile {
 public:
  explicit MemoryFile(const std::vector<std::uint8_t>& bytes) : fd_(memfd_create("mutant", MFD_CLOEXEC)) {
    std::size_t done = 0;
    while (fd_ >= 0 && done < bytes.size()) {
      const ssize_t n = write(fd_, bytes.data() + done, bytes.size() - done);
      if (n <= 0) break;
      done += static_cast<std::size_t>(n);
    }
  }
  ~MemoryFile() { close(fd_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }

 private:
  int fd_;
};

Judgement judge_refusal(const cli::CommandError& error) {
  const std::string& message = error.message;
  if (error.exit_code == cli::kExitTimeout) return {Verdict::timed_out, ""};
  if (error.exit_code != cli::kExitBadModule) return {Verdict::wrong, message};
  if (message.find('\n') != std::string::npos) return {Verdict::wrong, "more than one line: " + message};
  if (message.find(": link error: ") != std::string::npos) return {Verdict::unlinked, ""};
  const auto offset = message.rfind(" at offset 0x");
  if (offset == std::string::npos) return {Verdict::wrong, "no offset: " + message};
  return {Verdict::refused, ""};
}

Judgement judge_exit(int code) {
  if (code == cli::kExitTimeout) return {Verdict::timed_out, ""};
  if (code == cli::kExitTrap) return {Verdict::trapped, ""};
  return {Verdict::ran, ""};
}

}  // namespace

Judgement run_module(const std::vector<std::uint8_t>& module, std::chrono::milliseconds timeout) {
  const MemoryFile file(module);
  cli::RunOptions options;
  options.module = file.path();
  options.argv0 = "mutant";
  options.guest = {"1"};  // the kernels' least work
  options.timeout = timeout;
  options.max_memory = kMaxMemory;
  options.sandbox = cli::SandboxMode::off;  // it would outlast the mutant: this process runs many
  struct GoesOn {
    ~GoesOn() { cli::Deadline::dismiss(); }
  } const goes_on;
  try {
    return judge_exit(cli::run_command(options, {}));
  } catch (const cli::CommandError& error) {
    return judge_refusal(error);
  } catch (const std::exception& error) {
    return {Verdict::wrong, std::string("exception: ") + error.what()};
  }
}

void confine_process() {
  std::signal(SIGPIPE, SIG_IGN);
#ifdef __SANITIZE_ADDRESS__
  // The sanitizers' reports still go to the terminal; their shadow memory rules a limit out.
  static const int report_fd = dup(STDERR_FILENO);
  __sanitizer_set_report_fd(reinterpret_cast<void*>(static_cast<std::intptr_t>(report_fd)));
#else
  const rlimit data{kMaxData, kMaxData};
  setrlimit(RLIMIT_DATA, &data);
#endif
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = 0; fd < 3; ++fd) dup2(null, fd);
  close(null);
}

}  // namespace wasmjet::mutants
