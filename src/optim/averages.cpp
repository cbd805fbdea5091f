// See optim/averages.hpp.
#include "gan/optim/averages.hpp"

#include <algorithm>
#include <map>

#include "gan/backend/kernels.hpp"

namespace gan {

template <class T>
BasicAverages<T>::BasicAverages(Walk walk, Schedule decay) : decay_(std::move(decay)) {
  std::map<const void*, Param<T>*> known;  // averages by the memory of their source
  BasicVisitor<T> visitor([&](const std::string& name, Param<T>& p) {
    if (!p.defined()) return;
    Param<T>*& average = known[p.data()];
    if (average == nullptr) average = &each_.emplace_back(std::make_unique<Each>(Each{&p, p}))->average;
    names_.emplace_back(name, average);
  });
  walk(visitor);
}

template <class T>
void BasicAverages<T>::update() {
  const double keep = decay_(steps_++);
  std::vector<UpdateArrays<T>> arrays;
  for (const auto& each : each_) {
    each->average.move_to(each->source->device());
    Tensor<T> target = each->average.tensor();
    arrays.push_back({target.size(), each->source->data(), target.mutable_data(), {}});
  }
  if (arrays.empty()) return;
  kernels<T>(each_.front()->source->device())
      .lerp({keep}, arrays);
}

template <class T>
void BasicAverages<T>::visit(BasicVisitor<T>& v) {
  for (const auto& [name, average] : names_) v(name, *average);
  v("steps", steps_);
}

template <class T>
void BasicAverages<T>::swap() {
  for (const auto& each : each_) {
    each->average.move_to(each->source->device());
    Tensor<T> source = each->source->tensor(), average = each->average.tensor();
    if (source.device().is_cpu()) {  // no memory is needed: this also runs when a scope ends
      std::swap_ranges(source.mutable_data(), source.mutable_data() + source.size(), average.mutable_data());
      continue;
    }
    const Tensor<T> values = detach<T>(source).clone();
    source.copy_from(average);
    average.copy_from(values);
  }
}

template class BasicAverages<float>;
template class BasicAverages<double>;

}  // namespace gan
