/// Every scalar load and store of the table, with addresses of every kind, at the ends of memory and of what
/// 32 bits can say, with and without a reservation behind the memory, in every tier, against bytes in an
/// array.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "spec-tests/differential/code.hpp"
#include "spec-tests/differential/numeric_shapes.hpp"
#include "spec-tests/differential/soft_float.hpp"
#include "spec-tests/differential/tiers.hpp"

namespace wasmjet::testing {
namespace {

constexpr std::uint64_t kMemorySize = 65536;

std::vector<Opcode> accesses() {
  std::vector<Opcode> opcodes;
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    const auto op = static_cast<Opcode>(i);
    const LoweringClass lowering = info(op).lowering;
    if (lowering == LoweringClass::load || lowering == LoweringClass::store) opcodes.push_back(op);
  }
  return opcodes;
}

/// What an access does, read off its name: "i64.load16_s".
struct Access {
  explicit Access(Opcode opcode) : op(opcode) {
    const std::string_view name = text_name(op);
    const std::string_view type_name = name.substr(0, 3);
    type = type_name == "i32" ? kI32 : type_name == "i64" ? kI64 : type_name == "f32" ? kF32 : kF64;
    is_load = name.find("load") != std::string_view::npos;
    sign_extends = name.ends_with("_s");
    const std::string_view width = name.substr(name.find(is_load ? "load" : "store") + (is_load ? 4 : 5));
    size = width.starts_with("8")    ? 1
           : width.starts_with("16") ? 2
           : width.starts_with("32") ? 4
                                     : type_size();
  }
  unsigned type_size() const { return type == kI32 || type == kF32 ? 4 : 8; }
  std::uint64_t type_mask() const { return ~std::uint64_t{0} >> (64 - 8 * type_size()); }

  std::uint64_t load(const std::uint8_t* memory, std::uint64_t at) const {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < size; ++i) value |= std::uint64_t{memory[at + i]} << 8 * i;
    const bool negative = sign_extends && (memory[at + size - 1] & 0x80) != 0;
    for (unsigned i = size; negative && i < type_size(); ++i) value |= std::uint64_t{0xFF} << 8 * i;
    return value;
  }
  void store(std::uint8_t* memory, std::uint64_t at, std::uint64_t value) const {
    for (unsigned i = 0; i < size; ++i) memory[at + i] = static_cast<std::uint8_t>(value >> 8 * i);
  }

  Opcode op;
  ValType type;
  bool is_load, sign_extends;
  unsigned size;
};

/// Where the address comes from.
enum class AddressKind : std::uint8_t {
  constant,
  home,
  frame,
  temporary,
  slot,
  wrapped,  ///< i32.wrap_i64 of a value that has bits above
  plus_8,   ///< the sum of a local and a constant, which wraps around
  minus_8,
  plus_middle,  ///< 2^31
  sum,          ///< of two locals
  scaled,       ///< a local shifted and added to another
};
constexpr AddressKind kAddressKinds[] = {
    AddressKind::constant,    AddressKind::home,    AddressKind::frame,  AddressKind::temporary,
    AddressKind::slot,        AddressKind::wrapped, AddressKind::plus_8, AddressKind::minus_8,
    AddressKind::plus_middle, AddressKind::sum,     AddressKind::scaled};
constexpr std::uint32_t kScaledIndex = 0x4000'0001;  // times 4 wraps around to 4
constexpr unsigned kScale = 2;
constexpr std::uint32_t kAddend = 0x8000'0004;  // of `sum`

/// What is added to the first parameter modulo 2^32.
std::uint32_t added(AddressKind kind) {
  switch (kind) {
    case AddressKind::plus_8:
      return 8;
    case AddressKind::minus_8:
      return static_cast<std::uint32_t>(-8);
    case AddressKind::plus_middle:
      return 0x8000'0000;
    case AddressKind::sum:
      return kAddend;
    case AddressKind::scaled:
      return kScaledIndex << kScale;
    default:
      return 0;
  }
}

