/* A graph of closures evaluated through function pointers: indirect calls of several types. */
#include "kernel.h"

enum { kNodes = 64 };

typedef struct Node Node;
typedef int32_t (*Evaluate)(const Node* node, int32_t x);
typedef int32_t (*Combine)(int32_t a, int32_t b);

struct Node {
  Evaluate evaluate;
  Combine combine;
  const Node *left, *right;
  int32_t constant;
};

static int32_t plus(int32_t a, int32_t b) { return (int32_t)((uint32_t)a + (uint32_t)b); }
static int32_t minus(int32_t a, int32_t b) { return (int32_t)((uint32_t)a - (uint32_t)b); }
static int32_t exclusive_or(int32_t a, int32_t b) { return a ^ b; }
static int32_t larger(int32_t a, int32_t b) { return a > b ? a : b; }

static int32_t evaluate_argument(const Node* node, int32_t x) { return plus(x, node->constant); }
static int32_t evaluate_pair(const Node* node, int32_t x) {
  return node->combine(node->left->evaluate(node->left, x), node->right->evaluate(node->right, x));
}
static int32_t evaluate_choice(const Node* node, int32_t x) {
  const Node* taken = x & node->constant ? node->left : node->right;
  return taken->evaluate(taken, x >> 1);
}
static int32_t evaluate_chain(const Node* node, int32_t x) {
  return node->left->evaluate(node->left, node->combine(x, node->constant));
}

static Node nodes[kNodes];

/* Nodes refer to earlier ones only, so that evaluation ends. */
static void make_nodes(uint64_t* seed) {
  static const Evaluate kEvaluate[] = {evaluate_pair, evaluate_choice, evaluate_chain};
  static const Combine kCombine[] = {plus, minus, exclusive_or, larger};
  for (uint32_t i = 0; i < kNodes; i++) {
    nodes[i].constant = (int32_t)(next_random(seed) & 0xFFF) | 1;
    nodes[i].combine = kCombine[next_random(seed) % 4];
    nodes[i].evaluate = i < 8 ? evaluate_argument : kEvaluate[next_random(seed) % 3];
    nodes[i].left = i < 8 ? NULL : &nodes[i / 2 + next_random(seed) % (i / 4)];
    nodes[i].right = i < 8 ? NULL : &nodes[next_random(seed) % i];
  }
}

int main(int argc, char** argv) {
  const long scale = kernel_scale(argc, argv, 800);
  uint64_t checksum = 0, seed = 19;
  make_nodes(&seed);
  for (long round = 0; round < scale; round++) {
    for (int32_t x = 0; x < 1000; x++) {
      uint32_t sum = 0;
      for (int i = 32; i < kNodes; i++) sum += (uint32_t)nodes[i].evaluate(&nodes[i], x + (int32_t)round);
      checksum = fold(checksum, sum);
    }
  }
  return report("dispatch", scale, checksum);
}
