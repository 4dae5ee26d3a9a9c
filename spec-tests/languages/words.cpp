// Standard streams, containers, algorithms, formatting, files and folders, as C++ programs use them.
// Usage: words FOLDER < TEXT

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

namespace {

struct Shape {
  virtual ~Shape() = default;
  virtual double area() const = 0;
};
struct Circle : Shape {
  double area() const override { return 3.0 * 2.0 * 2.0; }
};
struct Square : Shape {
  double area() const override { return 9.0; }
};

void count_words() {
  std::unordered_map<std::string, int> counts;
  for (std::string word; std::cin >> word;) ++counts[word];
  std::vector<std::pair<std::string, int>> sorted(counts.begin(), counts.end());
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  for (const auto& [word, count] : sorted) std::cout << std::setw(8) << std::left << word << count << '\n';
}

int use_files(const std::string& folder) {
  const std::string sub = folder + "/sub";
  if (mkdir(sub.c_str(), 0777) != 0) return 1;
  // This libc++ is built without a file system: no <fstream>, no <filesystem>; stdio and dirent instead.
  const std::string path = sub + "/numbers";
  std::ostringstream numbers;
  for (int i = 0; i < 1000; ++i) numbers << i << ' ' << std::fixed << std::setprecision(3) << i / 7.0 << '\n';
  std::FILE* file = std::fopen(path.c_str(), "w+");
  if (file == nullptr || std::fputs(numbers.str().c_str(), file) < 0) return 2;
  std::rewind(file);
  double sum = 0;
  int lines = 0;
  char line[64];
  for (; std::fgets(line, sizeof line, file) != nullptr; ++lines) {
    std::istringstream fields(line);
    int number = 0;
    double seventh = 0;
    fields >> number >> seventh;
    sum += seventh;
  }
  std::fseek(file, -8, SEEK_END);
  const std::string last = std::fgets(line, sizeof line, file);
  std::fclose(file);
  struct stat status;
  if (stat(path.c_str(), &status) != 0) return 3;
  std::cout << lines << " lines, sum " << std::setprecision(6) << sum << ", last " << last.substr(0, 7)
            << ", " << status.st_size << " bytes\n";
  std::set<std::string> names;
  DIR* directory = opendir(folder.c_str());
  if (directory == nullptr) return 4;
  while (const dirent* entry = readdir(directory)) names.insert(entry->d_name);
  closedir(directory);
  for (const std::string& name : names) std::cout << '[' << name << ']';
  std::cout << '\n';
#ifdef __wasi__
  if (std::fopen((folder + "/../outside").c_str(), "w") || std::fopen("/etc/passwd", "r")) return 5;
#endif
  if (unlink(path.c_str()) != 0 || rmdir(sub.c_str()) != 0) return 6;
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 10;
  count_words();
  std::vector<std::unique_ptr<Shape>> shapes;
  shapes.push_back(std::make_unique<Circle>());
  shapes.push_back(std::make_unique<Square>());
  double area = 0;
  for (const auto& shape : shapes) area += shape->area();
  std::cout << "area " << area << '\n';
  std::map<int, std::string> map = {{2, "two"}, {1, "one"}};
  map.emplace(3, "three");
  for (const auto& [number, name] : map) std::cout << number << '=' << name << ' ';
  std::cout << std::endl;
  const auto begin = std::chrono::steady_clock::now();
  if (std::chrono::steady_clock::now() < begin) return 11;
  std::cerr << "done\n";
  return use_files(argv[1]);
}
