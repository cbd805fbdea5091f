// The threads of kernels (see cuda_runtime.h): fibers, and barriers that switch between them.
#include "cuda_runtime.h"

#include <ucontext.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

thread_local dim3 threadIdx, blockIdx, blockDim, gridDim;

void emulator::fail(const char* what) {
  std::fprintf(stderr, "CUDA emulator: %s\n", what);
  std::abort();
}

namespace {

using emulator::fail;

// A fiber runs threads of a block one after the other for as long as none of them waits; when one does, another fiber
// goes on with the threads that have not begun.
struct Fiber {
  ucontext_t context;
  std::unique_ptr<std::byte[]> stack;
};
enum class State { fresh, running, at_block, at_warp, done };
struct Thread {
  State state = State::fresh;
  Fiber* fiber = nullptr;
  dim3 index;
};

struct BlockRun {
  const std::function<void()>* body;
  std::vector<Thread> threads;
  std::vector<std::uint64_t> slots;  ///< what lanes exchange
  std::vector<int> order;
  std::size_t begun = 0;
  int current = -1;
  ucontext_t scheduler;
};

constexpr std::size_t stack_bytes = 128 * 1024;
thread_local std::vector<std::unique_ptr<Fiber>> fibers;
thread_local std::vector<Fiber*> idle;
thread_local BlockRun* block = nullptr;
thread_local bool backwards = false;

void resume_thread(int i) {
  block->current = i;
  block->threads[static_cast<std::size_t>(i)].state = State::running;
  threadIdx = block->threads[static_cast<std::size_t>(i)].index;
}

void fiber_main() {
  for (;;) {
    while (block->begun < block->order.size()) {
      const int i = block->order[block->begun++];
      Thread& t = block->threads[static_cast<std::size_t>(i)];
      // The fiber on whose stack this runs is the one that the scheduler has just started or that ran the last thread.
      t.fiber = idle.back();
      resume_thread(i);
      Fiber* const mine = t.fiber;
      idle.pop_back();
      (*block->body)();
      idle.push_back(mine);
      block->threads[static_cast<std::size_t>(i)].state = State::done;
    }
    swapcontext(&idle.back()->context, &block->scheduler);
  }
}

void start_fiber() {
  if (idle.empty()) {
    auto fresh = std::make_unique<Fiber>();
    fresh->stack = std::make_unique<std::byte[]>(stack_bytes);
    getcontext(&fresh->context);
    fresh->context.uc_stack.ss_sp = fresh->stack.get();
    fresh->context.uc_stack.ss_size = stack_bytes;
    fresh->context.uc_link = nullptr;
    makecontext(&fresh->context, fiber_main, 0);
    idle.push_back(fresh.get());
    fibers.push_back(std::move(fresh));
  }
  swapcontext(&block->scheduler, &idle.back()->context);
}

/// Stops the current thread until the scheduler goes on with it.
void wait_at(State where) {
  if (block == nullptr) fail("a barrier outside a kernel");
  const int i = block->current;
  Thread& t = block->threads[static_cast<std::size_t>(i)];
  t.state = where;
  swapcontext(&t.fiber->context, &block->scheduler);
}

void run_block(BlockRun& run) {
  block = &run;
  const std::size_t n = run.threads.size();
  while (run.begun < n) start_fiber();
  for (;;) {
    bool waiting = false, went_on = false;
    // Warps first: all lanes have come to the shuffle.
    for (std::size_t w = 0; w < n; w += 32) {
      const std::size_t end = w + 32 < n ? w + 32 : n;
      std::size_t at_warp = 0, at_block = 0;
      for (std::size_t i = w; i < end; ++i) {
        at_warp += run.threads[i].state == State::at_warp;
        at_block += run.threads[i].state == State::at_block;
      }
      waiting |= at_warp + at_block > 0;
      if (at_warp == 0) continue;
      if (at_warp != end - w) fail("not all lanes of a warp came to a shuffle");
      went_on = true;
      for (std::size_t k = w; k < end; ++k) {
        const std::size_t i = backwards ? end - 1 - (k - w) : k;
        resume_thread(static_cast<int>(i));
        swapcontext(&run.scheduler, &run.threads[i].fiber->context);
      }
    }
    if (!waiting) break;
    if (went_on) continue;
    for (const Thread& t : run.threads)
      if (t.state != State::at_block) fail("not all threads of a block came to __syncthreads");
    for (std::size_t k = 0; k < n; ++k) {
      const std::size_t i = backwards ? n - 1 - k : k;
      resume_thread(static_cast<int>(i));
      swapcontext(&run.scheduler, &run.threads[i].fiber->context);
    }
  }
  block = nullptr;
}

}  // namespace

void __syncthreads() { wait_at(State::at_block); }
void __syncwarp(unsigned) { wait_at(State::at_warp); }

namespace emulator {

int lane() { return block->current % 32; }

std::uint64_t exchange(std::uint64_t mine, int from) {
  const int i = block->current;
  block->slots[static_cast<std::size_t>(i)] = mine;
  wait_at(State::at_warp);
  const std::size_t source = static_cast<std::size_t>(i / 32 * 32 + from);
  if (source >= block->slots.size()) fail("a shuffle from a lane that is not there");
  const std::uint64_t value = block->slots[source];
  wait_at(State::at_warp);
  return value;
}

void run_grid(dim3 grid, dim3 threads, const std::function<void()>& body) {
  backwards = !backwards;
  const std::size_t n = std::size_t{threads.x} * threads.y * threads.z;
  const std::size_t count = std::size_t{grid.x} * grid.y * grid.z;
  BlockRun run;
  run.body = &body;
  run.threads.resize(n);
  run.slots.resize(n);
  run.order.resize(n);
  gridDim = grid;
  blockDim = threads;
  for (std::size_t k = 0; k < count; ++k) {
    const std::size_t b = backwards ? count - 1 - k : k;
    blockIdx = dim3(static_cast<unsigned>(b % grid.x), static_cast<unsigned>(b / grid.x % grid.y),
                    static_cast<unsigned>(b / grid.x / grid.y));
    run.begun = 0;
    for (std::size_t i = 0; i < n; ++i) {
      run.order[i] = static_cast<int>(backwards ? n - 1 - i : i);
      run.threads[i] = {State::fresh, nullptr,
                        dim3(static_cast<unsigned>(i % threads.x), static_cast<unsigned>(i / threads.x % threads.y),
                             static_cast<unsigned>(i / threads.x / threads.y))};
    }
    run_block(run);
  }
}

}  // namespace emulator
