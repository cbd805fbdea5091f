// The thread pool. Workers spin briefly for the next job, then sleep. A job is a range, and each thread always gets the
// same share of it: data that a thread wrote in one job is then in its own cache in the next, while reading what
// another core wrote takes several times as long. A share is split into a few chunks; a thread that has finished its
// own share takes chunks of the others.
#include "gan/core/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
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
#include "src/core/fork.hpp"
#include "src/core/pages.hpp"

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

/// Workers that claim chunks of the current job. A job never waits for a worker that has not started: on a machine that
/// is busy with other programs the calling thread does the work itself.
class Pool {
 public:
  explicit Pool(int workers) : shares_(static_cast<std::size_t>(workers) + 1) {
    for (int i = 0; i < workers; ++i) workers_.emplace_back([this, i] { work(static_cast<std::size_t>(i) + 1); });
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
    std::int64_t n, grain;  ///< the length of the range, and what the lengths of its parts are multiples of
    void* context;
    void (*body)(void*, std::int64_t, std::int64_t);
  };

  void run(const Job& job) {
    std::unique_lock turn(turn_);  // one job at a time: host threads share the pool
    if (alone_ && Clock::now() < alone_until_) {
      const Serial alone;
      job.body(job.context, 0, job.n);
      return;
    }
    alone_ = false;
    job_ = job;
    error_ = nullptr;
    finished_.store(0, std::memory_order_relaxed);
    const std::int64_t grains = (job.n + job.grain - 1) / job.grain, count = static_cast<std::int64_t>(shares_.size());
    int chunks = 0;
    {
      std::lock_guard lock(mutex_);
      for (std::int64_t i = 0; i < count; ++i) {
        Share& share = shares_[static_cast<std::size_t>(i)];
        share.begin = grains * i / count, share.end = grains * (i + 1) / count;
        share.chunk = (share.end - share.begin + chunks_per_share - 1) / chunks_per_share;
        share.chunks = share.chunk == 0 ? 0 : (share.end - share.begin + share.chunk - 1) / share.chunk;
        chunks += static_cast<int>(share.chunks);
      }
      for (Share& share : shares_) share.unclaimed.store(share.chunks, std::memory_order_release);
    }
    if (sleeping_.load(std::memory_order_acquire) > 0) wake_.notify_all();
    const auto begin = Clock::now();
    inside_pool = true;
    run_chunks(0);
    inside_pool = false;
    for (int spin = 0; spin < 2000 && finished_.load(std::memory_order_acquire) != chunks; ++spin) pause();
    if (finished_.load(std::memory_order_acquire) != chunks)
      wait_for_workers(begin, chunks);
    else
      alone_for_ = std::max(least_alone, alone_for_ - std::chrono::milliseconds(1));
    if (error_) std::rethrow_exception(error_);
  }

 private:
  static constexpr std::int64_t chunks_per_share = 4;

  /// Grains [begin, end) of the job, in chunks. Each share has its own cache line.
  struct alignas(64) Share {
    std::atomic<std::int64_t> unclaimed{0};
    std::int64_t begin = 0, end = 0, chunk = 0, chunks = 0;
  };

  using Clock = std::chrono::steady_clock;
  static constexpr Clock::duration least_alone = std::chrono::milliseconds(20);
  static constexpr Clock::duration most_alone = std::chrono::milliseconds(160);

  /// Sleeps until all chunks are finished, which leaves this core to a worker whose core another program has taken. If
  /// that took long, the calling thread runs jobs alone for some time: a short time at first, since a worker may be
  /// late only once, and a longer time if it is late repeatedly.
  void wait_for_workers(Clock::time_point begin, int chunks) {
    const auto asleep = Clock::now();
    for (int now; (now = finished_.load(std::memory_order_acquire)) != chunks;) finished_.wait(now);
    const auto end = Clock::now();
    alone_ = end - asleep > (asleep - begin) + std::chrono::microseconds(50);
    if (!alone_) return;
    alone_until_ = end + alone_for_;
    alone_for_ = std::min(most_alone, 2 * alone_for_);
  }

  /// Runs all chunks that it can claim: those of its own share, then those of the next ones.
  void run_chunks(std::size_t home) {
    for (std::size_t i = 0; i < shares_.size(); ++i)
      while (run_chunk(shares_[(home + i) % shares_.size()])) {}
  }

  /// Claims and runs one chunk; false if none is left. A thread that has claimed a chunk may read the share and the
  /// job: they do not change until all chunks are finished.
  bool run_chunk(Share& share) {
    std::int64_t left = share.unclaimed.load(std::memory_order_acquire);
    do {
      if (left == 0) return false;
    } while (!share.unclaimed.compare_exchange_weak(left, left - 1, std::memory_order_acq_rel));
    const std::int64_t begin = share.begin + (share.chunks - left) * share.chunk;
    const std::int64_t end = std::min(share.end, begin + share.chunk);
    try {
      job_.body(job_.context, begin * job_.grain, std::min(job_.n, end * job_.grain));
    } catch (...) {
      std::lock_guard lock(mutex_);
      if (!error_) error_ = std::current_exception();
    }
    finished_.fetch_add(1, std::memory_order_acq_rel);
    finished_.notify_one();
    return true;
  }

  bool idle() const {
    return std::all_of(shares_.begin(), shares_.end(),
                       [](const Share& s) { return s.unclaimed.load(std::memory_order_acquire) == 0; });
  }

  void work(std::size_t home) {
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
      run_chunks(home);
    }
  }

  std::vector<std::thread> workers_;
  std::mutex turn_, mutex_;
  std::condition_variable wake_;
  std::vector<Share> shares_;
  std::atomic<int> finished_{0};
  std::atomic<int> sleeping_{0};
  bool stop_ = false;
  bool alone_ = false;  ///< the calling thread runs jobs alone until the time below
  Clock::time_point alone_until_{};
  Clock::duration alone_for_ = least_alone;  ///< duration of the next such period
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

PoolState& state();

/// In a forked child the threads of the pool do not exist. The next job creates new ones.
void abandon_pool() {
  PoolState& s = state();
  const std::lock_guard lock(s.mutex);
  keep_forever(std::move(s.pool));
}

/// Never destroyed, since a process may compute and fork while it exits; only the threads end then.
PoolState& state() {
  static PoolState& s = *[] {
    auto* const made = new PoolState;
    hold_during_fork(made->mutex);
    on_fork_in_child(abandon_pool);
    return made;
  }();
  static const struct End {
    ~End() {
      const std::lock_guard lock(s.mutex);
      s.pool = nullptr;
    }
  } end;
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
  if (threads() <= 1 || n <= grain || inside_pool)
    body(context, 0, n);
  else
    state().get()->run({n, grain, context, body});
}
}  // namespace detail

void* scratch(int slot, std::size_t bytes) {
  thread_local ScratchBuffer buffers[9];
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
