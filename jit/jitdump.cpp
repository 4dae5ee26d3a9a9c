#include <elf.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <ctime>
#include <span>
#include <system_error>

#include "jit/byte_writer.hpp"
#include "jit/jit.hpp"
#include "jit/output_file.hpp"
#include "jit/perf_map.hpp"

namespace wasmjet::jit {
namespace {

// The format is described in the kernel's tools/perf/Documentation/jitdump-specification.txt.
constexpr std::uint32_t kMagic = 0x4A695444;
constexpr std::uint32_t kVersion = 1;
enum Record : std::uint32_t { kLoad = 0, kDebugInfo = 2 };

/// Records wait until they are so many bytes.
constexpr std::size_t kBuffer = 64 << 10;

std::uint64_t monotonic_time() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

class JitDump final : public CodeObserver {
 public:
  JitDump() : file_(fmt::format("jit-{}.dump", getpid())) {
    ByteWriter header;
    constexpr std::uint32_t kHeaderSize = 40;
    header.u32(kMagic);
    header.u32(kVersion);
    header.u32(kHeaderSize);
    header.u32(host_target() == Target::x64 ? EM_X86_64 : EM_AARCH64);
    header.u32(0);
    header.u32(static_cast<std::uint32_t>(getpid()));
    header.u64(monotonic_time());
    header.u64(0);
    file_.append({header.data(), header.size()});
    page_size_ = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    mark_ = mmap(nullptr, page_size_, PROT_READ | PROT_EXEC, MAP_PRIVATE, file_.descriptor(), 0);
    if (mark_ == MAP_FAILED) {
      throw std::system_error(
          errno, std::generic_category(),
          "cannot map jit-PID.dump for execution, as perf wants it (is the present folder "
          "mounted noexec?)");
    }
  }
  ~JitDump() override { munmap(mark_, page_size_); }
  JitDump(const JitDump&) = delete;
  JitDump& operator=(const JitDump&) = delete;

  std::shared_ptr<void> added(const NewCode& code) override {
    ByteWriter records;
    const auto flush = [&] {
      file_.append({records.data(), records.size()});
      records.clear();
    };
    for (const CodeSymbol& symbol : code.symbols) {
      if (symbol.lines != 0) add_lines(records, code, symbol);
      add_load(records, code, symbol);
      // Not in between: perf takes lines for those of the code that follows in the file.
      if (records.size() >= kBuffer) flush();
    }
    flush();
    return nullptr;
  }
  bool wants_lines() const override { return true; }
  std::string problem() const override { return file_.problem(); }
  int descriptor() const { return file_.descriptor(); }

 private:
  static std::size_t begin_record(ByteWriter& out, Record record) {
    const std::size_t at = out.size();
    out.u32(record);
    out.u32(0);
    out.u64(monotonic_time());
    return at;
  }
  static void end_record(ByteWriter& out, std::size_t at) { out.set_u32(at + 4, out.size() - at); }

  /// Places of one line are one entry: perf is not told columns. Each has the name of its file: the format's
  /// mark for "as before" is a name to perf 6.1.
  static void add_lines(ByteWriter& out, const NewCode& code, const CodeSymbol& symbol) {
    const std::size_t record = begin_record(out, kDebugInfo);
    const auto begin = reinterpret_cast<std::uintptr_t>(code.begin);
    out.u64(begin + symbol.offset);
    const std::size_t count_at = out.size();
    out.u64(0);
    std::uint32_t count = 0;
    const CodeLine* last = nullptr;
    for (const CodeLine& line : std::span(code.lines).subspan(symbol.first_line, symbol.lines)) {
      if (last != nullptr && line.file == last->file && line.line == last->line) continue;
      out.u64(begin + line.offset);
      out.u32(line.line);
      out.u32(0);  // discriminator
      out.string(code.files[line.file]);
      ++count;
      last = &line;
    }
    out.set_u32(count_at, count);
    end_record(out, record);
  }

  void add_load(ByteWriter& out, const NewCode& code, const CodeSymbol& symbol) {
    const std::size_t record = begin_record(out, kLoad);
    const auto begin = reinterpret_cast<std::uintptr_t>(code.begin) + symbol.offset;
    out.u32(static_cast<std::uint32_t>(getpid()));
    out.u32(static_cast<std::uint32_t>(gettid()));
    out.u64(begin);
    out.u64(begin);
    out.u64(symbol.size);
    out.u64(index_.fetch_add(1));
    out.string(symbol.name);
    out.bytes(code.begin + symbol.offset, symbol.size);
    end_record(out, record);
  }

  OutputFile file_;
  std::size_t page_size_ = 0;
  void* mark_ = nullptr;  ///< only for perf to see; never executed
  std::atomic<std::uint64_t> index_{0};
};

}  // namespace

ObserverFile make_jitdump() {
  auto dump = std::make_shared<JitDump>();
  const int descriptor = dump->descriptor();
  return {std::move(dump), descriptor};
}

}  // namespace wasmjet::jit
