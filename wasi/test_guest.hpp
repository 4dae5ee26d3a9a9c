#pragma once

/// A guest without Wasm, for unit tests: calls WASI functions by name as a module would, with a memory of
/// its own.

#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "wasi/abi.hpp"
#include "wasi/functions.hpp"

namespace wasmjet::wasi {

/// A directory that is removed with all in it.
class TempDir {
 public:
  TempDir() {
    std::string name = (std::filesystem::temp_directory_path() / "wasmjet-wasi-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = name;
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  std::string string() const { return path_.string(); }
  void write(const std::string& name, std::string_view contents) const {
    std::ofstream(path_ / name, std::ios::binary) << contents;
  }
  std::string read(const std::string& name) const {
    std::ostringstream contents;
    contents << std::ifstream(path_ / name, std::ios::binary).rdbuf();
    return contents.str();
  }

 private:
  std::filesystem::path path_;
};

/// A pipe whose ends close with it, or earlier.
struct Pipe {
  Pipe() {
    if (pipe(ends) != 0) throw std::runtime_error("pipe");
  }
  ~Pipe() {
    close_reader();
    close_writer();
  }
  void close_reader() { close_end(0); }
  void close_writer() { close_end(1); }
  int reader() const { return ends[0]; }
  int writer() const { return ends[1]; }

  int ends[2] = {-1, -1};

 private:
  void close_end(int end) {
    if (ends[end] >= 0) ::close(ends[end]);
    ends[end] = -1;
  }
};

class Guest {
 public:
  static constexpr std::uint32_t kMemorySize = 1 << 20;
  static constexpr std::uint32_t kOut = 16;     ///< where call_out() has results written
  static constexpr std::uint32_t kHeap = 4096;  ///< where put() begins

  explicit Guest(WasiConfig config = {}) : wasi_(std::move(config)), memory_(kMemorySize) {
    signal(SIGPIPE, SIG_IGN);  // as the command does
    record_ = {memory_.data(), memory_.size()};
    context_.memory0 = &record_;
    context_.store = &store_;
  }
  static Guest with_directory(const TempDir& directory, bool read_only = false, bool walk = false) {
    WasiConfig config;
    config.preopens.push_back({directory.string(), "/", read_only});
    config.walk_paths = walk;
    return Guest(std::move(config));
  }
  Guest(const Guest&) = delete;

  WasiContext& wasi() { return wasi_; }
  StoreState& store() { return store_; }

  template <class... Args>
  HostResult call_raw(std::string_view name, std::uint32_t& result, Args... args) {
    const auto all = functions();
    const auto function =
        std::find_if(all.begin(), all.end(), [name](const Function& f) { return f.name == name; });
    if (function == all.end()) throw std::runtime_error("no function " + std::string(name));
    EXPECT_EQ(function->type().params.size(), sizeof...(Args)) << name;
    std::array<Value, sizeof...(Args) + 1> values = {};
    std::size_t i = 0;
    ((values[i++].u64 = static_cast<std::uint64_t>(args)), ...);
    Caller caller(&context_);
    HostResult how = function->call(wasi_, caller, values.data());
    result = values[0].u32;
    return how;
  }

  /// Calls a function that must return to the guest.
  template <class... Args>
  Errno call(std::string_view name, Args... args) {
    std::uint32_t result = 0;
    const HostResult how = call_raw(name, result, args...);
    EXPECT_EQ(how.trap, TrapCode::none) << name;
    return static_cast<Errno>(result);
  }

  template <class T>
  T read(std::uint32_t address) const {
    T value{};
    EXPECT_LE(address + sizeof(T), memory_.size());
    std::memcpy(&value, memory_.data() + address, sizeof(T));
    return value;
  }
  std::string read_string(std::uint32_t address, std::size_t size) const {
    return std::string(memory_.begin() + address, memory_.begin() + address + static_cast<long>(size));
  }
  template <class T>
  void write(std::uint32_t address, const T& value) {
    std::memcpy(memory_.data() + address, &value, sizeof(T));
  }
  /// Puts bytes somewhere into memory.
  std::uint32_t put(std::string_view bytes) {
    if (heap_ + bytes.size() + 8 > memory_.size()) heap_ = kHeap;
    const std::uint32_t address = heap_;
    std::copy(bytes.begin(), bytes.end(), memory_.begin() + address);
    heap_ += static_cast<std::uint32_t>((bytes.size() + 15) / 8 * 8);
    return address;
  }

  /// path_open with every right the directory can hand on; the number, or the errno as a negative one.
  int open(const std::string& path, std::uint32_t open_flags = 0,
           Rights base = rights::kAll & ~rights::kFdWrite, std::uint32_t fd_flags = 0, bool follow = true,
           std::uint32_t directory = 3) {
    const Errno error = call("path_open", directory, follow ? 1 : 0, put(path), path.size(), open_flags, base,
                             rights::kAll, fd_flags, kOut);
    return error == Errno::success ? read<int>(kOut) : -static_cast<int>(error);
  }
  static int failure(Errno error) { return -static_cast<int>(error); }

  /// fd_write of one buffer; the size goes to kOut.
  Errno write_fd(std::uint32_t fd, std::string_view bytes) {
    return call("fd_write", fd, put_iovec(put(bytes), static_cast<std::uint32_t>(bytes.size())), 1, kOut);
  }
  /// fd_read of up to `size` bytes, or "error N".
  std::string read_fd(std::uint32_t fd, std::uint32_t size) {
    const std::uint32_t buffer = put(std::string(size, '\0'));
    const Errno error = call("fd_read", fd, put_iovec(buffer, size), 1, kOut);
    if (error != Errno::success) return "error " + std::to_string(static_cast<int>(error));
    return read_string(buffer, read<std::uint32_t>(kOut));
  }
  std::uint32_t put_iovec(std::uint32_t buffer, std::uint32_t size) {
    const Iovec vector{buffer, size};
    return put({reinterpret_cast<const char*>(&vector), sizeof vector});
  }

 private:
  WasiContext wasi_;
  std::vector<std::uint8_t> memory_;
  MemoryRecord record_;
  StoreState store_;
  VmContext context_;
  std::uint32_t heap_ = kHeap;
};

inline void PrintTo(Errno error, std::ostream* out) { *out << "errno " << static_cast<int>(error); }

}  // namespace wasmjet::wasi
