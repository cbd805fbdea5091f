// Images moved by whole pixels, with a rectangle cut out: rows are copied.
#include <algorithm>

#include "gan/core/parallel.hpp"
#include "src/backend/entries.hpp"

namespace gan::cpu {
namespace {

/// x without its fraction; what is further away than `far` is `far` away.
template <class T>
i64 whole(T x, i64 far) {
  return x > static_cast<T>(-far) ? (x < static_cast<T>(far) ? static_cast<i64>(x) : far) : -far;
}

}  // namespace

template <class T>
void translate_cutout(i64 n, i64 h, i64 w, i64 c, const T* place, const T* x, T* y) {
  const i64 far = 2 * (h + w);
  parallel_for(n * h, 1 + 16384 / (w * c + 1), [&](i64 begin, i64 end) {
    for (i64 row = begin; row < end; ++row) {
      const i64 image = row / h, i = row % h;
      const T* const at = place + 6 * image;
      const i64 right = whole(at[1], far), from = i - whole(at[0], far);
      T* const to = y + row * w * c;
      const i64 first = std::clamp<i64>(right, 0, w), last = std::clamp<i64>(w + right, first, w);
      if (from < 0 || from >= h || first == last) {
        std::fill(to, to + w * c, T(0));
        continue;
      }
      std::fill(to, to + first * c, T(0));
      const T* const source = x + (image * h + from) * w * c;
      std::copy(source + (first - right) * c, source + (last - right) * c, to + first * c);
      std::fill(to + last * c, to + w * c, T(0));
      if (i < whole(at[2], far) || i >= whole(at[4], far)) continue;
      const i64 cut = std::clamp<i64>(whole(at[3], far), 0, w), end_of_cut = std::clamp<i64>(whole(at[5], far), cut, w);
      std::fill(to + cut * c, to + end_of_cut * c, T(0));
    }
  });
}

GAN_KERNEL(translate_cutout)

}  // namespace gan::cpu
