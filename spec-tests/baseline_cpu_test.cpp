/// Code for the baseline CPU computes what code for this CPU does, and both what C++ does.

#include <bit>
#include <cmath>
#include <limits>

#include "spec-tests/runtime_fixture.hpp"

namespace wasmjet::testing {
namespace {

constexpr std::uint64_t kIntegers[] = {0,
                                       1,
                                       2,
                                       31,
                                       32,
                                       63,
                                       64,
                                       0x7F,
                                       0x80,
                                       0x8000,
                                       0x7FFFFFFF,
                                       0x80000000,
                                       0xFFFFFFFF,
                                       0x1'0000'0000,
                                       0x7FFF'FFFF'FFFF'FFFF,
                                       0x8000'0000'0000'0000,
                                       0xFFFF'FFFF'FFFF'FFFF};
constexpr double kFloats[] = {0.0,
                              -0.0,
                              1.5,
                              -1.5,
                              2.5,
                              -0.5,
                              1e18,
                              -1e18,
                              9.3e18,
                              1.7e19,
                              2147483647.0,
                              -2147483648.0,
                              4294967295.0,
                              std::numeric_limits<double>::infinity(),
                              -std::numeric_limits<double>::infinity(),
                              std::numeric_limits<double>::quiet_NaN()};

class BaselineCpu : public ::testing::TestWithParam<bool> {
 protected:
  /// The single result of an exported function made of `body` over its parameters.
  Value run(const FuncType& type, const Bytes& body, const std::vector<Value>& args) {
    ModuleBuilder m;
    m.function("f", type, body);
    Engine engine{jit::make_executor({.baseline_cpu = GetParam()})};
    Store store(engine);
    Linker linker(store);
    const auto made = linker.instantiate(CompiledModule::decode(engine, m.build(), "test"), "test");
    const Outcome outcome = made.instance->find_function("f").call(args);
    if (!outcome.ok()) {
      ADD_FAILURE() << outcome.trap->message;
      return {};
    }
    return outcome.values[0];
  }
  std::uint64_t i64_op(std::uint8_t opcode, std::uint64_t a) {
    Value value{};
    value.u64 = a;
    return run({{kI64}, {kI64}}, op::local_get(0) + Bytes{opcode}, {value}).u64;
  }
  std::uint64_t i64_op(std::uint8_t opcode, std::uint64_t a, std::uint64_t b) {
    Value left{}, right{};
    left.u64 = a;
    right.u64 = b;
    return run({{kI64, kI64}, {kI64}}, op::local_get(0) + op::local_get(1) + Bytes{opcode}, {left, right})
        .u64;
  }
  double f64_op(std::uint8_t opcode, double a, double b) {
    Value left{}, right{};
    left.f64 = a;
    right.f64 = b;
    return run({{kF64, kF64}, {kF64}}, op::local_get(0) + op::local_get(1) + Bytes{opcode}, {left, right})
        .f64;
  }
};

TEST_P(BaselineCpu, CountsBits) {
  for (const std::uint64_t value : kIntegers) {
    EXPECT_EQ(i64_op(0x79, value), static_cast<std::uint64_t>(std::countl_zero(value)));
    EXPECT_EQ(i64_op(0x7A, value), static_cast<std::uint64_t>(std::countr_zero(value)));
    EXPECT_EQ(i64_op(0x7B, value), static_cast<std::uint64_t>(std::popcount(value)));
  }
}

TEST_P(BaselineCpu, ShiftsAndRotates) {
  for (const std::uint64_t value : kIntegers) {
    for (const std::uint64_t count : kIntegers) {
      const auto n = static_cast<int>(count % 64);
      EXPECT_EQ(i64_op(0x86, value, count), value << n);
      EXPECT_EQ(i64_op(0x87, value, count),
                static_cast<std::uint64_t>(static_cast<std::int64_t>(value) >> n));
      EXPECT_EQ(i64_op(0x88, value, count), value >> n);
      EXPECT_EQ(i64_op(0x89, value, count), std::rotl(value, n));
      EXPECT_EQ(i64_op(0x8A, value, count), std::rotr(value, n));
    }
  }
}

bool same(double a, double b) {
  return std::isnan(a) ? std::isnan(b) : a == b && std::signbit(a) == std::signbit(b);
}

TEST_P(BaselineCpu, FloatArithmetic) {
  for (const double a : kFloats) {
    for (const double b : kFloats) {
      const bool nan = std::isnan(a) || std::isnan(b);
      const double minimum = nan ? NAN : a < b || (a == b && std::signbit(a)) ? a : b;
      const double maximum = nan ? NAN : a > b || (a == b && !std::signbit(a)) ? a : b;
      EXPECT_TRUE(same(f64_op(0xA0, a, b), a + b)) << a << " + " << b;
      EXPECT_TRUE(same(f64_op(0xA1, a, b), a - b)) << a << " - " << b;
      EXPECT_TRUE(same(f64_op(0xA4, a, b), minimum)) << "min " << a << ", " << b;
      EXPECT_TRUE(same(f64_op(0xA5, a, b), maximum)) << "max " << a << ", " << b;
      if (nan) continue;
      EXPECT_TRUE(same(f64_op(0xA6, a, b), std::copysign(a, b))) << "copysign " << a << ", " << b;
    }
  }
}

std::uint64_t saturate_u64(double value) {
  if (!(value > 0)) return 0;
  return value >= 18446744073709551616.0 ? ~std::uint64_t{0} : static_cast<std::uint64_t>(value);
}

TEST_P(BaselineCpu, Conversions) {
  for (const double value : kFloats) {
    Value arg{};
    arg.f64 = value;
    EXPECT_EQ(run({{kF64}, {kI64}}, op::local_get(0) + Bytes{0xFC, 7}, {arg}).u64, saturate_u64(value))
        << value;
  }
  for (const std::uint64_t value : kIntegers) {
    Value arg{};
    arg.u64 = value;
    EXPECT_EQ(run({{kI64}, {kF64}}, op::local_get(0) + Bytes{0xBA}, {arg}).f64, static_cast<double>(value))
        << value;
    EXPECT_EQ(run({{kI64}, {kF32}}, op::local_get(0) + Bytes{0xB5}, {arg}).f32, static_cast<float>(value))
        << value;
  }
}

INSTANTIATE_TEST_SUITE_P(Cpu, BaselineCpu, ::testing::Bool(),
                         [](const auto& instance) { return instance.param ? "Baseline" : "ThisMachine"; });

}  // namespace
}  // namespace wasmjet::testing
