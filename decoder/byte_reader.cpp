#include "decoder/byte_reader.hpp"

#include <cstdio>

#include "decoder/type_codes.hpp"
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

ValType ByteReader::heap_type(bool nullable) {
  const std::size_t at = offset();
  if ((peek() & 0xC0) == 0x40) {
    const std::uint8_t code = byte();
    const std::optional<ValType> type = type_of_code(code);
    if (!type || !type->is_ref()) malformed(at, "malformed heap type " + hex(code));
    return nullable ? *type : type->as_non_null();
  }
  const std::int64_t index = s33();
  if (index < 0) malformed(at, "malformed heap type " + std::to_string(index));
  if (index >= type_count_) unknown(at, "type", static_cast<std::uint32_t>(index), type_count_);
  return ValType::type_reference(static_cast<std::uint32_t>(index), nullable);
}

std::optional<ValType> ByteReader::try_val_type() {
  const std::uint8_t code = peek();
  if (code == kReferenceCode || code == kNullableReferenceCode) {
    byte();
    return heap_type(code == kNullableReferenceCode);
  }
  const std::optional<ValType> type = type_of_code(code);
  if (type) byte();
  return type;
}

ValType ByteReader::val_type() {
  const std::optional<ValType> type = try_val_type();
  if (!type) malformed(offset(), "invalid value type " + hex(peek()));
  return *type;
}

ValType ByteReader::ref_type() {
  const std::size_t at = offset();
  const std::uint8_t code = peek();
  const std::optional<ValType> type = try_val_type();
  if (!type || !type->is_ref()) malformed(at, "malformed reference type " + hex(code));
  return *type;
}

}  // namespace wasmjet
