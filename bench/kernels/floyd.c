/* Shortest paths between all nodes (Floyd and Warshall): integer loads, minima, stores. */
#include "kernel.h"

enum { kNodes = 160 };

static int32_t distances[kNodes][kNodes];

static NOINLINE void relax(void) {
  for (int via = 0; via < kNodes; via++) {
    for (int from = 0; from < kNodes; from++) {
      const int32_t first = distances[from][via];
      for (int to = 0; to < kNodes; to++) {
        const int32_t length = first + distances[via][to];
        if (length < distances[from][to]) distances[from][to] = length;
      }
    }
  }
}

int main(int argc, char** argv) {
  const long scale = kernel_scale(argc, argv, 130);
  uint64_t checksum = 0, seed = 37;
  for (long round = 0; round < scale; round++) {
    for (int from = 0; from < kNodes; from++) {
      for (int to = 0; to < kNodes; to++) {
        const uint32_t random = next_random(&seed);
        distances[from][to] = random % 8 == 0 ? (int32_t)(random >> 20) : 1 << 20;
      }
      distances[from][from] = 0;
    }
    relax();
    for (int i = 0; i < kNodes; i++) checksum = fold(checksum, (uint64_t)distances[i][(i * 31 + 1) % kNodes]);
  }
  return report("floyd", scale, checksum);
}
