// Values computed ahead by a separate thread. This is only a cache: get(k) always returns make(k), whenever it was
// computed.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "gan/core/parallel.hpp"
#include "gan/core/shape.hpp"
#include "src/core/fork.hpp"

namespace gan::data {

/// The thread of a Prefetcher, and the state that it shares with the callers.
template <class V>
class PrefetchThread {
 public:
  PrefetchThread(const std::function<V(u64)>& make, u64 depth) : make_(make), depth_(depth) {}
  PrefetchThread(const PrefetchThread&) = delete;
  PrefetchThread& operator=(const PrefetchThread&) = delete;
  ~PrefetchThread() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    wanted_.notify_all();
    if (thread_.joinable()) thread_.join();
  }

  /// make(k). Rethrows its exception in the calling thread. Several threads may call it at once.
  V get(u64 k) {
    std::unique_lock lock(mutex_);
    aim(k);
    done_.wait(lock, [&] { return running_ != k; });
    std::optional<Result> ready;
    if (const auto at = results_.find(k); at != results_.end()) {
      ready = std::move(at->second);
      results_.erase(at);
    }
    lock.unlock();
    wanted_.notify_one();
    if (!ready) return make_(k);
    if (ready->error) std::rethrow_exception(ready->error);
    return std::move(*ready->value);
  }

 private:
  struct Result {
    std::optional<V> value;
    std::exception_ptr error;
  };

  /// Moves the window behind k if requests are consecutive: a caller that asks for a single value, or for scattered
  /// values, does not pay for others.
  void aim(u64 k) {
    active_ = depth_ > 0 && last_ && k == *last_ + 1;
    last_ = k;
    if (!active_) return;
    begin_ = k + 1;
    std::erase_if(results_, [&](const auto& r) { return r.first < k || r.first - k > depth_; });
    if (thread_.joinable()) return;
    try {
      thread_ = std::thread([this] { work(); });
    } catch (const std::system_error&) { active_ = false; }  // no thread is available: continue without one
  }

  /// The first value of the window that has not been computed yet.
  std::optional<u64> missing() const {
    if (!active_) return {};
    for (u64 k = begin_; k < begin_ + depth_; ++k)
      if (!results_.contains(k)) return k;
    return {};
  }

  void work() {
    const Serial alone;  // leave the pool's threads to training
    std::unique_lock lock(mutex_);
    for (;;) {
      std::optional<u64> next;
      wanted_.wait(lock, [&] { return stop_ || (next = missing()); });
      if (stop_) return;
      running_ = next;
      lock.unlock();
      Result result;
      try {
        result.value = make_(*next);
      } catch (...) { result.error = std::current_exception(); }
      lock.lock();
      running_.reset();
      try {
        results_.insert_or_assign(*next, std::move(result));
      } catch (const std::bad_alloc&) {}  // get() will compute it
      done_.notify_all();
    }
  }

  const std::function<V(u64)>& make_;
  const u64 depth_;
  std::mutex mutex_;
  std::condition_variable wanted_, done_;
  std::map<u64, Result> results_;
  std::optional<u64> last_, running_;
  u64 begin_ = 0;
  bool active_ = false, stop_ = false;
  std::thread thread_;
};

template <class V>
class Prefetcher {
 public:
  /// get(k) returns make(k), while up to `depth` of its successors are computed in the background. `make` must be safe
  /// to call from several threads at once.
  Prefetcher(std::function<V(u64)> make, i64 depth) : make_(std::move(make)), depth_(static_cast<u64>(depth)) {}
  Prefetcher(const Prefetcher&) = delete;
  Prefetcher& operator=(const Prefetcher&) = delete;
  ~Prefetcher() { abandon_in_child(); }

  /// make(k). Rethrows its exception in the calling thread. Several threads may call it at once.
  V get(u64 k) { return thread()->get(k); }

 private:
  using Thread = PrefetchThread<V>;

  /// A forked child lacks the thread, which may have held the mutex: the shared state is then left as it is.
  void abandon_in_child() {
    std::shared_ptr<Thread> abandoned;
    {
      const std::lock_guard lock(mutex());
      if (forks_ != forks()) abandoned = std::exchange(thread_, nullptr);
    }
    if (abandoned) keep_forever(std::move(abandoned));
  }
  std::shared_ptr<Thread> thread() {
    abandon_in_child();
    const std::lock_guard lock(mutex());
    if (!thread_) thread_ = std::make_shared<Thread>(make_, depth_), forks_ = forks();
    return thread_;
  }
  /// Guards thread_ and forks_ of all Prefetchers.
  static std::mutex& mutex() {
    static std::mutex& m = []() -> std::mutex& {
      auto* const made = new std::mutex;
      hold_during_fork(*made);
      return *made;
    }();
    return m;
  }

  const std::function<V(u64)> make_;
  const u64 depth_;
  std::shared_ptr<Thread> thread_;
  u64 forks_ = 0;  ///< forks() when the thread was created
};

}  // namespace gan::data
