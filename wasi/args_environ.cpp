#include <cstring>
#include <span>

#include "wasi/handlers.hpp"

namespace wasmjet::wasi {

namespace {

/// Bytes that the strings take with a NUL behind each.
uint64_t total_size(std::span<const std::string> strings) {
  uint64_t size = 0;
  for (const std::string& string : strings) size += string.size() + 1;
  return size;
}

Answer write_sizes(const Call& call, std::span<const std::string> strings, uint32_t count_out,
                   uint32_t size_out) {
  const uint64_t size = total_size(strings);
  if (strings.size() > UINT32_MAX || size > UINT32_MAX) return Errno::overflow;
  if (!call.memory.write(count_out, static_cast<uint32_t>(strings.size())) ||
      !call.memory.write(size_out, static_cast<uint32_t>(size))) {
    return Errno::fault;
  }
  return Errno::success;
}

Answer write_strings(const Call& call, std::span<const std::string> strings, uint32_t pointers,
                     uint32_t buffer) {
  if (!call.memory.contains(pointers, strings.size() * sizeof(uint32_t)) ||
      !call.memory.contains(buffer, total_size(strings))) {
    return Errno::fault;
  }
  for (const std::string& string : strings) {
    const auto bytes = call.memory.bytes(buffer, string.size() + 1);
    if (!bytes || !call.memory.write(pointers, buffer)) return Errno::fault;
    std::memcpy(bytes->data(), string.c_str(), bytes->size());
    pointers += sizeof(uint32_t);
    buffer += static_cast<uint32_t>(bytes->size());
  }
  return Errno::success;
}

}  // namespace

Answer args_get(Call& call, uint32_t argv, uint32_t argv_buf) {
  return write_strings(call, call.wasi.args(), argv, argv_buf);
}

Answer args_sizes_get(Call& call, uint32_t argc_out, uint32_t size_out) {
  return write_sizes(call, call.wasi.args(), argc_out, size_out);
}

Answer environ_get(Call& call, uint32_t pointers, uint32_t buffer) {
  return write_strings(call, call.wasi.env(), pointers, buffer);
}

Answer environ_sizes_get(Call& call, uint32_t count_out, uint32_t size_out) {
  return write_sizes(call, call.wasi.env(), count_out, size_out);
}

}  // namespace wasmjet::wasi
