#include "runtime/numeric.hpp"

#include <gtest/gtest.h>

namespace wasmjet::numeric {
namespace {

constexpr u32 kLowest = 0x80000000;
constexpr f64 kNan = std::numeric_limits<f64>::quiet_NaN();

static_assert(i32_div_s(7, static_cast<u32>(-2)).value == static_cast<u32>(-3));
static_assert(i32_div_s(kLowest, ~0U).trap == TrapCode::integer_overflow);
static_assert(i32_div_u(1, 0).trap == TrapCode::integer_divide_by_zero);
static_assert(i32_rem_s(kLowest, ~0U).value == 0 && i32_rem_s(kLowest, ~0U).trap == TrapCode::none);
static_assert(i32_shl(1, 33) == 2 && i64_shr_s(~u64{0}, 70) == ~u64{0});
static_assert(i32_extend8_s(0x80) == 0xFFFFFF80 && i64_extend32_s(kLowest) == 0xFFFFFFFF80000000);

static_assert(i32_trunc_f64_s(2147483647.9).value == 0x7FFFFFFF);
static_assert(i32_trunc_f64_s(2147483648.0).trap == TrapCode::integer_overflow);
static_assert(i32_trunc_f64_s(-2147483648.9).value == kLowest);
static_assert(i32_trunc_f64_s(-2147483649.0).trap == TrapCode::integer_overflow);
static_assert(i32_trunc_f32_s(-2147483648.0F).value == kLowest);
static_assert(i32_trunc_f64_u(-0.9).value == 0);
static_assert(i64_trunc_f64_u(18446744073709551616.0).trap == TrapCode::integer_overflow);
static_assert(i32_trunc_f64_s(kNan).trap == TrapCode::invalid_conversion);
static_assert(i32_trunc_sat_f64_s(kNan) == 0 && i32_trunc_sat_f64_u(-5) == 0);
static_assert(i64_trunc_sat_f32_s(-1e30F) == u64{1} << 63 && i64_trunc_sat_f32_u(1e30F) == ~u64{0});

static_assert(i64_reinterpret_f64(f64_min(0.0, -0.0)) == u64{1} << 63);
static_assert(i64_reinterpret_f64(f64_max(0.0, -0.0)) == 0);
static_assert(i32_reinterpret_f32(f32_neg(f32_reinterpret_i32(0x7FA00000))) == 0xFFA00000);

TEST(Numeric, RoundingsMakeNansQuiet) {
  const f32 signaling = f32_reinterpret_i32(0x7FA00000);
  for (const auto round : {f32_ceil, f32_floor, f32_trunc, f32_nearest}) {
    EXPECT_EQ(i32_reinterpret_f32(round(signaling)), 0x7FE00000U);
  }
}

static_assert(f64_nearest(2.5) == 2 && f64_nearest(3.5) == 4 && f64_nearest(-3.5) == -4);
static_assert(f32_nearest(8388607.5F) == 8388608 && f32_nearest(8388609) == 8388609);
static_assert(f64_nearest(4503599627370495.5) == 4503599627370496 &&
              f64_nearest(4503599627370497) == 4503599627370497);
static_assert(i64_reinterpret_f64(f64_nearest(-0.4)) == u64{1} << 63);
static_assert(i64_reinterpret_f64(f64_nearest(-0.0)) == u64{1} << 63);
static_assert(f64_nearest(-std::numeric_limits<f64>::infinity()) == -std::numeric_limits<f64>::infinity());

/// What the C library does, in the mode that it starts in.
TEST(Numeric, NearestIsTheCLibrarysOfAnyBits) {
  u64 bits = 1;
  for (int i = 0; i < 200'000; ++i) {
    bits = bits * 6364136223846793005U + 1442695040888963407U;
    const f32 narrow = f32_reinterpret_i32(static_cast<u32>(bits >> 32));
    if (narrow == narrow) {
      EXPECT_EQ(i32_reinterpret_f32(f32_nearest(narrow)), i32_reinterpret_f32(std::nearbyint(narrow)));
    }
    // Exponents of numbers that have a fraction.
    const f64 wide = f64_reinterpret_i64((bits & 0x800F'FFFF'FFFF'FFFFU) | u64{1020 + bits % 56} << 52);
    EXPECT_EQ(i64_reinterpret_f64(f64_nearest(wide)), i64_reinterpret_f64(std::nearbyint(wide)));
  }
}

}  // namespace
}  // namespace wasmjet::numeric
