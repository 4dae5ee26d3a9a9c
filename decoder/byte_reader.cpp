#include "decoder/byte_reader.hpp"

#include <cstdio>

#include "decoder/later_features.hpp"
#include "decoder/utf8.hpp"

namespace wasmjet {

std::string bare_hex(std::uint64_t value) {
  char text[24];
  std::snprintf(text, sizeof text, "%02llx", static_cast<unsigned long long>(value));
  return text;
}

std::string hex(std::uint64_t value) { return "0x" + bare_hex(value); }

void ByteReader::fail_end() const { malformed(offset_of(end_), "unexpected end of section or function"); }

void ByteReader::fail_leb(LebError error, const std::uint8_t* at, unsigned bits) const {
  switch (error) {
    case LebError::too_long:
      malformed(offset_of(at), "integer representation too long for " + std::to_string(bits) + " bits");
    case LebError::too_large:
      malformed(offset_of(at), "integer too large for " + std::to_string(bits) + " bits");
    case LebError::unexpected_end:
    case LebError::none:
      break;
  }
  fail_end();
}

std::uint32_t ByteReader::count(std::string_view what, std::uint32_t limit, std::size_t min_bytes) {
  const std::size_t at = offset();
  const std::uint32_t n = u32();
  if (n > remaining() / min_bytes) {
    malformed(at, "unexpected end of section or function: length out of bounds: " + std::to_string(n) + " " +
                      std::string(what) + " do not fit into " + std::to_string(remaining()) + " bytes");
  }
  if (n > limit) {
    unsupported(at, std::to_string(n) + " " + std::string(what) + ", the limit is " + std::to_string(limit));
  }
  return n;
}

std::span<const std::uint8_t> ByteReader::bytes(std::size_t size) {
  if (size > remaining()) fail_end();
  const std::span<const std::uint8_t> result(p_, size);
  p_ += size;
  return result;
}

std::string_view ByteReader::name() {
  const std::size_t at = offset();
  const std::uint32_t size = u32();
  if (size > remaining()) {
    malformed(at, "length out of bounds: a name of " + std::to_string(size) + " bytes, but " +
                      std::to_string(remaining()) + " remain");
  }
  const std::span<const std::uint8_t> text = bytes(size);
  const std::size_t good = valid_utf8_prefix(text);
  if (good != size) malformed(offset_of(text.data() + good), "malformed UTF-8 encoding");
  return {reinterpret_cast<const char*>(text.data()), text.size()};
}

void ByteReader::unknown(std::size_t at, std::string_view what, std::uint32_t index, std::size_t size) const {
  std::string reason = "unknown " + std::string(what) + " " + std::to_string(index);
  invalid(at, reason + ": the module has " + std::to_string(size));
}

void ByteReader::bad_type(std::size_t at, std::uint8_t code, std::string_view reason) const {
  const std::string detail = std::string(reason) + " " + hex(code);
  const char* feature = feature_of_type(code);
  if (feature != nullptr) unsupported(at, std::string(feature) + ": not supported: " + detail);
  malformed(at, detail);
}

ValType ByteReader::val_type() {
  const std::size_t at = offset();
  switch (const std::uint8_t code = byte()) {
    case 0x7F:
      return kI32;
    case 0x7E:
      return kI64;
    case 0x7D:
      return kF32;
    case 0x7C:
      return kF64;
    case 0x70:
      return kFuncRef;
    case 0x6F:
      return kExternRef;
    default:
      bad_type(at, code, "invalid value type");
  }
}

ValType ByteReader::ref_type() {
  const std::size_t at = offset();
  switch (const std::uint8_t code = byte()) {
    case 0x70:
      return kFuncRef;
    case 0x6F:
      return kExternRef;
    default:
      bad_type(at, code, "malformed reference type");
  }
}

}  // namespace wasmjet
