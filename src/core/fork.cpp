// See fork.hpp.
#include "src/core/fork.hpp"

#include <atomic>
#include <new>
#include <vector>

#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#define GAN_HAS_FORK 1
#else
#define GAN_HAS_FORK 0
#endif

namespace gan {
namespace {

std::atomic<std::uint64_t> forks_so_far{0};

struct Registry {
  std::mutex mutex;  // guards the lists
  std::vector<std::mutex*> held;
  std::vector<void (*)()> in_child;
  std::vector<std::shared_ptr<void>> kept;

  Registry();
};

Registry& registry() {
  static Registry* const r = new Registry;  // never destroyed: a process may fork while it ends
  return *r;
}

#if GAN_HAS_FORK
void before() {
  registry().mutex.lock();
  for (std::mutex* const m : registry().held) m->lock();
}
void after() {
  for (std::mutex* const m : registry().held) m->unlock();
  registry().mutex.unlock();
}
void after_in_child() {
  after();
  forks_so_far.fetch_add(1, std::memory_order_relaxed);
  for (const auto handler : registry().in_child) handler();
}
Registry::Registry() {
  if (pthread_atfork(before, after, after_in_child) != 0) throw std::bad_alloc();  // the only possible reason
}
#else
Registry::Registry() = default;
#endif

template <class Entry>
void append(std::vector<Entry>& list, Entry entry) {
  const std::lock_guard lock(registry().mutex);
  list.push_back(std::move(entry));
}

}  // namespace

void hold_during_fork(std::mutex& mutex) { append(registry().held, &mutex); }
void on_fork_in_child(void (*handler)()) { append(registry().in_child, handler); }

std::uint64_t forks() {
  registry();  // counting starts here
  return forks_so_far.load(std::memory_order_relaxed);
}

void keep_forever(std::shared_ptr<void> object) { append(registry().kept, std::move(object)); }

}  // namespace gan
