#include "runtime/layout.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace wasmjet {
namespace {

Module module_with_everything() {
  Module module;
  module.types.resize(1);
  module.functions = {0, 0, 0};
  module.imported_functions = 1;
  module.memories.resize(2);
  module.imported_memories = 1;
  module.tables.resize(3);
  module.imported_tables = 1;
  module.globals.resize(3);
  module.imported_globals = 2;
  return module;
}

TEST(VmLayout, PlacesEntitiesWithoutOverlap) {
  const Module module = module_with_everything();
  const VmLayout layout(module);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> places = {
      {0, sizeof(VmContext)},         {layout.func_ref(0), 3 * sizeof(FuncRef)},
      {layout.memory_pointer(0), 16}, {layout.memory_record(1), 16},
      {layout.table_pointer(0), 8},   {layout.table_record(1), 32},
      {layout.global_pointer(0), 16}, {layout.global_value(2), 16},
  };
  std::sort(places.begin(), places.end());
  for (std::size_t i = 1; i < places.size(); ++i) {
    EXPECT_LE(places[i - 1].first + places[i - 1].second, places[i].first);
  }
  EXPECT_LE(places.back().first + places.back().second, layout.size());
}

TEST(VmLayout, AlignsVectorsTo16) {
  const Module module = module_with_everything();
  const VmLayout layout(module);
  EXPECT_EQ(layout.global_value(2) % 16, 0U);
  EXPECT_EQ(layout.size() % 16, 0U);
}

TEST(VmLayout, RefusesWhatNoDisplacementReaches) {
  Module module;
  module.functions.resize(50'000'000);
  EXPECT_ANY_THROW(VmLayout{module});
}

}  // namespace
}  // namespace wasmjet
