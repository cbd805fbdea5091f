// The thread pool. Workers spin briefly for the next job, then sleep. A job is a range cut into a few chunks for each
// thread; the calling thread and the workers claim them until none is left.
#include "gan/core/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "gan/core/error.hpp"
#include "src/core_pages.hpp"

namespace gan {
namespace {

thread_local bool inside_pool = false;  // then parallel_for runs in the calling thread

int default_threads() {
  if (const char* text = std::getenv("GAN_NUM_THREADS")) {
    const int n = std::atoi(text);
    if (n >= 1) return n;
  }
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#else
  std::this_thread::yield();
#endif
}

/// Workers that claim chunks of the current job. A job never waits for a worker that has not come: on a machine that is
/// busy with other programs the calling thread does the work itself.
class Pool {
 public:
  explicit Pool(int workers) {
    for (int i = 0; i < workers; ++i) workers_.emplace_back([this] { work(); });
  }
  ~Pool() {
    {
      std::lock_guard lock(mutex_);
      stop_ = true;
    }
    wake_.notify_all();
    for (auto& w : workers_) w.join();
  }

  struct Job {
    std::int64_t n, chunk;  ///< the range, and how much of it is claimed at once
    void* context;
    void (*body)(void*, std::int64_t, std::int64_t);
  };

  void run(const Job& job) {
    std::unique_lock turn(turn_);  // one job at a time: host threads share the pool
    const std::int64_t chunks = (job.n + job.chunk - 1) / job.chunk;
    job_ = job;
    error_ = nullptr;
    finished_.store(0, std::memory_order_relaxed);
    {
      std::lock_guard lock(mutex_);
      unclaimed_.store(chunks, std::memory_order_release);
    }
    if (sleeping_.load(std::memory_order_acquire) > 0) wake_.notify_all();
    inside_pool = true;
    while (run_chunk()) {
    }
    inside_pool = false;
    for (int spin = 0; finished_.load(std::memory_order_acquire) != chunks; ++spin) {
      if (spin < 2000)
        pause();
      else
        std::this_thread::yield();
    }
    if (error_) std::rethrow_exception(error_);
  }

 private:
  /// Claims and runs one chunk; false when none is left. Whoever has claimed a chunk may read the job: it stays as it is
  /// until all of its chunks are finished.
  bool run_chunk() {
    std::int64_t left = unclaimed_.load(std::memory_order_acquire);
    do {
      if (left == 0) return false;
    } while (!unclaimed_.compare_exchange_weak(left, left - 1, std::memory_order_acq_rel));
    const std::int64_t begin = (left - 1) * job_.chunk;
    try {
      job_.body(job_.context, begin, std::min(job_.n, begin + job_.chunk));
    } catch (...) {
      std::lock_guard lock(mutex_);
      if (!error_) error_ = std::current_exception();
    }
    finished_.fetch_add(1, std::memory_order_acq_rel);
    return true;
  }

  bool idle() const { return unclaimed_.load(std::memory_order_acquire) == 0; }

  void work() {
    inside_pool = true;
    for (;;) {
      for (int spin = 0; spin < 4000 && idle(); ++spin) pause();
      if (idle()) {
        std::unique_lock lock(mutex_);
        sleeping_.fetch_add(1, std::memory_order_release);
        wake_.wait(lock, [&] { return stop_ || !idle(); });
        sleeping_.fetch_sub(1, std::memory_order_release);
        if (stop_) return;
      }
      while (run_chunk()) {
      }
    }
  }

  std::vector<std::thread> workers_;
  std::mutex turn_, mutex_;
  std::condition_variable wake_;
  std::atomic<std::int64_t> unclaimed_{0}, finished_{0};
  std::atomic<int> sleeping_{0};
  bool stop_ = false;
  Job job_{};
  std::exception_ptr error_;
};

struct PoolState {
  std::mutex mutex;
  std::atomic<int> wanted{default_threads()};
  std::shared_ptr<Pool> pool;
  int pool_threads = 1;

  /// The pool for `wanted` threads, made on first use.
  std::shared_ptr<Pool> get() {
    std::lock_guard lock(mutex);
    if (!pool || pool_threads != wanted) {
      pool.reset();
      pool = std::make_shared<Pool>(wanted - 1);
      pool_threads = wanted;
    }
    return pool;
  }
};

PoolState& state() {
  static PoolState s;
  return s;
}

struct ScratchBuffer {
  void* memory = nullptr;
  std::size_t bytes = 0;
  ~ScratchBuffer() { std::free(memory); }
};

}  // namespace

Serial::Serial(bool on) : previous_(inside_pool) { inside_pool = inside_pool || on; }
Serial::~Serial() { inside_pool = previous_; }

int threads() { return state().wanted; }

void set_threads(int n) {
  if (n < 1) throw ValueError("[set_threads] " + std::to_string(n) + " threads; at least 1 is needed");
  state().wanted = n;
}

namespace detail {
void parallel_ranges(std::int64_t n, std::int64_t grain, void* context,
                     void (*body)(void*, std::int64_t, std::int64_t)) {
  if (n <= 0) return;
  const std::int64_t grains = (n + grain - 1) / grain;
  const std::int64_t workers = std::min<std::int64_t>(threads(), grains);
  if (workers <= 1 || inside_pool) {
    body(context, 0, n);
    return;
  }
  const std::int64_t chunks = std::min(grains, 4 * workers);
  state().get()->run({n, (grains + chunks - 1) / chunks * grain, context, body});
}
}  // namespace detail

void* scratch(int slot, std::size_t bytes) {
  thread_local ScratchBuffer buffers[8];
  ScratchBuffer& buffer = buffers[slot];
  if (bytes > buffer.bytes) {
    std::free(buffer.memory);
    buffer.bytes = (bytes + 4095) / 4096 * 4096;
    buffer.memory = allocate_pages(buffer.bytes);
    if (!buffer.memory) {
      buffer.bytes = 0;
      throw std::bad_alloc();
    }
  }
  return buffer.memory;
}

}  // namespace gan
