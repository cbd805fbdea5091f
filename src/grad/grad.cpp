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

/// The nodes of the history of `root`, newest first.
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

/// total += part, in place if no other tensor shares the memory of one of the two.
template <class T>
void accumulate(Tensor<T>& total, Tensor<T> part) {
  const auto add_to = [](Tensor<T>& sum, const Tensor<T>& x) {
    kernels<T>(sum.device()).accumulate(sum.size(), x.data(), sum.mutable_data());
  };
  if (!total.defined()) {
    total = std::move(part);
  } else if (!recording() && total.storage().use_count() == 1) {
    add_to(total, part);
  } else if (!recording() && part.storage().use_count() == 1) {
    add_to(part, total);
    total = std::move(part);
  } else {
    total = add(total, part);
  }
}

/// The state of a node during one call of grad.
template <class T>
struct Progress {
  Tensor<T> gradient;
  bool leads_to_wrt = false;
  bool is_wrt = false;  ///< if so, its gradient is a result and is kept
};
template <class T>
using ProgressOf = std::unordered_map<const Node<T>*, Progress<T>>;

/// Marks the nodes of wrt, and the nodes in `order` (newest first) that depend on them.
template <class T>
ProgressOf<T> mark(const std::vector<NodePtr<T>>& order, const Tensors<T>& wrt) {
  ProgressOf<T> progress;
  for (const auto& w : wrt) {
    if (!w.tracked()) throw ValueError("[grad] a tensor of shape " + to_string(w.shape()) + " is no leaf; use leaf(x)");
    Progress<T>& p = progress[w.node().get()];
    p.leads_to_wrt = p.is_wrt = true;
  }
  const auto leads = [&](const Tensor<T>& input) {
    if (!input.node()) return false;
    const auto found = progress.find(input.node().get());
    return found != progress.end() && found->second.leads_to_wrt;
  };
  for (auto node = order.rbegin(); node != order.rend(); ++node)  // oldest first
    if (std::any_of((*node)->inputs.begin(), (*node)->inputs.end(), leads)) progress[node->get()].leads_to_wrt = true;
  return progress;
}

/// Which inputs of a node need a gradient, and the accumulated gradients to which its backward may add in place.
template <class T>
struct Wanted {
  std::vector<char> needs;
  std::vector<Tensor<T>*> sums;
  bool any = false;

  Wanted(const Node<T>& node, ProgressOf<T>& progress) : needs(node.inputs.size()), sums(node.inputs.size()) {
    for (std::size_t i = 0; i < needs.size(); ++i) {
      const auto& input = node.inputs[i].node();
      const auto found = input ? progress.find(input.get()) : progress.end();
      needs[i] = found != progress.end() && found->second.leads_to_wrt;
      any = any || needs[i];
      if (!needs[i] || recording()) continue;
      Tensor<T>& sum = found->second.gradient;
      if (sum.defined() && sum.storage().use_count() == 1) sums[i] = &sum;
    }
  }
};

/// Runs the backwards of `order`, newest first, and accumulates their results in `progress`. A node is released after
/// its turn, with the tensors that it saved, if nothing else holds it.
template <class T>
void sweep(std::vector<NodePtr<T>> order, ProgressOf<T>& progress) {
  for (auto& next : order) {
    const NodePtr<T> node = std::move(next);
    const auto here = progress.find(node.get());
    if (here == progress.end() || !here->second.leads_to_wrt || !node->backward) continue;
    Tensor<T> gradient = here->second.gradient;
    if (!gradient.defined()) continue;
    if (!here->second.is_wrt) here->second.gradient = {};  // its memory is free after this step
    const Wanted<T> wanted(*node, progress);
    if (!wanted.any) continue;
    Tensors<T> parts = node->backward(gradient, Saved<T>(node, wanted.needs, wanted.sums));
    gradient = {};
    for (std::size_t i = 0; i < parts.size() && i < wanted.needs.size(); ++i) {
      if (!wanted.needs[i] || !parts[i].defined()) continue;
      GAN_CHECK_SHAPE(parts[i].shape() == node->inputs[i].shape(), node->op, "a backward gave a wrong shape",
                      parts[i].shape(), node->inputs[i].shape());
      accumulate(progress[node->inputs[i].node().get()].gradient, std::move(parts[i]));
    }
  }
}

/// The gradients of wrt; zeros for those that received none.
template <class T>
Tensors<T> collect(const ProgressOf<T>& progress, const Tensors<T>& wrt) {
  Tensors<T> result;
  for (const auto& w : wrt) {
    const Tensor<T>& g = progress.at(w.node().get()).gradient;
    result.push_back(g.defined() ? g : Tensor<T>::zeros(w.shape(), w.device()));
  }
  return result;
}

}  // namespace

template <class T>
Tensors<T> grad(Tensor<T> y, const Tensor<T>& seed, const Tensors<T>& wrt, bool create_graph) {
  if (!y.tracked()) throw ValueError("[grad] the loss has no history: nothing in it depends on a leaf or a parameter");
  GAN_CHECK_SHAPE(y.shape() == seed.shape(), "grad", "the seed needs the shape of the output", y.shape(), seed.shape());
  auto order = history_of<T>(y.node());
  ProgressOf<T> progress = mark(order, wrt);
  const GradMode mode(create_graph);
  progress[y.node().get()].gradient = seed;
  y = {};
  sweep(std::move(order), progress);
  return collect(progress, wrt);
}

