#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace wasmjet::cli {

/// A decimal number without a sign, of nothing but digits, of at most `most`.
std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t most);

/// A duration with its unit: "300ms", "5s", "1.5s", "10us", "2m", "1h". Nothing if `text` is anything
/// else, is not greater than zero, or exceeds 10 years.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);

/// A number of bytes: "65536", "64KiB", "512MiB", "2GiB" (K, M, G, T alone mean the same), or decimal
/// "500MB". Nothing if `text` is anything else or does not fit.
std::optional<std::uint64_t> parse_size(std::string_view text);

}  // namespace wasmjet::cli
