/* Builds, balances, searches and frees treaps: allocation, pointers, recursion. */
#include "kernel.h"

typedef struct Node Node;
struct Node {
  Node* child[2];
  uint32_t key, priority;
};

static uint64_t seed = 29;

static Node* rotate(Node* root, int side) {
  Node* up = root->child[side];
  root->child[side] = up->child[!side];
  up->child[!side] = root;
  return up;
}

static NOINLINE Node* insert(Node* root, uint32_t key) {
  if (root == NULL) {
    Node* node = malloc(sizeof *node);
    if (node == NULL) abort();
    *node = (Node){{NULL, NULL}, key, next_random(&seed)};
    return node;
  }
  if (root->key == key) return root;
  const int side = key > root->key;
  root->child[side] = insert(root->child[side], key);
  return root->child[side]->priority > root->priority ? rotate(root, side) : root;
}

static int contains(const Node* root, uint32_t key) {
  while (root != NULL && root->key != key) root = root->child[key > root->key];
  return root != NULL;
}

/* Frees the tree, returns a sum over keys and depths. */
static NOINLINE uint64_t tear_down(Node* root, uint32_t depth) {
  if (root == NULL) return 0;
  const uint64_t sum = tear_down(root->child[0], depth + 1) + tear_down(root->child[1], depth + 1);
  const uint64_t own = (uint64_t)root->key * depth;
  free(root);
  return sum + own;
}

int main(int argc, char** argv) {
  const long scale = kernel_scale(argc, argv, 140);
  uint64_t checksum = 0;
  for (long round = 0; round < scale; round++) {
    Node* root = NULL;
    for (int i = 0; i < 15000; i++) root = insert(root, next_random(&seed) & 0xFFFF);
    uint64_t found = 0;
    for (uint32_t key = 0; key < 0x10000; key += 3) found += (uint64_t)contains(root, key);
    checksum = fold(fold(checksum, found), tear_down(root, 1));
  }
  return report("trees", scale, checksum);
}
