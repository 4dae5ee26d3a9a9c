#include "runtime/interpreter/stack.hpp"

#include <sys/mman.h>

#include <algorithm>

#include "runtime/interpreter/code.hpp"

namespace wasmjet::interpreter {

Stack::~Stack() {
  if (memory_ != nullptr) munmap(memory_, size_);
}

bool Stack::prepare(std::uint64_t bytes) {
  if (memory_ != nullptr) {
    // An Entry from before the first call puts back what it found.
    if (top == nullptr) top = static_cast<Slot*>(memory_);
    return true;
  }
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

void walk(const Activation& activation, RawBacktrace& out) {
  const auto push = [&out](const std::uint8_t* pc, const VmContext* context) {
    RawFrame frame;
    frame.pc = pc;
    frame.context = context;
    frame.is_bytecode = true;
    out.push(frame);
  };
  if (activation.refused != nullptr) push(activation.refused->body, activation.refused_context);
  Frame frame{activation.function, activation.pc, nullptr, nullptr, activation.locals, activation.context};
  while (frame.function != nullptr && !out.full()) {
    push(frame.pc, frame.context);
    frame = *reinterpret_cast<const Frame*>(frame.locals + frame.function->locals);
  }
}

}  // namespace wasmjet::interpreter
