/// Prints what compiled code does with generated modules, a line a fact: `transcripts FIRST COUNT`, of the
/// modules with these seeds. Every architecture has to print the same.

#include <spdlog/spdlog.h>

#include <charconv>
#include <cstdio>
#include <cstring>

#include "jit/jit.hpp"
#include "spec-tests/fuzz/generator/generator.hpp"
#include "spec-tests/fuzz/generator/random_bytes.hpp"
#include "spec-tests/fuzz/tier_run.hpp"

namespace {

bool parse(const char* text, std::uint64_t& number) {
  const char* const end = text + std::strlen(text);
  const auto [rest, error] = std::from_chars(text, end, number);
  return error == std::errc{} && rest == end;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace wasmjet;
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  if (argc != 3 || !parse(argv[1], first) || !parse(argv[2], count)) return 2;
  spdlog::set_level(spdlog::level::off);  // that bounds are explicit is no news
  Engine engine(jit::make_executor({}));
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const std::vector<std::uint8_t> module = fuzz::generate_module(fuzz::random_bytes(seed));
    for (const bool explicit_bounds : {false, true}) {
      std::printf("seed %llu%s\n", static_cast<unsigned long long>(seed),
                  explicit_bounds ? ", explicit bounds" : "");
      for (const std::string& line : fuzz::run_module({"compiler", engine, explicit_bounds}, module)) {
        std::printf("%s\n", line.c_str());
      }
    }
  }
}