/// What happens to a loaded value, or where a stored one comes from.
enum class ValueUse : std::uint8_t {
  stack,           ///< stored: a local with a register
  local,           ///< stored: a temporary
  frame,           ///< set to, stored from a local without register
  operand,         ///< right operand of an addition; stored: a constant
  local_operand,   ///< the sum set to a local with a register; stored: a small constant
  into_address,    ///< set to the local that the address comes from; stored: the address itself
  sum_to_address,  ///< the sum set to that; stored: spilled
};
constexpr ValueUse kValueUses[] = {ValueUse::stack,         ValueUse::local,         ValueUse::frame,
                                   ValueUse::operand,       ValueUse::local_operand, ValueUse::into_address,
                                   ValueUse::sum_to_address};
constexpr std::uint64_t kSmallConstant = 0x71;

bool adds(ValueUse use) {
  return use == ValueUse::operand || use == ValueUse::local_operand || use == ValueUse::sum_to_address;
}

/// Parameters: the address less what is added to it, the same as an i64 with bits above, a value.
struct AccessFunction {
  AddressKind kind{};
  ValueUse use{};
  std::uint64_t offset = 0;
  std::uint32_t address = 0;  ///< of AddressKind::constant

  std::string text() const {
    return fmt::format("address kind {}, use {}, offset {:#x}", static_cast<int>(kind), static_cast<int>(use),
                       offset);
  }
};

class AccessBody {
 public:
  AccessBody(const Access& access, const AccessFunction& function, std::uint64_t value)
      : access_(access), function_(function), value_(value) {}

  std::vector<ValType> locals() const {
    std::vector<ValType> locals{kI32, kI32, access_.type};
    if (crowded()) add_crowd(locals);
    return locals;
  }
  Bytes code() const {
    Bytes code = op::i32_const(static_cast<std::int32_t>(kScaledIndex)) + op::local_set(kIndex) +
                 op::i32_const(static_cast<std::int32_t>(kAddend)) + op::local_set(kOther);
    if (crowded()) {
      std::vector<std::uint32_t> homes;
      if (function_.kind != AddressKind::frame) homes.push_back(kAddress);
      if (function_.use != ValueUse::frame) homes.push_back(kValue);
      code = code + use_crowd(kResult + 1, homes);
    }
    const Bytes instruction =
        Bytes{static_cast<std::uint8_t>(info(access_.op).code), 0} + uleb(function_.offset);
    if (!access_.is_load) return code + address() + stored() + instruction;
    if (adds(function_.use)) code = code + op::local_get(kValue);
    return code + address() + instruction + loaded();
  }

 private:
  static constexpr std::uint32_t kAddress = 0, kDirty = 1, kValue = 2, kIndex = 3, kOther = 4, kResult = 5;

  bool crowded() const { return function_.kind == AddressKind::frame || function_.use == ValueUse::frame; }
  Bytes address() const {
    const auto constant_sum = op::local_get(kAddress) +
                              op::i32_const(static_cast<std::int32_t>(added(function_.kind))) + op::i32_add;
    switch (function_.kind) {
      case AddressKind::constant:
        return op::i32_const(static_cast<std::int32_t>(function_.address));
      case AddressKind::home:
      case AddressKind::frame:
        return op::local_get(kAddress);
      case AddressKind::temporary:
        return op::local_get(kAddress) + to_temporary(kI32);
      case AddressKind::slot:
        return op::local_get(kAddress) + to_temporary(kI32) + kSpill;
      case AddressKind::wrapped:
        return op::local_get(kDirty) + plain(Opcode::i32_wrap_i64);
      case AddressKind::plus_8:
      case AddressKind::minus_8:
      case AddressKind::plus_middle:
        return constant_sum;
      case AddressKind::sum:
        return op::local_get(kAddress) + op::local_get(kOther) + op::i32_add;
      case AddressKind::scaled:
        return op::local_get(kAddress) + op::local_get(kIndex) + op::i32_const(kScale) +
               plain(Opcode::i32_shl) + op::i32_add;
    }
    return {};
  }
  Bytes stored() const {
    switch (function_.use) {
      case ValueUse::stack:
      case ValueUse::frame:
        return op::local_get(kValue);
      case ValueUse::local:
        return op::local_get(kValue) + to_temporary(access_.type);
      case ValueUse::operand:
        return constant(access_.type, value_);
      case ValueUse::local_operand:
        return constant(access_.type, kSmallConstant);
      case ValueUse::into_address:
        return access_.type == kI32 ? op::local_get(kAddress) : op::local_get(kValue);
      case ValueUse::sum_to_address:
        return op::local_get(kValue) + to_temporary(access_.type) + kSpill;
    }
    return {};
  }
  Bytes loaded() const {
    const std::uint32_t to = access_.type == kI32 ? kAddress : kResult;
    const Bytes add = plain(access_.type == kI32   ? Opcode::i32_add
                            : access_.type == kI64 ? Opcode::i64_add
                            : access_.type == kF32 ? Opcode::f32_add
                                                   : Opcode::f64_add);
    switch (function_.use) {
      case ValueUse::stack:
        return {};
      case ValueUse::local:
      case ValueUse::frame:
        return op::local_set(kResult) + op::local_get(kResult);
      case ValueUse::operand:
        return add;
      case ValueUse::local_operand:
        return add + op::local_set(kResult) + op::local_get(kResult);
      case ValueUse::into_address:
        return op::local_set(to) + op::local_get(to);
      case ValueUse::sum_to_address:
        return add + op::local_set(to) + op::local_get(to);
    }
    return {};
  }

