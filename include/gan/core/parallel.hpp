// One thread pool for the whole library. How a range is cut and which thread runs what must never change a result: bodies
// write disjoint places and reduce in an order of their own. Nested calls run in the calling thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace gan {

/// Threads that parallel_for may use: the machine's cores at start, or GAN_NUM_THREADS.
int threads();
/// Sets them; n >= 1. Also bounds the BLAS. Throws ValueError.
void set_threads(int n);

namespace detail {
void parallel_ranges(std::int64_t n, std::int64_t grain, void* context, void (*body)(void*, std::int64_t, std::int64_t));
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

/// While it lives with `on`, parallel_for runs in the calling thread: for work that is smaller than waking a thread.
class Serial {
 public:
  explicit Serial(bool on = true);
  ~Serial();
  Serial(const Serial&) = delete;
  Serial& operator=(const Serial&) = delete;

 private:
  bool previous_;
};

/// 64-byte aligned scratch memory of this thread, at least `bytes` long, kept between calls and grown on demand.
/// Each slot (0..7) is a separate buffer; a second call with the same slot may move it.
void* scratch(int slot, std::size_t bytes);

}  // namespace gan
