// micro_compile MODULE [ROUNDS [THREADS]]: the best of some compilations of one module, validation included.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <fstream>
#include <iterator>
#include <vector>

#include "jit/jit.hpp"
#include "runtime/compiled_module.hpp"

namespace {

double seconds_on(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

void measure(const char* path, int rounds, unsigned threads) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(file),
                                        std::istreambuf_iterator<char>()};
  double best_wall = 1e9, best_cpu = 1e9, megabytes = 0, growth = 0;
  for (int round = 0; round < rounds; ++round) {
    wasmjet::jit::JitOptions options;
    options.interpret_unsupported = true;
    options.threads = threads;
    wasmjet::Engine engine(wasmjet::jit::make_executor(std::move(options)));
    const auto compiled = wasmjet::CompiledModule::decode(engine, bytes);
    const double wall = seconds_on(CLOCK_MONOTONIC), cpu = seconds_on(CLOCK_PROCESS_CPUTIME_ID);
    const auto code = compiled->code();
    best_wall = std::min(best_wall, seconds_on(CLOCK_MONOTONIC) - wall);
    best_cpu = std::min(best_cpu, seconds_on(CLOCK_PROCESS_CPUTIME_ID) - cpu);
    megabytes = static_cast<double>(compiled->module().code_size()) / 1e6;
    growth = static_cast<double>(code->stats().code_bytes) / 1e6 / megabytes;
  }
  std::printf("%.1f MB/s, %.1f by processor time; %.3f bytes a byte\n", megabytes / best_wall,
              megabytes / best_cpu, growth);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 4) {
    std::fputs("usage: micro_compile MODULE [ROUNDS [THREADS]]\n", stderr);
    return 1;
  }
  try {
    measure(argv[1], argc > 2 ? std::atoi(argv[2]) : 5,
            argc > 3 ? static_cast<unsigned>(std::atoi(argv[3])) : 1);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", argv[1], error.what());
    return 1;
  }
}
