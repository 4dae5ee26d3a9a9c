/* Takeuchi's function: recursion with three arguments, calls and little else. */
#include "kernel.h"

static NOINLINE int tak(int x, int y, int z) {
  if (y >= x) return z;
  return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y));
}

int main(int argc, char** argv) {
  const long scale = kernel_scale(argc, argv, 1600);
  uint64_t checksum = 0;
  for (long i = 0; i < scale; i++) checksum = fold(checksum, (uint64_t)tak(18 + (int)(i & 3), 12, 6));
  return report("tak", scale, checksum);
}
