/* What the kernels share: the scale argument, random numbers, and the checksum line.
 * A scale of n does n times the work of 1; results do not depend on the host. */
#ifndef KERNEL_H
#define KERNEL_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOINLINE __attribute__((noinline))

static inline long kernel_scale(int argc, char** argv, long standard) {
  const long scale = argc > 1 ? atol(argv[1]) : standard;
  return scale > 0 ? scale : standard;
}

/* PCG32 (O'Neill, 2014) with a fixed stream. */
static inline uint32_t next_random(uint64_t* state) {
  const uint64_t old = *state;
  *state = old * 6364136223846793005u + 1442695040888963407u;
  const uint32_t word = (uint32_t)(((old >> 18) ^ old) >> 27);
  const uint32_t turn = (uint32_t)(old >> 59);
  return word >> turn | word << (-turn & 31);
}

/* FNV-1a's step on whole words. */
static inline uint64_t fold(uint64_t checksum, uint64_t word) {
  checksum = (checksum ^ word) * 0x100000001B3u;
  return checksum ^ checksum >> 32;
}

static inline uint64_t fold_double(uint64_t checksum, double number) {
  uint64_t word;
  memcpy(&word, &number, sizeof word);
  return fold(checksum, word);
}

static inline int report(const char* name, long scale, uint64_t checksum) {
  return printf("%s scale=%ld checksum=%016llx\n", name, scale, (unsigned long long)checksum) < 0;
}

#endif
