// The table of kernels: every entry is there, devices that are not have none, and lists are walked whole.
#include "gan/backend/kernels.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "gan/backend/runtime.hpp"
#include "gan/core/error.hpp"
#include "gan/core/parallel.hpp"
#include "support/files.hpp"

namespace gan {
namespace {

template <class T>
void expect_every_entry() {
  const Kernels<T>& table = cpu_kernels<T>();
  using Entry = void (*)();
  static_assert(sizeof table % sizeof(Entry) == 0);
  for (std::size_t i = 0; i < sizeof table / sizeof(Entry); ++i) {
    Entry entry;  // pointers to functions have one size
    std::memcpy(&entry, reinterpret_cast<const char*>(&table) + i * sizeof entry, sizeof entry);
    EXPECT_NE(entry, nullptr) << "entry " << i;
  }
  EXPECT_EQ(&kernels<T>(Device::cpu()), &table);
}

TEST(Kernels, TheCpuHasEveryEntry) {
  expect_every_entry<float>();
  expect_every_entry<double>();
}

TEST(Kernels, OfADeviceThatIsNotThereAreRefused) {
  const Device absent = Device::cuda(cuda_device_count());
  for (const std::string& message : {test::message_of<DeviceError>([&] { kernels<float>(absent); }),
                                     test::message_of<DeviceError>([&] { kernels<double>(absent); })})
    EXPECT_FALSE(message.empty());
}

TEST(Kernels, AllArraysOfAListAreUpdatedOnceWholly) {
  const int threads_before = threads();
  const std::vector<i64> sizes{1, 8192 * 5 + 7, 0, 20000, 8192, 3};
  for (const int n : {1, 2, 3, 8}) {
    set_threads(n);
    std::vector<std::vector<float>> g, w;
    for (const i64 size : sizes) {
      g.emplace_back(static_cast<std::size_t>(size));
      for (std::size_t i = 0; i < g.back().size(); ++i) g.back()[i] = static_cast<float>(i % 1009);
      w.emplace_back(g.back().size(), 1.f);
    }
    std::vector<UpdateArrays<float>> arrays;
    for (std::size_t k = 0; k < g.size(); ++k) arrays.push_back({sizes[k], g[k].data(), w[k].data(), {}});
    cpu_kernels<float>().lerp({0.5}, arrays);
    for (std::size_t k = 0; k < g.size(); ++k)
      for (std::size_t i = 0; i < g[k].size(); ++i)
        ASSERT_EQ(w[k][i], 0.5f + 0.5f * g[k][i]) << "array " << k << " element " << i << ", " << n << " threads";
  }
  set_threads(threads_before);
}

}  // namespace
}  // namespace gan
