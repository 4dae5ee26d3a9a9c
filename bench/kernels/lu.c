/* LU decomposition with partial pivoting, and the solution of a linear system: f64 matrices. */
#include "kernel.h"

enum { kSize = 160 };

static double matrix[kSize][kSize];
static double right[kSize];

static int pivot_row(int column) {
  int best = column;
  for (int row = column + 1; row < kSize; row++) {
    if (__builtin_fabs(matrix[row][column]) > __builtin_fabs(matrix[best][column])) best = row;
  }
  return best;
}

static void swap_rows(int a, int b) {
  for (int i = 0; i < kSize; i++) {
    const double t = matrix[a][i];
    matrix[a][i] = matrix[b][i];
    matrix[b][i] = t;
  }
  const double t = right[a];
  right[a] = right[b];
  right[b] = t;
}

static NOINLINE void eliminate(void) {
  for (int k = 0; k < kSize; k++) {
    swap_rows(k, pivot_row(k));
    for (int row = k + 1; row < kSize; row++) {
      const double factor = matrix[row][k] / matrix[k][k];
      matrix[row][k] = factor;
      for (int i = k + 1; i < kSize; i++) matrix[row][i] -= factor * matrix[k][i];
      right[row] -= factor * right[k];
    }
  }
}

static NOINLINE void substitute_back(void) {
  for (int row = kSize; row-- > 0;) {
    double sum = right[row];
    for (int i = row + 1; i < kSize; i++) sum -= matrix[row][i] * right[i];
    right[row] = sum / matrix[row][row];
  }
}

int main(int argc, char** argv) {
  const long scale = kernel_scale(argc, argv, 500);
  uint64_t checksum = 0, seed = 7;
  for (long round = 0; round < scale; round++) {
    for (int row = 0; row < kSize; row++) {
      for (int i = 0; i < kSize; i++) matrix[row][i] = (double)(int32_t)next_random(&seed) * 0x1p-31;
      right[row] = (double)row;
    }
    eliminate();
    substitute_back();
    for (int row = 0; row < kSize; row += 13) checksum = fold_double(checksum, right[row]);
  }
  return report("lu", scale, checksum);
}
