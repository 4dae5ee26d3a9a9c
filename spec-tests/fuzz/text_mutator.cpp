#include "spec-tests/fuzz/text_mutator.hpp"

#include <iterator>
#include <vector>

#include "decoder/opcodes.hpp"
#include "decoder/text/lexer.hpp"
#include "decoder/text/text_error.hpp"
#include "spec-tests/mutants/mutator.hpp"

namespace wasmjet::fuzz {
namespace {

using mutants::Random;

constexpr std::string_view kWords[] = {"(module)",
                                       "(func)",
                                       "(param i32)",
                                       "(result i64)",
                                       "(local $x f32)",
                                       "(type $t)",
                                       "(type $t (func))",
                                       "(import \"m\" \"n\")",
                                       "(export \"e\")",
                                       "(table 1 funcref)",
                                       "(table 1 2 (ref null $t))",
                                       "(memory 1)",
                                       "(memory (data \"a\"))",
                                       "(global $g (mut i32) (i32.const 1))",
                                       "(elem)",
                                       "(elem declare func $f)",
                                       "(elem (i32.const 0) $f)",
                                       "(data)",
                                       "(data (i32.const 0) \"\\ff\\u{10ffff}\")",
                                       "(start $f)",
                                       "(then)",
                                       "(else)",
                                       "(rec)",
                                       "(rec (type $t (struct (field i8))))",
                                       "(sub final $t (func))",
                                       "(array (mut i16))",
                                       "(tag $e (param i32))",
                                       "(catch $e 0)",
                                       "(catch_all_ref 0)",
                                       "(@custom \"a\" \"b\")",
                                       "(offset (i32.const 0))",
                                       "(item ref.func $f)",
                                       "i64",
                                       "shared",
                                       "declare",
                                       "func",
                                       "extern",
                                       "any",
                                       "eq",
                                       "i31",
                                       "struct",
                                       "array",
                                       "exn",
                                       "none",
                                       "nofunc",
                                       "noextern",
                                       "noexn",
                                       "funcref",
                                       "externref",
                                       "anyref",
                                       "(ref 0)",
                                       "(ref null func)",
                                       "i32",
                                       "f32",
                                       "f64",
                                       "v128",
                                       "mut",
                                       "$x",
                                       "$t",
                                       "$f",
                                       "$e",
                                       "$g",
                                       "$\"quoted\"",
                                       "offset=4294967296",
                                       "offset=0x7",
                                       "align=8",
                                       "0",
                                       "1",
                                       "-1",
                                       "4294967295",
                                       "0x8000_0000",
                                       "18446744073709551615",
                                       "-0x1p-1074",
                                       "nan:0x200000",
                                       "inf",
                                       "1e400",
                                       "1_000.5e-7",
                                       "\"\\00\"",
                                       "(;;)",
                                       ";;\n",
                                       "binary",
                                       "quote",
                                       "definition",
                                       "end",
                                       "i8x16",
                                       "i32x4 1 2 3 4"};

std::string random_word(Random& random) {
  const auto index = random.below(kOpcodeCount + std::size(kWords));
  if (index < std::size(kWords)) return std::string(kWords[index]);
  std::string name(kOpcodeInfo[index - std::size(kWords)].text());
  return random.below(2) == 0 ? name : "(" + name + ")";
}

void change(std::vector<std::string>& tokens, Random& random) {
  const auto at = static_cast<std::ptrdiff_t>(random.below(tokens.size()));
  const auto other = random.below(tokens.size());
  const auto end =
      static_cast<std::ptrdiff_t>(std::min<std::size_t>(tokens.size(), at + 1 + random.below(8)));
  switch (random.below(6)) {
    case 0:
      tokens[at] = tokens[other];
      break;
    case 1:
      tokens.erase(tokens.begin() + at);
      break;
    case 2: {
      const std::vector<std::string> copy(tokens.begin() + at, tokens.begin() + end);
      const auto where = static_cast<std::ptrdiff_t>(random.below(tokens.size() + 1));
      tokens.insert(tokens.begin() + where, copy.begin(), copy.end());
      break;
    }
    case 3:
      tokens.insert(tokens.begin() + at, random_word(random));
      break;
    default:
      tokens[at] = random_word(random);
  }
}

}  // namespace

std::string mutate_text(std::string_view text, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::string> tokens;
  try {
    for (const text::Token& token : text::tokenize(text)) {
      tokens.emplace_back(text.substr(token.offset, token.length));
    }
  } catch (const text::TextError&) {
    return std::string(text);
  }
  for (auto changes = 1 + random.below(4); changes > 0 && !tokens.empty(); --changes) change(tokens, random);
  std::string result;
  for (const std::string& token : tokens) result += token + ' ';
  return result;
}

}  // namespace wasmjet::fuzz
