#include "jit/trampoline_arena.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "jit/code_publishing.hpp"

namespace wasmjet::jit {
namespace {
constexpr std::size_t kChunkSize = 64 * 1024;

/// The registry is copied at each addition, and code that cannot trap and links a frame first of all has
/// nothing in it to find.
bool is_registered(const CodeMap& map) { return !map.rows.empty() || map.frame_begin != 0; }

[[noreturn]] void fail(int error) {
  throw std::system_error(error, std::generic_category(), "cannot map memory for trampolines");
}
}  // namespace

TrampolineArena::~TrampolineArena() {
  for (const CodeMap& map : maps_) {
    if (is_registered(map)) CodeRegistry::remove(&map);
  }
  for (const Chunk& chunk : chunks_) {
    if (chunk.writable != nullptr) munmap(chunk.writable, chunk.size);
    munmap(chunk.executable, chunk.size);
  }
}

TrampolineArena::Chunk& TrampolineArena::chunk_with(std::size_t bytes) {
  if (!chunks_.empty() && chunks_.back().size - chunks_.back().used >= bytes) return chunks_.back();
  Chunk chunk;
  chunk.size = std::max(kChunkSize, (bytes + 4095) / 4096 * 4096);
  const int file = memfd_create("wasmjet-trampolines", MFD_CLOEXEC);
  if (file < 0) fail(errno);
  void* writable = MAP_FAILED;
  void* executable = MAP_FAILED;
  if (ftruncate(file, static_cast<off_t>(chunk.size)) == 0) {
    writable = mmap(nullptr, chunk.size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    executable = mmap(nullptr, chunk.size, PROT_READ | PROT_EXEC, MAP_SHARED, file, 0);
  }
  const int error = errno;
  close(file);
  if (writable == MAP_FAILED || executable == MAP_FAILED) {
    if (writable != MAP_FAILED) munmap(writable, chunk.size);
    if (executable != MAP_FAILED) munmap(executable, chunk.size);
    fail(error);
  }
  chunk.writable = static_cast<std::uint8_t*>(writable);
  chunk.executable = static_cast<std::uint8_t*>(executable);
  chunks_.push_back(chunk);
  return chunks_.back();
}

std::uint8_t* TrampolineArena::place(std::span<const std::uint8_t> code, std::size_t bytes) {
  Chunk& chunk = chunk_with(bytes);
  std::memcpy(chunk.writable + chunk.used, code.data(), code.size());
  std::uint8_t* place = chunk.executable + chunk.used;
  chunk.used += bytes;
  return place;
}

std::uint8_t* TrampolineArena::place_anonymously(std::span<const std::uint8_t> code) {
  void* pages = mmap(nullptr, code.size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) fail(errno);
  chunks_.push_back({nullptr, static_cast<std::uint8_t*>(pages), code.size(), code.size()});
  std::memcpy(pages, code.data(), code.size());
  if (mprotect(pages, code.size(), PROT_READ | PROT_EXEC) != 0) fail(errno);
  return chunks_.back().executable;
}

void* TrampolineArena::add(const Trampoline& trampoline) {
  const std::span<const std::uint8_t> code = trampoline.code;
  const std::lock_guard lock(mutex_);
  constexpr std::size_t kAlignment = 16;
  const std::size_t bytes = (code.size() + kAlignment - 1) / kAlignment * kAlignment;
  std::uint8_t* const begin = anonymous_ ? place_anonymously(code) : place(code, bytes);
  publish_code(begin, bytes);
  CodeMap& map = maps_.emplace_back();
  map.begin = begin;
  map.size = code.size();
  map.rows = trampoline.rows;
  map.frame_begin = trampoline.frame_begin;
  if (is_registered(map)) CodeRegistry::add(&map);
  return begin;
}

}  // namespace wasmjet::jit
