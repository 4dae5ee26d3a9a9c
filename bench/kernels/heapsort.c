/* Heapsort of records by a 32-bit key: dependent loads and data-dependent branches. */
#include "kernel.h"

enum { kCount = 50000 };

typedef struct {
  uint32_t key, payload;
} Record;

static Record records[kCount];

static void sift_down(Record* heap, size_t root, size_t count) {
  const Record moved = heap[root];
  for (;;) {
    size_t child = 2 * root + 1;
    if (child >= count) break;
    if (child + 1 < count && heap[child].key < heap[child + 1].key) child++;
    if (heap[child].key <= moved.key) break;
    heap[root] = heap[child];
    root = child;
  }
  heap[root] = moved;
}

static NOINLINE void sort(Record* heap, size_t count) {
  for (size_t i = count / 2; i-- > 0;) sift_down(heap, i, count);
  for (size_t end = count; end-- > 1;) {
    const Record top = heap[0];
    heap[0] = heap[end];
    heap[end] = top;
    sift_down(heap, 0, end);
  }
}

int main(int argc, char** argv) {
  const long scale = kernel_scale(argc, argv, 120);
  uint64_t checksum = 0, seed = 3;
  for (long round = 0; round < scale; round++) {
    for (uint32_t i = 0; i < kCount; i++) records[i] = (Record){next_random(&seed), i};
    sort(records, kCount);
    for (uint32_t i = 1; i < kCount; i++) {
      if (records[i - 1].key > records[i].key) return 1;
      checksum += records[i].key ^ (uint64_t)records[i].payload * i;
    }
    checksum = fold(checksum, records[kCount / 2].payload);
  }
  return report("heapsort", scale, checksum);
}
