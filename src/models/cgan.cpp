// The networks and the game of CGAN.
#include "gan/models/cgan.hpp"

#include <algorithm>

#include "gan/ops/elementwise.hpp"
#include "gan/ops/pool.hpp"
#include "gan/ops/random.hpp"
#include "gan/train/instance_noise.hpp"

namespace gan::models {

std::span<const char* const> enum_names(CganCondition) {
  static constexpr const char* names[] = {"label", "tags", "image"};
  return names;
}

namespace {

constexpr i64 first_word = 2;  // of a vocabulary, whose smaller numbers are no words

constexpr double dropped = 0.5;

CganOptions checked(CganOptions o) {
  require_fields(o, "Cgan");
  if (o.learning_rate == 0) o.learning_rate = o.adam ? 2e-4 : 0.1;
  return o;
}

OptimizerSpec optimizer(const CganOptions& o) {
  if (o.adam) return Adam{.learning_rate = o.learning_rate};
  return OptimizerSpec(Sgd{.learning_rate = o.learning_rate})
      .learning_rate(schedule::exponential({.factor = 1 / 1.00004, .floor = std::min(1.0, 1e-6 / o.learning_rate)}))
      .momentum(schedule::ramp({.from = 0.5, .to = 0.7, .steps = 250 * 500}));
}

template <class T>
Tensor<T> drop(const Tensor<T>& x, Pass& p) {
  return p.dropout ? dropout(x, dropped, p.rng) : x;
}

const DenseOptions relu{.activation = ReLU{}};

}  // namespace

CganVectors::CganVectors(const CganOptions& o)
    : condition(o.condition),
      classes(o.classes),
      tags(std::max<i64>(1, Vocabulary(o.vocabulary).size() - first_word)),
      image{28, 28, o.channels} {}

i64 CganVectors::told() const {
  if (condition == CganCondition::label) return classes;
  return condition == CganCondition::tags ? tags : image.size();
}

template <class T>
Tensor<T> CganVectors::condition_of(const BasicParts<T>& parts) const {
  if (condition == CganCondition::label) return one_hot(parts["labels"], classes);
  return condition == CganCondition::tags ? tags_of(parts) : flatten(parts["x"]);
}

template <class T>
Tensor<T> CganVectors::tags_of(const BasicParts<T>& parts) const {
  const Tensor<T>& text = parts["text"];
  const i64 numbers = first_word + tags;
  const Tensor<T> each = one_hot(reshape(text, Shape{text.size()}), numbers);
  const Tensor<T> counts = sum(reshape(each, Shape{text.shape(0), text.shape(1), numbers}), {1});
  return clamp(slice(counts, 1, first_word, numbers), 0, 1);
}

template <class T>
BasicCganGenerator<T>::BasicCganGenerator(const CganVectors& v)
    : vectors(v),
      of_z(CganOptions::latent, 200, relu),
      of_class(v.told(), 1000, relu),
      joint(1200, 1200, relu),
      out(1200, v.made().size(), {.activation = Sigmoid{}}) {}

template <class T>
Tensor<T> BasicCganGenerator<T>::operator()(const Tensor<T>& z, const Tensor<T>& condition, Pass& p) const {
  const Tensor<T> both = concat<T>({of_z(0.5 * z + 0.5, p), of_class(condition, p)}, 1);
  return reshape(out(drop(joint(drop(both, p), p), p), p), vectors.made().prepend(z.shape(0)));
}

template <class T>
BasicCganDiscriminator<T>::BasicCganDiscriminator(const CganVectors& v)
    : vectors(v),
      of_image(v.image.size(), 240 * 5),
      of_class(v.condition == CganCondition::label ? v.classes : v.tags, 50 * 5),
      joint(290, 240 * 4),
      out(240, 1) {}

template <class T>
Tensor<T> BasicCganDiscriminator<T>::operator()(const Tensor<T>& x, const Tensor<T>& condition, Pass& p) const {
  const bool is_told = vectors.condition == CganCondition::image;
  const Tensor<T>&image = is_told ? condition : x, &words = is_told ? x : condition;
  const Tensor<T> both = concat<T>({maxout(of_image(flatten(image), p), 5), maxout(of_class(words, p), 5)}, 1);
  return out(drop(maxout(joint(drop(both, p), p), 4), p), p);
}

template <class T>
BasicCgan<T>::BasicCgan(Options o) : options(checked(o)), G(CganVectors(options)), D(CganVectors(options)) {}

template <class T>
data::Needs BasicCgan<T>::needs() const {
  data::Needs needs{.x = G.vectors.image, .low = 0};
  needs.labels = options.condition == CganCondition::label;
  if (needs.labels) return needs;
  needs.text = true;
  needs.text_length = options.words;
  needs.vocabulary = options.vocabulary;
  return needs;
}

template <class T>
InputSpec BasicCgan<T>::input() const {
  InputSpec input{.latent = {Options::latent, Prior::uniform}, .low = 0};
  if (options.condition == CganCondition::label) {
    input.classes = options.classes;
    return input;
  }
  input.vocabulary = Vocabulary(options.vocabulary);
  if (options.condition == CganCondition::tags)
    input.text_length = options.words;
  else
    input.x = G.vectors.image;
  return input;
}

template <class T>
BasicGame<T> BasicCgan<T>::game() {
  const OptimizerSpec how = optimizer(options);
  AdversarialOptions turns{.input = input(), .generator = how, .discriminator = how};
  const bool makes_tags = options.condition == CganCondition::image;
  if (makes_tags) turns.augment = InstanceNoise{options.noise};
  BasicTwoPlayers<T> players = two_players(G, D, turns);
  if (makes_tags) players.real = [vectors = G.vectors](const BasicBatch<T>& batch) { return vectors.tags_of(batch); };
  BasicGame<T> game = adversarial(std::move(players), NonSaturating{}, turns);
  game.include("G", G).include("D", D);
  return game;
}

template <class T>
BasicAbilities<T> BasicCgan<T>::abilities() {
  if (options.condition == CganCondition::image) return {ability("predict", input(), G, "tags")};
  return {ability("sample", input(), G)};
}

#define GAN_CGAN(T)                                                         \
  template Tensor<T> CganVectors::condition_of(const BasicParts<T>&) const; \
  template Tensor<T> CganVectors::tags_of(const BasicParts<T>&) const;      \
  template struct BasicCganGenerator<T>;                                    \
  template struct BasicCganDiscriminator<T>;                                \
  template struct BasicCgan<T>;
GAN_CGAN(float)
GAN_CGAN(double)

}  // namespace gan::models
