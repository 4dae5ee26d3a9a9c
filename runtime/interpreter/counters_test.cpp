#include "runtime/interpreter/counters.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

#include "decoder/text/assemble.hpp"
#include "runtime/interpreter/code.hpp"
#include "runtime/interpreter/interpreter.hpp"
#include "runtime/linker.hpp"

namespace wasmjet::interpreter {
namespace {

/// A module in a store that counts. Places in its code are named by the bytes that stand there, which are to
/// be found once.
class CountersTest : public testing::Test {
 protected:
  void load(std::string_view text) {
    linker_.define_function("host", "nothing", {}, [](Caller&, Value*) { return HostResult::ok(); });
    instance_ = linker_.instantiate(CompiledModule::decode(engine_, text::assemble(text))).instance;
    const Module& module = instance_->module();
    counters_ = instance_->code().bytecode(module.imported_functions)->owner->counters();
    ASSERT_NE(counters_, nullptr);
  }
  TrapCode call(std::string_view name, std::int32_t argument) {
    Value value{};
    value.i32 = argument;
    const Outcome outcome = instance_->find_function(name).call(std::vector<Value>{value});
    return outcome.trap ? outcome.trap->code : TrapCode::none;
  }
  std::uint64_t entries(std::uint32_t function) const {
    return counters_->at(instance_->module().body(function).begin);
  }
  /// Of the byte `behind` the first of these.
  std::uint64_t at(const std::vector<std::uint8_t>& code, std::size_t behind = 0) const {
    const auto& bytes = instance_->module().bytes;
    const auto begin = bytes.begin() + instance_->module().bodies.front().begin;
    const auto found = std::search(begin, bytes.end(), code.begin(), code.end());
    EXPECT_NE(found, bytes.end());
    EXPECT_EQ(std::search(found + 1, bytes.end(), code.begin(), code.end()), bytes.end());
    return counters_->at(static_cast<std::size_t>(found - bytes.begin()) + behind);
  }

  Engine engine_{make_counting_executor()};
  Store store_{engine_};
  Linker linker_{store_};
  Instance* instance_ = nullptr;
  const Counters* counters_ = nullptr;
};

TEST_F(CountersTest, CountInstructionsAndBranches) {
  load(R"((module
    (func (export "count") (param $n i32)
      (loop $l
        (if (i32.eq (local.get $n) (i32.const 77)) (then (local.set $n (i32.const 5))))
        (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (block $a (block $b (br_table $a $b $a (i32.const 99))) nop)))
  )");
  EXPECT_EQ(call("count", 7), TrapCode::none);
  EXPECT_EQ(entries(0), 1U);
  EXPECT_EQ(at({0x03, 0x40}), 7U);                    // loop
  EXPECT_EQ(at({0x03, 0x40}, 1), 6U);                 // by a branch back
  EXPECT_EQ(at({0x04, 0x40}), 7U);                    // if
  EXPECT_EQ(at({0x04, 0x40}, 1), 0U);                 // true
  EXPECT_EQ(at({0x41, 0x05}), 0U);                    // i32.const 5
  EXPECT_EQ(at({0x0D, 0x00}, 1), 6U);                 // br_if, true
  EXPECT_EQ(at({0x0E, 0x02, 0x01, 0x00, 0x01}), 1U);  // br_table
  EXPECT_EQ(at({0x0E, 0x02, 0x01, 0x00, 0x01}, 1), 0U);
  EXPECT_EQ(at({0x0E, 0x02, 0x01, 0x00, 0x01}, 2), 0U);
  EXPECT_EQ(at({0x0E, 0x02, 0x01, 0x00, 0x01}, 3), 1U);
  EXPECT_EQ(at({0x0B, 0x01, 0x0B}, 1), 0U);  // nop
  EXPECT_EQ(call("count", 80), TrapCode::none);
  EXPECT_EQ(entries(0), 2U);
  EXPECT_EQ(at({0x41, 0x05}), 1U);
  EXPECT_EQ(at({0x03, 0x40}), 7U + 3U + 5U);
}

TEST_F(CountersTest, InstructionsThatAreTakenTogetherOtherwise) {
  load(R"((module
    (func (export "pairs") (param $n i32)
      (block $out
        (block (block (block (block
          (br_if $out (i32.lt_s (local.get $n) (local.get $n)))
          (local.set $n (i32.add (local.get $n) (i32.const 41)))))))))))");
  EXPECT_EQ(call("pairs", 1), TrapCode::none);
  EXPECT_EQ(at({0x02, 0x40, 0x02, 0x40, 0x02, 0x40, 0x02, 0x40, 0x02, 0x40}, 8), 1U);
  EXPECT_EQ(at({0x20, 0x00, 0x48}), 1U);  // the second local.get
  EXPECT_EQ(at({0x48, 0x0D}, 1), 1U);     // br_if
  EXPECT_EQ(at({0x48, 0x0D}, 2), 0U);     // not taken
  EXPECT_EQ(at({0x41, 0x29, 0x6A}, 2), 1U);
}

TEST_F(CountersTest, WhatTrapsHasBegun) {
  load(R"((module
    (import "host" "nothing" (func $nothing))
    (memory 1)
    (func (export "load") (param $address i32)
      (call $nothing)
      (drop (i32.load offset=3 (local.get $address)))
      (memory.fill (local.get $address) (i32.const 0) (i32.const 9)))))");
  EXPECT_EQ(call("load", 65536), TrapCode::memory_out_of_bounds);
  EXPECT_EQ(entries(1), 1U);
  EXPECT_EQ(at({0x10, 0x00}), 1U);
  EXPECT_EQ(at({0x28, 0x02, 0x03}), 1U);
  EXPECT_EQ(at({0x28, 0x02, 0x03}, 1), 1U);  // trapped
  EXPECT_EQ(at({0x1A}), 0U);                 // drop
  EXPECT_EQ(call("load", 65529), TrapCode::memory_out_of_bounds);
  EXPECT_EQ(at({0x1A}), 1U);
  EXPECT_EQ(at({0xFC, 0x0B, 0x00}), 1U);
  EXPECT_EQ(at({0xFC, 0x0B, 0x00}, 1), 0U);  // bytes
  EXPECT_EQ(call("load", 0), TrapCode::none);
  EXPECT_EQ(at({0xFC, 0x0B, 0x00}, 1), 9U);
  const FuncRef& import = *instance_->func_ref(0);
  EXPECT_EQ(reinterpret_cast<const HostFunction*>(import.context)->calls, 3U);
}

TEST_F(CountersTest, AreThereForOffsetsWithinBodiesAlone) {
  load(R"((module (func (export "f") (param i32))))");
  EXPECT_EQ(counters_->at(0), 0U);
  EXPECT_EQ(counters_->at(instance_->module().bytes.size()), 0U);
  EXPECT_EQ(counters_->at(UINT64_MAX), 0U);
}

}  // namespace
}  // namespace wasmjet::interpreter
