// Values computed ahead by a thread of their own. Only a cache: what get(k) returns is make(k), whenever it was
// computed.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <system_error>
#include <thread>

#include "gan/core/parallel.hpp"
#include "gan/core/shape.hpp"

namespace gan::data {

template <class V>
class Prefetcher {
 public:
  /// get(k) is make(k), and up to `depth` of its successors are computed meanwhile. `make` is called by several threads
  /// at once.
  Prefetcher(std::function<V(u64)> make, i64 depth) : make_(std::move(make)), depth_(static_cast<u64>(depth)) {}
  Prefetcher(const Prefetcher&) = delete;
  Prefetcher& operator=(const Prefetcher&) = delete;
  ~Prefetcher() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    wanted_.notify_all();
    if (thread_.joinable()) thread_.join();
  }

  /// make(k). Rethrows what it threw, in the calling thread. May be called by several threads at once.
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

  /// Moves the window to what follows k, if requests come in a row: who asks for one value only, or for values here and
  /// there, does not pay for others.
  void aim(u64 k) {
    active_ = depth_ > 0 && last_ && k == *last_ + 1;
    last_ = k;
    if (!active_) return;
    begin_ = k + 1;
    std::erase_if(results_, [&](const auto& r) { return r.first < k || r.first - k > depth_; });
    if (thread_.joinable()) return;
    try {
      thread_ = std::thread([this] { work(); });
    } catch (const std::system_error&) { active_ = false; }  // no more threads are to be had: it goes without
  }

  /// The first value of the window that is not there yet.
  std::optional<u64> missing() const {
    if (!active_) return {};
    for (u64 k = begin_; k < begin_ + depth_; ++k)
      if (!results_.contains(k)) return k;
    return {};
  }

  void work() {
    const Serial alone;  // the pool's threads belong to those who train
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
      } catch (const std::bad_alloc&) {}  // whoever asks for it computes it
      done_.notify_all();
    }
  }

  const std::function<V(u64)> make_;
  const u64 depth_;
  std::mutex mutex_;
  std::condition_variable wanted_, done_;
  std::map<u64, Result> results_;
  std::optional<u64> last_, running_;
  u64 begin_ = 0;
  bool active_ = false, stop_ = false;
  std::thread thread_;
};

}  // namespace gan::data
