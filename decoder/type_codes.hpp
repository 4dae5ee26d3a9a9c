#pragma once

#include <cstdint>
#include <optional>

#include "decoder/types.hpp"

namespace wasmjet {

/// Before a heap type: `(ref null ht)` and `(ref ht)`.
inline constexpr std::uint8_t kNullableReferenceCode = 0x63, kReferenceCode = 0x64;

/// The value type that one byte stands for (spec 5.3.1 to 5.3.5): a number or vector type, or a nullable
/// reference to an abstract heap type. Nothing if it stands for none.
constexpr std::optional<ValType> type_of_code(std::uint8_t code) {
  switch (code) {
    case 0x7F:
      return kI32;
    case 0x7E:
      return kI64;
    case 0x7D:
      return kF32;
    case 0x7C:
      return kF64;
    case 0x7B:
      return kV128;
    case 0x74:
      return ValType::reference(HeapType::noexn);
    case 0x73:
      return ValType::reference(HeapType::nofunc);
    case 0x72:
      return ValType::reference(HeapType::noextern);
    case 0x71:
      return ValType::reference(HeapType::none);
    case 0x70:
      return kFuncRef;
    case 0x6F:
      return kExternRef;
    case 0x6E:
      return ValType::reference(HeapType::any);
    case 0x6D:
      return ValType::reference(HeapType::eq);
    case 0x6C:
      return ValType::reference(HeapType::i31);
    case 0x6B:
      return ValType::reference(HeapType::struct_);
    case 0x6A:
      return ValType::reference(HeapType::array);
    case 0x69:
      return ValType::reference(HeapType::exn);
    default:
      return std::nullopt;
  }
}

}  // namespace wasmjet
