/* Casts rays at spheres with a bounce: f32 arithmetic, square roots, small structures. */
#include "kernel.h"

enum { kSpheres = 9, kWidth = 160, kHeight = 120 };

typedef struct {
  float x, y, z;
} Vector;

typedef struct {
  Vector center;
  float radius, shade;
} Sphere;

static Sphere spheres[kSpheres];

static inline Vector add(Vector a, Vector b) { return (Vector){a.x + b.x, a.y + b.y, a.z + b.z}; }
static inline Vector subtract(Vector a, Vector b) { return (Vector){a.x - b.x, a.y - b.y, a.z - b.z}; }
static inline Vector times(Vector a, float f) { return (Vector){a.x * f, a.y * f, a.z * f}; }
static inline float dot(Vector a, Vector b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
static inline Vector normal(Vector a) { return times(a, 1.0f / __builtin_sqrtf(dot(a, a))); }

/* Distance to the first sphere in the direction, negative if there is none. */
static NOINLINE float nearest(Vector from, Vector direction, const Sphere** hit) {
  float best = -1.0f;
  for (int i = 0; i < kSpheres; i++) {
    const Vector to = subtract(spheres[i].center, from);
    const float along = dot(to, direction);
    const float inside = spheres[i].radius * spheres[i].radius - dot(to, to) + along * along;
    if (inside <= 0.0f) continue;
    const float distance = along - __builtin_sqrtf(inside);
    if (distance > 1e-3f && (best < 0.0f || distance < best)) {
      best = distance;
      *hit = &spheres[i];
    }
  }
  return best;
}

static float trace(Vector from, Vector direction) {
  static const Vector kLight = {0.57735f, 0.57735f, -0.57735f};
  float color = 0.0f, weight = 1.0f;
  for (int bounce = 0; bounce < 3; bounce++) {
    const Sphere* hit = NULL;
    const float distance = nearest(from, direction, &hit);
    if (distance < 0.0f) return color + weight * (0.5f + 0.5f * direction.y);
    from = add(from, times(direction, distance));
    const Vector up = normal(subtract(from, hit->center));
    const float light = dot(up, kLight);
    color += weight * hit->shade * (light > 0.0f ? light : 0.0f);
    weight *= 0.4f;
    direction = subtract(direction, times(up, 2.0f * dot(direction, up)));
  }
  return color;
}

int main(int argc, char** argv) {
  const long scale = kernel_scale(argc, argv, 500);
  uint64_t checksum = 0;
  for (long round = 0; round < scale; round++) {
    for (int i = 0; i < kSpheres; i++) {
      const float shift = (float)((i * 7 + round) % 10) * 0.1f;
      spheres[i] =
          (Sphere){{(float)(i % 3) - 1.0f, (float)(i / 3) - 1.0f, 3.0f + shift}, 0.45f, 0.3f + shift};
    }
    uint64_t sum = 0;
    for (int y = 0; y < kHeight; y++) {
      for (int x = 0; x < kWidth; x++) {
        const Vector pixel = {(float)(x - kWidth / 2) / 100.0f, (float)(y - kHeight / 2) / 100.0f, 1.0f};
        sum += (uint64_t)(trace((Vector){0, 0, 0}, normal(pixel)) * 1000.0f);
      }
    }
    checksum = fold(checksum, sum);
  }
  return report("spheres_f32", scale, checksum);
}
