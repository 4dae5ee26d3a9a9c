/* ChaCha20 key stream (RFC 8439): 32-bit additions, rotations and many live values. */
#include "kernel.h"

static inline uint32_t rotate(uint32_t x, int n) { return x << n | x >> (32 - n); }

static inline void quarter_round(uint32_t* s, int a, int b, int c, int d) {
  s[a] += s[b], s[d] = rotate(s[d] ^ s[a], 16);
  s[c] += s[d], s[b] = rotate(s[b] ^ s[c], 12);
  s[a] += s[b], s[d] = rotate(s[d] ^ s[a], 8);
  s[c] += s[d], s[b] = rotate(s[b] ^ s[c], 7);
}

static NOINLINE void next_block(uint32_t out[16], const uint32_t state[16]) {
  uint32_t s[16];
  memcpy(s, state, sizeof s);
  for (int i = 0; i < 10; i++) {
    for (int k = 0; k < 4; k++) quarter_round(s, k, k + 4, k + 8, k + 12);
    for (int k = 0; k < 4; k++) quarter_round(s, k, (k + 1) % 4 + 4, (k + 2) % 4 + 8, (k + 3) % 4 + 12);
  }
  for (int i = 0; i < 16; i++) out[i] = s[i] + state[i];
}

int main(int argc, char** argv) {
  const long scale = kernel_scale(argc, argv, 60);
  uint32_t state[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
  uint64_t checksum = 0, seed = 11;
  for (int i = 4; i < 16; i++) state[i] = next_random(&seed);
  for (long round = 0; round < scale; round++) {
    for (int block = 0; block < 25000; block++) {
      uint32_t stream[16];
      next_block(stream, state);
      state[12]++;
      checksum += (uint64_t)stream[block & 15] << 32 | stream[(block + 7) & 15];
    }
    checksum = fold(checksum, state[12]);
  }
  return report("chacha", scale, checksum);
}
