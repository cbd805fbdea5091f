// What the files of the emulated runtime share (see cuda_runtime.h): memory.cpp, streams.cpp, graphs.cpp.
#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include "cuda_runtime.h"

using Work = std::function<void()>;

struct CUstream_st {
  std::deque<Work> queue;
  CUgraph_st* captures = nullptr;
  bool spoilt = false;  ///< something that cannot be captured was asked for
};
struct CUevent_st {
  CUstream_st* stream = nullptr;
  int recorded = 0, passed = 0;  ///< how often
};
struct CUmemPool_st {
  std::uint64_t cached = 0;
};
struct CUgraph_st {
  std::vector<Work> nodes;
};

namespace emulator {

inline std::recursive_mutex mutex;

/// Returns e, and keeps it for cudaGetLastError if it is an error.
cudaError_t error(cudaError_t e);

/// While one lives, device memory can be touched.
class Open {
 public:
  Open();
  ~Open();

 private:
  static inline int depth = 0;
};

}  // namespace emulator
