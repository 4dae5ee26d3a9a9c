#include "runtime/linker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/fake_executor.hpp"

namespace wasmjet {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

HostResult nothing(Caller&, Value*) { return HostResult::ok(); }

Module importing_function(FuncType type) {
  Module module;
  module.types = {std::move(type)};
  module.functions = {0};
  module.imported_functions = 1;
  module.imports = {{"env", "print", ExternKind::function, 0}};
  return module;
}

Module importing_memory(Limits limits) {
  Module module;
  module.memories = {{limits}};
  module.imported_memories = 1;
  module.imports = {{"env", "memory", ExternKind::memory, 0}};
  return module;
}

class LinkerTest : public ::testing::Test {
 protected:
  std::string error_of(const Module& module) {
    try {
      fixture_.linker.resolve(*fixture_.compiled(module));
    } catch (const LinkError& error) {
      return error.what();
    }
    return "";
  }

  testing::Fixture fixture_;
};

TEST_F(LinkerTest, NamesTheNearestExport) {
  fixture_.linker.define_function("env", "printf", {{kI64}, {}}, nothing);
  fixture_.linker.define_function("env", "exit", {}, nothing);
  EXPECT_THAT(error_of(importing_function({{kI32}, {}})),
              AllOf(StartsWith("unknown import"), HasSubstr("\"env\" \"print\""), HasSubstr("(i32) -> ()"),
                    HasSubstr("\"printf\""), HasSubstr("(i64) -> ()")));
}

TEST_F(LinkerTest, NamesTheNearestModule) {
  EXPECT_THAT(error_of(importing_function({})), HasSubstr("no module of that name"));
  fixture_.linker.define_function("emv", "print", {}, nothing);
  EXPECT_THAT(error_of(importing_function({})), HasSubstr("the nearest is \"emv\""));
}

TEST_F(LinkerTest, NamesBothTypes) {
  fixture_.linker.define_function("env", "print", {{kI64}, {}}, nothing);
  EXPECT_THAT(
      error_of(importing_function({{kI32}, {}})),
      AllOf(StartsWith("incompatible import type"), HasSubstr("(i32) -> ()"), HasSubstr("(i64) -> ()")));
  fixture_.linker.define("env", "print", &fixture_.store.create_memory({{1, 2}}));
  EXPECT_THAT(error_of(importing_function({{kI32}, {}})), HasSubstr("memory 1..2"));
}

TEST_F(LinkerTest, MatchesMemoriesByCurrentSize) {
  MemoryInstance& memory = fixture_.store.create_memory({{1, 3}});
  fixture_.linker.define("env", "memory", &memory);
  EXPECT_EQ(error_of(importing_memory({1, {}})), "");
  EXPECT_EQ(error_of(importing_memory({1, 3})), "");
  EXPECT_NE(error_of(importing_memory({1, 2})), "");
  EXPECT_NE(error_of(importing_memory({2, 3})), "");
  ASSERT_EQ(memory.grow(1), 1);
  EXPECT_EQ(error_of(importing_memory({2, 3})), "");
}

TEST_F(LinkerTest, MatchesTablesByElementTypeAndGlobalsExactly) {
  fixture_.linker.define("env", "t", &fixture_.store.create_table({kFuncRef, {1, {}}}));
  fixture_.linker.define("env", "g", &fixture_.store.create_global({kI32, true}, {}));
  Module module;
  module.tables = {{kFuncRef, {0, {}}}};
  module.imported_tables = 1;
  module.globals = {{{kI32, true}, {}}};
  module.imported_globals = 1;
  module.imports = {{"env", "t", ExternKind::table, 0}, {"env", "g", ExternKind::global, 0}};
  EXPECT_EQ(error_of(module), "");
  module.globals[0].type.is_mutable = false;
  EXPECT_THAT(error_of(module), AllOf(HasSubstr("global i32"), HasSubstr("global mut i32")));
  module.tables[0].element = kExternRef;
  EXPECT_THAT(error_of(module), AllOf(HasSubstr("externref"), HasSubstr("table 1.. funcref")));
  module.tables[0] = {kFuncRef, {0, 5}};
  EXPECT_NE(error_of(module), "");
}

TEST_F(LinkerTest, MakesWhatIsLazyOnceAndOnlyWhenItIsFound) {
  int made = 0;
  const auto make = [&](Store& store) {
    ++made;
    return store.create_function({{kI32}, {}}, nothing);
  };
  fixture_.linker.define_lazily("env", "print", make);
  fixture_.linker.define_lazily("env", "exit", make);
  EXPECT_EQ(made, 0);
  EXPECT_EQ(error_of(importing_function({{kI32}, {}})), "");
  EXPECT_THAT(error_of(importing_function({{kI64}, {}})), HasSubstr("(i32) -> ()"));
  const Extern* const found = fixture_.linker.find("env", "print");
  EXPECT_EQ(fixture_.linker.find("env", "print"), found);
  EXPECT_EQ(made, 1);
}

TEST_F(LinkerTest, NamesTheNearestExportThatIsLazy) {
  fixture_.linker.define_lazily("env", "printf",
                                [](Store& store) { return store.create_function({{kI64}, {}}, nothing); });
  EXPECT_THAT(error_of(importing_function({})), AllOf(HasSubstr("\"printf\""), HasSubstr("(i64) -> ()")));
}

TEST_F(LinkerTest, LinksInstancesByExport) {
  Module provider;
  provider.memories = {{{1, {}}}};
  provider.exports = {{"memory", ExternKind::memory, 0}};
  Instance* instance = fixture_.instantiate(std::move(provider)).instance;
  fixture_.linker.define_instance("env", *instance);
  Instance* importer = fixture_.instantiate(importing_memory({1, {}})).instance;
  EXPECT_EQ(importer->context()->memory0, instance->context()->memory0);
  EXPECT_EQ(importer->context()->memory0_base, instance->context()->memory0_base);
}

}  // namespace
}  // namespace wasmjet
