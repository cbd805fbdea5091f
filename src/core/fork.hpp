// fork(): the child has a copy of the memory, but only the thread that called fork.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>

namespace gan {

/// Makes a forking thread hold this mutex during fork, so that the child finds the guarded data consistent and the
/// mutex unlocked. The mutex must live as long as the process, and no other mutex of this kind may be locked while it
/// is held.
void hold_during_fork(std::mutex& mutex);

/// Registers a handler that runs in the only thread of every child before fork returns there. It must not throw.
void on_fork_in_child(void (*handler)());

/// How many forks lead to this process from the ancestor that first used this header. If the number has changed, the
/// threads that existed before do not exist in this process.
std::uint64_t forks();

/// Keeps an object that the child cannot destroy, because its destructor would join, or wait for, a thread that does
/// not exist there.
void keep_forever(std::shared_ptr<void> object);

}  // namespace gan
