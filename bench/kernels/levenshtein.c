/* Edit distances between strings: bytes, minima, a dynamic programming row. */
#include "kernel.h"

enum { kLength = 600, kWords = 12 };

static char words[kWords][kLength + 1];

static inline int least(int a, int b) { return a < b ? a : b; }

static NOINLINE int distance(const char* a, const char* b) {
  static int row[kLength + 1];
  const int length = (int)strlen(b);
  for (int i = 0; i <= length; i++) row[i] = i;
  for (int i = 0; a[i] != 0; i++) {
    int diagonal = row[0];
    row[0] = i + 1;
    for (int j = 0; j < length; j++) {
      const int changed = diagonal + (a[i] != b[j]);
      diagonal = row[j + 1];
      row[j + 1] = least(changed, least(diagonal, row[j]) + 1);
    }
  }
  return row[length];
}

int main(int argc, char** argv) {
  const long scale = kernel_scale(argc, argv, 16);
  uint64_t checksum = 0, seed = 5;
  for (long round = 0; round < scale; round++) {
    for (int i = 0; i < kWords; i++) {
      const int length = kLength - (int)(next_random(&seed) % 64);
      for (int j = 0; j < length; j++) words[i][j] = (char)('a' + next_random(&seed) % 6);
      words[i][length] = 0;
    }
    for (int i = 0; i < kWords; i++) {
      for (int j = 0; j < i; j++) checksum = fold(checksum, (uint64_t)distance(words[i], words[j]));
    }
  }
  return report("levenshtein", scale, checksum);
}
