#include "cli/profile/demangle.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

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

/// A back reference of C++'s scheme: S_, S0_, ... S9_, SA_, ...
std::string reference(int number) {
  constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  return number == 0 ? "S_" : std::string("S") + kDigits[static_cast<std::size_t>(number) - 1] + "_";
}

/// f<A, P<A, A>, P<P<A, A>, P<A, A>>, ...>: each argument is a pair of the one before it.
std::string pairs_of_pairs(int arguments) {
  std::string name = "_Z1fI1A1PIS0_S0_E";
  for (int i = 1; i < arguments; ++i) {
    name += "S1_I" + reference(i + 2) + reference(i + 2) + "E";
  }
  return name + "Evv";
}

TEST(Demangle, ExponentialNamesStay) {
  EXPECT_EQ(demangle(pairs_of_pairs(3)),
            "void f<A, P<A, A>, P<P<A, A>, P<A, A> >, P<P<P<A, A>, P<A, A> >, P<P<A, A>, P<A, A> > > >()");
  const std::string name = pairs_of_pairs(32);  // would be 40 GB of text
  EXPECT_EQ(demangle(name), name);
}

TEST(Demangle, DeepAndLongNamesStay) {
  const std::string deep = "_Z1f" + std::string(4000, 'P') + "i";
  EXPECT_EQ(demangle(deep), deep);
  const std::string long_name = "_ZN" + std::string(100'000, '1') + "E";
  EXPECT_EQ(demangle(long_name), long_name);
}

}  // namespace
}  // namespace wasmjet::cli::profile
