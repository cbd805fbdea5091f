// Dual coordinate descent, for all classes in one sweep over the samples.
#include "gan/analysis/linear_svm.hpp"

#include <cmath>

#include "gan/core/parallel.hpp"
#include "src/metrics/rows.hpp"

namespace gan::analysis {

using namespace metrics;  // for Samples and the functions that read them

namespace {

constexpr i64 lanes = 8;

/// A dot product summed in `lanes` parts, in an order that does not depend on the width of the instruction set.
double dot(const double* a, const double* b, i64 n) {
  double part[lanes] = {};
  i64 k = 0;
  for (; k + lanes <= n; k += lanes)
    for (i64 l = 0; l < lanes; ++l) part[l] += a[k + l] * b[k + l];
  double sum = 0;
  for (; k < n; ++k) sum += a[k] * b[k];
  for (const double p : part) sum += p;
  return sum;
}

void check(const SvmOptions& o, std::span<const i64> labels, const Samples& x, i64 classes) {
  if (!(o.c > 0) || !std::isfinite(o.c) || !(o.tolerance > 0) || o.passes < 1 || classes < 2)
    throw ValueError("[LinearSvm] c " + std::to_string(o.c) + ", tolerance " + std::to_string(o.tolerance) + ", " +
                     std::to_string(o.passes) + " passes, " + std::to_string(classes) +
                     " classes; c and tolerance above 0, at least 1 pass and 2 classes are needed");
  if (static_cast<i64>(labels.size()) != x.count())
    throw ValueError("[LinearSvm] " + std::to_string(labels.size()) + " labels for samples " + to_string(x.shape()));
  for (const i64 label : labels)
    if (label < 0 || label >= classes)
      throw ValueError("[LinearSvm] label " + std::to_string(label) + "; there are " + std::to_string(classes) +
                       " classes from 0");
  check_samples("LinearSvm", "the features", x, 1);
}

/// One class against the rest.
struct Machine {
  double* w = nullptr;  // D weights, then the bias
  std::vector<double> alpha;
  double violation = 0;  // largest projected gradient of this pass
};

}  // namespace

LinearSvm::LinearSvm(const Samples& x, std::span<const i64> labels, i64 classes, const SvmOptions& o) {
  check(o, labels, x, classes);
  const i64 n = x.count(), d = x.width();
  constexpr i64 block = 64;
  Tensor<double> w = Tensor<double>::zeros(Shape{classes, d + 1});
  std::vector<Machine> machines(static_cast<std::size_t>(classes));
  for (i64 c = 0; c < classes; ++c)
    machines[static_cast<std::size_t>(c)] = {w.mutable_data() + c * (d + 1),
                                             std::vector<double>(static_cast<std::size_t>(n))};
  std::vector<double> rows(static_cast<std::size_t>(block * (d + 1))), squares(static_cast<std::size_t>(block));
  std::vector<i64> which(static_cast<std::size_t>(block));
  const double diagonal = 0.5 / o.c;
  while (!converged_ && passes_ < o.passes) {
    const std::vector<i64> order = choose(n, n, Rng{o.seed, name_stream("LinearSvm"), static_cast<u64>(passes_)});
    for (Machine& m : machines) m.violation = 0;
    for (i64 first = 0; first < n; first += block) {
      const i64 count = std::min(block, n - first);
      parallel_for(count, 8, [&](i64 begin, i64 end) {
        for (i64 i = begin; i < end; ++i) {
          double* const row = rows.data() + i * (d + 1);
          which[static_cast<std::size_t>(i)] = order[static_cast<std::size_t>(first + i)];
          x.read(which[static_cast<std::size_t>(i)], 1, row);
          row[d] = o.bias ? 1 : 0;
          squares[static_cast<std::size_t>(i)] = dot(row, row, d + 1);
        }
      });
      parallel_for(classes, 1, [&](i64 begin, i64 end) {
        for (i64 c = begin; c < end; ++c) {
          Machine& m = machines[static_cast<std::size_t>(c)];
          for (i64 i = 0; i < count; ++i) {
            const double* const row = rows.data() + i * (d + 1);
            const auto at = static_cast<std::size_t>(which[static_cast<std::size_t>(i)]);
            const double y = labels[at] == c ? 1 : -1;
            double& alpha = m.alpha[at];
            const double gradient = y * dot(m.w, row, d + 1) - 1 + diagonal * alpha;
            const double projected = alpha > 0 ? gradient : std::min(gradient, 0.0);
            m.violation = std::max(m.violation, std::abs(projected));
            if (projected == 0) continue;
            const double before = alpha;
            alpha = std::max(0.0, alpha - gradient / (squares[static_cast<std::size_t>(i)] + diagonal));
            const double change = (alpha - before) * y;
            for (i64 k = 0; k <= d; ++k) m.w[k] += change * row[k];
          }
        }
      });
    }
    ++passes_;
    converged_ = true;
    for (const Machine& m : machines) converged_ = converged_ && m.violation <= o.tolerance;
  }
  weight_ = Tensor<double>(Shape{classes, d});
  bias_ = Tensor<double>(Shape{classes});
  for (i64 c = 0; c < classes; ++c) {
    std::copy_n(machines[static_cast<std::size_t>(c)].w, d, weight_.mutable_data() + c * d);
    bias_.mutable_data()[c] = machines[static_cast<std::size_t>(c)].w[d];
  }
}

Tensor<double> LinearSvm::scores(const Samples& x) const {
  const i64 classes = weight_.shape(0), d = weight_.shape(1);
  GAN_CHECK_SHAPE(x.width() == d, "LinearSvm", "features of the width that it was fitted on are needed", x.shape(),
                  weight_.shape());
  Tensor<double> y(Shape{x.count(), classes});
  double* const to = y.mutable_data();
  parallel_for(x.count(), 16, [&](i64 begin, i64 end) {
    std::vector<double> row(static_cast<std::size_t>(d));
    for (i64 i = begin; i < end; ++i) {
      x.read(i, 1, row.data());
      for (i64 c = 0; c < classes; ++c)
        to[i * classes + c] = dot(weight_.data() + c * d, row.data(), d) + bias_.data()[c];
    }
  });
  return y;
}

std::vector<i64> LinearSvm::predict(const Samples& x) const {
  const Tensor<double> y = scores(x);
  const i64 classes = y.shape(1);
  std::vector<i64> best;
  for (i64 i = 0; i < y.shape(0); ++i) {
    const double* const row = y.data() + i * classes;
    best.push_back(std::max_element(row, row + classes) - row);
  }
  return best;
}

double LinearSvm::accuracy(const Samples& x, std::span<const i64> labels) const {
  if (static_cast<i64>(labels.size()) != x.count() || labels.empty())
    throw ValueError("[LinearSvm] " + std::to_string(labels.size()) + " labels for samples " + to_string(x.shape()));
  const std::vector<i64> answers = predict(x);
  i64 right = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) right += answers[i] == labels[i];
  return static_cast<double>(right) / static_cast<double>(answers.size());
}