  const Access& access_;
  const AccessFunction& function_;
  std::uint64_t value_;
};

std::vector<std::uint64_t> offsets(const Access& access) {
  return {0, 1, kMemorySize - access.size, kMemorySize, 0x7FFF'FFFF, 0x8000'0000, 0xFFFF'FFFF};
}
/// Addresses on both sides of where the access begins to leave the memory (if 32 bits can say them), and
/// others.
std::vector<std::uint32_t> addresses(const Access& access, std::uint64_t offset) {
  const auto last = static_cast<std::uint32_t>(kMemorySize - access.size - offset);
  return {0,           3,           last - 1,    last,       last + 1, last + access.size,
          0x7FFF'FFFF, 0x8000'0000, 0xFFFF'FFF8, 0xFFFF'FFFF};
}

std::array<std::uint8_t, kMemorySize> initial_memory() {
  std::array<std::uint8_t, kMemorySize> bytes{};
  std::uint32_t state = 1;
  for (std::uint8_t& byte : bytes) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<std::uint8_t>(state >> 24);
  }
  return bytes;
}

class AccessRun {
 public:
  AccessRun(Opcode op, const Tier& tier, StoreLimits limits) : access_(op), memory_(initial_memory()) {
    for (const AddressKind kind : kAddressKinds) {
      for (const ValueUse use : kValueUses) {
        for (const std::uint64_t offset : offsets(access_)) {
          if (kind != AddressKind::constant) {
            functions_.push_back({kind, use, offset});
          } else {
            for (const std::uint32_t address : addresses(access_, offset)) {
              functions_.push_back({kind, use, offset, address});
            }
          }
        }
      }
    }
    ModuleBuilder module;
    module.memory(kMemorySize >> 16);
    const std::vector<ValType> results = access_.is_load ? std::vector{access_.type} : std::vector<ValType>{};
    for (const AccessFunction& function : functions_) {
      const AccessBody body(access_, function, value());
      module.function("", {{kI32, kI64, access_.type}, results}, body.code(), body.locals());
    }
    running_.emplace(tier, module.build(), limits);
    std::memcpy(real_memory(), memory_.data(), kMemorySize);
  }

  std::uint64_t run() {
    for (std::uint32_t i = 0; i < functions_.size(); ++i) {
      const AccessFunction& function = functions_[i];
      if (function.kind == AddressKind::constant) {
        run_one(i, function.address);
      } else {
        for (const std::uint32_t address : addresses(access_, function.offset)) run_one(i, address);
      }
    }
    return compared_;
  }
  MemoryBounds bounds() const { return running_->instance->memory(0).bounds(); }

