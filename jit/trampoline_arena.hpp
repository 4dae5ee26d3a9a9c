#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <span>
#include <vector>

#include "jit/trampoline.hpp"
#include "runtime/code_registry.hpp"

namespace wasmjet::jit {

/// Room for the small pieces of code between host and Wasm. One memory file is mapped twice, writable
/// and executable, so that pieces can be added while others run; or each piece has anonymous pages of its
/// own. Thread-safe; pieces live as long as the arena.
class TrampolineArena {
 public:
  explicit TrampolineArena(bool anonymous) : anonymous_(anonymous) {}
  ~TrampolineArena();
  TrampolineArena(const TrampolineArena&) = delete;
  TrampolineArena& operator=(const TrampolineArena&) = delete;

  /// Copies the code to its place and registers it. Throws std::system_error.
  void* add(const Trampoline& trampoline);

 private:
  struct Chunk {
    std::uint8_t* writable = nullptr;
    std::uint8_t* executable = nullptr;
    std::size_t size = 0;
    std::size_t used = 0;
  };
  Chunk& chunk_with(std::size_t bytes);
  std::uint8_t* place(std::span<const std::uint8_t> code, std::size_t bytes);
  std::uint8_t* place_anonymously(std::span<const std::uint8_t> code);

  const bool anonymous_;
  std::mutex mutex_;
  std::vector<Chunk> chunks_;
  std::deque<CodeMap> maps_;
};

}  // namespace wasmjet::jit
