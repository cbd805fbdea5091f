// See objectives/regularization.hpp.
#include "gan/objectives/regularization.hpp"

namespace gan {

template <class T>
BasicHistoricalAverage<T>::BasicHistoricalAverage(Parameters<T> of, double weight)
    : strength(weight), parameters_(std::move(of)) {
  for (const Tensor<T>& p : parameters_.tensors)
    means_.emplace_back(p.shape(), Param<T>::Kind::buffer, initializer::constant(0));
}

template <class T>
Tensor<T> BasicHistoricalAverage<T>::operator()() {
  if (parameters_.tensors.empty()) throw ValueError("[HistoricalAverage] there are no parameters");
  Tensor<T> share;  // 1 / t
  {
    NoGrad constant;
    count_.move_to(parameters_.tensors[0].device());
    count_.set(count_.tensor() + 1.0);
    share = pow(count_.tensor(), -1);
  }
  Tensor<T> total;
  for (std::size_t i = 0; i < means_.size(); ++i) {
    const Tensor<T>& p = parameters_.tensors[i];
    Tensor<T> mean;
    {
      NoGrad constant;
      means_[i].move_to(p.device());
      mean = means_[i].tensor() + share * (p - means_[i].tensor());
      means_[i].set(mean);
    }
    const Tensor<T> distance = sum(square(p - mean));
    total = total.defined() ? total + distance : distance;
  }
  return strength * total;
}

template <class T>
void BasicHistoricalAverage<T>::visit(BasicVisitor<T>& v) {
  for (std::size_t i = 0; i < means_.size(); ++i) v("mean." + parameters_.names[i], means_[i]);
  v("count", count_);
}

template struct BasicHistoricalAverage<float>;
template struct BasicHistoricalAverage<double>;

}  // namespace gan
