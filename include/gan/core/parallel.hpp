// One thread pool for the whole library. How a range is split, and which thread runs which part, must never change a
// result: bodies write to disjoint memory and reduce in a fixed order. Nested calls run in the calling thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace gan {

/// Number of threads that parallel_for may use: initially GAN_NUM_THREADS, or else the number of cores.
int threads();
/// Sets that number; also limits the BLAS. Throws ValueError unless n >= 1.
void set_threads(int n);

namespace detail {
void parallel_ranges(std::int64_t n, std::int64_t grain, void* context,
                     void (*body)(void*, std::int64_t, std::int64_t));
}

/// Calls body(begin, end) on disjoint ranges that cover [0, n), in parallel when n > grain. Every range but the
/// last is a multiple of `grain` long. Returns when all are done; rethrows the first exception of a body.
template <class F>
void parallel_for(std::int64_t n, std::int64_t grain, F&& body) {
  using Body = std::remove_reference_t<F>;
  detail::parallel_ranges(n, grain, const_cast<void*>(static_cast<const void*>(&body)),
                          [](void* context, std::int64_t begin, std::int64_t end) {
                            (*static_cast<Body*>(context))(begin, end);
                          });
}

/// If `on`, makes parallel_for run in the calling thread while the object lives: for work that takes less time than
/// waking a thread.
class Serial {
 public:
  explicit Serial(bool on = true);
  ~Serial();
  Serial(const Serial&) = delete;
  Serial& operator=(const Serial&) = delete;

 private:
  bool previous_;
};

/// Scratch memory of this thread: 64-byte aligned, at least `bytes` long, kept between calls and grown on demand.
/// Each slot (0..8) is a separate buffer; another call with the same slot may move it.
void* scratch(int slot, std::size_t bytes);

}  // namespace gan
