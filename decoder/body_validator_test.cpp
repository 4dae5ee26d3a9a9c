#include <bit>

#include "decoder/signatures.hpp"
#include "decoder/test_support.hpp"

// Function bodies: locals, instructions of fixed signature, the operand stack, the end of the body.
namespace wasmjet::test {
namespace {

using enum Opcode;

Outcome validate_function(const Bytes& type, const std::vector<Bytes>& locals, const Bytes& instructions) {
  return validate(environment(type, locals, bytes(instructions, Opcode::end)));
}

Bytes constant(StackType type) {
  switch (type) {
    case StackType::i32:
      return bytes(i32_const, 0);
    case StackType::i64:
      return bytes(i64_const, 0);
    case StackType::f32:
      return bytes(f32_const, Bytes(4, 0));
    case StackType::v128:
      return bytes(v128_const, Bytes(16, 0));
    default:
      return bytes(f64_const, Bytes(8, 0));
  }
}

constexpr std::size_t kNone = Signature::kMaxPops;

/// Pushes the operands of `op`, number `wrong` with another type.
Bytes operands_of(Opcode op, std::size_t wrong = kNone) {
  Bytes code;
  for (std::size_t i = 0; i < signature(op).pops; ++i) {
    const StackType type = signature(op).pop[i];
    const StackType other = type == StackType::i32 ? StackType::f64 : StackType::i32;
    append(code, constant(i == wrong ? other : type));
  }
  return code;
}

int natural_align_log2(Opcode op) { return std::countr_zero(access_size(info(op).immediate)); }

Bytes immediates_of(Opcode op) {
  switch (info(op).immediate) {
    case Immediate::none:
      return {};
    case Immediate::f32:
      return Bytes(4, 0);
    case Immediate::f64:
      return Bytes(8, 0);
    case Immediate::v128:
    case Immediate::shuffle:
      return Bytes(16, 0);
    case Immediate::memarg1:
    case Immediate::memarg2:
    case Immediate::memarg4:
    case Immediate::memarg8:
    case Immediate::memarg16:
      return bytes(natural_align_log2(op), 0);
    case Immediate::memarg1_lane:
    case Immediate::memarg2_lane:
    case Immediate::memarg4_lane:
    case Immediate::memarg8_lane:
      return Bytes(3, 0);
    case Immediate::memory_init:
    case Immediate::memory_copy:
      return Bytes(2, 0);
    default:
      return Bytes(1, 0);
  }
}

class FixedSignature : public testing::TestWithParam<std::size_t> {};

/// All features are on, so that every row counts.
Outcome fixed(const Bytes& instructions) { return validate_body(instructions, {.threads = true}); }

TEST_P(FixedSignature, IsWhatTheTableSays) {
  const auto op = static_cast<Opcode>(GetParam());
  const Signature& type = signature(op);
  if (type.special) return;
  const Bytes code = bytes(op, immediates_of(op));
  const Bytes result = type.pushes != 0 ? bytes(drop) : Bytes{};
  EXPECT_THAT(fixed(bytes(operands_of(op), code, result)), IsValid());
  // Too many results, and in unreachable code operands out of nothing.
  EXPECT_THAT(fixed(bytes(operands_of(op), code, result, drop)), is_invalid("type mismatch"));
  EXPECT_THAT(fixed(bytes(unreachable, code, result)), IsValid());
  for (std::size_t wrong = 0; wrong < type.pops; ++wrong) {
    EXPECT_THAT(fixed(bytes(operands_of(op, wrong), code, result)), is_invalid("type mismatch"));
  }
  if (type.pops == 0) return;
  // Too few operands, also where the frame below has some.
  EXPECT_THAT(fixed(code), is_invalid("type mismatch"));
  EXPECT_THAT(fixed(bytes(operands_of(op), block, kNoResult, code, result, Opcode::end, unreachable)),
              is_invalid("type mismatch"));
}

INSTANTIATE_TEST_SUITE_P(Opcodes, FixedSignature, testing::Range(std::size_t{0}, kOpcodeCount),
                         [](const auto& test) { return std::string(detail::kIdentifiers[test.param]); });

TEST(BodyValidator, ReadsLocalDeclarations) {
  EXPECT_THAT(
      validate_function(func_type({}, {}), {bytes(2, kTypeI32), bytes(0, kTypeF32), bytes(1, kTypeI64)},
                        bytes(local_get, 2, local_set, 2, local_get, 1, local_set, 0)),
      IsValid());
  EXPECT_THAT(validate_function(func_type({}, {}), {bytes(1, 0x40)}, {}), is_malformed("invalid value type"));
}

TEST(BodyValidator, LimitsLocals) {
  EXPECT_THAT(validate_function(func_type({kTypeI32}, {}), {bytes(leb(49'999), kTypeI64)}, {}), IsValid());
  EXPECT_THAT(validate_function(func_type({kTypeI32}, {}), {bytes(leb(50'000), kTypeI64)}, {}),
              is_unsupported("too many locals"));
  const Bytes quarter = bytes(leb(0x40000000), kTypeI32);
  EXPECT_THAT(validate_function(func_type({}, {}), {quarter, quarter, quarter, quarter}, {}),
              is_malformed("too many locals"));
  EXPECT_THAT(validate_function(func_type({}, {}), {bytes(0x80, 0x80, 0x80, 0x80, 0x10, kTypeI32)}, {}),
              is_malformed("integer too large"));
}

TEST(BodyValidator, ChecksLocalAccesses) {
  const Bytes type = func_type({kTypeI32}, {});
  const std::vector<Bytes> locals = {bytes(1, kTypeF64)};
  EXPECT_THAT(validate_function(type, locals, bytes(local_get, 0, local_tee, 0, drop)), IsValid());
  EXPECT_THAT(validate_function(type, locals, bytes(local_get, 0, local_set, 1)),
              is_invalid("type mismatch"));
  EXPECT_THAT(validate_function(type, locals, bytes(local_set, 0)), is_invalid("type mismatch"));
  EXPECT_THAT(validate_function(type, locals, bytes(local_get, 0, local_tee, 1)),
              is_invalid("type mismatch"));
  for (const Opcode op : {local_get, local_set, local_tee}) {
    EXPECT_THAT(validate_function(type, locals, bytes(op, 2)), is_invalid("unknown local 2"));
  }
  EXPECT_THAT(validate_function(type, locals, bytes(local_get, 0x81, 0x00, drop)), IsValid());
}

TEST(BodyValidator, ReturnsTheFunctionsResults) {
  const Bytes type = func_type({}, {kTypeI32, kTypeI64});
  EXPECT_THAT(validate_function(type, {}, bytes(i32_const, 1, i64_const, 2)), IsValid());
  EXPECT_THAT(validate_function(type, {}, bytes(i64_const, 1, i32_const, 2)), is_invalid("type mismatch"));
  EXPECT_THAT(validate_function(type, {}, bytes(i64_const, 2)), is_invalid("type mismatch"));
  EXPECT_THAT(validate_function(type, {}, bytes(i32_const, 1, i32_const, 1, i64_const, 2)),
              is_invalid("type mismatch"));
}

TEST(BodyValidator, ReadsConstantsOfAllLengths) {
  EXPECT_THAT(validate_body(bytes(i32_const, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, drop)), IsValid());
  EXPECT_THAT(validate_body(bytes(i32_const, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, drop)), IsValid());
  EXPECT_THAT(validate_body(bytes(i32_const, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, drop)),
              is_malformed("integer too large"));
  EXPECT_THAT(validate_body(bytes(i32_const, Bytes(5, 0x80), 0x00, drop)),
              is_malformed("integer representation too long"));
  EXPECT_THAT(validate_body(bytes(i64_const, Bytes(9, 0x80), 0x7F, drop)), IsValid());
  EXPECT_THAT(validate_body(bytes(i64_const, Bytes(9, 0x80), 0x01, drop)), is_malformed("integer too large"));
  EXPECT_THAT(validate_body(bytes(i64_const, Bytes(7, 0x80), 0x00, drop)), IsValid());
}

TEST(BodyValidator, RefusesImmediatesBeyondTheBody) {
  // What follows in the module would complete them.
  for (const Bytes& cut : {bytes(i32_const), bytes(i32_const, 0x80), bytes(f64_const, 0, 0, 0),
                           bytes(i32_const, 0, i32_load, 2), bytes(local_get), bytes(0xFC), bytes(block)}) {
    EXPECT_THAT(validate(environment(func_type({}, {}), {}, cut)), is_malformed("unexpected end"));
  }
}

TEST(BodyValidator, ChecksMemoryAccesses) {
  EXPECT_THAT(validate_body(bytes(i32_const, 0, i64_load, 3, leb(0xFFFFFFFF), drop)), IsValid());
  EXPECT_THAT(validate_body(bytes(i32_const, 0, i64_load, 3, leb(0x100000000), drop)),
              is_invalid("offset out of range"));
  EXPECT_THAT(validate_body(bytes(i32_const, 0, i64_load, 4, 0, drop)),
              is_invalid("alignment must not be larger than natural"));
  EXPECT_THAT(validate_body(bytes(i32_const, 0, i32_load8_u, 1, 0, drop)),
              is_invalid("alignment must not be larger than natural"));
  EXPECT_THAT(validate_body(bytes(i32_const, 0, i32_load, 0x80, 0x01, 0, drop)),
              is_malformed("malformed memop flags"));
}

TEST(BodyValidator, TakesMemoryIndicesInFlags) {
  EXPECT_THAT(validate_body(bytes(i32_const, 0, i32_load, 0x42, 0, 4, drop)), IsValid());
  EXPECT_THAT(validate_body(bytes(i32_const, 0, i32_load, 0x42, 1, 4, drop)), is_invalid("unknown memory 1"));
}

TEST(BodyValidator, WantsAMemory) {
  TestModule m = environment(func_type({}, {}), {}, bytes(i32_const, 0, i32_load, 2, 0, drop, Opcode::end));
  m.memories.clear();
  EXPECT_THAT(validate(m), is_invalid("unknown memory 0"));
}

TEST(BodyValidator, EndsAtItsEnd) {
  EXPECT_THAT(validate(environment(func_type({}, {}), {}, bytes(nop))), is_malformed("unexpected end"));
  EXPECT_THAT(validate(environment(func_type({}, {}), {}, {})), is_malformed("unexpected end"));
  EXPECT_THAT(validate_body(bytes(Opcode::end)), is_malformed("section size mismatch"));
  EXPECT_THAT(validate_body(bytes(block, kNoResult)), is_malformed("unexpected end"));
}

TEST(BodyValidator, RefusesIllegalOpcodes) {
  EXPECT_THAT(validate_body(bytes(0xFF)), is_malformed("illegal opcode ff"));
  EXPECT_THAT(validate_body(bytes(0x16)), is_malformed("illegal opcode 16"));
  EXPECT_THAT(validate_body(bytes(0xFC, 18)), is_malformed("illegal opcode fc 12"));
  EXPECT_THAT(validate_body(bytes(0xFC, leb(1'000'000))), is_malformed("illegal opcode fc"));
}

TEST(BodyValidator, NamesTheFeatureOfLaterOpcodes) {
  for (const int legacy : {0x06, 0x07, 0x09, 0x18, 0x19}) {
    EXPECT_THAT(validate_body(bytes(legacy, kNoResult)), is_unsupported("legacy exception handling"));
  }
  EXPECT_THAT(validate_body(bytes(0xFE, 0)), is_unsupported("threads"));
}

TEST(BodyValidator, TakesPaddedOpcodes) {
  EXPECT_THAT(validate_body(bytes(f32_const, Bytes(4, 0), 0xFC, 0x80, 0x00, drop)), IsValid());
}

TEST(BodyValidator, ReportsTheOffsetOfTheInstruction) {
  const TestModule m = environment(func_type({}, {}), {}, bytes(nop, i64_const, 0, i32_eqz, Opcode::end));
  const Module module = decode_module(m.build());
  EXPECT_THAT(validate(m), FailsAt(module.bodies[0].begin + 4));
}

TEST(BodyValidator, LimitsTheOperandStack) {
  const Bytes thousand_results = func_type({}, Bytes(1000, kTypeI32));
  const auto pushing = [](int blocks) {
    Bytes code;
    for (int i = 0; i < blocks; ++i) append(code, bytes(block, 0, unreachable, Opcode::end));
    return bytes(code, unreachable);
  };
  EXPECT_THAT(validate_function(thousand_results, {}, pushing(999)), IsValid());
  EXPECT_THAT(validate_function(thousand_results, {}, pushing(1001)),
              is_unsupported("an operand stack of more than 1000000 values"));
}

TEST(BodyValidator, CanBeCancelled) {
  const Module module = decode_module(environment(func_type({}, {}), {}, bytes(Opcode::end)).build());
  const std::atomic<bool> cancel = true;
  EXPECT_THROW(validate_functions(module, &cancel), ModuleError);
}

TEST(BodyValidator, CanGoOnAfterAnError) {
  const Module good = decode_module(environment(func_type({}, {}), {}, bytes(Opcode::end)).build());
  const Module bad =
      decode_module(environment(func_type({}, {}), {}, bytes(block, kNoResult, i32_add)).build());
  FunctionValidator validator(bad);
  EXPECT_THROW(validator.validate(1), ModuleError);
  EXPECT_EQ(validator.validate(3).max_control, 1U);
  EXPECT_EQ(FunctionValidator(good).validate(1).max_stack, 0U);
}

}  // namespace
}  // namespace wasmjet::test
