#include "jit/perf_map.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "jit/output_file.hpp"

namespace wasmjet::jit {
namespace {

class PerfMap final : public CodeObserver {
 public:
  PerfMap() : file_(fmt::format("/tmp/perf-{}.map", getpid())) {}

  std::shared_ptr<void> added(const NewCode& code) override {
    fmt::memory_buffer text;
    for (const CodeSymbol& symbol : code.symbols) {
      const auto begin = reinterpret_cast<std::uintptr_t>(code.begin) + symbol.offset;
      fmt::format_to(std::back_inserter(text), "{:x} {:x} {}\n", begin, symbol.size, symbol.name);
    }
    file_.append({text.data(), text.size()});
    return nullptr;
  }
  bool wants_lines() const override { return false; }
  int descriptor() const { return file_.descriptor(); }

 private:
  OutputFile file_;
};

}  // namespace

ObserverFile make_perf_map() {
  auto map = std::make_shared<PerfMap>();
  const int descriptor = map->descriptor();
  return {std::move(map), descriptor};
}

}  // namespace wasmjet::jit
