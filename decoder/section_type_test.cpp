#include "decoder/subtyping.hpp"
#include "decoder/test_support.hpp"

// Recursion groups, canonical types and subtyping (spec 3.1.1, 3.3.5, 3.3.8, 5.3.8).
namespace wasmjet::test {
namespace {

constexpr int kRec = 0x4E;
constexpr int kSub = 0x50;
constexpr int kSubFinal = 0x4F;
constexpr int kRefNull = 0x63;
constexpr int kStruct = 0x5F;
constexpr int kArray = 0x5E;
constexpr int kI8 = 0x78;

Bytes struct_type(const std::vector<Bytes>& fields) { return bytes(kStruct, list(fields)); }

Module decode_types(const std::vector<Bytes>& types) {
  TestModule m;
  m.types = types;
  return decode_module(m.build());
}
Outcome outcome(const std::vector<Bytes>& types) {
  TestModule m;
  m.types = types;
  return validate(m);
}

TEST(RecursionGroups, AreEqualIfTheySayTheSame) {
  const Bytes list_of_itself = bytes(kRec, 1, struct_type({bytes(kRefNull, 0, 0)}));
  const Bytes second = bytes(kRec, 1, struct_type({bytes(kRefNull, 1, 0)}));
  const Bytes to_the_first = struct_type({bytes(kRefNull, 0, 0)});
  const Module module = decode_types({list_of_itself, second, to_the_first});
  EXPECT_EQ(module.type_defs[1].canonical, 0U);
  EXPECT_EQ(module.type_defs[2].canonical, 2U) << "refers to another type, not to itself";
  EXPECT_TRUE(are_equal(module, ValType::type_reference(0, true), ValType::type_reference(1, true)));
  EXPECT_FALSE(is_subtype(module, ValType::type_reference(2, true), ValType::type_reference(0, true)));
}

TEST(RecursionGroups, MayNameTheirOwnTypesOnly) {
  EXPECT_THAT(outcome({bytes(kRec, 2, struct_type({bytes(kRefNull, 1, 0)}), struct_type({}))}), IsValid());
  EXPECT_THAT(outcome({struct_type({bytes(kRefNull, 1, 0)}), struct_type({})}), is_invalid("unknown type 1"));
}

TEST(Subtypes, MatchTheirSupertype) {
  const Bytes super = bytes(kSub, 0, struct_type({bytes(kTypeI32, 0)}));
  EXPECT_THAT(outcome({super, bytes(kSub, 1, 0, struct_type({bytes(kTypeI32, 0), bytes(kI8, 1)}))}),
              IsValid());
  EXPECT_THAT(outcome({super, bytes(kSub, 1, 0, struct_type({bytes(kTypeI64, 0)}))}),
              is_invalid("sub type 1"));
  EXPECT_THAT(outcome({super, bytes(kSub, 1, 0, kArray, kTypeI32, 0)}), is_invalid("sub type 1"));
  EXPECT_THAT(outcome({struct_type({}), bytes(kSubFinal, 1, 0, struct_type({}))}), is_invalid("sub type 1"));
  EXPECT_THAT(outcome({bytes(kSub, 1, 0, struct_type({}))}), is_invalid("unknown type 0"));
}

TEST(Subtypes, AreOfLimitedDepth) {
  std::vector<Bytes> types = {bytes(kSub, 0, struct_type({}))};
  while (types.size() < 64) {
    types.push_back(bytes(kSub, 1, leb(types.size() - 1), struct_type({})));
  }
  EXPECT_THAT(outcome(types), IsValid());
  types.push_back(bytes(kSub, 1, leb(types.size() - 1), struct_type({})));
  EXPECT_THAT(outcome(types), is_unsupported("a type with more than 63 supertypes"));
}

TEST(Subtypes, OfAbstractTypes) {
  const Module module = decode_types({struct_type({}), func_type({}, {})});
  const auto null = [](HeapType heap) { return ValType::reference(heap); };
  const auto sub = [&](ValType a, ValType b) { return is_subtype(module, a, b); };
  EXPECT_TRUE(sub(null(HeapType::i31), null(HeapType::eq)));
  EXPECT_TRUE(sub(ValType::type_reference(0, false), null(HeapType::any)));
  EXPECT_TRUE(sub(null(HeapType::none), ValType::type_reference(0, true)));
  EXPECT_TRUE(sub(null(HeapType::nofunc), ValType::type_reference(1, true)));
  EXPECT_FALSE(sub(null(HeapType::none), ValType::type_reference(1, true)));
  EXPECT_FALSE(sub(null(HeapType::any), null(HeapType::eq)));
  EXPECT_FALSE(sub(kFuncRef, null(HeapType::any)));
  EXPECT_FALSE(sub(kFuncRef, kFuncRef.as_non_null()));
  EXPECT_FALSE(sub(kI32, kFuncRef));
}

}  // namespace
}  // namespace wasmjet::test
