// A system of one's own: images of what a sentence says, with the matching-aware discriminator of Reed et al. 2016.
//   build/release/examples/own_text_to_image train text_to_image --data shapes --out runs/text
//   build/release/examples/own_text_to_image sample runs/text --text "a large red star"
#include <gan/app/gan_program.hpp>
#include <gan/app/options.hpp>
#include <gan/gan.hpp>

using namespace gan;

/// Sentences (N, L) of token numbers → (N, width): the mean of what the words mean, the padding left out.
struct Reader {
  Embedding words;
  Dense meaning;
  Reader(i64 vocabulary, i64 width)
      : words({.classes = vocabulary, .width = width}), meaning(width, width, {.activation = LeakyReLU{0.2}}) {}
  Var operator()(const Var& text, Pass& p) const {
    const i64 n = text.shape(0), length = text.shape(1);
    const Var each = reshape(words(reshape(text, {-1}), p), {n, length, -1});
    const Var is_word = reshape(clamp(text, 0, 1), {n, length, 1});
    return meaning(sum(each * is_word, {1}) / (sum(is_word, {1}) + 1e-6), p);
  }
  void visit(Visitor& v) { v("words", words), v("meaning", meaning); }
};

struct TextToImage {
  static constexpr i64 width = 64;  // numbers in the meaning of a sentence
  static constexpr const char *name = "text_to_image", *purpose = "images from sentences (Reed et al. 2016)";
  struct Options {
    i64 latent = 32, features = 32;
    std::string vocabulary = {};
    template <class F>
    void visit(F&& f) {
      f("latent", latent, "numbers in z", IntRange{1, 1000});
      f("features", features, "channels of the stage next to the image", IntRange{1, 512});
      f("vocabulary", vocabulary, "words in the order of their numbers; empty: those of the data");
    }
  };
  struct Generator {
    Reader reader;
    Sequential body;
    Var operator()(const Var& z, const Var& t, Pass& p) const { return body(concat<float>({z, reader(t, p)}, 1), p); }
    void visit(Visitor& v) { v("reader", reader), v("body", body); }
  };
  struct Discriminator {
    Reader reader;
    Sequential body;
    Dense head;
    Var operator()(const Var& x, const Var& text, Pass& p) const {
      return head(concat<float>({body(x, p), reader(text, p)}, 1), p);
    }
    void visit(Visitor& v) { v("reader", reader), v("body", body), v("head", head); }
  };
  Options options;
  Generator G;
  Discriminator D;

  explicit TextToImage(const Options& o)
      : options(o), G{reader(), up(o.latent + width, o.features)},
        D{reader(), down(o.features), {64 * o.features + width, 1}} {}
  Reader reader() const { return {Vocabulary(options.vocabulary).size(), width}; }
  static ConvOptions conv(i64 in, i64 out) { return {.in = in, .out = out, .kernel = 4, .stride = 2, .padding = 1}; }
  static Sequential up(i64 in, i64 f) {
    return Sequential{Dense(in, 64 * f), Reshape{{4, 4, 4 * f}}, BatchNorm(4 * f), ReLU{},
                      ConvTranspose2D(conv(4 * f, 2 * f)), BatchNorm(2 * f), ReLU{}, ConvTranspose2D(conv(2 * f, f)),
                      BatchNorm(f), ReLU{}, ConvTranspose2D(conv(f, 3)), Tanh{}};
  }
  static Sequential down(i64 f) {
    return Sequential{Conv2D(conv(3, f)), LeakyReLU{0.2}, Conv2D(conv(f, 2 * f)), BatchNorm(2 * f),
                      LeakyReLU{0.2}, Conv2D(conv(2 * f, 4 * f)), BatchNorm(4 * f), LeakyReLU{0.2}, Flatten{}};
  }
  void visit(Visitor& v) { v("G", G), v("D", D); }
  data::Needs needs() const {
    return {.x = {32, 32, 3}, .text = true, .text_length = 16, .vocabulary = options.vocabulary};
  }
  InputSpec input() const {
    return {.latent = options.latent, .text_length = 16, .vocabulary = Vocabulary(options.vocabulary)};
  }
  /// D also tells real images with the sentence of another image from those with their own (GAN-CLS, algorithm 1).
  Game game() {
    TwoPlayers players = two_players(G, D, {.input = input()});
    players.score = [this](const Var& x, const Batch& b, Round&, Pass& p) {
      const Var others = concat<float>({rows(b["text"], 1, b.size()), rows(b["text"], 0, 1)});
      return Scores(D(x, b["text"], p), D(x, others, p));
    };
    struct MatchingAware {
      Var d(const Scores& real, const Scores& fake) const {
        return bce_with_logits(real.logits, 1) + 0.5 * bce_with_logits(real.features, 0) +
               0.5 * bce_with_logits(fake.logits, 0);
      }
      Var g(const Scores& fake) const { return bce_with_logits(fake.logits, 1); }
    };
    return std::move(adversarial(std::move(players), MatchingAware{}).include(*this));
  }
  Abilities abilities() { return {ability("sample", input(), G)}; }
};

int main(int argc, char** argv) {
  add_system<TextToImage>();
  return app::run(argc, argv, app::gan_program);
}
