// The gradient engine and its check.
#include "gan/grad/grad.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "gan/backend/kernels.hpp"
#include "gan/core/rng.hpp"
#include "gan/grad/gradcheck.hpp"
#include "gan/ops/arithmetic.hpp"
#include "gan/ops/random.hpp"

namespace gan {
namespace {

template <class T>
using NodePtr = std::shared_ptr<Node<T>>;

/// Nodes from which `root` was made, newest first.
template <class T>
std::vector<NodePtr<T>> history_of(const NodePtr<T>& root) {
  std::vector<NodePtr<T>> order, pending{root};
  std::unordered_map<const Node<T>*, bool> seen{{root.get(), true}};
  while (!pending.empty()) {
    NodePtr<T> node = std::move(pending.back());
    pending.pop_back();
    for (const auto& input : node->inputs)
      if (input.node() && seen.emplace(input.node().get(), true).second) pending.push_back(input.node());
    order.push_back(std::move(node));
  }
  std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a->id > b->id; });
  return order;
}

/// total += part, in place where nobody else can see it.
template <class T>
void accumulate(Tensor<T>& total, const Tensor<T>& part, bool& owned) {
  if (!total.defined()) {
    total = part;
    owned = false;
  } else if (recording() || !owned) {
    total = add(total, part);
    owned = true;
  } else {
    kernels<T>(total.device()).accumulate(total.size(), part.data(), total.mutable_data());
  }
}

}  // namespace

template <class T>
Tensors<T> grad(const Tensor<T>& y, const Tensor<T>& seed, const Tensors<T>& wrt, bool create_graph) {
  if (!y.tracked()) throw ValueError("[grad] the loss has no history: nothing in it depends on a leaf or a parameter");
  GAN_CHECK_SHAPE(y.shape() == seed.shape(), "grad", "the seed needs the shape of the output", y.shape(), seed.shape());
  struct Progress {
    Tensor<T> gradient;
    bool leads_to_wrt = false, owned = false;
  };
  std::unordered_map<const Node<T>*, Progress> progress;
  for (const auto& w : wrt) {
    if (!w.tracked()) throw ValueError("[grad] a tensor of shape " + to_string(w.shape()) + " is no leaf; use leaf(x)");
    progress[w.node().get()].leads_to_wrt = true;
  }
  const auto order = history_of<T>(y.node());
  for (auto node = order.rbegin(); node != order.rend(); ++node) {  // oldest first: does it lead to wrt?
    for (const auto& input : (*node)->inputs) {
      if (!input.node()) continue;
      const auto found = progress.find(input.node().get());
      if (found != progress.end() && found->second.leads_to_wrt) {
        progress[node->get()].leads_to_wrt = true;
        break;
      }
    }
  }
  NoRecord mode(create_graph);
  progress[y.node().get()].gradient = seed;
  std::unordered_map<const Node<T>*, bool> wanted;
  for (const auto& w : wrt) wanted[w.node().get()] = true;
  for (const auto& node : order) {
    const auto here = progress.find(node.get());
    if (here == progress.end() || !here->second.leads_to_wrt || !node->backward) continue;
    Tensor<T> gradient = here->second.gradient;
    if (!gradient.defined()) continue;
    if (!wanted.count(node.get())) here->second.gradient = {};  // its memory is free after this step
    std::vector<char> needs(node->inputs.size());
    bool any = false;
    for (std::size_t i = 0; i < needs.size(); ++i) {
      const auto& input = node->inputs[i].node();
      const auto found = input ? progress.find(input.get()) : progress.end();
      needs[i] = found != progress.end() && found->second.leads_to_wrt;
      any = any || needs[i];
    }
    if (!any) continue;
    const Tensors<T> parts = node->backward(gradient, Saved<T>(node, needs));
    gradient = {};
    for (std::size_t i = 0; i < parts.size() && i < needs.size(); ++i) {
      if (!needs[i] || !parts[i].defined()) continue;
      Progress& p = progress[node->inputs[i].node().get()];
      GAN_CHECK_SHAPE(parts[i].shape() == node->inputs[i].shape(), node->op, "a backward gave a wrong shape",
                      parts[i].shape(), node->inputs[i].shape());
      accumulate(p.gradient, parts[i], p.owned);
    }
  }
  Tensors<T> result;
  for (const auto& w : wrt) {
    const Tensor<T>& g = progress[w.node().get()].gradient;
    result.push_back(g.defined() ? g : Tensor<T>::zeros(w.shape(), w.device()));
  }
  return result;
}

