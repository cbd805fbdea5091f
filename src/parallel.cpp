// The thread pool. Workers wait awake for the next job for a fraction of a millisecond, then sleep. A job is a range
// cut into a few chunks for each thread; the calling thread and the workers claim them until none is left.
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

#if defined(__linux__)
#include <sched.h>
#endif

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

#if defined(__linux__)
int current_cpu() { return sched_getcpu(); }

/// Moves the calling thread off a CPU by forbidding it for a moment: where the scheduler has put two threads of one job
/// on one CPU beside an idle one, it can leave them there for minutes.
void leave_cpu(int cpu) {
  cpu_set_t allowed, others;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
  others = allowed;
  CPU_CLR(static_cast<unsigned>(cpu), &others);
  if (CPU_COUNT(&others) == 0) return;
  sched_setaffinity(0, sizeof others, &others);
  sched_setaffinity(0, sizeof allowed, &allowed);
}
#else
int current_cpu() { return -1; }
void leave_cpu(int) {}
#endif

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
    caller_cpu_.store(current_cpu(), std::memory_order_relaxed);
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
  /// Claims and runs one chunk; false when none is left. Whoever has claimed a chunk may read the job: it stays as it
  /// is until all of its chunks are finished.
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

  /// Waits awake for the next job: in training it comes within microseconds, while waking up takes tens of them. From a
  /// while on lets other programs run: then this costs nobody anything.
  void wait_awhile() const {
    for (int spin = 0; spin < 12000 && idle(); ++spin) {
      pause();
      if (spin > 2000 && spin % 64 == 0) std::this_thread::yield();
    }
  }

  void work() {
    inside_pool = true;
    for (;;) {
      wait_awhile();
      if (idle()) {
        std::unique_lock lock(mutex_);
        sleeping_.fetch_add(1, std::memory_order_release);
        wake_.wait(lock, [&] { return stop_ || !idle(); });
        sleeping_.fetch_sub(1, std::memory_order_release);
        if (stop_) return;
      }
      spread();
      while (run_chunk()) {
      }
    }
  }

  /// A worker that finds itself on the caller's CPU leaves it; not at every job, since elsewhere it may be no better.
  void spread() const {
    thread_local int patience = 0;
    if (patience > 0) {
      --patience;
      return;
    }
    const int cpu = caller_cpu_.load(std::memory_order_relaxed);
    if (cpu < 0 || current_cpu() != cpu) return;
    patience = 100;
    leave_cpu(cpu);
  }

  std::vector<std::thread> workers_;
  std::mutex turn_, mutex_;
  std::condition_variable wake_;
  std::atomic<std::int64_t> unclaimed_{0}, finished_{0};
  std::atomic<int> sleeping_{0}, caller_cpu_{-1};
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
    buffer.memory = std::aligned_alloc(64, buffer.bytes);
    if (!buffer.memory) {
      buffer.bytes = 0;
      throw std::bad_alloc();
    }
  }
  return buffer.memory;
}

}  // namespace gan
