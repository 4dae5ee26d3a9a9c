/* Largest singular value of a matrix given by a formula: f64 division and conversions. */
#include "kernel.h"

enum { kSize = 220 };

static double element(int row, int column) {
  const int diagonal = row + column;
  return 1.0 / (double)(diagonal * (diagonal + 1) / 2 + row + 1);
}

static NOINLINE void multiply(double* out, const double* in) {
  for (int i = 0; i < kSize; i++) {
    double sum = 0;
    for (int j = 0; j < kSize; j++) sum += element(i, j) * in[j];
    out[i] = sum;
  }
}

static NOINLINE void multiply_transposed(double* out, const double* in) {
  for (int i = 0; i < kSize; i++) {
    double sum = 0;
    for (int j = 0; j < kSize; j++) sum += element(j, i) * in[j];
    out[i] = sum;
  }
}

int main(int argc, char** argv) {
  const long scale = kernel_scale(argc, argv, 180);
  static double u[kSize], v[kSize], between[kSize];
  uint64_t checksum = 0;
  for (long round = 0; round < scale; round++) {
    for (int i = 0; i < kSize; i++) u[i] = 1.0 + (double)((i + round) % 7);
    for (int step = 0; step < 10; step++) {
      multiply(between, u);
      multiply_transposed(v, between);
      multiply(between, v);
      multiply_transposed(u, between);
    }
    double uv = 0, vv = 0;
    for (int i = 0; i < kSize; i++) {
      uv += u[i] * v[i];
      vv += v[i] * v[i];
    }
    checksum = fold_double(checksum, __builtin_sqrt(uv / vv));
  }
  return report("spectral", scale, checksum);
}
