// Five small systems, one for each shape of a GAN, written against the public headers only: what the list of systems,
// training, resuming, loading and the program gan must carry without knowing them.
#pragma once

#include <gan/gan.hpp>

namespace gan::test {

/// z → x.
struct ToyPlain {
  static constexpr const char *name = "toy_plain", *purpose = "toy: z to images";
  struct Options {
    i64 latent = 4;
    template <class F>
    void visit(F&& f) { f("latent", latent, "numbers in z", IntRange{1, 64}); }
  };
  Options options;
  Sequential G, D;

  explicit ToyPlain(const Options& o)
      : options(o),
        G{Dense(o.latent, 16, {.activation = ReLU{}}), Dense(16, 256, {.activation = Tanh{}}), Reshape{{16, 16, 1}}},
        D{Conv2D({.in = 1, .out = 4, .kernel = 4, .stride = 4}), LeakyReLU{0.2}, Flatten{}, Dense(64, 1)} {}
  void visit(Visitor& v) { v("G", G), v("D", D); }
  data::Needs needs() const { return {.x = {16, 16, 1}}; }
  InputSpec input() const { return {.latent = options.latent}; }
  Game game() { return adversarial(G, D, NonSaturating{}, {.input = input()}); }
  Abilities abilities() { return {ability("sample", input(), G)}; }
};

/// z and a label → x. G and D take one-hot labels; how often D was asked is part of the state.
struct ToyLabelled {
  static constexpr const char *name = "toy_labelled", *purpose = "toy: z and a label to images";
  struct Options {
    i64 classes = 0;
    template <class F>
    void visit(F&& f) { f("classes", classes, "of the labels; 0: those of the data", IntRange{0, 100}); }
  };
  struct Network {
    Dense of_input, of_label, out;
    Var operator()(const Var& in, const Var& label, Pass& p) const {
      return out(relu(of_input(flatten(in), p) + of_label(label, p)), p);
    }
    void visit(Visitor& v) { v("of_input", of_input), v("of_label", of_label), v("out", out); }
  };
  Options options;
  Network G, D;
  double asked = 0;

  explicit ToyLabelled(const Options& o)
      : options(o), G{{4, 16}, {classes(), 16}, {16, 256}}, D{{256, 8}, {classes(), 8}, {8, 1}} {}
  i64 classes() const { return std::max<i64>(1, options.classes); }
  void visit(Visitor& v) { v("G", G), v("D", D), v("asked", asked); }
  data::Needs needs() const { return {.x = {16, 16, 1}, .labels = true}; }
  InputSpec input() const { return {.latent = 4, .classes = classes()}; }
  Game game() {
    TwoPlayers players = two_players(G, D, {.input = input()});
    players.generate = [this](auto& b, auto&, Pass& p) { return images(input_for<float>(input(), b, p.rng), p); };
    players.score = [this, score = players.score](const Var& x, const Batch& b, Round& r, Pass& p) {
      return asked += 1, score(x, b, r, p);
    };
    return std::move(adversarial(std::move(players), NonSaturating{}).include(*this));
  }
  Var images(const Parts& in, Pass& p) const {
    return reshape(tanh(G(in["z"], one_hot(in["labels"], classes()), p)), Shape{in.rows(), 16, 16, 1});
  }
  Abilities abilities() {
    return {{"sample", input(), [this](const Parts& in, Pass& p) { return Parts{{"x", images(in, p)}}; }}};
  }
};

/// x → y, unpaired; D sees earlier fakes, too.
struct ToyTranslator {
  static constexpr const char *name = "toy_translator", *purpose = "toy: images x to images y";
  struct Options {
    i64 width = 4, pool = 3;
    template <class F>
    void visit(F&& f) {
      f("width", width, "channels", IntRange{1, 64}), f("pool", pool, "earlier fakes", IntRange{0, 100});
    }
  };
  Options options;
  Sequential to_y, D;
  ImagePool earlier;

