#pragma once

#include <optional>

#include "runtime/store.hpp"

namespace wasmjet {

/// Calls `ref`, of type `type`, from the host: the parameters stand in `values`, the results come there.
/// Throws nothing. Keeps the protocol of entry records (layout.hpp).
std::optional<Trap> invoke(Store& store, FuncRef& ref, TypeEntry& type, Value* values) noexcept;

/// A trap of the store's code, with its message and the backtrace recorded last.
Trap describe_trap(const Store& store, TrapCode code, const RawBacktrace* backtrace = nullptr);

}  // namespace wasmjet