template <class T>
Tensors<T> grad(Tensor<T> loss, const Tensors<T>& wrt, bool create_graph) {
  GAN_CHECK_SHAPE(loss.defined() && loss.size() == 1, "grad", "the loss must have one element", loss.shape());
  const Tensor<T> one = Tensor<T>::full(loss.shape(), T(1), loss.device());
  return grad(std::move(loss), one, wrt, create_graph);
}

#define GAN_INSTANTIATE_GRAD(T)                                 \
  template Tensors<T> grad(Tensor<T>, const Tensors<T>&, bool); \
  template Tensors<T> grad(Tensor<T>, const Tensor<T>&, const Tensors<T>&, bool);
GAN_INSTANTIATE_GRAD(float)
GAN_INSTANTIATE_GRAD(double)

// ---- gradcheck -----------------------------------------------------------------------------------------------------

namespace {

/// All elements of the tensors, one after the other.
template <class T>
std::vector<double> elements(const Tensors<T>& tensors) {
  std::vector<double> out;
  for (const auto& t : tensors)
    for (const T v : t.to_vector()) out.push_back(static_cast<double>(v));
  return out;
}

/// rows[k][j] = d output k / d input j, by one backward pass for every output element.
template <class T, class Function>
std::vector<std::vector<double>> analytic_jacobian(const Function& f, const Tensors<T>& x, bool in_ops) {
  const Tensors<T> outputs = f(x);
  std::vector<std::vector<double>> rows;
  for (const auto& y : outputs) {
    for (i64 k = 0; k < y.size(); ++k) {
      if (!y.tracked()) {
        rows.emplace_back(elements(x).size(), 0.0);
        continue;
      }
      Tensor<T> seed = Tensor<T>::zeros(y.shape());
      seed.mutable_data()[k] = T(1);
      rows.push_back(elements(grad(y, seed.to(y.device()), x, in_ops)));
    }
  }
  return rows;
}

/// columns[j][k] = d output k / d input j, by the five-point stencil.
template <class T, class Function>
std::vector<std::vector<double>> numeric_jacobian(const Function& f, Tensors<T>& x, double h) {
  std::vector<std::vector<double>> columns;
  for (auto& t : x) {
    std::vector<T> values = t.to_vector();
    for (T& value : values) {
      const T keep = value;
      const auto set = [&](double shift) {
        value = static_cast<T>(static_cast<double>(keep) + shift);
        t.copy_from(Tensor<T>::from(values, t.shape()));
      };
      const auto at = [&](double shift) {
        set(shift);
        return elements(f(x));
      };
      const std::vector<double> p1 = at(h), m1 = at(-h), p2 = at(2 * h), m2 = at(-2 * h);
      set(0);
      std::vector<double> column(p1.size());
      for (std::size_t k = 0; k < column.size(); ++k) column[k] = (8 * (p1[k] - m1[k]) - (p2[k] - m2[k])) / (12 * h);
      columns.push_back(std::move(column));
    }
  }
  return columns;
}

}  // namespace

template <class T>
GradcheckResult gradcheck(const std::function<Tensor<T>(const Tensors<T>&)>& f, const Tensors<T>& inputs,
                          GradcheckOptions o) {
  Tensors<T> x;
  for (const auto& t : inputs) x.push_back(leaf(t.clone()));
  std::function<Tensors<T>(const Tensors<T>&)> outputs = [&f](const Tensors<T>& v) { return Tensors<T>{f(v)}; };
  if (o.order == 2) {  // the gradient in the inputs, as a function of the inputs and of the output's cotangent
    Rng rng{o.seed, 0x6772616463686bull, 0};
    const Tensor<T> like = f(x);
    x.push_back(leaf(rand<T>(like.shape(), rng, -1, 1, like.device())));
    outputs = [&f](const Tensors<T>& v) {
      const Tensors<T> at(v.begin(), v.end() - 1);
      const Tensor<T> y = f(at);
      if (!y.tracked()) return Tensors<T>{Tensor<T>::zeros(y.shape())};
      return grad(sum(mul(y, v.back())), at, true);
    };
  }
  const auto columns = numeric_jacobian<T>(outputs, x, o.step);
  double scale = 1;
  for (const auto& column : columns)
    for (const double v : column) scale = std::max(scale, std::abs(v));
  GradcheckResult result{true, 0, {}};
  for (const bool in_ops : {false, true}) {
    if (in_ops && o.order == 2) break;  // the gradient under test was written in ops already
    const auto rows = analytic_jacobian<T>(outputs, x, in_ops);
    for (std::size_t k = 0; k < rows.size(); ++k) {
      for (std::size_t j = 0; j < columns.size(); ++j) {
        const double error = std::abs(rows[k][j] - columns[j][k]) / scale;
        if (!(error <= o.tolerance)) result.passed = false;
        if (error <= result.worst) continue;
        result.worst = error;
        result.message = std::string(in_ops ? "backward in ops" : "fused backward") + ", order " +
                         std::to_string(o.order) + ": d output " + std::to_string(k) + " / d input element " +
                         std::to_string(j) + ": analytic " + std::to_string(rows[k][j]) + ", numeric " +
                         std::to_string(columns[j][k]) + ", relative error " + std::to_string(error);
      }
    }
  }
  return result;
}

template GradcheckResult gradcheck(const std::function<Tensor<double>(const Tensors<double>&)>&, const Tensors<double>&,
                                   GradcheckOptions);
template GradcheckResult gradcheck(const std::function<Tensor<float>(const Tensors<float>&)>&, const Tensors<float>&,
                                   GradcheckOptions);

}  // namespace gan
