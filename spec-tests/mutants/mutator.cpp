#include "spec-tests/mutants/mutator.hpp"

#include <algorithm>
#include <iterator>

#include "decoder/code_reader.hpp"
#include "decoder/decoder.hpp"

namespace wasmjet::mutants {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// Opcodes of one signature and encoding length: any may stand for any other.
struct OpcodeRange {
  std::uint8_t first;
  std::uint8_t last;
};
constexpr OpcodeRange kSameSignature[] = {
    {0x46, 0x4F},  // i32 comparisons
    {0x51, 0x5A},  // i64 comparisons
    {0x5B, 0x60},  // f32 comparisons
    {0x61, 0x66},  // f64 comparisons
    {0x67, 0x69},  // i32 clz ctz popcnt
    {0x6A, 0x78},  // i32 binary
    {0x79, 0x7B},  // i64 clz ctz popcnt
    {0x7C, 0x8A},  // i64 binary
    {0x8B, 0x91},  // f32 unary
    {0x92, 0x98},  // f32 binary
    {0x99, 0x9F},  // f64 unary
    {0xA0, 0xA6},  // f64 binary
    {0xA8, 0xA9},  // i32.trunc_f32
    {0xAA, 0xAB},  // i32.trunc_f64
    {0xAC, 0xAD},  // i64.extend_i32
    {0x2C, 0x2D},  // i32.load8
    {0x2E, 0x2F},  // i32.load16
    {0xC0, 0xC1},  // i32.extend
    {0xC2, 0xC4},  // i64.extend
};

/// Other digits in a LEB128 number of the same length.
void replace_leb(Bytes& bytes, std::size_t at, Random& random) {
  for (; at < bytes.size() && (bytes[at] & 0x80) != 0; ++at) {
    bytes[at] = static_cast<std::uint8_t>(0x80 | random.next());
  }
  if (at < bytes.size()) bytes[at] = static_cast<std::uint8_t>(random.next() & 0x7F);
}

void nudge(std::uint8_t& byte, Random& random) {
  if (byte < 0x7E) byte = static_cast<std::uint8_t>(random.below(byte + 2U));
}

/// Changes one instruction in place.
void change_instruction(Bytes& bytes, std::size_t at, Random& random) {
  std::uint8_t& opcode = bytes[at];
  const auto same = std::ranges::find_if(
      kSameSignature, [&](OpcodeRange range) { return opcode >= range.first && opcode <= range.last; });
  if (same != std::end(kSameSignature)) {
    opcode = static_cast<std::uint8_t>(same->first + random.below(same->last - same->first + 1U));
  } else if (opcode == 0x41 || opcode == 0x42) {  // constants
    replace_leb(bytes, at + 1, random);
  } else if (opcode >= 0x28 && opcode <= 0x3E) {  // the offset of a load or store
    replace_leb(bytes, at + 2, random);
  } else if (opcode == 0x43 || opcode == 0x44) {
    for (std::size_t i = 1; i <= (opcode == 0x43 ? 4U : 8U); ++i)
      bytes[at + i] = static_cast<std::uint8_t>(random.next());
  } else if ((opcode >= 0x20 && opcode <= 0x22) || opcode == 0x0C || opcode == 0x0D) {
    nudge(bytes[at + 1], random);  // a local or a label that may have another type
  } else if (opcode == 0x02 || opcode == 0x03) {
    opcode ^= 1;  // block and loop: branches go the other way
  }
}

void change_instructions(const Original& original, Bytes& bytes, Random& random) {
  const auto& instructions = original.instructions();
  if (instructions.empty()) return;
  // Some changes lie close together, so that they meet in one function.
  const std::size_t count = std::size_t{1} << random.below(6);
  const std::size_t center = random.below(instructions.size());
  const bool close = random.below(2) == 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t index =
        close ? (center + random.below(200)) % instructions.size() : random.below(instructions.size());
    change_instruction(bytes, instructions[index], random);
  }
}

void flip_bits(Bytes& bytes, Random& random) {
  for (std::uint64_t count = 1 + random.below(8); count > 0; --count) {
    bytes[random.below(bytes.size())] ^= static_cast<std::uint8_t>(1U << random.below(8));
  }
}

/// Overwrites, inserts or removes a run of bytes.
void disturb(Bytes& bytes, Random& random) {
  const std::size_t at = random.below(bytes.size());
  const std::size_t length = std::min<std::size_t>(1 + random.below(16), bytes.size() - at);
  const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(at);
  const auto end = begin + static_cast<std::ptrdiff_t>(length);
  switch (random.below(3)) {
    case 0:
      std::generate(begin, end, [&] { return static_cast<std::uint8_t>(random.next()); });
      break;
    case 1:
      bytes.erase(begin, end);
      break;
    default: {
      const Bytes copy(begin, end);
      bytes.insert(begin, copy.begin(), copy.end());
    }
  }
}

/// Random bytes behind a correct header, now and then with plausible section heads.
Bytes random_module(Random& random) {
  Bytes bytes = {0, 'a', 's', 'm', 1, 0, 0, 0};
  while (random.below(20) != 0) {
    const std::size_t size = random.below(40);
    if (random.below(4) != 0) {
      bytes.push_back(static_cast<std::uint8_t>(random.below(13)));
      bytes.push_back(static_cast<std::uint8_t>(size));
    }
    for (std::size_t i = 0; i < size; ++i) bytes.push_back(static_cast<std::uint8_t>(random.next()));
  }
  return bytes;
}

}  // namespace

std::uint64_t Random::next() {
  state_ += 0x9E3779B97F4A7C15;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

Original::Original(std::string name, std::vector<std::uint8_t> bytes)
    : name_(std::move(name)), bytes_(std::move(bytes)) {
  const Module module = decode_module(bytes_);
  FunctionValidator validator(module);
  for (std::uint32_t f = module.imported_functions; f < module.functions.size(); ++f) {
    const FunctionInfo& info = validator.validate(f);
    CodeReader reader(module.bytes.data() + info.code_begin);
    const std::uint8_t* end = module.bytes.data() + info.code_end;
    while (reader.position() < end) {
      instructions_.push_back(static_cast<std::uint32_t>(reader.position() - module.bytes.data()));
      reader.skip_immediates(reader.opcode());
    }
  }
}

std::vector<std::uint8_t> mutate(const Original& original, Random& random) {
  Bytes bytes = original.bytes();
  switch (random.below(10)) {
    case 0:
      bytes.resize(random.below(bytes.size()));
      break;
    case 1:
    case 2:
      flip_bits(bytes, random);
      break;
    case 3:
      disturb(bytes, random);
      break;
    case 4:
      return random_module(random);
    default:
      change_instructions(original, bytes, random);
      break;
  }
  return bytes;
}

}  // namespace wasmjet::mutants
