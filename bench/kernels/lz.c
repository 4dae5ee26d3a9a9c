/* Compresses and expands with LZ77 and a hash of positions: byte copies and comparisons. */
#include "kernel.h"

enum { kSize = 100000, kHashBits = 12, kShortest = 4, kLongest = 130 };

static uint8_t plain[kSize], packed[kSize * 2], expanded[kSize];

static void make_text(uint64_t* seed) {
  static const char kSyllables[][4] = {"ta ", "ri", "no", "ka. ", "sel", "mo ", "u", "vex"};
  for (size_t i = 0; i < kSize;) {
    const char* piece = kSyllables[(next_random(seed) % 8) & (next_random(seed) % 8)];
    for (int k = 0; k < 4 && piece[k] != 0 && i < kSize; k++) plain[i++] = (uint8_t)piece[k];
  }
}

static uint32_t load32(const uint8_t* p) {
  uint32_t word;
  memcpy(&word, p, sizeof word);
  return word;
}

/* A byte below 128: so many + 1 literals follow; else a copy of (byte - 128 + kShortest) from a distance. */
static NOINLINE size_t compress(void) {
  static uint32_t last[1 << kHashBits];
  memset(last, 0, sizeof last);
  size_t in = 0, out = 0;
  size_t run = 0; /* where the head of the last run of literals stands */
  int full = 1;   /* nothing can be added to that run */
  while (in + kShortest <= kSize) {
    uint32_t* entry = &last[load32(plain + in) * 2654435761u >> (32 - kHashBits)];
    const size_t candidate = *entry;
    *entry = (uint32_t)in;
    size_t length = 0;
    if (candidate < in && in - candidate < 65536) {
      while (length < kLongest && in + length < kSize && plain[candidate + length] == plain[in + length])
        length++;
    }
    if (length < kShortest) {
      if (full) {
        run = out++;
        packed[run] = 0;
      } else {
        packed[run]++;
      }
      full = packed[run] == 127;
      packed[out++] = plain[in++];
      continue;
    }
    full = 1;
    packed[out++] = (uint8_t)(128 + length - kShortest);
    packed[out++] = (uint8_t)(in - candidate);
    packed[out++] = (uint8_t)((in - candidate) >> 8);
    in += length;
  }
  return out;
}

static NOINLINE size_t expand(size_t size) {
  size_t out = 0;
  for (size_t in = 0; in < size;) {
    const uint8_t head = packed[in++];
    if (head < 128) {
      for (int i = 0; i <= head; i++) expanded[out++] = packed[in++];
    } else {
      const size_t distance = packed[in] | (size_t)packed[in + 1] << 8;
      for (int i = 0; i < head - 128 + kShortest; i++, out++) expanded[out] = expanded[out - distance];
      in += 2;
    }
  }
  return out;
}

int main(int argc, char** argv) {
  const long scale = kernel_scale(argc, argv, 1000);
  uint64_t checksum = 0, seed = 23;
  make_text(&seed);
  for (long round = 0; round < scale; round++) {
    const size_t position = next_random(&seed) % kSize;
    plain[position] = (uint8_t)round;
    const size_t size = compress();
    const size_t restored = expand(size);
    if (restored + kShortest <= kSize || memcmp(plain, expanded, restored) != 0) return 1;
    checksum = fold(fold(checksum, size), packed[size / 2]);
  }
  return report("lz", scale, checksum);
}
