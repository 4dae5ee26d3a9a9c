/* Fast Fourier transform there and back, in place, radix 2: f64 butterflies with strides. */
#include "kernel.h"

enum { kBits = 12, kSize = 1 << kBits };

static double real[kSize], imaginary[kSize];
static double cosine[kSize / 2], sine[kSize / 2];

/* Roots of unity by halving angles: exact operations only, so that every host agrees. */
static void make_roots(void) {
  double c = -1, s = 0;
  cosine[0] = 1;
  for (int step = kSize / 2; step > 0; step >>= 1) {
    for (int i = 0; step < kSize / 2 && i + step < kSize / 2; i += 2 * step) {
      cosine[i + step] = cosine[i] * c - sine[i] * s;
      sine[i + step] = sine[i] * c + cosine[i] * s;
    }
    s = __builtin_sqrt((1 - c) / 2);
    c = __builtin_sqrt((1 + c) / 2);
  }
}

static void swap(double* a, double* b) {
  const double t = *a;
  *a = *b;
  *b = t;
}

static void reverse_order(void) {
  for (unsigned i = 0, j = 0; i < kSize; i++) {
    if (i < j) {
      swap(&real[i], &real[j]);
      swap(&imaginary[i], &imaginary[j]);
    }
    unsigned bit = kSize >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j |= bit;
  }
}

static NOINLINE void transform(double direction) {
  reverse_order();
  for (int half = 1; half < kSize; half *= 2) {
    const int stride = kSize / 2 / half;
    for (int start = 0; start < kSize; start += 2 * half) {
      for (int k = 0; k < half; k++) {
        const int a = start + k, b = a + half;
        const double c = cosine[k * stride], s = direction * sine[k * stride];
        const double re = real[b] * c - imaginary[b] * s, im = real[b] * s + imaginary[b] * c;
        real[b] = real[a] - re;
        imaginary[b] = imaginary[a] - im;
        real[a] += re;
        imaginary[a] += im;
      }
    }
  }
}

int main(int argc, char** argv) {
  const long scale = kernel_scale(argc, argv, 4000);
  uint64_t checksum = 0, seed = 31;
  make_roots();
  for (long round = 0; round < scale; round++) {
    for (int i = 0; i < kSize; i++) {
      real[i] = (double)(next_random(&seed) >> 16);
      imaginary[i] = 0;
    }
    const double before = real[kSize / 3];
    transform(1);
    checksum = fold_double(checksum, real[(round * 37) % kSize]);
    transform(-1);
    if (__builtin_fabs(real[kSize / 3] / kSize - before) > 1e-6) return 1;
    checksum = fold_double(checksum, imaginary[kSize / 3]);
  }
  return report("fft", scale, checksum);
}
