#pragma once

#include <cstdint>

/// Implementation limits (spec appendix "Implementation Limitations"). A module beyond one of them is
/// refused as `unsupported`: it may be valid, but this implementation does not take it. They are those of
/// the JavaScript embeddings where these name one, so a module that runs in browsers is within them.
namespace wasmjet::limits {

inline constexpr std::uint64_t kModuleSize = std::uint64_t{1} << 30;
inline constexpr std::uint32_t kSections = 100'000;  ///< custom sections have no other bound
inline constexpr std::uint32_t kTypes = 1'000'000;
inline constexpr std::uint32_t kFunctions = 1'000'000;  ///< imported and defined
inline constexpr std::uint32_t kImports = 1'000'000;
inline constexpr std::uint32_t kExports = 1'000'000;
inline constexpr std::uint32_t kGlobals = 1'000'000;
inline constexpr std::uint32_t kTables = 100;
inline constexpr std::uint32_t kElementSegments = 1'000'000;
inline constexpr std::uint32_t kElementItems = 10'000'000;  ///< of all segments together
inline constexpr std::uint32_t kDataSegments = 1'000'000;
inline constexpr std::uint32_t kParams = 1'000;
inline constexpr std::uint32_t kResults = 1'000;
inline constexpr std::uint32_t kFields = 10'000;      ///< of a structure
inline constexpr std::uint32_t kArrayFixed = 10'000;  ///< operands of array.new_fixed
inline constexpr std::uint32_t kSubtypingDepth = 63;
inline constexpr std::uint32_t kTags = 1'000'000;
inline constexpr std::uint32_t kMemories = 100;
inline constexpr std::uint32_t kLocals = 50'000;  ///< of one function, parameters included
inline constexpr std::uint32_t kFunctionSize = 7'654'321;
/// Greatest operand stack height of a function. Multi-value calls can push 1,000 values with two bytes, so
/// the body's size alone would not bound it.
inline constexpr std::uint32_t kOperandStack = 1'000'000;

/// Elements that a table may have when it is made. Not checked by the decoder (a module that declares more
/// is valid and can be linked and inspected) but by whoever allocates the table.
inline constexpr std::uint64_t kTableSize = 10'000'000;
/// Bytes that a memory may have at most, by its address type; more are invalid (spec 3.2.4).
inline constexpr std::uint64_t kMemoryBytes32Log2 = 32;
inline constexpr std::uint64_t kMemoryBytes64Log2 = 64;

}  // namespace wasmjet::limits
