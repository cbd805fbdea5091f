// Source: where batches come from. Any struct with size(), batch(indices, draws) and checksum() is one, and it may have
// facts(). Sources nest:
//   unpaired(folder("horses"), folder("zebras")), masked(captioned(images)), patches(images, {.size = 96, .factor = 4})
#pragma once

#include <concepts>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "gan/core/rng.hpp"
#include "gan/data/batch.hpp"

namespace gan::data {

enum class Split { train, test };

/// The random choices of a batch: crops, flips, corruptions. Each is a pure function of (seed, epoch, purpose, index of
/// the example), so a resumed run makes the same choices.
struct Draws {
  u64 seed = 1, epoch = 0;

  /// 128 random bits for the example at `index`; `purpose` separates choices that have nothing to do with each other.
  philox::Block bits(const char* purpose, i64 index) const;
  /// A number in [0, n), all equally probable. The range of n, at least 1, is not checked.
  i64 below(i64 n, const char* purpose, i64 index) const;
  /// A number in [0, 1).
  double uniform(const char* purpose, i64 index) const;
  /// Random numbers of the example's own, for as many choices as it needs.
  Rng rng(const char* purpose, i64 index) const;
  /// Normal random numbers (shape) for the example at `index`.
  Tensor<float> normal(const Shape& shape, const char* purpose, i64 index) const;
};

/// What data know that the options of a system may need: "classes", the number of classes of labelled examples, and
/// "vocabulary", the words of captions in the order of their numbers (Vocabulary::text()).
using Facts = std::map<std::string, std::string>;

template <class S>
concept SourceLike = requires(const S& source, std::span<const i64> indices, const Draws& draws) {
  { source.size() } -> std::convertible_to<i64>;
  { source.batch(indices, draws) } -> std::convertible_to<Parts>;
  { source.checksum() } -> std::convertible_to<std::string>;
};

/// A source of any type, owned; copies share it. It never changes, so several threads may read it at once.
class Source {
 public:
  Source() = default;
  template <SourceLike S>
  requires(!std::same_as<S, Source>) Source(S source) : held_(std::make_shared<const Held<S>>(std::move(source))) {}

  /// Number of examples; 0 for Source{}.
  i64 size() const { return held_ ? held_->size() : 0; }
  /// The parts of the examples at these indices, in this order. Throws ValueError for an index outside [0, size()).
  Parts batch(std::span<const i64> indices, const Draws& draws = {}) const;
  /// A checksum of everything that batches are made from.
  std::string checksum() const { return held_ ? held_->checksum() : ""; }
  /// What the data know; empty where the source has no facts().
  Facts facts() const { return held_ ? held_->facts() : Facts{}; }
  /// What the source holds if it is an S, otherwise null.
  template <class S>
  const S* as() const {
    const auto* const held = dynamic_cast<const Held<S>*>(held_.get());
    return held ? &held->source : nullptr;
  }

 private:
  struct Base {
    virtual ~Base() = default;
    virtual i64 size() const = 0;
    virtual Parts batch(std::span<const i64> indices, const Draws& draws) const = 0;
    virtual std::string checksum() const = 0;
    virtual Facts facts() const = 0;
  };
  template <class S>
  struct Held final : Base {
    explicit Held(S from) : source(std::move(from)) {}
    i64 size() const override { return source.size(); }
    Parts batch(std::span<const i64> indices, const Draws& draws) const override {
      return source.batch(indices, draws);
    }
    std::string checksum() const override { return source.checksum(); }
    Facts facts() const override {
      if constexpr (requires { source.facts(); })
        return source.facts();
      else
        return {};
    }
    S source;
  };
  std::shared_ptr<const Base> held_;
};

namespace detail {
/// Throws ValueError naming `who` for an index outside [0, size).
void require_indices(const char* who, std::span<const i64> indices, i64 size);
}  // namespace detail

}  // namespace gan::data
