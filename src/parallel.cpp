// The thread pool. Workers spin briefly for the next piece of work, then sleep; a call splits its range into as many
// contiguous pieces as there are threads and runs the first one itself.
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

class Pool {
 public:
  explicit Pool(int workers) {
    for (int i = 0; i < workers; ++i) workers_.emplace_back([this, i] { work(i + 1); });
  }
  ~Pool() {
    {
      std::lock_guard lock(mutex_);
      stop_ = true;
      ++generation_;
    }
    wake_.notify_all();
    for (auto& w : workers_) w.join();
  }

  struct Job {
    std::int64_t n, piece;
    void* context;
    void (*body)(void*, std::int64_t, std::int64_t);
  };

  void run(const Job& job) {
    std::unique_lock turn(turn_);  // one call at a time: host threads share the pool
    job_ = job;
    error_ = nullptr;
    pending_.store(static_cast<int>(workers_.size()), std::memory_order_relaxed);
    {
      std::lock_guard lock(mutex_);
      generation_.fetch_add(1, std::memory_order_release);
    }
    if (sleeping_.load(std::memory_order_acquire) > 0) wake_.notify_all();
    inside_pool = true;
    run_piece(0);
    inside_pool = false;
    for (int spin = 0; pending_.load(std::memory_order_acquire) != 0; ++spin) {
      if (spin < 20000)
        pause();
      else
        std::this_thread::yield();
    }
    if (error_) std::rethrow_exception(error_);
  }

 private:
  void run_piece(int which) {
    const std::int64_t begin = which * job_.piece;
    const std::int64_t end = std::min(job_.n, begin + job_.piece);
    if (begin >= end) return;
    try {
      job_.body(job_.context, begin, end);
    } catch (...) {
      std::lock_guard lock(mutex_);
      if (!error_) error_ = std::current_exception();
    }
  }

  void work(int which) {
    inside_pool = true;
    unsigned seen = 0;
    for (;;) {
      for (int spin = 0; spin < 4000 && generation_.load(std::memory_order_acquire) == seen; ++spin) pause();
      if (generation_.load(std::memory_order_acquire) == seen) {
        std::unique_lock lock(mutex_);
        sleeping_.fetch_add(1, std::memory_order_release);
        wake_.wait(lock, [&] { return generation_.load(std::memory_order_acquire) != seen; });
        sleeping_.fetch_sub(1, std::memory_order_release);
      }
      seen = generation_.load(std::memory_order_acquire);
      if (stop_) return;
      run_piece(which);
      pending_.fetch_sub(1, std::memory_order_acq_rel);
    }
  }

  std::vector<std::thread> workers_;
  std::mutex turn_, mutex_;
  std::condition_variable wake_;
  std::atomic<unsigned> generation_{0};
  std::atomic<int> pending_{0}, sleeping_{0};
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
  const std::int64_t pieces = std::min<std::int64_t>(threads(), grains);
  if (pieces <= 1 || inside_pool) {
    body(context, 0, n);
    return;
  }
  const std::int64_t piece = (grains + pieces - 1) / pieces * grain;
  state().get()->run({n, piece, context, body});
}
}  // namespace detail

void* scratch(int slot, std::size_t bytes) {
  thread_local ScratchBuffer buffers[8];
  ScratchBuffer& buffer = buffers[slot];
  if (bytes > buffer.bytes) {
    std::free(buffer.memory);
    buffer.bytes = (bytes + 4095) / 4096 * 4096;
    buffer.memory = std::aligned_alloc(64, buffer.bytes);
    if (!buffer.memory) {
      buffer.bytes = 0;
      throw std::bad_alloc();
    }
  }
  return buffer.memory;
}

}  // namespace gan