 private:
  /// No NaN as a float, and distinct bytes.
  std::uint64_t value() const { return 0x40F1'E2D3'44B5'A697 & access_.type_mask(); }
  std::uint8_t* real_memory() { return running_->instance->memory(0).data(); }

  void run_one(std::uint32_t index, std::uint32_t address) {
    ++compared_;
    const AccessFunction& function = functions_[index];
    Value args[3] = {};
    args[0].u32 = address - added(function.kind);
    args[1].u64 = std::uint64_t{0xDEAD'BEEF} << 32 | address;
    args[2].u64 = value();
    const Outcome outcome = running_->instance->function(index).call(args);
    const std::uint64_t at = std::uint64_t{address} + function.offset;
    const bool inside = at + access_.size <= kMemorySize;
    if (outcome.ok() != inside) {
      report(function, address, outcome.ok() ? "no trap" : outcome.trap->message);
    } else if (!inside) {
      if (outcome.trap->code != TrapCode::memory_out_of_bounds)
        report(function, address, outcome.trap->message);
      check_memory(function, address);
    } else if (access_.is_load) {
      check_result(function, address, outcome.values[0].u64 & access_.type_mask());
    } else {
      check_store(function, address, args[0].u32);
    }
  }
  void check_result(const AccessFunction& function, std::uint32_t address, std::uint64_t result) {
    Expected expected = Expected::of(access_.load(memory_.data(), address + function.offset));
    if (adds(function.use)) {
      const std::string add = std::string(text_name(access_.op).substr(0, 3)) + ".add";
      expected = find_oracle(add)(value(), expected.bits);
    }
    if (!expected.matches(result, access_.type_size() * 8)) {
      report(function, address, fmt::format("{:#x} instead of {}", result, expected.text()));
    }
  }
  void check_store(const AccessFunction& function, std::uint32_t address, std::uint32_t first_argument) {
    const std::uint64_t at = address + function.offset;
    std::uint64_t stored = value();
    if (function.use == ValueUse::local_operand) stored = kSmallConstant;
    if (function.use == ValueUse::into_address && access_.type == kI32) stored = first_argument;
    std::array<std::uint8_t, 8> before{};
    std::memcpy(before.data(), memory_.data() + at, access_.size);
    access_.store(memory_.data(), at, stored);
    check_memory(function, address);
    std::memcpy(memory_.data() + at, before.data(), access_.size);
    std::memcpy(real_memory() + at, before.data(), access_.size);
  }
  void check_memory(const AccessFunction& function, std::uint32_t address) {
    if (access_.is_load || std::memcmp(memory_.data(), real_memory(), kMemorySize) == 0) return;
    report(function, address, "memory differs");
    std::memcpy(real_memory(), memory_.data(), kMemorySize);
  }
  void report(const AccessFunction& function, std::uint32_t address, const std::string& got) {
    constexpr unsigned kMost = 10;
    if (++failures_ > kMost) return;
    ADD_FAILURE() << running_->tier << ": " << text_name(access_.op) << ", " << function.text()
                  << fmt::format(", address {:#x}: {}", address, got);
  }

  Access access_;
  std::array<std::uint8_t, kMemorySize> memory_;
  std::vector<AccessFunction> functions_;
  std::optional<TierInstance> running_;
  std::uint64_t compared_ = 0;
  unsigned failures_ = 0;
};

class Accesses : public ::testing::TestWithParam<Opcode> {};

TEST_P(Accesses, AllTiersReadAndWriteTheseBytes) {
  const Access access(GetParam());
  EXPECT_EQ(access.size, access_size(info(GetParam()).immediate));
  StoreLimits no_reservation;
  no_reservation.max_reserved_bytes = 64 << 20;
  const std::uint64_t product =
      std::size(kAddressKinds) * std::size(kValueUses) * offsets(access).size() * addresses(access, 0).size();
  for (const Tier& tier : tiers()) {
    for (const MemoryBounds bounds : {MemoryBounds::guarded, MemoryBounds::explicit_}) {
      AccessRun run(GetParam(), tier, bounds == MemoryBounds::guarded ? StoreLimits() : no_reservation);
      EXPECT_EQ(run.bounds(), bounds);
      EXPECT_EQ(run.run(), product) << tier.name;
    }
  }
}

std::string access_name(const ::testing::TestParamInfo<Opcode>& parameter) {
  std::string name(text_name(parameter.param));
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Opcode, Accesses, ::testing::ValuesIn(accesses()), access_name);

}  // namespace
}  // namespace wasmjet::testing
