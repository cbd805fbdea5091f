// See data/unpaired.hpp.
#include "gan/data/unpaired.hpp"

#include <algorithm>
#include <map>

#include "gan/data/loader.hpp"
#include "src/data/checksum.hpp"

namespace gan::data {
namespace {

/// The examples of a batch that meet the smaller collection in the same walk.
struct Walk {
  std::vector<i64> rows;     // in the batch
  std::vector<i64> indices;  // in the smaller collection
};

/// Copies row k of `from` to row rows[k] of `to`, a tensor of `n` rows that is made at first.
void scatter_rows(const Var& from, const std::vector<i64>& rows, i64 n, Var& to) {
  if (!to.defined()) to = Var(from.shape().with(0, n));
  const i64 row = from.shape().stride0();
  float* const out = to.mutable_data();
  for (std::size_t k = 0; k < rows.size(); ++k)
    std::copy_n(from.data() + static_cast<i64>(k) * row, row, out + rows[k] * row);
}

/// The parts of examples of the smaller collection that go with these indices of the larger.
Parts partners(const Source& small, i64 large_size, std::span<const i64> indices, const Draws& draws) {
  const i64 n = small.size();
  const u64 walks = static_cast<u64>((large_size + n - 1) / n);
  const u64 seed = draws.seed ^ 0x9E3779B97F4A7C15ull;  // another than that of the larger collection's order
  std::map<u64, Walk> by_walk;
  for (std::size_t r = 0; r < indices.size(); ++r) {
    Walk& walk = by_walk[draws.epoch * walks + static_cast<u64>(indices[r] / n)];
    walk.rows.push_back(static_cast<i64>(r));
    walk.indices.push_back(indices[r] % n);
  }
  if (indices.empty()) return small.batch({}, draws);
  std::vector<std::pair<std::string, Var>> parts;
  for (auto& [number, walk] : by_walk) {
    const Permutation order(n, seed, number);
    for (i64& index : walk.indices) index = order(index);
    const Parts some = small.batch(walk.indices, {seed, number});
    if (parts.empty())
      for (const auto& [name, value] : some) parts.emplace_back(name, Var());
    for (auto& [name, value] : parts)
      scatter_rows(some[name], walk.rows, static_cast<i64>(indices.size()), value);
  }
  Parts all;
  for (auto& [name, value] : parts) all.set(name, std::move(value));
  return all;
}

}  // namespace

Unpaired::Unpaired(Source x, Source y) : x_(std::move(x)), y_(std::move(y)) {
  if (x_.size() == 0 || y_.size() == 0)
    throw ValueError("[unpaired] x has " + std::to_string(x_.size()) + " examples, y " + std::to_string(y_.size()) +
                     "; both need some");
}

Parts Unpaired::batch(std::span<const i64> indices, const Draws& draws) const {
  detail::require_indices("unpaired", indices, size());
  const bool x_is_large = x_.size() >= y_.size();
  Parts parts = x_is_large ? x_.batch(indices, draws) : partners(x_, y_.size(), indices, draws);
  const Parts others = x_is_large ? partners(y_, x_.size(), indices, draws) : y_.batch(indices, draws);
  parts.set("y", others["x"]);
  return parts;
}

std::string Unpaired::checksum() const { return checksum_of({"unpaired", x_.checksum(), y_.checksum()}); }

Unpaired unpaired(Source x, Source y) { return {std::move(x), std::move(y)}; }

}  // namespace gan::data
