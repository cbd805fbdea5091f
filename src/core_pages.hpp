// Memory from the system, on huge pages where they are large and the system has them: Winograd's transforms write dozens
// of places at once, each in another page.
#pragma once

#include <cstddef>

namespace gan {

/// 64-byte aligned; null when the system has none. To be freed with std::free.
void* allocate_pages(std::size_t bytes);

}  // namespace gan
