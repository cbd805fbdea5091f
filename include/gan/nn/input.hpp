// What a generator is fed, described by data: programs, grids, metrics and files know an InputSpec, not a network.
#pragma once

#include <span>

#include "gan/core/fields.hpp"
#include "gan/core/vocabulary.hpp"
#include "gan/nn/latent.hpp"
#include "gan/ops/linear.hpp"
#include "gan/tensor/parts.hpp"

namespace gan {

/// The parts that a generator takes, and how its images are to be read. A generator is any of
///   G(parts, pass), with the parts by name,
///   G(z, pass), G(z, labels, pass), G(x, pass), G(x, z, pass): as many tensors as there are parts, up to three, in the order x,
///   mask, z, codes, text, labels, where labels are one-hot (N, classes).
struct InputSpec {
  Latent latent = 0;              ///< z (N, latent.size), drawn; 0: none
  i64 codes = 0;                  ///< codes (N, codes), drawn from U(-1, 1); 0: none
  i64 classes = 0;                ///< labels (N), class numbers in [0, classes); 0: none
  Shape x = {};                   ///< (H, W, C) of an image x (N, H, W, C), or (D) of a point; empty: none; extents of 0: any
  bool mask = false;              ///< mask (N, H, W, 1) of x: 1 where it is known, 0 in holes
  i64 text_length = 0;            ///< text (N, text_length), token numbers; 0: none
  Vocabulary vocabulary = {};     ///< of texts
  bool batch_statistics = false;  ///< BatchNorm normalises what is generated with the statistics of its own batch
  float low = -1, high = 1;       ///< the values of black and white in images
  float x_low = low, x_high = high;  ///< the same in the image x that is given

  template <class F>
  void visit(F&& f) {
    f("latent", latent.size, "numbers in z", IntRange{0, 1 << 24});
    f("prior", latent.prior, "distribution of z");
    f("codes", codes, "latent codes", IntRange{0, 65536});
    f("classes", classes, "of labels", IntRange{0, 65536});
    f("x", x, "shape of an image or point");
    f("mask", mask, "whether a mask belongs to x");
    f("text_length", text_length, "tokens in a text", IntRange{0, 65536});
    f("vocabulary", vocabulary, "words of texts");
    f("batch_statistics", batch_statistics, "of the batch that is generated");
    f("low", low, "value of black");
    f("high", high, "value of white");
    f("x_low", x_low, "value of black in x");
    f("x_high", x_high, "value of white in x");
  }
};

/// The names of the parts of an input, in order.
std::vector<std::string> part_names(const InputSpec& spec);

/// Draws the parts of n examples that can be drawn: z and codes; advances rng to its next draws.
template <class T>
BasicParts<T> draw_input(const InputSpec& spec, i64 n, Rng& rng, Device device = Device::cpu());

/// The input for the examples of a batch: z and codes are drawn, all else is taken from the batch. Throws ValueError
/// naming a part that the batch lacks.
template <class T>
BasicParts<T> input_for(const InputSpec& spec, const BasicParts<T>& batch, Rng& rng);

namespace detail {
/// The tensors for a network that takes them by position.
template <class T>
Tensors<T> in_order(const InputSpec& spec, const BasicParts<T>& input);
[[noreturn]] void throw_other_arity(const InputSpec& spec);

template <class T, class Net>
constexpr bool takes_parts = requires(Net& net, const BasicParts<T>& in, Pass& pass) {
  { net(in, pass) } -> std::convertible_to<Tensor<T>>;
};
}  // namespace detail

/// Calls a generator of any of the forms above. Throws ValueError when it takes another number of tensors than the spec
/// has parts.
template <class T, class Net>
Tensor<T> generate(Net& net, const InputSpec& spec, const BasicParts<T>& input, Pass& pass) {
  if constexpr (detail::takes_parts<T, Net>) {
    return net(input, pass);
  } else {
    const Tensors<T> t = detail::in_order(spec, input);
    if constexpr (requires { net(t[0], pass); })
      if (t.size() == 1) return net(t[0], pass);
    if constexpr (requires { net(t[0], t[1], pass); })
      if (t.size() == 2) return net(t[0], t[1], pass);
    if constexpr (requires { net(t[0], t[1], t[2], pass); })
      if (t.size() == 3) return net(t[0], t[1], t[2], pass);
    detail::throw_other_arity(spec);
  }
}

#define GAN_EXTERN_INPUT(T)                                                                     \
  extern template BasicParts<T> draw_input(const InputSpec&, i64, Rng&, Device);                \
  extern template BasicParts<T> input_for(const InputSpec&, const BasicParts<T>&, Rng&);        \
  extern template Tensors<T> detail::in_order(const InputSpec&, const BasicParts<T>&);
GAN_EXTERN_INPUT(float)
GAN_EXTERN_INPUT(double)
#undef GAN_EXTERN_INPUT

}  // namespace gan
