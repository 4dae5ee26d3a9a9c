#include "cli/profile/demangle.hpp"

#include <gtest/gtest.h>

namespace wasmjet::cli::profile {
namespace {

TEST(Demangle, Cpp) {
  EXPECT_EQ(demangle("_ZN3foo3barEi"), "foo::bar(int)");
  EXPECT_EQ(demangle("_ZNSt6vectorIiSaIiEE9push_backERKi"),
            "std::vector<int, std::allocator<int> >::push_back(int const&)");
}

TEST(Demangle, Rust) {
  EXPECT_EQ(demangle("_ZN4core3fmt9Formatter3pad17h1234567890abcdefE"), "core::fmt::Formatter::pad");
  EXPECT_EQ(demangle("_RNvCs1234_7mycrate3foo"), "mycrate::foo");
}

TEST(Demangle, OtherNamesStay) {
  for (const char* name : {"", "_", "_Z", "main", "_Zjunk", "_R", "_start", "_ZN3fooE3", "func[3]"}) {
    EXPECT_EQ(demangle(name), name);
  }
}

/// Each template argument is the pair of all before it: the text is twice as long with every one.
TEST(Demangle, ExponentialNamesStay) {
  std::string name = "_Z1fI1A";
  for (int i = 0; i < 40; ++i) {
    const std::string last = i == 0 ? "S_"
                             : i <= 36
                                 ? std::string("S") + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i - 1] + "_"
                                 : "S_";
    name += "1PI" + last + last + "E";
  }
  name += "Evv";
  EXPECT_EQ(demangle(name).size() <= 4096, true);
}

TEST(Demangle, DeepAndLongNamesStay) {
  EXPECT_EQ(demangle("_Z1f" + std::string(4000, 'P') + "i").size() <= 4096, true);
  const std::string long_name = "_ZN" + std::string(100'000, '1') + "E";
  EXPECT_EQ(demangle(long_name), long_name);
}

}  // namespace
}  // namespace wasmjet::cli::profile