template <class T>
Tensors<T> grad(const Tensor<T>& loss, const Tensors<T>& wrt, bool create_graph) {
  GAN_CHECK_SHAPE(loss.defined() && loss.size() == 1, "grad", "the loss must have one element", loss.shape());
  return grad(loss, Tensor<T>::full(loss.shape(), T(1), loss.device()), wrt, create_graph);
}

#define GAN_INSTANTIATE_GRAD(T)                                                \
  template Tensors<T> grad(const Tensor<T>&, const Tensors<T>&, bool);         \
  template Tensors<T> grad(const Tensor<T>&, const Tensor<T>&, const Tensors<T>&, bool);
GAN_INSTANTIATE_GRAD(float)
GAN_INSTANTIATE_GRAD(double)

// ---- gradcheck -----------------------------------------------------------------------------------------------------

namespace {

template <class T>
Tensor<T> projection(const Shape& shape, u64 seed, u64 draw) {
  Rng rng{seed, 0x6772616463686bull, draw};
  return rand<T>(shape, rng, -1, 1);
}

/// A scalar function of the inputs: f, or the projected gradient of f, weighted by fixed random numbers.
template <class T>
Tensor<T> scalar_of(const std::function<Tensor<T>(const Tensors<T>&)>& f, const Tensors<T>& x, int order, u64 seed) {
  const Tensor<T> y = f(x);
  const Tensor<T> first = sum(mul(y, projection<T>(y.shape(), seed, 0)));
  if (order == 1) return first;
  if (!first.tracked()) return first;
  const Tensors<T> g = grad(first, x, true);
  Tensor<T> total = Tensor<T>::zeros(Shape{});
  for (std::size_t i = 0; i < g.size(); ++i) total = add(total, sum(mul(g[i], projection<T>(g[i].shape(), seed, i + 1))));
  return total;
}

}  // namespace

template <class T>
GradcheckResult gradcheck(const std::function<Tensor<T>(const Tensors<T>&)>& f, const Tensors<T>& inputs,
                          GradcheckOptions o) {
  Tensors<T> x;
  for (const auto& t : inputs) x.push_back(leaf(t.clone()));
  GradcheckResult result{true, 0, {}};
  auto compare = [&](const char* which, const Tensors<T>& analytic, const std::vector<std::vector<double>>& numeric) {
    double scale = 1;
    for (const auto& block : numeric)
      for (const double v : block) scale = std::max(scale, std::abs(v));
    for (std::size_t i = 0; i < numeric.size(); ++i) {
      for (std::size_t j = 0; j < numeric[i].size(); ++j) {
        const double a = static_cast<double>(analytic[i].data()[j]);
        const double error = std::abs(a - numeric[i][j]) / scale;
        if (!(error <= o.tolerance)) result.passed = false;
        if (!(error <= result.worst)) {
          result.worst = error;
          result.message = std::string(which) + ": input " + std::to_string(i) + " element " + std::to_string(j) +
                           ": analytic " + std::to_string(a) + ", numeric " + std::to_string(numeric[i][j]) +
                           ", relative error " + std::to_string(error);
        }
      }
    }
  };
  const Tensor<T> value = scalar_of(f, x, o.order, o.seed);
  Tensors<T> analytic;
  if (value.tracked()) {
    analytic = grad(value, x);
  } else {
    for (const auto& t : x) analytic.push_back(Tensor<T>::zeros(t.shape()));
  }
  std::vector<std::vector<double>> numeric;
  for (auto& t : x) {
    std::vector<double> block;
    for (i64 j = 0; j < t.size(); ++j) {
      const T keep = t.data()[j];
      auto at = [&](double shift) {
        t.mutable_data()[j] = static_cast<T>(static_cast<double>(keep) + shift);
        return static_cast<double>(scalar_of(f, x, o.order, o.seed).item());
      };
      const double h = o.step;
      block.push_back((8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h));
      t.mutable_data()[j] = keep;
    }
    numeric.push_back(std::move(block));
  }
  compare(o.order == 1 ? "fused gradient" : "second derivative", analytic, numeric);
  if (o.order == 1 && value.tracked())
    compare("gradient in ops", grad(scalar_of(f, x, 1, o.seed), x, true), numeric);
  return result;
}

template GradcheckResult gradcheck(const std::function<Tensor<double>(const Tensors<double>&)>&,
                                   const Tensors<double>&, GradcheckOptions);
template GradcheckResult gradcheck(const std::function<Tensor<float>(const Tensors<float>&)>&, const Tensors<float>&,
                                   GradcheckOptions);

}  // namespace gan
