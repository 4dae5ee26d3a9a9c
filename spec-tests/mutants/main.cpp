// Runs damaged copies of the test data's modules: none may crash, hang or exhaust memory.
//
// usage: mutants COUNT SEED TIMEOUT-MS MODULE.wasm...
//
// A worker process runs one mutant after the other and reports each through a pipe; when it dies or
// says nothing for too long, the mutant at fault is known, is saved, and a new worker goes on with the
// next one. Mutant N depends on SEED and N alone, so that it can be made again.

#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "cli/exit_codes.hpp"
#include "cli/io.hpp"
#include "spec-tests/mutants/mutator.hpp"
#include "spec-tests/mutants/worker.hpp"

namespace wasmjet::mutants {
namespace {

constexpr int kNotRun = 77;  // ctest's SKIP_RETURN_CODE
constexpr int kHangMilliseconds = 20'000;

struct Plan {
  std::uint64_t count = 0;
  std::uint64_t seed = 0;
  std::chrono::milliseconds timeout{0};
  std::vector<Original> originals;
};

const Original& original_of(const Plan& plan, std::uint64_t index) {
  return plan.originals[index % plan.originals.size()];
}

std::vector<std::uint8_t> mutant(const Plan& plan, std::uint64_t index) {
  Random random(plan.seed * 1'000'003 + index);
  return mutate(original_of(plan, index), random);
}

/// What a worker says about one mutant.
struct Report {
  Verdict verdict;
  char message[255];
};

class Worker {
 public:
  Worker(const Plan& plan, std::uint64_t first) {
    int ends[2];
    if (pipe(ends) != 0 || (pid_ = fork()) < 0) {
      std::perror("mutants");
      std::exit(1);
    }
    if (pid_ == 0) {
      close(ends[0]);
      work(plan, first, ends[1]);
    }
    close(ends[1]);
    reports_ = ends[0];
  }
  ~Worker() {
    close(reports_);
    kill(pid_, SIGKILL);
    if (!waited_) waitpid(pid_, nullptr, 0);
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// The next mutant's report; `wrong` or `timed_out` if the worker ended or hangs (then alive() is false).
  Report next() {
    pollfd waiting{reports_, POLLIN, 0};
    if (poll(&waiting, 1, kHangMilliseconds) == 0) return dead(Verdict::wrong, "hangs");
    Report report{};
    if (read(reports_, &report, sizeof report) == sizeof report) return report;
    int status = 0;
    waitpid(pid_, &status, 0);
    waited_ = true;
    if (WIFSIGNALED(status))
      return dead(Verdict::wrong, std::string("signal ") + strsignal(WTERMSIG(status)));
    // --timeout's last resort ends the process.
    if (WEXITSTATUS(status) == cli::kExitTimeout) return dead(Verdict::timed_out, "");
    return dead(Verdict::wrong, "worker ended with " + std::to_string(WEXITSTATUS(status)));
  }
  bool alive() const { return alive_; }

 private:
  [[noreturn]] static void work(const Plan& plan, std::uint64_t first, int reports) {
    confine_process();
    for (std::uint64_t index = first; index < plan.count; ++index) {
      const Judgement judgement = run_module(mutant(plan, index), plan.timeout);
      Report report{judgement.verdict, {}};
      judgement.message.copy(report.message, sizeof report.message - 1);
      if (write(reports, &report, sizeof report) != sizeof report) break;
    }
    _exit(0);
  }
  Report dead(Verdict verdict, const std::string& message) {
    alive_ = false;
    Report report{verdict, {}};
    message.copy(report.message, sizeof report.message - 1);
    return report;
  }

  pid_t pid_ = -1;
  int reports_ = -1;
  bool alive_ = true;
  bool waited_ = false;
};

void save(const Plan& plan, std::uint64_t index, const char* message) {
  const std::string file = "mutant-" + std::to_string(plan.seed) + "-" + std::to_string(index) + ".wasm";
  const std::vector<std::uint8_t> bytes = mutant(plan, index);
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  std::printf("FAILED %s (from %s): %s\n", file.c_str(), original_of(plan, index).name().c_str(), message);
  std::fflush(stdout);
}

std::array<std::uint64_t, 6> run_all(const Plan& plan) {
  std::array<std::uint64_t, 6> counts{};
  std::uint64_t index = 0;
  while (index < plan.count) {
    std::fflush(stdout);
    Worker worker(plan, index);
    while (worker.alive() && index < plan.count) {
      const Report report = worker.next();
      ++counts[static_cast<std::size_t>(report.verdict)];
      if (report.verdict == Verdict::wrong) save(plan, index, report.message);
      ++index;
    }
  }
  return counts;
}

int judge(const Plan& plan, const std::array<std::uint64_t, 6>& counts) {
  const auto count = [&](Verdict verdict) { return counts[static_cast<std::size_t>(verdict)]; };
  const std::uint64_t valid =
      count(Verdict::unlinked) + count(Verdict::ran) + count(Verdict::trapped) + count(Verdict::timed_out);
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  std::printf(
      "%lu mutants: %lu refused, %lu not linkable, %lu ran, %lu trapped, %lu timed out, %lu wrong; "
      "%lu valid; peak of memory %ld MiB\n",
      plan.count, count(Verdict::refused), count(Verdict::unlinked), count(Verdict::ran),
      count(Verdict::trapped), count(Verdict::timed_out), count(Verdict::wrong), valid,
      usage.ru_maxrss / 1024);
  bool good = count(Verdict::wrong) == 0;
  if (valid * 4 < plan.count) {
    std::printf("FAILED fewer than a quarter of the mutants are valid\n");
    good = false;
  }
  if (usage.ru_maxrss > 1536 * 1024) {
    std::printf("FAILED more than 1.5 GiB of memory were in use\n");
    good = false;
  }
  return good ? 0 : 1;
}

}  // namespace
}  // namespace wasmjet::mutants

int main(int argc, char** argv) {
  using namespace wasmjet::mutants;
  if (argc < 4) {
    std::fprintf(stderr, "usage: mutants COUNT SEED TIMEOUT-MS MODULE.wasm...\n");
    return 2;
  }
  Plan plan;
  plan.count = std::strtoull(argv[1], nullptr, 10);
  plan.seed = std::strtoull(argv[2], nullptr, 10);
  plan.timeout = std::chrono::milliseconds(std::strtoll(argv[3], nullptr, 10));
  for (int i = 4; i < argc; ++i) {
    try {
      plan.originals.emplace_back(argv[i], wasmjet::cli::read_module_file(argv[i]));
    } catch (const wasmjet::cli::FileError& error) {
      std::printf("NOT RUN: no %s\n", error.path.c_str());
      return kNotRun;
    }
  }
  if (plan.originals.empty()) return 2;
  return judge(plan, run_all(plan));
}
