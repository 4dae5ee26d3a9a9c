#include "spec-tests/fuzz/memory_meter.hpp"

#include <atomic>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>

#if defined(__SANITIZE_ADDRESS__)
#define WASMJET_METERED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WASMJET_METERED
#endif
#endif
#ifdef WASMJET_METERED
// Of sanitizer/allocator_interface.h, which GCC's runtime implements but GCC does not ship.
extern "C" std::size_t __sanitizer_get_allocated_size(const volatile void* pointer);
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void*, std::size_t),
                                                         void (*on_free)(const volatile void*));
#endif

namespace wasmjet::fuzz {
namespace {

/// What the limits that do not depend on the input's size allow: locals and operands of one function.
constexpr std::size_t kConstant = std::size_t{24} << 20;
/// The greatest expansion is that of one-byte items (types, tokens) into records.
constexpr std::size_t kBytesPerByte = 512;

std::atomic<bool> metering{false};
std::atomic<std::size_t> in_use{0};
std::atomic<std::size_t> peak{0};

#ifdef WASMJET_METERED
void on_malloc(const volatile void*, std::size_t size) {
  if (!metering.load(std::memory_order_relaxed)) return;
  const std::size_t now = in_use.fetch_add(size, std::memory_order_relaxed) + size;
  if (now > peak.load(std::memory_order_relaxed)) peak.store(now, std::memory_order_relaxed);
}

void on_free(const volatile void* pointer) {
  if (!metering.load(std::memory_order_relaxed) || pointer == nullptr) return;
  const std::size_t size = __sanitizer_get_allocated_size(pointer);
  // What was allocated before the meter began is not counted when it goes.
  const std::size_t now = in_use.load(std::memory_order_relaxed);
  in_use.store(now > size ? now - size : 0, std::memory_order_relaxed);
}

void install_hooks() {
  static const int installed = __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
  if (installed == 0) fail("no hooks into the allocator");
}
#else
void install_hooks() {}
#endif

}  // namespace

void fail(const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  std::fputs("FINDING: ", stderr);
  std::vfprintf(stderr, format, arguments);
  std::fputc('\n', stderr);
  va_end(arguments);
  std::abort();
}

MemoryMeter::MemoryMeter(std::size_t input_size) : input_size_(input_size) {
  install_hooks();
  in_use = 0;
  peak = 0;
  metering = true;
}

MemoryMeter::~MemoryMeter() {
  metering = false;
  const std::size_t most = peak;
  if (most > kConstant + kBytesPerByte * input_size_) {
    fail("%zu bytes of memory for an input of %zu", most, input_size_);
  }
}

}  // namespace wasmjet::fuzz
