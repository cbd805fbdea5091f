// What this machine can do at most, for the shares that `compare` and `kernel_table` print.
#pragma once

namespace gan::benchmarks {

/// Operations a second of fp32 fused multiply-adds, two each, on this many threads: the best of some rounds of about so
/// many seconds.
double peak_flops(int threads, int rounds = 8, double seconds = 0.05);
/// Bytes a second that this many threads copy, read and written.
double copy_bandwidth(int threads);

}  // namespace gan::benchmarks
