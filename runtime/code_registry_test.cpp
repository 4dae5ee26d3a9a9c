#include "runtime/code_registry.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace wasmjet {
namespace {

const std::uint8_t g_code[300] = {};

CodeMap map_at(std::size_t begin, std::size_t size) {
  CodeMap map;
  map.begin = g_code + begin;
  map.size = size;
  return map;
}

TEST(CodeMap, FindsFunctionsAndRows) {
  CodeMap map = map_at(0, 100);
  map.functions = {{10, 20, 3, 500}, {20, 30, 4, 600}};
  map.rows = {CodeRow::make(12, 7, TrapCode::unreachable),
              CodeRow::make(25, 9, TrapCode::integer_division, 6)};

  EXPECT_EQ(map.find_function(g_code + 9), nullptr);
  EXPECT_EQ(map.find_function(g_code + 10)->function, 3U);
  EXPECT_EQ(map.find_function(g_code + 19)->function, 3U);
  EXPECT_EQ(map.find_function(g_code + 20)->function, 4U);
  EXPECT_EQ(map.find_function(g_code + 30), nullptr);
  EXPECT_EQ(map.find_function(g_code + 100), nullptr);
  EXPECT_EQ(map.find_trap(g_code + 13), nullptr);
  EXPECT_EQ(map.find_trap(g_code + 12)->trap(), TrapCode::unreachable);
  EXPECT_EQ(map.find_trap(g_code + 25)->aux(), 6);
  EXPECT_EQ(map.find_trap(g_code + 25)->wasm_delta(), 9U);
}

TEST(CodeMap, ACallAndTheTrapBehindItShareAnAddress) {
  CodeMap map = map_at(0, 100);
  map.functions = {{0, 10, 0, 0}, {10, 20, 1, 0}};
  const CodeRow call = CodeRow::make(15, 1, TrapCode::none);
  const CodeRow trap = CodeRow::make(15, 2, TrapCode::unreachable);
  for (const auto& rows : {std::vector{call, trap}, std::vector{trap, call}}) {
    map.rows = rows;
    EXPECT_EQ(map.find_trap(g_code + 15)->wasm_delta(), 2U);
    EXPECT_EQ(map.find_origin(g_code + 15, true)->wasm_delta(), 1U);
    EXPECT_EQ(map.find_origin(g_code + 15, false)->wasm_delta(), 2U);
    EXPECT_NE(map.find_origin(g_code + 16, false), nullptr);
    EXPECT_EQ(map.find_origin(g_code + 14, false), nullptr);
  }
  map.rows = {call, CodeRow::make(20, 3, TrapCode::none)};
  EXPECT_EQ(map.find_trap(g_code + 15), nullptr);
  EXPECT_EQ(map.find_origin(g_code + 20, true)->wasm_delta(), 3U);
}

TEST(CodeRegistry, FindsWhatIsRegistered) {
  const CodeMap a = map_at(0, 100);
  const CodeMap b = map_at(200, 50);
  CodeRegistry::add(&b);
  CodeRegistry::add(&a);
  EXPECT_EQ(CodeRegistry::find(g_code), &a);
  EXPECT_EQ(CodeRegistry::find(g_code + 99), &a);
  EXPECT_EQ(CodeRegistry::find(g_code + 100), nullptr);
  EXPECT_EQ(CodeRegistry::find(g_code + 249), &b);
  CodeRegistry::remove(&a);
  EXPECT_EQ(CodeRegistry::find(g_code + 99), nullptr);
  EXPECT_EQ(CodeRegistry::find(g_code + 200), &b);
  CodeRegistry::remove(&b);
  EXPECT_EQ(CodeRegistry::find(g_code + 200), nullptr);
}

TEST(CodeRegistry, ReadersNeverSeeAFreedTable) {
  const CodeMap fixed = map_at(0, 100);
  CodeRegistry::add(&fixed);
  std::atomic<bool> stop{false};
  std::thread reader([&] {
    while (!stop) ASSERT_EQ(CodeRegistry::find(g_code + 50), &fixed);
  });
  const CodeMap other = map_at(200, 50);
  for (int i = 0; i < 2000; ++i) {
    CodeRegistry::add(&other);
    CodeRegistry::remove(&other);
  }
  stop = true;
  reader.join();
  CodeRegistry::remove(&fixed);
}

}  // namespace
}  // namespace wasmjet
