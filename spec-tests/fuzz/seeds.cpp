/// Writes a first corpus for the targets that take modules: `seeds FOLDER TEXT.wat...`. The modules come from
/// the generator and from the texts; nothing else is needed to begin a corpus anew.

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "decoder/text/assemble.hpp"
#include "spec-tests/fuzz/generator/generator.hpp"
#include "spec-tests/fuzz/generator/random_bytes.hpp"

namespace {

constexpr std::uint64_t kCount = 200;

void write(const std::filesystem::path& path, const std::vector<std::uint8_t>& bytes) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace

int main(int argc, char** argv) {
  using namespace wasmjet;
  if (argc < 2) return 2;
  const std::filesystem::path folder = argv[1];
  std::filesystem::create_directories(folder / "decoder");
  std::filesystem::create_directories(folder / "tiers");
  for (std::uint64_t seed = 0; seed < kCount; ++seed) {
    const std::vector<std::uint8_t> bytes = fuzz::random_bytes(seed);
    write(folder / "tiers" / ("random-" + std::to_string(seed)), bytes);
    write(folder / "decoder" / ("generated-" + std::to_string(seed)), fuzz::generate_module(bytes));
  }
  for (int i = 2; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    const std::string name = std::filesystem::path(argv[i]).stem();
    try {
      const std::vector<std::uint8_t> module = text::assemble(text);
      write(folder / "decoder" / name, module);
      write(folder / "tiers" / name, module);
    } catch (const ModuleError& error) {
      std::printf("%s: %s\n", argv[i], error.message().c_str());
    }
  }
}
