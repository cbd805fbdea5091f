// fork(): the child has a copy of the memory, but of the threads only the one that called fork.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>

namespace gan {

/// The thread that forks holds this mutex meanwhile, so that the child finds what it guards whole and the mutex free.
/// The mutex must live as long as the process, and no other mutex of this kind may be taken under it.
void hold_during_fork(std::mutex& mutex);

/// `handler` runs in every child before fork returns there, its only thread. It must not throw.
void on_fork_in_child(void (*handler)());

/// How often this process, its parent and so on have been forked: another number than before means that threads which
/// were there then are not here.
std::uint64_t forks();

/// For what the child cannot destroy: a thread that is not there would be joined, a condition that it waits for, too.
void keep_forever(std::shared_ptr<void> object);

}  // namespace gan
