// A system of one's own: CycleGAN (Zhu et al. 2017), between two collections of images that are not paired.
//   build/release/examples/own_cyclegan train cyclegan --data horses --data-y zebras --out runs/cyclegan
//   build/release/examples/own_cyclegan apply runs/cyclegan horse.jpg zebra.png
#include <gan/app/gan_program.hpp>
#include <gan/app/options.hpp>
#include <gan/gan.hpp>

using namespace gan;

struct CycleGan {
  static constexpr const char *name = "cyclegan", *purpose = "CycleGAN (Zhu et al. 2017)";
  struct Options {
    i64 size = 128, channels = 3, features = 64, blocks = 6, pool = 50;
    double cycle = 10, identity = 0.5, learning_rate = 2e-4;
    template <class F>
    void visit(F&& f) {
      f("size", size, "height and width of the images", IntRange{16, 1024});
      f("channels", channels, "of the images", IntRange{1, 3});
      f("features", features, "channels next to the image", IntRange{1, 512});
      f("blocks", blocks, "residual blocks: 6 at 128 pixels, 9 at 256", IntRange{1, 32});
      f("pool", pool, "earlier fakes of each domain (section 4)", IntRange{0, 10000});
      f("cycle", cycle, "weight of the cycle loss", RealRange{0, 1e6});
      f("identity", identity, "weight of the identity loss, as a share of the cycle's", RealRange{0, 1e6});
      f("learning_rate", learning_rate, "of every Adam", RealRange{0, 1});
    }
  };
  Options options;
  Sequential to_y, to_x, on_x, on_y;
  ImagePool old_x, old_y;

  explicit CycleGan(const Options& o)
      : options(o), to_y(translator(o)), to_x(translator(o)), on_x(discriminator(o)), on_y(discriminator(o)),
        old_x(o.pool, {o.size, o.size, o.channels}), old_y(o.pool, {o.size, o.size, o.channels}) {}

  /// The ResNet of section 7.2.
  static Sequential translator(const Options& o) {
    const i64 f = o.features;
    Sequential net{ReflectionPad2D{3}, Conv2D({.in = o.channels, .out = f, .kernel = 7}), InstanceNorm(f), ReLU{}};
    for (i64 c = f; c < 4 * f; c *= 2)
      net.add(Conv2D({.in = c, .out = 2 * c, .stride = 2, .padding = 1})).add(InstanceNorm(2 * c)).add(ReLU{});
    const auto half = [c = 4 * f](Sequential s) -> Sequential {
      return std::move(s.add(ReflectionPad2D{1}).add(Conv2D({.in = c, .out = c})).add(InstanceNorm(c)));
    };
    for (i64 i = 0; i < o.blocks; ++i) net.add(Residual(half(std::move(half({}).add(ReLU{})))));
    for (i64 c = 4 * f; c > f; c /= 2)
      net.add(ConvTranspose2D({.in = c, .out = c / 2, .stride = 2, .padding = 1, .output_padding = 1}))
          .add(InstanceNorm(c / 2)).add(ReLU{});
    return std::move(net.add(ReflectionPad2D{3})
                         .add(Conv2D({.in = f, .out = o.channels, .kernel = 7, .activation = Tanh{}})));
  }
  /// The 70 x 70 PatchGAN.
  static Sequential discriminator(const Options& o) {
    i64 c = o.features;
    Sequential net{Conv2D({.in = o.channels, .out = c, .kernel = 4, .stride = 2, .padding = 1}), LeakyReLU{0.2}};
    for (i64 i = 0; i < 3; ++i, c *= 2)
      net.add(Conv2D({.in = c, .out = 2 * c, .kernel = 4, .stride = i < 2 ? 2 : 1, .padding = 1}))
          .add(InstanceNorm(2 * c)).add(LeakyReLU{0.2});
    return std::move(net.add(Conv2D({.in = c, .out = 1, .kernel = 4, .padding = 1})));
  }

  void visit_generators(Visitor& v) { v("to_y", to_y), v("to_x", to_x); }
  void visit(Visitor& v) {
    visit_generators(v);
    v("on_x", on_x), v("on_y", on_y), v("old_x", old_x), v("old_y", old_y);
  }
  static models::Recipe recipe() { return {.data = "horses", .epochs = 200, .batch_size = 1, .ema = 0}; }
  data::Needs needs() const { return {.x = image(), .y = image()}; }
  Shape image() const { return {options.size, options.size, options.channels}; }

  Game game() {
    const Adam adam{.learning_rate = options.learning_rate};
    const auto near = [](const Var& scores, double target) { return mean(square(scores - target)); };
    std::vector<Player> players;
    players.emplace_back("G", params(to_y, to_x), [=, this](const Batch& b, Round& r, Pass& p) {
      const Var x = b["x"], y = b["y"];
      const Var fake_y = r.put("y", to_y(x, p)), fake_x = r.put("x", to_x(y, p));
      const Var cycle = l1(to_x(fake_y, p), x) + l1(to_y(fake_x, p), y);
      const Var same = options.identity > 0 ? l1(to_y(y, p), y) + l1(to_x(x, p), x) : Var::scalar(0).to(x.device());
      return near(on_y(fake_y, p), 1) + near(on_x(fake_x, p), 1) + options.cycle * (cycle + options.identity * same);
    }, adam);
    const auto add = [&](const std::string& domain, Sequential& D, ImagePool& pool) {
      players.emplace_back("D_" + domain, params(D), [=, &D, &pool](const Batch& b, Round& r, Pass& p) {
        const Var fake = pool(r.detached(domain), p.rng);
        return 0.5 * (near(D(b[domain], p), 1) + near(D(fake, p), 0));
      }, adam);
    };
    add("x", on_x, old_x);
    add("y", on_y, old_y);
    return std::move(Game(std::move(players)).include(*this));
  }
  Abilities abilities() {
    return {ability("translate", {.x = image()}, to_y), ability("translate_back", {.x = image()}, to_x)};
  }
};

int main(int argc, char** argv) {
  add_system<CycleGan>();
  return app::run(argc, argv, app::gan_program);
}
