// CGAN (Mirza & Osindero 2014): the first GAN that is told what to draw, as maxout networks for small images. It is
// told a class (section 4.1), or tags; or the generator makes tags of an image (section 4.2).
#pragma once

#include <span>
#include <string>

#include "gan/core/fields.hpp"
#include "gan/models/ability.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/train/adversarial.hpp"

namespace gan::models {

enum class CganCondition {
  label,  ///< images of a class
  tags,   ///< images of the words of a caption, as a vector of ones and zeros
  image   ///< such vectors of an image
};
std::span<const char* const> enum_names(CganCondition);

struct CganOptions {
  CganCondition condition = CganCondition::label;
  i64 classes = 10;
  i64 channels = 1;             ///< of the images, which are 28 x 28
  std::string vocabulary = {};  ///< the words that are tags, separated by blanks
  i64 words = 16;               ///< words of a caption that are read
  double noise = 0.3;           ///< standard deviation of that on the tags which D judges
  bool adam = false;            ///< Adam (0.5, 0.999) for both players; the paper has SGD with momentum
  double learning_rate = 0;     ///< at the start; 0: 0.1 of SGD, 2e-4 of Adam
  static constexpr i64 latent = 100;

  template <class F>
  void visit(F&& f) {
    f("condition", condition,
      "label: images of a class; tags: images of the words of a caption; image: tags of an image");
    f("classes", classes, "of the images", IntRange{1, 65536});
    f("channels", channels, "of the images", IntRange{1, 1024});
    f("vocabulary", vocabulary, "the words that are tags; empty: those of the data");
    f("words", words, "words of a caption that are read", IntRange{1, 65536});
    f("noise", noise, "standard deviation of that on the tags which the discriminator judges", RealRange{0, 1e6});
    f("adam", adam, "Adam for both players instead of the paper's SGD");
    f("learning_rate", learning_rate, "at the start; 0: 0.1 of SGD, 2e-4 of Adam", RealRange{0, 1e38});
  }
};

/// What the networks are told and what is made: vectors of so many numbers, which are parts of a batch.
struct CganVectors {
  CganCondition condition;
  i64 classes, tags;  ///< tags: 1 while the vocabulary is empty
  Shape image;

  explicit CganVectors(const CganOptions& o);
  /// Numbers of the condition.
  i64 told() const;
  /// The shape of what is made: image, or (tags).
  Shape made() const { return condition == CganCondition::image ? Shape{tags} : image; }
  /// The condition (N, told()) from the part labels, text or x.
  template <class T>
  Tensor<T> condition_of(const BasicParts<T>& parts) const;
  /// 1 for each tag that the part text has (N, tags), else 0.
  template <class T>
  Tensor<T> tags_of(const BasicParts<T>& parts) const;
};

/// z (N, 100) and a condition (N, C), such as one-hot classes → images (N, 28, 28, channels) or tags (N, K), in [0, 1].
/// The paper draws z from U(0, 1): z in [-1, 1) is scaled to that. 200 and 1,000 ReLU units, a joint layer of 1,200,
/// sigmoid units, dropout of 0.5.
template <class T>
struct BasicCganGenerator {
  CganVectors vectors;
  BasicDense<T> of_z, of_class, joint, out;

  explicit BasicCganGenerator(const CganVectors& vectors);
  Tensor<T> operator()(const Tensor<T>& z, const Tensor<T>& condition, Pass& p) const;
  /// Of the part z and those that the condition is made of.
  Tensor<T> operator()(const BasicParts<T>& input, Pass& p) const {
    return (*this)(input["z"], vectors.condition_of(input), p);
  }
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("of_z", of_z);
    v("of_class", of_class);
    v("joint", joint);
    v("out", out);
  }
};

/// Images or tags and a condition (N, C) → logits (N, 1). Maxout layers of 240 units of 5 pieces for the image and of
/// 50 units of 5 pieces for the class or the tags, joined by one of 240 units of 4 pieces, dropout of 0.5.
template <class T>
struct BasicCganDiscriminator {
  CganVectors vectors;
  BasicDense<T> of_image, of_class, joint, out;

  explicit BasicCganDiscriminator(const CganVectors& vectors);
  Tensor<T> operator()(const Tensor<T>& x, const Tensor<T>& condition, Pass& p) const;
  /// With the condition of a batch.
  Tensor<T> operator()(const Tensor<T>& x, const BasicParts<T>& batch, Pass& p) const {
    return (*this)(x, vectors.condition_of(batch), p);
  }
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("of_image", of_image);
    v("of_class", of_class);
    v("joint", joint);
    v("out", out);
  }
};

/// With ten classes G has 2,413,984 and D 1,224,351 parameters. The other conditions have networks of the same widths.
/// Where the paper makes vectors of words from the features of photographs (section 4.2), here the tags of an image are
/// made from its pixels; they are 1 or 0, by which D would know them, and therefore judges all tags with noise. Throws
/// ValueError for options out of range.
template <class T>
struct BasicCgan {
  using Options = CganOptions;
  static constexpr const char* name = "cgan";
  static constexpr const char* purpose =
      "CGAN of maxout units for 28 x 28 images with labels or tags (Mirza & Osindero 2014)";
  Options options;
  BasicCganGenerator<T> G;
  BasicCganDiscriminator<T> D;

  explicit BasicCgan(Options o = {});
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("G", G);
    v("D", D);
  }
  static Recipe recipe() { return {.data = "mnist", .epochs = 50, .batch_size = 100, .ema = 0}; }
  data::Needs needs() const;
  InputSpec input() const;
  /// SGD of batches of 100: the learning rate is divided by 1.00004 in every update, down to 1e-6, and the momentum
  /// rises from 0.5 to 0.7 in the first 250 epochs of 500 updates.
  BasicGame<T> game();
  /// sample; or predict: an image → the part tags (N, K).
  BasicAbilities<T> abilities();
};
using Cgan = BasicCgan<float>;

#define GAN_CGAN(T)                                                                \
  extern template Tensor<T> CganVectors::condition_of(const BasicParts<T>&) const; \
  extern template Tensor<T> CganVectors::tags_of(const BasicParts<T>&) const;      \
  extern template struct BasicCganGenerator<T>;                                    \
  extern template struct BasicCganDiscriminator<T>;                                \
  extern template struct BasicCgan<T>;
GAN_CGAN(float)
GAN_CGAN(double)
#undef GAN_CGAN

}  // namespace gan::models
