#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "decoder/code_reader.hpp"
#include "decoder/decoder.hpp"
#include "decoder/text/assemble.hpp"
#include "decoder/text/printer/print_module.hpp"

// Every valid module of the official testsuite, and of the real programs and kernels, is printed as text and
// assembled again. What the assembler made comes back byte by byte; what others made comes back as an
// equivalent module, whose text is the same once more.
namespace wasmjet {
namespace {

namespace fs = std::filesystem;
using text::TokenCursor;
using text::TokenKind;
using Bytes = std::vector<std::uint8_t>;

constexpr Features kAllFeatures{.threads = true, .custom_page_sizes = true};

fs::path test_data() {
  const char* const folder = std::getenv("WASMJET_TESTDATA");
  return folder != nullptr ? fs::path(folder) : fs::path(__FILE__).parent_path() / "../../shared";
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

Module decode_valid(Bytes bytes) {
  Module module = decode_module(std::move(bytes), nullptr, kAllFeatures);
  validate_functions(module);
  return module;
}

std::string print(const Module& module) {
  std::string text;
  text::print_module(module, [&text](std::string_view piece) { text += piece; });
  return text;
}

/// The first line in which they differ.
std::string difference(const std::string& a, const std::string& b) {
  const auto [x, y] = std::ranges::mismatch(a, b);
  const auto line = [](const std::string& text, std::string::const_iterator at) {
    const auto begin = std::find(std::make_reverse_iterator(at), text.rend(), '\n').base();
    constexpr std::size_t kMost = 200;
    return std::string(begin, std::find(at, text.end(), '\n')).substr(0, kMost);
  };
  return "\n  " + line(a, x) + "\n  " + line(b, y);
}

std::vector<Opcode> opcodes(const Module& module, const FunctionBody& body) {
  std::vector<Opcode> found;
  CodeReader reader(module.bytes.data() + body.begin);
  for (std::uint32_t runs = reader.u32(); runs > 0; --runs) {
    reader.u32();
    reader.val_type();
  }
  while (reader.position() < module.bytes.data() + body.begin + body.size) {
    found.push_back(reader.opcode());
    reader.skip_immediates(found.back());
  }
  return found;
}

bool same_limits(const Limits& a, const Limits& b) { return a.min == b.min && a.max == b.max; }

/// Compares what the decoder says about both, apart from the text.
void expect_equivalent(const Module& a, const Module& b, const std::string& where) {
  EXPECT_EQ(a.types, b.types) << where;
  EXPECT_EQ(a.functions, b.functions) << where;
  EXPECT_EQ(a.tags, b.tags) << where;
  EXPECT_EQ(a.start, b.start) << where;
  EXPECT_EQ(a.declared_functions, b.declared_functions) << where;
  const auto expect = [&where](const auto& x, const auto& y, const char* what, auto same) {
    EXPECT_TRUE(std::ranges::equal(x, y, same)) << where << ": " << what;
  };
  expect(a.type_defs, b.type_defs, "types", [](const TypeDef& x, const TypeDef& y) {
    return x.form == y.form && x.is_final == y.is_final && x.super == y.super && x.canonical == y.canonical &&
           x.group_size == y.group_size && x.fields == y.fields;
  });
  expect(a.imports, b.imports, "imports", [](const Import& x, const Import& y) {
    return x.module == y.module && x.name == y.name && x.kind == y.kind && x.index == y.index;
  });
  expect(a.exports, b.exports, "exports", [](const Export& x, const Export& y) {
    return x.name == y.name && x.kind == y.kind && x.index == y.index;
  });
  expect(a.tables, b.tables, "tables", [](const TableType& x, const TableType& y) {
    return x.element == y.element && x.is_64 == y.is_64 && same_limits(x.limits, y.limits);
  });
  expect(a.memories, b.memories, "memories", [](const MemoryType& x, const MemoryType& y) {
    return x.is_64 == y.is_64 && x.is_shared == y.is_shared && x.page_size_log2 == y.page_size_log2 &&
           same_limits(x.limits, y.limits);
  });
  const auto same_value = [](const ConstExpr& x, const ConstExpr& y) {
    return x.kind == y.kind && x.type == y.type && x.bits == y.bits && x.index == y.index;
  };
  expect(a.globals, b.globals, "globals",
         [&](const Global& x, const Global& y) { return x.type == y.type && same_value(x.init, y.init); });
  expect(a.elements, b.elements, "elements", [&](const ElementSegment& x, const ElementSegment& y) {
    return x.mode == y.mode && x.type == y.type && x.table == y.table && same_value(x.offset, y.offset) &&
           std::ranges::equal(x.items, y.items, same_value);
  });
  expect(a.data, b.data, "data", [&](const DataSegment& x, const DataSegment& y) {
    return x.mode == y.mode && x.memory == y.memory && same_value(x.offset, y.offset) && x.size == y.size &&
           std::equal(a.bytes.begin() + x.begin, a.bytes.begin() + x.begin + x.size,
                      b.bytes.begin() + y.begin);
  });
  expect(a.bodies, b.bodies, "code",
         [&](const FunctionBody& x, const FunctionBody& y) { return opcodes(a, x) == opcodes(b, y); });
}

/// `canonical`: the assembler has made it.
void check_round_trip(const Bytes& binary, bool canonical, const std::string& where) {
  std::string text;
  try {
    const Module module = decode_valid(binary);
    text = print(module);
    const Bytes again = text::assemble(text);
    if (canonical) {
      EXPECT_TRUE(again == binary) << where << " comes back as other bytes"
                                   << difference(text, print(decode_valid(again)));
      return;
    }
    const Module second = decode_valid(again);
    const std::string second_text = print(second);
    EXPECT_TRUE(second_text == text) << where << " is printed differently" << difference(text, second_text);
    expect_equivalent(module, second, where);
    EXPECT_TRUE(text::assemble(second_text) == again) << where;
  } catch (const text::TextError& error) {
    ADD_FAILURE() << where << ": " << error.text_message() << "\n" << text.substr(0, 2000);
  } catch (const ModuleError& error) {
    ADD_FAILURE() << where << ": " << error.message();
  }
}

struct Counts {
  int checked = 0;
  int unsupported = 0;  ///< refused as such: they use the old forms of exceptions

  bool operator==(const Counts&) const = default;
};

/// The modules of a script that it does not call invalid or malformed.
class Script {
 public:
  Script(std::string name, const std::string& source) : name_(std::move(name)), source_(source) {}

  Counts check_modules() {
    const std::vector<text::Token> tokens = text::tokenize(source_);
    TokenCursor cursor(source_, tokens);
    if (cursor.at_list("module") || !is_bare_module(cursor)) {
      commands(cursor);
    } else {
      check(text::assemble(source_), true, 1);
    }
    return counts_;
  }

 private:
  /// Fields without "(module" around them.
  static bool is_bare_module(const TokenCursor& cursor) {
    return cursor.at_list("func") || cursor.at_list("memory") || cursor.at_list("type");
  }

  void commands(TokenCursor& cursor) {
    while (cursor.at(TokenKind::open)) {
      TokenCursor inside = cursor;
      inside.next();
      command(inside.expect_keyword(), inside);
      cursor.next();
      cursor.skip_to_close();
    }
  }

  void command(std::string_view keyword, TokenCursor& cursor) {
    if (keyword == "thread") {
      cursor.accept_id();
      if (cursor.accept_list("shared")) cursor.skip_to_close();
      return commands(cursor);
    }
    if (keyword == "module") return module(cursor);
    if (keyword.starts_with("assert_") && !keyword.starts_with("assert_invalid") &&
        !keyword.starts_with("assert_malformed") && cursor.accept_list("module")) {
      module(cursor);
    }
  }

  void module(TokenCursor& cursor) {
    if (cursor.at_keyword("instance")) return;
    const std::uint32_t offset = cursor.peek().offset;
    const auto line = 1 + std::count(source_.begin(), source_.begin() + offset, '\n');
    cursor.accept_keyword("definition");
    cursor.accept_id();
    const bool binary = cursor.at_keyword("binary");
    try {
      check(text::assemble_rest(cursor), !binary, line);
    } catch (const text::TextError& error) {
      ++counts_.unsupported;
      EXPECT_EQ(error.kind(), ModuleErrorKind::unsupported) << name_ << ": " << error.text_message();
    }
  }

  void check(const Bytes& binary, bool canonical, std::ptrdiff_t line) {
    ++counts_.checked;
    check_round_trip(binary, canonical, name_ + ":" + std::to_string(line));
  }

  std::string name_;
  const std::string& source_;
  Counts counts_;
};

struct Group {
  const char* folder;
  const char* extension;
  Counts modules;  ///< so many must be found
};

/// Checks one file.
Counts check_file(const fs::path& path, const std::string& name) {
  const std::string contents = read_file(path);
  if (path.extension() == ".wast") return Script(name, contents).check_modules();
  check_round_trip({contents.begin(), contents.end()}, false, name);
  return {1, 0};
}

class WatRoundTrip : public testing::TestWithParam<Group> {};

TEST_P(WatRoundTrip, EveryModule) {
  const fs::path folder = test_data() / GetParam().folder;
  if (!fs::exists(folder)) GTEST_SKIP() << "NOT RUN: no " << folder.string();
  Counts found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != GetParam().extension) continue;
    const Counts counts = check_file(entry.path(), (GetParam().folder / entry.path().filename()).string());
    found.checked += counts.checked;
    found.unsupported += counts.unsupported;
  }
  std::cout << GetParam().folder << ": " << found.checked << " modules checked, " << found.unsupported
            << " unsupported\n";
  EXPECT_EQ(found, GetParam().modules);
}

INSTANTIATE_TEST_SUITE_P(Folders, WatRoundTrip,
                         testing::Values(Group{"spec-testsuite", ".wast", {2510}},
                                         Group{"spec-testsuite/custom", ".wast", {8}},
                                         Group{"spec-testsuite/legacy", ".wast", {1, 5}},
                                         Group{"spec-testsuite/proposals/threads", ".wast", {173}},
                                         Group{"spec-testsuite/proposals/threads-main", ".wast", {55}},
                                         Group{"spec-testsuite/proposals/custom-page-sizes", ".wast", {43}},
                                         Group{"programs", ".wasm", {11}},
                                         Group{"bench/wasm", ".wasm", {23}}),
                         [](const auto& instance) {
                           std::string name = instance.param.folder;
                           std::ranges::replace_if(name, [](char c) { return c == '/' || c == '-'; }, '_');
                           return name;
                         });

}  // namespace
}  // namespace wasmjet