Standardizer::Standardizer(const Samples& x) {
  check_samples("Standardizer", "the features", x, 1);
  const i64 d = x.width();
  mean_ = column_means(x);
  std::vector<double> variance(static_cast<std::size_t>(d)), row(variance);
  for (i64 i = 0; i < x.count(); ++i) {
    x.read(i, 1, row.data(), mean_.data());
    for (std::size_t k = 0; k < row.size(); ++k) variance[k] += row[k] * row[k];
  }
  for (const double v : variance) {
    const double deviation = std::sqrt(v / static_cast<double>(x.count()));
    scale_.push_back(deviation > 1e-12 ? 1 / (deviation * std::sqrt(static_cast<double>(d))) : 0);
  }
}

void Standardizer::apply(Tensor<float>& features) const {
  GAN_CHECK_SHAPE(features.rank() == 2 && features.shape(1) == static_cast<i64>(mean_.size()), "Standardizer",
                  "features (n, d) of the width that it has learnt are needed", features.shape(),
                  Shape{static_cast<i64>(mean_.size())});
  const i64 d = features.shape(1);
  float* const to = features.mutable_data();
  parallel_for(features.shape(0), 64, [&](i64 begin, i64 end) {
    for (i64 i = begin; i < end; ++i)
      for (i64 k = 0; k < d; ++k) {
        const auto at = static_cast<std::size_t>(k);
        to[i * d + k] = static_cast<float>((static_cast<double>(to[i * d + k]) - mean_[at]) * scale_[at]);
      }
  });
}

}  // namespace gan::analysis
