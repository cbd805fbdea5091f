// See nn/input.hpp.
#include "gan/nn/input.hpp"

namespace gan {

std::vector<std::string> part_names(const InputSpec& spec) {
  std::vector<std::string> names;
  if (spec.x.rank() > 0) names.emplace_back("x");
  if (spec.mask) names.emplace_back("mask");
  if (spec.latent.size > 0) names.emplace_back("z");
  if (spec.codes > 0) names.emplace_back("codes");
  if (spec.text_length > 0) names.emplace_back("text");
  if (spec.classes > 0) names.emplace_back("labels");
  return names;
}

template <class T>
BasicParts<T> draw_input(const InputSpec& spec, i64 n, Rng& rng, Device device) {
  BasicParts<T> input;
  if (spec.latent.size > 0) input.set("z", draw_latent<T>(n, spec.latent, rng, device));
  if (spec.codes > 0) input.set("codes", rand<T>({n, spec.codes}, rng, -1, 1, device));
  return input;
}

template <class T>
BasicParts<T> input_for(const InputSpec& spec, const BasicParts<T>& batch, Rng& rng) {
  const Device device = batch.empty() ? Device::cpu() : batch.begin()->second.device();
  BasicParts<T> input = draw_input<T>(spec, batch.rows(), rng, device);
  for (const std::string& name : part_names(spec))
    if (!input.has(name)) input.set(name, batch[name]);
  return input;
}

template <class T>
Tensors<T> detail::in_order(const InputSpec& spec, const BasicParts<T>& input) {
  Tensors<T> tensors;
  for (const std::string& name : part_names(spec))
    tensors.push_back(name == "labels" ? one_hot(input[name], spec.classes) : input[name]);
  return tensors;
}

void detail::throw_other_arity(const InputSpec& spec) {
  std::string list;
  for (const std::string& name : part_names(spec)) list += (list.empty() ? "" : ", ") + name;
  throw ValueError("[generate] the network does not take the parts of its input, which are: " +
                   (list.empty() ? "none (say what it is fed: .input = {.latent = …})" : list) + "; a network may also take (const Parts&, Pass&)");
}

#define GAN_INPUT(T)                                                               \
  template BasicParts<T> draw_input(const InputSpec&, i64, Rng&, Device);          \
  template BasicParts<T> input_for(const InputSpec&, const BasicParts<T>&, Rng&);  \
  template Tensors<T> detail::in_order(const InputSpec&, const BasicParts<T>&);
GAN_INPUT(float)
GAN_INPUT(double)

}  // namespace gan