  explicit ToyTranslator(const Options& o)
      : options(o),
        to_y{Conv2D({.in = 1, .out = o.width, .padding = 1, .activation = ReLU{}}),
             Conv2D({.in = o.width, .out = 1, .padding = 1, .activation = Tanh{}})},
        D{Conv2D({.in = 1, .out = 4, .kernel = 4, .stride = 4}), LeakyReLU{0.2}, Flatten{}, Dense(64, 1)},
        earlier(o.pool, {16, 16, 1}) {}
  void visit(Visitor& v) { v("to_y", to_y), v("D", D), v("earlier", earlier); }
  void visit_generators(Visitor& v) { v("to_y", to_y); }
  data::Needs needs() const { return {.x = {16, 16, 1}, .y = {16, 16, 1}}; }
  InputSpec input() const { return {.x = {16, 16, 1}}; }
  Game game() {
    const AdversarialOptions how{.input = input(), .real = "y"};
    TwoPlayers players = two_players(to_y, D, how);
    players.replay = [this](const Var& fakes, Rng& rng) { return earlier(fakes, rng); };
    return std::move(adversarial(std::move(players), NonSaturating{}, how).include(*this));
  }
  Abilities abilities() { return {ability("translate", input(), to_y)}; }
};

/// z and a sentence → x.
struct ToyReader {
  static constexpr const char *name = "toy_reader", *purpose = "toy: z and a sentence to images";
  struct Options {
    std::string vocabulary = {};
    template <class F>
    void visit(F&& f) { f("vocabulary", vocabulary, "words in the order of their numbers; empty: those of the data"); }
  };
  struct Network {
    Embedding words;
    Dense first, out;
    Var operator()(const Var& in, const Var& text, Pass& p) const {
      const Var sentence = mean(reshape(words(reshape(text, {-1}), p), Shape{text.shape(0), 6, 8}), {1});
      return out(relu(first(concat<float>({flatten(in), sentence}, 1), p)), p);
    }
    void visit(Visitor& v) { v("words", words), v("first", first), v("out", out); }
  };
  Options options;
  Network G, D;

  explicit ToyReader(const Options& o)
      : options(o), G{embedding(), {4 + 8, 16}, {16, 256}}, D{embedding(), {256 + 8, 8}, {8, 1}} {}
  Embedding embedding() const { return Embedding({.classes = Vocabulary(options.vocabulary).size(), .width = 8}); }
  void visit(Visitor& v) { v("G", G), v("D", D); }
  data::Needs needs() const {
    return {.x = {16, 16, 1}, .text = true, .text_length = 6, .vocabulary = options.vocabulary};
  }
  InputSpec input() const { return {.latent = 4, .text_length = 6, .vocabulary = Vocabulary(options.vocabulary)}; }
  Game game() {
    TwoPlayers players = two_players(G, D, {.input = input()});
    players.generate = [this](auto& b, auto&, Pass& p) { return images(input_for<float>(input(), b, p.rng), p); };
    players.score = [this](const Var& x, const Batch& b, Round&, Pass& p) { return D(x, b["text"], p); };
    return std::move(adversarial(std::move(players), NonSaturating{}).include(*this));
  }
  Var images(const Parts& in, Pass& p) const {
    return reshape(tanh(G(in["z"], in["text"], p)), Shape{in.rows(), 16, 16, 1});
  }
  Abilities abilities() {
    return {{"sample", input(), [this](const Parts& in, Pass& p) { return Parts{{"x", images(in, p)}}; }}};
  }
};

/// x and a mask → x, complete.
struct ToyCompleter {
  static constexpr const char *name = "toy_completer", *purpose = "toy: images with holes to whole images";
  struct Options {
    i64 width = 4;
    template <class F>
    void visit(F&& f) { f("width", width, "channels", IntRange{1, 64}); }
  };
  Options options;
  Sequential G, D;

  explicit ToyCompleter(const Options& o)
      : options(o),
        G{Conv2D({.in = 2, .out = o.width, .padding = 1, .activation = ReLU{}}),
          Conv2D({.in = o.width, .out = 1, .padding = 1, .activation = Tanh{}})},
        D{Conv2D({.in = 1, .out = 4, .kernel = 4, .stride = 4}), LeakyReLU{0.2}, Flatten{}, Dense(64, 1)} {}
  void visit(Visitor& v) { v("G", G), v("D", D); }
  data::Needs needs() const { return {.x = {16, 16, 1}, .mask = true}; }
  InputSpec input() const { return {.x = {16, 16, 1}, .mask = true}; }
  Var complete(const Parts& in, Pass& p) const {
    const Var known = in["mask"] * in["x"];
    return known + (1.0 - in["mask"]) * G(concat<float>({known, in["mask"]}, 3), p);
  }
  Game game() {
    TwoPlayers players = two_players(G, D, {.input = input()});
    players.generate = [this](const Batch& b, Round&, Pass& p) { return complete(b, p); };
    return std::move(adversarial(std::move(players), NonSaturating{}).include(*this));
  }
  Abilities abilities() {
    return {{"complete", input(), [this](const Parts& in, Pass& p) { return Parts{{"x", complete(in, p)}}; }}};
  }
};

/// Puts all of them on the list of systems.
inline void add_toy_systems() {
  add_system<ToyPlain>();
  add_system<ToyLabelled>();
  add_system<ToyTranslator>();
  add_system<ToyReader>();
  add_system<ToyCompleter>();
}

}  // namespace gan::test
