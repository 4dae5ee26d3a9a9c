#include "runtime/interpreter/stack.hpp"

#include <sys/mman.h>

#include <algorithm>

#include "runtime/interpreter/code.hpp"

namespace wasmjet::interpreter {

Stack::~Stack() {
  if (memory_ != nullptr) munmap(memory_, size_);
}

bool Stack::prepare(std::uint64_t bytes) {
  if (memory_ != nullptr) return true;
  constexpr std::uint64_t kLeast = 64 * 1024, kMost = std::uint64_t{1} << 40;
  size_ = static_cast<std::size_t>(std::clamp(bytes, kLeast, kMost) & ~std::uint64_t{4095});
  void* memory =
      mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return false;
  memory_ = memory;
  top = static_cast<Slot*>(memory);
  limit = top + size_ / sizeof(Slot);
  return true;
}

void Stack::record(RawBacktrace& out) const {
  out.clear();
  for (const Activation* entry = activation; entry != nullptr; entry = entry->previous) {
    Frame frame{entry->function, entry->pc, nullptr, nullptr, entry->locals, entry->context};
    while (frame.function != nullptr) {
      RawFrame raw;
      raw.pc = frame.pc;
      raw.context = frame.context;
      raw.is_bytecode = true;
      out.push(raw);
      frame = *reinterpret_cast<const Frame*>(frame.locals + frame.function->locals);
    }
  }
}

}  // namespace wasmjet::interpreter
