/* Longest Collatz chains: 64-bit integers and branches that no predictor learns. */
#include "kernel.h"

static NOINLINE uint32_t chain_length(uint64_t n) {
  uint32_t length = 1;
  while (n != 1) {
    n = n & 1 ? 3 * n + 1 : n >> 1;
    length++;
  }
  return length;
}

int main(int argc, char** argv) {
  const long scale = kernel_scale(argc, argv, 150);
  uint64_t checksum = 0;
  for (long round = 0; round < scale; round++) {
    const uint64_t first = 1 + (uint64_t)round * 20000;
    uint32_t longest = 0;
    uint64_t start = 0;
    for (uint64_t n = first; n < first + 20000; n++) {
      const uint32_t length = chain_length(n);
      if (length > longest) {
        longest = length;
        start = n;
      }
    }
    checksum = fold(fold(checksum, start), longest);
  }
  return report("collatz", scale, checksum);
}
