#include "jit/code_region.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <new>
#include <system_error>

#include "jit/code_publishing.hpp"

namespace wasmjet::jit {
namespace {
std::size_t round_to_pages(std::size_t bytes) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return (bytes + page - 1) / page * page;
}
}  // namespace

CodeRegion::CodeRegion(std::size_t capacity) : data_(nullptr), capacity_(round_to_pages(capacity)) {
  void* pages =
      mmap(nullptr, capacity_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (pages == MAP_FAILED) throw std::bad_alloc();
  data_ = static_cast<std::uint8_t*>(pages);
  // A large module's code takes fewer faults while it is written, and fewer entries of the TLB when it runs.
  constexpr std::size_t kLarge = 64 << 20;  // of reserved bytes: what is used may be a tenth
  if (capacity_ >= kLarge) madvise(data_, capacity_, MADV_HUGEPAGE);
}

CodeRegion::~CodeRegion() {
  if (capacity_ != 0) munmap(data_, capacity_);
}

void CodeRegion::seal(std::size_t used) {
  const std::size_t keep = round_to_pages(used == 0 ? 1 : used);
  if (keep < capacity_) {
    munmap(data_ + keep, capacity_ - keep);
    capacity_ = keep;
  }
  if (mprotect(data_, capacity_, PROT_READ | PROT_EXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "cannot make compiled code executable");
  }
  publish_code(data_, keep);
}

}  // namespace wasmjet::jit
