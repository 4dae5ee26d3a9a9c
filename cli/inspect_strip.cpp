#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "cli/errors.hpp"
#include "cli/exit_codes.hpp"
#include "cli/inspect.hpp"
#include "cli/io.hpp"
#include "cli/module_file.hpp"
#include "decoder/decoder.hpp"

namespace wasmjet::cli {
namespace {

/// The module's bytes but its custom sections, which say nothing about what it does.
std::vector<std::uint8_t> without_custom_sections(const Module& module) {
  constexpr std::uint32_t kHeader = 8;
  std::vector<std::uint8_t> kept(module.bytes.begin(), module.bytes.begin() + kHeader);
  std::uint32_t begin = kHeader;
  for (const SectionInfo& section : module.sections) {
    const std::uint32_t end = section.begin + section.size;
    if (section.id != 0) kept.insert(kept.end(), module.bytes.begin() + begin, module.bytes.begin() + end);
    begin = end;
  }
  return kept;
}

void write_file(const std::string& path, const std::vector<std::uint8_t>& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) throw CommandError{kExitFailure, path + ": " + std::strerror(errno)};
}

}  // namespace

int inspect_strip(const std::string& path, const std::string& output) {
  std::string out;
  try {
    const Module module = decode_module(load_module(path));
    const std::vector<std::uint8_t> kept = without_custom_sections(module);
    write_file(output, kept);
    const std::size_t all = module.bytes.size();
    out = fmt::format("{}: {} bytes, {} less ({:.1f} %)\n", printable(output), kept.size(), all - kept.size(),
                      100 * static_cast<double>(all - kept.size()) / static_cast<double>(all));
    for (const SectionInfo& section : module.sections) {
      if (section.id == 0)
        out += fmt::format("  without {} ({} bytes)\n", printable(section.name), section.size);
    }
  } catch (const ModuleError&) {
    throw_module_failure(path);
  }
  return print_output(out);
}

}  // namespace wasmjet::cli
