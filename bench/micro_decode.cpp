// micro_decode [--benchmark_…] MODULE: bytes a second of decoding and of validating one module.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <vector>

#include "decoder/decoder.hpp"

namespace {

using wasmjet::Module;

std::vector<std::uint8_t> read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// All sections but function bodies; the copy of the bytes that decoding takes over is not timed.
void decode(benchmark::State& state, const std::vector<std::uint8_t>& bytes) {
  for (auto _ : state) {
    state.PauseTiming();
    std::vector<std::uint8_t> copy = bytes;
    state.ResumeTiming();
    benchmark::DoNotOptimize(wasmjet::decode_module(std::move(copy)));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}

// Function bodies only, counted by their own bytes.
void validate(benchmark::State& state, const Module& module) {
  for (auto _ : state) wasmjet::validate_functions(module);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(module.code_size()));
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (argc != 2) {
    std::fputs("usage: micro_decode [--benchmark_...] MODULE\n", stderr);
    return 1;
  }
  try {
    const std::vector<std::uint8_t> bytes = read_file(argv[1]);
    const Module module = wasmjet::decode_module(bytes);
    benchmark::RegisterBenchmark("decode", [&](benchmark::State& state) { decode(state, bytes); });
    benchmark::RegisterBenchmark("validate", [&](benchmark::State& state) { validate(state, module); });
    benchmark::RunSpecifiedBenchmarks();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", argv[1], error.what());
    return 1;
  }
}
